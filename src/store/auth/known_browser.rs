//! Browsers that have signed in to an account before.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    struct Counts {
        this_one: i64,
        all_of_them: i64,
    }
}

/// Whether a browser has signed in to the account that an address belongs to.
pub async fn is_known(tx: &mut Tx, normal_email: &str, browser_hash: &str) -> Result<bool> {
    let known = sql("SELECT COUNT(*) AS count
                       FROM known_browser k JOIN email_address e ON e.sub = k.sub
                      WHERE e.normal = $1 AND e.released_at IS NULL AND (e.held_until IS NULL OR e.is_primary)
                        AND k.browser_hash = $2")
    .bind(normal_email)
    .bind(browser_hash)
    .one::<Count>(tx)
    .await?;
    Ok(known.count > 0)
}

/// Whether a browser has signed in to an account, and whether any has.
pub async fn is_known_to(tx: &mut Tx, sub: &Subject, browser_hash: &str) -> Result<(bool, bool)> {
    let counts = sql("SELECT COUNT(CASE WHEN browser_hash = $2 THEN 1 END) AS this_one, COUNT(*) AS all_of_them
                        FROM known_browser WHERE sub = $1")
    .bind(sub)
    .bind(browser_hash)
    .one::<Counts>(tx)
    .await?;
    Ok((counts.this_one > 0, counts.all_of_them > 0))
}

/// Remember a browser that has just signed in.
pub async fn remember(tx: &mut Tx, sub: &Subject, browser_hash: &str, now: Timestamp) -> Result<()> {
    sql("INSERT INTO known_browser (sub, browser_hash, seen_at) VALUES ($1, $2, $3)
         ON CONFLICT (sub, browser_hash) DO UPDATE SET seen_at = excluded.seen_at")
    .bind(sub)
    .bind(browser_hash)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Forget every browser of an account, as after a change of password.
pub async fn forget(tx: &mut Tx, sub: &Subject) -> Result<()> {
    sql("DELETE FROM known_browser WHERE sub = $1").bind(sub).run(tx).await?;
    Ok(())
}

/// Forget browsers that were not seen since before `then`.
pub async fn purge(tx: &mut Tx, then: Timestamp) -> Result<u64> {
    sql("DELETE FROM known_browser WHERE seen_at < $1").bind(then).run(tx).await
}
