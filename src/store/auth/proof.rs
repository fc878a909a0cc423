//! One-time proofs that were sent by mail.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::auth::attempt::AttemptId;
use crate::domain::auth::proof::{ProofId, Purpose};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// A proof.
    pub struct ProofRow {
        /// Its name in addresses.
        pub id: ProofId,
        /// The address it was sent to, as compared.
        pub normal: String,
        /// The address it was sent to, as written.
        pub address: String,
        /// The account it is for.
        pub sub: Option<Subject>,
        /// Keyed hash of the code; absent where no code was sent.
        pub code_hash: Option<String>,
        /// The browser that may go on.
        pub browser_hash: String,
        /// The sign-in it belongs to.
        pub attempt_id: Option<AttemptId>,
        /// How often the code was tried.
        pub tries: i64,
        /// When it ends.
        pub expires_at: Timestamp,
        /// When it was proven.
        pub proven_at: Option<Timestamp>,
    }
}

/// A proof to keep.
pub struct NewProof<'a> {
    /// Its name in addresses.
    pub id: &'a ProofId,
    /// What for.
    pub purpose: Purpose,
    /// The address as compared.
    pub normal: &'a str,
    /// The address as written.
    pub address: &'a str,
    /// The account it is for.
    pub sub: Option<&'a Subject>,
    /// Keyed hash of the code.
    pub code_hash: Option<&'a str>,
    /// Fingerprint of the link.
    pub link_hash: Option<&'a str>,
    /// The browser that may go on.
    pub browser_hash: &'a str,
    /// The sign-in it belongs to.
    pub attempt_id: Option<&'a AttemptId>,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Keep a proof.
pub async fn insert(tx: &mut Tx, proof: &NewProof<'_>) -> Result<()> {
    sql("INSERT INTO proof (id, purpose, normal, address, sub, code_hash, link_hash, browser_hash, attempt_id, tries,
                            made_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)")
    .bind(proof.id)
    .bind(proof.purpose.word())
    .bind(proof.normal)
    .bind(proof.address)
    .bind(proof.sub)
    .bind(proof.code_hash)
    .bind(proof.link_hash)
    .bind(proof.browser_hash)
    .bind(proof.attempt_id)
    .bind(proof.made_at)
    .bind(proof.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// A proof of one purpose that is neither used nor over, in the browser it belongs to.
pub async fn find_open(
    tx: &mut Tx,
    id: &ProofId,
    purpose: Purpose,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<ProofRow>> {
    sql("SELECT id, normal, address, sub, code_hash, browser_hash, attempt_id, tries, expires_at, proven_at
           FROM proof
          WHERE id = $1 AND purpose = $2 AND browser_hash = $3 AND used_at IS NULL AND $4 < expires_at")
    .bind(id)
    .bind(purpose.word())
    .bind(browser_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// Count one try of a code, before it is looked at. Gives the proof while tries are left.
pub async fn count_try(
    tx: &mut Tx,
    id: &ProofId,
    purpose: Purpose,
    browser_hash: &str,
    now: Timestamp,
    most: i64,
) -> Result<Option<ProofRow>> {
    sql("UPDATE proof SET tries = tries + 1
          WHERE id = $1 AND purpose = $2 AND browser_hash = $3 AND used_at IS NULL AND $4 < expires_at AND tries < $5
      RETURNING id, normal, address, sub, code_hash, browser_hash, attempt_id, tries, expires_at, proven_at")
    .bind(id)
    .bind(purpose.word())
    .bind(browser_hash)
    .bind(now)
    .bind(most)
    .optional(tx)
    .await
}

/// The code was right.
pub async fn set_proven(tx: &mut Tx, id: &ProofId, now: Timestamp) -> Result<bool> {
    let proven = sql("UPDATE proof SET proven_at = $2 WHERE id = $1 AND used_at IS NULL AND $2 < expires_at")
        .bind(id)
        .bind(now)
        .run(tx)
        .await?;
    Ok(proven == 1)
}

/// The proof that a link is for, while it is open; looking does not use it up.
pub async fn find_by_link(tx: &mut Tx, link_hash: &str, purpose: Purpose, now: Timestamp) -> Result<Option<ProofRow>> {
    sql("SELECT id, normal, address, sub, code_hash, browser_hash, attempt_id, tries, expires_at, proven_at
           FROM proof
          WHERE link_hash = $1 AND purpose = $2 AND used_at IS NULL AND $3 < expires_at")
    .bind(link_hash)
    .bind(purpose.word())
    .bind(now)
    .optional(tx)
    .await
}

/// The button behind a link was pressed, once: from now on the browser that did it goes on.
pub async fn prove_by_link(
    tx: &mut Tx,
    link_hash: &str,
    purpose: Purpose,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<ProofRow>> {
    sql("UPDATE proof SET proven_at = $4, browser_hash = $3, link_hash = NULL
          WHERE link_hash = $1 AND purpose = $2 AND used_at IS NULL AND $4 < expires_at
      RETURNING id, normal, address, sub, code_hash, browser_hash, attempt_id, tries, expires_at, proven_at")
    .bind(link_hash)
    .bind(purpose.word())
    .bind(browser_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// Use a proven proof, once.
pub async fn consume(
    tx: &mut Tx,
    id: &ProofId,
    purpose: Purpose,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<ProofRow>> {
    sql("UPDATE proof SET used_at = $4
          WHERE id = $1 AND purpose = $2 AND browser_hash = $3 AND proven_at IS NOT NULL AND used_at IS NULL
            AND $4 < expires_at
      RETURNING id, normal, address, sub, code_hash, browser_hash, attempt_id, tries, expires_at, proven_at")
    .bind(id)
    .bind(purpose.word())
    .bind(browser_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// Make void what was sent to an address for one purpose and not used.
pub async fn void_for_address(tx: &mut Tx, normal: &str, purpose: Purpose, now: Timestamp) -> Result<()> {
    sql("UPDATE proof SET used_at = $3 WHERE normal = $1 AND purpose = $2 AND used_at IS NULL")
        .bind(normal)
        .bind(purpose.word())
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Make void what was sent for an account and not used: its password or state has changed.
pub async fn void_for_account(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<()> {
    sql("UPDATE proof SET used_at = $2 WHERE sub = $1 AND used_at IS NULL").bind(sub).bind(now).run(tx).await?;
    Ok(())
}

/// Forget proofs that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM proof WHERE expires_at <= $1").bind(now).run(tx).await
}
