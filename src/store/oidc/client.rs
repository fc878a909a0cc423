//! OAuth clients. They are never deleted, only switched off: grants and audit entries name them.

use crate::base::id::ClientId;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::oidc::client::{Client, ClientMetadata, Origin};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct ClientRow {
        id: ClientId,
        metadata: String,
        secret_hash: Option<String>,
        secret_sealed: Option<Vec<u8>>,
        created_at: Timestamp,
        updated_at: Timestamp,
        secret_changed_at: Option<Timestamp>,
        disabled_at: Option<Timestamp>,
        origin: String,
        verified_at: Option<Timestamp>,
    }
}

/// A client with what the operator wants to know about it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The client. Its signing secret is not opened here.
    pub client: Client,
    /// The secret as it is kept where the client signs with it: sealed.
    pub secret_sealed: Option<Vec<u8>>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When its secret was last made.
    pub secret_changed_at: Option<Timestamp>,
    /// When it was switched off.
    pub disabled_at: Option<Timestamp>,
    /// When the operator found out who is behind it, where it came by itself.
    pub verified_at: Option<Timestamp>,
}

impl TryFrom<ClientRow> for Kept {
    type Error = Error;

    fn try_from(row: ClientRow) -> Result<Self> {
        let metadata = ClientMetadata::from_stored(&row.metadata)
            .map_err(|error| Fault::because(format!("the metadata of client {} cannot be read", row.id), error))?;
        let origin = Origin::from_word(&row.origin)
            .ok_or_else(|| Fault::new(format!("nobody knows where client {} comes from", row.id)))?;
        Ok(Self {
            client: Client {
                id: row.id,
                metadata,
                secret_hash: row.secret_hash,
                signing_secret: None,
                origin,
                verified: row.verified_at.is_some(),
                disabled: row.disabled_at.is_some(),
            },
            secret_sealed: row.secret_sealed,
            created_at: row.created_at,
            updated_at: row.updated_at,
            secret_changed_at: row.secret_changed_at,
            disabled_at: row.disabled_at,
            verified_at: row.verified_at,
        })
    }
}

/// One client, switched off or not.
pub async fn find(tx: &mut Tx, id: &ClientId) -> Result<Option<Kept>> {
    sql("SELECT id, metadata, secret_hash, secret_sealed, created_at, updated_at, secret_changed_at, disabled_at,
                origin, verified_at
           FROM client WHERE id = $1")
    .bind(id)
    .optional::<ClientRow>(tx)
    .await?
    .map(Kept::try_from)
    .transpose()
}

/// Clients in the order they were registered, after the one given.
pub async fn list(tx: &mut Tx, after: Option<(Timestamp, &ClientId)>, limit: i64) -> Result<Vec<Kept>> {
    let (created_at, id) = after.map_or((Timestamp::from_millis(i64::MIN), ""), |(at, id)| (at, id.as_ref()));
    sql("SELECT id, metadata, secret_hash, secret_sealed, created_at, updated_at, secret_changed_at, disabled_at,
                origin, verified_at
           FROM client
          WHERE created_at > $1 OR (created_at = $1 AND id > $2)
       ORDER BY created_at, id
          LIMIT $3")
    .bind(created_at)
    .bind(id)
    .bind(limit)
    .all::<ClientRow>(tx)
    .await?
    .into_iter()
    .map(Kept::try_from)
    .collect()
}

/// Register a client; `sealed` is its secret where it signs with it.
pub async fn insert(tx: &mut Tx, client: &Client, sealed: Option<&[u8]>, now: Timestamp) -> Result<()> {
    sql("INSERT INTO client (id, metadata, secret_hash, secret_sealed, created_at, updated_at, secret_changed_at, origin)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7)")
    .bind(&client.id)
    .bind(document(client))
    .bind(client.secret_hash.as_deref())
    .bind(sealed)
    .bind(now)
    .bind(client.secret_hash.as_ref().map(|_| now))
    .bind(client.origin.as_str())
    .run(tx)
    .await?;
    Ok(())
}

/// Replace what was registered and the secret; `false` if there is no such client.
pub async fn update(
    tx: &mut Tx,
    client: &Client,
    sealed: Option<&[u8]>,
    secret_is_new: bool,
    now: Timestamp,
) -> Result<bool> {
    let changed = sql("UPDATE client
            SET metadata = $2, secret_hash = $3, secret_sealed = $4, updated_at = $5,
                secret_changed_at = COALESCE($6, secret_changed_at)
          WHERE id = $1")
    .bind(&client.id)
    .bind(document(client))
    .bind(client.secret_hash.as_deref())
    .bind(sealed)
    .bind(now)
    .bind(secret_is_new.then_some(now));
    Ok(changed.run(tx).await? == 1)
}

/// Switch it off; `false` if it was off or is not there.
pub async fn disable(tx: &mut Tx, id: &ClientId, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE client SET disabled_at = $2, updated_at = $2 WHERE id = $1 AND disabled_at IS NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// Switch it on again; `false` if it was on or is not there.
pub async fn enable(tx: &mut Tx, id: &ClientId, now: Timestamp) -> Result<bool> {
    let changed =
        sql("UPDATE client SET disabled_at = NULL, updated_at = $2 WHERE id = $1 AND disabled_at IS NOT NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// The operator knows who is behind it; `false` if that was known.
pub async fn verify(tx: &mut Tx, id: &ClientId, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE client SET verified_at = $2, updated_at = $2 WHERE id = $1 AND verified_at IS NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// Nobody knows any more who is behind it; `false` if nobody did.
pub async fn unverify(tx: &mut Tx, id: &ClientId, now: Timestamp) -> Result<bool> {
    let changed =
        sql("UPDATE client SET verified_at = NULL, updated_at = $2 WHERE id = $1 AND verified_at IS NOT NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

fn document(client: &Client) -> String {
    serde_json::Value::Object(client.metadata.to_json()).to_string()
}
