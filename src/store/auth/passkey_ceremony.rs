//! Challenges that wait for an answer. One that is claimed is gone, whatever the answer is worth.

use crate::base::id::Subject;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::auth::passkey::{Ceremony, CeremonyId, Purpose};
use crate::domain::auth::proof::ProofId;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct CeremonyRow {
        id: CeremonyId,
        purpose: String,
        challenge: Vec<u8>,
        browser_hash: String,
        sub: Option<Subject>,
        proof_id: Option<ProofId>,
        expires_at: Timestamp,
    }
}

impl TryFrom<CeremonyRow> for Ceremony {
    type Error = Error;

    fn try_from(row: CeremonyRow) -> Result<Self> {
        let purpose = Purpose::from_word(&row.purpose).ok_or_else(|| Fault::new("a ceremony of an unknown purpose"))?;
        Ok(Self {
            id: row.id,
            purpose,
            challenge: row.challenge,
            browser_hash: row.browser_hash,
            sub: row.sub,
            proof: row.proof_id,
            expires_at: row.expires_at,
        })
    }
}

/// Keep a challenge.
pub async fn insert(tx: &mut Tx, ceremony: &Ceremony) -> Result<()> {
    sql("INSERT INTO passkey_ceremony (id, purpose, challenge, browser_hash, sub, proof_id, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&ceremony.id)
    .bind(ceremony.purpose.word())
    .bind(ceremony.challenge.as_slice())
    .bind(&ceremony.browser_hash)
    .bind(ceremony.sub.as_ref())
    .bind(ceremony.proof.as_ref())
    .bind(ceremony.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Claim a challenge for the one answer that it gets. Of several at once one has it.
pub async fn claim(tx: &mut Tx, id: &CeremonyId, browser_hash: &str, now: Timestamp) -> Result<Option<Ceremony>> {
    sql("DELETE FROM passkey_ceremony
          WHERE id = $1 AND browser_hash = $2 AND $3 < expires_at
      RETURNING id, purpose, challenge, browser_hash, sub, proof_id, expires_at")
    .bind(id)
    .bind(browser_hash)
    .bind(now)
    .optional::<CeremonyRow>(tx)
    .await?
    .map(Ceremony::try_from)
    .transpose()
}

/// Forget challenges that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM passkey_ceremony WHERE expires_at <= $1").bind(now).run(tx).await
}
