//! Units one at a time: adding one to the factory's list, and what staff see of one.

use super::catalogue::refused;
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Error, Refusal, Result};
use crate::domain::event::Event;
use crate::domain::permission::Permission;
use crate::domain::registry::UnitId;
use crate::domain::registry::import::UnitRow;
use crate::domain::registry::product_model::ProductModel;
use crate::domain::registry::unit::{Provenance, Unit};
use crate::domain::registry::warranty::Cover;
use crate::service::registry::import;
use crate::store;

/// A unit as staff see it.
pub struct UnitDetail {
    /// The unit.
    pub unit: Unit,
    /// Its model.
    pub model: ProductModel,
    /// Whether somebody holds it.
    pub is_held: bool,
    /// Who holds it, for those who may see customers.
    pub owner: Option<Subject>,
    /// What it is covered for.
    pub cover: Vec<Cover>,
}

/// One unit.
pub async fn show(work: &mut Work, id: &UnitId) -> Result<UnitDetail> {
    let unit = store::registry::unit::find(work.tx(), id).await?.ok_or(Refusal::NotFound)?;
    detail(work, unit).await
}

/// A unit with its model and its holder, whose record is thereby shown.
pub async fn detail(work: &mut Work, unit: Unit) -> Result<UnitDetail> {
    let model = store::registry::product_model::find(work.tx(), &unit.model).await?.ok_or(Refusal::NotFound)?;
    let holder = store::registry::registration::find_active(work.tx(), &unit.id).await?;
    let covers = store::registry::warranty::covers_of_unit(work.tx(), &unit.id).await?;
    let is_held = holder.is_some();
    let owner = holder.map(|registration| registration.sub).filter(|_| work.actor().may(Permission::AccountRead));
    if let Some(owner) = &owner {
        work.record(Event::new("unit.shown").about("unit", &unit.id).of(owner).showing(&["owner", "cover"]));
    }
    let cover = covers.into_iter().map(|(_, cover)| cover).collect();
    Ok(UnitDetail { unit, model, is_held, owner, cover })
}

/// Add a unit to the factory's list. One that a customer had named before is taken over from the list, and who
/// waited for it gets it.
pub async fn add(work: &mut Work, row: UnitRow) -> Result<Unit> {
    let model = store::registry::product_model::find_by_key(work.tx(), row.model_no.key()).await?;
    let Some(model) = model else { return Err(Error::invalid("model_no", "unknown_model")) };
    let serial = row.normalised(&model.scheme).map_err(|error| refused(&[error]))?;
    let before = store::registry::unit::find_by_serial(work.tx(), &model.namespace, &serial).await?;
    if before.as_ref().is_some_and(|unit| unit.provenance == Provenance::Manufactured) {
        return Err(Refusal::Conflict("serial_taken").into());
    }
    import::unit::put(work, row).await?.map_err(|error| refused(&[error]))?;
    let after = store::registry::unit::find_by_serial(work.tx(), &model.namespace, &serial).await?;
    let after = after.ok_or(Refusal::NotFound)?;
    let name = if before.is_some() { "unit.listed" } else { "unit.added" };
    let event = Event::new(name).about("unit", &after.id);
    let event = event.change("model_no", None, Some(model.model_no.printed())).change("serial", None, Some(&serial));
    let provenance = before.as_ref().map(|unit| unit.provenance.name());
    work.record(event.change("provenance", provenance, Some(after.provenance.name())));
    Ok(after)
}
