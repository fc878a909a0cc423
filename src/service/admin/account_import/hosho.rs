//! Accounts that another installation of ours has exported.

use serde_json::{Map, Value};

use super::claim_names::{flag, text};
use crate::base::Timestamp;
use crate::base::id::ClientId;
use crate::base::text::is_storable;
use crate::base::time::Date;
use crate::domain::account::{CustomerNumber, EmailAddress, HeldEmail, State};
use crate::domain::admin::account_carried::{Carried, CarriedRegistration, Consent, Source};
use crate::domain::admin::account_import::{Identity, ImportedAccount, ImportedHash, as_subject, is_source};
use crate::domain::auth::kept_password::KeptPassword;
use crate::domain::registry::import::RowError;
use crate::domain::registry::product_model::ModelNo;
use crate::domain::registry::registration::{Channel, Reason, State as RegistrationState};
use crate::domain::registry::unit::Provenance;
use crate::domain::registry::warranty::{Anchor, Proof};
use crate::oidc::scope::Scope;
use crate::service::account::claims;
use crate::service::admin::account_export::VERSION;

/// The longest text of a registration, in characters.
const LONGEST: usize = 200;

/// Whether a line says what the others are; what is wrong with it.
pub(super) fn header(line: &Value) -> Option<Result<(), RowError>> {
    if text(line, "type") != "export" {
        return None;
    }
    Some(match line["version"].as_u64() == Some(VERSION) {
        true => Ok(()),
        false => Err(error("version", "unknown", "an export of a version that is not read")),
    })
}

/// One account.
pub(super) fn read(line: &Value) -> Result<ImportedAccount, Vec<RowError>> {
    let mut notes = Vec::new();
    let sub = as_subject(text(line, "sub")).ok_or_else(|| vec![error("sub", "form", "no subject")])?;
    let one = |read: Result<_, RowError>| read.map_err(|error| vec![error]);
    let state = State::from_word(text(line, "state")).ok_or_else(|| vec![error("state", "unknown", "no state")])?;
    let number = CustomerNumber::parse(text(line, "customer_number"))
        .ok_or_else(|| vec![error("customer_number", "form", "no customer number")])?;
    let none = Map::new();
    let given = line["claims"].as_object().unwrap_or(&none);
    let (profile, unknown) = claims::read(given).map_err(|why| vec![error("claims", "invalid", &why)])?;
    if !unknown.is_empty() {
        notes.push(error("claims", "not_taken_over", "claims that are not known here"));
    }
    let email = match elements(line, "emails").find(|email| flag(email, "primary")) {
        Some(email) => Some(HeldEmail {
            address: EmailAddress::parse(text(email, "address"))
                .map_err(|wrong| vec![error("emails", wrong.word(), "no e-mail address")])?,
            verified: !text(email, "verified_at").is_empty(),
        }),
        None if state == State::Closed => None,
        None => return Err(vec![error("emails", "required", "there is no primary address")]),
    };
    let password = &line["password"];
    let hash = one(hash(password, &mut notes))?;
    if elements(line, "roles").next().is_some() {
        notes.push(error("roles", "not_taken_over", "roles of staff are given anew"));
    }
    let mut identities: Vec<Identity> = Vec::new();
    for linked in elements(line, "identities") {
        let (provider, subject) = (text(linked, "provider"), text(linked, "subject"));
        if fits(provider, 1) && fits(subject, 1) {
            identities.push(Identity { provider: provider.to_owned(), subject: subject.to_owned() });
        }
    }
    let sources = elements(line, "sources")
        .map(|row| Source { source: text(row, "source").to_owned(), source_id: text(row, "id").to_owned() })
        .filter(|row| is_source(&row.source) && fits(&row.source_id, 1))
        .collect();
    let opened_at = moment(line, "opened_at");
    let carried = Carried {
        sub: sub.clone(),
        number,
        updated_at: moment(line, "updated_at").or(opened_at).unwrap_or(Timestamp::from_millis(0)),
        sources,
        consents: parts(line, "consents", consent, &mut notes),
        registrations: parts(line, "registrations", registration, &mut notes).into_iter().flatten().collect(),
    };
    Ok(ImportedAccount {
        source_id: sub.to_string(),
        email,
        state,
        profile,
        hash,
        password_set_at: moment(password, "changed_at"),
        opened_at,
        identities,
        carried: Some(Box::new(carried)),
        notes,
    })
}

