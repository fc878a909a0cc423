//! The device authorization endpoint. RFC 8628 §3.1.

use super::request::{ClientRequest, json};
use crate::app::Work;
use crate::base::Fault;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::Reply;
use crate::service::oidc::device;

/// A code for the device, and one for the person.
pub async fn answer(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let request = ClientRequest::read(&call)?;
    let result = match device::ask(work, &request.credentials, &request.params).await {
        Ok(response) => response
            .to_json(&work.app().server)
            .map(json)
            .map_err(|error| Fault::because("a device authorization response could not be written", error).into()),
        Err(failure) => Err(failure),
    };
    request.answer(work, &call, result).await
}
