//! The metadata document at both of its addresses. OpenID Connect Discovery §4, RFC 8414 §3.

use super::document;
use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::Reply;

/// `GET /.well-known/openid-configuration`, `GET /.well-known/oauth-authorization-server`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let metadata = &work.app().metadata;
    Ok(document::public(&call, metadata.json.clone(), &metadata.etag))
}
