//! A migrated database for each test: a copy of one file, or of one PostgreSQL template.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use hosho::app::App;
use hosho::base::Clock;
use hosho::base::random::Random;
use hosho::base::secret::Secret;
use hosho::config::Config;
use hosho::store::db::DatabaseUrl;
use hosho::store::migrate::migrate;
use sqlx::{Connection as _, Executor as _};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::server::START;
use super::setting::variable;

/// The key that the keys of the template are sealed under.
pub const KEY_ENCRYPTION_KEY: (&str, &str) =
    ("HOSHO_KEY_ENCRYPTION_KEY", "dGhlIGtleSBvZiBhbGwgdGVzdHMsIDMyIGJ5dGVzISE=");

static TEMPLATE_FILE: OnceCell<(TempDir, PathBuf)> = OnceCell::const_new();
static TEMPLATE_DATABASE: OnceCell<String> = OnceCell::const_new();
static COUNTER: AtomicU32 = AtomicU32::new(0);

/// A database that goes away with the test.
pub struct Database {
    pub url: String,
    pub folder: TempDir,
    on_server: Option<(String, String)>,
}

impl Database {
    pub async fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        match variable("HOSHO_TEST_POSTGRES") {
            Some(server) => {
                let template = TEMPLATE_DATABASE.get_or_init(|| make_template(server.clone())).await;
                let name = format!("{template}_{}", COUNTER.fetch_add(1, Ordering::SeqCst));
                execute(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                Self { url: with_name(&server, &name), folder, on_server: Some((server, name)) }
            }
            None => {
                let (_, template) = TEMPLATE_FILE.get_or_init(make_file).await;
                let path = folder.path().join("hosho.db");
                std::fs::copy(template, &path).unwrap();
                Self { url: format!("sqlite:{}", path.display()), folder, on_server: None }
            }
        }
    }
}

impl Database {
    /// Every value of every table, as text, to look for what must not be there.
    pub async fn dump(&self) -> String {
        match &self.on_server {
            Some(_) => {
                let mut connection = sqlx::PgConnection::connect(&self.url).await.unwrap();
                let tables: Vec<(String,)> =
                    sqlx::query_as("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
                        .fetch_all(&mut connection)
                        .await
                        .unwrap();
                let mut text = String::new();
                for (table,) in tables {
                    let select = format!("SELECT t::text FROM \"{table}\" t");
                    let rows: Vec<(String,)> =
                        sqlx::query_as(sqlx::AssertSqlSafe(select)).fetch_all(&mut connection).await.unwrap();
                    text.extend(rows.into_iter().map(|(row,)| row + "\n"));
                }
                text
            }
            None => {
                let folder = self.folder.path();
                let read = |name: &str| std::fs::read(folder.join(name)).unwrap_or_default();
                let bytes = [read("hosho.db"), read("hosho.db-wal")].concat();
                String::from_utf8_lossy(&bytes).into_owned()
            }
        }
    }
}

impl Database {
    /// Every value of every row that a statement can still find, as text.
    pub async fn rows(&self) -> String {
        if self.on_server.is_some() {
            return self.dump().await;
        }
        let connection = rusqlite::Connection::open(self.folder.path().join("hosho.db")).unwrap();
        let mut text = String::new();
        for table in tables(&connection) {
            let mut statement = connection.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values = (0..columns).map(|at| match row.get_ref(at).unwrap() {
                    rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                        String::from_utf8_lossy(bytes).into_owned()
                    }
                    other => format!("{other:?}"),
                });
                text.push_str(&format!("{table}: {}\n", values.collect::<Vec<_>>().join(" | ")));
            }
        }
        text
    }
}

/// The tables of an embedded database.
pub fn tables(connection: &rusqlite::Connection) -> Vec<String> {
    let mut statement = connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

impl Drop for Database {
    fn drop(&mut self) {
        let Some((server, name)) = self.on_server.take() else { return };
        // The test's runtime is ending: another thread says goodbye to the database.
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(execute(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        });
        let _ = gone.join();
    }
}

async fn make_file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.db");
    migrate(&DatabaseUrl::Sqlite(path.clone())).await.unwrap();
    make_keys(&format!("sqlite:{}", path.display())).await;
    // Everything into the one file, so that it can be copied.
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    (folder, path)
}

async fn make_template(server: String) -> String {
    let name = format!("hosho_test_{}", std::process::id());
    execute(&server, &format!("DROP DATABASE IF EXISTS {name}")).await;
    execute(&server, &format!("CREATE DATABASE {name}")).await;
    let url = with_name(&server, &name);
    migrate(&DatabaseUrl::Postgres(Secret::new(url.clone()))).await.unwrap();
    make_keys(&url).await;
    name
}

/// Keys are made once, not for every test: RSA keys take their time.
async fn make_keys(url: &str) {
    let config = Config::from_variables(&[("HOSHO_DATABASE_URL", url), KEY_ENCRYPTION_KEY]).unwrap();
    let app = App::open(config, Clock::manual(START), Random::system()).await.unwrap();
    app.db.close().await;
}

/// The URL of another database on the same server.
pub fn with_name(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).unwrap();
    url.set_path(name);
    url.into()
}

pub async fn execute(server: &str, statement: &str) {
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    connection.execute(sqlx::AssertSqlSafe(statement.to_owned())).await.unwrap();
    connection.close().await.unwrap();
}
