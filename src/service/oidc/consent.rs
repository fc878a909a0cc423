//! What a person allowed which application, and taking it back (`/my/apps`).

use std::sync::Arc;

use crate::app::Work;
use crate::base::id::{ClientId, Subject};
use crate::base::{Refusal, Result, Timestamp};
use crate::domain::event::Event;
use crate::oidc::client::Client;
use crate::oidc::scope::Scope;
use crate::service;
use crate::store;

/// An application that holds something of a person.
pub struct Connected {
    /// The application.
    pub client: Arc<Client>,
    /// What it was allowed.
    pub scope: Scope,
    /// Since when.
    pub since: Timestamp,
    /// When it was last given something.
    pub latest: Timestamp,
}

/// The applications that hold something of a person, the latest first.
pub async fn list(work: &mut Work, sub: &Subject) -> Result<Vec<Connected>> {
    let mut connected = Vec::new();
    for holder in store::oidc::grant::holders(work.tx(), sub).await? {
        let Some(client) = service::oidc::client::find(work, &holder.client_id).await? else { continue };
        let remembered = store::oidc::consent::remembered(work.tx(), sub, &holder.client_id).await?;
        // The maker's own applications never asked, and devices ask each time: what they hold is not remembered.
        let scope = remembered.and(&store::oidc::grant::scopes(work.tx(), sub, &holder.client_id).await?);
        connected.push(Connected { client, scope, since: holder.since, latest: holder.latest });
    }
    Ok(connected)
}

/// Take back what a person allowed an application: it is asked for again next time, and nothing that it holds
/// is honoured from now on.
pub async fn revoke(work: &mut Work, sub: &Subject, client: &ClientId) -> Result<()> {
    let now = work.now();
    let remembered = store::oidc::consent::remembered(work.tx(), sub, client).await?;
    let forgotten = store::oidc::consent::delete(work.tx(), sub, client).await?;
    let revoked = store::oidc::grant::revoke_of_client(work.tx(), sub, client, now).await?;
    store::oidc::decoupled_request::void_of_client(work.tx(), sub, client, now).await?;
    if !forgotten && revoked == 0 {
        return Err(Refusal::NotFound.into());
    }
    let event = Event::new("consent.revoked").about("client", client).of(sub);
    work.record(event.change("scope", Some(&remembered.to_string()), None));
    Ok(())
}
