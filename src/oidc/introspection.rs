//! The answer of the introspection endpoint. RFC 7662 §2.2, RFC 9396 §9.2; as a JWT, RFC 9701.

use serde::Serialize;
use serde_json::{Value, json};

use super::access_token::AccessToken;
use super::client::Client;
use super::confirmation::Confirmation;
use super::error::OAuthError;
use super::resource_server::ResourceServer;
use super::scope::Scope;
use crate::base::id::ClientId;
use crate::base::{Fault, Result, Timestamp};
use crate::jose::{SigningKey, Typ, sign};

/// What is said about a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Introspection {
    /// It counts.
    Active(Box<Active>),
    /// It does not, or it is none of the caller's business: not a word more (RFC 7662 §4).
    Inactive,
}

/// A token that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Active {
    /// What it allows.
    pub scope: Scope,
    /// The client it was issued to.
    pub client: ClientId,
    /// The person as that client knows them, or the client itself.
    pub sub: String,
    /// Whom it is for; empty for a refresh token.
    pub audience: Vec<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was made, where that is known.
    pub issued_at: Option<Timestamp>,
    /// Its name, for an access token.
    pub jti: Option<String>,
    /// When the person signed in.
    pub auth_time: Option<Timestamp>,
    /// How surely the person was recognised.
    pub acr: Option<String>,
    /// The key that whoever uses it must prove (RFC 9449 §6.2, RFC 8705 §3.2).
    pub cnf: Option<Confirmation>,
    /// Who acts for the person (RFC 8693 §4.1).
    pub act: Option<Value>,
    /// What was granted in detail (RFC 9396 §9.2).
    pub authorization_details: Vec<Value>,
}

#[derive(Serialize)]
struct Wire<'a> {
    active: bool,
    iss: &'a str,
    client_id: &'a str,
    sub: &'a str,
    exp: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    aud: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'a Value>,
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    authorization_details: &'a [Value],
}

/// The media type of an answer that is a JWT. [RFC 9701 §4](https://www.rfc-editor.org/rfc/rfc9701#section-4)
pub const JWT_TYPE: &str = "application/token-introspection+jwt";

impl Introspection {
    /// The body.
    pub fn to_json(&self, issuer: &str) -> std::result::Result<Vec<u8>, serde_json::Error> {
        match self {
            Self::Inactive => Ok(br#"{"active":false}"#.to_vec()),
            Self::Active(token) => serde_json::to_vec(&Wire {
                active: true,
                iss: issuer,
                client_id: token.client.as_ref(),
                sub: &token.sub,
                exp: token.expires_at.seconds(),
                scope: token.scope.to_string(),
                // A refresh token is none of the types of RFC 6749 §7.1.
                token_type: token.jti.is_some().then(|| token.cnf.as_ref().map_or("Bearer", Confirmation::token_type)),
                iat: token.issued_at.map(Timestamp::seconds),
                aud: &token.audience,
                jti: token.jti.as_deref(),
                auth_time: token.auth_time.map(Timestamp::seconds),
                acr: token.acr.as_deref(),
                cnf: token.cnf.as_ref().map(Confirmation::to_json),
                act: token.act.as_ref(),
                authorization_details: &token.authorization_details,
            }),
        }
    }

    /// The body as a JWT for the caller. Its own claims say who tells this and to whom; what is told stands apart, so
    /// that nobody takes it for an access token.
    /// [RFC 9701 §5](https://www.rfc-editor.org/rfc/rfc9701#section-5)
    pub fn sign(&self, key: &SigningKey, issuer: &str, caller: &ClientId, now: Timestamp) -> Result<String> {
        let unwritten = |error| Fault::because("an introspection could not be written", error);
        let told: Value = serde_json::from_slice(&self.to_json(issuer).map_err(unwritten)?).map_err(unwritten)?;
        let claims = json!({
            "iss": issuer, "aud": caller.as_ref(), "iat": now.seconds(), "token_introspection": told,
        });
        sign(key, Typ::Introspection, &claims)
    }
}

/// Whether an `Accept` header asks for a JWT ([RFC 9110 §12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)).
/// Whoever accepts anything gets JSON.
pub fn wants_jwt(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(JWT_TYPE));
        let is_refused = parts.any(|part| {
            let weight = part.strip_prefix("q=").or_else(|| part.strip_prefix("Q="));
            weight.is_some_and(|weight| weight.parse() == Ok(0.0))
        });
        is_named && !is_refused
    })
}

