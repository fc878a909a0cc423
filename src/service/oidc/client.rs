//! Registering and changing OAuth clients. RFC 7591 by the operator's hand; a secret is shown once.

use std::sync::Arc;

use crate::app::clients::place_of_secret;
use crate::app::{App, Work};
use crate::base::digest::fingerprint;
use crate::base::id::ClientId;
use crate::base::secret::Secret;
use crate::base::{Error, Refusal, Result};
use crate::domain::event::Event;
use crate::domain::permission::Role;
use crate::oidc::OAuthError;
use crate::oidc::client::member::wrong;
use crate::oidc::client::{AuthMethod, Client, ClientMetadata, Origin, registration};
use crate::oidc::scope::Scope;
use crate::service::oidc::resource_server;
use crate::store;
use crate::store::oidc::client::Kept;

/// A client with its new secret.
pub struct Registered {
    /// The client.
    pub kept: Kept,
    /// The secret, where it has one. It is known this once.
    pub secret: Option<Secret>,
}

/// Why something cannot be registered.
#[derive(Debug)]
pub enum RegisterError {
    /// The metadata, with the standard's code.
    Metadata(OAuthError),
    /// Anything else.
    Error(Error),
}

impl From<OAuthError> for RegisterError {
    fn from(error: OAuthError) -> Self {
        Self::Metadata(error)
    }
}

