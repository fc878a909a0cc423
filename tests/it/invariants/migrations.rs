//! Migrations: they apply to an empty database, a second time, and from two instances at once.

use hosho::app::database_of;
use hosho::store::migrate::{known, migrate};

use crate::support::Server;

#[tokio::test]
async fn migrating_again_changes_nothing() {
    let server = Server::start().await;
    let url = database_of(&server.app.config).unwrap();
    migrate(&url).await.unwrap();
    let (one, two) = tokio::join!(migrate(&url), migrate(&url));
    one.unwrap();
    two.unwrap();
}

#[test]
fn every_file_is_a_migration() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let files = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(files, known());
}
