//! Why an account must not be erased at the moment: a duty of law, an investigation, an open recall.

use crate::base::Timestamp;

crate::id! {
    /// One reason that keeps an account from being erased.
    HoldId,
}

/// A reason that keeps an account from being erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its name.
    pub id: HoldId,
    /// In words that the owner may read.
    pub reason: String,
    /// Since when.
    pub placed_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Option<Timestamp>,
}
