//! Consent: asked once per client and scope, answered for what the server keeps, and taken back.

use serde_json::json;

use crate::support::{Answer, Browser, RelyingParty, Server};

async fn start() -> (Server, RelyingParty, Browser, hosho::base::id::Subject) {
    let server = Server::start().await;
    let metadata = json!({"client_name#ja": "花屋 <b>x</b>", "policy_uri": "https://shop.example/privacy",
        "logo_uri": "https://shop.example/logo.png"});
    let shop = server.relying_party("shop", metadata).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    (server, shop, browser, hanako)
}

fn asks(answer: &Answer) -> bool {
    answer.find("#consent-allow").is_some() && answer.find("#consent-deny").is_some()
}

/// (A019), (A024)
#[tokio::test]
async fn a_new_client_is_shown_with_its_name_and_links_as_text() {
    let (_server, shop, mut browser, _) = start().await;
    let page = browser.get(&shop.asks(&[("scope", "openid email products")])).await;
    assert!(asks(&page), "{}", page.text);
    assert!(page.text.contains("花屋 &#60;b&#62;x") || page.text.contains("花屋 &lt;b&gt;x"), "{}", page.text);
    assert!(page.text.contains("https://shop.example/privacy") && page.text.contains("https://shop.example/logo.png"));
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    assert!(page.text.contains("登録した製品"));
}

/// (A029)
#[tokio::test]
async fn what_was_allowed_is_not_asked_again_but_more_is() {
    let (_server, shop, mut browser, _) = start().await;
    let page = browser.get(&shop.asks(&[("scope", "openid email")])).await;
    let answer = browser.submit(&page, "consent-allow", &[]).await;
    assert!(!answer.code().is_empty());

    assert!(!browser.get(&shop.asks(&[("scope", "email openid"), ("prompt", "none")])).await.code().is_empty());
    assert!(asks(&browser.get(&shop.asks(&[("scope", "openid profile")])).await));
    assert!(asks(&browser.get(&shop.asks(&[("scope", "openid offline_access")])).await));
    assert!(asks(&browser.get(&shop.asks(&[("prompt", "consent")])).await));
    let claims = r#"{"userinfo":{"name":null}}"#;
    assert!(asks(&browser.get(&shop.asks(&[("claims", claims)])).await), "a claim by name is asked like its scope");
}

#[tokio::test]
async fn prompt_consent_is_satisfied_by_an_answer_to_this_very_request() {
    let (_server, shop, mut browser, _) = start().await;
    for _ in 0..2 {
        let page = browser.get(&shop.asks(&[("prompt", "consent")])).await;
        assert!(asks(&page));
        assert!(!browser.submit(&page, "consent-allow", &[]).await.code().is_empty());
    }
}

#[tokio::test]
async fn no_is_told_to_the_client_and_remembered_as_nothing() {
    let (_server, shop, mut browser, _) = start().await;
    let page = browser.get(&shop.asks(&[])).await;
    let answer = browser.submit(&page, "consent-deny", &[]).await;
    assert_eq!(answer.error().as_deref(), Some("access_denied"));
    assert!(asks(&browser.get(&shop.asks(&[])).await));
}

/// (A021), (A028), (A030)
#[tokio::test]
async fn a_consent_form_that_was_tampered_with_gives_only_what_was_asked() {
    let (server, shop, mut browser, hanako) = start().await;
    let page = browser.get(&shop.asks(&[("scope", "openid email")])).await;
    let tampered = [("scope", "openid email management"), ("client_id", "other"), ("claims", "{}")];
    let answer = browser.submit(&page, "consent-allow", &tampered).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?code="));
    let mut work = server.work();
    let scope = hosho::store::oidc::consent::remembered(work.tx(), &hanako, &shop.id.as_str().into()).await.unwrap();
    assert_eq!(scope.to_string(), "openid email");
    drop(work);

    // The same form once more: it is over, and no second code comes of it.
    let again = browser.submit(&page, "consent-allow", &[]).await;
    assert_eq!((again.status.as_u16(), again.location()), (400, None));
}

/// (A022)
#[tokio::test]
async fn a_consent_belongs_to_the_browser_that_asked() {
    let (server, shop, mut browser, _) = start().await;
    let page = browser.get(&shop.asks(&[])).await;
    let mallory = server.customer("mallory@example.jp").await;
    let mut other = server.browser();
    server.sign_in(&mut other, &mallory).await;
    let answer = other.fetch(&page.path).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None));
    let answer = other.submit(&page, "consent-allow", &[]).await;
    assert_eq!(answer.status, 400);
}

/// (A029), (A057)
#[tokio::test]
async fn taking_it_back_asks_again_and_voids_what_was_given() {
    let (server, shop, mut browser, hanako) = start().await;
    let page = browser.get(&shop.asks(&[])).await;
    browser.submit(&page, "consent-allow", &[]).await.code();

    let mut work = server.work();
    let connected = hosho::service::oidc::consent::list(&mut work, &hanako).await.unwrap();
    assert_eq!(connected.len(), 1);
    hosho::service::oidc::consent::revoke(&mut work, &hanako, &shop.id.as_str().into()).await.unwrap();
    assert!(hosho::service::oidc::consent::list(&mut work, &hanako).await.unwrap().is_empty());
    work.commit().await.unwrap();

    assert!(asks(&browser.get(&shop.asks(&[])).await));
}
