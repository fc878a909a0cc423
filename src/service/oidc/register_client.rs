//! Clients that register themselves, and look after their registration. RFC 7591 §3, RFC 7592 §2, OpenID Connect
//! Dynamic Client Registration §3 and §4.
//!
//! # Decisions
//! - The token of a registration stays the same for as long as the registration lasts: it is good for one client and
//!   kept as a hash, and a lost answer then locks no client out.
//! - A client secret is told once, when it is made; reading the registration does not tell it again.
//! - What a client changes itself, nobody has verified: a change takes the operator's word back.
//! - Taking the registration back switches the client off and voids what it holds. The row stays where grants and
//!   audit entries name it, else it is forgotten like every client that holds nothing.
//! - Other servers are asked before the transaction that writes; the invitation is used up inside it, so that a
//!   registration that is refused costs no use.

use std::sync::Arc;

use super::client::{self, Registered};
use super::failure::Failure;
use super::{client_auth, sector};
use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::ClientId;
use crate::base::secret::Secret;
use crate::base::time::{hours, minutes};
use crate::base::{Refusal, Result};
use crate::config::sections::RegistrationMode;
use crate::domain::actor::Actor;
use crate::domain::event::Event;
use crate::gateway::fetch::Purpose;
use crate::oidc::bearer::Unauthorized;
use crate::oidc::client::{ClientMetadata, KeySource, Origin, registration};
use crate::oidc::error::OAuthError;
use crate::store;
use crate::store::ephemeral::Allowance;
use crate::store::oidc::client::Kept;
use crate::store::oidc::client_invitation::{self, Invitation};

/// What a client is told about its registration, unless its token does not do.
pub type Answer<T> = Result<Result<T, Unauthorized>, Failure>;

/// A registration with the token to look after it.
pub struct Information {
    /// The client, with its secret where one was made.
    pub registered: Registered,
    /// `registration_access_token`
    pub token: Secret,
}

/// Register a client that asks for it, with an initial access token where one is needed.
pub async fn register(work: &mut Work, token: Option<&str>, document: &str) -> Answer<Information> {
    offered(work)?;
    limit(work).await?;
    let invitation = match invitation(work, token).await? {
        Ok(invitation) => invitation,
        Err(why) => return Ok(Err(why)),
    };
    let metadata = registration::register(document, &work.app().server)?;
    look_anew(work, &metadata);
    reachable(work, &metadata).await?;
    full(work).await?;
    if let Some(invitation) = &invitation {
        let now = work.now();
        if !client_invitation::consume(work.tx(), &invitation.id, now).await? {
            return Ok(Err(unknown_token()));
        }
    }
    let registered = client::insert(work, metadata, Origin::SelfRegistered).await?;
    let id = registered.kept.client.id.clone();
    let token = Secret::new(work.random().token());
    store::oidc::self_registered::set_token(work.tx(), &id, &fingerprint(token.expose())).await?;
    if let Some(invitation) = &invitation {
        let event = Event::new("client_invitation.used").about("client_invitation", &invitation.id);
        work.record(event.change("client", None, Some(id.as_ref())));
    }
    Ok(Ok(Information { registered, token }))
}

/// The registration as it is.
pub async fn show(work: &mut Work, id: &ClientId, token: &str) -> Answer<Kept> {
    owned(work, id, token).await
}

/// Replace all of the registration. [RFC 7592 §2.2](https://www.rfc-editor.org/rfc/rfc7592#section-2.2)
pub async fn replace(work: &mut Work, id: &ClientId, token: &str, document: &str) -> Answer<Registered> {
    let kept = match owned(work, id, token).await? {
        Ok(kept) => kept,
        Err(why) => return Ok(Err(why)),
    };
    let metadata = registration::replace(document, &kept.client, &work.app().server)?;
    look_anew(work, &metadata);
    reachable(work, &metadata).await?;
    // Again, and in the transaction that writes: asking other servers took its time.
    let kept = match owned(work, id, token).await? {
        Ok(kept) => kept,
        Err(why) => return Ok(Err(why)),
    };
    let now = work.now();
    if store::oidc::client::unverify(work.tx(), id, now).await? {
        let event = Event::new("client.unverified").about("client", id);
        work.record(event.change("verified", Some("true"), Some("false")));
    }
    Ok(Ok(client::replace(work, kept, metadata).await?))
}

