//! What the endpoints that clients call directly have in common: a form in the body, credentials in the header
//! or in the form, JSON that nobody stores.

use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE, PRAGMA};

use crate::app::Work;
use crate::base::Refusal;
use crate::http::extract::call::Call;
use crate::http::oidc::cors;
use crate::http::respond::oauth::{Failure, oauth_error};
use crate::http::respond::reply::{Reply, ReplyExt as _, body};
use crate::oidc::client_auth::Credentials;
use crate::oidc::error::OAuthError;
use crate::oidc::params::Params;
use crate::service;

/// A request of a client: its parameters, and who it says it is.
pub struct ClientRequest {
    /// The parameters of the body.
    pub params: Params,
    /// The credentials, not yet checked.
    pub credentials: Credentials,
}

impl ClientRequest {
    /// Read one.
    pub fn read(call: &Call) -> Result<Self, Failure> {
        let params = form(call)?;
        let credentials = Credentials::read(authorization(call)?, &params, call.query.as_bytes(), call.possession())?;
        Ok(Self { params, credentials })
    }

    /// Answer it. An error of the protocol becomes its JSON here, so that a client in a browser may read it too.
    pub async fn answer(&self, work: &mut Work, call: &Call, result: Result<Reply, Failure>) -> Result<Reply, Failure> {
        let reply = match result {
            Ok(reply) => reply,
            Err(Failure::OAuth(error)) => {
                work.roll_back().await;
                oauth_error(&error)
            }
            Err(failure) => return Err(failure),
        };
        if !cors::is_cross_origin(call) {
            return Ok(reply);
        }
        let client = service::oidc::client::find(work, &self.credentials.client).await?;
        Ok(cors::allow(reply, call, client.as_deref()))
    }
}

/// The `Authorization` header. Two of them, or one that is no text, are no credentials at all.
pub fn authorization(call: &Call) -> Result<Option<&str>, OAuthError> {
    let mut values = call.headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            value.to_str().map(Some).map_err(|_| OAuthError::invalid_client("the Authorization header is malformed"))
        }
        (Some(_), Some(_)) => Err(OAuthError::invalid_request("more than one Authorization header")),
    }
}

/// Whether the body is a form. Only UTF-8 is read (RFC 6749 appendix B).
pub fn has_form(call: &Call) -> Result<bool, Failure> {
    let kind = call.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let mut parts = kind.split(';');
    if !parts.next().unwrap_or_default().trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(false);
    }
    let other_charset = parts.filter_map(|part| part.trim().split_once('=')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("charset") && !value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if other_charset {
        return Err(OAuthError::invalid_request("the form must be encoded in UTF-8").into());
    }
    Ok(true)
}

/// A body that nobody may store. [RFC 6749 §5.1](https://www.rfc-editor.org/rfc/rfc6749#section-5.1)
pub fn json(content: Vec<u8>) -> Reply {
    body(StatusCode::OK, "application/json", content).with(PRAGMA, "no-cache")
}

fn form(call: &Call) -> Result<Params, Failure> {
    if !has_form(call)? {
        return Err(Refusal::UnsupportedMedia.into());
    }
    // What is in the address does not count here, but it must not say again what the form says (RFC 6749 §3.2).
    if !call.query.is_empty() {
        Params::parse_strict(&[call.query.as_bytes(), &call.body])?;
    }
    Ok(Params::parse_strict(&[&call.body])?)
}
