//! Merges of accounts, and what each of them moved.

use crate::base::id::Subject;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::account::State;
use crate::domain::account::merge::{Merge, MergeId, Part, Proof, Stage};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct MergeRow {
        id: MergeId,
        kept: Subject,
        gone: Subject,
        state: String,
        proof: String,
        reason: String,
        proposed_by: String,
        proposed_at: Timestamp,
        decided_by: Option<String>,
        decided_at: Option<Timestamp>,
        undo_until: Option<Timestamp>,
    }
}

row! {
    struct PartRow {
        kind: String,
        key: String,
        before: String,
    }
}

row! {
    struct StateRow {
        gone_state: Option<String>,
    }
}

row! {
    struct IntoRow {
        merged_into: Option<Subject>,
    }
}

row! {
    struct AddedRow {
        kind: String,
        what: String,
    }
}

/// Something that an account has had since a merge.
pub struct Added {
    /// `registration`, `email` or `app`.
    pub kind: &'static str,
    /// Its id, the address, or the client.
    pub what: String,
}

impl Added {
    fn of(row: AddedRow) -> Option<Self> {
        let kind = ["registration", "email", "app"].into_iter().find(|kind| *kind == row.kind)?;
        Some(Self { kind, what: row.what })
    }
}

/// One thing that a merge moved or changed.
pub struct Moved {
    /// Of which kind.
    pub part: Part,
    /// Which one.
    pub key: String,
    /// What stood there before.
    pub before: String,
}

impl TryFrom<MergeRow> for Merge {
    type Error = Error;

    fn try_from(row: MergeRow) -> Result<Self> {
        let unknown = |what: &str| Fault::new(format!("merge {} has an unknown {what}", row.id));
        Ok(Self {
            stage: Stage::from_word(&row.state).ok_or_else(|| unknown("state"))?,
            proof: Proof::from_word(&row.proof).ok_or_else(|| unknown("proof"))?,
            id: row.id,
            kept: row.kept,
            gone: row.gone,
            reason: row.reason,
            proposed_by: row.proposed_by,
            proposed_at: row.proposed_at,
            decided_by: row.decided_by,
            decided_at: row.decided_at,
            undo_until: row.undo_until,
        })
    }
}

