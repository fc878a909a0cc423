//! How often something was tried. Keys are keyed hashes.

use crate::base::{Result, Timestamp};
use crate::domain::auth::throttle::Counter;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct CounterRow {
        tries: i64,
        last_at: Timestamp,
    }
}

/// Where a counter stands; one that was never used stands at nothing.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Counter> {
    let row = sql("SELECT tries, last_at FROM try_counter WHERE key = $1").bind(key).optional::<CounterRow>(tx).await?;
    Ok(row.map_or_else(Counter::default, |row| Counter { tries: row.tries, last_at: Some(row.last_at) }))
}

/// Begin a counter with its first try; `false` if somebody else has just begun it.
pub async fn begin(tx: &mut Tx, key: &str, now: Timestamp) -> Result<bool> {
    let inserted = sql("INSERT INTO try_counter (key, tries, last_at) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING")
        .bind(key)
        .bind(now)
        .run(tx)
        .await?;
    Ok(inserted == 1)
}

/// Move a counter from where it was read to where a try brings it; `false` if somebody else has moved it.
pub async fn step(tx: &mut Tx, key: &str, from: (i64, Timestamp), to: (i64, Timestamp)) -> Result<bool> {
    let moved = sql("UPDATE try_counter SET tries = $4, last_at = $5 WHERE key = $1 AND tries = $2 AND last_at = $3")
        .bind(key)
        .bind(from.0)
        .bind(from.1)
        .bind(to.0)
        .bind(to.1)
        .run(tx)
        .await?;
    Ok(moved == 1)
}

/// Start a counter anew.
pub async fn reset(tx: &mut Tx, key: &str) -> Result<()> {
    sql("DELETE FROM try_counter WHERE key = $1").bind(key).run(tx).await?;
    Ok(())
}

/// Take one try back, which turned out to be none.
pub async fn take_back(tx: &mut Tx, key: &str) -> Result<()> {
    sql("UPDATE try_counter SET tries = tries - 1 WHERE key = $1 AND tries > 0").bind(key).run(tx).await?;
    Ok(())
}

/// Forget counters that were left alone since before `then`.
pub async fn purge(tx: &mut Tx, then: Timestamp) -> Result<u64> {
    sql("DELETE FROM try_counter WHERE last_at < $1").bind(then).run(tx).await
}