/// Take the registration back. [RFC 7592 §2.3](https://www.rfc-editor.org/rfc/rfc7592#section-2.3)
pub async fn remove(work: &mut Work, id: &ClientId, token: &str) -> Answer<()> {
    if let Err(why) = owned(work, id, token).await? {
        return Ok(Err(why));
    }
    let now = work.now();
    if !store::oidc::self_registered::end(work.tx(), id, &fingerprint(token), now).await? {
        return Ok(Err(unknown_token()));
    }
    store::oidc::grant::revoke_all_of_client(work.tx(), id, now).await?;
    let event = Event::new("client.deregistered").about("client", id);
    work.record(event.change("state", Some("enabled"), Some("disabled")));
    client::tell(work, id).await?;
    Ok(Ok(()))
}

/// Forget the clients that hold nothing of anybody, and invitations long past.
pub async fn purge(work: &mut Work) -> Result<()> {
    let now = work.now();
    let unused = work.app().config.registration.unused;
    store::oidc::self_registered::purge(work.tx(), now.minus(unused)).await?;
    client_invitation::purge(work.tx(), now.minus(hours(24 * 90))).await?;
    Ok(())
}

/// Refuse what this installation does not offer.
fn offered(work: &Work) -> Result<(), Refusal> {
    match work.app().config.registration.mode {
        RegistrationMode::Off => Err(Refusal::NotFound),
        RegistrationMode::Token | RegistrationMode::Open => Ok(()),
    }
}

/// The invitation that lets a client register; `None` where none is needed.
async fn invitation(work: &mut Work, token: Option<&str>) -> Result<Result<Option<Invitation>, Unauthorized>> {
    if work.app().config.registration.mode != RegistrationMode::Token {
        return Ok(Ok(None));
    }
    let Some(token) = token else { return Ok(Err(Unauthorized::Nothing)) };
    let now = work.now();
    let found = client_invitation::of_token(work.tx(), &fingerprint(token)).await?;
    Ok(found.filter(|invitation| invitation.is_open_at(now)).map(Some).ok_or_else(unknown_token))
}

/// The registration that this token is for. Whether the client, the token or both are unknown, or the client was
/// switched off, is one answer ([RFC 7592 §2.1](https://www.rfc-editor.org/rfc/rfc7592#section-2.1)).
async fn owned(work: &mut Work, id: &ClientId, token: &str) -> Answer<Kept> {
    offered(work)?;
    if !store::oidc::self_registered::has_token(work.tx(), id, &fingerprint(token)).await? {
        return match client_auth::count_failure(work).await {
            Ok(()) => Ok(Err(unknown_token())),
            Err(refusal) => Err(refusal.into()),
        };
    }
    // What follows is the client's own doing.
    work.set_actor(Actor::Machine { client: id.clone(), permissions: [].into() });
    Ok(Ok(client::get(work, id).await?))
}

fn unknown_token() -> Unauthorized {
    OAuthError::invalid_token("the token is not known, or is not good for this").into()
}

/// Whoever registers has often just written what is at the addresses that the registration names: what was there before
/// does not count. Registrations are limited, and with them how often others are asked.
fn look_anew(work: &Work, metadata: &ClientMetadata) {
    let documents = &work.app().documents;
    if let KeySource::Published(uri) = &metadata.keys {
        documents.forget(Purpose::JwksUri, uri);
    }
    if let Some(uri) = &metadata.sector_identifier_uri {
        documents.forget(Purpose::SectorIdentifierUri, uri);
    }
}

/// Whether the addresses that the client names may be asked, and say what they must. Afterwards a new transaction
/// begins: other servers were asked.
pub(super) async fn reachable(work: &mut Work, metadata: &ClientMetadata) -> Result<(), Failure> {
    let app = Arc::clone(work.app());
    client::can_be_asked(&app, metadata)?;
    if metadata.sector_identifier_uri.is_some() {
        work.settle().await?;
        sector::check(&app, metadata).await?;
    }
    Ok(())
}

/// Clients that hold nothing of anybody must not fill the database.
pub(super) async fn full(work: &mut Work) -> Result<()> {
    let most = work.app().config.registration.most_unused;
    if store::oidc::self_registered::count_unused(work.tx(), most).await? < most {
        return Ok(());
    }
    Err(Refusal::Busy { retry_at: work.now().plus(minutes(10)) }.into())
}

async fn limit(work: &mut Work) -> Result<()> {
    let app = Arc::clone(work.app());
    let key = format!("registration:{}", client_auth::network(work));
    match app.ephemeral.count(&key, app.config.limit.registrations_per_hour, hours(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
