//! Promising a plan to a unit that has found its first owner.

use crate::app::Work;
use crate::base::Result;
use crate::base::time::Date;
use crate::domain::registry::registration::Registration;
use crate::domain::registry::unit::Unit;
use crate::domain::registry::warranty::{Anchor, Dates, Proof, covers};
use crate::domain::registry::warranty_plan::WarrantyPlan;
use crate::store;
use crate::store::registry::warranty::Given;

/// Promise the plan to the unit. What was promised already stays: it belongs to the unit, and a later holder's
/// word about the day of purchase does not move it.
pub(super) async fn give(work: &mut Work, plan: &WarrantyPlan, unit: &Unit, registration: &Registration) -> Result<()> {
    let dates = dates(unit, registration.purchased_on, registration.declared_on);
    let anchor = Anchor::find(&plan.terms, &dates);
    let given = Given { id: work.new_id(), plan: plan.id.clone(), anchor, registration: registration.id.clone() };
    let now = work.now();
    if store::registry::warranty::insert(work.tx(), &given, &unit.id, now).await? {
        for cover in covers(&plan.terms, &anchor) {
            store::registry::warranty::insert_cover(work.tx(), &given, &cover).await?;
        }
    }
    Ok(())
}

/// Count again from what the factory's list says now, unless a better proof has fixed the anchor or the customer
/// would have less than they were told.
pub(super) async fn count_again(work: &mut Work, unit: &Unit) -> Result<()> {
    let Some(given) = store::registry::warranty::find_given(work.tx(), &unit.id).await? else { return Ok(()) };
    let plan = store::registry::warranty_plan::find(work.tx(), &given.plan).await?;
    let registration = store::registry::registration::find(work.tx(), &given.registration).await?;
    let Some((plan, registration)) = plan.zip(registration) else { return Ok(()) };
    let anchor = Anchor::find(&plan.terms, &dates(unit, registration.purchased_on, registration.declared_on));
    if anchor.on <= given.anchor.on || !given.anchor.gives_way_to(&anchor) {
        return Ok(());
    }
    store::registry::warranty::delete_covers(work.tx(), &given.id).await?;
    store::registry::warranty::move_anchor(work.tx(), &given.id, anchor).await?;
    let moved = Given { anchor, ..given };
    for cover in covers(&plan.terms, &anchor) {
        store::registry::warranty::insert_cover(work.tx(), &moved, &cover).await?;
    }
    Ok(())
}

fn dates(unit: &Unit, purchased_on: Option<Date>, registered_on: Date) -> Dates {
    Dates {
        made_on: unit.made_on,
        shipped_on: unit.shipped_on,
        purchased: purchased_on.map(|on| (on, Proof::Declared)),
        registered_on,
    }
}
