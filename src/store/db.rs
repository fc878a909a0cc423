//! The database, one of two, and the transaction of a unit of work, opened at its first statement.

use std::path::PathBuf;
use std::sync::Arc;

use super::postgres::{Postgres, refused_or_fault};
use super::query::{FromRow, Query, Row};
use super::sqlite::{ReadUnit, Sqlite, WriteUnit};
use crate::base::secret::Secret;
use crate::base::{Fault, Result};

/// Where the truth is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL server.
    Postgres(Secret),
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Kind>);

enum Kind {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Db {
    /// Open a database that has been migrated.
    pub async fn open(url: &DatabaseUrl, connections: u32) -> Result<Self> {
        Ok(Self(Arc::new(match url {
            DatabaseUrl::Sqlite(path) => Kind::Sqlite(Sqlite::open(path)?),
            DatabaseUrl::Postgres(url) => Kind::Postgres(Postgres::open(url, connections).await?),
        })))
    }

    /// A transaction that opens at its first statement.
    pub fn begin(&self, access: Access) -> Tx {
        Tx { db: self.clone(), access, state: State::Idle }
    }

    /// Close connections that are idle and refuse new work (PostgreSQL); a SQLite file closes when dropped.
    pub async fn close(&self) {
        if let Kind::Postgres(postgres) = &*self.0 {
            postgres.writers.close().await;
            postgres.readers.close().await;
        }
    }
}

/// What a unit of work declares beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It only reads; an attempt to write is an error.
    Read,
    /// It may write.
    Write,
}

/// The transaction of one unit of work. Dropped without commit, it leaves no trace.
pub struct Tx {
    db: Db,
    access: Access,
    state: State,
}

enum State {
    Idle,
    SqliteWrite(WriteUnit),
    SqliteRead(ReadUnit),
    PostgresWrite(sqlx::Transaction<'static, sqlx::Postgres>),
    PostgresRead(sqlx::pool::PoolConnection<sqlx::Postgres>),
}

impl Tx {
    /// Make everything durable that was done since the transaction opened.
    pub async fn commit(&mut self) -> Result<()> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle | State::SqliteRead(_) | State::PostgresRead(_) => Ok(()),
            State::SqliteWrite(unit) => unit.commit().await,
            State::PostgresWrite(transaction) => transaction.commit().await.map_err(refused_or_fault),
        }
    }

    /// Undo everything that was done since the transaction opened.
    pub async fn roll_back(&mut self) {
        if let State::PostgresWrite(transaction) = std::mem::replace(&mut self.state, State::Idle) {
            // A lost connection rolls back by itself.
            let _ = transaction.rollback().await;
        }
    }

    /// Whether a statement may write.
    pub fn access(&self) -> Access {
        self.access
    }

    /// From the next transaction on, allow writing.
    pub(crate) fn set_access(&mut self, access: Access) {
        self.access = access;
    }

    async fn open(&mut self) -> Result<()> {
        if matches!(self.state, State::Idle) {
            self.state = match (&*self.db.0, self.access) {
                (Kind::Sqlite(sqlite), Access::Write) => State::SqliteWrite(sqlite.begin_write().await?),
                (Kind::Sqlite(sqlite), Access::Read) => State::SqliteRead(sqlite.begin_read().await?),
                (Kind::Postgres(postgres), Access::Write) => {
                    State::PostgresWrite(postgres.writers.begin().await.map_err(refused_or_fault)?)
                }
                (Kind::Postgres(postgres), Access::Read) => {
                    State::PostgresRead(postgres.readers.acquire().await.map_err(refused_or_fault)?)
                }
            };
        }
        Ok(())
    }

    pub(super) async fn execute(&mut self, query: Query) -> Result<u64> {
        self.open().await?;
        let done = match &mut self.state {
            State::Idle => return Err(Fault::new("no transaction").into()),
            State::SqliteWrite(unit) => return unit.execute(&query),
            State::SqliteRead(unit) => return unit.execute(&query),
            State::PostgresWrite(transaction) => query.for_postgres().execute(&mut **transaction).await,
            State::PostgresRead(connection) => query.for_postgres().execute(&mut **connection).await,
        };
        Ok(done.map_err(refused_or_fault)?.rows_affected())
    }

    pub(super) async fn fetch<R: FromRow>(&mut self, query: Query) -> Result<Vec<R>> {
        self.open().await?;
        let rows = match &mut self.state {
            State::Idle => return Err(Fault::new("no transaction").into()),
            State::SqliteWrite(unit) => return unit.fetch(&query),
            State::SqliteRead(unit) => return unit.fetch(&query),
            State::PostgresWrite(transaction) => query.for_postgres().fetch_all(&mut **transaction).await,
            State::PostgresRead(connection) => query.for_postgres().fetch_all(&mut **connection).await,
        };
        rows.map_err(refused_or_fault)?.iter().map(|row| R::from_row(&Row::Postgres(row))).collect()
    }
}
