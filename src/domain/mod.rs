//! What things are and what is allowed: plain values and functions, without SQL, HTTP, clock or randomness.

pub mod account;
pub mod actor;
pub mod admin;
pub mod auth;
pub mod event;
pub mod letter;
pub mod permission;
pub mod registry;
