//! Copies of everything about a person.

use crate::base::id::Subject;
use crate::base::{Locale, Result, Timestamp};
use crate::domain::account::export::{Export, ExportId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    struct ExportRow {
        id: ExportId,
        asked_at: Timestamp,
        ready_at: Option<Timestamp>,
        expires_at: Option<Timestamp>,
        size: i64,
    }
}

impl From<ExportRow> for Export {
    fn from(row: ExportRow) -> Self {
        let ExportRow { id, asked_at, ready_at, expires_at, size } = row;
        Self { id, asked_at, ready_at, expires_at, size }
    }
}

row! {
    /// A copy that is to be made.
    pub struct Begun {
        /// Its name.
        pub id: ExportId,
        /// Whose.
        pub sub: Subject,
        /// The language of its page.
        pub locale: String,
    }
}

row! {
    struct SealedRow {
        sealed: Option<Vec<u8>>,
    }
}

/// Ask for a copy.
pub async fn insert(tx: &mut Tx, id: &ExportId, sub: &Subject, locale: Locale, now: Timestamp) -> Result<()> {
    sql("INSERT INTO data_export (id, sub, locale, asked_at) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(sub)
        .bind(locale.tag())
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// How many copies somebody asked for since a moment.
pub async fn count_since(tx: &mut Tx, sub: &Subject, since: Timestamp) -> Result<i64> {
    let count = sql("SELECT COUNT(*) AS count FROM data_export WHERE sub = $1 AND asked_at > $2");
    Ok(count.bind(sub).bind(since).one::<Count>(tx).await?.count)
}

/// The copies of somebody that wait or can be fetched, the newest first.
pub async fn list(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<Vec<Export>> {
    let rows = sql("SELECT id, asked_at, ready_at, expires_at, size FROM data_export
                     WHERE sub = $1 AND (expires_at IS NULL OR $2 < expires_at) ORDER BY asked_at DESC, id LIMIT 20")
    .bind(sub)
    .bind(now)
    .all::<ExportRow>(tx)
    .await?;
    Ok(rows.into_iter().map(Export::from).collect())
}

/// Begin to make the copy that waits longest: one that nobody has begun, or that was begun before `then`.
pub async fn begin_next(tx: &mut Tx, now: Timestamp, then: Timestamp) -> Result<Option<Begun>> {
    sql("UPDATE data_export SET begun_at = $1
          WHERE id = (SELECT id FROM data_export
                       WHERE ready_at IS NULL AND (begun_at IS NULL OR begun_at < $2) ORDER BY asked_at, id LIMIT 1)
            AND ready_at IS NULL AND (begun_at IS NULL OR begun_at < $2)
      RETURNING id, sub, locale")
    .bind(now)
    .bind(then)
    .optional(tx)
    .await
}

/// A copy is ready.
pub async fn finish(
    tx: &mut Tx,
    id: &ExportId,
    (sealed, size): (Vec<u8>, i64),
    (now, expires_at): (Timestamp, Timestamp),
) -> Result<bool> {
    let finished = sql("UPDATE data_export SET sealed = $2, size = $3, ready_at = $4, expires_at = $5
                         WHERE id = $1 AND ready_at IS NULL")
    .bind(id)
    .bind(sealed)
    .bind(size)
    .bind(now)
    .bind(expires_at)
    .run(tx)
    .await?;
    Ok(finished == 1)
}

/// The archive of somebody's copy, while it can be fetched.
pub async fn sealed(tx: &mut Tx, id: &ExportId, sub: &Subject, now: Timestamp) -> Result<Option<Vec<u8>>> {
    let row = sql("SELECT sealed FROM data_export WHERE id = $1 AND sub = $2 AND $3 < expires_at")
        .bind(id)
        .bind(sub)
        .bind(now)
        .optional::<SealedRow>(tx)
        .await?;
    Ok(row.and_then(|row| row.sealed))
}

/// Forget copies that have expired. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM data_export WHERE expires_at <= $1").bind(now).run(tx).await
}
