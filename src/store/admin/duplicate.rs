//! Pairs of accounts that were found alike.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::account::duplicate::{Duplicate, DuplicateId};
use crate::domain::account::likeness::{Likeness, Reason};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct DuplicateRow {
        id: DuplicateId,
        one: Subject,
        other: Subject,
        score: i64,
        reasons: String,
        found_at: Timestamp,
    }
}

impl From<DuplicateRow> for Duplicate {
    fn from(row: DuplicateRow) -> Self {
        let reasons = row.reasons.split(' ').filter_map(Reason::from_word).collect();
        let score = u8::try_from(row.score).unwrap_or_default();
        Self {
            id: row.id,
            accounts: [row.one, row.other],
            likeness: Likeness { score, reasons },
            found_at: row.found_at,
        }
    }
}

/// Keep how alike two accounts are. What was dismissed stays so.
pub async fn put(tx: &mut Tx, duplicate: &Duplicate) -> Result<()> {
    let [one, other] = &duplicate.accounts;
    let reasons: Vec<&str> = duplicate.likeness.reasons.iter().map(|reason| reason.word()).collect();
    sql("INSERT INTO duplicate_account (id, one, other, score, reasons, state, found_at)
         VALUES ($1, $2, $3, $4, $5, 'open', $6)
         ON CONFLICT (one, other) DO UPDATE SET score = excluded.score, reasons = excluded.reasons")
    .bind(&duplicate.id)
    .bind(one)
    .bind(other)
    .bind(i64::from(duplicate.likeness.score))
    .bind(reasons.join(" "))
    .bind(duplicate.found_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Forget the pairs of an account that nobody has judged.
pub async fn forget_open(tx: &mut Tx, sub: &Subject) -> Result<()> {
    sql("DELETE FROM duplicate_account WHERE (one = $1 OR other = $1) AND state = 'open'").bind(sub).run(tx).await?;
    Ok(())
}

/// One pair that is open.
pub async fn find_open(tx: &mut Tx, id: &DuplicateId) -> Result<Option<Duplicate>> {
    let row = sql("SELECT id, one, other, score, reasons, found_at FROM duplicate_account
                    WHERE id = $1 AND state = 'open'")
    .bind(id)
    .optional::<DuplicateRow>(tx)
    .await?;
    Ok(row.map(Duplicate::from))
}

/// Open pairs of at least this score, the most alike first, after one of them.
pub async fn list(tx: &mut Tx, least: u8, after: Option<(u8, &str)>, limit: u32) -> Result<Vec<Duplicate>> {
    let (score, id) = after.unwrap_or((101, ""));
    let rows = sql("SELECT id, one, other, score, reasons, found_at FROM duplicate_account
                     WHERE state = 'open' AND score >= $1 AND (score < $2 OR (score = $2 AND id > $3))
                  ORDER BY score DESC, id
                     LIMIT $4")
    .bind(i64::from(least))
    .bind(i64::from(score))
    .bind(id)
    .bind(limit)
    .all::<DuplicateRow>(tx)
    .await?;
    Ok(rows.into_iter().map(Duplicate::from).collect())
}

/// These are two people; `false` if the pair is no longer open.
pub async fn dismiss(tx: &mut Tx, id: &DuplicateId, by: &str, reason: &str, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE duplicate_account
                          SET state = 'dismissed', dismissed_by = $2, dismissed_at = $3, reason = $4
                        WHERE id = $1 AND state = 'open'")
    .bind(id)
    .bind(by)
    .bind(now)
    .bind(reason)
    .run(tx)
    .await?;
    Ok(changed == 1)
}
