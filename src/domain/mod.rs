//! What things are and what is allowed: plain values and functions, without SQL, HTTP, clock or randomness.

pub mod account;
pub mod auth;
pub mod registry;
