//! What may be lost without harm: counters of plain rate limits, and notices between instances.
//! Never a source of truth: an absent or flushed Redis makes nothing valid again.

use std::time::Duration;

use tokio::sync::broadcast;

use super::ephemeral_memory::Memory;
use super::ephemeral_redis::RedisStore;
use crate::base::secret::Secret;
use crate::base::{Result, Timestamp};

/// Memory of this process, or a Redis that several instances share.
#[derive(Clone)]
pub enum Ephemeral {
    /// One instance.
    Memory(Memory),
    /// Several instances.
    Redis(RedisStore),
}

/// Something that other instances cached has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What kind of thing: `client`, `signing_key`.
    pub topic: String,
    /// Which one; empty for all of them.
    pub id: String,
}

/// Whether one more is within the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// Go ahead.
    Allowed,
    /// Too many; the window ends then.
    Exceeded {
        /// When the counter starts anew.
        retry_at: Timestamp,
    },
}

impl Ephemeral {
    /// In memory.
    pub fn memory() -> Self {
        Self::Memory(Memory::new())
    }

    /// In Redis. The connection is made in the background and mends itself.
    pub async fn redis(url: &Secret) -> Result<Self> {
        Ok(Self::Redis(RedisStore::connect(url).await?))
    }

    /// Count one more `key` in the window that `now` lies in.
    pub async fn count(&self, key: &str, limit: u32, window: Duration, now: Timestamp) -> Allowance {
        let length = i64::try_from(window.as_millis()).unwrap_or(i64::MAX).max(1);
        let number = now.millis().div_euclid(length);
        let slot = format!("hosho:limit:{key}:{length}:{number}");
        let seen = match self {
            Self::Memory(memory) => memory.increment(&slot),
            Self::Redis(redis) => redis.increment(&slot, window).await,
        };
        if seen <= u64::from(limit) {
            Allowance::Allowed
        } else {
            Allowance::Exceeded { retry_at: Timestamp::from_millis(number.saturating_add(1).saturating_mul(length)) }
        }
    }

    /// Tell every instance, this one included, that something changed.
    pub async fn announce(&self, notice: Notice) {
        match self {
            Self::Memory(memory) => memory.announce(notice),
            Self::Redis(redis) => redis.announce(notice).await,
        }
    }

    /// Notices from now on.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        match self {
            Self::Memory(memory) => memory.notices(),
            Self::Redis(redis) => redis.notices(),
        }
    }
}
