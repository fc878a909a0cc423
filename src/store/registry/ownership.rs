//! Periods in which somebody held a unit.

use crate::base::Result;
use crate::base::id::Subject;
use crate::base::time::Date;
use crate::domain::registry::ownership::{EndedBy, Ownership};
use crate::domain::registry::unit::Unit;
use crate::domain::registry::{RegistrationId, UnitId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    /// A unit somebody holds now, and the registration it came from.
    pub struct HeldRow {
        /// The unit.
        pub unit: UnitId,
        /// The registration.
        pub registration: RegistrationId,
    }
}

/// Begin a period.
pub async fn insert(tx: &mut Tx, ownership: &Ownership) -> Result<()> {
    sql("INSERT INTO ownership (id, unit, sub, registration, model, lot, made_on, held_from)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(&ownership.id)
    .bind(&ownership.unit)
    .bind(&ownership.sub)
    .bind(&ownership.registration)
    .bind(&ownership.model)
    .bind(&ownership.lot)
    .bind(ownership.made_on)
    .bind(ownership.held_from)
    .run(tx)
    .await?;
    Ok(())
}

/// End the open period of a unit; `false` if there is none.
pub async fn end(tx: &mut Tx, unit: &UnitId, on: Date, by: EndedBy) -> Result<bool> {
    let ended = sql("UPDATE ownership SET held_to = CASE WHEN held_from > $2 THEN held_from ELSE $2 END, ended_by = $3
          WHERE unit = $1 AND held_to IS NULL")
    .bind(unit)
    .bind(on)
    .bind(by.name())
    .run(tx)
    .await?;
    Ok(ended == 1)
}

/// Everything somebody holds now.
pub async fn held_by(tx: &mut Tx, sub: &Subject) -> Result<Vec<HeldRow>> {
    sql("SELECT unit, registration FROM ownership WHERE sub = $1 AND held_to IS NULL").bind(sub).all(tx).await
}

/// How many units somebody holds now.
pub async fn count_held_by(tx: &mut Tx, sub: &Subject) -> Result<i64> {
    let held = sql("SELECT COUNT(*) AS count FROM ownership WHERE sub = $1 AND held_to IS NULL");
    Ok(held.bind(sub).one::<Count>(tx).await?.count)
}

/// Carry along what the factory's list changed about a unit.
pub async fn follow_unit(tx: &mut Tx, unit: &Unit) -> Result<()> {
    sql("UPDATE ownership SET model = $2, lot = $3, made_on = $4 WHERE unit = $1")
        .bind(&unit.id)
        .bind(&unit.model)
        .bind(&unit.lot)
        .bind(unit.made_on)
        .run(tx)
        .await?;
    Ok(())
}
