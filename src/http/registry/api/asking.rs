//! Who asks the registry API, for whom, and in which sector.

use crate::app::Work;
use crate::base::id::{ClientId, Subject};
use crate::base::{Fault, Refusal, Result};
use crate::domain::actor::Actor;
use crate::domain::registry::product_claim::Shown;
use crate::service::oidc::client;
use crate::service::registry::claims::Ask;

/// A relying party with the grant of a customer.
pub struct Asking {
    /// The relying party.
    pub client: ClientId,
    /// The customer.
    pub sub: Subject,
    /// The relying party's sector.
    pub sector: String,
    /// What the scopes show.
    pub shown: Shown,
}

impl Asking {
    /// From the access token that the route has accepted.
    pub async fn of(work: &mut Work) -> Result<Self> {
        let Actor::App { client: id, sub, scopes } = work.actor().clone() else {
            return Err(Refusal::Unauthenticated.into());
        };
        let client = client::find(work, &id).await?.ok_or_else(|| Fault::new("a token of an unknown client"))?;
        let shown = Shown::from_scopes(scopes.iter().map(String::as_str));
        Ok(Self { sector: client.sector(), client: id, sub, shown })
    }

    /// As the service asks.
    pub fn ask(&self) -> Ask<'_> {
        Ask { sub: &self.sub, sector: &self.sector, shown: self.shown }
    }
}
