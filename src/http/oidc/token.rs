//! The token endpoint. RFC 6749 §3.2.

use super::request::{ClientRequest, json};
use crate::app::Work;
use crate::base::Fault;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::{Failure, oauth_error};
use crate::http::respond::reply::Reply;
use crate::service;
use crate::service::oidc::token::Outcome;

/// Tokens for a code, a refresh token or a client's own credentials.
pub async fn issue(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let request = ClientRequest::read(&call)?;
    let result = match service::oidc::token::token(work, &request.credentials, &request.params).await {
        Ok(Outcome::Issued(response)) => response
            .to_json()
            .map(json)
            .map_err(|error| Fault::because("a token response could not be written", error).into()),
        Ok(Outcome::Replayed(error) | Outcome::Misused(error) | Outcome::Wait(error)) => Ok(oauth_error(&error)),
        Err(failure) => Err(failure),
    };
    request.answer(work, &call, result).await
}
