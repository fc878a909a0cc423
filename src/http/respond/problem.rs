//! Refusals and faults as `application/problem+json`. The choice of status is made here and nowhere else.
//! [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)

use http::StatusCode;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use super::reply::{Reply, ReplyExt as _, body};
use crate::base::{Error, Refusal, Timestamp};
use crate::oidc::bearer::{Scheme, Unauthorized};

/// 401 no or bad credentials; 403 known to exist, not allowed; 404 absent or not to be known.
pub fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::Refused(refusal) => match refusal {
            Refusal::NotFound => StatusCode::NOT_FOUND,
            Refusal::Unauthenticated => StatusCode::UNAUTHORIZED,
            Refusal::Forbidden | Refusal::Denied(_) => StatusCode::FORBIDDEN,
            Refusal::Conflict(_) => StatusCode::CONFLICT,
            Refusal::Malformed(_) | Refusal::StaleForm => StatusCode::BAD_REQUEST,
            Refusal::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Refusal::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Refusal::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        },
        Error::Fault(fault) if fault.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
        Error::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// When the caller may try again, in seconds.
pub fn retry_after(error: &Error, now: Timestamp) -> Option<u64> {
    match error {
        Error::Refused(Refusal::TooMany { retry_at } | Refusal::Busy { retry_at }) => {
            Some(seconds_until(*retry_at, now))
        }
        Error::Fault(fault) if fault.is_retryable() => Some(1),
        Error::Refused(_) | Error::Fault(_) => None,
    }
}

/// The value of `Retry-After`. A moment that is all but there is still a second away.
/// [RFC 9110 §10.2.3](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)
pub fn seconds_until(retry_at: Timestamp, now: Timestamp) -> u64 {
    retry_at.since(now).as_secs().max(1)
}

/// The problem document of an error.
pub fn problem(error: &Error, request_id: &str, now: Timestamp) -> Reply {
    let status = status_of(error);
    let mut document = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "instance": format!("urn:hosho:request:{request_id}"),
    });
    if let Value::Object(members) = &mut document {
        match error {
            Error::Refused(Refusal::Conflict(code) | Refusal::Denied(code)) => {
                members.insert("code".to_owned(), json!(code));
            }
            Error::Refused(Refusal::Malformed(detail)) => {
                members.insert("detail".to_owned(), json!(detail));
            }
            Error::Refused(Refusal::Invalid(fields)) => {
                let errors: Vec<Value> =
                    fields.iter().map(|field| json!({"field": field.field, "reason": field.reason})).collect();
                members.insert("errors".to_owned(), json!(errors));
            }
            Error::Refused(_) | Error::Fault(_) => {}
        }
    }
    send(status, &document, retry_after(error, now))
}

/// The problem document of a request whose access token does not do, with the challenge and, for an API, the address
/// of its metadata. [RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3),
/// [RFC 9728 §5.1](https://www.rfc-editor.org/rfc/rfc9728#section-5.1)
pub fn problem_of_bearer(
    unauthorized: &Unauthorized,
    scheme: Scheme,
    metadata: Option<&str>,
    request_id: &str,
) -> Reply {
    let status = StatusCode::from_u16(unauthorized.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let document = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "instance": format!("urn:hosho:request:{request_id}"),
    });
    send(status, &document, None).with(WWW_AUTHENTICATE, &unauthorized.challenge(scheme, metadata))
}

/// A problem document with members of its own.
pub fn send(status: StatusCode, document: &Value, retry_after: Option<u64>) -> Reply {
    let mut reply = body(status, "application/problem+json", document.to_string());
    if let Some(seconds) = retry_after {
        reply = reply.with(RETRY_AFTER, &seconds.to_string());
    }
    if status == StatusCode::UNAUTHORIZED {
        reply = reply.with(WWW_AUTHENTICATE, "Bearer");
    }
    reply
}