fn error(column: &'static str, reason: &'static str, explanation: &str) -> RowError {
    RowError { column, reason, explanation: explanation.to_owned() }
}

fn elements<'a>(line: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    line[member].as_array().into_iter().flatten()
}

/// The elements that can be read; that others cannot be is noted.
fn parts<T>(
    line: &Value,
    member: &'static str,
    read: impl Fn(&Value) -> Option<T>,
    notes: &mut Vec<RowError>,
) -> Vec<T> {
    let mut found = Vec::new();
    for part in elements(line, member) {
        match read(part) {
            Some(part) => found.push(part),
            None => notes.push(error(member, "invalid", "a part of the list cannot be read: left out")),
        }
    }
    found
}

fn moment(value: &Value, member: &str) -> Option<Timestamp> {
    Timestamp::from_rfc3339(text(value, member))
}

fn fits(text: &str, least: usize) -> bool {
    (least..=LONGEST).contains(&text.chars().count()) && is_storable(text, false)
}

/// A hash as we keep it; it stays within the bounds of imports, whatever made it.
fn hash(password: &Value, notes: &mut Vec<RowError>) -> Result<Option<ImportedHash>, RowError> {
    if !password.is_object() {
        return Ok(None);
    }
    let Some(text) = password["hash"].as_str() else {
        notes.push(error("password", "not_taken_over", "the export was made without hashes: a new password is set"));
        return Ok(None);
    };
    match KeptPassword::read(text).filter(KeptPassword::is_bounded) {
        Some(_) => Ok(Some(ImportedHash::Ours(text.to_owned()))),
        None => Err(error("password", "malformed_hash", "no hash of ours, or one that is too costly to compare")),
    }
}

fn consent(row: &Value) -> Option<Consent> {
    let scope = Scope::parse(text(row, "scope")).ok()?;
    Some(Consent {
        client: Some(text(row, "client_id")).filter(|id| fits(id, 1)).map(ClientId::from)?,
        scope: scope.to_string(),
        given_at: moment(row, "given_at")?,
        updated_at: moment(row, "updated_at")?,
    })
}

/// A registration that is open; `Some(None)` for one that is over, which stays behind.
fn registration(row: &Value) -> Option<Option<CarriedRegistration>> {
    let state = RegistrationState::from_name(text(row, "state"))?;
    if !matches!(state, RegistrationState::Pending | RegistrationState::Active | RegistrationState::Disputed) {
        return Some(None);
    }
    let word = |member: &str, least: usize| Some(text(row, member)).filter(|text| fits(text, least)).map(str::to_owned);
    let day = |member: &str| text(row, member).parse::<Date>().ok();
    let reasons = elements(row, "reasons").map(|word| Reason::from_name(word.as_str()?)).collect::<Option<Vec<_>>>()?;
    let client = row["client_id"].as_str().filter(|id| fits(id, 1)).map(ClientId::from);
    let (purchased_on, declared_on) = (day("purchased_on"), day("declared_on")?);
    let (held_from, is_active) = (day("held_from"), state == RegistrationState::Active);
    // What the database would refuse is refused here, so that it harms no other row.
    let is_possible = purchased_on.is_none_or(|on| on <= declared_on)
        && (is_active || !reasons.is_empty())
        && held_from.is_some() == is_active;
    let registration = CarriedRegistration {
        model_no: ModelNo::parse(text(row, "model_no"))?,
        serial: word("serial", 1)?,
        serial_label: word("serial_label", 0)?,
        provenance: Provenance::from_name(text(row, "provenance"))?,
        state,
        reasons,
        channel: Channel::from_names(text(row, "channel"), client)?,
        serial_typed: word("serial_typed", 0)?,
        possession_shown: flag(row, "possession_shown"),
        dealer: word("dealer", 0)?,
        purchased_on,
        declared_on,
        created_at: moment(row, "created_at")?,
        held_from,
        warranty: warranty(&row["warranty"]),
    };
    is_possible.then_some(Some(registration))
}

fn warranty(row: &Value) -> Option<(String, u32, Anchor)> {
    let version = u32::try_from(row["version"].as_u64()?).ok()?;
    let anchor =
        Anchor { on: text(row, "anchor_on").parse().ok()?, proof: Proof::from_name(text(row, "anchor_proof"))? };
    Some((Some(text(row, "plan")).filter(|code| fits(code, 1))?.to_owned(), version, anchor))
}
