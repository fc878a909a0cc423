//! The protocol's use cases: clients, authorization, consent, signing out, keys, grants and tokens.

pub mod authorize;
pub mod client;
pub mod consent;
pub mod interact;
pub mod logout;
pub mod signing_key;
