//! Clients that the operator did not register: the token of their registration, and how many hold nothing yet.
//! RFC 7592.

use crate::base::id::ClientId;
use crate::base::{Result, Timestamp};
use crate::oidc::client::Client;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    struct IdRow {
        id: ClientId,
    }
}

/// Give a client the token of its registration.
pub async fn set_token(tx: &mut Tx, id: &ClientId, token_hash: &str) -> Result<()> {
    sql("UPDATE client SET registration_token_hash = $2 WHERE id = $1").bind(id).bind(token_hash).run(tx).await?;
    Ok(())
}

/// Whether this is the token of this client, and the client is not switched off.
pub async fn has_token(tx: &mut Tx, id: &ClientId, token_hash: &str) -> Result<bool> {
    let found = sql("SELECT id FROM client WHERE id = $1 AND registration_token_hash = $2 AND disabled_at IS NULL")
        .bind(id)
        .bind(token_hash)
        .optional::<IdRow>(tx)
        .await?;
    Ok(found.is_some_and(|row| row.id == *id))
}

/// Write down a client that a document describes; `false` if somebody was faster.
pub async fn insert_described(tx: &mut Tx, client: &Client, now: Timestamp) -> Result<bool> {
    let added = sql("INSERT INTO client (id, metadata, created_at, updated_at, origin) VALUES ($1, $2, $3, $3, $4)
         ON CONFLICT (id) DO NOTHING")
    .bind(&client.id)
    .bind(serde_json::Value::Object(client.metadata.to_json()).to_string())
    .bind(now)
    .bind(client.origin.as_str());
    Ok(added.run(tx).await? == 1)
}

/// The client takes back its registration: its token is good for nothing from now on. `false` if it was switched off
/// or has another token.
pub async fn end(tx: &mut Tx, id: &ClientId, token_hash: &str, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE client SET disabled_at = $3, updated_at = $3, registration_token_hash = NULL
          WHERE id = $1 AND registration_token_hash = $2 AND disabled_at IS NULL");
    Ok(changed.bind(id).bind(token_hash).bind(now).run(tx).await? == 1)
}

/// How many clients hold nothing of anybody yet; counting stops at `most`.
pub async fn count_unused(tx: &mut Tx, most: u32) -> Result<u32> {
    let row = sql("SELECT COUNT(*) AS count
           FROM (SELECT id FROM client
                  WHERE origin <> 'operator' AND verified_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM grant_ g WHERE g.client_id = client.id)
                    AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.client_id = client.id)
                  LIMIT $1) AS unused")
    .bind(most)
    .one::<Count>(tx)
    .await?;
    Ok(u32::try_from(row.count).unwrap_or(u32::MAX))
}

/// Forget clients that were not changed since `before` and hold nothing of anybody. One that a document describes and
/// that was switched off is kept: it would come back by itself.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("DELETE FROM client
          WHERE origin <> 'operator' AND verified_at IS NULL AND updated_at <= $1
            AND (origin = 'self_registered' OR disabled_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM grant_ r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM consent r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM former_subject r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM offered_unit r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM authorization_request r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM pushed_request r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM decoupled_request r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM token_exchange_policy r
                             WHERE r.subject_client = client.id OR r.acting_client = client.id)
            AND NOT EXISTS (SELECT 1 FROM logout_party r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM resource_server r WHERE r.client_id = client.id)
            AND NOT EXISTS (SELECT 1 FROM offered_unit r WHERE r.client_id = client.id)")
    .bind(before)
    .run(tx)
    .await
}
