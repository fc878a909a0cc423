//! What is remembered of documents, and when they are fetched anew. Row 33 of the protocol, A089.

use std::sync::Arc;
use std::time::Duration;

use hosho::app::documents::Documents;
use hosho::base::Clock;
use hosho::base::time::{hours, minutes, seconds};
use hosho::config::Config;
use hosho::gateway::fetch::scripted::Reply;
use hosho::gateway::fetch::{Document, Fetch, FetchError, Purpose, Scripted};

use crate::support::Server;

const URL: &str = "https://rp.example/jwks";

struct Scene {
    web: Scripted,
    clock: Clock,
    documents: Arc<Documents>,
}

impl Scene {
    fn with(reply: Reply) -> Self {
        let web = Scripted::new(&Config::from_variables(&[]).unwrap().fetch);
        web.answer(URL, reply);
        let clock = Clock::manual(hosho::base::Timestamp::from_seconds(0));
        let documents = Arc::new(Documents::new(Fetch::Scripted(web.clone()), clock.clone()));
        Self { web, clock, documents }
    }

    async fn get(&self) -> Result<String, FetchError> {
        self.documents.get(Purpose::JwksUri, URL).await.map(text)
    }

    async fn again(&self) -> Result<String, FetchError> {
        self.documents.again(Purpose::JwksUri, URL).await.map(text)
    }

    /// How many requests have left since the last time this was asked.
    fn requests(&self) -> usize {
        self.web.take_asked().len()
    }
}

fn text(document: impl AsRef<Document>) -> String {
    String::from_utf8(document.as_ref().body.clone()).unwrap()
}

fn old() -> Reply {
    Reply::text("text/plain", "old")
}

fn new() -> Reply {
    Reply::text("text/plain", "new")
}

#[tokio::test]
async fn a_document_is_remembered_as_long_as_it_says_within_bounds() {
    for (cache_control, good_for) in [
        (None, minutes(5)),
        (Some("max-age=600"), minutes(10)),
        (Some("max-age=5"), seconds(60)),
        (Some("no-store"), seconds(60)),
        (Some("max-age=31536000"), hours(1)),
        (Some("nonsense"), minutes(5)),
    ] {
        let scene = Scene::with(cache_control.map_or_else(old, |header| old().cached(header)));
        assert_eq!(scene.get().await.unwrap(), "old");
        scene.web.answer(URL, new());
        scene.clock.advance(good_for - Duration::from_millis(1));
        assert_eq!(scene.get().await.unwrap(), "old", "{cache_control:?}");
        assert_eq!(scene.requests(), 1, "{cache_control:?}");
        scene.clock.advance(Duration::from_millis(1));
        assert_eq!(scene.get().await.unwrap(), "new", "{cache_control:?}");
        assert_eq!(scene.requests(), 1, "{cache_control:?}");
    }
}

#[tokio::test]
async fn many_at_once_wait_for_one_request() {
    let scene = Scene::with(old());
    scene.web.hold();
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let documents = Arc::clone(&scene.documents);
            tokio::spawn(async move { documents.get(Purpose::JwksUri, URL).await.map(text) })
        })
        .collect();
    while scene.web.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    scene.web.release();
    for asked in asking {
        assert_eq!(asked.await.unwrap().unwrap(), "old");
    }
    assert_eq!(scene.requests(), 1);
}

#[tokio::test]
async fn hanging_up_does_not_begin_anew() {
    let scene = Scene::with(old());
    scene.web.hold();
    for _ in 0..5 {
        let documents = Arc::clone(&scene.documents);
        let impatient = tokio::spawn(async move { documents.get(Purpose::JwksUri, URL).await });
        while scene.web.asked().is_empty() {
            tokio::task::yield_now().await;
        }
        impatient.abort();
        assert!(impatient.await.unwrap_err().is_cancelled());
    }
    scene.web.release();
    assert_eq!(scene.get().await.unwrap(), "old");
    assert_eq!(scene.requests(), 1);
}

#[tokio::test]
async fn a_failure_is_remembered_for_ten_seconds() {
    let scene = Scene::with(Reply::status(500));
    for _ in 0..3 {
        assert_eq!(scene.get().await, Err(FetchError::Status(500)));
        assert_eq!(scene.again().await, Err(FetchError::Status(500)));
    }
    assert_eq!(scene.requests(), 1);
    scene.web.answer(URL, new());
    scene.clock.advance(seconds(9));
    assert_eq!(scene.get().await, Err(FetchError::Status(500)));
    scene.clock.advance(seconds(1));
    assert_eq!(scene.get().await.unwrap(), "new");
    assert_eq!(scene.requests(), 1);
}

#[tokio::test]
async fn an_old_document_stands_in_for_an_hour() {
    let scene = Scene::with(old());
    scene.get().await.unwrap();
    scene.web.fail(URL, FetchError::TimedOut);
    scene.clock.advance(minutes(5));
    for _ in 0..3 {
        assert_eq!(scene.get().await.unwrap(), "old");
    }
    assert_eq!(scene.requests(), 2);
    scene.clock.advance(minutes(60) - seconds(1));
    assert_eq!(scene.get().await.unwrap(), "old");
    scene.clock.advance(seconds(1));
    assert_eq!(scene.get().await, Err(FetchError::TimedOut));
    // The host is back, and its failure forgotten.
    scene.web.answer(URL, new());
    scene.clock.advance(seconds(10));
    assert_eq!(scene.get().await.unwrap(), "new");
}

