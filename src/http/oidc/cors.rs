//! Which web pages may read answers: those of origins that the client has registered as redirection URIs.
//! [Fetch, CORS protocol](https://fetch.spec.whatwg.org/#http-cors-protocol)

use http::StatusCode;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use url::Url;

use crate::app::Work;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::{Reply, ReplyExt as _, no_content};
use crate::oidc::client::Client;

/// Answer a preflight. It carries no client, so all of them get the same; the answer to the request itself
/// says whether the page may read it.
pub async fn preflight(_: &mut Work, call: Call) -> Result<Reply, Failure> {
    let reply = no_content().with_status(StatusCode::NO_CONTENT).with(VARY, "Origin");
    let Some(origin) = origin(&call) else { return Ok(reply) };
    Ok(reply
        .with(ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .with(ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PUT, DELETE")
        .with(ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, DPoP")
        .with(ACCESS_CONTROL_MAX_AGE, "3600"))
}

/// Whether a web page of somewhere else asks.
pub fn is_cross_origin(call: &Call) -> bool {
    call.headers.contains_key(ORIGIN)
}

/// Let the page read the answer if its origin is one of the client's.
pub fn allow(reply: Reply, call: &Call, client: Option<&Client>) -> Reply {
    let reply = reply.with(VARY, "Origin");
    match (origin(call), client) {
        (Some(origin), Some(client)) if is_registered(client, origin) => reply
            .with(ACCESS_CONTROL_ALLOW_ORIGIN, origin)
            .with(ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate, DPoP-Nonce"),
        _ => reply,
    }
}

/// Let the page read the answer whatever its origin: a client that registers itself has none yet. What counts is in
/// the `Authorization` header, never in a cookie.
pub fn allow_any(reply: Reply, call: &Call) -> Reply {
    let reply = reply.with(VARY, "Origin");
    match origin(call) {
        Some(origin) => {
            reply.with(ACCESS_CONTROL_ALLOW_ORIGIN, origin).with(ACCESS_CONTROL_EXPOSE_HEADERS, "WWW-Authenticate")
        }
        None => reply,
    }
}

/// The origin that asks; `null` is anybody's, so it is nobody.
fn origin(call: &Call) -> Option<&str> {
    call.header(ORIGIN.as_str()).filter(|origin| *origin != "null" && origin.contains("://"))
}

fn is_registered(client: &Client, origin: &str) -> bool {
    client.metadata.redirect_uris.iter().any(|uri| {
        let url = Url::parse(uri.as_str()).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
        url.is_some_and(|url| url.origin().ascii_serialization() == origin)
    })
}
