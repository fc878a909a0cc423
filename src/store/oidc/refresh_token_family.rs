//! Families of refresh tokens, one for each grant that has any.

use crate::base::id::GrantId;
use crate::base::{Result, Timestamp};
use crate::oidc::refresh_token_family::{Family, Generation};
use crate::store::db::Tx;
use crate::store::query::sql;

/// Begin a family.
pub async fn insert(tx: &mut Tx, grant: &GrantId, family: &Family) -> Result<()> {
    sql("INSERT INTO refresh_token_family (grant_id, generation, rotated_at, idle_until, expires_at)
         VALUES ($1, $2, $3, $4, $5)")
    .bind(grant)
    .bind(family.generation.number())
    .bind(family.rotated_at)
    .bind(family.idle_until)
    .bind(family.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Replace the newest token by the next one; `false` if somebody was faster.
pub async fn rotate(
    tx: &mut Tx,
    grant: &GrantId,
    from: Generation,
    to: Generation,
    now: Timestamp,
    idle_until: Timestamp,
) -> Result<bool> {
    let changed = sql("UPDATE refresh_token_family SET generation = $3, rotated_at = $4, idle_until = $5
          WHERE grant_id = $1 AND generation = $2")
    .bind(grant)
    .bind(from.number())
    .bind(to.number())
    .bind(now)
    .bind(idle_until);
    Ok(changed.run(tx).await? == 1)
}

/// The newest token stays as it is, and its idle time begins anew; `false` if somebody replaced it meanwhile.
pub async fn keep(tx: &mut Tx, grant: &GrantId, newest: Generation, idle_until: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE refresh_token_family SET idle_until = $3 WHERE grant_id = $1 AND generation = $2");
    Ok(changed.bind(grant).bind(newest.number()).bind(idle_until).run(tx).await? == 1)
}

/// Forget families that ended before `before`.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("DELETE FROM refresh_token_family WHERE idle_until <= $1 OR expires_at <= $1").bind(before).run(tx).await
}
