//! Authenticator applications of accounts. The secret is sealed by whoever writes it.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::auth::totp::TotpId;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    /// An application.
    pub struct TotpRow {
        /// Its name in addresses.
        pub id: TotpId,
        /// Whose.
        pub sub: Subject,
        /// What its owner calls it.
        pub name: String,
        /// The secret, sealed.
        pub sealed: Vec<u8>,
        /// The step of the last code that was taken.
        pub last_step: i64,
        /// When it was made.
        pub made_at: Timestamp,
        /// Until when its first code may come.
        pub expires_at: Timestamp,
        /// Since when it counts.
        pub active_at: Option<Timestamp>,
        /// When a code of it was last taken.
        pub used_at: Option<Timestamp>,
    }
}

/// Keep one that waits for its first code.
pub async fn insert(tx: &mut Tx, row: &TotpRow) -> Result<()> {
    sql("INSERT INTO totp (id, sub, name, sealed, last_step, made_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&row.id)
    .bind(&row.sub)
    .bind(&row.name)
    .bind(row.sealed.clone())
    .bind(row.last_step)
    .bind(row.made_at)
    .bind(row.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// One that waits for its first code.
pub async fn find_waiting(tx: &mut Tx, id: &TotpId, sub: &Subject, now: Timestamp) -> Result<Option<TotpRow>> {
    sql("SELECT id, sub, name, sealed, last_step, made_at, expires_at, active_at, used_at
           FROM totp
          WHERE id = $1 AND sub = $2 AND active_at IS NULL AND $3 < expires_at")
    .bind(id)
    .bind(sub)
    .bind(now)
    .optional(tx)
    .await
}

/// Those of an account that count, the oldest first.
pub async fn list(tx: &mut Tx, sub: &Subject) -> Result<Vec<TotpRow>> {
    sql("SELECT id, sub, name, sealed, last_step, made_at, expires_at, active_at, used_at
           FROM totp
          WHERE sub = $1 AND active_at IS NOT NULL
       ORDER BY active_at, id
          LIMIT 20")
    .bind(sub)
    .all(tx)
    .await
}

/// How many of an account count.
pub async fn count(tx: &mut Tx, sub: &Subject) -> Result<i64> {
    let found = sql("SELECT COUNT(*) AS count FROM totp WHERE sub = $1 AND active_at IS NOT NULL").bind(sub);
    Ok(found.one::<Count>(tx).await?.count)
}

/// The first code was right: from now on it counts. `false` if it did already, or the time was over.
pub async fn activate(tx: &mut Tx, id: &TotpId, sub: &Subject, step: i64, name: &str, now: Timestamp) -> Result<bool> {
    let activated = sql("UPDATE totp SET active_at = $4, used_at = $4, last_step = $3, name = $5
                          WHERE id = $1 AND sub = $2 AND active_at IS NULL AND $4 < expires_at")
    .bind(id)
    .bind(sub)
    .bind(step)
    .bind(now)
    .bind(name)
    .run(tx)
    .await?;
    Ok(activated == 1)
}

/// Take the code of a step, once, and none of an earlier step after it.
pub async fn take(tx: &mut Tx, id: &TotpId, step: i64, now: Timestamp) -> Result<bool> {
    let taken = sql("UPDATE totp SET last_step = $2, used_at = $3
                      WHERE id = $1 AND last_step < $2 AND active_at IS NOT NULL")
    .bind(id)
    .bind(step)
    .bind(now)
    .run(tx)
    .await?;
    Ok(taken == 1)
}

/// Call it something else.
pub async fn rename(tx: &mut Tx, id: &TotpId, sub: &Subject, name: &str) -> Result<bool> {
    let renamed = sql("UPDATE totp SET name = $3 WHERE id = $1 AND sub = $2 AND active_at IS NOT NULL")
        .bind(id)
        .bind(sub)
        .bind(name)
        .run(tx)
        .await?;
    Ok(renamed == 1)
}

/// Remove one that counts.
pub async fn delete(tx: &mut Tx, id: &TotpId, sub: &Subject) -> Result<bool> {
    let deleted = sql("DELETE FROM totp WHERE id = $1 AND sub = $2 AND active_at IS NOT NULL").bind(id).bind(sub);
    Ok(deleted.run(tx).await? == 1)
}

/// Remove every one of an account.
pub async fn delete_all(tx: &mut Tx, sub: &Subject) -> Result<u64> {
    sql("DELETE FROM totp WHERE sub = $1").bind(sub).run(tx).await
}

/// Forget those whose first code never came. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM totp WHERE active_at IS NULL AND expires_at <= $1").bind(now).run(tx).await
}
