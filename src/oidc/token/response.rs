//! The answer of the token endpoint. RFC 6749 §5.1, RFC 8693 §2.2.1, RFC 9396 §7, OpenID Connect Core §3.1.3.3.

use serde::Serialize;
use serde_json::Value;

use crate::base::secret::Secret;

/// The tokens.
#[derive(Debug)]
pub struct TokenResponse {
    /// The access token.
    pub access_token: Secret,
    /// How it is used: `Bearer`, or `DPoP` with a proof.
    pub token_type: &'static str,
    /// Its life in seconds.
    pub expires_in: u64,
    /// What it allows; always said, though it is required only where it differs from what was asked.
    pub scope: String,
    /// What it allows in detail, as it was granted.
    pub authorization_details: Vec<Value>,
    /// The ID token, where `openid` was granted.
    pub id_token: Option<Secret>,
    /// The refresh token, where the client may have one.
    pub refresh_token: Option<Secret>,
    /// What kind of token it is, after an exchange (RFC 8693 §2.2.1).
    pub issued_token_type: Option<&'static str>,
}

#[derive(Serialize)]
struct Wire<'a> {
    access_token: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
    token_type: &'static str,
    expires_in: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    scope: &'a str,
    #[serde(skip_serializing_if = "<[Value]>::is_empty")]
    authorization_details: &'a [Value],
}

impl TokenResponse {
    /// The body, written once: the tokens are not copied into a tree of values first.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Wire {
            access_token: self.access_token.expose(),
            issued_token_type: self.issued_token_type,
            token_type: self.token_type,
            expires_in: self.expires_in,
            refresh_token: self.refresh_token.as_ref().map(Secret::expose),
            id_token: self.id_token.as_ref().map(Secret::expose),
            scope: &self.scope,
            authorization_details: &self.authorization_details,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_issued_is_not_mentioned() {
        let response = TokenResponse {
            access_token: Secret::new("at"),
            token_type: "Bearer",
            expires_in: 300,
            scope: String::new(),
            authorization_details: Vec::new(),
            id_token: None,
            refresh_token: None,
            issued_token_type: None,
        };
        let json = String::from_utf8(response.to_json().unwrap()).unwrap();
        assert_eq!(json, r#"{"access_token":"at","token_type":"Bearer","expires_in":300}"#);
        assert!(!format!("{response:?}").contains("at\""));
    }
}
