//! Request objects are read here: fetched, decrypted, verified, used up. RFC 9101 §5.2 and §6.

use std::sync::Arc;

use super::client_keys::{self, Reading};
use super::encryption_key;
use super::failure::Failure;
use super::once::{self, Named};
use crate::app::Work;
use crate::gateway::fetch::{Document, Purpose};
use crate::jose::foreign::LONGEST_REQUEST_OBJECT;
use crate::jose::jwe;
use crate::oidc::authorize::reference::Reference;
use crate::oidc::authorize::request_object::{self, RequestObject};
use crate::oidc::client::Client;
use crate::oidc::error::OAuthError;
use crate::oidc::params::Params;
use crate::store::oidc::used_jti::Kind;

/// What an object of this client asks for. No transaction is open afterwards, and none while it is opened and verified;
/// an object with a `jti` is used up, whatever becomes of the request.
pub(super) async fn read(work: &mut Work, client: &Client, token: &str) -> Result<Params, Failure> {
    work.settle().await?;
    // Encryption proves nothing, since everybody has our public key: inside must be a signed object.
    let inside = if jwe::is_encrypted(token) {
        encryption_key::open(work, token).await?.map_err(request_object::unreadable)?.token
    } else {
        token.to_owned()
    };
    let algorithms = request_object::algorithms(client);
    let reading = Reading {
        algorithms: &algorithms,
        typ: &request_object::TYP,
        typ_may_be_absent: true,
        longest: LONGEST_REQUEST_OBJECT,
    };
    let signed = client_keys::read(work, client, &inside, reading).await?.map_err(request_object::unreadable)?;
    let issuer = &work.app().server.issuer;
    let RequestObject { params, name } = request_object::accept(&signed.claims, client, issuer, work.now())?;
    if let Some(name) = name {
        let named = Named { kind: Kind::RequestObject, maker: client.id.as_ref(), name };
        if once::use_up(work, &[named]).await?.is_some() {
            return Err(OAuthError::invalid_request_object("the request object was used before").into());
        }
    }
    Ok(params.with("client_id", client.id.as_ref()))
}

/// What the object at an address of this client asks for. A document that is remembered may have been replaced since:
/// if it is not good, it is fetched again before the request is refused, at most once in a minute.
pub(super) async fn fetch(work: &mut Work, client: &Client, request_uri: &str) -> Result<Params, Failure> {
    let reference = Reference::read(request_uri, client)?;
    work.settle().await?;
    let app = Arc::clone(work.app());
    let refused = |error| OAuthError::invalid_request_uri(format!("there is nothing at request_uri: {error}"));
    let again = || app.documents.again(Purpose::RequestUri, reference.url);
    let mut known = app.documents.get(Purpose::RequestUri, reference.url).await.map_err(refused)?;
    if !reference.fits(&known.body) {
        known = again().await.map_err(refused)?;
    }
    match take(work, client, reference, &known).await {
        Err(Failure::OAuth(error)) => match again().await {
            Ok(newer) if newer.body != known.body => take(work, client, reference, &newer).await,
            Ok(_) | Err(_) => Err(error.into()),
        },
        done => done,
    }
}

async fn take(
    work: &mut Work,
    client: &Client,
    reference: Reference<'_>,
    document: &Document,
) -> Result<Params, Failure> {
    reference.check(&document.body)?;
    // What is no text is no object either.
    let token = std::str::from_utf8(&document.body).unwrap_or_default();
    read(work, client, token.trim_ascii()).await
}
