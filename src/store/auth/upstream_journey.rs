//! Browsers on their way to another provider and back.

use crate::base::id::{SessionId, Subject};
use crate::base::{Result, Timestamp};
use crate::domain::auth::AttemptId;
use crate::domain::auth::upstream::Journey;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct JourneyRow {
        provider: String,
        browser_hash: String,
        attempt_id: Option<AttemptId>,
        sub: Option<Subject>,
        link_session: Option<SessionId>,
        answer: Option<Vec<u8>>,
        expires_at: Timestamp,
    }
}

/// Set out.
pub async fn insert(tx: &mut Tx, state_hash: &str, journey: &Journey) -> Result<()> {
    let (sub, link_session) = journey.link.as_ref().map(|(sub, session)| (sub, session)).unzip();
    sql("INSERT INTO upstream_journey (state_hash, provider, browser_hash, attempt_id, sub, link_session, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(state_hash)
    .bind(&journey.provider)
    .bind(&journey.browser_hash)
    .bind(journey.attempt.as_ref())
    .bind(sub)
    .bind(link_session)
    .bind(journey.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// Keep what the provider posted, the first time; `false` if there is no such journey, or an answer is there.
pub async fn keep_answer(
    tx: &mut Tx,
    state_hash: &str,
    provider: &str,
    sealed: Vec<u8>,
    now: Timestamp,
) -> Result<bool> {
    let kept = sql("UPDATE upstream_journey SET answer = $3
                     WHERE state_hash = $1 AND provider = $2 AND answer IS NULL AND used_at IS NULL
                       AND $4 < expires_at")
    .bind(state_hash)
    .bind(provider)
    .bind(sealed)
    .bind(now)
    .run(tx)
    .await?;
    Ok(kept == 1)
}

/// Come back, once, in the browser that set out, from the provider it was sent to; with the answer that was posted.
pub async fn consume(
    tx: &mut Tx,
    state_hash: &str,
    provider: &str,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<(Journey, Option<Vec<u8>>)>> {
    let row = sql("UPDATE upstream_journey SET used_at = $4
                    WHERE state_hash = $1 AND provider = $2 AND browser_hash = $3 AND used_at IS NULL
                      AND $4 < expires_at
                RETURNING provider, browser_hash, attempt_id, sub, link_session, answer, expires_at")
    .bind(state_hash)
    .bind(provider)
    .bind(browser_hash)
    .bind(now)
    .optional::<JourneyRow>(tx)
    .await?;
    Ok(row.map(|row| {
        let journey = Journey {
            provider: row.provider,
            browser_hash: row.browser_hash,
            attempt: row.attempt_id,
            link: row.sub.zip(row.link_session),
            expires_at: row.expires_at,
        };
        (journey, row.answer)
    }))
}

/// Forget journeys that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM upstream_journey WHERE expires_at <= $1").bind(now).run(tx).await
}
