//! The program under load: the real listener with the real routes, on one worker thread of its own, over a fresh
//! database; and beside it the floor, a bare axum router on the same kind of thread over the same database.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc;

use axum::Router;
use hosho::app::{App, database_of};
use hosho::base::Clock;
use hosho::base::random::Random;
use hosho::config::Config;
use hosho::store::migrate::migrate;
use tempfile::TempDir;

/// A program over one database.
pub struct Bench {
    pub app: Arc<App>,
    pub address: SocketAddr,
    pub floor: SocketAddr,
    /// The name of its database in the table.
    pub database: &'static str,
    _folder: TempDir,
}

impl Bench {
    /// Start it. `url` is a PostgreSQL database that may be written into; without one it is SQLite.
    pub fn start(url: Option<&str>, floor: fn(&Arc<App>) -> Router) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display().to_string();
        let keys = format!("{path}/keys");
        let mut settings = vec![
            ("HOSHO_DATA_DIR", path.as_str()),
            ("HOSHO_KEYS_DIR", &keys),
            ("HOSHO_LIMIT_TOKEN_PER_MINUTE", "4000000000"),
            ("HOSHO_LIMIT_AUTHORIZE_PER_MINUTE", "4000000000"),
            ("HOSHO_LIMIT_SERIALS_PER_HOUR", "4000000000"),
            ("HOSHO_LIMIT_PUSHED_PER_MINUTE", "4000000000"),
        ];
        settings.extend(url.map(|url| ("HOSHO_DATABASE_URL", url)));
        let config = Config::from_variables(&settings).unwrap();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            // One worker thread: what is measured is the work of one processor, whatever the machine has.
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
            runtime.block_on(async move {
                migrate(&database_of(&config).unwrap()).await.unwrap();
                let app = App::open(config, Clock::System, Random::system()).await.unwrap();
                let (listener, floor_listener) = (bind().await, bind().await);
                let addresses = (listener.local_addr().unwrap(), floor_listener.local_addr().unwrap());
                let floor = floor(&app);
                let serve_floor = Arc::clone(&app);
                tokio::spawn(async move {
                    axum::serve(floor_listener, floor).await.unwrap();
                    drop(serve_floor);
                });
                sender.send((Arc::clone(&app), addresses)).unwrap();
                let site = hosho::http::site(&app);
                hosho::http::listen(&app, vec![hosho::http::Door::plain(listener)], site, std::future::pending())
                    .await
                    .unwrap();
            });
        });
        let (app, (address, floor)) = receiver.recv().unwrap();
        Self { app, address, floor, database: if url.is_some() { "PostgreSQL" } else { "SQLite" }, _folder: folder }
    }
}

async fn bind() -> tokio::net::TcpListener {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap()
}
