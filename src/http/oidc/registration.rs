//! Clients register themselves and look after their registration. RFC 7591 §3, RFC 7592 §2.

use http::StatusCode;
use http::header::{CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE};
use serde_json::{Map, Value, json};

use super::cors;
use super::request::authorization;
use crate::app::Work;
use crate::base::Refusal;
use crate::base::id::ClientId;
use crate::base::secret::Secret;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::{Failure, oauth_error, unauthorized};
use crate::http::respond::reply::{Reply, ReplyExt as _, json as json_reply, no_content};
use crate::oidc::bearer::{self, Scheme, Unauthorized};
use crate::oidc::client::registration;
use crate::oidc::error::OAuthError;
use crate::oidc::server::path;
use crate::service::oidc::register_client::{self, Answer};
use crate::store::oidc::client::Kept;

/// `POST /register`
pub(super) async fn register(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let token = match bearer::plain_token(authorization(&call)?) {
        Ok(token) => Some(token),
        // Whether one is needed is decided with the registration.
        Err(Unauthorized::Nothing) => None,
        Err(why) => return Ok(cors::allow_any(refused(&why), &call)),
    };
    let registered = register_client::register(work, token, document(&call)?).await;
    answer(work, &call, registered, |work, information| {
        let kept = &information.registered.kept;
        let secret = information.registered.secret.as_ref();
        json_reply(StatusCode::CREATED, &told(work, kept, secret, information.token.expose()))
    })
    .await
}

/// `GET /register/{client_id}`
pub(super) async fn show(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let (id, token) = match named(&call)? {
        Ok(named) => named,
        Err(why) => return Ok(cors::allow_any(refused(&why), &call)),
    };
    let shown = register_client::show(work, &id, token).await;
    answer(work, &call, shown, |work, kept| json_reply(StatusCode::OK, &told(work, &kept, None, token))).await
}

/// `PUT /register/{client_id}`
pub(super) async fn replace(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let (id, token) = match named(&call)? {
        Ok(named) => named,
        Err(why) => return Ok(cors::allow_any(refused(&why), &call)),
    };
    let replaced = register_client::replace(work, &id, token, document(&call)?).await;
    answer(work, &call, replaced, |work, registered| {
        json_reply(StatusCode::OK, &told(work, &registered.kept, registered.secret.as_ref(), token))
    })
    .await
}

/// `DELETE /register/{client_id}`
pub(super) async fn remove(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let (id, token) = match named(&call)? {
        Ok(named) => named,
        Err(why) => return Ok(cors::allow_any(refused(&why), &call)),
    };
    let removed = register_client::remove(work, &id, token).await;
    answer(work, &call, removed, |_, ()| no_content()).await
}

/// The answer to a request whose token does not do. Tokens for registrations are bound to nothing.
fn refused(why: &Unauthorized) -> Reply {
    unauthorized(why, Scheme::Bearer).with(WWW_AUTHENTICATE, &why.plain_challenge())
}

/// The client that a path names, and the token that the request brings.
fn named(call: &Call) -> Result<Result<(ClientId, &str), Unauthorized>, Failure> {
    let id = call.at("client_id")?;
    Ok(bearer::plain_token(authorization(call)?).map(|token| (id, token)))
}

/// The body as text: what is in it is judged by the rules of the registration.
fn document(call: &Call) -> Result<&str, Failure> {
    let kind = call.header(CONTENT_TYPE.as_str()).unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Refusal::UnsupportedMedia.into());
    }
    let text = std::str::from_utf8(&call.body);
    text.map_err(|_| OAuthError::invalid_client_metadata("the document is not UTF-8").into())
}

/// Send what came of it. Errors of the protocol become JSON here, so that an application in a browser may read them.
async fn answer<T>(
    work: &mut Work,
    call: &Call,
    result: Answer<T>,
    send: impl FnOnce(&Work, T) -> Reply,
) -> Result<Reply, Failure> {
    let reply = match result {
        Ok(Ok(value)) => send(work, value),
        Ok(Err(why)) => refused(&why),
        Err(Failure::OAuth(error)) => {
            work.roll_back().await;
            oauth_error(&error)
        }
        Err(Failure::Error(error)) => return Err(error.into()),
    };
    Ok(cors::allow_any(reply.with(PRAGMA, "no-cache"), call))
}

/// Everything that is registered, defaults included. [RFC 7591 §3.2.1](https://www.rfc-editor.org/rfc/rfc7591#section-3.2.1),
/// [RFC 7592 §3](https://www.rfc-editor.org/rfc/rfc7592#section-3)
fn told(work: &Work, kept: &Kept, secret: Option<&Secret>, token: &str) -> Map<String, Value> {
    let id = kept.client.id.as_ref();
    let mut members = registration::told(&kept.client.metadata);
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("client_id", json!(id));
    put("client_id_issued_at", json!(kept.created_at.seconds()));
    if let Some(secret) = secret {
        put("client_secret", json!(secret.expose()));
        put("client_secret_expires_at", json!(0));
    }
    put("registration_access_token", json!(token));
    put("registration_client_uri", json!(format!("{}/{id}", work.app().server.url(path::REGISTER))));
    members
}
