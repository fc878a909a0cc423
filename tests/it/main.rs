//! What the program does, through its real router.

mod pages;
