//! Administration: the audit chain.

pub mod audit;
