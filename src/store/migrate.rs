//! Migrations: one text for both databases, applied by sqlx under its own lock.

use std::path::Path;
use std::str::FromStr as _;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::db::DatabaseUrl;
use crate::base::{Error, Fault, Result};

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// Bring the database to this program's version, making a SQLite file (mode 0600) where there is none.
/// Several instances may start at once. An edited or unknown migration is an error.
pub async fn migrate(url: &DatabaseUrl) -> Result<()> {
    match url {
        DatabaseUrl::Sqlite(path) => {
            make_private_file(path)?;
            let mut connection = SqliteConnectOptions::new()
                .filename(path)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(std::time::Duration::from_secs(30))
                .connect()
                .await
                .map_err(broken)?;
            MIGRATOR.run(&mut connection).await.map_err(broken)?;
            connection.close().await.map_err(broken)
        }
        DatabaseUrl::Postgres(url) => {
            let options = sqlx::postgres::PgConnectOptions::from_str(url.expose()).map_err(broken)?;
            let mut connection = options.connect().await.map_err(broken)?;
            MIGRATOR.run(&mut connection).await.map_err(broken)?;
            connection.close().await.map_err(broken)
        }
    }
}

/// How many migrations this program knows.
pub fn known() -> usize {
    MIGRATOR.iter().count()
}

fn make_private_file(path: &Path) -> Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| unusable(folder, error))?;
    }
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)
        .and_then(|file| file.set_permissions(std::fs::Permissions::from_mode(0o600)))
        .map_err(|error| unusable(path, error))
}

fn unusable(path: &Path, error: std::io::Error) -> Error {
    Fault::because(format!("{} cannot be used for the database", path.display()), error).into()
}

fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Fault::because("the database cannot be migrated", error).into()
}
