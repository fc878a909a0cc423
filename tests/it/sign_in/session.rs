//! Sessions: new at every sign-in, limited in time, dead when they are ended.

use http::StatusCode;

use super::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::{Browser, Server};
use hosho::base::time::{days, hours, minutes, seconds};

const EMAIL: &str = "hanako@mail.example";
const COOKIE: &str = "hosho_session";

/// (A149), (A151)
#[tokio::test]
async fn a_planted_or_older_cookie_is_replaced_and_dead() {
    let server = Server::start().await;
    let mut browser = server.browser();
    browser.cookies.insert(COOKIE.to_owned(), "planted-by-mallory".to_owned());
    sign_up(&server, &mut browser, EMAIL).await;
    let first = browser.cookies[COOKIE].clone();
    assert_ne!(first, "planted-by-mallory");
    browser.get("/sign-out").await;
    let page = browser.get("/sign-out").await;
    let mut saved = browser.clone();
    browser.submit(&page, "logout-confirm", &[]).await;
    assert!(!browser.cookies.contains_key(COOKIE));
    assert!(!is_signed_in(&mut saved).await, "a saved cookie opens nothing after sign-out");
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    assert_ne!(browser.cookies[COOKIE], first);
}

/// (A149)
#[tokio::test]
async fn signing_in_again_ends_the_session_before_it() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    browser.submit_once(&page, "login-submit", &[("username", EMAIL), ("password", PASSWORD)]).await;
    let mut old = browser.clone();
    let mut fresh = browser.clone();
    fresh.cookies.remove(COOKIE);
    let page = fresh.get("/sign-in").await;
    let (_, mut fields) = page.form("login-submit", &[("username", EMAIL), ("password", PASSWORD)]);
    // The form of a page that was opened while signed in carries that session's token.
    let signed_in_page = browser.get("/my/profile").await;
    let (_, own) = signed_in_page.form("profile-save", &[]);
    fields.retain(|(name, _)| name != "csrf");
    fields.push(own.into_iter().find(|(name, _)| name == "csrf").unwrap());
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post("/sign-in", &pairs).await.status, StatusCode::SEE_OTHER);
    assert_ne!(browser.cookies[COOKIE], old.cookies[COOKIE]);
    assert!(is_signed_in(&mut browser).await);
    assert!(!is_signed_in(&mut old).await);
}

/// (A150)
#[tokio::test]
async fn cookies_are_marked_as_the_standards_ask() {
    let server = Server::start_with(&[
        ("HOSHO_ISSUER", "https://id.maker.example"),
        ("HOSHO_MAIL_FROM", "Maker <id@maker.example>"),
    ])
    .await;
    let request = http::Request::get("/sign-in").header("host", "id.maker.example");
    let answer = server.browser().send(request.body(axum::body::Body::empty()).unwrap()).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-hosho_browser="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
}

/// (A152), (A133)
#[tokio::test]
async fn sessions_end_when_idle_and_at_their_limit() {
    let server = Server::start_with(&[("HOSHO_SESSION_IDLE", "2h"), ("HOSHO_SESSION_ABSOLUTE", "6h")]).await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let mut idle = browser.clone();
    for _ in 0..3 {
        server.clock.advance(hours(2) - seconds(1));
        assert!(is_signed_in(&mut browser).await);
    }
    server.clock.advance(seconds(3));
    assert!(!is_signed_in(&mut browser).await, "use does not extend the absolute limit");
    sign_in(&mut idle, EMAIL, PASSWORD).await;
    server.clock.advance(hours(2));
    assert!(!is_signed_in(&mut idle).await);
}

#[tokio::test]
async fn stay_signed_in_lasts_longer_and_survives_closing_the_browser() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    for (stay, lasts) in [("on", true), ("", false)] {
        let mut browser = server.browser();
        let page = browser.get("/sign-in").await;
        let fields = [("username", EMAIL), ("password", PASSWORD), ("stay", stay)];
        let answer = browser.submit_once(&page, "login-submit", &fields).await;
        assert_eq!(answer.header("set-cookie").unwrap().contains("Max-Age=7776000"), lasts);
        server.clock.advance(days(10));
        assert_eq!(is_signed_in(&mut browser).await, lasts);
    }
}

/// (A173)
#[tokio::test]
async fn a_person_sees_and_ends_their_own_sessions_only() {
    let server = Server::start().await;
    let (mut one, mut two, mut mallory) = (server.browser(), server.browser(), server.browser());
    sign_up(&server, &mut one, EMAIL).await;
    two.headers.push(("user-agent", "<script>alert(1)</script> Firefox/1.0 (Windows)".to_owned()));
    sign_in(&mut two, EMAIL, PASSWORD).await;
    sign_up(&server, &mut mallory, "mallory@mail.example").await;

    let page = one.get("/my/sessions").await;
    assert!(page.text.contains("Firefox（Windows）") && !page.text.contains("<script>alert"));
    let (_, fields) = page.form("session", &[]);
    let id = fields.iter().find(|(name, _)| name == "session").unwrap().1.clone();

    let own = mallory.get("/my/sessions").await;
    let (_, fields) = own.form("sessions-end-all", &[("session", &id)]);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(mallory.post("/my/sessions/end", &pairs).await.status, StatusCode::NOT_FOUND);
    assert!(is_signed_in(&mut two).await);

    one.submit(&page, "session", &[]).await;
    assert!(!is_signed_in(&mut two).await);
    assert!(is_signed_in(&mut one).await);
}

/// (A151)
#[tokio::test]
async fn signing_out_everywhere_counts_on_every_instance_at_once() {
    let server = Server::start().await;
    let mut one = server.browser();
    sign_up(&server, &mut one, EMAIL).await;
    let (_, other_site) = server.another_instance().await;
    let mut two = Browser::new(other_site);
    sign_in(&mut two, EMAIL, PASSWORD).await;
    assert!(is_signed_in(&mut two).await);
    server.clock.advance(minutes(1));
    let page = one.get("/my/sessions").await;
    one.submit(&page, "sessions-end-all", &[]).await;
    assert!(!is_signed_in(&mut one).await);
    assert!(!is_signed_in(&mut two).await);
}
