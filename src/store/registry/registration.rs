//! Registrations: every act of claiming a unit, with what became of it.

use super::unknown_word;
use crate::base::id::{ClientId, Subject};
use crate::base::time::Date;
use crate::base::{Error, Result, Timestamp};
use crate::domain::registry::registration::{Channel, Reason, Registration, State};
use crate::domain::registry::{RegistrationId, UnitId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct RegistrationRow {
        id: RegistrationId,
        unit: UnitId,
        sub: Subject,
        state: String,
        reasons: String,
        channel: String,
        client: Option<ClientId>,
        serial_typed: String,
        possession_shown: bool,
        dealer: String,
        purchased_on: Option<Date>,
        declared_on: Date,
        created_at: Timestamp,
    }
}

/// One registration.
pub async fn find(tx: &mut Tx, id: &RegistrationId) -> Result<Option<Registration>> {
    sql("SELECT * FROM registration WHERE id = $1")
        .bind(id)
        .optional::<RegistrationRow>(tx)
        .await?
        .map(Registration::try_from)
        .transpose()
}

/// The one registration of a unit that counts.
pub async fn find_active(tx: &mut Tx, unit: &UnitId) -> Result<Option<Registration>> {
    sql("SELECT * FROM registration WHERE unit = $1 AND state = 'active'")
        .bind(unit)
        .optional::<RegistrationRow>(tx)
        .await?
        .map(Registration::try_from)
        .transpose()
}

/// Somebody's open registration of a unit.
pub async fn find_open(tx: &mut Tx, unit: &UnitId, sub: &Subject) -> Result<Option<Registration>> {
    sql("SELECT * FROM registration WHERE unit = $1 AND sub = $2 AND state IN ('pending', 'active', 'disputed')")
        .bind(unit)
        .bind(sub)
        .optional::<RegistrationRow>(tx)
        .await?
        .map(Registration::try_from)
        .transpose()
}

/// Registrations of a unit that wait, oldest first.
pub async fn waiting(tx: &mut Tx, unit: &UnitId) -> Result<Vec<Registration>> {
    sql("SELECT * FROM registration WHERE unit = $1 AND state IN ('pending', 'disputed') ORDER BY created_at, id")
        .bind(unit)
        .all::<RegistrationRow>(tx)
        .await?
        .into_iter()
        .map(Registration::try_from)
        .collect()
}

/// Registrations of everybody in one state (or in any, if it is empty), newest first, before a moment.
pub async fn list(
    tx: &mut Tx,
    state: &str,
    before: Timestamp,
    before_id: &str,
    limit: u32,
) -> Result<Vec<Registration>> {
    sql("SELECT * FROM registration
          WHERE (state = $1 OR $1 = '') AND (created_at < $2 OR (created_at = $2 AND id < $3))
          ORDER BY created_at DESC, id DESC LIMIT $4")
    .bind(state)
    .bind(before)
    .bind(before_id)
    .bind(limit)
    .all::<RegistrationRow>(tx)
    .await?
    .into_iter()
    .map(Registration::try_from)
    .collect()
}

/// Everything one person ever registered, newest first.
pub async fn of(tx: &mut Tx, sub: &Subject, limit: u32) -> Result<Vec<Registration>> {
    sql("SELECT * FROM registration WHERE sub = $1 ORDER BY created_at DESC, id DESC LIMIT $2")
        .bind(sub)
        .bind(limit)
        .all::<RegistrationRow>(tx)
        .await?
        .into_iter()
        .map(Registration::try_from)
        .collect()
}

/// Add a registration; `false` if somebody else's became active, or one of the same person open, in between.
pub async fn insert(tx: &mut Tx, registration: &Registration) -> Result<bool> {
    let (channel, client) = registration.channel.names();
    let added = sql("INSERT INTO registration (id, unit, sub, state, reasons, channel, client, serial_typed,
                possession_shown, dealer, purchased_on, declared_on, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT DO NOTHING")
    .bind(&registration.id)
    .bind(&registration.unit)
    .bind(&registration.sub)
    .bind(registration.state.name())
    .bind(words(&registration.reasons))
    .bind(channel)
    .bind(client)
    .bind(&registration.serial_typed)
    .bind(registration.possession_shown)
    .bind(&registration.dealer)
    .bind(registration.purchased_on)
    .bind(registration.declared_on)
    .bind(registration.created_at)
    .run(tx)
    .await?;
    Ok(added == 1)
}

/// Move a registration from one state to another; `false` if it has left the first in between.
pub async fn move_to(
    tx: &mut Tx,
    id: &RegistrationId,
    from: State,
    (to, reasons): (State, &[Reason]),
    now: Timestamp,
) -> Result<bool> {
    let moved = sql("UPDATE registration SET state = $3, reasons = $4, decided_at = $5 WHERE id = $1 AND state = $2")
        .bind(id)
        .bind(from.name())
        .bind(to.name())
        .bind(words(reasons))
        .bind(now)
        .run(tx)
        .await?;
    Ok(moved == 1)
}

/// The code from the box was given for a claim that waits.
pub async fn show_possession(tx: &mut Tx, id: &RegistrationId) -> Result<()> {
    sql("UPDATE registration SET possession_shown = $2 WHERE id = $1").bind(id).bind(true).run(tx).await?;
    Ok(())
}

fn words(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| reason.name()).collect::<Vec<_>>().join(" ")
}

/// Read the words of `reasons`.
pub(super) fn reasons(words: &str) -> Result<Vec<Reason>> {
    words.split_whitespace().map(|word| Reason::from_name(word).ok_or_else(|| unknown_word("reasons", word))).collect()
}

impl TryFrom<RegistrationRow> for Registration {
    type Error = Error;

    fn try_from(row: RegistrationRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            unit: row.unit,
            sub: row.sub,
            state: State::from_name(&row.state).ok_or_else(|| unknown_word("state", &row.state))?,
            reasons: reasons(&row.reasons)?,
            channel: Channel::from_names(&row.channel, row.client)
                .ok_or_else(|| unknown_word("channel", &row.channel))?,
            serial_typed: row.serial_typed,
            possession_shown: row.possession_shown,
            dealer: row.dealer,
            purchased_on: row.purchased_on,
            declared_on: row.declared_on,
            created_at: row.created_at,
        })
    }
}
