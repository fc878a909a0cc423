//! How protocol endpoints fail: with an error of the protocol, as JSON for the client, or with one of ours.
//! [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2)

use http::StatusCode;
use http::header::{PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use super::problem::{retry_after, status_of};
use super::reply::{Reply, ReplyExt as _, json as json_reply};
use crate::base::{Error, Refusal, Timestamp};
use crate::oidc::bearer::{Scheme, Unauthorized};
use crate::oidc::error::{ErrorCode, OAuthError};
pub use crate::service::oidc::Failure;

/// The JSON of a protocol error: 401 where the client was not recognised, 503 where it may be otherwise in a moment,
/// else 400.
pub fn oauth_error(error: &OAuthError) -> Reply {
    let unknown_client = error.code == ErrorCode::InvalidClient;
    let status = match error.code {
        ErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
        ErrorCode::TemporarilyUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    };
    let document = json!({"error": error.code.as_str(), "error_description": error.description()});
    let reply = json_reply(status, &document).with(PRAGMA, "no-cache");
    if unknown_client { reply.with(WWW_AUTHENTICATE, "Basic realm=\"hosho\"") } else { reply }
}

/// The answer to a request whose access token does not do. [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)
pub fn unauthorized(why: &Unauthorized, scheme: Scheme) -> Reply {
    let status = StatusCode::from_u16(why.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let document = match why {
        Unauthorized::Nothing => json!({}),
        Unauthorized::Error(error) | Unauthorized::Bound(error) => {
            json!({"error": error.code.as_str(), "error_description": error.description()})
        }
        Unauthorized::Scope(word) => json!({"error": "insufficient_scope", "scope": word}),
        Unauthorized::StepUp(_) => json!({"error": ErrorCode::InsufficientUserAuthentication.as_str()}),
    };
    json_reply(status, &document).with(WWW_AUTHENTICATE, &why.challenge(scheme, None))
}

/// One of our errors at a protocol endpoint, in the protocol's form.
pub fn failed(error: &Error, now: Timestamp) -> Reply {
    let status = status_of(error);
    let code = match error {
        Error::Refused(Refusal::Busy { .. } | Refusal::TooMany { .. }) => "temporarily_unavailable",
        Error::Refused(_) => "invalid_request",
        Error::Fault(fault) if fault.is_retryable() => "temporarily_unavailable",
        Error::Fault(_) => "server_error",
    };
    let description = match error {
        Error::Refused(Refusal::Malformed(sentence)) => OAuthError::new(ErrorCode::InvalidRequest, sentence.clone()),
        Error::Refused(Refusal::TooLarge) => OAuthError::new(ErrorCode::InvalidRequest, "the body is too large"),
        Error::Refused(_) => OAuthError::new(ErrorCode::InvalidRequest, "the request is not possible"),
        Error::Fault(_) => OAuthError::new(ErrorCode::ServerError, "the server could not answer"),
    };
    let document = json!({"error": code, "error_description": description.description()});
    let reply = json_reply(status, &document).with(PRAGMA, "no-cache");
    match retry_after(error, now) {
        Some(seconds) => reply.with(RETRY_AFTER, &seconds.to_string()),
        None => reply,
    }
}
