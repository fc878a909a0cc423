//! Counters and notices in Redis. Every call has a tenth of a second; beyond it this process counts alone.

use std::time::Duration;

use redis::AsyncCommands as _;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tokio::sync::broadcast;

use super::ephemeral::Notice;
use super::ephemeral_memory::Memory;
use crate::base::secret::Secret;
use crate::base::{Fault, Result};

const BUDGET: Duration = Duration::from_millis(100);
const CHANNEL: &str = "hosho:notices";

/// A Redis server, and memory for when it does not answer.
#[derive(Clone)]
pub struct RedisStore {
    manager: ConnectionManager,
    fallback: Memory,
}

impl RedisStore {
    pub(super) async fn connect(url: &Secret) -> Result<Self> {
        let client =
            redis::Client::open(url.expose()).map_err(|error| Fault::because("the Redis URL cannot be read", error))?;
        let config = ConnectionManagerConfig::new().set_response_timeout(Some(BUDGET));
        let manager = ConnectionManager::new_lazy_with_config(client.clone(), config)
            .map_err(|error| Fault::because("Redis cannot be used", error))?;
        let store = Self { manager, fallback: Memory::new() };
        tokio::spawn(listen(client, store.fallback.clone()));
        Ok(store)
    }

    pub(super) async fn increment(&self, slot: &str, window: Duration) -> u64 {
        let mut manager = self.manager.clone();
        let seconds = i64::try_from(window.as_secs()).unwrap_or(i64::MAX).max(1);
        let asked = async move {
            let mut both = redis::pipe();
            both.atomic().incr(slot, 1).expire(slot, seconds.saturating_add(1)).ignore();
            both.query_async::<(u64,)>(&mut manager).await
        };
        match tokio::time::timeout(BUDGET, asked).await {
            Ok(Ok((seen,))) => seen,
            // Counting alone is stricter than not counting: nothing fails open.
            Ok(Err(_)) | Err(_) => self.fallback.increment(slot),
        }
    }

    pub(super) async fn announce(&self, notice: Notice) {
        let text = format!("{}\n{}", notice.topic, notice.id);
        let mut manager = self.manager.clone();
        let sent = tokio::time::timeout(BUDGET, async move { manager.publish::<_, _, ()>(CHANNEL, text).await }).await;
        if !matches!(sent, Ok(Ok(()))) {
            tracing::warn!(topic = notice.topic, "Redis did not take a notice; other instances see it within seconds");
        }
        // This instance does not wait for its own notice to come back.
        self.fallback.announce(notice);
    }

    pub(super) fn notices(&self) -> broadcast::Receiver<Notice> {
        self.fallback.notices()
    }
}

/// Hand notices of other instances on, for as long as anybody holds the store.
async fn listen(client: redis::Client, local: Memory) {
    use futures_util::StreamExt as _;
    loop {
        if let Ok(mut channel) = client.get_async_pubsub().await
            && channel.subscribe(CHANNEL).await.is_ok()
        {
            let mut messages = channel.on_message();
            while let Some(message) = messages.next().await {
                if let Ok(text) = message.get_payload::<String>()
                    && let Some((topic, id)) = text.split_once('\n')
                {
                    local.announce(Notice { topic: topic.to_owned(), id: id.to_owned() });
                }
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
