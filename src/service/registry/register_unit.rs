//! Registering a unit: one transaction from the typed serial to owner, warranty, audit entry and letter.

use super::product_model::find_typed;
use super::serial_check::{throttle, understand};
use super::{today, warranty};
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::time::Date;
use crate::base::{Fault, FieldError, Locale, Result, text};
use crate::domain::event::Event;
use crate::domain::letter::{Content, Letter};
use crate::domain::registry::RegistrationId;
use crate::domain::registry::ownership::Ownership;
use crate::domain::registry::product_model::ProductModel;
use crate::domain::registry::registration::{
    Channel, Circumstances, Declaration, Next, Opening, Reason, Registration, State, open,
};
use crate::domain::registry::unit::{Possession, Provenance, Unit};
use crate::domain::registry::warranty_plan::WarrantyPlan;
use crate::store;

/// What a customer claims.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The model number, or the number under the bar code.
    pub model: String,
    /// The serial, in any spelling.
    pub serial: String,
    /// When it was bought, if that is known.
    pub purchased_on: Option<Date>,
    /// Where it was bought, or empty.
    pub dealer: String,
    /// The code from the box, if it was given.
    pub claim_code: Option<String>,
    /// An unlikely date was asked about, and the customer stands by it.
    pub confirmed: bool,
    /// Through what.
    pub channel: Channel,
}

/// What became of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The unit is theirs.
    Active(RegistrationId),
    /// It is kept, and waits for these reasons.
    Pending(RegistrationId, Vec<Reason>),
    /// They have it, or wait for it, already.
    AlreadyYours(RegistrationId, State),
    /// Somebody else holds it. The claim is kept and waits for a decision; the holder keeps every right.
    HeldByOther(RegistrationId, Vec<Next>),
    /// Nothing is kept: the date is unlikely. Ask, and send the claim again, confirmed.
    Ask(Vec<Reason>),
    /// Nothing is kept: fields are wrong.
    Wrong(Vec<FieldError>),
}

/// The longest name of a shop, in characters.
const MAX_DEALER: usize = 100;
/// How often a claim is decided again when somebody else was faster.
const MAX_ROUNDS: usize = 5;

/// Everything that is known before it is decided.
struct Case {
    model: ProductModel,
    plan: Option<WarrantyPlan>,
    unit: Unit,
    serial_typed: String,
    claim: Claim,
    declared_on: Date,
}

/// Claim a unit for a customer.
pub async fn register(work: &mut Work, sub: &Subject, claim: Claim) -> Result<Outcome> {
    let limit = work.app().config.limit.serials_per_hour;
    throttle(work, &format!("serial:{sub}"), limit).await?;
    for _ in 0..MAX_ROUNDS {
        let case = match prepare(work, claim.clone()).await? {
            Ok(case) => case,
            Err(errors) => return Ok(Outcome::Wrong(errors)),
        };
        if let Some(outcome) = decide(work, sub, &case).await? {
            return Ok(outcome);
        }
    }
    Err(Fault::new("a claim lost every race for its unit").retryable().into())
}

/// Read the fields, and find model, plan and unit. A serial of valid form that no list has gets a provisional unit.
async fn prepare(work: &mut Work, claim: Claim) -> Result<Result<Case, Vec<FieldError>>> {
    let mut errors = Vec::new();
    if claim.dealer.chars().count() > MAX_DEALER {
        errors.push(FieldError::new("dealer", "too_long"));
    } else if !text::is_storable(&claim.dealer, false) {
        errors.push(FieldError::new("dealer", "control_character"));
    }
    if claim.serial.trim().is_empty() {
        errors.push(FieldError::new("serial", "required"));
    }
    let model = if claim.model.trim().is_empty() {
        errors.push(FieldError::new("model", "required"));
        None
    } else {
        find_typed(work, &claim.model).await?
    };
    let Some(model) = model else {
        if errors.iter().all(|error| error.field != "model") {
            errors.push(FieldError::new("model", "unknown"));
        }
        return Ok(Err(errors));
    };
    let (serial, understood) = match understand(&model, &claim.serial) {
        Ok(read) => read,
        Err(reason) => {
            if errors.iter().all(|error| error.field != "serial") {
                errors.push(FieldError::new("serial", reason));
            }
            return Ok(Err(errors));
        }
    };
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let unit = find_or_propose(work, &model, serial.raw(), &understood.normalised).await?;
    // The serial is what is printed on the piece; the model was chosen from a list, perhaps the wrong one.
    let model = if unit.model == model.id {
        model
    } else {
        let true_model = store::registry::product_model::find(work.tx(), &unit.model).await?;
        true_model.ok_or_else(|| Fault::new("a unit without a model"))?
    };
    let plan = match &model.plan {
        Some(code) => store::registry::warranty_plan::newest(work.tx(), code).await?,
        None => None,
    };
    let declared_on = today(work, plan.as_ref().map(|plan| &plan.terms.zone))?;
    Ok(Ok(Case { model, plan, unit, serial_typed: serial.raw().to_owned(), claim, declared_on }))
}

