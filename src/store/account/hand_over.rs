//! Addresses that go from one account of a person to another, and back.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    /// An address of an account.
    pub struct Held {
        /// Its compared form.
        pub normal: String,
        /// Whether it is the one that letters go to.
        pub is_primary: bool,
        /// When it was proved.
        pub verified_at: Option<Timestamp>,
    }
}

/// The addresses that an account has.
pub async fn addresses(tx: &mut Tx, sub: &Subject) -> Result<Vec<Held>> {
    sql("SELECT normal, is_primary, verified_at FROM email_address
          WHERE sub = $1 AND released_at IS NULL ORDER BY normal")
    .bind(sub)
    .all(tx)
    .await
}

/// Whether an account once had an address and gave it up.
pub async fn gave_up(tx: &mut Tx, sub: &Subject, normal: &str) -> Result<bool> {
    let row = sql("SELECT COUNT(*) AS count FROM email_address
                    WHERE sub = $1 AND normal = $2 AND released_at IS NOT NULL")
    .bind(sub)
    .bind(normal)
    .one::<Count>(tx)
    .await?;
    Ok(row.count > 0)
}

/// Give an address to another account, as its primary one or as a further one; `false` if it is not there.
pub async fn address(tx: &mut Tx, from: &Subject, to: &Subject, normal: &str, is_primary: bool) -> Result<bool> {
    let changed = sql("UPDATE email_address SET sub = $2, is_primary = $4
                        WHERE sub = $1 AND normal = $3 AND released_at IS NULL")
    .bind(from)
    .bind(to)
    .bind(normal)
    .bind(is_primary)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

/// Give up one address.
pub async fn release(tx: &mut Tx, sub: &Subject, normal: &str, now: Timestamp) -> Result<()> {
    sql("UPDATE email_address SET released_at = $3, is_primary = FALSE
          WHERE sub = $1 AND normal = $2 AND released_at IS NULL")
    .bind(sub)
    .bind(normal)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Have an address again that was given up, unless it is somebody's; `false` then.
pub async fn take_again(
    tx: &mut Tx,
    sub: &Subject,
    normal: &str,
    is_primary: bool,
    verified_at: Option<Timestamp>,
) -> Result<bool> {
    let changed = sql(
        "UPDATE email_address SET released_at = NULL, is_primary = $3, verified_at = $4
                        WHERE sub = $1 AND normal = $2 AND released_at IS NOT NULL
                          AND NOT EXISTS (SELECT 1 FROM email_address o WHERE o.normal = $2 AND o.released_at IS NULL)",
    )
    .bind(sub)
    .bind(normal)
    .bind(is_primary)
    .bind(verified_at)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

/// Make one of the further addresses the primary one where there is none.
pub async fn ensure_primary(tx: &mut Tx, sub: &Subject) -> Result<()> {
    sql("UPDATE email_address SET is_primary = TRUE
          WHERE sub = $1
            AND normal = (SELECT MIN(m.normal) FROM email_address m WHERE m.sub = $1 AND m.released_at IS NULL)
            AND released_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM email_address p
                             WHERE p.sub = $1 AND p.is_primary = TRUE AND p.released_at IS NULL)")
    .bind(sub)
    .run(tx)
    .await?;
    Ok(())
}
