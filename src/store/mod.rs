//! What is kept: SQL for SQLite and PostgreSQL, and Redis or memory for what may be lost.
//!
//! # The dialect we write
//!
//! - Types are `TEXT`, `BIGINT`, `BOOLEAN` and `BYTEA`. Identifiers are text made by the program. Moments are
//!   `BIGINT` milliseconds, dates ISO text; SQL never asks the time. JSON is text that SQL does not look into.
//! - Parameters are `$1`, `$2`, …; `ON CONFLICT`, `RETURNING`, partial indexes, CTEs and window functions are fine.
//!   Sums are `CAST(… AS BIGINT)`.
//! - A conflict that is expected is `ON CONFLICT DO NOTHING` and a look at the number of rows: an error would
//!   end the whole transaction on PostgreSQL.
//! - Claiming is compare-and-set: the condition stands in the `WHERE` of the `UPDATE … RETURNING` itself.
//! - Search runs on normalised columns or bigram tables, because `LIKE` differs between the two.
//! - Migrations only add.
//!
//! A store function is one statement. `find` gives an `Option`, `list` several, `consume` works once.

pub mod account;
pub mod admin;
pub mod auth;
pub mod db;
pub mod ephemeral;
mod ephemeral_memory;
mod ephemeral_redis;
pub mod migrate;
pub mod oidc;
pub mod outbox;
mod postgres;
pub mod query;
pub mod registry;
mod sqlite;
