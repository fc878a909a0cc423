//! What people allowed clients, so that the same is not asked again.

use crate::base::id::{ClientId, Subject};
use crate::base::{Result, Timestamp};
use crate::oidc::scope::Scope;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct ScopeRow {
        scope: String,
    }
}

/// What this person allowed this client; empty if nothing.
pub async fn remembered(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<Scope> {
    let row = sql("SELECT scope FROM consent WHERE sub = $1 AND client_id = $2")
        .bind(sub)
        .bind(client)
        .optional::<ScopeRow>(tx)
        .await?;
    Ok(row.map(|row| Scope::from_stored(&row.scope)).unwrap_or_default())
}

/// Remember what is allowed from now on.
pub async fn put(tx: &mut Tx, sub: &Subject, client: &ClientId, scope: &Scope, now: Timestamp) -> Result<()> {
    sql("INSERT INTO consent (sub, client_id, scope, given_at, updated_at) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (sub, client_id) DO UPDATE SET scope = excluded.scope, updated_at = excluded.updated_at")
    .bind(sub)
    .bind(client)
    .bind(scope.to_string())
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Forget it; `false` if there was nothing.
pub async fn delete(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<bool> {
    let deleted = sql("DELETE FROM consent WHERE sub = $1 AND client_id = $2").bind(sub).bind(client);
    Ok(deleted.run(tx).await? == 1)
}