/// Write down a proposal; `false` if there is one of the two accounts.
pub async fn propose(tx: &mut Tx, merge: &Merge) -> Result<bool> {
    let inserted = sql("INSERT INTO account_merge (id, kept, gone, state, proof, reason, proposed_by, proposed_at)
                        VALUES ($1, $2, $3, 'proposed', $4, $5, $6, $7)
                        ON CONFLICT DO NOTHING")
    .bind(&merge.id)
    .bind(&merge.kept)
    .bind(&merge.gone)
    .bind(merge.proof.word())
    .bind(&merge.reason)
    .bind(&merge.proposed_by)
    .bind(merge.proposed_at)
    .run(tx)
    .await?;
    Ok(inserted == 1)
}

/// A proposal was refused; `false` if it is none any more.
pub async fn reject(tx: &mut Tx, id: &MergeId, by: &str, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE account_merge SET state = 'rejected', decided_by = $2, decided_at = $3
                        WHERE id = $1 AND state = 'proposed'")
    .bind(id)
    .bind(by)
    .bind(now)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

/// A proposal is carried out; `false` if it is none any more.
pub async fn carry_out(
    tx: &mut Tx,
    id: &MergeId,
    by: &str,
    gone_state: State,
    now: Timestamp,
    undo_until: Timestamp,
) -> Result<bool> {
    let changed = sql("UPDATE account_merge
                          SET state = 'merged', decided_by = $2, decided_at = $3, gone_state = $4, undo_until = $5
                        WHERE id = $1 AND state = 'proposed'")
    .bind(id)
    .bind(by)
    .bind(now)
    .bind(gone_state.word())
    .bind(undo_until)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

/// A merge is undone; `false` if it cannot be any more.
pub async fn undo(tx: &mut Tx, id: &MergeId, by: &str, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE account_merge SET state = 'undone', undone_by = $2, undone_at = $3
                        WHERE id = $1 AND state = 'merged' AND undo_until > $3")
    .bind(id)
    .bind(by)
    .bind(now)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

/// A merge is for good; `false` if it is not due.
pub async fn make_final(tx: &mut Tx, id: &MergeId, now: Timestamp) -> Result<bool> {
    let changed =
        sql("UPDATE account_merge SET state = 'final' WHERE id = $1 AND state = 'merged' AND undo_until <= $2");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// One merge.
pub async fn find(tx: &mut Tx, id: &MergeId) -> Result<Option<Merge>> {
    sql("SELECT id, kept, gone, state, proof, reason, proposed_by, proposed_at, decided_by, decided_at, undo_until
           FROM account_merge WHERE id = $1")
    .bind(id)
    .optional::<MergeRow>(tx)
    .await?
    .map(Merge::try_from)
    .transpose()
}

/// The state that the account that is gone had.
pub async fn gone_state(tx: &mut Tx, id: &MergeId) -> Result<Option<State>> {
    let row = sql("SELECT gone_state FROM account_merge WHERE id = $1").bind(id).optional::<StateRow>(tx).await?;
    Ok(row.and_then(|row| row.gone_state).as_deref().and_then(State::from_word))
}

/// Merges in one stage (in any, where it is empty), the newest first, after one of them.
pub async fn list(tx: &mut Tx, stage: &str, after: Option<(Timestamp, &str)>, limit: u32) -> Result<Vec<Merge>> {
    let (at, id) = after.unwrap_or((Timestamp::from_millis(i64::MAX), ""));
    sql("SELECT id, kept, gone, state, proof, reason, proposed_by, proposed_at, decided_by, decided_at, undo_until
           FROM account_merge
          WHERE (state = $1 OR $1 = '') AND (proposed_at < $2 OR (proposed_at = $2 AND id < $3))
       ORDER BY proposed_at DESC, id DESC
          LIMIT $4")
    .bind(stage)
    .bind(at)
    .bind(id)
    .bind(limit)
    .all::<MergeRow>(tx)
    .await?
    .into_iter()
    .map(Merge::try_from)
    .collect()
}

/// Merges that can no longer be undone and are not yet for good.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: u32) -> Result<Vec<Merge>> {
    sql("SELECT id, kept, gone, state, proof, reason, proposed_by, proposed_at, decided_by, decided_at, undo_until
           FROM account_merge WHERE state = 'merged' AND undo_until <= $1 ORDER BY undo_until LIMIT $2")
    .bind(now)
    .bind(limit)
    .all::<MergeRow>(tx)
    .await?
    .into_iter()
    .map(Merge::try_from)
    .collect()
}

/// Remember what was moved.
pub async fn moved(tx: &mut Tx, id: &MergeId, part: Part, key: &str, before: &str) -> Result<()> {
    sql("INSERT INTO account_merge_part (merge_id, kind, key, before) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(part.word())
        .bind(key)
        .bind(before)
        .run(tx)
        .await?;
    Ok(())
}

/// All that a merge moved.
pub async fn parts(tx: &mut Tx, id: &MergeId) -> Result<Vec<Moved>> {
    let rows = sql("SELECT kind, key, before FROM account_merge_part WHERE merge_id = $1 ORDER BY kind, key")
        .bind(id)
        .all::<PartRow>(tx)
        .await?;
    let known = |row: PartRow| Some(Moved { part: Part::from_word(&row.kind)?, key: row.key, before: row.before });
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Forget what a merge moved: it is not given back any more.
pub async fn forget_parts(tx: &mut Tx, id: &MergeId) -> Result<()> {
    sql("DELETE FROM account_merge_part WHERE merge_id = $1").bind(id).run(tx).await?;
    Ok(())
}

/// What an account has had since a moment that no merge brought it: the kind, and the id, address or client.
pub async fn added_since(tx: &mut Tx, id: &MergeId, kept: &Subject, since: Timestamp) -> Result<Vec<Added>> {
    let rows = sql("SELECT 'registration' AS kind, r.id AS what FROM registration r
                     WHERE r.sub = $2 AND r.created_at > $3
                    UNION ALL
                    SELECT 'email' AS kind, e.normal AS what FROM email_address e
                     WHERE e.sub = $2 AND e.added_at > $3 AND e.released_at IS NULL
                       AND NOT EXISTS (SELECT 1 FROM account_merge_part p WHERE p.merge_id = $1 AND p.key = e.normal)
                    UNION ALL
                    SELECT 'app' AS kind, c.client_id AS what FROM consent c
                     WHERE c.sub = $2 AND c.given_at > $3
                    ORDER BY kind, what
                    LIMIT 500")
    .bind(id)
    .bind(kept)
    .bind(since)
    .all::<AddedRow>(tx)
    .await?;
    Ok(rows.into_iter().filter_map(Added::of).collect())
}

/// The account that an account was merged into.
pub async fn merged_into(tx: &mut Tx, sub: &Subject) -> Result<Option<Subject>> {
    let row = sql("SELECT merged_into FROM account WHERE sub = $1").bind(sub).optional::<IntoRow>(tx).await?;
    Ok(row.and_then(|row| row.merged_into))
}

/// Close the account that goes away, and say where it went; `false` if it is no longer in that state.
pub async fn lead_away(tx: &mut Tx, gone: &Subject, from: State, kept: &Subject, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE account SET state = 'closed', state_since = $4, merged_into = $3
                        WHERE sub = $1 AND state = $2 AND merged_into IS NULL")
    .bind(gone)
    .bind(from.word())
    .bind(kept)
    .bind(now)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

/// Let the account that was gone be what it was; `false` if it did not go there.
pub async fn lead_back(tx: &mut Tx, gone: &Subject, to: State, kept: &Subject, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE account SET state = $2, state_since = $4, merged_into = NULL
                        WHERE sub = $1 AND merged_into = $3")
    .bind(gone)
    .bind(to.word())
    .bind(kept)
    .bind(now)
    .run(tx)
    .await?;
    Ok(changed == 1)
}
