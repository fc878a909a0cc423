//! Client metadata in memory: every request of the protocol needs it, and it changes rarely. A change made here
//! is seen at once, one made elsewhere within a second by a notice, and in any case after five seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use crate::base::id::ClientId;
use crate::base::secret::Secret;
use crate::base::time::seconds;
use crate::base::{Clock, Fault, Result, Timestamp};
use crate::jose::{KeyEncryptionKey, Place};
use crate::oidc::client::Client;
use crate::store;
use crate::store::db::Tx;
use crate::store::ephemeral::{Ephemeral, Notice};
use crate::store::oidc::client::Kept;

/// How long a client is believed without a notice.
const BELIEVED: Duration = seconds(5);
/// The topic of notices about clients.
const TOPIC: &str = "client";

/// The clients that were asked for lately.
pub struct Clients {
    clock: Clock,
    notices: Mutex<Receiver<Notice>>,
    known: RwLock<Known>,
}

#[derive(Default)]
struct Known {
    clients: HashMap<ClientId, (Timestamp, Arc<Client>)>,
    changes: u64,
    changed_at: Option<Timestamp>,
}

/// When a look-up and the work it is part of began: what may have been read before a change is not remembered after it.
#[derive(Clone, Copy, Debug)]
struct Ticket {
    changes: u64,
    begun: Timestamp,
}

impl Clients {
    /// None known yet.
    pub fn new(ephemeral: &Ephemeral, clock: Clock) -> Self {
        Self { clock, notices: Mutex::new(ephemeral.notices()), known: RwLock::default() }
    }

    /// One client, switched off or not, for work that began at `begun`: a transaction of SQLite goes on seeing what there
    /// was when it opened. Identifiers that nobody has are not remembered, so that inventing them fills nothing.
    pub async fn find(
        &self,
        tx: &mut Tx,
        kek: &KeyEncryptionKey,
        id: &ClientId,
        begun: Timestamp,
    ) -> Result<Option<Arc<Client>>> {
        let ticket = match self.recall(id, begun) {
            Ok(client) => return Ok(Some(client)),
            Err(ticket) => ticket,
        };
        let Some(kept) = store::oidc::client::find(tx, id).await? else { return Ok(None) };
        Ok(Some(self.remember(ticket, opened(kept, kek)?)))
    }

    /// Say here and elsewhere that a client has changed. The change must be committed.
    pub async fn changed(&self, ephemeral: &Ephemeral, id: &ClientId) {
        self.forget(Some(id));
        ephemeral.announce(Notice { topic: TOPIC.to_owned(), id: id.to_string() }).await;
    }

    /// The client as it is known, or the ticket to remember it with once it was read.
    fn recall(&self, id: &ClientId, begun: Timestamp) -> std::result::Result<Arc<Client>, Ticket> {
        self.hear();
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        match known.clients.get(id) {
            Some((read_at, client)) if now < read_at.plus(BELIEVED) && now >= *read_at => Ok(Arc::clone(client)),
            _ => Err(Ticket { changes: known.changes, begun }),
        }
    }

    /// Remember a client that was read with this ticket, unless something has changed since the work began.
    fn remember(&self, ticket: Ticket, client: Client) -> Arc<Client> {
        let client = Arc::new(client);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.changes == ticket.changes && known.changed_at.is_none_or(|at| at < ticket.begun) {
            known.clients.insert(client.id.clone(), (self.clock.now(), Arc::clone(&client)));
        }
        client
    }

    /// Take in what other instances said since.
    fn hear(&self) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match notices.try_recv() {
                Ok(notice) if notice.topic == TOPIC => self.forget(Some(&ClientId::from(notice.id.as_str()))),
                Ok(_) => {}
                // Notices were lost: any client may have changed.
                Err(TryRecvError::Lagged(_)) => self.forget(None),
                Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            }
        }
    }

    fn forget(&self, id: Option<&ClientId>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.changes += 1;
        known.changed_at = Some(self.clock.now());
        match id {
            Some(id) => drop(known.clients.remove(id)),
            None => known.clients.clear(),
        }
    }
}

/// Where the secret of a client is sealed.
pub fn place_of_secret(id: &ClientId) -> Place<'_> {
    Place { table: "client", column: "secret_sealed", row: id.as_ref() }
}

/// The client with the secret that it signs with.
fn opened(kept: Kept, kek: &KeyEncryptionKey) -> Result<Client> {
    let mut client = kept.client;
    if let Some(sealed) = &kept.secret_sealed {
        let unusable = || Fault::new(format!("the secret of client {} cannot be opened", client.id));
        let secret = kek.open(place_of_secret(&client.id), sealed).map_err(|_| unusable())?;
        client.signing_secret = Some(Secret::new(std::str::from_utf8(&secret).map_err(|_| unusable())?));
    }
    Ok(client)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::{ClientMetadata, Origin};

    fn client() -> Client {
        Client {
            id: ClientId::from("rp"),
            metadata: ClientMetadata::register(r#"{"redirect_uris": ["https://rp.example/cb"]}"#).unwrap(),
            secret_hash: None,
            origin: Origin::Operator,
            verified: false,
            signing_secret: None,
            disabled: false,
        }
    }

    fn clients() -> (Clients, Ephemeral, Clock) {
        let (ephemeral, clock) = (Ephemeral::memory(), Clock::manual(Timestamp::from_seconds(0)));
        (Clients::new(&ephemeral, clock.clone()), ephemeral, clock)
    }

    fn recall(clients: &Clients, clock: &Clock) -> std::result::Result<Arc<Client>, Ticket> {
        clients.recall(&"rp".into(), clock.now())
    }

    #[test]
    fn a_client_is_believed_for_five_seconds() {
        let (clients, _, clock) = clients();
        let ticket = recall(&clients, &clock).unwrap_err();
        clients.remember(ticket, client());
        assert!(recall(&clients, &clock).is_ok());
        clock.advance(seconds(5));
        assert!(recall(&clients, &clock).is_err());
    }

    #[tokio::test]
    async fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let (clients, ephemeral, clock) = clients();
        let ticket = recall(&clients, &clock).unwrap_err();
        clients.changed(&ephemeral, &"rp".into()).await;
        clients.remember(ticket, client());
        assert!(recall(&clients, &clock).is_err());
    }

    #[tokio::test]
    async fn what_work_that_began_before_a_change_reads_after_it_is_not_remembered() {
        let (clients, ephemeral, clock) = clients();
        let begun = clock.now();
        clock.advance(seconds(1));
        clients.changed(&ephemeral, &"rp".into()).await;
        clients.remember(clients.recall(&"rp".into(), begun).unwrap_err(), client());
        assert!(recall(&clients, &clock).is_err());
        clock.advance(seconds(1));
        clients.remember(recall(&clients, &clock).unwrap_err(), client());
        assert!(recall(&clients, &clock).is_ok());
    }

    #[tokio::test]
    async fn a_notice_from_elsewhere_is_heard() {
        let (clients, ephemeral, clock) = clients();
        let ticket = recall(&clients, &clock).unwrap_err();
        clients.remember(ticket, client());
        ephemeral.announce(Notice { topic: "client".to_owned(), id: "rp".to_owned() }).await;
        assert!(recall(&clients, &clock).is_err());
    }
}
