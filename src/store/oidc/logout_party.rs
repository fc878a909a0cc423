//! Applications that are to be told when a session ends.

use crate::base::id::{ClientId, SessionId};
use crate::base::time::seconds;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// An application that took part in a session.
    pub struct Party {
        /// The entry.
        pub id: String,
        /// The session as the application knows it.
        pub sid: String,
        /// The application.
        pub client_id: ClientId,
        /// The person as it knows them.
        pub sub: String,
        /// How often it was told in vain, this time included once it is claimed.
        pub tries: i64,
    }
}

row! {
    struct IdRow {
        id: String,
    }
}

/// An application takes part in a session. Twice is once.
pub async fn join(
    tx: &mut Tx,
    id: &str,
    session: &SessionId,
    (client, sub): (&ClientId, &str),
    now: Timestamp,
) -> Result<()> {
    sql("INSERT INTO logout_party (id, session_id, sid, client_id, sub, tries, next_at)
         VALUES ($1, $2, $2, $3, $4, 0, $5) ON CONFLICT DO NOTHING")
    .bind(id)
    .bind(session)
    .bind(client)
    .bind(sub)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// The applications that take part in a session.
pub async fn of_session(tx: &mut Tx, session: &SessionId) -> Result<Vec<Party>> {
    sql("SELECT id, sid, client_id, sub, tries FROM logout_party WHERE session_id = $1 ORDER BY client_id LIMIT 100")
        .bind(session)
        .all(tx)
        .await
}

/// Claim one application that is to be told. Whoever claims it has a minute; afterwards another may try, so that a
/// killed process loses nothing.
pub async fn claim(tx: &mut Tx, now: Timestamp) -> Result<Option<Party>> {
    let due = sql("SELECT id FROM logout_party WHERE session_id IS NULL AND next_at <= $1 ORDER BY next_at LIMIT 20")
        .bind(now)
        .all::<IdRow>(tx)
        .await?;
    for IdRow { id } in due {
        let claimed = sql("UPDATE logout_party SET next_at = $3, tries = tries + 1
                            WHERE id = $1 AND session_id IS NULL AND next_at <= $2
                        RETURNING id, sid, client_id, sub, tries")
        .bind(id)
        .bind(now)
        .bind(now.plus(seconds(60)))
        .optional::<Party>(tx)
        .await?;
        if claimed.is_some() {
            return Ok(claimed);
        }
    }
    Ok(None)
}

/// It has been told, or will not be.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<()> {
    sql("DELETE FROM logout_party WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

/// It could not be told: again then.
pub async fn postpone(tx: &mut Tx, id: &str, next_at: Timestamp) -> Result<()> {
    sql("UPDATE logout_party SET next_at = $2 WHERE id = $1").bind(id).bind(next_at).run(tx).await?;
    Ok(())
}

/// Forget those of sessions that ended by their own clock: nobody signed out, and applications have clocks of
/// their own. Comes before such sessions are removed.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM logout_party
          WHERE session_id IN (SELECT id FROM session WHERE ends_at <= $1 OR seen_at + idle <= $1)")
    .bind(now)
    .run(tx)
    .await
}
