//! Answers to requests that carried an `Idempotency-Key`, kept so that a repeat gets the same answer.
//! draft-ietf-httpapi-idempotency-key-header.

use crate::base::id::{ClientId, Subject};
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// What was asked and answered.
    pub struct AnsweredRow {
        /// The hash of what was asked.
        pub request_hash: String,
        /// The status of the answer.
        pub status: u32,
        /// Its JSON body.
        pub body: String,
    }
}

/// Whose key it is: keys of different apps and people never meet.
pub struct Key<'a> {
    /// The person.
    pub sub: &'a Subject,
    /// The app.
    pub client: &'a ClientId,
    /// The hash of the header's value.
    pub hash: String,
}

/// The answer that was given since a moment.
pub async fn find(tx: &mut Tx, key: &Key<'_>, since: Timestamp) -> Result<Option<AnsweredRow>> {
    sql("SELECT request_hash, status, body FROM idempotent_request
          WHERE sub = $1 AND client = $2 AND key_hash = $3 AND made_at > $4")
    .bind(key.sub)
    .bind(key.client)
    .bind(&key.hash)
    .bind(since)
    .optional(tx)
    .await
}

/// Keep an answer in place of one that is older than `since`; `false` if another request was faster.
pub async fn insert(tx: &mut Tx, key: &Key<'_>, answer: &AnsweredRow, times: (Timestamp, Timestamp)) -> Result<bool> {
    let (now, since) = times;
    let kept = sql("INSERT INTO idempotent_request (sub, client, key_hash, request_hash, status, body, made_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (sub, client, key_hash) DO UPDATE
            SET request_hash = excluded.request_hash, status = excluded.status, body = excluded.body,
                made_at = excluded.made_at
          WHERE idempotent_request.made_at <= $8")
    .bind(key.sub)
    .bind(key.client)
    .bind(&key.hash)
    .bind(&answer.request_hash)
    .bind(answer.status)
    .bind(&answer.body)
    .bind(now)
    .bind(since)
    .run(tx)
    .await?;
    Ok(kept == 1)
}

/// Forget answers that are older than a moment.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("DELETE FROM idempotent_request WHERE made_at <= $1").bind(before).run(tx).await
}
