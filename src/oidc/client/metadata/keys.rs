//! Where a client's own keys are: in its registration or at an address of its own. RFC 7591 §2.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::base::url::is_showable_link;
use crate::jose::{Algorithm, ClientKeys};
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::error::OAuthError;

/// The keys with which the client signs, and those to which is encrypted for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeySource {
    /// It has none.
    #[default]
    Nothing,
    /// `jwks`: registered with it.
    Registered {
        /// As it was written.
        document: Value,
        /// As it is used: read once.
        keys: Arc<ClientKeys>,
    },
    /// `jwks_uri`: fetched from there, so that it can replace them.
    Published(String),
}

impl KeySource {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        let registered = members.object("jwks")?;
        match (registered, members.text("jwks_uri")?) {
            (Some(_), Some(_)) => Err(wrong("jwks", "and jwks_uri exclude each other")),
            (Some(members), None) => {
                let document = Value::Object(members.clone());
                // A set that was registered under older rules and is refused by now has no keys.
                let keys = Arc::new(ClientKeys::from_value(&document).unwrap_or_default());
                Ok(Self::Registered { document, keys })
            }
            (None, Some(uri)) => Ok(Self::Published(uri.to_owned())),
            (None, None) => Ok(Self::Nothing),
        }
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        match self {
            Self::Nothing => {}
            Self::Registered { document, .. } => put("jwks", document.clone()),
            Self::Published(uri) => put("jwks_uri", json!(uri)),
        }
    }

    pub(super) fn check(&self) -> Result<(), OAuthError> {
        match self {
            Self::Published(uri) if !is_showable_link(uri) => Err(wrong("jwks_uri", "must be an https URL")),
            Self::Registered { document, .. } => match ClientKeys::from_value(document) {
                Ok(_) => Ok(()),
                Err(why) => Err(wrong("jwks", &why.to_string())),
            },
            Self::Nothing | Self::Published(_) => Ok(()),
        }
    }

    /// Refuse a registration whose method needs keys, where there are none.
    pub(super) fn must_be_there(&self) -> Result<(), OAuthError> {
        match self {
            Self::Nothing => Err(wrong("jwks", "or jwks_uri is needed by a client that proves a key")),
            Self::Registered { .. } | Self::Published(_) => Ok(()),
        }
    }

    /// Refuse a registration whose method needs a key for one of these algorithms, where there is none.
    pub(super) fn must_verify(&self, algorithms: &[Algorithm]) -> Result<(), OAuthError> {
        self.must_be_there()?;
        match self {
            Self::Registered { keys, .. } => {
                let fits = |algorithm: &Algorithm| keys.keys().iter().any(|key| key.may_verify(*algorithm));
                if algorithms.iter().any(fits) {
                    Ok(())
                } else {
                    Err(wrong("jwks", "has no key for an accepted algorithm"))
                }
            }
            Self::Nothing | Self::Published(_) => Ok(()),
        }
    }
}
