//! The public keys. RFC 7517 §5, OpenID Connect Discovery §3.

use super::document;
use crate::app::Work;
use crate::base::Fault;
use crate::base::digest::fingerprint;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::Reply;
use crate::jose::PublishedKeys;

/// The document.
pub async fn show(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let (signing, encryption) = (work.app().keys.ring(), work.app().encryption_keys.ring());
    let keys = PublishedKeys::new(&signing.published(work.now()), encryption.published());
    let json = serde_json::to_vec(&keys).map_err(|error| Fault::because("the key set could not be written", error))?;
    let etag = format!("\"{}\"", fingerprint(&json));
    Ok(document::public(&call, json, &etag))
}
