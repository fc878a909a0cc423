//! Opening accounts, changing what they say, stopping and closing them.

pub mod claims;
pub mod lifecycle;
pub mod open;
pub mod profile;
