//! Why accounts must not be erased at the moment.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::account::hold::{Hold, HoldId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct HoldRow {
        id: HoldId,
        reason: String,
        placed_at: Timestamp,
        ends_at: Option<Timestamp>,
    }
}

impl From<HoldRow> for Hold {
    fn from(row: HoldRow) -> Self {
        Self { id: row.id, reason: row.reason, placed_at: row.placed_at, ends_at: row.ends_at }
    }
}

/// Place one.
pub async fn insert(tx: &mut Tx, sub: &Subject, hold: &Hold) -> Result<()> {
    sql("INSERT INTO account_hold (id, sub, reason, placed_at, ends_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(&hold.id)
        .bind(sub)
        .bind(&hold.reason)
        .bind(hold.placed_at)
        .bind(hold.ends_at)
        .run(tx)
        .await?;
    Ok(())
}

/// Those in force, oldest first.
pub async fn in_force(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<Vec<Hold>> {
    let rows = sql("SELECT id, reason, placed_at, ends_at FROM account_hold
                     WHERE sub = $1 AND lifted_at IS NULL AND (ends_at IS NULL OR $2 < ends_at)
                  ORDER BY placed_at, id")
    .bind(sub)
    .bind(now)
    .all::<HoldRow>(tx)
    .await?;
    Ok(rows.into_iter().map(Hold::from).collect())
}

row! {
    struct SubRow {
        sub: Subject,
    }
}

/// Lift one; the account it was about, if it was in force.
pub async fn lift(tx: &mut Tx, id: &HoldId, now: Timestamp) -> Result<Option<Subject>> {
    let lifted = sql("UPDATE account_hold SET lifted_at = $2
                       WHERE id = $1 AND lifted_at IS NULL AND (ends_at IS NULL OR $2 < ends_at)
                   RETURNING sub")
    .bind(id)
    .bind(now)
    .optional::<SubRow>(tx)
    .await?;
    Ok(lifted.map(|row| row.sub))
}
