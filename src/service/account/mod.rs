//! Opening accounts, changing what they say, stopping and closing them, writing to their owners.

pub mod claims;
pub mod closing;
pub mod dormant;
pub mod erase;
pub mod follow;
pub mod history;
pub mod holds;
pub mod lifecycle;
pub mod open;
pub mod profile;
pub mod tell;
pub mod terms;
