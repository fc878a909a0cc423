//! Browsers in which an account is not asked for its second factor for a while.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

/// Whether a browser of this family is trusted with an account now.
pub async fn is_trusted(tx: &mut Tx, sub: &Subject, browser_hash: &str, family: &str, now: Timestamp) -> Result<bool> {
    let found = sql("SELECT COUNT(*) AS count FROM trusted_browser
                      WHERE sub = $1 AND browser_hash = $2 AND family = $3 AND $4 < expires_at")
    .bind(sub)
    .bind(browser_hash)
    .bind(family)
    .bind(now)
    .one::<Count>(tx)
    .await?;
    Ok(found.count > 0)
}

/// Trust a browser until a moment.
pub async fn put(
    tx: &mut Tx,
    sub: &Subject,
    browser_hash: &str,
    family: &str,
    (now, until): (Timestamp, Timestamp),
) -> Result<()> {
    sql("INSERT INTO trusted_browser (sub, browser_hash, family, trusted_at, expires_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (sub, browser_hash) DO UPDATE
            SET family = excluded.family, trusted_at = excluded.trusted_at, expires_at = excluded.expires_at")
    .bind(sub)
    .bind(browser_hash)
    .bind(family)
    .bind(now)
    .bind(until)
    .run(tx)
    .await?;
    Ok(())
}

/// How many browsers are trusted with an account.
pub async fn count(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<i64> {
    let found = sql("SELECT COUNT(*) AS count FROM trusted_browser WHERE sub = $1 AND $2 < expires_at");
    Ok(found.bind(sub).bind(now).one::<Count>(tx).await?.count)
}

/// Trust no browser with an account any more.
pub async fn forget(tx: &mut Tx, sub: &Subject) -> Result<u64> {
    sql("DELETE FROM trusted_browser WHERE sub = $1").bind(sub).run(tx).await
}

/// Forget those that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM trusted_browser WHERE expires_at <= $1").bind(now).run(tx).await
}
