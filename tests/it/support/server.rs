//! The real program without sockets: its router is called directly, its clock is moved by hand, and the servers
//! it asks are a script.

use std::sync::Arc;

use axum::Router;
use hosho::app::{App, Work};
use hosho::base::random::Random;
use hosho::base::{Clock, Timestamp};
use hosho::config::Config;
use hosho::gateway::fetch::{Fetch, Scripted};
use hosho::gateway::mail::{Composed, Mailer};
use hosho::http::site;
use hosho::jobs::deliver_due_letters;

use super::browser::Browser;
use super::database::{Database, KEY_ENCRYPTION_KEY};
use super::setting::variable;

/// 2026-11-22T00:00:00Z
pub const START: Timestamp = Timestamp::from_seconds(1_795_305_600);

/// A running program of one test.
pub struct Server {
    pub app: Arc<App>,
    pub clock: Clock,
    pub site: Router,
    /// The servers of clients: `web.answer("https://rp.example/jwks", Reply::json(&keys))`.
    pub web: Scripted,
    database: Database,
}

impl Server {
    /// With the default settings.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With some settings of its own, as variables.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        Self::with_database(Database::make().await, Clock::manual(START), variables).await
    }

    /// Where clients may have the profile `compatible`.
    pub async fn start_compatible() -> Self {
        Self::start_with(&[("HOSHO_PROTOCOL_COMPATIBLE_CLIENTS", "true")]).await
    }

    /// A second instance over the same database, key and time.
    pub async fn another_instance(&self) -> (Arc<App>, Router) {
        self.another_instance_with(&[]).await
    }

    /// A second instance with some settings of its own.
    pub async fn another_instance_with(&self, variables: &[(&str, &str)]) -> (Arc<App>, Router) {
        let app = open(&self.database, self.clock.clone(), variables, |_| self.web.clone()).await;
        let site = site(&app);
        (app, site)
    }

    async fn with_database(database: Database, clock: Clock, variables: &[(&str, &str)]) -> Self {
        let app = open(&database, clock.clone(), variables, |config| Scripted::new(&config.fetch)).await;
        let Fetch::Scripted(web) = app.fetch.clone() else { panic!("tests ask scripted servers") };
        let site = site(&app);
        Self { app, clock, site, web, database }
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(self.site.clone())
    }

    /// Work as the operator does at the command line.
    pub fn work(&self) -> Work {
        Work::for_operator(&self.app)
    }

    /// Everything the database holds, as text.
    pub async fn dump(&self) -> String {
        self.database.dump().await
    }

    /// Every value of every row, as text; what was deleted is not there.
    pub async fn everything(&self) -> String {
        self.database.rows().await
    }

    /// Every letter that has left by now, oldest first.
    pub async fn letters(&self) -> Vec<Composed> {
        deliver_due_letters(&self.app).await.unwrap();
        let Mailer::Memory(list) = &self.app.mailer else { panic!("tests send letters to memory") };
        list.lock().unwrap().clone()
    }

    /// The last letter to an address.
    pub async fn last_letter_to(&self, address: &str) -> Composed {
        let letters = self.letters().await;
        letters.into_iter().rev().find(|letter| letter.to == address).expect("a letter to that address")
    }
}

async fn open(
    database: &Database,
    clock: Clock,
    variables: &[(&str, &str)],
    web: impl FnOnce(&Config) -> Scripted,
) -> Arc<App> {
    let folder = database.folder.path();
    let data = folder.display().to_string();
    let mut all = vec![
        ("HOSHO_DATABASE_URL", database.url.as_str()),
        ("HOSHO_DATABASE_CONNECTIONS", "4"),
        KEY_ENCRYPTION_KEY,
        ("HOSHO_DATA_DIR", &data),
        ("HOSHO_MAIL_URL", "memory:"),
        // Tests hash many passwords: the smallest memory that the settings allow.
        ("HOSHO_PASSWORD_MEMORY_KIB", "7168"),
        ("HOSHO_PASSWORD_PASSES", "1"),
        // All tests come from one network, and may share the counters of one Redis.
        ("HOSHO_LIMIT_CLIENT_FAILURES_PER_MINUTE", "100000"),
    ];
    let redis = variable("HOSHO_TEST_REDIS").unwrap_or_default();
    all.push(("HOSHO_REDIS_URL", &redis));
    all.retain(|(name, _)| !variables.iter().any(|(own, _)| own == name));
    all.extend(variables);
    let config = Config::from_variables(&all).unwrap();
    let fetch = Fetch::Scripted(web(&config));
    App::open_with(config, clock, Random::system(), fetch).await.unwrap()
}
