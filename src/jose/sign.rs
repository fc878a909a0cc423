//! Signed tokens in compact form. RFC 7515 §3.1 and §7.1, RFC 7519 §7.1.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use super::{Algorithm, SigningKey};
use crate::base::{Fault, Result};

/// What kind of token it is: the `typ` header, so that one kind is never taken for another
/// ([RFC 8725 §3.11](https://www.rfc-editor.org/rfc/rfc8725#section-3.11)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typ {
    /// An access token (RFC 9068 §2.1).
    AccessToken,
    /// An ID token, a signed userinfo answer or a signed authorization response; none has a `typ` of its own.
    Jwt,
    /// A logout token (OpenID Connect Back-Channel Logout §2.4).
    LogoutToken,
    /// An introspection answer (RFC 9701 §5).
    Introspection,
}

impl Typ {
    const ALL: [Self; 4] = [Self::AccessToken, Self::Jwt, Self::LogoutToken, Self::Introspection];

    /// The header's value.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::Jwt => "JWT",
            Self::LogoutToken => "logout+jwt",
            Self::Introspection => "token-introspection+jwt",
        }
    }
}

/// Sign `claims` with `key`.
pub fn sign(key: &SigningKey, typ: Typ, claims: &impl Serialize) -> Result<String> {
    let payload = serde_json::to_vec(claims).map_err(|error| Fault::because("claims could not be written", error))?;
    let header = key.headers.get(typ);
    // Header, payload and a signature of at most 342 characters (RSA-2048).
    let mut token = String::with_capacity(header.len() + payload.len() * 4 / 3 + 4 + 344);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&payload, &mut token);
    let signature = key.signature(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
    Ok(token)
}

/// The encoded headers of one key: they never change, so they are written once.
pub(super) struct Headers([String; 4]);

impl Headers {
    pub(super) fn new(algorithm: Algorithm, kid: &str) -> Self {
        Self(Typ::ALL.map(|typ| {
            // A thumbprint and the names need no escaping.
            let json = format!(r#"{{"typ":"{}","kid":"{kid}","alg":"{}"}}"#, typ.name(), algorithm.name());
            URL_SAFE_NO_PAD.encode(json)
        }))
    }

    fn get(&self, typ: Typ) -> &str {
        match typ {
            Typ::AccessToken => &self.0[0],
            Typ::Jwt => &self.0[1],
            Typ::LogoutToken => &self.0[2],
            Typ::Introspection => &self.0[3],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::from_base64url;
    use crate::base::random::Random;

    #[test]
    fn a_token_has_three_parts_and_names_type_key_and_algorithm() {
        let pkcs8 = SigningKey::generate(Algorithm::Es256, &Random::system()).unwrap();
        let key = SigningKey::from_pkcs8(Algorithm::Es256, &pkcs8).unwrap();
        for (typ, name) in [
            (Typ::AccessToken, "at+jwt"),
            (Typ::Jwt, "JWT"),
            (Typ::LogoutToken, "logout+jwt"),
            (Typ::Introspection, "token-introspection+jwt"),
        ] {
            let token = sign(&key, typ, &serde_json::json!({"sub": "花子"})).unwrap();
            let parts: Vec<Vec<u8>> = token.split('.').map(|part| from_base64url(part).unwrap()).collect();
            assert_eq!(parts.len(), 3);
            let header: serde_json::Value = serde_json::from_slice(&parts[0]).unwrap();
            assert_eq!(header, serde_json::json!({"typ": name, "alg": "ES256", "kid": key.kid()}));
            let claims: serde_json::Value = serde_json::from_slice(&parts[1]).unwrap();
            assert_eq!(claims["sub"], "花子");
            assert_eq!(parts[2].len(), 64);
        }
    }
}
