//! The public keys. RFC 7517 §5, OpenID Connect Discovery §3.

use super::document;
use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::Reply;

/// The document.
pub async fn show(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let app = work.app();
    let keys = app.key_document.current(&app.keys.ring(), &app.encryption_keys.ring(), work.now())?;
    Ok(document::public(&call, keys.json.clone(), &keys.etag))
}
