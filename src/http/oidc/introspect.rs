//! The introspection endpoint. RFC 7662 §2, RFC 9701 §4.

use http::StatusCode;
use http::header::{PRAGMA, VARY};

use super::request::{ClientRequest, json};
use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::{Reply, ReplyExt as _, body};
use crate::oidc::introspection::{JWT_TYPE, wants_jwt};
use crate::service;
use crate::service::oidc::introspect::Answer;

/// Whether a token counts.
pub async fn answer(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let request = ClientRequest::read(&call)?;
    let wants_jwt = call.header("accept").is_some_and(wants_jwt);
    let told = service::oidc::introspect::introspect(work, &request.credentials, &request.params, wants_jwt).await?;
    let reply = match told {
        Answer::Json(content) => json(content),
        Answer::Jwt(token) => body(StatusCode::OK, JWT_TYPE, token).with(PRAGMA, "no-cache"),
    };
    Ok(reply.with(VARY, "Accept"))
}
