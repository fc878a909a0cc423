//! The keys that clients encrypt request objects with: published, rotated by age, and apart from the signing keys.
//! OpenID Connect Core §10.2, RFC 9101 §6.1.

use hosho::app::{App, Work};
use hosho::base::Clock;
use hosho::base::random::Random;
use hosho::base::time::seconds;
use hosho::config::Config;
use hosho::jose::jwe::{DecryptionKey, JweError, Recipient};
use hosho::jose::{ClientKeys, ContentEncryption, ForeignKey, KeyManagement};
use hosho::service::oidc::encryption_key::{keep, open, rotate};
use hosho::store::db::DatabaseUrl;
use hosho::store::migrate::migrate;
use serde_json::Value;

use crate::support::{Server, header, text};

async fn published(server: &Server) -> Vec<Value> {
    let keys = server.browser().fetch("/jwks").await.json();
    keys["keys"].as_array().unwrap().iter().filter(|key| text(key, "use") == "enc").cloned().collect()
}

/// What a client makes of the published keys.
async fn encrypted(server: &Server, algorithm: KeyManagement, token: &str) -> String {
    let document = server.browser().fetch("/jwks").await.text;
    let keys = ClientKeys::from_slice(document.as_bytes()).unwrap();
    encrypt(keys.encrypting(algorithm).unwrap(), algorithm, token)
}

fn encrypt(key: &ForeignKey, algorithm: KeyManagement, token: &str) -> String {
    let recipient = Recipient { key, algorithm, encryption: ContentEncryption::default() };
    recipient.encrypt_token(token, &Random::system()).unwrap()
}

async fn opened(mut work: Work, token: &str) -> Result<String, JweError> {
    let opened = open(&mut work, token).await.unwrap();
    work.commit().await.unwrap();
    opened.map(|opened| opened.token)
}

#[tokio::test]
async fn a_client_encrypts_with_the_published_keys_and_the_server_opens_it() {
    let server = Server::start().await;
    let keys = published(&server).await;
    let algorithms: Vec<&str> = keys.iter().map(|key| text(key, "alg")).collect();
    assert_eq!(algorithms, ["RSA-OAEP-256", "ECDH-ES"]);
    for key in &keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{key}");
        }
    }
    for algorithm in DecryptionKey::KEPT {
        let token = encrypted(&server, algorithm, "a.b.c").await;
        assert_eq!(opened(server.work(), &token).await.as_deref(), Ok("a.b.c"));
        assert_eq!(opened(server.work(), &format!("{token}=")).await, Err(JweError::Malformed));
    }
    assert_eq!(opened(server.work(), "a.b.c").await, Err(JweError::Malformed));
}

#[tokio::test]
async fn a_signing_key_opens_nothing_and_an_encryption_key_checks_nothing() {
    let server = Server::start().await;
    for key in published(&server).await {
        assert!(server.app.keys.ring().all().find(text(&key, "kid")).is_none());
    }
    let document = server.browser().fetch("/jwks").await.json();
    for key in document["keys"].as_array().unwrap().iter().filter(|key| text(key, "use") == "sig") {
        let bare: Vec<_> =
            key.as_object().unwrap().iter().filter(|(name, _)| !matches!(name.as_str(), "use" | "alg")).collect();
        let bare = bare.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let key = ForeignKey::parse(&bare).unwrap();
        for algorithm in DecryptionKey::KEPT.into_iter().filter(|algorithm| key.may_encrypt(*algorithm)) {
            assert_eq!(opened(server.work(), &encrypt(&key, algorithm, "a.b.c")).await, Err(JweError::Key));
        }
    }
}

#[tokio::test]
async fn a_new_key_is_published_at_once_and_the_old_one_opens_what_it_was_used_for() {
    let server = Server::start().await;
    let algorithm = KeyManagement::EcdhEs;
    let early = encrypted(&server, algorithm, "early").await;
    let mut work = server.work();
    server.clock.advance(seconds(1));
    let names = rotate(&mut work, vec![algorithm]).await.unwrap();
    work.commit().await.unwrap();
    let keys = published(&server).await;
    assert_eq!((keys.len(), text(&keys[1], "kid")), (2, names[0].as_str()));
    let late = encrypted(&server, algorithm, "late").await;
    assert_eq!(opened(server.work(), &early).await.as_deref(), Ok("early"));
    assert_eq!(opened(server.work(), &late).await.as_deref(), Ok("late"));
    server.clock.advance(server.app.config.token.key_life);
    assert_eq!(opened(server.work(), &early).await, Err(JweError::Key), "its time is over");
    assert_eq!(opened(server.work(), &late).await.as_deref(), Ok("late"));
    let [old, new] = [&early, &late].map(|token| text(&header(token), "kid").to_owned());
    assert!(server.app.encryption_keys.ring().knows(&old));
    let mut work = server.work();
    keep(&mut work).await.unwrap();
    work.commit().await.unwrap();
    assert!(!server.app.encryption_keys.ring().knows(&old) && server.app.encryption_keys.ring().knows(&new));
    assert_eq!(opened(server.work(), &late).await.as_deref(), Ok("late"));
}

#[tokio::test]
async fn a_key_that_another_instance_made_opens_and_successors_are_made_in_time() {
    let server = Server::start().await;
    let (other, _) = server.another_instance().await;
    let mut work = server.work();
    server.clock.advance(seconds(1));
    rotate(&mut work, vec![KeyManagement::RsaOaep256]).await.unwrap();
    work.commit().await.unwrap();
    let token = encrypted(&server, KeyManagement::RsaOaep256, "a.b.c").await;
    assert_eq!(opened(Work::for_operator(&other), &token).await.as_deref(), Ok("a.b.c"), "at once");

    let life = server.app.config.token.key_life;
    server.clock.advance(life - seconds(2));
    let mut work = server.work();
    assert!(keep(&mut work).await.unwrap().is_empty());
    server.clock.advance(seconds(1));
    work.commit().await.unwrap();
    let mut work = server.work();
    assert_eq!(keep(&mut work).await.unwrap().len(), 1, "all but the one that was made later");
    work.commit().await.unwrap();
    assert_eq!(published(&server).await.len(), 2);
}

#[tokio::test]
async fn keys_are_made_once_and_do_not_change_places() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hosho.db");
    migrate(&DatabaseUrl::Sqlite(path.clone())).await.unwrap();
    let url = format!("sqlite:{}", path.display());
    let keys = folder.path().join("keys").display().to_string();
    let settings = [("HOSHO_DATABASE_URL", url.as_str()), ("HOSHO_KEYS_DIR", &keys), ("HOSHO_MAIL_URL", "memory:")];
    let open = async || App::open(Config::from_variables(&settings).unwrap(), Clock::System, Random::system()).await;
    let names =
        |app: &App| -> Vec<String> { app.encryption_keys.ring().published().map(|key| key.kid.clone()).collect() };
    let first = names(&open().await.unwrap());
    assert_eq!((first.len(), &names(&open().await.unwrap())), (2, &first));

    let connection = rusqlite::Connection::open(&path).unwrap();
    let from_the_signing_keys = "UPDATE encryption_key SET private_key =
        (SELECT private_key FROM signing_key WHERE algorithm = 'RS256') WHERE algorithm = 'RSA-OAEP-256'";
    connection.execute(from_the_signing_keys, []).unwrap();
    let Err(error) = open().await else { panic!("it must not open") };
    assert!(error.to_string().contains("changed or moved"), "{error}");
}
