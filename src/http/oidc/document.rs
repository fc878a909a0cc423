//! Documents that everybody may read, clients in browsers too: metadata and keys. RFC 9110 §13.1.2, Fetch (CORS).

use axum::body::Body;
use http::StatusCode;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, IF_NONE_MATCH};

use crate::http::extract::call::Call;
use crate::http::respond::reply::{Reply, ReplyExt as _, body};

/// Short enough that a new key or a changed setting is everywhere within a minute.
const KEPT: &str = "public, max-age=60";

/// The document, or that it is still the one the caller has.
pub(super) fn public(call: &Call, json: impl Into<Body>, etag: &str) -> Reply {
    let reply = if is_known(call.header(IF_NONE_MATCH.as_str()).unwrap_or_default(), etag) {
        body(StatusCode::NOT_MODIFIED, "application/json", "")
    } else {
        body(StatusCode::OK, "application/json", json)
    };
    // Public by nature, and it depends on no cookie: any origin may read it.
    reply.with(ACCESS_CONTROL_ALLOW_ORIGIN, "*").with(CACHE_CONTROL, KEPT).with(ETAG, etag)
}

/// A list of tags, weak ones among them where something on the way compressed the document.
fn is_known(tags: &str, etag: &str) -> bool {
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_whole_in_a_list_or_weak() {
        for tags in ["\"a\"", "\"b\", \"a\"", "W/\"a\"", "*"] {
            assert!(is_known(tags, "\"a\""), "{tags}");
        }
        for tags in ["", "\"b\"", "\"ab\"", "a"] {
            assert!(!is_known(tags, "\"a\""), "{tags}");
        }
    }
}
