//! Products: registering them, what is covered, imports, and what relying parties learn.

mod import;
mod races;
mod register;
mod shelf;
