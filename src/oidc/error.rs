//! What goes wrong in the protocol and is for the client: RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1,
//! RFC 7009 §2.2.1, RFC 7591 §3.2.2, RFC 8628 §3.5, RFC 8707 §2, RFC 9101 §6, RFC 9396 §5, RFC 9449 §5 and §8,
//! RFC 9470 §3, OpenID Connect Core §3.1.2.6, OpenID Connect CIBA §11 and §13.

use std::borrow::Cow;
use std::fmt;

/// An error with its registered code and a sentence for the client's developer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// The registered code.
    pub code: ErrorCode,
    description: Cow<'static, str>,
}

impl OAuthError {
    /// An error; characters that `error_description` may not carry are replaced.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        let description = description.into();
        let description = if description.chars().all(is_descriptive) {
            description
        } else {
            Cow::Owned(description.chars().map(|c| if is_descriptive(c) { c } else { '?' }).collect())
        };
        Self { code, description }
    }

    /// A sentence in printable ASCII without quote and backslash.
    /// [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)
    pub fn description(&self) -> &str {
        &self.description
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.description)
    }
}

impl std::error::Error for OAuthError {}

/// RFC 6749 §5.2 allows %x20-21 / %x23-5B / %x5D-7E.
fn is_descriptive(c: char) -> bool {
    matches!(c, ' '..='~') && !matches!(c, '"' | '\\')
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $constructor:ident = $wire:literal),+ $(,)?) => {
        /// The registered error codes that this server answers with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $variant),+ }

        impl ErrorCode {
            /// Every code, in the order of their definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as sent.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }
        }

        impl OAuthError {
            $($(#[$doc])*
            pub fn $constructor(description: impl Into<Cow<'static, str>>) -> Self {
                Self::new(ErrorCode::$variant, description)
            })+
        }
    };
}

codes! {
    /// A parameter is missing, repeated or malformed. RFC 6749 §4.1.2.1
    InvalidRequest invalid_request = "invalid_request",
    /// Client authentication failed. RFC 6749 §5.2
    InvalidClient invalid_client = "invalid_client",
    /// The code, refresh token or verifier does not hold. RFC 6749 §5.2
    InvalidGrant invalid_grant = "invalid_grant",
    /// This client may not use this grant or response type. RFC 6749 §5.2
    UnauthorizedClient unauthorized_client = "unauthorized_client",
    /// No such grant type here. RFC 6749 §5.2
    UnsupportedGrantType unsupported_grant_type = "unsupported_grant_type",
    /// The scope is malformed or wider than allowed. RFC 6749 §5.2
    InvalidScope invalid_scope = "invalid_scope",
    /// The person or the server said no. RFC 6749 §4.1.2.1
    AccessDenied access_denied = "access_denied",
    /// No such response type here. RFC 6749 §4.1.2.1
    UnsupportedResponseType unsupported_response_type = "unsupported_response_type",
    /// We failed. RFC 6749 §4.1.2.1
    ServerError server_error = "server_error",
    /// We are full or closing. RFC 6749 §4.1.2.1
    TemporarilyUnavailable temporarily_unavailable = "temporarily_unavailable",
    /// A page would be needed, but `prompt=none`. OpenID Connect Core §3.1.2.6
    InteractionRequired interaction_required = "interaction_required",
    /// A sign-in would be needed, but `prompt=none`. OpenID Connect Core §3.1.2.6
    LoginRequired login_required = "login_required",
    /// A choice of account would be needed, but `prompt=none`. OpenID Connect Core §3.1.2.6
    AccountSelectionRequired account_selection_required = "account_selection_required",
    /// A consent would be needed, but `prompt=none`. OpenID Connect Core §3.1.2.6
    ConsentRequired consent_required = "consent_required",
    /// No request objects by value. OpenID Connect Core §3.1.2.6
    RequestNotSupported request_not_supported = "request_not_supported",
    /// No request objects by reference. OpenID Connect Core §3.1.2.6
    RequestUriNotSupported request_uri_not_supported = "request_uri_not_supported",
    /// The requested `acr` cannot be reached. OpenID Connect Core Unmet Authentication Requirements
    UnmetAuthenticationRequirements unmet_authentication_requirements = "unmet_authentication_requirements",
    /// The access token is expired, revoked or none of ours. RFC 6750 §3.1
    InvalidToken invalid_token = "invalid_token",
    /// The access token does not reach so far. RFC 6750 §3.1
    InsufficientScope insufficient_scope = "insufficient_scope",
    /// This kind of token cannot be revoked. RFC 7009 §2.2.1
    UnsupportedTokenType unsupported_token_type = "unsupported_token_type",
    /// A redirection URI cannot be registered. RFC 7591 §3.2.2
    InvalidRedirectUri invalid_redirect_uri = "invalid_redirect_uri",
    /// Some other member of the client metadata cannot be registered. RFC 7591 §3.2.2
    InvalidClientMetadata invalid_client_metadata = "invalid_client_metadata",
    /// A software statement cannot be believed. RFC 7591 §3.2.2
    InvalidSoftwareStatement invalid_software_statement = "invalid_software_statement",
    /// No such resource here, or not for this client. RFC 8707 §2
    InvalidTarget invalid_target = "invalid_target",
    /// `request` is malformed, wrongly signed or not for this server. RFC 9101 §6, OpenID Connect Core §3.1.2.6
    InvalidRequestObject invalid_request_object = "invalid_request_object",
    /// What `request_uri` names cannot be had or has ended. RFC 9101 §6, OpenID Connect Core §3.1.2.6
    InvalidRequestUri invalid_request_uri = "invalid_request_uri",
    /// The proof of possession does not hold. RFC 9449 §5
    InvalidDpopProof invalid_dpop_proof = "invalid_dpop_proof",
    /// The proof must carry the nonce that comes with this answer. RFC 9449 §8
    UseDpopNonce use_dpop_nonce = "use_dpop_nonce",
    /// `authorization_details` is malformed, unknown or not allowed. RFC 9396 §5
    InvalidAuthorizationDetails invalid_authorization_details = "invalid_authorization_details",
    /// The sign-in behind the token was too weak or too long ago. RFC 9470 §3
    InsufficientUserAuthentication insufficient_user_authentication = "insufficient_user_authentication",
    /// Nobody has decided yet. RFC 8628 §3.5, OpenID Connect CIBA §11
    AuthorizationPending authorization_pending = "authorization_pending",
    /// Asked too often. RFC 8628 §3.5, OpenID Connect CIBA §11
    SlowDown slow_down = "slow_down",
    /// Nobody decided in time. RFC 8628 §3.5, OpenID Connect CIBA §11
    ExpiredToken expired_token = "expired_token",
    /// The hint names nobody who can be asked. OpenID Connect CIBA §13
    UnknownUserId unknown_user_id = "unknown_user_id",
    /// The message to show is not one that can be shown. OpenID Connect CIBA §13
    InvalidBindingMessage invalid_binding_message = "invalid_binding_message",
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_stay_in_the_allowed_characters() {
        let error = OAuthError::invalid_request("a \"quoted\" \\ line\r\nand 日本");
        assert_eq!(error.description(), "a ?quoted? ? line??and ??");
    }

    #[test]
    fn every_code_is_spelled_in_lower_case_words() {
        for code in ErrorCode::ALL {
            assert!(code.as_str().chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{code}");
        }
    }
}
