//! How authorization responses reach the client. JARM §3; `response_modes` after OpenID Connect Discovery §3.

use serde_json::{Value, json};

use crate::jose::Algorithm;
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::client::profile::Rules;
use crate::oidc::error::OAuthError;
use crate::oidc::response_mode::ResponseMode;
use crate::oidc::response_type::ResponseType;

/// The modes that the client takes, and how its responses are signed where a mode signs them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseMetadata {
    /// `response_modes`: the only ones it takes; absent means every one that fits the response type.
    pub modes: Option<Vec<ResponseMode>>,
    /// `authorization_signed_response_alg`.
    pub signed_response_alg: Algorithm,
}

impl ResponseMetadata {
    pub(super) fn read(members: &Members<'_>, default: Algorithm) -> Result<Self, OAuthError> {
        Ok(Self {
            modes: members.choices("response_modes", ResponseMode::from_word)?,
            signed_response_alg: members
                .choice("authorization_signed_response_alg", Algorithm::parse)?
                .unwrap_or(default),
        })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        if let Some(modes) = &self.modes {
            put("response_modes", json!(modes.iter().map(|mode| mode.as_str()).collect::<Vec<_>>()));
        }
        put("authorization_signed_response_alg", json!(self.signed_response_alg.name()));
    }

    /// Every response type must have a mode left.
    pub(super) fn check(&self, response_types: &[ResponseType], rules: &Rules) -> Result<(), OAuthError> {
        if !rules.algorithms.contains(&self.signed_response_alg) {
            return Err(wrong("authorization_signed_response_alg", "has an algorithm that the profile refuses"));
        }
        let Some(modes) = &self.modes else { return Ok(()) };
        if rules.signed_response && modes.iter().any(|mode| !mode.is_signed()) {
            return Err(wrong("response_modes", "has a mode without a signature, which the profile refuses"));
        }
        match response_types.iter().find(|kind| modes.iter().all(|mode| !mode.fits(**kind))) {
            Some(kind) => Err(wrong("response_modes", &format!("has none that fits the response type {kind}"))),
            None => Ok(()),
        }
    }
}
