//! What was asked, settled, in whatever way it arrived: in the request itself, pushed before, in a request object.
//! RFC 9101 §5, RFC 9126 §4, OpenID Connect Core §6. The decisions are in [`crate::oidc::authorize::arrival`].

use std::sync::Arc;

use super::failure::Failure;
use super::metadata_document::{self, Seen};
use super::request_object;
use crate::app::Work;
use crate::base::Result;
use crate::base::digest::fingerprint;
use crate::base::id::ClientId;
use crate::oidc::OAuthError;
use crate::oidc::authorize::arrival::{self, Arrival};
use crate::oidc::authorize::{self, Identified, Untrusted};
use crate::oidc::client::Client;
use crate::oidc::params::Params;
use crate::service;
use crate::store;

/// A request of which everything is known that will ever be known.
pub(super) struct Arrived {
    /// Who asks, and where answers go.
    pub identified: Identified,
    /// The parameters that count.
    pub params: Params,
    /// The hash of the name under which it was pushed.
    pub pushed: Option<String>,
}

/// A request that did not get so far.
pub(super) enum Stopped {
    /// Nothing can be sent back.
    Untrusted(Untrusted),
    /// The client is told.
    Refused(Box<Identified>, OAuthError),
}

/// Parameters, and the hash of the name under which they were pushed.
type Settled = (Params, Option<String>);

/// Find out what a request asks for.
pub(super) async fn settle(work: &mut Work, params: &Params) -> Result<Result<Arrived, Stopped>> {
    let id = match authorize::client_id(params) {
        Ok(id) => ClientId::from(id),
        Err(untrusted) => return Ok(Err(Stopped::Untrusted(untrusted))),
    };
    let found = match metadata_document::look_at(work, &id).await? {
        Seen::NotOne | Seen::Current => service::oidc::client::find(work, &id).await?,
        Seen::Unreachable | Seen::Gone => None,
    };
    let Some(client) = found.filter(|client| !client.disabled) else {
        return Ok(Err(Stopped::Untrusted(Untrusted::UnknownClient)));
    };
    match parameters(work, &client, params).await {
        Ok(Some((params, pushed))) => Ok(match authorize::identify(&params, Some(client)) {
            Ok(identified) => Ok(Arrived { identified, params, pushed }),
            Err(untrusted) => Err(Stopped::Untrusted(untrusted)),
        }),
        Ok(None) => Ok(Err(Stopped::Untrusted(Untrusted::GonePushedRequest))),
        Err(Failure::OAuth(error)) => Ok(Err(refused(params, client, error))),
        Err(Failure::Error(error)) => Err(error),
    }
}

/// The parameters that count; `None` where they were pushed and are not there (any more).
async fn parameters(work: &mut Work, client: &Client, around: &Params) -> Result<Option<Settled>, Failure> {
    around.refuse_repeated()?;
    let arrival = Arrival::of(around)?;
    arrival.check(client, &work.app().server)?;
    match arrival {
        Arrival::Plain => Ok(Some((around.clone(), None))),
        Arrival::Pushed(name) => {
            let (hash, now) = (fingerprint(name), work.now());
            let found = store::oidc::pushed_request::find(work.tx(), &hash, &client.id, now).await?;
            Ok(match found {
                Some(form) => Some((Params::parse(&[form.as_bytes()])?, Some(hash))),
                None => None,
            })
        }
        Arrival::Object(token) => {
            let inside = request_object::read(work, client, token).await?;
            arrival::same_around(&inside, around)?;
            Ok(Some((inside, None)))
        }
        Arrival::Reference(uri) => {
            let inside = request_object::fetch(work, client, uri).await?;
            arrival::same_around(&inside, around)?;
            Ok(Some((inside, None)))
        }
    }
}

/// The error goes where the parameters around the object say, if that is registered.
fn refused(around: &Params, client: Arc<Client>, error: OAuthError) -> Stopped {
    match authorize::identify(around, Some(client)) {
        Ok(identified) => Stopped::Refused(Box::new(identified), error),
        Err(untrusted) if matches!(Arrival::of(around), Ok(Arrival::Plain)) => Stopped::Untrusted(untrusted),
        Err(_) => Stopped::Untrusted(Untrusted::Refused(error.code)),
    }
}
