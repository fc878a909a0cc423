//! Secrets stay where they belong (A040, A197): after a whole life of sign-in, tokens and new passwords, neither
//! the database nor the log at its most talkative holds one of them. And nobody writes log lines of their own (A196).

use std::path::Path;
use std::process::Stdio;

use axum::body::Body;
use http::Request;
use serde_json::Value;

use super::program::Place;
use super::shop::{PASSWORD, Shop, VERIFIER};
use crate::support::{Answer, Browser};

/// A secret that was used, and what it was.
type Used = (&'static str, String);

async fn post(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request =
        Request::post(path).header("content-type", "application/x-www-form-urlencoded").body(Body::from(body)).unwrap();
    browser.send(request).await
}

/// Live a life and remember every secret of it.
async fn live(shop: &Shop) -> Vec<Used> {
    let mut used = vec![("password", PASSWORD.to_owned()), ("verifier", VERIFIER.to_owned())];
    let id = shop.client["client_id"].as_str().unwrap();
    let secret = shop.client["client_secret"].as_str().unwrap();
    used.push(("client secret", secret.to_owned()));

    let wrong = "canary-wrong-password-81523";
    let mut browser = Browser::of_program(&shop.issuer);
    let page = browser.get("/sign-in").await;
    browser.submit(&page, "login-submit", &[("username", "hanako@example.com"), ("password", wrong)]).await;
    used.push(("wrong password", wrong.to_owned()));
    let page = browser.get("/sign-in").await;
    browser.submit(&page, "login-submit", &[("username", "hanako@example.com"), ("password", PASSWORD)]).await;
    for (name, value) in &browser.cookies {
        if name != "hosho_locale" {
            used.push(("cookie", value.clone()));
        }
    }

    let code = shop.code(&mut browser).await.unwrap();
    let tokens = shop.redeem(&mut browser, &code).await.unwrap().json();
    let take = |tokens: &Value, name: &str| tokens[name].as_str().unwrap().to_owned();
    let refresh_token = take(&tokens, "refresh_token");
    let client = [("client_id", id), ("client_secret", secret)];
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &refresh_token), client[0], client[1]];
    let fresh = post(&mut browser, "/token", &fields).await.json();
    let access_token = take(&fresh, "access_token");
    post(&mut browser, "/introspect", &[("token", &access_token), client[0], client[1]]).await;
    post(&mut browser, "/userinfo", &[("access_token", &access_token)]).await;
    let request = Request::get("/userinfo").header("authorization", format!("Bearer {access_token}"));
    browser.send(request.body(Body::empty()).unwrap()).await;
    // In the address, where it must be ignored and never logged (A066).
    browser.fetch(&format!("/userinfo?access_token={access_token}")).await;
    used.push(("code", code));
    for (name, value) in [("refresh token", refresh_token), ("access token", access_token)] {
        used.push((name, value));
    }
    for name in ["access_token", "refresh_token", "id_token"] {
        used.push(("token", take(&tokens, name)));
    }

    // A new password, by the link of the letter.
    let mut other = Browser::of_program(&shop.issuer);
    let page = other.get("/recover").await;
    other.submit(&page, "email", &[("email", "hanako@example.com")]).await;
    let link = link_of_the_letter(&shop.place.folder.path().join("data/mail")).await;
    let token = link.rsplit(['=', '/']).next().unwrap().to_owned();
    let page = other.get(link.strip_prefix(&shop.issuer).unwrap()).await;
    let page = other.submit(&page, "confirm-submit", &[]).await;
    let fresh_password = "canary fresh password 55102";
    let done = other.submit(&page, "new_password", &[("new_password", fresh_password)]).await;
    assert!(done.status.is_success(), "{}", done.text);
    used.push(("link", token));
    used.push(("fresh password", fresh_password.to_owned()));
    used
}

async fn link_of_the_letter(folder: &Path) -> String {
    for _ in 0..100 {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            // Quoted-printable or base64: the parts of a letter are decoded by whoever shows it, here only lines are joined.
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let text = text.replace("=\r\n", "").replace("=3D", "=");
            if let Some(at) = text.find("http://localhost:") {
                let link: String = text[at..].chars().take_while(|c| !c.is_whitespace() && *c != '"').collect();
                return link;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no letter with a link");
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_the_database_or_the_log() {
    let shop = Shop::set_up();
    let log = shop.place.folder.path().join("log");
    let serving = serve_with_log(&shop.place, &log);
    let used = live(&shop).await;
    drop(serving);

    let mut places = vec![("log", std::fs::read(&log).unwrap())];
    for name in ["hosho.db", "hosho.db-wal"] {
        places.push((name, std::fs::read(shop.place.folder.path().join("data").join(name)).unwrap_or_default()));
    }
    let key = std::fs::read_to_string(shop.place.folder.path().join("keys/key-encryption.key")).unwrap();
    let mut used = used;
    used.push(("key-encryption key", key.trim().to_owned()));
    assert!(places[0].1.len() > 1000, "the log at its most talkative is not empty");
    for (place, content) in &places {
        for (what, secret) in &used {
            assert!(secret.len() >= 12, "{what} is no canary: {secret}");
            assert!(!holds(content, secret), "a {what} is in the {place}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_line_is_one_record() {
    let place = Place::new();
    let log = place.folder.path().join("log");
    let serving = serve_with_log(&place, &log);
    let mut browser = Browser::of_program(&format!("http://localhost:{}", place.address.port()));
    let nasty = "x\r\n{\"level\":\"ERROR\",\"message\":\"forged\"}\u{1b}[31m\u{2028}";
    let page = browser.get("/sign-in").await;
    browser.submit(&page, "login-submit", &[("username", nasty), ("password", nasty)]).await;
    let encoded: String = form_urlencoded::byte_serialize(nasty.as_bytes()).collect();
    browser.fetch(&format!("/{encoded}?client_id={encoded}")).await;
    browser.fetch(&format!("/authorize?client_id={encoded}")).await;
    drop(serving);
    let text = std::fs::read_to_string(&log).unwrap();
    assert!(text.lines().count() > 3);
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert_ne!(record["fields"]["message"], "forged");
        assert!(!line.contains('\u{1b}'), "{line}");
    }
}

fn serve_with_log(place: &Place, log: &Path) -> super::program::Serving {
    let file = std::fs::File::create(log).unwrap();
    let variables = [("HOSHO_LOG_LEVEL", "trace"), ("HOSHO_LOG_FORMAT", "json")];
    place.serve_writing(&variables, Stdio::from(file))
}
