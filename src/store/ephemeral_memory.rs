//! Counters and notices in the memory of this process.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use moka::sync::Cache;
use tokio::sync::broadcast;

use super::ephemeral::Notice;

/// Counters fall out when they have not been touched for a while, or when there are too many.
#[derive(Clone)]
pub struct Memory {
    counters: Cache<String, Arc<AtomicU64>>,
    notices: broadcast::Sender<Notice>,
}

impl Memory {
    pub(super) fn new() -> Self {
        let counters =
            Cache::builder().max_capacity(100_000).time_to_idle(std::time::Duration::from_secs(86_400)).build();
        Self { counters, notices: broadcast::channel(256).0 }
    }

    pub(super) fn increment(&self, slot: &str) -> u64 {
        let counter = self.counters.get_with_by_ref(slot, || Arc::new(AtomicU64::new(0)));
        counter.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn announce(&self, notice: Notice) {
        // Nobody listening is fine.
        let _ = self.notices.send(notice);
    }

    pub(super) fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }
}
