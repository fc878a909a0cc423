//! Client-initiated back-channel authentication: a client asks for a person who is somewhere else. OpenID Connect CIBA
//! Core 1.0 §7 (poll and ping; without push, user codes and `login_hint_token`), FAPI-CIBA §5.2.2.
//!
//! # Decisions
//! - Whoever names a person learns whether there is such an account (`unknown_user_id`, §13). That is why only clients
//!   that the operator registered and that authenticate may use it; a limit counts what each of them asks.
//! - A client that registers an algorithm for its requests must sign every one of them (§7.1.1), one that does not
//!   cannot sign any.
//! - `acr_values` is a wish, as everywhere in OpenID Connect.

pub mod binding_message;
pub mod request_object;

use std::time::Duration;

use serde::Serialize;

pub use binding_message::BindingMessage;

use super::acr::Acr;
use super::audience::{Reach, Resources};
use super::client::Client;
use super::client::metadata::DeliveryMode;
use super::decoupled;
use super::error::OAuthError;
use super::params::Params;
use super::scope::{self, Scope};
use super::server::Server;
use crate::base::Timestamp;
use crate::base::secret::Secret;
use crate::base::time::{minutes, seconds};
use crate::jose::Algorithm;

/// The parameters of a request. Where it is signed, they are inside and nowhere else (§7.1.1).
pub const PARAMETERS: &[&str] = &[
    "acr_values",
    "authorization_details",
    "binding_message",
    "client_notification_token",
    "id_token_hint",
    "login_hint",
    "login_hint_token",
    "requested_expiry",
    "resource",
    "scope",
    "user_code",
];

/// What requests can be signed with. [FAPI-CIBA §7.1](https://openid.net/specs/openid-financial-api-ciba-ID1.html#algorithm-considerations):
/// PS256 or ES256; EdDSA is as strong.
pub const ALGORITHMS: [Algorithm; 3] = [Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];

/// Longest hint.
const LONGEST_HINT: usize = 8 * 1024;
/// Longest `client_notification_token` (§7.1).
const LONGEST_TOKEN: usize = 1024;
/// The shortest and the longest life that a client can ask for.
const SHORTEST_LIFE: Duration = seconds(10);
const LONGEST_LIFE: Duration = minutes(15);

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint {
    /// Whoever signs in by this name.
    Login(String),
    /// The person of an ID token of ours, not yet verified.
    IdToken(String),
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackchannelAuthenticationRequest {
    /// What the tokens are for.
    pub scope: Scope,
    /// The resources they are for; empty means by scope.
    pub resource: Vec<String>,
    /// Who is asked.
    pub hint: Hint,
    /// What both sides see.
    pub binding_message: Option<BindingMessage>,
    /// Levels that it wishes for.
    pub acr_values: Vec<Acr>,
    /// How long it wants to wait.
    pub requested_expiry: Option<Duration>,
    /// The token to notify it with, where it wants to be notified.
    pub notification_token: Option<Secret>,
}

impl BackchannelAuthenticationRequest {
    /// Read and check the parameters, settled before.
    /// [§7.1](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#auth_request)
    pub fn read(params: &Params, client: &Client, resources: &Resources) -> Result<Self, OAuthError> {
        decoupled::refuse_details(params)?;
        params.required("scope")?;
        let scope = decoupled::scope(params, client, resources)?;
        if !scope.contains(scope::OPENID) {
            return Err(OAuthError::invalid_scope("scope must have openid"));
        }
        let values = params.get("acr_values");
        Ok(Self {
            resource: resources.check(Reach::of_scope(&scope), params.resources())?,
            scope,
            hint: hint(params)?,
            binding_message: params.get("binding_message").map(BindingMessage::parse).transpose()?,
            acr_values: match values {
                Some(values) => Acr::list(Some(values)),
                None => client.metadata.default_acr_values.clone(),
            },
            requested_expiry: params.get("requested_expiry").map(life).transpose()?,
            notification_token: notification_token(params, client)?,
        })
    }
}

/// Exactly one of three, and one of them is not offered.
fn hint(params: &Params) -> Result<Hint, OAuthError> {
    let given = |name| params.get(name).map(str::to_owned);
    let hints = [given("login_hint"), given("id_token_hint"), given("login_hint_token")];
    if hints.iter().flatten().count() != 1 {
        return Err(OAuthError::invalid_request("exactly one of login_hint and id_token_hint is needed"));
    }
    match hints {
        [_, _, Some(_)] => Err(OAuthError::invalid_request("login_hint_token is not supported")),
        [Some(hint), ..] if hint.len() <= LONGEST_HINT => Ok(Hint::Login(hint)),
        [_, Some(token), _] if token.len() <= LONGEST_HINT => Ok(Hint::IdToken(token)),
        _ => Err(OAuthError::invalid_request("the hint is too long")),
    }
}

/// A positive whole number; what is too short or too long for us becomes the nearest that is not.
fn life(text: &str) -> Result<Duration, OAuthError> {
    let digits = !text.is_empty() && text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u64>() {
        Ok(wish) if digits && wish > 0 => Ok(seconds(wish).clamp(SHORTEST_LIFE, LONGEST_LIFE)),
        _ => Err(OAuthError::invalid_request("requested_expiry is not a number of seconds")),
    }
}

/// A bearer token (RFC 6750 §2.1), needed by those who want to be notified.
fn notification_token(params: &Params, client: &Client) -> Result<Option<Secret>, OAuthError> {
    if client.metadata.ciba.delivery_mode != Some(DeliveryMode::Ping) {
        return Ok(None);
    }
    let token = params.required("client_notification_token")?;
    let body = token.trim_end_matches('=');
    let fits = !body.is_empty()
        && token.len() <= LONGEST_TOKEN
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte));
    if fits {
        Ok(Some(Secret::new(token)))
    } else {
        Err(OAuthError::invalid_request("client_notification_token is no bearer token"))
    }
}

/// Whether the person must sign in again before they can decide: none of the wished levels that can be reached here was
/// reached yet, and they have not signed in for it since it was asked.
pub fn wants_step_up(
    wished: &[Acr],
    server: &Server,
    reached: Acr,
    renewed_at: Timestamp,
    asked_at: Timestamp,
) -> bool {
    let mut possible = wished.iter().filter(|level| server.reaches(**level)).peekable();
    possible.peek().is_some() && possible.all(|level| *level > reached) && renewed_at < asked_at
}

/// What the client gets. [§7.3](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#successful_authentication_request_acknowdlegment)
#[derive(Debug)]
pub struct BackchannelAuthenticationResponse {
    /// What it polls with.
    pub auth_req_id: Secret,
    /// How long it is good, in seconds.
    pub expires_in: u64,
    /// The pause between two tries, in seconds.
    pub interval: u64,
}

#[derive(Serialize)]
struct Wire<'a> {
    auth_req_id: &'a str,
    expires_in: u64,
    interval: u64,
}

impl BackchannelAuthenticationResponse {
    /// The body.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Wire {
            auth_req_id: self.auth_req_id.expose(),
            expires_in: self.expires_in,
            interval: self.interval,
        })
    }
}

#[cfg(test)]
mod tests;
