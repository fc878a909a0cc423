//! Runs of the import of accounts, and how far they have come.

use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

crate::id! {
    /// One run of an import of accounts.
    AccountImportId,
}

/// A run that begins.
pub struct NewRun<'a> {
    /// The key of the record.
    pub id: &'a AccountImportId,
    /// The name of the other system.
    pub source: &'a str,
    /// The format of the file.
    pub format: &'static str,
    /// The file's name, without its folder.
    pub file_name: &'a str,
    /// SHA-256 of its bytes.
    pub file_hash: &'a str,
    /// Who runs it.
    pub actor: &'a str,
}

row! {
    /// How far a run has come.
    pub struct Progress {
        /// The key of the record.
        pub id: AccountImportId,
        /// The last row that is done with.
        pub last_row: i64,
        /// Accounts that were new.
        pub added: i64,
        /// Accounts that had come before.
        pub known: i64,
        /// Rows that were refused.
        pub refused: i64,
    }
}

/// Begin a run.
pub async fn insert(tx: &mut Tx, run: &NewRun<'_>, now: Timestamp) -> Result<()> {
    sql("INSERT INTO account_import (id, source, format, file_name, file_hash, actor, started_at, last_row, added,
                                     known, refused)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0)")
    .bind(run.id)
    .bind(run.source)
    .bind(run.format)
    .bind(run.file_name)
    .bind(run.file_hash)
    .bind(run.actor)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// The last run of the same file from the same source that has not ended.
pub async fn find_unfinished(tx: &mut Tx, file_hash: &str, source: &str, format: &str) -> Result<Option<Progress>> {
    sql("SELECT id, last_row, added, known, refused FROM account_import
          WHERE file_hash = $1 AND source = $2 AND format = $3 AND finished_at IS NULL
       ORDER BY started_at DESC, id DESC LIMIT 1")
    .bind(file_hash)
    .bind(source)
    .bind(format)
    .optional(tx)
    .await
}

/// Keep how far a run has come, together with what it wrote.
pub async fn update(tx: &mut Tx, progress: &Progress, finished_at: Option<Timestamp>) -> Result<()> {
    sql(
        "UPDATE account_import SET last_row = $2, added = $3, known = $4, refused = $5, finished_at = $6 WHERE id = $1",
    )
    .bind(&progress.id)
    .bind(progress.last_row)
    .bind(progress.added)
    .bind(progress.known)
    .bind(progress.refused)
    .bind(finished_at)
    .run(tx)
    .await?;
    Ok(())
}
