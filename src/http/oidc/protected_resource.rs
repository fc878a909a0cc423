//! The metadata of our own APIs. RFC 9728 §3.

use super::document;
use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::Reply;
use crate::oidc::protected_resource::Api;

/// `GET /.well-known/oauth-protected-resource/api/v1`
pub(super) async fn management(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    Ok(show(work, &call, Api::Management))
}

/// `GET /.well-known/oauth-protected-resource/registry/v1`
pub(super) async fn registry(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    Ok(show(work, &call, Api::Registry))
}

fn show(work: &Work, call: &Call, api: Api) -> Reply {
    let metadata = work.app().protected_resources.document(api);
    document::public(call, metadata.json.clone(), &metadata.etag)
}
