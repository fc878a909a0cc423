//! The introspection endpoint. RFC 7662 §2.

use super::request::{ClientRequest, json};
use crate::app::Work;
use crate::base::Fault;
use crate::http::extract::call::Call;
use crate::http::respond::oauth::Failure;
use crate::http::respond::reply::Reply;
use crate::service;

/// Whether a token counts.
pub async fn answer(work: &mut Work, call: Call) -> Result<Reply, Failure> {
    let request = ClientRequest::read(&call)?;
    let found = service::oidc::introspect::introspect(work, &request.credentials, &request.params).await?;
    let content = found
        .to_json(&work.app().server.issuer)
        .map_err(|error| Fault::because("an introspection could not be written", error))?;
    Ok(json(content))
}
