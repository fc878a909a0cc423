//! Request objects: an authorization request as a JWT that the client signed. RFC 9101 §4 and §6, OpenID Connect Core
//! §6.1, FAPI 2.0 Message Signing §5.3.
//!
//! # Decisions
//! - A signature is asked of every object; `none` is no algorithm here.
//! - The object must say whose it is, by `iss` or `client_id`: several clients may have the same keys.
//! - A client assertion is no request object, even if it has the parameters of one (RFC 9101 §10.8).
//! - An object with a `jti` counts once, and therefore must have an end. Without one it counts until it ends; what it
//!   leads to is bound to `code_challenge`, `state` and `nonce` like that of every request.

use std::fmt::Display;
use std::time::Duration;

use serde_json::{Map, Value};

use super::arrival::PARAMETERS;
use crate::base::Timestamp;
use crate::base::time::{days, hours, seconds};
use crate::jose::claims::Times;
use crate::jose::{Algorithm, Claims};
use crate::oidc::client::Client;
use crate::oidc::error::OAuthError;
use crate::oidc::once::OneTimeName;
use crate::oidc::params::Params;

/// The media type of request objects, and the one of every JWT, which older clients name.
pub const TYP: [&str; 2] = ["oauth-authz-req+jwt", "JWT"];
/// How far a client's clock may run ahead.
const LEEWAY: Duration = seconds(10);
/// The longest life of an object that must be signed, and how long ago it may have begun.
/// [FAPI 2.0 Message Signing §5.3.1](https://openid.net/specs/fapi-message-signing-2_0-final.html#section-5.3.1)
const LONGEST_LIFE: Duration = hours(1);
/// How long a used name is remembered at most.
const LONGEST_MEMORY: Duration = days(1);

/// An accepted object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestObject {
    /// What it asks for.
    pub params: Params,
    /// The name under which it counts once.
    pub name: Option<OneTimeName>,
}

/// Take an object whose signature is the client's.
pub fn accept(claims: &Claims, client: &Client, issuer: &str, now: Timestamp) -> Result<RequestObject, OAuthError> {
    let must_sign = client.rules().signed_request;
    belongs_to(claims, client, must_sign)?;
    is_for(claims, issuer, must_sign)?;
    let times = times(claims, must_sign, now)?;
    Ok(RequestObject { name: name(claims, times, now)?, params: parameters(claims.members())? })
}

/// The algorithms that count from this client: the one that it registered, else those of its profile.
pub fn algorithms(client: &Client) -> Vec<Algorithm> {
    let mut allowed = client.rules().algorithms.to_vec();
    if let Some(pinned) = client.metadata.request.signing_alg {
        allowed.retain(|algorithm| *algorithm == pinned);
    }
    allowed
}

/// The sentence for a token that is not even read.
pub fn unreadable(error: impl Display) -> OAuthError {
    refused(format!("the request object is refused: {error}"))
}

fn belongs_to(claims: &Claims, client: &Client, must_sign: bool) -> Result<(), OAuthError> {
    let text = |name| claims.optional_text(name).map_err(unreadable);
    let (iss, client_id) = (text("iss")?, text("client_id")?);
    if [iss, client_id].into_iter().flatten().any(|named| named != client.id.as_ref()) {
        return Err(refused("iss or client_id of the request object is not that of the client"));
    }
    if iss.is_none() && (must_sign || client_id.is_none()) {
        return Err(refused("the request object has no iss"));
    }
    if text("sub")? == Some(client.id.as_ref()) {
        return Err(refused("the request object has the client as its sub: it looks like a client assertion"));
    }
    Ok(())
}

fn is_for(claims: &Claims, issuer: &str, must_sign: bool) -> Result<(), OAuthError> {
    if !claims.members().contains_key("aud") && !must_sign {
        return Ok(());
    }
    if claims.audience().map_err(unreadable)?.contains(&issuer) {
        Ok(())
    } else {
        Err(refused("aud of the request object is not the issuer of this server"))
    }
}

fn times(claims: &Claims, must_sign: bool, now: Timestamp) -> Result<Times, OAuthError> {
    let times = claims.timely(now, LEEWAY).map_err(unreadable)?;
    if !must_sign {
        return Ok(times);
    }
    let (Some(expires), Some(begins)) = (times.expires, times.begins) else {
        return Err(refused("the request object must have exp and nbf"));
    };
    if expires > begins.plus(LONGEST_LIFE) {
        return Err(refused("the request object lives longer than an hour"));
    }
    if begins.plus(LONGEST_LIFE) < now {
        return Err(refused("the request object began more than an hour ago"));
    }
    Ok(times)
}

fn name(claims: &Claims, times: Times, now: Timestamp) -> Result<Option<OneTimeName>, OAuthError> {
    let Some(jti) = claims.optional_text("jti").map_err(unreadable)? else { return Ok(None) };
    let until = times.expires.or(times.issued.map(|issued| issued.plus(LONGEST_MEMORY)));
    let remembered = now..=now.plus(LONGEST_MEMORY).plus(LEEWAY);
    match until.filter(|until| remembered.contains(until)) {
        Some(until) => Ok(Some(OneTimeName { jti: jti.to_owned(), until })),
        None => Err(refused("a request object with a jti must end within a day")),
    }
}

/// The members that are parameters. A value may be what JSON has for it: a number, an object, a list.
fn parameters(members: &Map<String, Value>) -> Result<Params, OAuthError> {
    if ["request", "request_uri"].iter().any(|name| members.contains_key(*name)) {
        return Err(refused("a request object must not hold request or request_uri"));
    }
    let mut pairs = Vec::new();
    for name in PARAMETERS {
        let Some(value) = members.get(*name) else { continue };
        match (*name, value) {
            (_, Value::String(text)) => pairs.push((*name, text.clone())),
            ("max_age", Value::Number(number)) => pairs.push((*name, number.to_string())),
            ("claims" | "registration", Value::Object(_)) | ("authorization_details", Value::Array(_)) => {
                pairs.push((*name, value.to_string()));
            }
            ("resource", Value::Array(several)) => {
                let texts = several.iter().map(|one| one.as_str().map(|text| (*name, text.to_owned())));
                pairs.extend(texts.collect::<Option<Vec<_>>>().ok_or_else(|| wrong_type(name))?);
            }
            _ => return Err(wrong_type(name)),
        }
    }
    Params::from_pairs(pairs).map_err(|error| refused(error.description().to_owned()))
}

fn wrong_type(name: &str) -> OAuthError {
    refused(format!("{name} in the request object is of the wrong type"))
}

fn refused(sentence: impl Into<std::borrow::Cow<'static, str>>) -> OAuthError {
    OAuthError::invalid_request_object(sentence)
}

#[cfg(test)]
mod tests;
