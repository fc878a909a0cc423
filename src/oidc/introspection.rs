//! The answer of the introspection endpoint. RFC 7662 §2.2, RFC 9396 §9.2.

use serde::Serialize;
use serde_json::Value;

use super::access_token::AccessToken;
use super::client::Client;
use super::error::OAuthError;
use super::scope::Scope;
use crate::base::Timestamp;
use crate::base::id::ClientId;

/// What is said about a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Introspection {
    /// It counts.
    Active(Active),
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
    /// What it allows in detail.
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
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    authorization_details: &'a [Value],
}

impl Introspection {
    /// The body.
    pub fn to_json(&self, issuer: &str) -> Result<Vec<u8>, serde_json::Error> {
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
                token_type: token.jti.is_some().then_some("Bearer"),
                iat: token.issued_at.map(Timestamp::seconds),
                aud: &token.audience,
                jti: token.jti.as_deref(),
                authorization_details: &token.authorization_details,
            }),
        }
    }
}

/// [RFC 7662 §2.1](https://www.rfc-editor.org/rfc/rfc7662#section-2.1): only a caller that proved itself may
/// ask, or anybody could try tokens out.
pub fn may_ask(caller: &Client) -> Result<(), OAuthError> {
    if caller.is_public() {
        return Err(OAuthError::invalid_client("a public client cannot introspect tokens"));
    }
    Ok(())
}

/// Whether a token is the caller's business: issued to it, or meant for it.
pub fn concerns(token: &AccessToken, caller: &ClientId) -> bool {
    token.client == *caller || token.is_for(caller.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inactive_token_is_not_described() {
        assert_eq!(Introspection::Inactive.to_json("https://id.example").unwrap(), br#"{"active":false}"#);
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
            authorization_details: Vec::new(),
        };
        let body = Introspection::Active(active.clone()).to_json("https://id.example").unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "active": true, "iss": "https://id.example", "client_id": "shop", "sub": "hanako", "exp": 1300,
                "iat": 1000, "scope": "openid email", "token_type": "Bearer", "aud": ["https://id.example"], "jti": "j"
            })
        );
        let refresh = Active { audience: Vec::new(), issued_at: None, jti: None, ..active };
        let body = Introspection::Active(refresh).to_json("https://id.example").unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        for absent in ["token_type", "aud", "jti", "iat"] {
            assert!(body.get(absent).is_none(), "{absent}");
        }
    }
}
