//! How far one client may act for the people of another.

use crate::base::id::ClientId;
use crate::base::{Result, Timestamp};
use crate::oidc::scope::Scope;
use crate::oidc::token_exchange::{Policy, PolicyId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct PolicyRow {
        id: PolicyId,
        subject_client: ClientId,
        acting_client: ClientId,
        scope: String,
        audience: String,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

impl From<PolicyRow> for Policy {
    fn from(row: PolicyRow) -> Self {
        Self {
            id: row.id,
            subject_client: row.subject_client,
            acting_client: row.acting_client,
            scope: Scope::from_stored(&row.scope),
            audience: row.audience.split(' ').filter(|one| !one.is_empty()).map(str::to_owned).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The policy of two clients.
pub async fn find(tx: &mut Tx, subject_client: &ClientId, acting_client: &ClientId) -> Result<Option<Policy>> {
    let row = sql("SELECT id, subject_client, acting_client, scope, audience, created_at, updated_at
                     FROM token_exchange_policy WHERE subject_client = $1 AND acting_client = $2")
    .bind(subject_client)
    .bind(acting_client)
    .optional::<PolicyRow>(tx)
    .await?;
    Ok(row.map(Policy::from))
}

/// A policy by its name.
pub async fn find_by_id(tx: &mut Tx, id: &PolicyId) -> Result<Option<Policy>> {
    let row = sql("SELECT id, subject_client, acting_client, scope, audience, created_at, updated_at
                     FROM token_exchange_policy WHERE id = $1")
    .bind(id)
    .optional::<PolicyRow>(tx)
    .await?;
    Ok(row.map(Policy::from))
}

/// Every policy, the oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Policy>> {
    let rows = sql("SELECT id, subject_client, acting_client, scope, audience, created_at, updated_at
                      FROM token_exchange_policy ORDER BY created_at, id")
    .all::<PolicyRow>(tx)
    .await?;
    Ok(rows.into_iter().map(Policy::from).collect())
}

/// Keep a policy in place of the one that the two clients have.
pub async fn put(tx: &mut Tx, policy: &Policy) -> Result<()> {
    sql(
        "INSERT INTO token_exchange_policy (id, subject_client, acting_client, scope, audience, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (subject_client, acting_client)
         DO UPDATE SET scope = excluded.scope, audience = excluded.audience, updated_at = excluded.updated_at",
    )
    .bind(&policy.id)
    .bind(&policy.subject_client)
    .bind(&policy.acting_client)
    .bind(policy.scope.to_string())
    .bind(policy.audience.join(" "))
    .bind(policy.created_at)
    .bind(policy.updated_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Remove a policy; `false` if it is not there.
pub async fn delete(tx: &mut Tx, id: &PolicyId) -> Result<bool> {
    Ok(sql("DELETE FROM token_exchange_policy WHERE id = $1").bind(id).run(tx).await? == 1)
}
