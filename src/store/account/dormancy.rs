//! Accounts that nobody uses: which ones, whose owners were told, and when they are closed.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct SubRow {
        sub: Subject,
    }
}

/// The account is used; written down when the last time is before `then`.
pub async fn set_used(tx: &mut Tx, sub: &Subject, now: Timestamp, then: Timestamp) -> Result<()> {
    sql("UPDATE account SET last_used_at = $2 WHERE sub = $1 AND last_used_at < $3")
        .bind(sub)
        .bind(now)
        .bind(then)
        .run(tx)
        .await?;
    Ok(())
}

/// Active accounts of customers that were neither used, opened nor changed since `then`, whose owners were not told, and
/// for whom no application holds a refresh token that is alive; after one of them.
pub async fn unused(tx: &mut Tx, then: Timestamp, now: Timestamp, after: &str) -> Result<Vec<Subject>> {
    let rows = sql("SELECT a.sub FROM account a
                     WHERE a.state = 'active' AND a.last_used_at <= $1 AND a.opened_at <= $1 AND a.updated_at <= $1
                       AND a.state_since <= $1 AND a.sub > $2
                       AND NOT EXISTS (SELECT 1 FROM dormancy d WHERE d.sub = a.sub)
                       AND NOT EXISTS (SELECT 1 FROM staff_role r WHERE r.sub = a.sub)
                       AND NOT EXISTS (SELECT 1 FROM grant_ g JOIN refresh_token_family f ON f.grant_id = g.id
                                        WHERE g.sub = a.sub AND g.revoked_at IS NULL AND f.idle_until > $3)
                  ORDER BY a.sub LIMIT 100")
    .bind(then)
    .bind(after)
    .bind(now)
    .all::<SubRow>(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.sub).collect())
}

/// Its owner is told, once.
pub async fn tell(tx: &mut Tx, sub: &Subject, now: Timestamp, closes_at: Timestamp) -> Result<bool> {
    let told = sql("INSERT INTO dormancy (sub, told_at, closes_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(sub)
        .bind(now)
        .bind(closes_at)
        .run(tx)
        .await?;
    Ok(told == 1)
}

/// Forget about accounts that were used after their owners were told, or are no longer active.
pub async fn forget_used(tx: &mut Tx) -> Result<u64> {
    sql("DELETE FROM dormancy
          WHERE sub IN (SELECT a.sub FROM account a JOIN dormancy d ON d.sub = a.sub
                         WHERE a.last_used_at > d.told_at OR a.updated_at > d.told_at OR a.state <> 'active')")
    .run(tx)
    .await
}

/// Accounts whose owners were told and have not come since, after one of them.
pub async fn to_close(tx: &mut Tx, now: Timestamp, after: &str) -> Result<Vec<Subject>> {
    let rows = sql("SELECT d.sub FROM dormancy d JOIN account a ON a.sub = d.sub
                     WHERE d.closes_at <= $1 AND d.sub > $2 AND a.state = 'active'
                       AND a.last_used_at <= d.told_at AND a.updated_at <= d.told_at
                       AND NOT EXISTS (SELECT 1 FROM grant_ g JOIN refresh_token_family f ON f.grant_id = g.id
                                        WHERE g.sub = a.sub AND g.revoked_at IS NULL AND f.idle_until > $1)
                  ORDER BY d.sub LIMIT 100")
    .bind(now)
    .bind(after)
    .all::<SubRow>(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.sub).collect())
}
