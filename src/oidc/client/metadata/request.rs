//! How a client's authorization requests arrive. OpenID Connect Dynamic Client Registration §2 (`request_uris`,
//! `request_object_signing_alg`, `request_object_encryption_alg` and `_enc`), RFC 9101 §10.5, RFC 9126 §6.

use serde_json::{Value, json};

use super::{ClientMetadata, KeySource};
use crate::base::url::is_showable_link;
use crate::jose::{Algorithm, ContentEncryption, KeyManagement};
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::client::profile::Rules;
use crate::oidc::error::OAuthError;

/// What was registered about requests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestMetadata {
    /// `request_object_signing_alg`: the only algorithm of its request objects; absent means every one that the profile
    /// takes.
    pub signing_alg: Option<Algorithm>,
    /// `request_object_encryption_alg`: what it says it may encrypt its objects with. It may do so in every other way
    /// that is supported, or leave them open.
    pub encryption_alg: Option<KeyManagement>,
    /// `request_object_encryption_enc`
    pub encryption_enc: Option<ContentEncryption>,
    /// `request_uris`: where its request objects may be fetched.
    pub uris: Vec<String>,
    /// `require_pushed_authorization_requests`
    pub pushed_only: bool,
    /// `require_signed_request_object`
    pub signed_only: bool,
}

impl RequestMetadata {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        let uris = members.list("request_uris")?.unwrap_or_default();
        Ok(Self {
            signing_alg: members.choice("request_object_signing_alg", Algorithm::known_as)?,
            encryption_alg: members.choice("request_object_encryption_alg", KeyManagement::parse)?,
            encryption_enc: members.choice("request_object_encryption_enc", ContentEncryption::parse)?,
            uris: uris.into_iter().map(str::to_owned).collect(),
            pushed_only: members.flag("require_pushed_authorization_requests")?,
            signed_only: members.flag("require_signed_request_object")?,
        })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        put("request_object_signing_alg", json!(self.signing_alg.map(Algorithm::name)));
        put("request_object_encryption_alg", json!(self.encryption_alg.map(KeyManagement::name)));
        put("request_object_encryption_enc", json!(self.encryption_enc.map(ContentEncryption::name)));
        put("request_uris", json!(self.uris));
        if self.pushed_only {
            put("require_pushed_authorization_requests", json!(true));
        }
        if self.signed_only {
            put("require_signed_request_object", json!(true));
        }
    }

    pub(super) fn check(&self, keys: &KeySource, rules: &Rules) -> Result<(), OAuthError> {
        if self.signing_alg.is_some_and(|algorithm| !rules.algorithms.contains(&algorithm)) {
            return Err(wrong("request_object_signing_alg", "has an algorithm that the profile refuses"));
        }
        if self.encryption_enc.is_some() && self.encryption_alg.is_none() {
            return Err(wrong("request_object_encryption_enc", "needs request_object_encryption_alg"));
        }
        if self.uris.iter().any(|uri| !is_showable_link(uri)) {
            return Err(wrong("request_uris", "must be https URLs"));
        }
        // Nothing that such a client sends could ever be accepted.
        if (self.signed_only || rules.signed_request) && *keys == KeySource::Nothing {
            return Err(wrong("jwks", "or jwks_uri is needed by a client whose requests must be signed"));
        }
        Ok(())
    }
}

impl ClientMetadata {
    /// Whether every authorization request of the client must be pushed.
    pub fn must_push_requests(&self) -> bool {
        self.hosho_profile.rules().pushed_request || self.request.pushed_only
    }

    /// Whether every authorization request of the client must be signed.
    pub fn must_sign_requests(&self) -> bool {
        self.hosho_profile.rules().signed_request || self.request.signed_only
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register(more: &str) -> Result<ClientMetadata, OAuthError> {
        ClientMetadata::register(&format!(r#"{{"redirect_uris": ["https://rp.example/cb"], {more}}}"#))
    }

    #[test]
    fn what_was_registered_is_read_back() {
        let members = r#""jwks_uri": "https://rp.example/jwks", "request_object_signing_alg": "PS256",
            "request_object_encryption_alg": "ECDH-ES", "request_object_encryption_enc": "A256GCM",
            "request_uris": ["https://rp.example/object#x"], "require_pushed_authorization_requests": true,
            "require_signed_request_object": true"#;
        let metadata = register(members).unwrap();
        assert!(metadata.must_push_requests() && metadata.must_sign_requests());
        let stored = ClientMetadata::from_stored(&Value::Object(metadata.to_json()).to_string()).unwrap();
        assert_eq!(stored.request, metadata.request);
        let plain = register(r#""client_name": "x""#).unwrap();
        assert_eq!(plain.request, RequestMetadata::default());
        assert!(!plain.to_json().keys().any(|name| name.starts_with("request_")));
        assert!(!plain.to_json().contains_key("require_pushed_authorization_requests"));
        // The newer name of the same algorithm.
        let newer = register(r#""request_object_signing_alg": "Ed25519""#).unwrap();
        assert_eq!(newer.request.signing_alg, Some(Algorithm::EdDsa));
    }

    #[test]
    fn what_could_never_work_is_refused() {
        for bad in [
            r#""request_object_signing_alg": "none""#,
            r#""request_object_signing_alg": "HS256""#,
            r#""request_object_signing_alg": 1"#,
            r#""request_object_encryption_alg": "RSA1_5""#,
            r#""request_object_encryption_alg": "dir", "request_object_encryption_enc": "A128GCM""#,
            r#""request_object_encryption_enc": "A128GCM""#,
            r#""request_uris": ["http://rp.example/object"]"#,
            r#""request_uris": "https://rp.example/object""#,
            r#""require_pushed_authorization_requests": "true""#,
            r#""require_signed_request_object": true"#,
        ] {
            assert_eq!(register(bad).unwrap_err().code.as_str(), "invalid_client_metadata", "{bad}");
        }
    }
}
