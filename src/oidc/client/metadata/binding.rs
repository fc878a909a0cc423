//! Whether a client's access tokens are always bound to a key. RFC 9449 §5.2, RFC 8705 §3.4.

use serde_json::{Value, json};

use crate::oidc::client::member::Members;
use crate::oidc::error::OAuthError;

/// What the client wants its access tokens bound to. Without either, a token is bound where the request proves a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Binding {
    /// `dpop_bound_access_tokens`: every token request must come with a DPoP proof.
    pub dpop: bool,
    /// `tls_client_certificate_bound_access_tokens`: every token request must come over mutual TLS.
    pub certificate: bool,
}

impl Binding {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        Ok(Self {
            dpop: members.flag("dpop_bound_access_tokens")?,
            certificate: members.flag("tls_client_certificate_bound_access_tokens")?,
        })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        if self.dpop {
            put("dpop_bound_access_tokens", json!(true));
        }
        if self.certificate {
            put("tls_client_certificate_bound_access_tokens", json!(true));
        }
    }

    /// Whether tokens are always bound.
    pub fn is_required(&self) -> bool {
        self.dpop || self.certificate
    }
}
