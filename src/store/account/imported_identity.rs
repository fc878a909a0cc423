//! Accounts of other providers that an account was linked with where it came from.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// An account of another provider.
    pub struct IdentityRow {
        /// The provider, as the other system named it.
        pub provider: String,
        /// The person, as the provider named them.
        pub provider_subject: String,
    }
}

/// What an account was linked with.
pub async fn of(tx: &mut Tx, sub: &Subject) -> Result<Vec<IdentityRow>> {
    sql("SELECT provider, provider_subject FROM imported_identity WHERE sub = $1 ORDER BY provider, provider_subject")
        .bind(sub)
        .all(tx)
        .await
}

/// Keep what an account was linked with.
pub async fn insert(tx: &mut Tx, sub: &Subject, provider: &str, subject: &str, now: Timestamp) -> Result<()> {
    sql("INSERT INTO imported_identity (sub, provider, provider_subject, imported_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING")
    .bind(sub)
    .bind(provider)
    .bind(subject)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}