/// [RFC 7662 §2.1](https://www.rfc-editor.org/rfc/rfc7662#section-2.1): only a caller that proved itself may
/// ask, or anybody could try tokens out.
pub fn may_ask(caller: &Client) -> std::result::Result<(), OAuthError> {
    if caller.is_public() {
        return Err(OAuthError::invalid_client("a public client cannot introspect tokens"));
    }
    Ok(())
}

/// How much of a token is whose business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What of its scope is told.
    pub scope: Scope,
    /// What of its audience.
    pub audience: Vec<String>,
    /// What of its details.
    pub authorization_details: Vec<Value>,
}

/// What a caller may know of a token: the client that it was issued to all of it, a resource server that it is for what
/// concerns that server, and everybody else nothing. `own` are the caller's resource servers.
/// [RFC 7662 §4](https://www.rfc-editor.org/rfc/rfc7662#section-4), [RFC 9701 §5](https://www.rfc-editor.org/rfc/rfc9701#section-5)
pub fn told(token: &AccessToken, caller: &ClientId, own: &[&ResourceServer]) -> Option<Told> {
    if token.client == *caller {
        return Some(Told {
            scope: token.scope.clone(),
            audience: token.audience.clone(),
            authorization_details: token.authorization_details.clone(),
        });
    }
    let concerned: Vec<_> = own.iter().filter(|server| token.is_for(&server.uri)).collect();
    (!concerned.is_empty()).then(|| Told {
        scope: concerned.iter().fold(Scope::default(), |all, server| all.and(&server.part_of(&token.scope))),
        audience: concerned.iter().map(|server| server.uri.clone()).collect(),
        authorization_details: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inactive_token_is_not_described() {
        assert_eq!(Introspection::Inactive.to_json("https://id.example").unwrap(), br#"{"active":false}"#);
    }

    #[test]
    fn a_jwt_is_for_those_who_name_it() {
        for asks in [
            JWT_TYPE,
            "application/json, Application/Token-Introspection+JWT;q=0.5",
            " application/token-introspection+jwt ;q=1",
        ] {
            assert!(wants_jwt(asks), "{asks}");
        }
        for other in [
            "",
            "*/*",
            "application/*",
            "application/jwt",
            "application/token-introspection+jwt;q=0",
            "application/token-introspection+jwt;q=0.000",
        ] {
            assert!(!wants_jwt(other), "{other}");
        }
    }

    #[test]
    fn an_active_token_is() {
        let active = Active {
            scope: Scope::parse("openid email").unwrap(),
            client: ClientId::from("shop"),
            sub: "hanako".to_owned(),
            audience: vec!["https://id.example".to_owned()],
            expires_at: Timestamp::from_seconds(1300),
            issued_at: Some(Timestamp::from_seconds(1000)),
            jti: Some("j".to_owned()),
            auth_time: Some(Timestamp::from_seconds(900)),
            acr: Some("aal1".to_owned()),
            cnf: None,
            act: None,
            authorization_details: Vec::new(),
        };
        let body = Introspection::Active(active.clone().into()).to_json("https://id.example").unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            json!({
                "active": true, "iss": "https://id.example", "client_id": "shop", "sub": "hanako", "exp": 1300,
                "iat": 1000, "scope": "openid email", "token_type": "Bearer", "aud": ["https://id.example"], "jti": "j",
                "auth_time": 900, "acr": "aal1"
            })
        );
        let bound = Active {
            cnf: Some(Confirmation::Jkt("k".to_owned())),
            act: Some(json!({"sub": "robot"})),
            authorization_details: vec![json!({"type": "product_ownership"})],
            ..active.clone()
        };
        let body: Value = serde_json::from_slice(&Introspection::Active(bound.into()).to_json("x").unwrap()).unwrap();
        assert_eq!((&body["token_type"], &body["cnf"]), (&json!("DPoP"), &json!({"jkt": "k"})));
        assert_eq!(body["act"], json!({"sub": "robot"}));
        assert_eq!(body["authorization_details"], json!([{"type": "product_ownership"}]));
        let refresh = Active { audience: Vec::new(), issued_at: None, jti: None, ..active };
        let body = Introspection::Active(refresh.into()).to_json("https://id.example").unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        for absent in ["token_type", "aud", "jti", "iat"] {
            assert!(body.get(absent).is_none(), "{absent}");
        }
    }
}
