//! What accounts were in the systems they came from.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// An account's name in another system.
    pub struct SourceRow {
        /// The other system.
        pub source: String,
        /// The account's name there.
        pub source_id: String,
        /// When it came.
        pub imported_at: Timestamp,
    }
}

row! {
    struct SubRow {
        sub: Subject,
    }
}

/// The account that came from there under this name.
pub async fn find(tx: &mut Tx, source: &str, source_id: &str) -> Result<Option<Subject>> {
    let row = sql("SELECT sub FROM account_source WHERE source = $1 AND source_id = $2")
        .bind(source)
        .bind(source_id)
        .optional::<SubRow>(tx)
        .await?;
    Ok(row.map(|row| row.sub))
}

/// Where an account came from.
pub async fn of(tx: &mut Tx, sub: &Subject) -> Result<Vec<SourceRow>> {
    sql("SELECT source, source_id, imported_at FROM account_source WHERE sub = $1 ORDER BY source, source_id")
        .bind(sub)
        .all(tx)
        .await
}

/// Remember where an account came from; `false` if another one did already.
pub async fn insert(tx: &mut Tx, sub: &Subject, source: &str, source_id: &str, now: Timestamp) -> Result<bool> {
    let inserted = sql("INSERT INTO account_source (source, source_id, sub, imported_at) VALUES ($1, $2, $3, $4)
                        ON CONFLICT DO NOTHING")
    .bind(source)
    .bind(source_id)
    .bind(sub)
    .bind(now)
    .run(tx)
    .await?;
    Ok(inserted == 1)
}
