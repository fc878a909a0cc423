//! Clients that nobody registered: their identifier leads to a document that describes them.
//! draft-ietf-oauth-client-id-metadata-document §4 and §6.
//!
//! # Decisions
//! - Such a client gets a row like every other when it first comes with a document that can be used, because requests,
//!   grants and audit entries name it. Where nothing came of it the row is forgotten again.
//! - The document is looked at where a request begins and where the client authenticates, as fresh as its server's
//!   `Cache-Control` says within the bounds of [`Documents`](crate::app::documents::Documents). What it says differently
//!   counts from then on, and takes the operator's word back.
//! - A document that is gone or says something that is refused ends the client: it begins nothing and gets no token.
//!   While its host does not answer it begins nothing, but goes on with what it has.
//! - Why a document cannot be used is told to nobody: whoever can have any address asked must not learn from the
//!   answer what is there. The log says it.
//! - Switched off, such a client stays so whatever its document says.

use std::sync::Arc;

use super::client;
use super::client_auth;
use super::failure::Failure;
use super::register_client;
use crate::app::Work;
use crate::base::id::ClientId;
use crate::base::time::minutes;
use crate::base::{Refusal, Result};
use crate::domain::event::Event;
use crate::gateway::fetch::{FetchError, Purpose};
use crate::oidc::client::metadata_document::DocumentUrl;
use crate::oidc::client::{Client, ClientMetadata, Origin};
use crate::store;
use crate::store::ephemeral::Allowance;

/// What was seen at the address that is a client's identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The identifier is no address: one of our own, or nobody's.
    NotOne,
    /// The client is known as its document says.
    Current,
    /// Its host does not answer.
    Unreachable,
    /// There is no document that can be used, or none is wanted here.
    Gone,
}

/// Look at the document of a client, and take over what it says. What the work did before is committed then.
pub async fn look_at(work: &mut Work, id: &ClientId) -> Result<Seen> {
    let Some(url) = DocumentUrl::parse(id) else { return Ok(Seen::NotOne) };
    let app = Arc::clone(work.app());
    let settings = &app.config.registration;
    let hosts = &settings.metadata_document_hosts;
    let is_wanted = hosts.is_empty() || hosts.iter().any(|host| host.covers(url.url()));
    if !settings.metadata_documents || !is_wanted {
        return Ok(Seen::Gone);
    }
    let known = client::find(work, id).await?;
    match &known {
        Some(client) if client.disabled => return Ok(Seen::Current),
        Some(_) => {}
        None if app.fetch.accepts(id.as_ref()).is_err() => return Ok(Seen::Gone),
        None => limit(work).await?,
    }
    work.settle().await?;
    let fetched = app.documents.get(Purpose::ClientIdMetadata, id.as_ref()).await;
    let read = match fetched {
        Ok(document) => url.read(&document.body),
        Err(error) if is_passing(error) => {
            tracing::info!(client = %id, reason = error.name(), "the document of a client cannot be had");
            return Ok(Seen::Unreachable);
        }
        Err(error) => {
            tracing::info!(client = %id, reason = error.name(), "there is no document of a client");
            return Ok(Seen::Gone);
        }
    };
    let metadata = match read {
        Ok(metadata) => metadata,
        Err(error) => {
            tracing::info!(client = %id, %error, "the document of a client is refused");
            return Ok(Seen::Gone);
        }
    };
    match known {
        Some(client) if client.metadata == metadata => Ok(Seen::Current),
        Some(_) => replace(work, id, metadata).await,
        None => insert(work, id, metadata).await,
    }
}

/// A client that was never here.
async fn insert(work: &mut Work, id: &ClientId, metadata: ClientMetadata) -> Result<Seen> {
    if !can_be_asked(work, &metadata).await? {
        return Ok(Seen::Gone);
    }
    work.allow_writing().await?;
    register_client::full(work).await?;
    let client = Client {
        id: id.clone(),
        metadata,
        secret_hash: None,
        signing_secret: None,
        origin: Origin::MetadataDocument,
        verified: false,
        disabled: false,
    };
    let now = work.now();
    if store::oidc::self_registered::insert_described(work.tx(), &client, now).await? {
        let event = Event::new("client.created").about("client", id);
        let event = event.change("origin", None, Some(client.origin.as_str()));
        work.record(event.change("metadata", None, Some(&client::document(&client))));
    }
    client::tell(work, id).await?;
    Ok(Seen::Current)
}

/// A document that was changed.
async fn replace(work: &mut Work, id: &ClientId, metadata: ClientMetadata) -> Result<Seen> {
    if !can_be_asked(work, &metadata).await? {
        return Ok(Seen::Gone);
    }
    work.allow_writing().await?;
    // Once more, and in the transaction that writes: it may have been switched off meanwhile.
    let kept = client::get(work, id).await?;
    if kept.client.disabled || kept.client.metadata == metadata {
        return Ok(Seen::Current);
    }
    client::unverify(work, id).await?;
    client::replace(work, kept, metadata).await?;
    Ok(Seen::Current)
}

/// Whether the addresses that the document names may be asked.
async fn can_be_asked(work: &mut Work, metadata: &ClientMetadata) -> Result<bool> {
    match register_client::reachable(work, metadata).await {
        Ok(()) => Ok(true),
        Err(Failure::OAuth(error)) => {
            tracing::info!(%error, "the document of a client is refused");
            Ok(false)
        }
        Err(Failure::Error(error)) => Err(error),
    }
}

/// Whether it may be otherwise in a moment.
fn is_passing(error: FetchError) -> bool {
    match error {
        FetchError::Unreachable | FetchError::TimedOut => true,
        FetchError::Status(status) => status >= 500 || status == 429,
        FetchError::Url | FetchError::NotPublic | FetchError::MediaType | FetchError::TooLarge => false,
    }
}

/// Anybody can have an address asked by naming it: one network not too many.
async fn limit(work: &mut Work) -> Result<()> {
    let app = Arc::clone(work.app());
    let key = format!("client-document:{}", client_auth::network(work));
    match app.ephemeral.count(&key, app.config.limit.new_documents_per_minute, minutes(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
