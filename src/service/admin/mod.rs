//! Use cases of administration.

pub mod audit;
pub mod staff;
