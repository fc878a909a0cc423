//! Deciding registrations that wait: by staff, or by the factory's list when it brings an unknown serial.

use super::register_unit::{begin_ownership, write};
use super::{today, warranty};
use crate::app::Work;
use crate::base::{Fault, Refusal, Result};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::domain::registry::RegistrationId;
use crate::domain::registry::ownership::EndedBy;
use crate::domain::registry::product_model::ProductModel;
use crate::domain::registry::registration::{Reason, Registration, State};
use crate::domain::registry::unit::Unit;
use crate::store;

/// Accept a registration that waits. If somebody else holds the unit, their ownership ends today.
pub async fn accept(work: &mut Work, id: &RegistrationId) -> Result<Registration> {
    let registration = waiting(work, id).await?;
    let unit = store::registry::unit::find(work.tx(), &registration.unit).await?;
    let unit = unit.ok_or_else(|| Fault::new("a registration without a unit"))?;
    if let Some(holder) = store::registry::registration::find_active(work.tx(), &unit.id).await? {
        let model = model_of(work, &unit).await?;
        let on = today(work, None)?;
        let now = work.now();
        let to = (State::Ended, &[][..]);
        if !store::registry::registration::move_to(work.tx(), &holder.id, State::Active, to, now).await? {
            return Err(Refusal::Conflict("decided_already").into());
        }
        store::registry::ownership::end(work.tx(), &unit.id, on, EndedBy::Dispute).await?;
        record(work, &holder, State::Ended);
        let link = work.app().config.top.issuer.at("/my/products");
        let serial = unit.serial_label.clone();
        write(work, &holder.sub, &model, |product| Content::RegistrationDeclined { product, serial, link }).await?;
    }
    activate(work, registration, &unit).await
}

/// Decide against a registration that waits. Its holder, if there is one, is left alone.
pub async fn decline(work: &mut Work, id: &RegistrationId) -> Result<Registration> {
    let registration = waiting(work, id).await?;
    let now = work.now();
    let to = (State::Rejected, &registration.reasons[..]);
    if !store::registry::registration::move_to(work.tx(), id, registration.state, to, now).await? {
        return Err(Refusal::Conflict("decided_already").into());
    }
    record(work, &registration, State::Rejected);
    let unit = store::registry::unit::find(work.tx(), &registration.unit).await?;
    if let Some(unit) = unit {
        let model = model_of(work, &unit).await?;
        let link = work.app().config.top.issuer.at("/my/products/add");
        let serial = registration.serial_typed.clone();
        write(work, &registration.sub, &model, |product| Content::RegistrationDeclined { product, serial, link })
            .await?;
    }
    Ok(Registration { state: State::Rejected, ..registration })
}

/// The factory's list has brought or corrected a unit: whoever waited for nothing else gets it, the earliest
/// first; and what its warranty counts from may have become known.
pub(super) async fn unit_listed(work: &mut Work, unit: &Unit) -> Result<()> {
    store::registry::ownership::follow_unit(work.tx(), unit).await?;
    if store::registry::registration::find_active(work.tx(), &unit.id).await?.is_some() {
        return warranty::count_again(work, unit).await;
    }
    let waiting = store::registry::registration::waiting(work.tx(), &unit.id).await?;
    let mut taken = false;
    for registration in waiting {
        if registration.state != State::Pending || registration.reasons != [Reason::UnknownSerial] {
            continue;
        }
        let bought_too_early = registration.purchased_on.zip(unit.made_on).is_some_and(|(bought, made)| bought < made);
        if taken {
            wait_for(work, &registration, (State::Disputed, Reason::HeldByOther)).await?;
        } else if bought_too_early {
            wait_for(work, &registration, (State::Pending, Reason::BeforeManufacture)).await?;
        } else {
            activate(work, registration, unit).await?;
            taken = true;
        }
    }
    Ok(())
}

async fn activate(work: &mut Work, registration: Registration, unit: &Unit) -> Result<Registration> {
    let now = work.now();
    let (from, to) = (registration.state, (State::Active, &[][..]));
    if !store::registry::registration::move_to(work.tx(), &registration.id, from, to, now).await? {
        return Err(Refusal::Conflict("decided_already").into());
    }
    record(work, &registration, State::Active);
    let model = model_of(work, unit).await?;
    let plan = match &model.plan {
        Some(code) => store::registry::warranty_plan::newest(work.tx(), code).await?,
        None => None,
    };
    begin_ownership(work, &registration, unit, plan.as_ref()).await?;
    let link = work.app().config.top.issuer.at(&format!("/my/products/{}", registration.id));
    let serial = registration.serial_typed.clone();
    let sub = registration.sub.clone();
    write(work, &sub, &model, |product| Content::ProductRegistered { product, serial, active: true, link }).await?;
    Ok(Registration { state: State::Active, reasons: Vec::new(), ..registration })
}

async fn wait_for(work: &mut Work, registration: &Registration, (state, reason): (State, Reason)) -> Result<()> {
    let now = work.now();
    let from = registration.state;
    store::registry::registration::move_to(work.tx(), &registration.id, from, (state, &[reason]), now).await?;
    record(work, registration, state);
    Ok(())
}

async fn waiting(work: &mut Work, id: &RegistrationId) -> Result<Registration> {
    match store::registry::registration::find(work.tx(), id).await? {
        None => Err(Refusal::NotFound.into()),
        Some(registration) if registration.state.waits() => Ok(registration),
        Some(_) => Err(Refusal::Conflict("decided_already").into()),
    }
}

async fn model_of(work: &mut Work, unit: &Unit) -> Result<ProductModel> {
    let model = store::registry::product_model::find(work.tx(), &unit.model).await?;
    Ok(model.ok_or_else(|| Fault::new("a unit without a model"))?)
}

fn record(work: &mut Work, registration: &Registration, to: State) {
    let name = match to {
        State::Active => "registration.activated",
        State::Rejected => "registration.rejected",
        State::Disputed => "registration.disputed",
        State::Ended => "registration.ended",
        State::Pending | State::Withdrawn => "registration.changed",
    };
    let event = Event::new(name).about("registration", &registration.id).of(&registration.sub);
    work.record(event.change("state", Some(registration.state.name()), Some(to.name())));
}