impl From<Error> for RegisterError {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// The client of that name as the engine uses it, switched off or not; from memory where possible.
pub async fn find(work: &mut Work, id: &ClientId) -> Result<Option<Arc<Client>>> {
    let (app, begun) = (Arc::clone(work.app()), work.now());
    app.clients.find(work.tx(), &app.kek, id, begun).await
}

/// Register a client.
pub async fn create(work: &mut Work, metadata: &str) -> Result<Registered, RegisterError> {
    let metadata = checked(work, metadata).await?;
    Ok(insert(work, metadata, Origin::Operator).await?)
}

/// Write down a client whose metadata was checked.
pub(super) async fn insert(work: &mut Work, metadata: ClientMetadata, origin: Origin) -> Result<Registered> {
    let id = work.new_id();
    let new = NewSecret::make(work, &id, &metadata)?;
    let client =
        Client { id, metadata, secret_hash: new.hash, signing_secret: None, origin, verified: false, disabled: false };
    let now = work.now();
    store::oidc::client::insert(work.tx(), &client, new.sealed.as_deref(), now).await?;
    let event = Event::new("client.created").about("client", &client.id);
    let event = event.change("origin", None, Some(client.origin.as_str()));
    work.record(event.change("metadata", None, Some(&document(&client))));
    let kept = get(work, &client.id).await?;
    Ok(Registered { kept, secret: new.secret })
}

/// One client.
pub async fn get(work: &mut Work, id: &ClientId) -> Result<Kept> {
    store::oidc::client::find(work.tx(), id).await?.ok_or_else(|| Refusal::NotFound.into())
}

/// Replace what is registered. A client that becomes confidential gets a secret; one that becomes public loses it.
pub async fn update(work: &mut Work, id: &ClientId, metadata: &str) -> Result<Registered, RegisterError> {
    let metadata = checked(work, metadata).await?;
    let before = get(work, id).await?;
    if before.client.origin != Origin::Operator {
        registration::refuse_privileges(&metadata)?;
    }
    Ok(replace(work, before, metadata).await?)
}

/// Replace what is registered by metadata that was checked.
pub(super) async fn replace(work: &mut Work, before: Kept, metadata: ClientMetadata) -> Result<Registered> {
    let Kept { client: before, secret_sealed, .. } = before;
    // Of a secret that was not signed with before, only the hash is left.
    let is_kept = before.secret_hash.is_some() && (!signs_with_secret(&metadata) || secret_sealed.is_some());
    let new = if needs_secret(&metadata) && is_kept {
        let sealed = secret_sealed.filter(|_| signs_with_secret(&metadata));
        NewSecret { secret: None, hash: before.secret_hash.clone(), sealed }
    } else {
        NewSecret::make(work, &before.id, &metadata)?
    };
    let after = Client { metadata, secret_hash: new.hash, ..before.clone() };
    let now = work.now();
    store::oidc::client::update(work.tx(), &after, new.sealed.as_deref(), new.secret.is_some(), now).await?;
    work.record(Event::new("client.updated").about("client", &before.id).change(
        "metadata",
        Some(&document(&before)),
        Some(&document(&after)),
    ));
    let kept = tell(work, &before.id).await?;
    Ok(Registered { kept, secret: new.secret })
}

/// Make a new secret; the old one ends at once.
pub async fn rotate_secret(work: &mut Work, id: &ClientId) -> Result<Registered> {
    let mut client = get(work, id).await?.client;
    if !needs_secret(&client.metadata) {
        return Err(Refusal::Conflict("no_secret").into());
    }
    let new = NewSecret::make(work, id, &client.metadata)?;
    client.secret_hash = new.hash;
    let now = work.now();
    store::oidc::client::update(work.tx(), &client, new.sealed.as_deref(), true, now).await?;
    work.record(Event::new("client.secret_rotated").about("client", id));
    let kept = tell(work, id).await?;
    Ok(Registered { kept, secret: new.secret })
}

/// Switch a client off: nothing it sends counts, and nothing it holds is honoured.
pub async fn disable(work: &mut Work, id: &ClientId) -> Result<Kept> {
    let now = work.now();
    get(work, id).await?;
    if store::oidc::client::disable(work.tx(), id, now).await? {
        let event = Event::new("client.disabled").about("client", id);
        work.record(event.change("state", Some("enabled"), Some("disabled")));
    }
    tell(work, id).await
}

/// Switch a client on again.
pub async fn enable(work: &mut Work, id: &ClientId) -> Result<Kept> {
    let now = work.now();
    get(work, id).await?;
    if store::oidc::client::enable(work.tx(), id, now).await? {
        let event = Event::new("client.enabled").about("client", id);
        work.record(event.change("state", Some("disabled"), Some("enabled")));
    }
    tell(work, id).await
}

/// The operator found out who is behind a client that came by itself: people are not warned any more.
pub async fn verify(work: &mut Work, id: &ClientId) -> Result<Kept> {
    let now = work.now();
    if get(work, id).await?.client.origin == Origin::Operator {
        return Err(Refusal::Conflict("registered_by_operator").into());
    }
    if store::oidc::client::verify(work.tx(), id, now).await? {
        let event = Event::new("client.verified").about("client", id);
        work.record(event.change("verified", Some("false"), Some("true")));
    }
    tell(work, id).await
}

/// Nobody vouches for it any more: people are warned again.
pub async fn unverify(work: &mut Work, id: &ClientId) -> Result<Kept> {
    let now = work.now();
    get(work, id).await?;
    if store::oidc::client::unverify(work.tx(), id, now).await? {
        let event = Event::new("client.unverified").about("client", id);
        work.record(event.change("verified", Some("true"), Some("false")));
    }
    tell(work, id).await
}

/// Every instance must know, but only what is committed.
pub(super) async fn tell(work: &mut Work, id: &ClientId) -> Result<Kept> {
    let kept = get(work, id).await?;
    work.settle().await?;
    let app = Arc::clone(work.app());
    app.clients.changed(&app.ephemeral, id).await;
    Ok(kept)
}

/// Refuse addresses that are never asked, wherever the client comes from: it would wait for an answer in vain.
pub(super) fn can_be_asked(app: &App, metadata: &ClientMetadata) -> Result<(), OAuthError> {
    for (name, uri) in metadata.asked_addresses() {
        app.fetch.accepts(uri).map_err(|why| wrong(name, &format!("cannot be used: {why}")))?;
    }
    Ok(())
}

async fn checked(work: &mut Work, metadata: &str) -> Result<ClientMetadata, RegisterError> {
    let resources = resource_server::all(work).await?;
    let owned = resources.servers().iter().flat_map(|server| &server.scopes);
    let further = Scope::of(owned.map(|owned| &owned.word));
    let metadata = ClientMetadata::register_by_operator(metadata, &further)?;
    checked_here(work, metadata).map_err(RegisterError::from)
}

/// What this installation has to say about a registration.
fn checked_here(work: &Work, metadata: ClientMetadata) -> Result<ClientMetadata, OAuthError> {
    can_be_asked(work.app(), &metadata)?;
    if metadata.hosho_profile.rules().front_channel && !work.app().server.compatible_clients {
        return Err(OAuthError::invalid_client_metadata(
            "hosho_profile compatible is allowed only where the setting protocol.compatible_clients is true",
        ));
    }
    let method = metadata.token_endpoint_auth_method;
    let needs_certificate = matches!(method, AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth);
    if needs_certificate && !work.app().server.certificates.methods().contains(&method) {
        return Err(OAuthError::invalid_client_metadata(format!(
            "token_endpoint_auth_method {} is possible only where the settings of tls let certificates of clients arrive",
            method.as_str()
        )));
    }
    match metadata.hosho_roles.iter().find(|role| Role::parse(role).is_none()) {
        Some(role) => Err(OAuthError::invalid_client_metadata(format!("hosho_roles has the unknown role {role}"))),
        None => Ok(metadata),
    }
}

fn needs_secret(metadata: &ClientMetadata) -> bool {
    metadata.token_endpoint_auth_method.needs_secret()
}

fn signs_with_secret(metadata: &ClientMetadata) -> bool {
    metadata.token_endpoint_auth_method == AuthMethod::ClientSecretJwt
}

/// The secret of a client as it is handed out, and as it is kept.
struct NewSecret {
    /// Where it was just made.
    secret: Option<Secret>,
    /// To compare with what a client sends.
    hash: Option<String>,
    /// To verify what a client signs.
    sealed: Option<Vec<u8>>,
}

impl NewSecret {
    fn make(work: &Work, id: &ClientId, metadata: &ClientMetadata) -> Result<Self> {
        if !needs_secret(metadata) {
            return Ok(Self { secret: None, hash: None, sealed: None });
        }
        let secret = Secret::new(work.random().token());
        let app = work.app();
        let sealed = signs_with_secret(metadata)
            .then(|| app.kek.seal(place_of_secret(id), secret.expose().as_bytes(), &app.random))
            .transpose()?;
        Ok(Self { hash: Some(fingerprint(secret.expose())), secret: Some(secret), sealed })
    }
}

pub(super) fn document(client: &Client) -> String {
    serde_json::Value::Object(client.metadata.to_json()).to_string()
}
