//! What administration keeps.

pub mod audit;
