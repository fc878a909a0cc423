//! What people sign in with, the sessions that follow, and how often it was tried.

pub mod attempt;
pub mod factor_reset;
pub mod known_browser;
pub mod known_network;
pub mod passkey;
pub mod passkey_ceremony;
pub mod password;
pub mod proof;
pub mod recovery_code;
pub mod session;
pub mod sign_in_code;
pub mod sign_in_notice;
pub mod totp;
pub mod trusted_browser;
pub mod try_counter;
pub mod upstream_identity;
pub mod upstream_journey;
pub mod upstream_newcomer;
pub mod used_work;
