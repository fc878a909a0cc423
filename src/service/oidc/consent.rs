//! What a person allowed which application, and taking it back (`/my/apps`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::app::Work;
use crate::base::id::{ClientId, Subject};
use crate::base::{Refusal, Result, Timestamp};
use crate::domain::event::Event;
use crate::domain::registry::RegistrationId;
use crate::oidc::authorization_details::Datatype;
use crate::oidc::client::Client;
use crate::oidc::scope::Scope;
use crate::service;
use crate::store;
use crate::store::oidc::offered_unit::{self, Chosen};
use crate::store::registry::product::Product;

/// An application that holds something of a person.
pub struct Connected {
    /// The application.
    pub client: Arc<Client>,
    /// What it was allowed.
    pub scope: Scope,
    /// The single units that it may see.
    pub units: Vec<SeenUnit>,
    /// Since when.
    pub since: Timestamp,
    /// When it was last given something.
    pub latest: Timestamp,
}

/// A unit that an application may see.
pub struct SeenUnit {
    /// The unit as its owner knows it.
    pub product: Product,
    /// How much is told.
    pub datatypes: BTreeSet<Datatype>,
}

/// The applications that hold something of a person, the latest first.
pub async fn list(work: &mut Work, sub: &Subject) -> Result<Vec<Connected>> {
    let mut connected = Vec::new();
    let chosen = offered_unit::chosen(work.tx(), sub).await?;
    for holder in store::oidc::grant::holders(work.tx(), sub).await? {
        let Some(client) = service::oidc::client::find(work, &holder.client_id).await? else { continue };
        let remembered = store::oidc::consent::remembered(work.tx(), sub, &holder.client_id).await?;
        // The maker's own applications never asked, and devices ask each time: what they hold is not remembered.
        let scope = remembered.and(&store::oidc::grant::scopes(work.tx(), sub, &holder.client_id).await?);
        let units = seen_units(work, sub, &chosen, &holder.client_id).await?;
        connected.push(Connected { client, scope, units, since: holder.since, latest: holder.latest });
    }
    Ok(connected)
}

/// The units that were chosen for a client, each once, with everything that it is told of it.
async fn seen_units(work: &mut Work, sub: &Subject, chosen: &[Chosen], client: &ClientId) -> Result<Vec<SeenUnit>> {
    let mut told: BTreeMap<&str, BTreeSet<Datatype>> = BTreeMap::new();
    for one in chosen.iter().filter(|one| one.client == *client) {
        told.entry(one.registration.as_ref()).or_default().extend(one.wish.datatypes.iter().copied());
    }
    let mut units = Vec::new();
    for (registration, datatypes) in told {
        let registration = RegistrationId::from(registration);
        let product = store::registry::product::find(work.tx(), sub, &registration).await?;
        units.extend(product.map(|product| SeenUnit { product, datatypes }));
    }
    Ok(units)
}

/// Take one unit back from an application: from now on it is not told of it any more.
pub async fn take_back_unit(
    work: &mut Work,
    sub: &Subject,
    client: &ClientId,
    registration: &RegistrationId,
) -> Result<()> {
    let now = work.now();
    if offered_unit::take_back(work.tx(), sub, client, registration, now).await? == 0 {
        return Err(Refusal::NotFound.into());
    }
    let event = Event::new("consent.unit_taken_back").about("client", client).of(sub);
    work.record(event.change("unit", Some(registration.as_ref()), None));
    Ok(())
}

/// Take back what a person allowed an application: it is asked for again next time, and nothing that it holds
/// is honoured from now on.
pub async fn revoke(work: &mut Work, sub: &Subject, client: &ClientId) -> Result<()> {
    let now = work.now();
    let remembered = store::oidc::consent::remembered(work.tx(), sub, client).await?;
    let forgotten = store::oidc::consent::delete(work.tx(), sub, client).await?;
    let units = offered_unit::delete(work.tx(), sub, client).await?;
    let revoked = store::oidc::grant::revoke_of_client(work.tx(), sub, client, now).await?;
    store::oidc::decoupled_request::void_of_client(work.tx(), sub, client, now).await?;
    if !forgotten && units == 0 && revoked == 0 {
        return Err(Refusal::NotFound.into());
    }
    let event = Event::new("consent.revoked").about("client", client).of(sub);
    work.record(event.change("scope", Some(&remembered.to_string()), None));
    Ok(())
}
