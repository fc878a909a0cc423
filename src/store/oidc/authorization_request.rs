//! Authorization requests that wait for a page.

use crate::base::id::{ClientId, Subject};
use crate::base::{Result, Timestamp};
use crate::oidc::authorize::AuthorizationRequestId;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// A request that waits.
    pub struct Waiting {
        /// Its name in addresses.
        pub id: AuthorizationRequestId,
        /// Who asks.
        pub client_id: ClientId,
        /// The parameters as one form text.
        pub parameters: String,
        /// When it was first asked.
        pub asked_at: Timestamp,
        /// When it is over.
        pub expires_at: Timestamp,
        /// Who consented to this very request.
        pub consented_by: Option<Subject>,
        /// The hash of the name under which it was pushed.
        pub pushed: Option<String>,
    }
}

/// Let a request wait.
pub async fn insert(tx: &mut Tx, request: &Waiting, browser_hash: &str) -> Result<()> {
    sql("INSERT INTO authorization_request (id, client_id, browser_hash, parameters, asked_at, expires_at, pushed)
         VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(&request.id)
    .bind(&request.client_id)
    .bind(browser_hash)
    .bind(&request.parameters)
    .bind(request.asked_at)
    .bind(request.expires_at)
    .bind(request.pushed.as_deref())
    .run(tx)
    .await?;
    Ok(())
}

/// The request, if it still waits for this browser.
pub async fn find(
    tx: &mut Tx,
    id: &AuthorizationRequestId,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<Waiting>> {
    sql("SELECT id, client_id, parameters, asked_at, expires_at, consented_by, pushed
           FROM authorization_request
          WHERE id = $1 AND browser_hash = $2 AND expires_at > $3 AND answered_at IS NULL")
    .bind(id)
    .bind(browser_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// The person consented to it.
pub async fn set_consented(tx: &mut Tx, id: &AuthorizationRequestId, by: &Subject) -> Result<()> {
    sql("UPDATE authorization_request SET consented_by = $2 WHERE id = $1 AND answered_at IS NULL")
        .bind(id)
        .bind(by)
        .run(tx)
        .await?;
    Ok(())
}

/// It is answered now; `false` if somebody was faster.
pub async fn consume(tx: &mut Tx, id: &AuthorizationRequestId, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE authorization_request SET answered_at = $2 WHERE id = $1 AND answered_at IS NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// Forget requests that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM authorization_request WHERE expires_at <= $1").bind(now).run(tx).await
}
