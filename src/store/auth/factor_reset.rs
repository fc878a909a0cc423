//! Second factors that support takes away.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::auth::factor_reset::{FactorReset, FactorResetId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct FactorResetRow {
        id: FactorResetId,
        sub: Subject,
        asked_at: Timestamp,
        due_at: Timestamp,
    }
}

impl FactorResetRow {
    fn split(self) -> (Subject, FactorReset) {
        (self.sub, FactorReset { id: self.id, asked_at: self.asked_at, due_at: self.due_at })
    }
}

/// Keep one; `false` where one is open for the account.
pub async fn insert(tx: &mut Tx, sub: &Subject, reset: &FactorReset, keep_hash: &str) -> Result<bool> {
    let inserted = sql("INSERT INTO factor_reset (id, sub, keep_hash, asked_at, due_at) VALUES ($1, $2, $3, $4, $5)
                        ON CONFLICT DO NOTHING")
    .bind(&reset.id)
    .bind(sub)
    .bind(keep_hash)
    .bind(reset.asked_at)
    .bind(reset.due_at)
    .run(tx)
    .await?;
    Ok(inserted == 1)
}

/// The one that is open for an account.
pub async fn find_open(tx: &mut Tx, sub: &Subject) -> Result<Option<FactorReset>> {
    let found = sql("SELECT id, sub, asked_at, due_at FROM factor_reset WHERE sub = $1 AND ended_at IS NULL")
        .bind(sub)
        .optional::<FactorResetRow>(tx)
        .await?;
    Ok(found.map(|row| row.split().1))
}

/// The one that a link stops, with its account; looking does not stop it.
pub async fn find_by_link(tx: &mut Tx, keep_hash: &str) -> Result<Option<(Subject, FactorReset)>> {
    let found = sql("SELECT id, sub, asked_at, due_at FROM factor_reset WHERE keep_hash = $1 AND ended_at IS NULL")
        .bind(keep_hash)
        .optional::<FactorResetRow>(tx)
        .await?;
    Ok(found.map(FactorResetRow::split))
}

/// It ends, once: stopped, or carried out.
pub async fn end(tx: &mut Tx, id: &FactorResetId, carried_out: bool, now: Timestamp) -> Result<bool> {
    let ended = sql("UPDATE factor_reset SET ended_at = $2, carried_out = $3 WHERE id = $1 AND ended_at IS NULL")
        .bind(id)
        .bind(now)
        .bind(carried_out)
        .run(tx)
        .await?;
    Ok(ended == 1)
}
