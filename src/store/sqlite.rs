//! SQLite: one writer whose commits are grouped, and a pool of readers.
//!
//! # Decisions
//!
//! Statements run inline through rusqlite (6 µs for a point select; sqlx pays two thread hops, about 100 µs).
//! A unit of work is a savepoint inside an outer transaction. When it is done it releases its savepoint and
//! leaves a ticket; a committer queues for the writer behind every unit that is already waiting, commits once
//! (that is the fsync, on a blocking thread) and answers all tickets. Under load a commit therefore serves as
//! many units as were waiting, and without load a unit waits for nobody. A unit that fails rolls back to its
//! savepoint and leaves its neighbours alone. Nothing is answered before the outer commit.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex as BlockingMutex, Weak};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Statement};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, oneshot};

use super::query::{FromRow, Query, Row};
use crate::base::{Error, Fault, Refusal, Result};

/// How long a unit waits for the writer, or for another process that holds the file.
const PATIENCE: Duration = Duration::from_secs(5);
const READERS: usize = 4;
const CACHED_STATEMENTS: usize = 256;

/// An open SQLite database.
pub(super) struct Sqlite {
    writer: Arc<Mutex<Writer>>,
    readers: Arc<Readers>,
    finished: Arc<Notify>,
}

struct Writer {
    connection: Connection,
    /// The outer transaction is open.
    open: bool,
    /// Units that are done and wait for the commit.
    tickets: Vec<oneshot::Sender<bool>>,
}

struct Readers {
    path: PathBuf,
    idle: BlockingMutex<VecDeque<Connection>>,
    permits: Arc<Semaphore>,
}

impl Sqlite {
    /// Open the file, which migrations have made, and start the committer.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let writer =
            Arc::new(Mutex::new(Writer { connection: connect(path, false)?, open: false, tickets: Vec::new() }));
        let finished = Arc::new(Notify::new());
        tokio::spawn(commit_tickets(Arc::downgrade(&writer), Arc::clone(&finished)));
        let readers = Readers {
            path: path.to_owned(),
            idle: BlockingMutex::new(VecDeque::new()),
            permits: Arc::new(Semaphore::new(READERS)),
        };
        Ok(Self { writer, readers: Arc::new(readers), finished })
    }

    /// Begin a unit of work that may write.
    pub(super) async fn begin_write(&self) -> Result<WriteUnit> {
        let Ok(mut writer) = tokio::time::timeout(PATIENCE, Arc::clone(&self.writer).lock_owned()).await else {
            return Err(Fault::new("the writer was busy for too long").retryable().into());
        };
        if !writer.open {
            begin_immediate(&mut writer.connection).await?;
            writer.open = true;
        }
        batch(&writer.connection, "SAVEPOINT unit")?;
        let changes_before = writer.connection.total_changes();
        Ok(WriteUnit { writer: Some(writer), finished: Arc::clone(&self.finished), changes_before })
    }

    /// Begin a unit of work that only reads: one snapshot.
    pub(super) async fn begin_read(&self) -> Result<ReadUnit> {
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.readers.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            return Err(Fault::new("all readers were busy for too long").retryable().into());
        };
        let idle = lock(&self.readers.idle).pop_front();
        let connection = idle.map_or_else(|| connect(&self.readers.path, true), Ok)?;
        batch(&connection, "BEGIN")?;
        Ok(ReadUnit { connection: Some(connection), readers: Arc::clone(&self.readers), _permit: permit })
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.finished.notify_one();
    }
}

/// A unit of work on the writer. Dropped without commit, it leaves no trace.
pub(super) struct WriteUnit {
    writer: Option<OwnedMutexGuard<Writer>>,
    finished: Arc<Notify>,
    changes_before: u64,
}

impl WriteUnit {
    fn connection(&self) -> Result<&Connection> {
        match &self.writer {
            Some(writer) => Ok(&writer.connection),
            None => Err(Fault::new("the unit of work is over").into()),
        }
    }

    pub(super) fn execute(&self, query: &Query) -> Result<u64> {
        execute(self.connection()?, query)
    }

    pub(super) fn fetch<R: FromRow>(&self, query: &Query) -> Result<Vec<R>> {
        fetch(self.connection()?, query)
    }

    /// Make it durable, together with every unit that is done by then.
    pub(super) async fn commit(mut self) -> Result<()> {
        let Some(mut writer) = self.writer.take() else { return Ok(()) };
        if let Err(error) = batch(&writer.connection, "RELEASE unit") {
            abandon(&mut writer);
            return Err(error);
        }
        let wrote = writer.connection.total_changes() != self.changes_before;
        if !wrote && writer.tickets.is_empty() {
            close_empty(&mut writer);
            return Ok(());
        }
        // A unit that only read may have read what its neighbours have not committed yet: it waits with them.
        let (ticket, answer) = oneshot::channel();
        writer.tickets.push(ticket);
        if writer.tickets.len() == 1 {
            self.finished.notify_one();
        }
        drop(writer);
        match answer.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Fault::new("the commit failed").retryable().into()),
        }
    }
}

