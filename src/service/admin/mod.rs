//! Use cases of administration.

pub mod audit;
