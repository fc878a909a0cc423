//! Every table that says something about a person is decided on: what becomes of it when the account is erased, and
//! where it stands in the copy that its owner takes along. P12, P13.

use std::collections::BTreeSet;

use hosho::config::Config;
use hosho::domain::account::data_map::TABLES;
use sqlx::Connection as _;

use crate::support::{Server, tables};

/// Columns that hold the subject of an account.
const COLUMNS: [&str; 5] = ["sub", "subject", "consented_by", "other", "gone"];

async fn tables_about_people(server: &Server) -> BTreeSet<String> {
    let url = Config::database_url(&server.app.config);
    if let Some(path) = url.expose().strip_prefix("sqlite:") {
        let connection = rusqlite::Connection::open(path).unwrap();
        let is_about_people = |table: &String| {
            let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1)").unwrap();
            let names = statement.query_map([table], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
            let has_column = names.into_iter().any(|name| COLUMNS.contains(&name.as_str()));
            let mut statement = connection.prepare("SELECT \"table\" FROM pragma_foreign_key_list(?1)").unwrap();
            let targets = statement.query_map([table], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap);
            has_column || targets.into_iter().any(|target| target == "account")
        };
        return tables(&connection).into_iter().filter(is_about_people).collect();
    }
    let mut connection = sqlx::PgConnection::connect(url.expose()).await.unwrap();
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT table_name::text FROM information_schema.columns
          WHERE table_schema = 'public' AND column_name IN ('sub', 'subject', 'consented_by', 'other', 'gone')",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

#[tokio::test]
async fn every_table_about_people_is_decided_on_p12_p13() {
    let server = Server::start().await;
    let declared: BTreeSet<String> = TABLES.iter().map(|(table, ..)| (*table).to_owned()).collect();
    let found = tables_about_people(&server).await;
    let missing: Vec<_> = found.difference(&declared).collect();
    assert!(
        missing.is_empty(),
        "{missing:?}: say in src/domain/account/data_map.rs what becomes of them, and erase them in \
         src/store/account/erasure.rs"
    );
    let gone: Vec<_> = declared.difference(&found).collect();
    assert!(gone.is_empty(), "{gone:?} are in the map, and not in the database");
}

/// What the map says is deleted has its statement.
#[test]
fn what_is_deleted_has_its_statement() {
    let statements = include_str!("../../../src/store/account/erasure.rs");
    for (table, fate, _) in TABLES {
        if *fate == hosho::domain::account::data_map::Fate::Deleted {
            let is_by_its_parent = *table == "backchannel_request";
            assert!(
                is_by_its_parent
                    || statements.contains(&format!("DELETE FROM {table} "))
                    || statements.contains(&format!("DELETE FROM {table}\n")),
                "{table}"
            );
        }
    }
}