impl Drop for WriteUnit {
    fn drop(&mut self) {
        if let Some(mut writer) = self.writer.take() {
            abandon(&mut writer);
        }
    }
}

/// A unit of work on a reader.
pub(super) struct ReadUnit {
    connection: Option<Connection>,
    readers: Arc<Readers>,
    _permit: OwnedSemaphorePermit,
}

impl ReadUnit {
    pub(super) fn fetch<R: FromRow>(&self, query: &Query) -> Result<Vec<R>> {
        match &self.connection {
            Some(connection) => fetch(connection, query),
            None => Err(Fault::new("the unit of work is over").into()),
        }
    }

    pub(super) fn execute(&self, query: &Query) -> Result<u64> {
        match &self.connection {
            Some(connection) => execute(connection, query),
            None => Err(Fault::new("the unit of work is over").into()),
        }
    }
}

impl Drop for ReadUnit {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && connection.execute_batch("ROLLBACK").is_ok()
        {
            lock(&self.readers.idle).push_back(connection);
        }
    }
}

/// Commit whenever units are done. Ends with the database.
async fn commit_tickets(writer: Weak<Mutex<Writer>>, finished: Arc<Notify>) {
    loop {
        finished.notified().await;
        let Some(writer) = writer.upgrade() else { return };
        // The lock is fair: whoever waits already joins this commit.
        let mut writer = writer.lock_owned().await;
        if writer.tickets.is_empty() {
            continue;
        }
        let committed = tokio::task::spawn_blocking(move || {
            let result = writer.connection.execute_batch("COMMIT");
            if let Err(error) = &result {
                tracing::error!(%error, "commit failed");
                let _ = writer.connection.execute_batch("ROLLBACK");
            }
            writer.open = false;
            for ticket in std::mem::take(&mut writer.tickets) {
                // A caller that went away needs no answer.
                let _ = ticket.send(result.is_ok());
            }
        });
        if let Err(error) = committed.await {
            tracing::error!(%error, "the committing thread ended early");
        }
    }
}

fn abandon(writer: &mut Writer) {
    let undone = writer.connection.execute_batch("ROLLBACK TO unit; RELEASE unit");
    if let Err(error) = undone {
        // The outer transaction is gone (a full disk does that): so are the neighbours' changes. Tell them.
        tracing::error!(%error, "rollback to savepoint failed");
        let _ = writer.connection.execute_batch("ROLLBACK");
        writer.open = false;
        writer.tickets.clear();
        return;
    }
    if writer.tickets.is_empty() {
        close_empty(writer);
    }
}

/// End an outer transaction in which nobody changed anything, so that other processes may write.
fn close_empty(writer: &mut Writer) {
    if let Err(error) = writer.connection.execute_batch("ROLLBACK") {
        tracing::error!(%error, "rollback failed");
    }
    writer.open = false;
}

async fn begin_immediate(connection: &mut Connection) -> Result<()> {
    // Another process (a command beside the server) may hold the file: wait without blocking a thread.
    let mut waited = Duration::ZERO;
    loop {
        match connection.execute_batch("BEGIN IMMEDIATE") {
            Ok(()) => return Ok(()),
            Err(rusqlite::Error::SqliteFailure(failure, _))
                if failure.code == ErrorCode::DatabaseBusy && waited < PATIENCE =>
            {
                let pause = Duration::from_millis(5);
                tokio::time::sleep(pause).await;
                waited += pause;
            }
            Err(error) => return Err(refused_or_fault(error)),
        }
    }
}

fn connect(path: &Path, read_only: bool) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(refused_or_fault)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                    PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;";
    batch(&connection, settings)?;
    let wait = if read_only { PATIENCE } else { Duration::ZERO };
    connection.busy_timeout(wait).map_err(refused_or_fault)?;
    if read_only {
        batch(&connection, "PRAGMA query_only = ON; PRAGMA cache_size = -2000;")?;
    }
    Ok(connection)
}

fn batch(connection: &Connection, text: &str) -> Result<()> {
    connection.execute_batch(text).map_err(refused_or_fault)
}

