//! What hung on an account in another installation of ours, put back where what it hangs on is here too: consents where
//! the application is, registrations where the model and the unit are.

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::admin::account_carried::{Carried, CarriedRegistration};
use crate::domain::event::Event;
use crate::domain::registry::import::RowError;
use crate::domain::registry::ownership::Ownership;
use crate::domain::registry::registration::{Registration, State};
use crate::domain::registry::unit::{Provenance, Unit};
use crate::domain::registry::warranty::covers;
use crate::store;
use crate::store::account::source;
use crate::store::admin::account_export::{ConsentRow, insert_consent};
use crate::store::registry::warranty::Given;

/// Put back what can be; what cannot is told.
pub(super) async fn restore(work: &mut Work, sub: &Subject, carried: &Carried) -> Result<Vec<RowError>> {
    let mut left_out = Vec::new();
    let now = work.now();
    for before in &carried.sources {
        source::insert(work.tx(), sub, &before.source, &before.source_id, now).await?;
    }
    for consent in &carried.consents {
        if store::oidc::client::find(work.tx(), &consent.client).await?.is_none() {
            left_out.push(left("consents", "unknown_client", "the application is not here"));
            continue;
        }
        let row = ConsentRow {
            client_id: consent.client.clone(),
            scope: consent.scope.clone(),
            given_at: consent.given_at,
            updated_at: consent.updated_at,
        };
        insert_consent(work.tx(), sub, &row).await?;
    }
    for registration in &carried.registrations {
        if let Some((reason, explanation)) = register(work, sub, registration).await? {
            left_out.push(left("registrations", reason, explanation));
        }
    }
    Ok(left_out)
}

fn left(column: &'static str, reason: &'static str, explanation: &str) -> RowError {
    RowError { column, reason, explanation: explanation.to_owned() }
}

/// Put a registration back; why it is not possible.
async fn register(
    work: &mut Work,
    sub: &Subject,
    carried: &CarriedRegistration,
) -> Result<Option<(&'static str, &'static str)>> {
    let Some(unit) = unit(work, carried).await? else {
        return Ok(Some(("unknown_unit", "import the models and the factory's list first")));
    };
    let is_active = carried.state == State::Active;
    if is_active && store::registry::registration::find_active(work.tx(), &unit.id).await?.is_some() {
        return Ok(Some(("held_by_other", "somebody else holds the unit here")));
    }
    let registration = Registration {
        id: work.new_id(),
        unit: unit.id.clone(),
        sub: sub.clone(),
        state: carried.state,
        reasons: carried.reasons.clone(),
        channel: carried.channel.clone(),
        serial_typed: carried.serial_typed.clone(),
        possession_shown: carried.possession_shown,
        dealer: carried.dealer.clone(),
        purchased_on: carried.purchased_on,
        declared_on: carried.declared_on,
        created_at: carried.created_at,
    };
    if !store::registry::registration::insert(work.tx(), &registration).await? {
        return Ok(Some(("already_registered", "there is an open registration of the unit")));
    }
    if let Some(held_from) = carried.held_from {
        let ownership = Ownership {
            id: work.new_id(),
            unit: unit.id.clone(),
            sub: sub.clone(),
            registration: registration.id.clone(),
            model: unit.model.clone(),
            lot: unit.lot.clone(),
            made_on: unit.made_on,
            held_from,
            ended: None,
        };
        store::registry::ownership::insert(work.tx(), &ownership).await?;
        give_warranty(work, &unit, &registration, carried).await?;
    }
    let event = Event::new("registration.imported").about("registration", &registration.id).of(sub);
    work.record(event.change("state", None, Some(carried.state.name())));
    Ok(None)
}

/// The unit that is meant. One that only its owner ever named is named by them again.
async fn unit(work: &mut Work, carried: &CarriedRegistration) -> Result<Option<Unit>> {
    let model = store::registry::product_model::find_by_key(work.tx(), carried.model_no.key()).await?;
    let Some(model) = model else { return Ok(None) };
    let known = store::registry::unit::find_by_serial(work.tx(), &model.namespace, &carried.serial).await?;
    if known.is_some() || carried.provenance == Provenance::Manufactured {
        return Ok(known);
    }
    let unit = Unit {
        id: work.new_id(),
        model: model.id.clone(),
        serial: carried.serial.clone(),
        serial_label: carried.serial_label.clone(),
        lot: String::new(),
        made_on: None,
        shipped_on: None,
        claim_code_hash: None,
        provenance: Provenance::Provisional,
    };
    let now = work.now();
    let added = store::registry::unit::insert(work.tx(), &unit, &model.namespace, now).await?;
    Ok(added.then_some(unit))
}

/// What was promised counts on, from the same day, where the same version of the plan is here.
async fn give_warranty(
    work: &mut Work,
    unit: &Unit,
    registration: &Registration,
    carried: &CarriedRegistration,
) -> Result<()> {
    let Some((code, version, anchor)) = &carried.warranty else { return Ok(()) };
    let Some(plan) = store::registry::warranty_plan::find_version(work.tx(), code, *version).await? else {
        return Ok(());
    };
    let given = Given { id: work.new_id(), plan: plan.id, anchor: *anchor, registration: registration.id.clone() };
    let now = work.now();
    if store::registry::warranty::insert(work.tx(), &given, &unit.id, now).await? {
        for cover in covers(&plan.terms, anchor) {
            store::registry::warranty::insert_cover(work.tx(), &given, &cover).await?;
        }
    }
    Ok(())
}
