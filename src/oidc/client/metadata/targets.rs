//! What a client's access tokens may be for, beyond the scope. RFC 9396 §10, RFC 8707.

use serde_json::{Value, json};

use crate::oidc::authorization_details;
use crate::oidc::client::member::Members;
use crate::oidc::error::OAuthError;

/// What was registered about authorization details and resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Targets {
    /// `authorization_details_types`: the types that it may ask for.
    pub details_types: Vec<&'static str>,
}

impl Targets {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        let known = |word: &str| authorization_details::TYPES.into_iter().find(|known| *known == word);
        Ok(Self { details_types: members.choices("authorization_details_types", known)?.unwrap_or_default() })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        put("authorization_details_types", json!(self.details_types));
    }

    /// Whether it may ask for authorization details of this type.
    pub fn has_details_type(&self, name: &str) -> bool {
        self.details_types.contains(&name)
    }
}
