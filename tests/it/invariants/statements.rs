//! Every SQL text is readable by both databases: each is prepared on the one that this run uses.

use hosho::config::Config;
use sqlx::{Connection as _, Executor as _, SqlSafeStr as _};

use super::sources::rust_files;
use crate::support::Server;

/// The texts of `sql("…")` in the store.
fn statements() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (file, text) in rust_files() {
        if !file.starts_with("store/") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (at, _) in code.match_indices("sql(") {
            let rest = code[at + 4..].trim_start();
            let Some(rest) = rest.strip_prefix('"') else { continue };
            let mut statement = String::new();
            let mut letters = rest.chars();
            while let Some(letter) = letters.next() {
                match letter {
                    '"' => break,
                    '\\' => {
                        // A backslash at the end of a line swallows the blanks that follow.
                        let after = letters.next();
                        if after == Some('\n') {
                            let trimmed = letters.as_str().trim_start().to_owned();
                            let skipped = letters.as_str().len() - trimmed.len();
                            letters = letters.as_str()[skipped..].chars();
                        } else if let Some(after) = after {
                            statement.push(after);
                        }
                    }
                    _ => statement.push(letter),
                }
            }
            let line = code[..at].matches('\n').count() + 1;
            found.push((format!("src/{file}:{line}"), statement));
        }
    }
    found
}

#[tokio::test]
async fn every_statement_prepares() {
    let all = statements();
    assert!(all.len() > 8, "the collector found only {} statements", all.len());
    let server = Server::start().await;
    let url = Config::database_url(&server.app.config);
    let mut wrong = Vec::new();
    if let Some(path) = url.expose().strip_prefix("sqlite:") {
        let connection = rusqlite::Connection::open(path).unwrap();
        for (place, statement) in all {
            if let Err(error) = connection.prepare(&statement) {
                wrong.push(format!("{place}: {error}"));
            }
        }
    } else {
        let mut connection = sqlx::PgConnection::connect(url.expose()).await.unwrap();
        for (place, statement) in all {
            let text = sqlx::AssertSqlSafe(statement).into_sql_str();
            if let Err(error) = (&mut connection).prepare(text).await {
                wrong.push(format!("{place}: {error}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
