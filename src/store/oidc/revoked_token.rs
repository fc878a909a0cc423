//! Access tokens that were taken back one by one.

use crate::base::{Result, Timestamp};
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

/// Take a token back. Twice is once.
pub async fn insert(tx: &mut Tx, jti: &str, expires_at: Timestamp) -> Result<()> {
    sql("INSERT INTO revoked_token (jti, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(jti)
        .bind(expires_at)
        .run(tx)
        .await?;
    Ok(())
}

/// Whether a token was taken back.
pub async fn contains(tx: &mut Tx, jti: &str) -> Result<bool> {
    let found = sql("SELECT COUNT(*) AS count FROM revoked_token WHERE jti = $1").bind(jti).one::<Count>(tx).await?;
    Ok(found.count > 0)
}

/// Forget tokens that have expired by themselves.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM revoked_token WHERE expires_at <= $1").bind(now).run(tx).await
}
