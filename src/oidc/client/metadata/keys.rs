//! Where a client's own keys are: in its registration or at an address of its own. RFC 7591 §2.

use serde_json::{Value, json};

use crate::base::url::is_showable_link;
use crate::jose::ClientKeys;
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::error::OAuthError;

/// The keys with which the client signs, and those to which is encrypted for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeySource {
    /// It has none.
    #[default]
    Nothing,
    /// `jwks`: registered with it.
    Registered(Value),
    /// `jwks_uri`: fetched from there, so that it can replace them.
    Published(String),
}

impl KeySource {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        let registered = members.object("jwks")?;
        match (registered, members.text("jwks_uri")?) {
            (Some(_), Some(_)) => Err(wrong("jwks", "and jwks_uri exclude each other")),
            (Some(keys), None) => Ok(Self::Registered(Value::Object(keys.clone()))),
            (None, Some(uri)) => Ok(Self::Published(uri.to_owned())),
            (None, None) => Ok(Self::Nothing),
        }
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        match self {
            Self::Nothing => {}
            Self::Registered(keys) => put("jwks", keys.clone()),
            Self::Published(uri) => put("jwks_uri", json!(uri)),
        }
    }

    pub(super) fn check(&self) -> Result<(), OAuthError> {
        match self {
            Self::Published(uri) if !is_showable_link(uri) => Err(wrong("jwks_uri", "must be an https URL")),
            Self::Registered(keys) => match ClientKeys::from_value(keys) {
                Ok(_) => Ok(()),
                Err(why) => Err(wrong("jwks", &why.to_string())),
            },
            Self::Nothing | Self::Published(_) => Ok(()),
        }
    }
}
