//! People whom another provider told of and who are linked to no account yet.

use crate::base::{Result, Timestamp};
use crate::domain::auth::AttemptId;
use crate::domain::auth::proof::ProofId;
use crate::domain::auth::upstream::NewcomerId;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// One of them.
    pub struct NewcomerRow {
        /// Its name in addresses.
        pub id: NewcomerId,
        /// What was told, sealed.
        pub told: Vec<u8>,
        /// The sign-in it belongs to.
        pub attempt_id: Option<AttemptId>,
        /// The letter that proves their address.
        pub proof_id: Option<ProofId>,
        /// When it is over.
        pub expires_at: Timestamp,
    }
}

/// Keep one, for the browser they came in.
pub async fn insert(
    tx: &mut Tx,
    id: &NewcomerId,
    browser_hash: &str,
    (told, attempt): (Vec<u8>, Option<&AttemptId>),
    expires_at: Timestamp,
) -> Result<()> {
    sql("INSERT INTO upstream_newcomer (id, browser_hash, told, attempt_id, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(id)
        .bind(browser_hash)
        .bind(told)
        .bind(attempt)
        .bind(expires_at)
        .run(tx)
        .await?;
    Ok(())
}

/// One that is neither decided nor over, in their browser.
pub async fn find_open(
    tx: &mut Tx,
    id: &NewcomerId,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<NewcomerRow>> {
    sql("SELECT id, told, attempt_id, proof_id, expires_at
           FROM upstream_newcomer
          WHERE id = $1 AND browser_hash = $2 AND used_at IS NULL AND $3 < expires_at")
    .bind(id)
    .bind(browser_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// The one that a letter was sent for.
pub async fn find_by_proof(
    tx: &mut Tx,
    proof: &ProofId,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<NewcomerRow>> {
    sql("SELECT id, told, attempt_id, proof_id, expires_at
           FROM upstream_newcomer
          WHERE proof_id = $1 AND browser_hash = $2 AND used_at IS NULL AND $3 < expires_at")
    .bind(proof)
    .bind(browser_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// A letter was sent that proves their address; it takes the place of an earlier one.
pub async fn set_proof(tx: &mut Tx, id: &NewcomerId, proof: &ProofId) -> Result<()> {
    sql("UPDATE upstream_newcomer SET proof_id = $2 WHERE id = $1").bind(id).bind(proof).run(tx).await?;
    Ok(())
}

/// It is decided, once.
pub async fn consume(tx: &mut Tx, id: &NewcomerId, browser_hash: &str, now: Timestamp) -> Result<bool> {
    let used = sql("UPDATE upstream_newcomer SET used_at = $3
                     WHERE id = $1 AND browser_hash = $2 AND used_at IS NULL AND $3 < expires_at")
    .bind(id)
    .bind(browser_hash)
    .bind(now)
    .run(tx)
    .await?;
    Ok(used == 1)
}

/// Forget those that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM upstream_newcomer WHERE expires_at <= $1").bind(now).run(tx).await
}
