//! The metadata document at both of its addresses. OpenID Connect Discovery §4, RFC 8414 §3.

use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG};

use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::{Reply, ReplyExt as _, body};

/// `GET /.well-known/openid-configuration`, `GET /.well-known/oauth-authorization-server`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let document = &work.app().metadata;
    let is_known = call.header("if-none-match").is_some_and(|tags| tags.contains(&document.etag));
    let reply = if is_known {
        body(StatusCode::NOT_MODIFIED, "application/json", "")
    } else {
        body(StatusCode::OK, "application/json", document.json.clone())
    };
    // Public by nature: clients in browsers read it from any origin.
    Ok(reply
        .with(ACCESS_CONTROL_ALLOW_ORIGIN, "*")
        .with(CACHE_CONTROL, "public, max-age=300")
        .with(ETAG, &document.etag))
}
