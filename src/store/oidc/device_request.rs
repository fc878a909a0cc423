//! What a device asked for beside the request itself: the code that a person types, and from where it was asked.

use crate::base::id::ClientId;
use crate::base::{Result, Timestamp};
use crate::oidc::decoupled::DecoupledRequestId;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

/// A device's part of a request that was just made.
pub struct NewDevice<'a> {
    /// The request.
    pub id: &'a DecoupledRequestId,
    /// Keyed hash of the code.
    pub user_code_hash: &'a str,
    /// The code, sealed for `device_request:user_code_sealed:ID`.
    pub user_code_sealed: Vec<u8>,
    /// The network it was asked from.
    pub network: &'a str,
    /// What the device calls itself.
    pub user_agent: &'a str,
}

row! {
    /// A request whose code was typed.
    pub struct Typed {
        /// The request.
        pub id: DecoupledRequestId,
        /// Who asks.
        pub client_id: ClientId,
    }
}

row! {
    /// What the page of a request shows of its device.
    pub struct Device {
        /// The code, sealed for `device_request:user_code_sealed:ID`.
        pub user_code_sealed: Vec<u8>,
        /// The network it was asked from.
        pub network: String,
        /// What the device calls itself.
        pub user_agent: String,
    }
}

/// Write it down; `false` if another request has this code.
pub async fn insert(tx: &mut Tx, new: NewDevice<'_>) -> Result<bool> {
    let added = sql("INSERT INTO device_request (id, user_code_hash, user_code_sealed, network, user_agent)
                     VALUES ($1, $2, $3, $4, $5)
                     ON CONFLICT (user_code_hash) DO NOTHING")
    .bind(new.id)
    .bind(new.user_code_hash)
    .bind(new.user_code_sealed)
    .bind(new.network)
    .bind(new.user_agent);
    Ok(added.run(tx).await? == 1)
}

/// The request that waits under a code.
pub async fn find_open(tx: &mut Tx, user_code_hash: &str, now: Timestamp) -> Result<Option<Typed>> {
    sql("SELECT d.id, r.client_id
           FROM device_request d
           JOIN decoupled_request r ON r.id = d.id
          WHERE d.user_code_hash = $1 AND r.state = 'open' AND r.expires_at > $2")
    .bind(user_code_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// The code was typed in this browser: the request is shown there, and in no other.
pub async fn show_in(tx: &mut Tx, id: &DecoupledRequestId, browser_hash: &str) -> Result<()> {
    sql("UPDATE device_request SET browser_hash = $2 WHERE id = $1").bind(id).bind(browser_hash).run(tx).await?;
    Ok(())
}

/// The device of a request that is shown in this browser.
pub async fn find(tx: &mut Tx, id: &DecoupledRequestId, browser_hash: &str) -> Result<Option<Device>> {
    sql("SELECT user_code_sealed, network, user_agent FROM device_request WHERE id = $1 AND browser_hash = $2")
        .bind(id)
        .bind(browser_hash)
        .optional(tx)
        .await
}
