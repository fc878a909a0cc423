//! Which client sends a request, proved. RFC 6749 §2.3, RFC 7523 §3, RFC 8705 §2.

use std::sync::Arc;

use super::client_keys::{self, Reading};
use super::failure::Failure;
use super::metadata_document::{self, Seen};
use super::once::{self, Named};
use crate::app::Work;
use crate::base::time::minutes;
use crate::base::{Fault, Refusal, Result};
use crate::domain::auth::throttle::Network;
use crate::jose::foreign::{Foreign, LONGEST_ASSERTION};
use crate::jose::{Algorithm, JwtError, Trust};
use crate::oidc::client::{AuthMethod, Client};
use crate::oidc::client_auth::assertion::{self, Asserted};
use crate::oidc::client_auth::{Credentials, Proof, certificate, failed};
use crate::oidc::error::OAuthError;
use crate::oidc::once::OneTimeName;
use crate::service;
use crate::store::ephemeral::Allowance;
use crate::store::oidc::used_jti::Kind;

/// The client of these credentials. Failures are counted by network: whoever tries many is slowed down, and
/// clients that authenticate rightly are never held up by them.
///
/// An assertion is used up at once: what the work did before is committed then.
pub async fn authenticate(work: &mut Work, credentials: &Credentials) -> Result<Arc<Client>, Failure> {
    let (client, name) = recognise(work, credentials).await?;
    let named = name.map(|name| Named { kind: Kind::ClientAssertion, maker: client.id.as_ref(), name });
    match once::use_up(work, named.as_slice()).await? {
        Some(_) => Err(refuse(work, used_before()).await),
        None => Ok(client),
    }
}

/// The client of these credentials, with the name of its assertion, which the caller must use up before it does
/// anything else.
pub(super) async fn recognise(
    work: &mut Work,
    credentials: &Credentials,
) -> Result<(Arc<Client>, Option<OneTimeName>), Failure> {
    let client = match metadata_document::look_at(work, &credentials.client).await? {
        // The host of a document may be down for a while; what it said before still counts here.
        Seen::NotOne | Seen::Current | Seen::Unreachable => {
            service::oidc::client::find(work, &credentials.client).await?
        }
        Seen::Gone => None,
    };
    let proven = match &credentials.proof {
        Proof::Nothing if client.as_deref().is_some_and(certificate::is_way_of) => {
            by_certificate(work, credentials, client.as_deref()).await?.map(|()| None)
        }
        Proof::Assertion(text) => by_assertion(work, credentials, client.as_deref(), text.expose()).await?.map(Some),
        Proof::Basic(_) | Proof::Post(_) | Proof::Nothing => credentials.check(client.as_deref()).map(|()| None),
    };
    match (proven, client) {
        (Ok(name), Some(client)) => Ok((client, name)),
        (Ok(_), None) => Err(Fault::new("credentials were accepted without a client").into()),
        (Err(error), _) => Err(refuse(work, error).await),
    }
}

/// The answer to an assertion that comes again.
pub(super) fn used_before() -> OAuthError {
    OAuthError::invalid_client("the assertion was used before")
}

/// Count a failure and say no.
pub(super) async fn refuse(work: &mut Work, error: OAuthError) -> Failure {
    match count_failure(work).await {
        Ok(()) => error.into(),
        Err(refusal) => refusal.into(),
    }
}

/// Count a failure of the network that the request comes from; too many are refused.
pub(super) async fn count_failure(work: &mut Work) -> Result<(), Refusal> {
    let app = Arc::clone(work.app());
    let network = network(work);
    let limit = app.config.limit.client_failures_per_minute;
    match app.ephemeral.count(&format!("client-failure:{network}"), limit, minutes(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }),
    }
}

/// The network that a request comes from, as limits are counted by it.
pub(super) fn network(work: &Work) -> String {
    work.origin().address.map(|address| Network::of(address).as_str().to_owned()).unwrap_or_default()
}

/// Check the certificate of the connection.
async fn by_certificate(
    work: &mut Work,
    credentials: &Credentials,
    client: Option<&Client>,
) -> Result<Result<(), OAuthError>> {
    let (Some(client), Some(shown)) = (client, &credentials.possession.certificate) else { return Ok(Err(failed())) };
    let is_known = match client.metadata.token_endpoint_auth_method {
        AuthMethod::TlsClientAuth => {
            certificate::is_named(client, shown) && work.app().client_ca.vouches_for(shown, work.now())
        }
        AuthMethod::SelfSignedTlsClientAuth => client_keys::have_certificate(work, client, shown).await?,
        _ => false,
    };
    Ok(if is_known && !client.disabled { Ok(()) } else { Err(failed()) })
}

/// Check an assertion. Until its signature is known to be good, every refusal is the same and takes the same work.
async fn by_assertion(
    work: &mut Work,
    credentials: &Credentials,
    client: Option<&Client>,
    text: &str,
) -> Result<Result<OneTimeName, OAuthError>> {
    let read = match client {
        Some(client) => verified(work, client, text).await?,
        None => Err(JwtError::Key),
    };
    let signed = match (read, client) {
        (Ok(signed), Some(client)) if !client.disabled => Some((signed, client)),
        // The work was done, and was in vain.
        (Ok(_) | Err(JwtError::Signature), _) => None,
        (Err(_), _) => {
            // As much work as where there was a key to check it with.
            let _ = assertion::expected(Trust::Nothing(&Algorithm::ALL)).read(text);
            None
        }
    };
    let Some((signed, client)) = signed else { return Ok(Err(failed())) };
    let server = &work.app().server;
    Ok(Asserted { client, endpoint: &credentials.possession.path, server, now: work.now() }.check(&signed.claims))
}

/// The assertion, if what the client registered for it verifies it: keys never count where a secret was agreed on,
/// nor a secret where keys were.
async fn verified(work: &mut Work, client: &Client, text: &str) -> Result<Result<Foreign, JwtError>> {
    match client.metadata.token_endpoint_auth_method {
        AuthMethod::PrivateKeyJwt => {
            let reading = Reading {
                algorithms: &assertion::algorithms(client),
                typ: assertion::TYP,
                typ_may_be_absent: true,
                longest: LONGEST_ASSERTION,
            };
            client_keys::read(work, client, text, reading).await
        }
        AuthMethod::ClientSecretJwt => {
            let Some(secret) = &client.signing_secret else { return Ok(Err(JwtError::Secret)) };
            let trust = Trust::Secret(secret.expose().as_bytes(), assertion::MAC_ALGORITHMS);
            Ok(assertion::expected(trust).read(text))
        }
        AuthMethod::ClientSecretBasic
        | AuthMethod::ClientSecretPost
        | AuthMethod::TlsClientAuth
        | AuthMethod::SelfSignedTlsClientAuth
        | AuthMethod::None => Ok(Err(JwtError::Key)),
    }
}
