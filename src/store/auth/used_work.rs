//! Challenges that were answered.

use crate::base::{Result, Timestamp};
use crate::store::db::Tx;
use crate::store::query::sql;

/// Use a challenge up; `false` if it was answered before.
pub async fn claim(tx: &mut Tx, nonce: &str, expires_at: Timestamp) -> Result<bool> {
    let inserted = sql("INSERT INTO used_work (nonce, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(nonce)
        .bind(expires_at)
        .run(tx)
        .await?;
    Ok(inserted == 1)
}

/// Forget challenges that are over.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM used_work WHERE expires_at <= $1").bind(now).run(tx).await
}