fn execute(connection: &Connection, query: &Query) -> Result<u64> {
    let mut statement = connection.prepare_cached(query.text).map_err(refused_or_fault)?;
    bind(&mut statement, query)?;
    if statement.column_count() == 0 {
        return Ok(statement.raw_execute().map_err(refused_or_fault)? as u64);
    }
    // A statement with RETURNING whose rows nobody wants must still be run to its end.
    let mut rows = statement.raw_query();
    let mut count = 0;
    while rows.next().map_err(refused_or_fault)?.is_some() {
        count += 1;
    }
    Ok(count)
}

fn fetch<R: FromRow>(connection: &Connection, query: &Query) -> Result<Vec<R>> {
    let mut statement = connection.prepare_cached(query.text).map_err(refused_or_fault)?;
    bind(&mut statement, query)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(refused_or_fault)? {
        found.push(R::from_row(&Row::Sqlite(row))?);
    }
    Ok(found)
}

/// `$2` is the second parameter wherever it stands. To SQLite it is a name, and names count in the order in
/// which they first appear, so each is looked up.
fn bind(statement: &mut Statement<'_>, query: &Query) -> Result<()> {
    for place in 1..=statement.parameter_count() {
        let name = statement.parameter_name(place).and_then(|name| name.strip_prefix('$'));
        let number = name.and_then(|number| number.parse::<usize>().ok()).unwrap_or_default();
        let Some(arg) = number.checked_sub(1).and_then(|index| query.args.get(index)) else {
            return Err(Fault::new(format!("parameter {place} was not given to: {}", query.text)).into());
        };
        statement.raw_bind_parameter(place, arg).map_err(refused_or_fault)?;
    }
    Ok(())
}

fn refused_or_fault(error: rusqlite::Error) -> Error {
    use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE};
    if let rusqlite::Error::SqliteFailure(failure, _) = &error {
        if matches!(failure.extended_code, SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_UNIQUE) {
            return Refusal::Conflict("conflict").into();
        }
        if matches!(failure.code, ErrorCode::DatabaseBusy | ErrorCode::DiskFull) {
            return Fault::because("SQLite cannot write at the moment", error).retryable().into();
        }
    }
    Fault::because("SQLite failed", error).into()
}

fn lock<T>(mutex: &BlockingMutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::query::{Count, sql};

    async fn scratch() -> (tempfile::TempDir, Sqlite) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("test.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE note (id BIGINT PRIMARY KEY)").unwrap();
        let database = Sqlite::open(&path).unwrap();
        (folder, database)
    }

    fn insert(unit: &WriteUnit, id: i64) -> Result<u64> {
        unit.execute(&sql("INSERT INTO note (id) VALUES ($1)").bind(id))
    }

    async fn count(database: &Sqlite) -> i64 {
        let unit = database.begin_read().await.unwrap();
        unit.fetch::<Count>(&sql("SELECT COUNT(*) AS count FROM note")).unwrap()[0].count
    }

    #[tokio::test]
    async fn a_failing_unit_leaves_its_neighbours_alone() {
        let (_folder, database) = scratch().await;
        let database = Arc::new(database);
        let mut tasks = Vec::new();
        for id in 0..64_i64 {
            let database = Arc::clone(&database);
            tasks.push(tokio::spawn(async move {
                let unit = database.begin_write().await.unwrap();
                insert(&unit, id).unwrap();
                if id % 2 == 0 {
                    // A duplicate fails this unit, which is dropped with its first insert.
                    assert!(insert(&unit, id).is_err());
                } else {
                    unit.commit().await.unwrap();
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(count(&database).await, 32);
    }

    #[tokio::test]
    async fn a_dropped_unit_leaves_no_trace_and_frees_the_file() {
        let (folder, database) = scratch().await;
        let unit = database.begin_write().await.unwrap();
        insert(&unit, 1).unwrap();
        drop(unit);
        let other_process = Connection::open(folder.path().join("test.db")).unwrap();
        other_process.execute_batch("INSERT INTO note VALUES (7)").unwrap();
        assert_eq!(count(&database).await, 1);
    }

    #[tokio::test]
    async fn parameters_go_by_their_number_and_not_by_their_place() {
        let (_folder, database) = scratch().await;
        let unit = database.begin_write().await.unwrap();
        insert(&unit, 1).unwrap();
        let renumber = || sql("UPDATE note SET id = $2 WHERE id = $1");
        assert_eq!(unit.execute(&renumber().bind(1_i64).bind(2_i64)).unwrap(), 1);
        assert!(unit.execute(&renumber().bind(1_i64)).is_err());
    }

    #[tokio::test]
    async fn readers_cannot_write() {
        let (_folder, database) = scratch().await;
        let unit = database.begin_read().await.unwrap();
        assert!(unit.execute(&sql("INSERT INTO note (id) VALUES ($1)").bind(1_i64)).is_err());
    }
}
