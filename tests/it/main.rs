//! Behaviour, tested through the real router on a real database. One binary, folders by capability.
//!
//! SQLite and memory by default; `HOSHO_TEST_POSTGRES` and `HOSHO_TEST_REDIS` (URLs) choose servers instead.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first thing that goes wrong")]

mod account;
mod admin;
mod fetch;
mod health;
mod invariants;
mod oidc;
mod pages;
mod process;
mod registry;
mod sign_in;
mod storage;
mod support;
