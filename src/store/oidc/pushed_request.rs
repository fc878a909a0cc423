//! Pushed authorization requests, by the hash of each name.

use crate::base::id::ClientId;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

/// A request that a client pushed.
#[derive(Clone, Debug)]
pub struct Pushed<'a> {
    /// The hash of its name.
    pub hash: &'a str,
    /// Whose it is.
    pub client: &'a ClientId,
    /// The settled parameters as one form text.
    pub parameters: &'a str,
    /// Until when a browser may come with the name.
    pub expires_at: Timestamp,
}

row! {
    struct Parameters {
        parameters: String,
    }
}

/// Keep a request.
pub async fn insert(tx: &mut Tx, pushed: &Pushed<'_>) -> Result<()> {
    sql("INSERT INTO pushed_request (hash, client_id, parameters, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(pushed.hash)
        .bind(pushed.client)
        .bind(pushed.parameters)
        .bind(pushed.expires_at)
        .run(tx)
        .await?;
    Ok(())
}

/// The parameters of this client's request, while a browser may still come with its name.
pub async fn find(tx: &mut Tx, hash: &str, client: &ClientId, now: Timestamp) -> Result<Option<String>> {
    let row = sql("SELECT parameters FROM pushed_request
          WHERE hash = $1 AND client_id = $2 AND expires_at > $3 AND answered_at IS NULL")
    .bind(hash)
    .bind(client)
    .bind(now)
    .optional::<Parameters>(tx)
    .await?;
    Ok(row.map(|row| row.parameters))
}

/// It is answered now; `false` if somebody was faster. Its end does not matter any more: a page was reached in time.
pub async fn consume(tx: &mut Tx, hash: &str, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE pushed_request SET answered_at = $2 WHERE hash = $1 AND answered_at IS NULL");
    Ok(changed.bind(hash).bind(now).run(tx).await? == 1)
}

/// Forget requests that ended before `before`, when no page that began with them can be answered any more.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("DELETE FROM pushed_request WHERE expires_at <= $1").bind(before).run(tx).await
}