/// (A089)
#[tokio::test]
async fn unknown_keys_cost_one_request_in_a_minute_a089() {
    let scene = Scene::with(old());
    assert_eq!(scene.get().await.unwrap(), "old");
    scene.web.answer(URL, new());
    // At once, even though the document is fresh: the client has just changed its keys.
    assert_eq!(scene.again().await.unwrap(), "new");
    assert_eq!(scene.get().await.unwrap(), "new");
    assert_eq!(scene.requests(), 2);
    for second in 0..59 {
        scene.clock.advance(seconds(1));
        assert_eq!(scene.again().await.unwrap(), "new", "after {second} seconds");
    }
    assert_eq!(scene.requests(), 0);
    scene.clock.advance(seconds(1));
    assert_eq!(scene.again().await.unwrap(), "new");
    assert_eq!(scene.requests(), 1);
}

/// (A089): the storm waits for its one request; whoever needs nothing new does not.
#[tokio::test]
async fn a_storm_of_unknown_keys_is_one_request_a089() {
    let scene = Scene::with(old());
    scene.get().await.unwrap();
    scene.web.answer(URL, new());
    scene.web.hold();
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let documents = Arc::clone(&scene.documents);
            tokio::spawn(async move { documents.again(Purpose::JwksUri, URL).await.map(text) })
        })
        .collect();
    while scene.web.asked().len() < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(scene.get().await.unwrap(), "old");
    scene.web.release();
    for asked in asking {
        assert_eq!(asked.await.unwrap().unwrap(), "new");
    }
    assert_eq!(scene.requests(), 2);
}

#[tokio::test]
async fn asking_again_in_vain_keeps_what_is_known() {
    let scene = Scene::with(old());
    scene.get().await.unwrap();
    scene.web.fail(URL, FetchError::Unreachable);
    for _ in 0..3 {
        assert_eq!(scene.again().await.unwrap(), "old");
        assert_eq!(scene.get().await.unwrap(), "old");
        scene.clock.advance(seconds(11));
    }
    assert_eq!(scene.requests(), 2);
}

/// OpenID Connect Core §6.2: a changed fragment says that the contents have changed.
#[tokio::test]
async fn a_fragment_names_another_document_and_is_not_sent() {
    let scene = Scene::with(old());
    let get = async |fragment: &str| {
        let url = format!("{URL}#{fragment}");
        scene.documents.get(Purpose::RequestUri, &url).await.map(text).unwrap()
    };
    assert_eq!(get("hash-of-old").await, "old");
    scene.web.answer(URL, new());
    assert_eq!(get("hash-of-new").await, "new");
    assert_eq!(get("hash-of-old").await, "old");
    let urls: Vec<String> = scene.web.take_asked().into_iter().map(|asked| asked.url).collect();
    assert_eq!(urls, [URL, URL]);
}

#[tokio::test]
async fn a_url_has_one_document_for_each_purpose() {
    let scene = Scene::with(Reply::text("text/html", &"x".repeat(6000)));
    let get = async |purpose| scene.documents.get(purpose, URL).await.map(drop);
    assert_eq!(get(Purpose::JwksUri).await, Ok(()));
    assert_eq!(get(Purpose::ClientIdMetadata).await, Err(FetchError::MediaType));
    scene.web.answer(URL, Reply::text("application/json", &"x".repeat(6000)));
    scene.clock.advance(seconds(10));
    assert_eq!(get(Purpose::ClientIdMetadata).await, Err(FetchError::TooLarge));
}

#[tokio::test]
async fn every_instance_remembers_for_itself() {
    let server = Server::start().await;
    server.web.answer(URL, old());
    let (other, _) = server.another_instance().await;
    for app in [&server.app, &server.app, &other] {
        assert_eq!(app.documents.get(Purpose::JwksUri, URL).await.map(text), Ok("old".to_owned()));
    }
    assert_eq!(server.web.take_asked().len(), 2);
    server.clock.advance(minutes(5));
    server.web.answer(URL, new());
    assert_eq!(other.documents.get(Purpose::JwksUri, URL).await.map(text), Ok("new".to_owned()));
}

/// What is remembered is bounded, however many URLs there are.
#[tokio::test]
async fn a_flood_of_documents_does_not_fill_the_memory() {
    let scene = Scene::with(old());
    let body = "x".repeat(60_000);
    scene.web.answer("many.example", Reply::text("text/plain", &body));
    for number in 0..2000 {
        scene.documents.get(Purpose::RequestUri, &format!("https://many.example/{number}")).await.unwrap();
    }
    let bytes = scene.documents.bytes();
    assert!((1 << 20..=32 << 20).contains(&bytes), "{bytes}");
}
