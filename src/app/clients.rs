//! Clients as they were last read: almost every request of the protocol needs one. A change is seen at once by the
//! instance that made it, within a second by others through Redis, and within five seconds without it.

use std::sync::Arc;
use std::time::Duration;

use crate::base::Result;
use crate::base::id::ClientId;
use crate::oidc::client::Client;
use crate::store::db::Tx;
use crate::store::ephemeral::{Ephemeral, Notice};
use crate::store::oidc::client;

/// The topic under which instances tell each other of changed clients.
pub const TOPIC: &str = "client";

/// Clients in memory.
pub struct Clients(moka::sync::Cache<ClientId, Arc<Client>>);

impl Default for Clients {
    fn default() -> Self {
        Self(moka::sync::Cache::builder().max_capacity(10_000).time_to_live(Duration::from_secs(5)).build())
    }
}

impl Clients {
    /// One client, switched off or not. Identifiers that nobody has are not remembered, so that inventing them
    /// fills nothing.
    pub async fn find(&self, tx: &mut Tx, id: &ClientId) -> Result<Option<Arc<Client>>> {
        if let Some(known) = self.0.get(id) {
            return Ok(Some(known));
        }
        let Some(kept) = client::find(tx, id).await? else { return Ok(None) };
        let client = Arc::new(kept.client);
        self.0.insert(id.clone(), Arc::clone(&client));
        Ok(Some(client))
    }

    /// Read it anew the next time.
    pub fn forget(&self, id: &ClientId) {
        self.0.invalidate(id);
    }

    /// A change was committed: this instance reads it anew, and the others are told.
    pub async fn changed(&self, ephemeral: &Ephemeral, id: &ClientId) {
        self.forget(id);
        ephemeral.announce(Notice { topic: TOPIC.to_owned(), id: id.to_string() }).await;
    }
}
