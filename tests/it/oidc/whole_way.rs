//! The whole way through the real pages: sign-up and sign-in return to the app that asked.

use http::StatusCode;

use crate::sign_in::{PASSWORD, code_in, is_signed_in, sign_up};
use crate::support::{Browser, RelyingParty, Server};

async fn start() -> (Server, RelyingParty, Browser) {
    let server = Server::start().await;
    let shop = server.relying_party("shop", serde_json::json!({"client_name#ja": "花屋"})).await;
    let browser = server.browser();
    (server, shop, browser)
}

#[tokio::test]
async fn signing_up_returns_to_the_app_that_asked() {
    let (server, shop, mut browser) = start().await;
    let page = browser.get(&shop.asks(&[("prompt", "create"), ("scope", "openid email")])).await;
    let page = browser.submit(&page, "email", &[("email", "hanako@example.jp")]).await;
    let code = code_in(&server.last_letter_to("hanako@example.jp").await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    let page = browser.submit(&page, "new_password", &[("new_password", PASSWORD)]).await;
    assert!(page.text.contains("花屋"), "{}", page.text);
    let answer = browser.submit(&page, "consent-allow", &[]).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?code="));
}

#[tokio::test]
async fn signing_in_returns_to_the_app_that_asked_and_its_name_is_shown() {
    let (server, shop, mut browser) = start().await;
    sign_up(&server, &mut server.browser(), "hanako@example.jp").await;
    let page = browser.get(&shop.asks(&[("login_hint", "hanako@example.jp")])).await;
    assert!(page.text.contains("花屋"));
    assert!(page.text.contains("value=\"hanako@example.jp\""), "the hint is filled in");
    let wrong = browser.submit(&page, "login-submit", &[("password", "not the password")]).await;
    assert!(wrong.find("#login-submit").is_some(), "{}", wrong.status);
    server.clock.advance(std::time::Duration::from_secs(1));
    let page = browser.submit(&wrong, "login-submit", &[("password", PASSWORD)]).await;
    let answer = browser.submit_once(&page, "consent-allow", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!answer.code().is_empty());
    assert!(is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn the_sign_in_page_has_a_way_back_to_the_app() {
    let (_server, shop, mut browser) = start().await;
    let page = browser.get(&shop.asks(&[])).await;
    let answer = browser.submit(&page, "login-cancel", &[]).await;
    assert_eq!(answer.error().as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn prompt_login_asks_somebody_who_is_signed_in_again() {
    let (server, shop, mut browser) = start().await;
    sign_up(&server, &mut browser, "hanako@example.jp").await;
    server.clock.advance(std::time::Duration::from_secs(2));
    let page = browser.get(&shop.asks(&[("prompt", "login")])).await;
    let answer =
        browser.submit(&page, "login-submit", &[("username", "hanako@example.jp"), ("password", PASSWORD)]).await;
    assert!(answer.find("#consent-allow").is_some(), "{} {:?}", answer.status, answer.location());
}
