//! What is encrypted for a client, and how. OpenID Connect Dynamic Client Registration §2
//! (`id_token_encrypted_response_alg`, `userinfo_encrypted_response_alg` and their `_enc`), JARM §3.

use serde_json::{Value, json};

use super::keys::KeySource;
use crate::jose::{ContentEncryption, KeyManagement};
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::error::OAuthError;

/// What can be encrypted for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// ID tokens, and logout tokens like them (Back-Channel Logout §2.4).
    IdToken,
    /// Answers of the userinfo endpoint.
    UserInfo,
    /// Authorization responses that are JWTs.
    AuthorizationResponse,
}

impl Sealed {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::IdToken, Self::UserInfo, Self::AuthorizationResponse];

    /// The members that say how.
    pub const fn members(self) -> (&'static str, &'static str) {
        match self {
            Self::IdToken => ("id_token_encrypted_response_alg", "id_token_encrypted_response_enc"),
            Self::UserInfo => ("userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc"),
            Self::AuthorizationResponse => {
                ("authorization_encrypted_response_alg", "authorization_encrypted_response_enc")
            }
        }
    }
}

/// How something is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encryption {
    /// The `alg`.
    pub algorithm: KeyManagement,
    /// The `enc`; `A128CBC-HS256` where none was registered.
    pub content: ContentEncryption,
}

/// What was registered about encryption; what is absent stays open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EncryptionMetadata([Option<Encryption>; Sealed::ALL.len()]);

impl EncryptionMetadata {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        let mut all = Self::default();
        for (slot, kind) in all.0.iter_mut().zip(Sealed::ALL) {
            let (alg, enc) = kind.members();
            let algorithm = members.choice(alg, KeyManagement::parse)?;
            let content = members.choice(enc, ContentEncryption::parse)?;
            *slot = match (algorithm, content) {
                (Some(algorithm), content) => Some(Encryption { algorithm, content: content.unwrap_or_default() }),
                (None, None) => None,
                (None, Some(_)) => return Err(wrong(enc, &format!("needs {alg}"))),
            };
        }
        Ok(all)
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        for (kind, encryption) in Sealed::ALL.into_iter().zip(self.0) {
            let (alg, enc) = kind.members();
            put(alg, json!(encryption.map(|encryption| encryption.algorithm.name())));
            put(enc, json!(encryption.map(|encryption| encryption.content.name())));
        }
    }

    /// There must be a key to encrypt to, or an address that may have one.
    pub(super) fn check(&self, keys: &KeySource) -> Result<(), OAuthError> {
        for (kind, encryption) in Sealed::ALL.into_iter().zip(self.0) {
            let Some(Encryption { algorithm, .. }) = encryption else { continue };
            let has_key = match keys {
                KeySource::Nothing => false,
                KeySource::Registered { keys, .. } => keys.encrypting(algorithm).is_some(),
                KeySource::Published(_) => true,
            };
            if !has_key {
                let (alg, _) = kind.members();
                return Err(wrong(alg, &format!("needs a key for {} in jwks or at jwks_uri", algorithm.name())));
            }
        }
        Ok(())
    }

    /// How this is encrypted; `None` leaves it open.
    pub fn of(&self, kind: Sealed) -> Option<Encryption> {
        Sealed::ALL.into_iter().zip(self.0).find_map(|(own, encryption)| encryption.filter(|_| own == kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::ClientMetadata;

    const P256: &str = r#"{"kty": "EC", "crv": "P-256", "use": "enc",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}"#;

    fn register(more: &str) -> Result<ClientMetadata, OAuthError> {
        ClientMetadata::register(&format!(r#"{{"redirect_uris": ["https://rp.example/cb"], {more}}}"#))
    }

    #[test]
    fn what_was_registered_is_read_back_with_its_default() {
        let metadata = register(&format!(
            r#""jwks": {{"keys": [{P256}]}}, "id_token_encrypted_response_alg": "ECDH-ES",
               "userinfo_encrypted_response_alg": "ECDH-ES+A128KW", "userinfo_encrypted_response_enc": "A256GCM""#
        ))
        .unwrap();
        let id_token = metadata.encryption.of(Sealed::IdToken).unwrap();
        assert_eq!((id_token.algorithm.name(), id_token.content.name()), ("ECDH-ES", "A128CBC-HS256"));
        assert_eq!(metadata.encryption.of(Sealed::UserInfo).unwrap().content.name(), "A256GCM");
        assert_eq!(metadata.encryption.of(Sealed::AuthorizationResponse), None);
        let json = metadata.to_json();
        assert_eq!(json["id_token_encrypted_response_enc"], "A128CBC-HS256");
        let stored = ClientMetadata::from_stored(&Value::Object(json).to_string()).unwrap();
        assert_eq!(stored.encryption, metadata.encryption);
    }

    #[test]
    fn nothing_is_registered_that_could_not_be_encrypted() {
        let keys = format!(r#""jwks": {{"keys": [{P256}]}}"#);
        for kind in Sealed::ALL {
            let (alg, enc) = kind.members();
            for bad in [
                format!(r#""{alg}": "ECDH-ES""#),
                format!(r#"{keys}, "{alg}": "RSA-OAEP-256""#),
                format!(r#"{keys}, "{alg}": "RSA1_5""#),
                format!(r#"{keys}, "{alg}": "dir""#),
                format!(r#"{keys}, "{alg}": "none""#),
                format!(r#"{keys}, "{alg}": "ECDH-ES", "{enc}": "A192GCM""#),
                format!(r#"{keys}, "{enc}": "A128GCM""#),
            ] {
                assert_eq!(register(&bad).unwrap_err().code.as_str(), "invalid_client_metadata", "{bad}");
            }
            assert!(register(&format!(r#""jwks_uri": "https://rp.example/jwks", "{alg}": "RSA-OAEP-256""#)).is_ok());
        }
    }
}
