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

/// A person as a client knows them.
pub struct Known {
    /// What was allowed it; empty if nothing.
    pub remembered: Scope,
    /// By which subject, where that is one of a former account.
    pub known_as: Option<Subject>,
}

row! {
    struct KnownRow {
        scope: Option<String>,
        known_as: Option<Subject>,
    }
}

/// What a sign-on asks about a person and a client, in one statement.
pub async fn known(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<Known> {
    let row = sql("SELECT (SELECT scope FROM consent WHERE sub = $1 AND client_id = $2) AS scope,
                          (SELECT known_as FROM former_subject WHERE sub = $1 AND client_id = $2) AS known_as")
    .bind(sub)
    .bind(client)
    .one::<KnownRow>(tx)
    .await?;
    let remembered = row.scope.map(|scope| Scope::from_stored(&scope)).unwrap_or_default();
    Ok(Known { remembered, known_as: row.known_as })
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
