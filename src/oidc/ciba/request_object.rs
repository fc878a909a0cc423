//! Signed requests: what is asked in the back channel as a JWT of the client. OpenID Connect CIBA §7.1.1 and §7.2,
//! FAPI-CIBA §5.2.2. Whatever is wrong with one is `invalid_request`: the standard knows no other word for it.

use std::borrow::Cow;
use std::fmt::Display;
use std::time::Duration;

use serde_json::{Map, Value};

use super::PARAMETERS;
use crate::base::Timestamp;
use crate::base::time::{hours, seconds};
use crate::jose::Claims;
use crate::oidc::client::Client;
use crate::oidc::error::OAuthError;
use crate::oidc::once::OneTimeName;
use crate::oidc::params::Params;

/// The media type of request objects, and the one of every JWT, which most clients name.
pub const TYP: [&str; 2] = ["oauth-authz-req+jwt", "JWT"];
/// How far a client's clock may run ahead.
const LEEWAY: Duration = seconds(10);
/// The longest life, and how long ago it may have begun.
const LONGEST_LIFE: Duration = hours(1);

/// An accepted object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestObject {
    /// What it asks for.
    pub params: Params,
    /// The name under which it counts once.
    pub name: OneTimeName,
}

/// The signed request among these parameters, if this client signs its requests; then nothing of it may stand outside.
pub fn of<'a>(params: &'a Params, client: &Client) -> Result<Option<&'a str>, OAuthError> {
    let must_sign = client.metadata.ciba.signing_alg.is_some();
    match params.get("request") {
        None if must_sign => Err(OAuthError::invalid_request("this client must sign its requests")),
        None => Ok(None),
        Some(_) if !must_sign => {
            Err(OAuthError::invalid_request("the client registered no backchannel_authentication_request_signing_alg"))
        }
        Some(object) => match PARAMETERS.iter().find(|name| is_given(params, name)) {
            None => Ok(Some(object)),
            Some(name) => Err(OAuthError::invalid_request(format!("{name} stands outside of the signed request"))),
        },
    }
}

fn is_given(params: &Params, name: &str) -> bool {
    if name == "resource" { params.resources().next().is_some() } else { params.get(name).is_some() }
}

/// Take an object whose signature is the client's. Every claim is needed.
pub fn accept(claims: &Claims, client: &Client, issuer: &str, now: Timestamp) -> Result<RequestObject, OAuthError> {
    if claims.text("iss").map_err(unreadable)? != client.id.as_ref() {
        return Err(refused("iss of the signed request is not the client"));
    }
    if !claims.audience().map_err(unreadable)?.contains(&issuer) {
        return Err(refused("aud of the signed request is not the issuer of this server"));
    }
    if claims.optional_text("sub").map_err(unreadable)? == Some(client.id.as_ref()) {
        return Err(refused("the signed request has the client as its sub: it looks like a client assertion"));
    }
    let times = claims.timely(now, LEEWAY).map_err(unreadable)?;
    let (Some(expires), Some(begins), Some(_)) = (times.expires, times.begins, times.issued) else {
        return Err(refused("the signed request must have exp, nbf and iat"));
    };
    if expires > begins.plus(LONGEST_LIFE) {
        return Err(refused("the signed request lives longer than an hour"));
    }
    if begins.plus(LONGEST_LIFE) < now {
        return Err(refused("the signed request began more than an hour ago"));
    }
    let jti = claims.text("jti").map_err(unreadable)?.to_owned();
    Ok(RequestObject { params: parameters(claims.members())?, name: OneTimeName { jti, until: expires } })
}

/// The sentence for a token that is not even read.
pub fn unreadable(error: impl Display) -> OAuthError {
    refused(format!("the signed request is refused: {error}"))
}

fn parameters(members: &Map<String, Value>) -> Result<Params, OAuthError> {
    let mut pairs = Vec::new();
    for name in PARAMETERS {
        let Some(value) = members.get(*name) else { continue };
        match (*name, value) {
            (_, Value::String(text)) => pairs.push((*name, text.clone())),
            ("requested_expiry", Value::Number(number)) => pairs.push((*name, number.to_string())),
            ("authorization_details", Value::Array(_)) => pairs.push((*name, value.to_string())),
            ("resource", Value::Array(several)) => {
                let texts = several.iter().map(|one| one.as_str().map(|text| (*name, text.to_owned())));
                pairs.extend(texts.collect::<Option<Vec<_>>>().ok_or_else(|| wrong_type(name))?);
            }
            _ => return Err(wrong_type(name)),
        }
    }
    Params::from_pairs(pairs)
}

fn wrong_type(name: &str) -> OAuthError {
    refused(format!("{name} in the signed request is of the wrong type"))
}

fn refused(sentence: impl Into<Cow<'static, str>>) -> OAuthError {
    OAuthError::invalid_request(sentence)
}
