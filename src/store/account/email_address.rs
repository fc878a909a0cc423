//! The e-mail addresses of accounts. An address that is not given up belongs to one account only.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::account::EmailAddress;
use crate::store::db::Tx;
use crate::store::query::sql;

/// Give an account its primary address; `false` if it belongs to another account.
pub async fn insert(
    tx: &mut Tx,
    sub: &Subject,
    address: &EmailAddress,
    verified_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<bool> {
    let inserted = sql("INSERT INTO email_address (sub, normal, address, is_primary, added_at, verified_at)
                        VALUES ($1, $2, $3, TRUE, $4, $5)
                        ON CONFLICT DO NOTHING")
    .bind(sub)
    .bind(address.normal())
    .bind(address.to_string())
    .bind(now)
    .bind(verified_at)
    .run(tx)
    .await?;
    Ok(inserted == 1)
}

/// The address was proved.
pub async fn verify(tx: &mut Tx, sub: &Subject, address: &EmailAddress, now: Timestamp) -> Result<()> {
    sql("UPDATE email_address SET verified_at = $3
          WHERE sub = $1 AND normal = $2 AND released_at IS NULL AND verified_at IS NULL")
    .bind(sub)
    .bind(address.normal())
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Give up every address of an account, so that they may belong to another one.
pub async fn release(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<()> {
    sql("UPDATE email_address SET released_at = $2 WHERE sub = $1 AND released_at IS NULL")
        .bind(sub)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}
