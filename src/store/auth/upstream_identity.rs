//! Accounts at other providers that are linked to ours.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::auth::upstream::{Identity, IdentityId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// One that is linked.
    pub struct Linked {
        /// Its name on pages of ours.
        pub id: IdentityId,
        /// The provider, by its name in the settings.
        pub provider: String,
        /// Its issuer.
        pub issuer: String,
        /// What the provider called the person then.
        pub label: Option<String>,
        /// Since when.
        pub linked_at: Timestamp,
    }
}

row! {
    struct OwnerRow {
        sub: Subject,
    }
}

/// The account that somebody at a provider is linked to.
pub async fn owner(tx: &mut Tx, identity: &Identity) -> Result<Option<Subject>> {
    let row = sql("SELECT sub FROM upstream_identity WHERE provider = $1 AND issuer = $2 AND upstream_sub = $3")
        .bind(&identity.provider)
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .optional::<OwnerRow>(tx)
        .await?;
    Ok(row.map(|row| row.sub))
}

/// Link somebody at a provider to an account; `false` if they are linked already.
pub async fn insert(
    tx: &mut Tx,
    id: &IdentityId,
    sub: &Subject,
    (identity, label): (&Identity, Option<&str>),
    now: Timestamp,
) -> Result<bool> {
    let inserted =
        sql("INSERT INTO upstream_identity (id, sub, provider, issuer, upstream_sub, label, linked_at, used_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
                        ON CONFLICT DO NOTHING")
        .bind(id)
        .bind(sub)
        .bind(&identity.provider)
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .bind(label)
        .bind(now)
        .run(tx)
        .await?;
    Ok(inserted == 1)
}

/// It was signed in with.
pub async fn set_used(tx: &mut Tx, identity: &Identity, now: Timestamp) -> Result<()> {
    sql("UPDATE upstream_identity SET used_at = $4 WHERE provider = $1 AND issuer = $2 AND upstream_sub = $3")
        .bind(&identity.provider)
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// What is linked to an account, the oldest first.
pub async fn list(tx: &mut Tx, sub: &Subject) -> Result<Vec<Linked>> {
    sql("SELECT id, provider, issuer, label, linked_at FROM upstream_identity WHERE sub = $1 ORDER BY linked_at, id")
        .bind(sub)
        .all(tx)
        .await
}

/// What is linked to one account is linked to another one of the same person.
pub async fn hand_over(tx: &mut Tx, id: &IdentityId, from: &Subject, to: &Subject) -> Result<()> {
    sql("UPDATE upstream_identity SET sub = $3 WHERE id = $1 AND sub = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .run(tx)
        .await?;
    Ok(())
}

/// Unlink one of an account; `false` if it is not linked.
pub async fn delete(tx: &mut Tx, sub: &Subject, id: &IdentityId) -> Result<bool> {
    Ok(sql("DELETE FROM upstream_identity WHERE id = $2 AND sub = $1").bind(sub).bind(id).run(tx).await? == 1)
}

/// Unlink everything of an account.
pub async fn delete_all(tx: &mut Tx, sub: &Subject) -> Result<()> {
    sql("DELETE FROM upstream_identity WHERE sub = $1").bind(sub).run(tx).await?;
    Ok(())
}
