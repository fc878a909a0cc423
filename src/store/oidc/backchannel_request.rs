//! What is asked of people in the back channel, beside the request itself, and the clients to tell of their decisions.

use crate::base::id::{ClientId, Subject};
use crate::base::time::seconds;
use crate::base::{Result, Timestamp};
use crate::oidc::decoupled::DecoupledRequestId;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    /// What the page of a request shows beside the request.
    pub struct Asked {
        /// What both sides see; empty for nothing.
        pub binding_message: String,
        /// The levels that the client wishes for, separated by spaces.
        pub acr_values: String,
    }
}

row! {
    /// A request as a list shows it.
    pub struct Listed {
        /// The request.
        pub id: DecoupledRequestId,
        /// Who asks.
        pub client_id: ClientId,
        /// What both sides see; empty for nothing.
        pub binding_message: String,
        /// When it was asked.
        pub asked_at: Timestamp,
        /// When it is over.
        pub expires_at: Timestamp,
    }
}

row! {
    /// A client that is to be told, claimed.
    pub struct Due {
        /// The request.
        pub id: DecoupledRequestId,
        /// Whom to tell.
        pub client_id: ClientId,
        /// With what, sealed for `backchannel_request:notification:ID`.
        pub notification: Vec<u8>,
        /// How often it was tried, this time included.
        pub notify_tries: i64,
        /// When there is nothing left to fetch.
        pub expires_at: Timestamp,
    }
}

row! {
    struct IdRow {
        id: DecoupledRequestId,
    }
}

row! {
    struct SubRow {
        sub: Subject,
    }
}

/// Write down whom a request asks; `notification` is sealed.
pub async fn insert(
    tx: &mut Tx,
    id: &DecoupledRequestId,
    sub: &Subject,
    asked: &Asked,
    notification: Option<Vec<u8>>,
) -> Result<()> {
    sql("INSERT INTO backchannel_request (id, sub, binding_message, acr_values, notification, notify_tries)
         VALUES ($1, $2, $3, $4, $5, 0)")
    .bind(id)
    .bind(sub)
    .bind(&asked.binding_message)
    .bind(&asked.acr_values)
    .bind(notification)
    .run(tx)
    .await?;
    Ok(())
}

/// What a request asks of this person; another's request does not exist.
pub async fn find(tx: &mut Tx, id: &DecoupledRequestId, sub: &Subject) -> Result<Option<Asked>> {
    sql("SELECT binding_message, acr_values FROM backchannel_request WHERE id = $1 AND sub = $2")
        .bind(id)
        .bind(sub)
        .optional(tx)
        .await
}

/// Who is asked.
pub async fn whom(tx: &mut Tx, id: &DecoupledRequestId) -> Result<Option<Subject>> {
    let row = sql("SELECT sub FROM backchannel_request WHERE id = $1").bind(id).optional::<SubRow>(tx).await?;
    Ok(row.map(|row| row.sub))
}

/// What waits for this person's decision, the youngest first.
pub async fn waiting(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<Vec<Listed>> {
    sql("SELECT b.id, r.client_id, b.binding_message, r.asked_at, r.expires_at
           FROM backchannel_request b
           JOIN decoupled_request r ON r.id = b.id
           JOIN client c ON c.id = r.client_id
          WHERE b.sub = $1 AND r.state = 'open' AND r.expires_at > $2 AND c.disabled_at IS NULL
       ORDER BY r.asked_at DESC, b.id
          LIMIT 100")
    .bind(sub)
    .bind(now)
    .all(tx)
    .await
}

/// How much of one client waits for one person.
pub async fn count_of_client(tx: &mut Tx, sub: &Subject, client: &ClientId, now: Timestamp) -> Result<i64> {
    let row = sql("SELECT COUNT(*) AS count
                     FROM backchannel_request b
                     JOIN decoupled_request r ON r.id = b.id
                    WHERE b.sub = $1 AND r.client_id = $2 AND r.state = 'open' AND r.expires_at > $3")
    .bind(sub)
    .bind(client)
    .bind(now)
    .one::<Count>(tx)
    .await?;
    Ok(row.count)
}

/// It is decided: who wants to be told is, as soon as this is committed.
pub async fn set_due(tx: &mut Tx, id: &DecoupledRequestId, now: Timestamp) -> Result<()> {
    sql("UPDATE backchannel_request SET notify_at = $2 WHERE id = $1 AND notification IS NOT NULL")
        .bind(id)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Claim one client that is to be told. Whoever claims it has a minute; afterwards another may try, so that a killed
/// process loses nothing.
pub async fn claim(tx: &mut Tx, now: Timestamp) -> Result<Option<Due>> {
    let due = sql("SELECT id FROM backchannel_request WHERE notify_at <= $1 ORDER BY notify_at LIMIT 20")
        .bind(now)
        .all::<IdRow>(tx)
        .await?;
    for IdRow { id } in due {
        let claimed = sql("UPDATE backchannel_request SET notify_at = $3, notify_tries = notify_tries + 1
                            WHERE id = $1 AND notify_at <= $2 AND notification IS NOT NULL
                        RETURNING id, notification, notify_tries,
                                  (SELECT client_id FROM decoupled_request r WHERE r.id = $1) AS client_id,
                                  (SELECT expires_at FROM decoupled_request r WHERE r.id = $1) AS expires_at")
        .bind(&id)
        .bind(now)
        .bind(now.plus(seconds(60)))
        .optional::<Due>(tx)
        .await?;
        if claimed.is_some() {
            return Ok(claimed);
        }
    }
    Ok(None)
}

/// It has been told, or will not be: what it was told with is removed.
pub async fn told(tx: &mut Tx, id: &DecoupledRequestId) -> Result<()> {
    sql("UPDATE backchannel_request SET notification = NULL, notify_at = NULL WHERE id = $1").bind(id).run(tx).await?;
    Ok(())
}

/// It could not be told: again then.
pub async fn postpone(tx: &mut Tx, id: &DecoupledRequestId, next_at: Timestamp) -> Result<()> {
    sql("UPDATE backchannel_request SET notify_at = $2 WHERE id = $1").bind(id).bind(next_at).run(tx).await?;
    Ok(())
}
