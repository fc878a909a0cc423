//! Which accounts could be one person's: the keys under which they meet, and how far all have been looked at.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::account::Account;
use crate::row;
use crate::store::account::AccountRow;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// The account that was looked at last.
    pub struct Progress {
        /// When it had changed.
        pub changed_at: Timestamp,
        /// Which one.
        pub sub: Subject,
    }
}

row! {
    struct SubRow {
        sub: Subject,
    }
}

row! {
    struct UnitRow {
        unit: String,
    }
}

/// How far all have been looked at.
pub async fn progress(tx: &mut Tx) -> Result<Progress> {
    let row = sql("SELECT changed_at, sub FROM likeness_progress WHERE id = 'all'").optional::<Progress>(tx).await?;
    Ok(row.unwrap_or_else(|| Progress { changed_at: Timestamp::from_millis(0), sub: Subject::from("") }))
}

/// How far all have been looked at, held until the commit: who else looks waits, and goes on behind.
pub async fn hold_progress(tx: &mut Tx) -> Result<Progress> {
    sql("INSERT INTO likeness_progress (id, changed_at, sub) VALUES ('all', 0, '')
         ON CONFLICT (id) DO UPDATE SET id = excluded.id
         RETURNING changed_at, sub")
    .one(tx)
    .await
}

/// Remember how far.
pub async fn set_progress(tx: &mut Tx, progress: &Progress) -> Result<()> {
    sql("UPDATE likeness_progress SET changed_at = $1, sub = $2 WHERE id = 'all'")
        .bind(progress.changed_at)
        .bind(&progress.sub)
        .run(tx)
        .await?;
    Ok(())
}

/// Accounts that changed after the one in `progress` and before `until`, in the order in which they did.
pub async fn changed(tx: &mut Tx, progress: &Progress, until: Timestamp, limit: u32) -> Result<Vec<Account>> {
    sql("SELECT a.sub, a.customer_number, a.state, a.profile, a.opened_at, a.updated_at, a.signed_out_at,
                e.address, e.verified_at
           FROM account a
           LEFT JOIN email_address e ON e.sub = a.sub AND e.is_primary AND e.released_at IS NULL
          WHERE (a.updated_at > $1 OR (a.updated_at = $1 AND a.sub > $2)) AND a.updated_at < $3
       ORDER BY a.updated_at, a.sub
          LIMIT $4")
    .bind(progress.changed_at)
    .bind(&progress.sub)
    .bind(until)
    .bind(limit)
    .all::<AccountRow>(tx)
    .await?
    .into_iter()
    .map(Account::try_from)
    .collect()
}

/// The units that an account holds or claims.
pub async fn units(tx: &mut Tx, sub: &Subject) -> Result<Vec<String>> {
    let rows = sql("SELECT DISTINCT unit FROM registration
                     WHERE sub = $1 AND state IN ('pending', 'active', 'disputed') ORDER BY unit")
    .bind(sub)
    .all::<UnitRow>(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.unit).collect())
}

/// Forget the keys of an account.
pub async fn clear(tx: &mut Tx, sub: &Subject) -> Result<()> {
    sql("DELETE FROM likeness_key WHERE sub = $1").bind(sub).run(tx).await?;
    Ok(())
}

/// Remember a key of an account.
pub async fn insert(tx: &mut Tx, sub: &Subject, key: &str) -> Result<()> {
    sql("INSERT INTO likeness_key (key, sub) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(key)
        .bind(sub)
        .run(tx)
        .await?;
    Ok(())
}

/// The other accounts with a key, at most `limit`.
pub async fn sharing(tx: &mut Tx, sub: &Subject, key: &str, limit: u32) -> Result<Vec<Subject>> {
    let rows = sql("SELECT sub FROM likeness_key WHERE key = $1 AND sub <> $2 ORDER BY sub LIMIT $3")
        .bind(key)
        .bind(sub)
        .bind(limit)
        .all::<SubRow>(tx)
        .await?;
    Ok(rows.into_iter().map(|row| row.sub).collect())
}
