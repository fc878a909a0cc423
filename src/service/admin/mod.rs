//! Use cases of administration.

pub mod account;
pub mod audit;
pub mod catalogue;
pub mod client;
pub mod registration;
pub mod staff;
pub mod unit;