/// The unit of that serial, or one that would be made for it. Nothing is stored yet.
async fn find_or_propose(work: &mut Work, model: &ProductModel, label: &str, serial: &str) -> Result<Unit> {
    if let Some(unit) = store::registry::unit::find_by_serial(work.tx(), &model.namespace, serial).await? {
        return Ok(unit);
    }
    Ok(Unit {
        id: work.new_id(),
        model: model.id.clone(),
        serial_label: label.to_owned(),
        serial: serial.to_owned(),
        lot: String::new(),
        made_on: None,
        shipped_on: None,
        claim_code_hash: None,
        provenance: Provenance::Provisional,
    })
}

/// Decide the claim by what stands in the registry now; `None` if somebody else was faster.
async fn decide(work: &mut Work, sub: &Subject, case: &Case) -> Result<Option<Outcome>> {
    let holder = store::registry::registration::find_active(work.tx(), &case.unit.id).await?;
    let own = store::registry::registration::find_open(work.tx(), &case.unit.id, sub).await?;
    let possession = case.unit.possession(case.claim.claim_code.as_deref());
    let declaration = Declaration {
        purchased_on: case.claim.purchased_on,
        declared_on: case.declared_on,
        confirmed: case.claim.confirmed,
    };
    let known = Circumstances {
        in_factory_list: case.unit.provenance == Provenance::Manufactured,
        made_on: case.unit.made_on,
        launched_on: case.model.launched_on,
        holder: holder.as_ref().map(|registration| registration.sub.clone()),
        open_claim: own.as_ref().map(|registration| registration.state),
        possession,
    };
    let shown = possession == Possession::Shown;
    match (open(&declaration, &known, sub), own) {
        (Opening::Activate, _) => activate(work, sub, case, shown).await,
        (Opening::Review(reasons), _) => {
            let Some(kept) = keep(work, sub, case, (State::Pending, &reasons), shown).await? else { return Ok(None) };
            tell_registered(work, sub, case, &kept).await?;
            Ok(Some(Outcome::Pending(kept.id, reasons)))
        }
        (Opening::Dispute(next), _) => {
            let reasons = [Reason::HeldByOther];
            let Some(kept) = keep(work, sub, case, (State::Disputed, &reasons), shown).await? else { return Ok(None) };
            tell_registered(work, sub, case, &kept).await?;
            if let Some(holder) = holder {
                tell_holder(work, &holder, case).await?;
            }
            Ok(Some(Outcome::HeldByOther(kept.id, next)))
        }
        (Opening::StillDisputed(next), Some(own)) => {
            if shown && !own.possession_shown {
                store::registry::registration::show_possession(work.tx(), &own.id).await?;
                let shown = Event::new("registration.possession_shown").about("registration", &own.id).of(sub);
                work.record(shown);
            }
            Ok(Some(Outcome::HeldByOther(own.id, next)))
        }
        (Opening::AlreadyYours(state), Some(own)) => Ok(Some(Outcome::AlreadyYours(own.id, state))),
        (Opening::Ask(reasons), _) => Ok(Some(Outcome::Ask(reasons))),
        (Opening::Refuse(wrong), _) => {
            let (field, reason) = wrong.field();
            let refused = Event::new("registration.refused").about("product_model", &case.model.id).of(sub);
            work.record(refused.change(field, None, Some(reason)));
            Ok(Some(Outcome::Wrong(vec![FieldError::new(field, reason)])))
        }
        // The claim that was read a moment ago has been decided in between.
        (Opening::StillDisputed(_) | Opening::AlreadyYours(_), None) => Ok(None),
    }
}

