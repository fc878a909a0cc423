//! What the script of passkeys gets: a challenge with its options, or where to go first.

use http::StatusCode;
use serde::Serialize;

use super::reply::{Reply, json};
use crate::service::auth::passkey::ceremony::Asked;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<O> {
    ceremony: String,
    public_key: O,
}

#[derive(Serialize)]
struct Elsewhere<'a> {
    go: &'a str,
}

/// The options of a ceremony, and the name under which it is answered.
pub fn options<O: Serialize>(asked: Asked<O>) -> Reply {
    json(StatusCode::OK, &View { ceremony: asked.id.to_string(), public_key: asked.options })
}

/// The page has to begin elsewhere.
pub fn elsewhere(path: &str) -> Reply {
    json(StatusCode::OK, &Elsewhere { go: path })
}
