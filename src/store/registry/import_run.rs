//! What imports did, for staff to look up later.

use crate::base::{Result, Timestamp};
use crate::store::db::Tx;
use crate::store::query::sql;

crate::id! {
    /// One run of an import.
    ImportRunId,
}

/// One run of an import.
pub struct ImportRun<'a> {
    /// The key of the record.
    pub id: ImportRunId,
    /// `plan`, `model` or `unit`.
    pub kind: &'static str,
    /// The file's name, without its folder.
    pub file_name: &'a str,
    /// SHA-256 of its bytes.
    pub file_hash: &'a str,
    /// Who ran it.
    pub actor: String,
    /// When it began.
    pub started_at: Timestamp,
    /// Rows that were added, changed, left as they were, and refused.
    pub counts: [i64; 4],
}

/// Keep the run.
pub async fn insert(tx: &mut Tx, run: &ImportRun<'_>, finished_at: Timestamp) -> Result<()> {
    let [added, changed, unchanged, refused] = run.counts;
    sql("INSERT INTO import_run (id, kind, file_name, file_hash, actor, started_at, finished_at, added, changed,
                unchanged, refused)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
    .bind(&run.id)
    .bind(run.kind)
    .bind(run.file_name)
    .bind(run.file_hash)
    .bind(run.actor.as_str())
    .bind(run.started_at)
    .bind(finished_at)
    .bind(added)
    .bind(changed)
    .bind(unchanged)
    .bind(refused)
    .run(tx)
    .await?;
    Ok(())
}
