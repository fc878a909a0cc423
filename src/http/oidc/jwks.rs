//! The public keys. RFC 7517 §5, OpenID Connect Discovery §3.

use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, IF_NONE_MATCH};

use crate::app::Work;
use crate::base::Fault;
use crate::base::digest::fingerprint;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::{Reply, ReplyExt as _, body};
use crate::jose::PublishedKeys;

/// Short enough that a new key is everywhere long before it signs.
const CACHED: &str = "public, max-age=60";

/// The document.
pub async fn show(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let (signing, encryption) = (work.app().keys.ring(), work.app().encryption_keys.ring());
    let keys = PublishedKeys::new(&signing.published(work.now()), encryption.published());
    let document =
        serde_json::to_vec(&keys).map_err(|error| Fault::because("the key set could not be written", error))?;
    let tag = format!("\"{}\"", fingerprint(&document));
    let is_known = call.header(IF_NONE_MATCH.as_str()).is_some_and(|known| known == tag);
    let reply = if is_known {
        body(StatusCode::NOT_MODIFIED, "application/json", Vec::new())
    } else {
        body(StatusCode::OK, "application/json", document)
    };
    Ok(reply.with(ETAG, &tag).with(CACHE_CONTROL, CACHED).with(ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
}
