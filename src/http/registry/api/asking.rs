//! Who asks the registry API, for whom, in which sector, and what they may see.
//!
//! # Decisions
//! - Scopes and authorization details add up: a scope shows all units, a detail (RFC 9396) one, and a unit that both
//!   are about shows the lines of both.
//! - A unit that no detail names gets one answer, whether it exists or not: `insufficient_scope` without the scope,
//!   404 with it. A unit that the customer no longer holds is said to have ended only to those who were shown it.

use crate::app::Work;
use crate::base::id::{ClientId, Subject};
use crate::base::{Fault, Refusal, Result};
use crate::domain::actor::Actor;
use crate::domain::registry::RegistrationId;
use crate::domain::registry::product_claim::{HeldUnit, Shown, Standing, UnitRight};
use crate::oidc::authorization_details::Action;
use crate::oidc::scope;
use crate::service::oidc::{client, unit_access};
use crate::service::registry::claims::{self, Ask};
use crate::store::registry::product::Product;

/// A relying party with the grant of a customer.
pub struct Asking {
    /// The relying party.
    pub client: ClientId,
    /// The customer.
    pub sub: Subject,
    /// The relying party's sector.
    pub sector: String,
    /// What the scopes show of every unit.
    pub shown: Shown,
    sees_every_cover: bool,
    units: Vec<UnitRight>,
}

impl Asking {
    /// From the access token that the route has accepted.
    pub async fn of(work: &mut Work) -> Result<Self> {
        let Actor::App { client: id, sub, scopes, units } = work.actor().clone() else {
            return Err(Refusal::Unauthenticated.into());
        };
        let client = client::find(work, &id).await?.ok_or_else(|| Fault::new("a token of an unknown client"))?;
        let shown = Shown::from_scopes(scopes.iter().map(String::as_str));
        let sees_every_cover = scopes.contains(scope::WARRANTY);
        Ok(Self { sector: client.sector(), client: id, sub, shown, sees_every_cover, units })
    }

    /// As the service asks about one unit; beside the scopes, what details show of it.
    pub fn ask(&self, unit_ref: &str) -> Ask<'_> {
        let rights = self.rights(Action::ReadUnit).filter(|(right, _)| right.unit_ref == unit_ref);
        let shown = rights.fold(self.shown, |shown, (right, _)| shown.and(right.shown));
        Ask { sub: &self.sub, sector: &self.sector, shown }
    }

    /// Whether it may see every unit.
    pub fn sees_every_unit(&self) -> bool {
        self.shown.products
    }

    /// The registrations of the single units that it may read.
    pub fn single_units(&self) -> Vec<RegistrationId> {
        let mut units: Vec<RegistrationId> = Vec::new();
        for (_, registration) in self.rights(Action::ReadUnit) {
            if !units.contains(registration) {
                units.push(registration.clone());
            }
        }
        units
    }

    /// The unit of that name, for somebody who may do this with it.
    pub async fn unit(&self, work: &mut Work, unit_ref: &str, action: Action) -> Result<(Product, HeldUnit)> {
        let own = self.units.iter().filter(|right| right.unit_ref == unit_ref && unit_access::allows(right, action));
        let own: Vec<&UnitRight> = own.collect();
        let found = match own.iter().find_map(|right| held(right)) {
            Some(registration) => claims::get_unit(work, &self.sub, registration).await?,
            None if own.iter().any(|right| right.standing == Standing::Ended) => {
                return Err(Refusal::Denied("unit_no_longer_held").into());
            }
            None if self.may_with_every_unit(action) => claims::find_unit(work, self.ask(unit_ref), unit_ref).await?,
            None => return Err(Refusal::Denied("insufficient_scope").into()),
        };
        found.ok_or_else(|| Refusal::NotFound.into())
    }

    fn may_with_every_unit(&self, action: Action) -> bool {
        match action {
            Action::ReadUnit => self.shown.products,
            Action::ReadCover => self.sees_every_cover,
        }
    }

    fn rights(&self, action: Action) -> impl Iterator<Item = (&UnitRight, &RegistrationId)> {
        let allowed = self.units.iter().filter(move |right| unit_access::allows(right, action));
        allowed.filter_map(|right| Some((right, held(right)?)))
    }
}

fn held(right: &UnitRight) -> Option<&RegistrationId> {
    match &right.standing {
        Standing::Holds(registration) => Some(registration),
        Standing::Ended | Standing::TakenBack => None,
    }
}
