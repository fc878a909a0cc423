//! Clients, authorizations in progress, consents and chosen units, grants and codes, requests that are decided
//! elsewhere, signing keys and tokens.

pub mod authorization_request;
pub mod backchannel_request;
pub mod client;
pub mod client_invitation;
pub mod code;
pub mod consent;
pub mod decoupled_request;
pub mod device_request;
pub mod encryption_key;
pub mod former_subject;
pub mod grant;
pub mod held_grant;
pub mod logout_party;
pub mod offered_unit;
pub mod pushed_request;
pub mod refresh_token_family;
pub mod resource_server;
pub mod revoked_token;
pub mod self_registered;
pub mod signing_key;
pub mod token_exchange_policy;
pub mod used_jti;
