//! Setting a new password by mail.

use http::{Request, StatusCode};

use super::{PASSWORD, code_in, is_signed_in, link_in, sign_in, sign_up};
use crate::support::{Answer, Browser, Server};
use hosho::base::time::{minutes, seconds};

const EMAIL: &str = "hanako@mail.example";
const NEW: &str = "seven lanterns cross the river";

async fn ask(server: &Server, browser: &mut Browser, email: &str) -> (Answer, String) {
    let page = browser.get("/recover").await;
    let page = browser.submit(&page, "email", &[("email", email)]).await;
    (page, server.last_letter_to(email).await.text)
}

/// (A128), (A153)
#[tokio::test]
async fn a_new_password_ends_every_session_and_its_owner_gets_a_letter() {
    let server = Server::start().await;
    let mut owner = server.browser();
    sign_up(&server, &mut owner, EMAIL).await;
    let mut other = server.browser();
    let (page, letter) = ask(&server, &mut other, EMAIL).await;
    let page = other.submit(&page, "code", &[("code", &code_in(&letter))]).await;
    let done = other.submit_once(&page, "new_password", &[("new_password", NEW)]).await;
    assert_eq!(done.location().as_deref(), Some("/sign-in?notice=password"));
    assert!(!is_signed_in(&mut other).await, "a reset does not sign in");
    assert!(!is_signed_in(&mut owner).await, "old sessions are over");
    assert!(server.last_letter_to(EMAIL).await.subject.contains("パスワード"));
    assert_ne!(sign_in(&mut server.browser(), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&mut server.browser(), EMAIL, NEW).await.status, StatusCode::SEE_OTHER);
}

/// (A106)
#[tokio::test]
async fn unknown_addresses_get_the_same_pages() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let mut pages = Vec::new();
    for email in [EMAIL, "nobody@mail.example"] {
        let mut browser = server.browser();
        let (page, _) = ask(&server, &mut browser, email).await;
        let wrong = browser.submit(&page, "code", &[("code", "000000")]).await;
        pages.push((
            page.status,
            page.find("main").map(|text| text.replace(email, "…")),
            wrong.status,
            wrong.find(".field-error"),
        ));
    }
    assert_eq!(pages[0], pages[1]);
}

/// (A127)
#[tokio::test]
async fn a_link_works_once_for_its_own_account_and_dies_with_a_newer_one() {
    let server = Server::start().await;
    for email in [EMAIL, "mallory@mail.example"] {
        sign_up(&server, &mut server.browser(), email).await;
    }
    let (_, first) = ask(&server, &mut server.browser(), EMAIL).await;
    let (_, second) = ask(&server, &mut server.browser(), EMAIL).await;
    assert_eq!(server.browser().get(&link_in(&first)).await.status, StatusCode::GONE, "a newer request replaces it");

    let mut browser = server.browser();
    let link = link_in(&second);
    for _ in 0..2 {
        assert_eq!(browser.get(&link).await.status, StatusCode::OK, "looking uses nothing up");
    }
    let page = browser.get(&link).await;
    let sign_up_instead = link.replace("/recover/", "/sign-up/");
    assert_eq!(browser.get(&sign_up_instead).await.status, StatusCode::GONE, "not for another purpose");
    let page = browser.submit(&page, "confirm-submit", &[]).await;
    // Fields that are not the form's change nothing.
    let fields =
        [("new_password", NEW), ("username", "mallory@mail.example"), ("sub", "x"), ("email", "mallory@mail.example")];
    let done = browser.submit_once(&page, "new_password", &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.submit_once(&page, "new_password", &[("new_password", NEW)]).await.status, StatusCode::GONE);
    assert_eq!(sign_in(&mut server.browser(), "mallory@mail.example", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&mut server.browser(), EMAIL, NEW).await.status, StatusCode::SEE_OTHER);
}

/// (A127)
#[tokio::test]
async fn many_at_once_use_a_proof_once() {
    let server = Server::start_with(&[("HOSHO_PASSWORD_HASHING_QUEUE", "1000")]).await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let mut browser = server.browser();
    let (page, letter) = ask(&server, &mut browser, EMAIL).await;
    let page = browser.submit(&page, "code", &[("code", &code_in(&letter))]).await;
    let mut tasks = Vec::new();
    for number in 0..16 {
        let (mut browser, page) = (browser.clone(), page.clone());
        let password = format!("{NEW} number {number}");
        tasks.push(tokio::spawn(async move {
            browser.submit_once(&page, "new_password", &[("new_password", &password)]).await.status
        }));
    }
    let mut set = 0;
    for task in tasks {
        match task.await.unwrap() {
            StatusCode::SEE_OTHER => set += 1,
            status => assert_eq!(status, StatusCode::GONE),
        }
    }
    assert_eq!(set, 1);
}

/// (A127), (A133)
#[tokio::test]
async fn a_proof_ends_on_the_second_at_every_step() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_CODE", "20m")]).await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    for (wait, works) in [(minutes(20) - seconds(1), true), (minutes(20), false)] {
        let mut browser = server.browser();
        let (page, letter) = ask(&server, &mut browser, EMAIL).await;
        let page = browser.submit(&page, "code", &[("code", &code_in(&letter))]).await;
        server.clock.advance(wait);
        let done = browser.submit_once(&page, "new_password", &[("new_password", NEW)]).await;
        assert_eq!(done.status == StatusCode::SEE_OTHER, works, "after {wait:?}");
    }
}

/// (A126)
#[tokio::test]
async fn links_carry_the_configured_name_whatever_the_host_header_says() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let mut browser = server.browser();
    let page = browser.get("/recover").await;
    let (action, fields) = page.form("email", &[("email", EMAIL)]);
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let before = server.letters().await.len();
    for (name, value) in [("host", "evil.example"), ("host", "localhost:8080.evil.example")] {
        let request = Request::post(action.as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value)
            .body(axum::body::Body::from(body.clone()))
            .unwrap();
        assert_eq!(browser.send(request).await.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(server.letters().await.len(), before);
    for name in ["x-forwarded-host", "x-host", "forwarded", "x-original-host"] {
        let request = Request::post(action.as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, if name == "forwarded" { "host=evil.example" } else { "evil.example" })
            .body(axum::body::Body::from(body.clone()))
            .unwrap();
        assert_eq!(browser.send(request).await.status, StatusCode::SEE_OTHER, "{name}");
        let letter = server.last_letter_to(EMAIL).await;
        assert!(!letter.text.contains("evil.example") && !letter.html.contains("evil.example"), "{name}");
    }
}

#[tokio::test]
async fn password_managers_find_the_page() {
    let server = Server::start().await;
    let answer = server.browser().fetch("/.well-known/change-password").await;
    assert_eq!(answer.location().as_deref(), Some("/my/security"));
}
