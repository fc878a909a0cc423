//! The revocation endpoint. RFC 7009 §2.

use http::StatusCode;

use super::request::ClientRequest;
use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::{Reply, body};
use crate::service;

/// A token is given back.
pub async fn answer(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let request = ClientRequest::read(&call)?;
    let result = service::oidc::revoke::revoke(work, &request.credentials, &request.params).await;
    // The same whatever the token was; clients look at the status only (RFC 7009 §2.2).
    let result = result.map(|_| body(StatusCode::OK, "application/json", "{}"));
    request.answer(work, &call, result).await
}
