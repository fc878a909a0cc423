//! Signed authorization responses. JWT Secured Authorization Response Mode for OAuth 2.0 (JARM) §2.1 and §2.2.

use std::time::Duration;

use serde_json::{Map, Value};

use super::Response;
use crate::base::id::ClientId;
use crate::base::time::minutes;
use crate::base::{Result, Timestamp};
use crate::jose::{SigningKey, Typ, sign};

/// How long a response may be on its way: a redirect takes seconds.
const LIFETIME: Duration = minutes(2);

/// The response as a JWT: who answers, whom, until when, and every parameter as it would have travelled by itself.
/// [JARM §2.1](https://openid.net/specs/oauth-v2-jarm-final.html#section-2.1)
pub fn signed(
    response: &Response,
    issuer: &str,
    client: &ClientId,
    now: Timestamp,
    key: &SigningKey,
) -> Result<String> {
    let mut claims: Map<String, Value> =
        response.fields().iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect();
    claims.insert("iss".to_owned(), issuer.into());
    claims.insert("aud".to_owned(), client.as_ref().into());
    claims.insert("exp".to_owned(), now.plus(LIFETIME).seconds().into());
    sign(key, Typ::Jwt, &claims)
}
