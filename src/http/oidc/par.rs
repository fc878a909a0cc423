//! The pushed authorization request endpoint. RFC 9126 §2.

use http::StatusCode;
use http::header::PRAGMA;
use serde_json::json;

use super::request::ClientRequest;
use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::{Reply, ReplyExt as _, json as json_reply};
use crate::service;

/// `POST /par`
pub(super) async fn push(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let request = ClientRequest::read(&call)?;
    let issued = service::oidc::pushed::push(work, &request.credentials, &request.params).await;
    let result = issued.map(|issued| {
        let document = json!({"request_uri": issued.request_uri, "expires_in": issued.expires_in});
        json_reply(StatusCode::CREATED, &document).with(PRAGMA, "no-cache")
    });
    request.answer(work, &call, result).await
}
