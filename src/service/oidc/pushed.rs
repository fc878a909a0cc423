//! The endpoint for pushed authorization requests: everything is checked now, so that the browser only carries a name.
//! RFC 9126 §2.

use std::sync::Arc;

use super::failure::Failure;
use super::requester::Requester;
use super::{authorize as authorization, client_auth, request_object, resource_server};
use crate::app::Work;
use crate::base::Refusal;
use crate::base::digest::fingerprint;
use crate::base::secret::Secret;
use crate::base::time::minutes;
use crate::oidc::authorize::{arrival, checks, identify, pushed};
use crate::oidc::client::Client;
use crate::oidc::client_auth::Credentials;
use crate::oidc::dpop;
use crate::oidc::error::OAuthError;
use crate::oidc::params::Params;
use crate::store;
use crate::store::ephemeral::Allowance;
use crate::store::oidc::pushed_request::Pushed;

/// The name that the client sends the browser with.
pub struct Issued {
    /// `request_uri`
    pub request_uri: String,
    /// `expires_in`, in seconds.
    pub expires_in: u64,
}

/// Take a request of a client.
pub async fn push(work: &mut Work, credentials: &Credentials, params: &Params) -> Result<Issued, Failure> {
    let Requester { client, jkt, .. } = Requester::of(work, credentials).await?;
    limit(work, &client).await?;
    let mut params = settled(work, &client, params).await?;
    if let Some(key) = dpop::bound_key(params.get("dpop_jkt"), jkt.as_deref())? {
        // The code will be bound to the key that was proven here (RFC 9449 §10.1).
        params = params.with("dpop_jkt", &key);
    }
    let identified = identify(&params, Some(Arc::clone(&client))).map_err(pushed::refusal)?;
    let resources = resource_server::of_params(work, &params).await?;
    let request = checks::read(&params, &identified, &work.app().server, &resources)?;
    authorization::expected_subject(work, &request, &client)?;
    let name = Secret::new(work.random().token());
    let (now, life) = (work.now(), work.app().config.token.pushed_request);
    let kept = Pushed {
        hash: &fingerprint(name.expose()),
        client: &client.id,
        parameters: &params.to_form(),
        expires_at: now.plus(life),
    };
    store::oidc::pushed_request::insert(work.tx(), &kept).await?;
    Ok(Issued { request_uri: pushed::request_uri(&name), expires_in: life.as_secs() })
}

/// The parameters that count, without credentials.
async fn settled(work: &mut Work, client: &Client, around: &Params) -> Result<Params, Failure> {
    // RFC 9126 §2.1
    if around.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("request_uri cannot be pushed").into());
    }
    match around.get("request") {
        Some(token) => {
            let inside = request_object::read(work, client, token).await?;
            arrival::same_around(&inside, around)?;
            Ok(inside)
        }
        None if client.metadata.must_sign_requests() => Err(arrival::unsigned().into()),
        None => Ok(around.only(arrival::PARAMETERS).with("client_id", client.id.as_ref())),
    }
}

async fn limit(work: &mut Work, client: &Client) -> Result<(), Failure> {
    let app = Arc::clone(work.app());
    // Anybody can name a public client: strangers must not use up what its own users need.
    let network = if client.is_public() { client_auth::network(work) } else { String::new() };
    let key = format!("par:{}:{network}", client.id);
    match app.ephemeral.count(&key, app.config.limit.pushed_per_minute, minutes(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
