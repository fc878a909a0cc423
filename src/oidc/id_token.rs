//! ID tokens. OpenID Connect Core §2, §3.1.3.6, §3.2.2.10, §3.3.2.11 and §12.2: who signed in, when and how; nothing
//! about the person beyond what was asked for by name in the `claims` parameter, or what no access token leads to.

use serde::Serialize;
use serde_json::{Map, Value};

use super::access_token::{numeric_date, optional_numeric_date};
use crate::base::{Result, Timestamp};
use crate::jose::{Algorithm, Claims, JwtError, KeySet, SigningKey, Typ, sign};

/// The claims of an ID token that is about to be signed.
#[derive(Serialize)]
pub struct IdTokenClaims<'a> {
    /// The issuer.
    pub iss: &'a str,
    /// The person as the client knows them.
    pub sub: &'a str,
    /// The client. It is the only audience, so there is no `azp`.
    pub aud: &'a str,
    /// When it ends.
    #[serde(serialize_with = "numeric_date")]
    pub exp: Timestamp,
    /// When it was made.
    #[serde(serialize_with = "numeric_date")]
    pub iat: Timestamp,
    /// When the person signed in.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_numeric_date")]
    pub auth_time: Option<Timestamp>,
    /// The value of the authorization request, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// How surely the person was recognised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'a str>,
    /// By which methods (RFC 8176).
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    pub amr: &'a [&'a str],
    /// The left half of the access token's hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<&'a str>,
    /// The left half of the hash of the code that comes beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<&'a str>,
    /// The left half of the hash of the `state` that comes beside it.
    /// [FAPI 1.0 Part 2 §5.2.2](https://openid.net/specs/openid-financial-api-part-2-1_0.html#authorization-server)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s_hash: Option<&'a str>,
    /// The session at this server, for sign-out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'a str>,
    /// Claims asked for by name, and those of the scope where no access token leads to them.
    #[serde(flatten)]
    pub requested: &'a Map<String, Value>,
}

impl IdTokenClaims<'_> {
    /// The names that the standard gives a meaning of its own; nothing asked for by name replaces them.
    #[rustfmt::skip]
    pub const RESERVED: [&'static str; 16] = [
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash",
        "s_hash", "sid",
    ];

    /// The signed token.
    pub fn sign(&self, key: &SigningKey) -> Result<String> {
        sign(key, Typ::Jwt, self)
    }
}

/// What an ID token of ours says when a client sends it back as `id_token_hint`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdTokenHint {
    /// The person as the client knows them.
    pub sub: String,
    /// The client it was issued to.
    pub aud: String,
    /// The session it was issued in.
    pub sid: Option<String>,
}

impl IdTokenHint {
    /// Check a hint: an ID token that this issuer signed. It may have expired: it only says whom the
    /// client means. [OpenID Connect RP-Initiated Logout §2](https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout)
    pub fn decode(token: &str, keys: &KeySet, issuer: &str) -> Result<Self, JwtError> {
        let claims = Claims::verified(token, Typ::Jwt, &Algorithm::ALL, keys)?;
        claims.issued_by(issuer)?;
        // A signed userinfo answer has neither moment, so it is not taken for an ID token.
        claims.moment("exp")?;
        claims.moment("iat")?;
        let audience = claims.audience()?;
        let [aud] = audience.as_slice() else { return Err(JwtError::Audience) };
        Ok(Self {
            sub: claims.text("sub")?.to_owned(),
            aud: (*aud).to_owned(),
            sid: claims.optional_text("sid")?.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::random::Random;
    use crate::oidc::access_token::AccessToken;

    const ISSUER: &str = "https://id.example";

    fn key() -> (SigningKey, KeySet) {
        let algorithm = Algorithm::Es256;
        let key = SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm, &Random::system()).unwrap());
        let key = key.unwrap();
        let keys = KeySet::new([key.public().clone()]);
        (key, keys)
    }

    fn claims(requested: &Map<String, Value>) -> IdTokenClaims<'_> {
        IdTokenClaims {
            iss: ISSUER,
            sub: "hanako",
            aud: "shop",
            exp: Timestamp::from_seconds(1300),
            iat: Timestamp::from_seconds(1000),
            auth_time: None,
            nonce: None,
            acr: Some("aal1"),
            amr: &["pwd"],
            at_hash: None,
            c_hash: None,
            s_hash: None,
            sid: Some("s1"),
            requested,
        }
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let nothing = Map::new();
        let value = serde_json::to_value(claims(&nothing)).unwrap();
        let names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        for absent in ["nonce", "auth_time", "at_hash", "c_hash", "s_hash", "azp", "requested"] {
            assert!(!names.contains(&absent), "{names:?}");
        }
        assert_eq!(value["aud"], "shop");
    }

    #[test]
    fn a_hint_may_be_old_but_must_be_ours() {
        let (key, keys) = key();
        let nothing = Map::new();
        let token = claims(&nothing).sign(&key).unwrap();
        let hint = IdTokenHint::decode(&token, &keys, ISSUER).unwrap();
        assert_eq!((hint.sub.as_str(), hint.aud.as_str(), hint.sid.as_deref()), ("hanako", "shop", Some("s1")));
        assert_eq!(IdTokenHint::decode(&token, &keys, "https://other.example"), Err(JwtError::Issuer));
        assert_eq!(AccessToken::decode(&token, &keys, ISSUER), Err(JwtError::Typ));
    }

    #[test]
    fn a_signed_userinfo_answer_is_no_hint() {
        let (key, keys) = key();
        let answer = serde_json::json!({"iss": ISSUER, "aud": "shop", "sub": "hanako"});
        let token = sign(&key, Typ::Jwt, &answer).unwrap();
        assert_eq!(IdTokenHint::decode(&token, &keys, ISSUER), Err(JwtError::Claim("exp")));
    }
}
