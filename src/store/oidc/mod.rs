//! Clients, authorizations in progress, consents, grants and codes, signing keys and tokens.

pub mod authorization_request;
pub mod client;
pub mod code;
pub mod consent;
pub mod grant;
pub mod signing_key;
