//! Clients, authorizations in progress, consents, grants and codes.

pub mod authorization_request;
pub mod client;
pub mod code;
pub mod consent;
pub mod grant;