async fn activate(work: &mut Work, sub: &Subject, case: &Case, shown: bool) -> Result<Option<Outcome>> {
    let Some(kept) = keep(work, sub, case, (State::Active, &[]), shown).await? else { return Ok(None) };
    begin_ownership(work, &kept, &case.unit, case.plan.as_ref()).await?;
    tell_registered(work, sub, case, &kept).await?;
    Ok(Some(Outcome::Active(kept.id)))
}

/// Store the registration, and before it a unit that no list has; `None` if somebody else was faster.
async fn keep(
    work: &mut Work,
    sub: &Subject,
    case: &Case,
    (state, reasons): (State, &[Reason]),
    shown: bool,
) -> Result<Option<Registration>> {
    let now = work.now();
    let mut unit = case.unit.id.clone();
    if case.unit.provenance == Provenance::Provisional {
        // Another claim, or the factory's list, may have brought the same serial a moment ago.
        store::registry::unit::insert(work.tx(), &case.unit, &case.model.namespace, now).await?;
        let stored = store::registry::unit::find_by_serial(work.tx(), &case.model.namespace, &case.unit.serial).await?;
        let stored = stored.ok_or_else(|| Fault::new("a provisional unit vanished"))?;
        if stored.provenance == Provenance::Manufactured {
            return Ok(None);
        }
        unit = stored.id;
    }
    let registration = Registration {
        id: work.new_id(),
        unit,
        sub: sub.clone(),
        state,
        reasons: reasons.to_vec(),
        channel: case.claim.channel.clone(),
        serial_typed: case.serial_typed.clone(),
        possession_shown: shown,
        dealer: case.claim.dealer.trim().to_owned(),
        purchased_on: case.claim.purchased_on,
        declared_on: case.declared_on,
        created_at: now,
    };
    if !store::registry::registration::insert(work.tx(), &registration).await? {
        return Ok(None);
    }
    let name = match state {
        State::Active => "registration.activated",
        State::Disputed => "registration.disputed",
        State::Pending | State::Rejected | State::Withdrawn | State::Ended => "registration.submitted",
    };
    let event = Event::new(name).about("registration", &registration.id).of(sub);
    work.record(event.change("state", None, Some(state.name())).change("unit", None, Some(registration.unit.as_ref())));
    Ok(Some(registration))
}

/// Make the registration's person the owner, and promise the plan to the unit.
pub(super) async fn begin_ownership(
    work: &mut Work,
    registration: &Registration,
    unit: &Unit,
    plan: Option<&WarrantyPlan>,
) -> Result<()> {
    let ownership = Ownership {
        id: work.new_id(),
        unit: unit.id.clone(),
        sub: registration.sub.clone(),
        registration: registration.id.clone(),
        model: unit.model.clone(),
        lot: unit.lot.clone(),
        made_on: unit.made_on,
        held_from: registration.declared_on,
        ended: None,
    };
    store::registry::ownership::insert(work.tx(), &ownership).await?;
    if let Some(plan) = plan {
        warranty::give(work, plan, unit, registration).await?;
    }
    Ok(())
}

async fn tell_registered(work: &mut Work, sub: &Subject, case: &Case, kept: &Registration) -> Result<()> {
    let active = kept.state == State::Active;
    let link = work.app().config.top.issuer.at(&format!("/my/products/{}", kept.id));
    let serial = case.serial_typed.clone();
    write(work, sub, &case.model, |product| Content::ProductRegistered { product, serial, active, link }).await
}

/// The holder learns that there is another claim, and not whose it is.
async fn tell_holder(work: &mut Work, holder: &Registration, case: &Case) -> Result<()> {
    let link = work.app().config.top.issuer.at(&format!("/my/products/{}", holder.id));
    let serial = case.unit.serial_label.clone();
    write(work, &holder.sub, &case.model, |product| Content::ProductClaimed { product, serial, link }).await
}

/// Write to the verified address of a customer, in their language; without one there is no letter.
pub(super) async fn write(
    work: &mut Work,
    sub: &Subject,
    model: &ProductModel,
    content: impl FnOnce(String) -> Content,
) -> Result<()> {
    let Some(account) = store::account::find(work.tx(), sub).await? else { return Ok(()) };
    let Some(to) = account.verified_email() else { return Ok(()) };
    let locale = account.locale().unwrap_or(Locale::Ja);
    let content = content(model.name.in_locale(locale).to_owned());
    work.send(Letter { to: to.wire(), locale, content });
    Ok(())
}
