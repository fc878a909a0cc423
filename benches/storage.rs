//! Which driver serves SQLite: one durable insert per unit of work, and one point select, through sqlx and through
//! the program's own seam (rusqlite with grouped commits), in one run on one disk.
//!
//! `cargo bench --bench storage`

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a program run by hand that prints its result")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use hosho::row;
use hosho::store::db::{Access, DatabaseUrl, Db};
use hosho::store::query::sql;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

const AT_ONCE: usize = 64;
const RUN: Duration = Duration::from_secs(3);

row! {
    struct Note {
        id: i64,
    }
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let table = "CREATE TABLE note (id BIGINT PRIMARY KEY, body TEXT NOT NULL)";

    let options = |name: &str| {
        SqliteConnectOptions::new()
            .filename(folder.path().join(name))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
    };
    let writer = SqlitePoolOptions::new().max_connections(1).connect_with(options("sqlx.db")).await.unwrap();
    sqlx::query(table).execute(&writer).await.unwrap();
    let readers = SqlitePoolOptions::new().max_connections(4).connect_with(options("sqlx.db")).await.unwrap();

    let ours = folder.path().join("ours.db");
    rusqlite::Connection::open(&ours).unwrap().execute_batch(table).unwrap();
    let db = Db::open(&DatabaseUrl::Sqlite(ours), 1).await.unwrap();

    println!("{AT_ONCE} units at once, {} s each, synchronous=FULL", RUN.as_secs());
    let next = Arc::new(AtomicI64::new(0));
    let counter = Arc::clone(&next);
    let sqlx_insert = measure(move || {
        let (pool, id) = (writer.clone(), counter.fetch_add(1, Ordering::Relaxed));
        async move {
            sqlx::query("INSERT INTO note VALUES ($1, $2)").bind(id).bind("x").execute(&pool).await.unwrap();
        }
    })
    .await;
    next.store(0, Ordering::Relaxed);
    let (handle, counter) = (db.clone(), Arc::clone(&next));
    let our_insert = measure(move || {
        let (mut tx, id) = (handle.begin(Access::Write), counter.fetch_add(1, Ordering::Relaxed));
        async move {
            sql("INSERT INTO note VALUES ($1, $2)").bind(id).bind("x").run(&mut tx).await.unwrap();
            tx.commit().await.unwrap();
        }
    })
    .await;
    let sqlx_select = measure(move || {
        let pool = readers.clone();
        async move {
            sqlx::query("SELECT id FROM note WHERE id = $1").bind(7_i64).fetch_optional(&pool).await.unwrap();
        }
    })
    .await;
    let our_select = measure(move || {
        let mut tx = db.begin(Access::Read);
        async move {
            let found = sql("SELECT id FROM note WHERE id = $1").bind(7_i64).optional::<Note>(&mut tx).await.unwrap();
            assert_eq!(found.map(|note| note.id), Some(7));
            tx.commit().await.unwrap();
        }
    })
    .await;
    println!("| | sqlx | rusqlite, grouped | ratio |\n|---|---|---|---|");
    println!("| durable insert/s | {sqlx_insert:.0} | {our_insert:.0} | {:.1} |", our_insert / sqlx_insert);
    println!("| point select/s | {sqlx_select:.0} | {our_select:.0} | {:.1} |", our_select / sqlx_select);
}

/// Run a piece of work from many tasks for a while; how often it was done in a second.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
async fn measure<W, F>(work: W) -> f64
where
    W: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = ()> + Send,
{
    let work = Arc::new(work);
    let begin = Instant::now();
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let work = Arc::clone(&work);
            tokio::spawn(async move {
                let mut done = 0_u64;
                while begin.elapsed() < RUN {
                    work().await;
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut total = 0;
    for task in tasks {
        total += task.await.unwrap();
    }
    total as f64 / begin.elapsed().as_secs_f64()
}
