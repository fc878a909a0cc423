//! What may be lost without harm is lost: the memory of a process, and everything in Redis.

use axum::Router;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::Server;
use super::setting::variable;

/// A database of the tests' Redis that only those use who empty it.
const DATABASE: u8 = 9;

/// The Redis whose database may be emptied; empty where the tests have none.
fn redis() -> String {
    variable("HOSHO_TEST_REDIS").map(|url| format!("{}/{DATABASE}", url.trim_end_matches('/'))).unwrap_or_default()
}

impl Server {
    /// A server whose Redis, where there is one, may be emptied.
    pub async fn forgetful() -> Self {
        Self::start_with(&[("HOSHO_REDIS_URL", &redis())]).await
    }

    /// Empty Redis, where there is one; an instance that was started only afterwards.
    pub async fn forget(&self) -> Router {
        let redis = redis();
        if let Ok(url) = url::Url::parse(&redis) {
            let address = (url.host_str().unwrap().to_owned(), url.port().unwrap_or(6379));
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(format!("SELECT {DATABASE}\r\nFLUSHDB\r\n").as_bytes()).await.unwrap();
            let mut answer = [0; 10];
            stream.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"+OK\r\n+OK\r\n");
        }
        self.another_instance_with(&[("HOSHO_REDIS_URL", &redis)]).await.1
    }
}
