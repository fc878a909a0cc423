//! Password hashes, as PHC strings.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// A password's hash and whose it is.
    pub struct PasswordRow {
        /// Whose.
        pub sub: Subject,
        /// PHC string.
        pub hash: String,
        /// When it was set.
        pub changed_at: Timestamp,
    }
}

/// The password of the account that an address belongs to.
pub async fn find_by_email(tx: &mut Tx, normal: &str) -> Result<Option<PasswordRow>> {
    sql("SELECT p.sub, p.hash, p.changed_at
           FROM email_address e JOIN password p ON p.sub = e.sub
          WHERE e.normal = $1 AND e.released_at IS NULL AND (e.held_until IS NULL OR e.is_primary)")
    .bind(normal)
    .optional(tx)
    .await
}

/// The password of an account.
pub async fn find(tx: &mut Tx, sub: &Subject) -> Result<Option<PasswordRow>> {
    sql("SELECT sub, hash, changed_at FROM password WHERE sub = $1").bind(sub).optional(tx).await
}

/// Set or replace the password.
pub async fn set(tx: &mut Tx, sub: &Subject, hash: &str, now: Timestamp) -> Result<()> {
    sql("INSERT INTO password (sub, hash, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (sub) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at, work = NULL")
    .bind(sub)
    .bind(hash)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Take the password away: its holder sets a new one, or signs in otherwise.
pub async fn remove(tx: &mut Tx, sub: &Subject) -> Result<()> {
    sql("DELETE FROM password WHERE sub = $1").bind(sub).run(tx).await?;
    Ok(())
}

/// Keep the hash that another system made for a new account, with what comparing it costs.
pub async fn import(tx: &mut Tx, sub: &Subject, hash: &str, work: Option<&str>, set_at: Timestamp) -> Result<()> {
    sql("INSERT INTO password (sub, hash, changed_at, work) VALUES ($1, $2, $3, $4)")
        .bind(sub)
        .bind(hash)
        .bind(set_at)
        .bind(work)
        .run(tx)
        .await?;
    Ok(())
}

/// Keep the same password under newer parameters, unless it was changed meanwhile.
pub async fn rehash(tx: &mut Tx, old: &PasswordRow, hash: &str) -> Result<()> {
    sql("UPDATE password SET hash = $3, work = NULL WHERE sub = $1 AND hash = $2")
        .bind(&old.sub)
        .bind(&old.hash)
        .bind(hash)
        .run(tx)
        .await?;
    Ok(())
}

row! {
    /// How many passwords cost so much.
    pub struct WorkRow {
        /// See [`crate::domain::auth::foreign_hash::Work::text`]; empty for our own.
        pub work: String,
        /// How many.
        pub held: i64,
    }
}

/// How many passwords cost how much, as last counted.
pub async fn works(tx: &mut Tx) -> Result<Vec<WorkRow>> {
    sql("SELECT work, held FROM password_work ORDER BY work DESC").all(tx).await
}

/// Count them again. Where no hash of another system is left, there is nothing to count.
pub async fn count_works(tx: &mut Tx) -> Result<()> {
    sql("DELETE FROM password_work").run(tx).await?;
    sql("INSERT INTO password_work (work, held)
         SELECT COALESCE(work, ''), COUNT(*) FROM password
          WHERE EXISTS (SELECT 1 FROM password WHERE work IS NOT NULL)
          GROUP BY COALESCE(work, '')
             ON CONFLICT (work) DO UPDATE SET held = excluded.held")
    .run(tx)
    .await?;
    Ok(())
}

/// Remove the password; `false` if there was none.
pub async fn delete(tx: &mut Tx, sub: &Subject) -> Result<bool> {
    Ok(sql("DELETE FROM password WHERE sub = $1").bind(sub).run(tx).await? == 1)
}
