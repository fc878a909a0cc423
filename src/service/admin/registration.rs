//! Registrations as staff see them: the claim, the unit, and who else holds it.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::event::Event;
use crate::domain::permission::Permission;
use crate::domain::registry::RegistrationId;
use crate::domain::registry::product_model::ProductModel;
use crate::domain::registry::registration::Registration;
use crate::domain::registry::unit::Unit;
use crate::store;

/// A registration as staff see it.
pub struct RegistrationDetail {
    /// The registration.
    pub registration: Registration,
    /// Who made it, for those who may see customers.
    pub claimant: Option<Subject>,
    /// The unit it is about.
    pub unit: Unit,
    /// The unit's model.
    pub model: ProductModel,
    /// Who else holds the unit, for those who may see customers.
    pub held_by: Option<Subject>,
}

const SHOWN: &[&str] = &["state", "serial", "purchased_on", "dealer"];

/// One registration.
pub async fn show(work: &mut Work, id: &RegistrationId) -> Result<RegistrationDetail> {
    let registration = store::registry::registration::find(work.tx(), id).await?.ok_or(Refusal::NotFound)?;
    let detail = detail(work, registration).await?;
    record(work, "registration.shown", &detail);
    Ok(detail)
}

/// A registration with its unit, without saying that it was shown.
pub async fn detail(work: &mut Work, registration: Registration) -> Result<RegistrationDetail> {
    let unit = store::registry::unit::find(work.tx(), &registration.unit).await?.ok_or(Refusal::NotFound)?;
    let model = store::registry::product_model::find(work.tx(), &unit.model).await?.ok_or(Refusal::NotFound)?;
    let holder = store::registry::registration::find_active(work.tx(), &unit.id).await?;
    let may_see = work.actor().may(Permission::AccountRead);
    let claimant = may_see.then(|| registration.sub.clone());
    let held_by = holder.filter(|holder| may_see && holder.id != registration.id).map(|holder| holder.sub);
    Ok(RegistrationDetail { registration, claimant, unit, model, held_by })
}

/// Say that registrations were shown in a list.
pub fn listed(work: &mut Work, details: &[RegistrationDetail]) {
    for detail in details {
        record(work, "registration.listed", detail);
    }
}

fn record(work: &mut Work, name: &'static str, detail: &RegistrationDetail) {
    let id = &detail.registration.id;
    work.record(Event::new(name).about("registration", id).of(&detail.registration.sub).showing(SHOWN));
    if let Some(holder) = &detail.held_by {
        work.record(Event::new(name).about("registration", id).of(holder).showing(&["held_by"]));
    }
}
