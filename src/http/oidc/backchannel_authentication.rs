//! The backchannel authentication endpoint. OpenID Connect CIBA §7.

use super::request::{ClientRequest, json};
use crate::app::Work;
use crate::base::Fault;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::Reply;
use crate::service::oidc::ciba;

/// Something to poll with, while a person is asked.
pub async fn answer(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let request = ClientRequest::read(&call)?;
    let result = match ciba::ask(work, &request.credentials, &request.params).await {
        Ok(response) => response.to_json().map(json).map_err(|error| {
            Fault::because("a backchannel authentication response could not be written", error).into()
        }),
        Err(failure) => Err(failure),
    };
    request.answer(work, &call, result).await
}
