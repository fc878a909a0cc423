//! What people sign in with, the sessions that follow, and how often it was tried.

pub mod attempt;
pub mod known_browser;
pub mod password;
pub mod proof;
pub mod recovery_code;
pub mod session;
pub mod totp;
pub mod try_counter;
