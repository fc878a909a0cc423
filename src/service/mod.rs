//! Use cases: rules, storage, events and letters, one function each. A function tells one story; its `Ok` is
//! committed, its `Err` leaves no trace.

pub mod account;
pub mod admin;
pub mod auth;
pub mod oidc;
pub mod registry;
