//! The protocol's use cases: clients, authorization, consent, signing out, keys, grants and tokens.

mod answer;
mod arrive;
pub mod authorize;
pub mod back_channel_logout;
pub mod bearer;
pub mod choice;
pub mod ciba;
pub mod ciba_notification;
pub mod client;
pub mod client_auth;
pub mod client_keys;
pub mod consent;
pub mod decoupled;
pub mod device;
pub mod encryption_key;
pub mod failure;
pub mod interact;
pub mod introspect;
pub mod invitation;
pub mod issue;
pub mod logout;
pub mod metadata_document;
pub mod once;
mod person;
pub mod pushed;
pub mod register_client;
mod request_object;
pub mod requester;
pub mod revoke;
pub mod sector;
pub mod signing_key;
pub mod token;
pub mod token_exchange;
pub mod unit_access;
pub mod userinfo;

pub use failure::Failure;
