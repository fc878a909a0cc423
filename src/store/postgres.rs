//! PostgreSQL through sqlx: one pool for units of work that write, one whose sessions refuse to.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::base::secret::Secret;
use crate::base::{Error, Fault, Refusal, Result};

/// An open PostgreSQL database.
pub(super) struct Postgres {
    pub(super) writers: PgPool,
    /// Their statements run outside a transaction: at READ COMMITTED a transaction would cost two round
    /// trips and give no common snapshot.
    pub(super) readers: PgPool,
}

impl Postgres {
    pub(super) async fn open(url: &Secret, connections: u32) -> Result<Self> {
        let options = PgConnectOptions::from_str(url.expose())
            .map_err(|error| Fault::because("the PostgreSQL URL cannot be read", error))?
            .application_name("hosho")
            .options([("statement_timeout", "10s"), ("lock_timeout", "5s")]);
        let pool = |options: PgConnectOptions, size: u32| {
            PgPoolOptions::new()
                .max_connections(size.max(1))
                .acquire_timeout(Duration::from_secs(5))
                .test_before_acquire(false)
                .connect_with(options)
        };
        let read_only = options.clone().options([("default_transaction_read_only", "on")]);
        let writers = pool(options, connections).await.map_err(refused_or_fault)?;
        let readers = pool(read_only, connections).await.map_err(refused_or_fault)?;
        Ok(Self { writers, readers })
    }
}

pub(super) fn refused_or_fault(error: sqlx::Error) -> Error {
    if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
        return Refusal::Conflict("conflict").into();
    }
    let passing = matches!(
        error,
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed
    ) || error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        // Serialization failure, deadlock, lock timeout, shutdown, read-only server, disk full, too many clients.
        .is_some_and(|code| {
            ["40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "25006", "53100", "53300"]
                .contains(&code.as_ref())
        });
    let fault = Fault::because("PostgreSQL failed", error);
    if passing { fault.retryable().into() } else { fault.into() }
}
