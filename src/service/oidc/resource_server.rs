//! The maker's resource servers: registering them, and finding those that a request is about. RFC 8707.
//!
//! # Decisions
//! - They are read from the database whenever a scope or a resource is not one of our own, and never from memory: one
//!   that was removed gets no token from then on, on any instance. What concerns our own alone costs no statement.

use crate::app::Work;
use crate::base::bilingual::Bilingual;
use crate::base::id::ClientId;
use crate::base::{Error, Refusal, Result};
use crate::domain::event::Event;
use crate::oidc::audience::Resources;
use crate::oidc::client::Origin;
use crate::oidc::grant::Grant;
use crate::oidc::params::Params;
use crate::oidc::resource_server::{OwnedScope, ResourceServer, ResourceServerId};
use crate::oidc::scope::{self, Scope};
use crate::store;

/// What is to be registered.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Its identifier.
    pub uri: String,
    /// What people call it.
    pub name: Bilingual,
    /// What it owns.
    pub scopes: Vec<OwnedScope>,
    /// The client as which it asks about tokens.
    pub client: Option<ClientId>,
    /// Whether every client may ask for its scopes.
    pub open: bool,
}

/// Everything that tokens can be for, as far as it concerns this scope and these resources.
pub async fn concerned<'a>(
    work: &mut Work,
    scope: &Scope,
    mut named: impl Iterator<Item = &'a str>,
) -> Result<Resources> {
    let own = Resources::own(&work.app().server.issuer);
    let is_own = scope.iter().all(|word| scope::SUPPORTED.contains(&word)) && named.all(|uri| own.is_own(uri));
    if is_own { Ok(own) } else { all(work).await }
}

/// The same for what a request asks for.
pub async fn of_params(work: &mut Work, params: &Params) -> Result<Resources> {
    // What cannot be read is refused by whoever reads it.
    let scope = params.get("scope").and_then(|text| Scope::parse(text).ok()).unwrap_or_default();
    concerned(work, &scope, params.resources()).await
}

/// The same for what was granted, and for what a token request names.
pub async fn of_grant(work: &mut Work, grant: &Grant, params: &Params) -> Result<Resources> {
    let named = params.resources().chain(grant.resource.iter().map(String::as_str));
    concerned(work, &grant.scope, named).await
}

/// The resource servers to which parts of a scope belong.
pub async fn of_scope(work: &mut Work, scope: &Scope) -> Result<Vec<ResourceServer>> {
    Ok(concerned(work, scope, std::iter::empty()).await?.servers().to_vec())
}

/// Everything that tokens can be for.
pub async fn all(work: &mut Work) -> Result<Resources> {
    let servers = store::oidc::resource_server::list(work.tx()).await?;
    Ok(Resources::with(&work.app().server.issuer, servers))
}

/// One of them, by its name here or its identifier.
pub async fn get(work: &mut Work, name: &str) -> Result<ResourceServer> {
    let servers = store::oidc::resource_server::list(work.tx()).await?;
    let found = servers.into_iter().find(|server| server.id.as_ref() == name || server.uri == name);
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Register a resource server, in the place of what is registered under its identifier.
pub async fn put(work: &mut Work, wish: Wish) -> Result<ResourceServer> {
    let known = store::oidc::resource_server::list(work.tx()).await?;
    let before = known.into_iter().find(|server| server.uri == wish.uri);
    let now = work.now();
    let server = ResourceServer {
        id: before.as_ref().map_or_else(|| work.new_id(), |before| before.id.clone()),
        uri: wish.uri,
        name: wish.name,
        scopes: wish.scopes,
        client: wish.client,
        open: wish.open,
        created_at: before.as_ref().map_or(now, |before| before.created_at),
        updated_at: now,
    };
    server.check(&work.app().server.issuer).map_err(|(member, why)| Error::invalid(member, why))?;
    for owned in &server.scopes {
        let owner = store::oidc::resource_server::owner(work.tx(), &owned.word).await?;
        if owner.is_some_and(|owner| owner != server.id) {
            return Err(Error::invalid("scopes", format!("{} belongs to another resource server", owned.word)));
        }
    }
    if let Some(client) = &server.client {
        check_client(work, client).await?;
    }
    store::oidc::resource_server::put(work.tx(), &server).await?;
    let terms = |server: &ResourceServer| (words(server), server.open.to_string());
    let (was, is) = (before.as_ref().map(terms), terms(&server));
    let client_was = before.as_ref().and_then(|before| before.client.clone());
    work.record(
        about(Event::new("resource_server.registered"), &server)
            .change("scopes", was.as_ref().map(|was| was.0.as_str()), Some(&is.0))
            .change("open", was.as_ref().map(|was| was.1.as_str()), Some(&is.1))
            .change("client", client_was.as_ref().map(AsRef::as_ref), server.client.as_ref().map(AsRef::as_ref)),
    );
    Ok(server)
}

/// Remove a resource server: no token is for it from now on, and its scopes mean nothing any more.
pub async fn delete(work: &mut Work, id: &ResourceServerId) -> Result<ResourceServer> {
    let server = get(work, id.as_ref()).await?;
    if !store::oidc::resource_server::delete(work.tx(), &server.id).await? {
        return Err(Refusal::NotFound.into());
    }
    work.record(about(Event::new("resource_server.removed"), &server).change("scopes", Some(&words(&server)), None));
    Ok(server)
}

/// Whoever asks about tokens must prove to be the resource server: a client of the operator that authenticates.
async fn check_client(work: &mut Work, id: &ClientId) -> Result<()> {
    let refuse = |why: &'static str| Err(Error::invalid("client_id", why));
    match store::oidc::client::find(work.tx(), id).await? {
        None => refuse("there is no such client"),
        Some(kept) if kept.client.is_public() => refuse("a public client cannot introspect tokens"),
        Some(kept) if kept.client.origin != Origin::Operator => refuse("is not a client that the operator registered"),
        Some(_) => Ok(()),
    }
}

fn about(event: Event, server: &ResourceServer) -> Event {
    event.about("resource_server", &server.id).change("uri", None, Some(&server.uri))
}

fn words(server: &ResourceServer) -> String {
    server.scopes.iter().map(|owned| owned.word.as_str()).collect::<Vec<_>>().join(" ")
}
