//! Letters that wait to be sent. They are written in the transaction of what they tell about.

use crate::base::time::seconds;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    /// A letter that one sender has claimed.
    pub struct Waiting {
        /// Which.
        pub id: String,
        /// The letter, sealed for `outbox_letter:sealed:ID`.
        pub sealed: Vec<u8>,
        /// How often it was tried before.
        pub attempts: i64,
    }
}

row! {
    struct IdRow {
        id: String,
    }
}

/// Add a letter.
pub async fn add(tx: &mut Tx, id: &str, sealed: Vec<u8>, now: Timestamp) -> Result<()> {
    sql("INSERT INTO outbox_letter (id, made_at, sealed, state, attempts, next_at)
         VALUES ($1, $2, $3, 'waiting', 0, $2)")
    .bind(id)
    .bind(now)
    .bind(sealed)
    .run(tx)
    .await?;
    Ok(())
}

/// Claim one letter that is due. Whoever claims it has two minutes; afterwards another may try, so that a
/// killed sender loses nothing.
pub async fn claim(tx: &mut Tx, now: Timestamp) -> Result<Option<Waiting>> {
    let due = sql("SELECT id FROM outbox_letter WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at LIMIT 20")
        .bind(now)
        .all::<IdRow>(tx)
        .await?;
    for IdRow { id } in due {
        let claimed = sql("UPDATE outbox_letter SET next_at = $3, attempts = attempts + 1
                            WHERE id = $1 AND state = 'waiting' AND next_at <= $2
                        RETURNING id, sealed, attempts")
        .bind(id)
        .bind(now)
        .bind(now.plus(seconds(120)))
        .optional::<Waiting>(tx)
        .await?;
        if claimed.is_some() {
            return Ok(claimed);
        }
    }
    Ok(None)
}

/// It left: its contents are removed.
pub async fn sent(tx: &mut Tx, id: &str) -> Result<()> {
    sql("UPDATE outbox_letter SET state = 'sent', sealed = NULL, last_error = NULL WHERE id = $1")
        .bind(id)
        .run(tx)
        .await?;
    Ok(())
}

/// It did not leave: try again then, or never.
pub async fn postpone(tx: &mut Tx, id: &str, error: &str, next_at: Option<Timestamp>) -> Result<()> {
    let state = if next_at.is_some() { "waiting" } else { "failed" };
    sql("UPDATE outbox_letter SET state = $2, last_error = $3, next_at = COALESCE($4, next_at),
                                  sealed = CASE WHEN $2 = 'failed' THEN NULL ELSE sealed END
          WHERE id = $1")
    .bind(id)
    .bind(state)
    .bind(error)
    .bind(next_at)
    .run(tx)
    .await?;
    Ok(())
}

/// How many wait.
pub async fn waiting(tx: &mut Tx) -> Result<i64> {
    Ok(sql("SELECT COUNT(*) AS count FROM outbox_letter WHERE state = 'waiting'").one::<Count>(tx).await?.count)
}

/// Forget letters that were made before.
pub async fn purge(tx: &mut Tx, made_before: Timestamp) -> Result<u64> {
    sql("DELETE FROM outbox_letter WHERE made_at < $1 AND state <> 'waiting'").bind(made_before).run(tx).await
}
