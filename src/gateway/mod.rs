//! The ways out of the program: letters.

pub mod mail;
