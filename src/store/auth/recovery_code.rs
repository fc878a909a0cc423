//! The recovery codes of accounts, as keyed hashes.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

/// Keep one code of a new list.
pub async fn insert(tx: &mut Tx, sub: &Subject, hash: &str, now: Timestamp) -> Result<()> {
    sql("INSERT INTO recovery_code (sub, hash, made_at) VALUES ($1, $2, $3)")
        .bind(sub)
        .bind(hash)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Use a code, once.
pub async fn consume(tx: &mut Tx, sub: &Subject, hash: &str, now: Timestamp) -> Result<bool> {
    let used = sql("UPDATE recovery_code SET used_at = $3 WHERE sub = $1 AND hash = $2 AND used_at IS NULL")
        .bind(sub)
        .bind(hash)
        .bind(now)
        .run(tx)
        .await?;
    Ok(used == 1)
}

/// How many codes are left.
pub async fn count_left(tx: &mut Tx, sub: &Subject) -> Result<i64> {
    let left = sql("SELECT COUNT(*) AS count FROM recovery_code WHERE sub = $1 AND used_at IS NULL").bind(sub);
    Ok(left.one::<Count>(tx).await?.count)
}

/// The list is good no longer.
pub async fn delete_all(tx: &mut Tx, sub: &Subject) -> Result<u64> {
    sql("DELETE FROM recovery_code WHERE sub = $1").bind(sub).run(tx).await
}
