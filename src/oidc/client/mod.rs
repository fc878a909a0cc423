//! The client as the engine sees it. RFC 6749 §2, RFC 7591 §2, OpenID Connect Dynamic Client Registration §2.

pub mod localized;
pub mod member;
pub mod metadata;
pub mod metadata_document;
pub mod origin;
pub mod profile;
pub mod redirect_uri;
pub mod registration;
pub mod words;

pub use localized::Localized;
pub use metadata::{ClientMetadata, Encryption, KeySource, ResponseMetadata, Sealed};
pub use origin::Origin;
pub use profile::{Profile, Rules};
pub use redirect_uri::RedirectUri;
pub use words::{ApplicationType, AuthMethod, GrantType};

use super::audience::Resources;
use super::error::OAuthError;
use super::response_type::ResponseType;
use super::scope::Scope;
use super::subject::{PairwiseKey, SubjectType};
use crate::base::Locale;
use crate::base::digest;
use crate::base::id::{ClientId, Subject};
use crate::base::secret::Secret;

/// A registered application, with what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// What it calls itself in requests.
    pub id: ClientId,
    /// What was registered.
    pub metadata: ClientMetadata,
    /// SHA-256 of the client secret. The secret has 256 random bits, so a slow hash would add nothing.
    pub secret_hash: Option<String>,
    /// Who registered it.
    pub origin: Origin,
    /// Whether the operator found out who is behind it, where the operator did not register it.
    pub verified: bool,
    /// The secret itself, where the client signs with it: a hash verifies no signature. It is kept sealed.
    pub signing_secret: Option<Secret>,
    /// Switched off: nothing it sends counts.
    pub disabled: bool,
}

impl Client {
    /// The name to show, or the identifier where no name was registered.
    pub fn name(&self, locale: Locale) -> &str {
        self.metadata.client_name.get(locale).unwrap_or(self.id.as_ref())
    }

    /// Whether nobody knows who is behind it: people are told so where they decide.
    pub fn is_unverified(&self) -> bool {
        self.origin != Origin::Operator && !self.verified
    }

    /// Whether it cannot keep a secret. [RFC 6749 §2.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.1)
    pub fn is_public(&self) -> bool {
        self.metadata.token_endpoint_auth_method == AuthMethod::None
    }

    /// Whether the secret is the registered one; takes equal time wherever they differ, and without a
    /// registered secret too.
    pub fn has_secret(&self, secret: &str) -> bool {
        let known = self.secret_hash.as_deref();
        digest::same(known.unwrap_or_default(), digest::fingerprint(secret)) && known.is_some()
    }

    /// The registered URI that a request names: byte for byte, but for the port of loopback addresses.
    pub fn redirect_uri(&self, requested: &str) -> Option<RedirectUri> {
        self.metadata.redirect_uri(requested)
    }

    /// Refuse a grant type that was not registered.
    pub fn may_use(&self, grant: GrantType) -> Result<(), OAuthError> {
        if self.metadata.grant_types.contains(&grant) {
            Ok(())
        } else {
            Err(OAuthError::unauthorized_client("the client is not registered for this grant type"))
        }
    }

    /// What its profile asks.
    pub fn rules(&self) -> &'static Rules {
        self.metadata.hosho_profile.rules()
    }

    /// Refuse a response type that was not registered.
    pub fn may_answer(&self, response_type: ResponseType) -> Result<(), OAuthError> {
        if self.metadata.response_types.contains(&response_type) {
            Ok(())
        } else {
            Err(OAuthError::unauthorized_client("the client is not registered for this response type"))
        }
    }

    /// What it may ask people for: what was registered and still means something, and what every client may ask for.
    pub fn scope(&self, resources: &Resources) -> Scope {
        resources.known(&self.metadata.scope).and(&resources.open())
    }

    /// The part of a scope that the client may ask for; what it may not is left out.
    pub fn allowed(&self, scope: &Scope, resources: &Resources) -> Scope {
        scope.within(&self.scope(resources))
    }

    /// The sector in which its pairwise subjects hold.
    /// [OpenID Connect Core §8.1](https://openid.net/specs/openid-connect-core-1_0.html#PairwiseAlg)
    pub fn sector(&self) -> String {
        self.metadata.sector().unwrap_or_else(|| self.id.to_string())
    }

    /// The `sub` by which this client knows an account.
    pub fn subject(&self, key: &PairwiseKey, account: &Subject) -> String {
        match self.metadata.subject_type {
            SubjectType::Public => account.to_string(),
            SubjectType::Pairwise => key.subject(&self.sector(), account),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A public web client of the tests with one callback.
    pub(crate) fn client() -> Client {
        with(r#"{"redirect_uris": ["https://rp.example/cb"], "token_endpoint_auth_method": "none"}"#)
    }

    /// A client with the given metadata.
    pub(crate) fn with(metadata: &str) -> Client {
        Client {
            id: ClientId::from("rp"),
            metadata: ClientMetadata::register(metadata).unwrap(),
            secret_hash: None,
            origin: Origin::Operator,
            verified: false,
            signing_secret: None,
            disabled: false,
        }
    }

    #[test]
    fn a_client_without_a_secret_accepts_none() {
        let mut client = client();
        assert!(!client.has_secret(""));
        client.secret_hash = Some(digest::fingerprint("open sesame"));
        assert!(client.has_secret("open sesame"));
        assert!(!client.has_secret("open sesam"));
    }

    #[test]
    fn pairwise_clients_of_one_host_share_their_subjects() {
        let pairwise = |path: &str| {
            with(&format!(r#"{{"redirect_uris": ["https://rp.example/{path}"], "subject_type": "pairwise"}}"#))
        };
        let (key, account) = (PairwiseKey::new([1; 32]), Subject::from("abc"));
        assert_eq!(pairwise("a").subject(&key, &account), pairwise("b").subject(&key, &account));
        assert_ne!(pairwise("a").subject(&key, &account), "abc");
        assert_eq!(client().subject(&key, &account), "abc");
    }

    #[test]
    fn scopes_that_were_not_registered_are_left_out() {
        let client = with(r#"{"redirect_uris": ["https://rp.example/cb"], "scope": "openid email"}"#);
        let asked = Scope::parse("openid profile email bogus").unwrap();
        assert_eq!(client.allowed(&asked, &Resources::own("https://id.example")).to_string(), "openid email");
    }
}
