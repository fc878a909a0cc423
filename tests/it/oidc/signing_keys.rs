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
async fn the_key_set_has_a_key_for_every_algorithm_and_nothing_private_a089() {
    let server = Server::start().await;
    let keys = published(&server).await;
    let mut algorithms: Vec<&str> = keys.iter().map(|key| text(key, "alg")).collect();
    algorithms.sort_unstable();
    assert_eq!(algorithms, ["ES256", "EdDSA", "PS256", "RS256"]);
    let names: std::collections::BTreeSet<&str> = keys.iter().map(|key| text(key, "kid")).collect();
    assert_eq!(names.len(), keys.len(), "each has a name of its own");
    for key in &keys {
        assert_eq!(text(key, "use"), "sig", "{key}");
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
async fn of_keys_that_are_made_at_once_the_last_one_signs_in_the_end() {
    let server = Server::start().await;
    let mut last = String::new();
    for _ in 0..12 {
        let mut work = server.work();
        last = rotate(&mut work, vec![Algorithm::Es256], seconds(0)).await.unwrap().remove(0);
        work.commit().await.unwrap();
    }
    server.clock.advance(seconds(1));
    let shop = server.shop().await;
    let fields = [("grant_type", "client_credentials"), ("scope", "products")];
    let token = shop.post("/token", &fields).await.json();
    assert_eq!(kid_of(text(&token, "access_token")), last);
    let (other, _) = server.another_instance().await;
    assert_eq!(other.keys.ring().signing(Algorithm::Es256, server.clock.now()).unwrap().kid(), last);
}

#[tokio::test]
async fn a_key_is_forgotten_when_nothing_that_it_signed_is_of_use() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let tokens = shop.exchange(&shop.code(&mut hanako.browser, &[]).await).await.json();
    let old = kid_of(text(&tokens, "id_token"));
    let mut work = server.work();
    rotate(&mut work, vec![Algorithm::Es256], hours(1)).await.unwrap();
    work.commit().await.unwrap();
    let (other, other_site) = server.another_instance().await;
    let is_known = |app: &App| app.keys.ring().all().find(&old).is_some();
    let kept = async || {
        let mut work = server.work();
        let made = keep(&mut work).await.unwrap().len();
        work.commit().await.unwrap();
        made
    };
    let hint = [("prompt", "none"), ("id_token_hint", text(&tokens, "id_token"))];

    let settings = &server.app.config;
    // A refresh token may give a last ID token when its time is nearly over, and that is a hint for its own life.
    let useful = settings.token.refresh_absolute + settings.token.id;
    server.clock.advance(hours(1) + useful - seconds(1));
    assert!(kept().await > 0, "keys are as old as that");
    assert!(is_known(&server.app));
    server.sign_in(&mut hanako.browser, &hanako.sub).await;
    assert!(!shop.code(&mut hanako.browser, &hint).await.is_empty(), "a hint still");

    server.clock.advance(seconds(1));
    kept().await;
    assert!(!is_known(&server.app));
    let mut work = hosho::app::Work::for_operator(&other);
    keep(&mut work).await.unwrap();
    work.commit().await.unwrap();
    assert!(!is_known(&other));
    // Whoever is signed in is not concerned, and what the forgotten key signed is nobody's.
    for site in [server.site.clone(), other_site] {
        let mut browser = crate::support::Browser::new(site);
        browser.cookies = hanako.browser.cookies.clone();
        assert_eq!(browser.fetch(&shop.asks(&hint)).await.error().as_deref(), Some("invalid_request"));
        assert!(!shop.code(&mut browser, &[("prompt", "none")]).await.is_empty());
    }
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
