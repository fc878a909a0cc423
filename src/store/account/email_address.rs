//! The e-mail addresses of accounts. An address that is not given up belongs to one account only; one that is held
//! belongs to nobody else until then, and to nobody afterwards.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::account::EmailAddress;
use crate::row;
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

/// Hold the addresses of an account that is closed: until a moment they belong to nobody else.
pub async fn hold_all(tx: &mut Tx, sub: &Subject, held_until: Timestamp) -> Result<()> {
    sql("UPDATE email_address SET held_until = $2 WHERE sub = $1 AND released_at IS NULL AND held_until IS NULL")
        .bind(sub)
        .bind(held_until)
        .run(tx)
        .await?;
    Ok(())
}

/// The addresses that were held when an account was closed are its own again. Those it had given up before stay so.
pub async fn end_hold(tx: &mut Tx, sub: &Subject, held_until: Timestamp) -> Result<()> {
    sql("UPDATE email_address SET held_until = NULL WHERE sub = $1 AND released_at IS NULL AND held_until = $2")
        .bind(sub)
        .bind(held_until)
        .run(tx)
        .await?;
    Ok(())
}

/// Let go of an address whose time of being held is over, before somebody else takes it.
pub async fn let_go(tx: &mut Tx, address: &EmailAddress, now: Timestamp) -> Result<()> {
    sql("UPDATE email_address SET released_at = held_until
          WHERE normal = $1 AND released_at IS NULL AND held_until <= $2")
    .bind(address.normal())
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

row! {
    struct OwnerRow {
        sub: Subject,
    }
}

/// The account that an address belongs to or is held for.
pub async fn owner(tx: &mut Tx, address: &EmailAddress) -> Result<Option<Subject>> {
    let row = sql("SELECT sub FROM email_address WHERE normal = $1 AND released_at IS NULL")
        .bind(address.normal())
        .optional::<OwnerRow>(tx)
        .await?;
    Ok(row.map(|row| row.sub))
}

/// The primary address steps down and is held until a moment.
pub async fn step_down(tx: &mut Tx, sub: &Subject, held_until: Timestamp) -> Result<()> {
    sql("UPDATE email_address SET is_primary = FALSE, held_until = $2
          WHERE sub = $1 AND is_primary AND released_at IS NULL")
    .bind(sub)
    .bind(held_until)
    .run(tx)
    .await?;
    Ok(())
}

/// Give an account, whose primary address has stepped down, another one that was proved. Refused as a conflict if it
/// belongs to another account.
pub async fn take(tx: &mut Tx, sub: &Subject, address: &EmailAddress, now: Timestamp) -> Result<()> {
    sql("INSERT INTO email_address (sub, normal, address, is_primary, added_at, verified_at)
         VALUES ($1, $2, $3, TRUE, $4, $4)
         ON CONFLICT (sub, normal) DO UPDATE
            SET address = excluded.address, is_primary = TRUE, added_at = excluded.added_at,
                verified_at = excluded.verified_at, released_at = NULL, held_until = NULL")
    .bind(sub)
    .bind(address.normal())
    .bind(address.to_string())
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Give up every address of an account but one.
pub async fn release_others(tx: &mut Tx, sub: &Subject, kept: &EmailAddress, now: Timestamp) -> Result<()> {
    sql("UPDATE email_address SET released_at = $3 WHERE sub = $1 AND normal <> $2 AND released_at IS NULL")
        .bind(sub)
        .bind(kept.normal())
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// A held address is the primary one again; `false` if it is no longer held.
pub async fn bring_back(tx: &mut Tx, sub: &Subject, address: &EmailAddress) -> Result<bool> {
    let back = sql("UPDATE email_address SET is_primary = TRUE, held_until = NULL
                     WHERE sub = $1 AND normal = $2 AND released_at IS NULL")
    .bind(sub)
    .bind(address.normal())
    .run(tx)
    .await?;
    Ok(back == 1)
}
