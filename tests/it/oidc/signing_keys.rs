//! The published keys, their rotation, and the key-encryption key that everything depends on.

use hosho::app::App;
use hosho::base::Clock;
use hosho::base::random::Random;
use hosho::base::time::{hours, minutes, seconds};
use hosho::config::Config;
use hosho::jose::Algorithm;
use hosho::service::oidc::signing_key::{keep, rotate};
use hosho::store::db::DatabaseUrl;
use hosho::store::migrate::migrate;
use serde_json::Value;

use crate::support::{Server, text};

async fn published(server: &Server) -> Vec<Value> {
    let answer = server.browser().fetch("/jwks").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let keys = answer.json()["keys"].as_array().unwrap().clone();
    keys.into_iter().filter(|key| text(key, "use") == "sig").collect()
}

fn kid_of(token: &str) -> String {
    let header = hosho::base::digest::from_base64url(token.split('.').next().unwrap()).unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    text(&header, "kid").to_owned()
}

#[tokio::test]
async fn the_key_set_has_a_key_for_every_algorithm_and_nothing_private() {
    let server = Server::start().await;
    let keys = published(&server).await;
    let mut algorithms: Vec<&str> = keys.iter().map(|key| text(key, "alg")).collect();
    algorithms.sort_unstable();
    assert_eq!(algorithms, ["ES256", "EdDSA", "PS256", "RS256"]);
    for key in &keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{key}");
        }
    }
    let answer = server.browser().fetch("/jwks").await;
    let tag = answer.header("etag").unwrap().to_owned();
    let request = http::Request::get("/jwks").header("if-none-match", tag).body(axum::body::Body::empty()).unwrap();
    assert_eq!(server.browser().send(request).await.status, 304);
}

#[tokio::test]
async fn the_next_key_is_published_first_then_signs_and_the_old_one_stays() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let code = shop.code(&mut hanako.browser, &[("scope", "openid offline_access"), ("prompt", "consent")]).await;
    let first = shop.exchange(&code).await.json();
    let old = kid_of(text(&first, "access_token"));

    let mut work = server.work();
    let names = rotate(&mut work, vec![Algorithm::Es256], hours(1)).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(published(&server).await.len(), 5);
    let before = shop.refresh(text(&first, "refresh_token")).await.json();
    assert_eq!(kid_of(text(&before, "access_token")), old);

    server.clock.advance(hours(1));
    let after = shop.refresh(text(&before, "refresh_token")).await.json();
    assert_eq!(kid_of(text(&after, "access_token")), names[0]);
    assert_eq!(published(&server).await.len(), 5, "tokens of the old key are still about");
    assert_eq!(shop.userinfo(text(&after, "access_token")).await.status, 200);
    server.clock.advance(hours(1));
    let kids: Vec<String> = published(&server).await.iter().map(|key| text(key, "kid").to_owned()).collect();
    assert!(!kids.contains(&old) && kids.contains(&names[0]));
    // An old ID token is still good as a hint.
    let hint = [("prompt", "none"), ("id_token_hint", text(&first, "id_token"))];
    server.sign_in(&mut hanako.browser, &hanako.sub).await;
    assert!(!shop.code(&mut hanako.browser, &hint).await.is_empty());
}

#[tokio::test]
async fn a_key_made_by_another_process_is_taken_over_and_successors_are_made_in_time() {
    let server = Server::start().await;
    let (other, _) = server.another_instance().await;
    let mut work = hosho::app::Work::for_operator(&other);
    let names = rotate(&mut work, vec![Algorithm::EdDsa], minutes(5)).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(published(&server).await.len(), 4);
    let mut work = server.work();
    assert!(keep(&mut work).await.unwrap().is_empty());
    work.commit().await.unwrap();
    let kids: Vec<String> = published(&server).await.iter().map(|key| text(key, "kid").to_owned()).collect();
    assert!(kids.contains(&names[0]));

    let life = server.app.config.token.key_life;
    server.clock.advance(life - server.app.config.token.key_lead - seconds(1));
    let mut work = server.work();
    assert!(keep(&mut work).await.unwrap().is_empty());
    server.clock.advance(seconds(1));
    work.commit().await.unwrap();
    let mut work = server.work();
    assert_eq!(keep(&mut work).await.unwrap().len(), 3, "all but the one that was made later");
}

#[tokio::test]
async fn a_copied_database_is_useless_without_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hosho.db");
    migrate(&DatabaseUrl::Sqlite(path.clone())).await.unwrap();
    let url = format!("sqlite:{}", path.display());
    let open = async |keys: &str| {
        let keys = folder.path().join(keys).display().to_string();
        let settings = [("HOSHO_DATABASE_URL", url.as_str()), ("HOSHO_KEYS_DIR", &keys), ("HOSHO_MAIL_URL", "memory:")];
        App::open(Config::from_variables(&settings).unwrap(), Clock::System, Random::system()).await
    };
    let names = |app: &App| -> Vec<String> { app.keys.ring().all().keys().iter().map(|key| key.kid.clone()).collect() };
    let first = names(&open("keys").await.unwrap());
    assert_eq!(names(&open("keys").await.unwrap()), first, "keys are made once");
    let Err(error) = open("other").await else { panic!("it must not open") };
    assert!(error.to_string().contains("another key-encryption key"), "{error}");

    // Two keys that change places are noticed.
    let connection = rusqlite::Connection::open(&path).unwrap();
    let swap = "UPDATE signing_key SET private_key = (SELECT private_key FROM signing_key o WHERE o.kid != signing_key.kid LIMIT 1)";
    connection.execute(swap, []).unwrap();
    let Err(error) = open("keys").await else { panic!("it must not open") };
    assert!(error.to_string().contains("changed or moved"), "{error}");
}
