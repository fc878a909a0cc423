//! Signing out at a client's wish. OpenID Connect RP-Initiated Logout 1.0.

use serde_json::json;

use crate::support::{Browser, RelyingParty, Server, text};

const BYE: &str = "https://shop.example/bye";

async fn start() -> (Server, RelyingParty, Browser) {
    let server = Server::start().await;
    let metadata = json!({"hosho_first_party": true, "post_logout_redirect_uris": [BYE]});
    let shop = server.relying_party("shop", metadata).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    (server, shop, browser)
}

async fn is_signed_in(shop: &RelyingParty, browser: &mut Browser) -> bool {
    browser.fetch(&shop.asks(&[("prompt", "none")])).await.error().is_none()
}

fn path(parameters: &[(&str, &str)]) -> String {
    format!("/end_session?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish())
}

/// (A158)
#[tokio::test]
async fn a_link_from_anywhere_asks_first_a158() {
    let (_server, shop, mut browser) = start().await;
    for parameters in [&[][..], &[("state", "x")]] {
        let page = browser.get(&path(parameters)).await;
        assert!(page.find("#logout-confirm").is_some());
        assert!(is_signed_in(&shop, &mut browser).await);
    }
    let page = browser.get("/end_session").await;
    let done = browser.submit(&page, "logout-confirm", &[]).await;
    assert_eq!((done.status.as_u16(), done.location()), (200, None));
    assert!(!is_signed_in(&shop, &mut browser).await);
}

#[tokio::test]
async fn without_proof_there_is_no_redirect_before_the_person_confirms_a158() {
    let (_server, shop, mut browser) = start().await;
    let page =
        browser.get(&path(&[("client_id", &shop.id), ("post_logout_redirect_uri", BYE), ("state", "x y")])).await;
    assert_eq!(page.location(), None);
    let done = browser.submit(&page, "logout-confirm", &[]).await;
    assert_eq!(done.location().as_deref(), Some("https://shop.example/bye?state=x+y"));
    assert!(!is_signed_in(&shop, &mut browser).await);
}

/// (A158)
#[tokio::test]
async fn a_wish_that_cannot_be_verified_ends_nothing_a158() {
    let (_server, shop, mut browser) = start().await;
    let cases: &[&[(&str, &str)]] = &[
        &[("post_logout_redirect_uri", BYE)],
        &[("client_id", &shop.id), ("post_logout_redirect_uri", "https://shop.example/bye?foo=bar")],
        &[("client_id", &shop.id), ("post_logout_redirect_uri", "https://evil.example/")],
        &[("client_id", "nobody")],
        &[("id_token_hint", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.")],
    ];
    for parameters in cases {
        let answer = browser.fetch(&path(parameters)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{parameters:?}");
        assert!(is_signed_in(&shop, &mut browser).await);
    }
    let twice = format!("{}&state=b", path(&[("state", "a")]));
    assert_eq!(browser.fetch(&twice).await.status, 400);
}

#[tokio::test]
async fn the_confirmation_needs_the_forms_token() {
    let (_server, shop, mut browser) = start().await;
    assert_eq!(browser.post("/end_session/confirm", &[]).await.status, 400);
    assert!(is_signed_in(&shop, &mut browser).await);
}

#[tokio::test]
async fn a_session_that_ends_takes_its_grants_with_it() {
    let (server, shop, mut browser) = start().await;
    browser.fetch(&shop.asks(&[])).await.code();
    let page = browser.get("/end_session").await;
    browser.submit(&page, "logout-confirm", &[]).await;
    let mut work = server.work();
    let open = hosho::store::query::sql("SELECT COUNT(*) AS count FROM grant_ WHERE revoked_at IS NULL")
        .one::<hosho::store::query::Count>(work.tx())
        .await
        .unwrap();
    assert_eq!(open.count, 0);
}

/// (A151), (A158)
#[tokio::test]
async fn an_id_token_of_this_session_ends_it_at_once_a151_a158() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"post_logout_redirect_uris": [BYE]})).await;
    let (mut hanako, mut taro) = (server.person("hanako@example.jp").await, server.person("taro@example.jp").await);
    let tokens = shop.tokens(&mut hanako.browser, "openid email").await;
    let offline = shop.tokens(&mut hanako.browser, "openid offline_access").await;
    let wish = path(&[("id_token_hint", text(&tokens, "id_token")), ("post_logout_redirect_uri", BYE), ("state", "x")]);

    let asked = taro.browser.fetch(&wish).await;
    assert!(asked.find("#logout-confirm").is_some(), "somebody else is asked first");

    let done = hanako.browser.fetch(&wish).await;
    assert_eq!(done.location().as_deref(), Some("https://shop.example/bye?state=x"));
    assert!(!hanako.browser.cookies.contains_key("hosho_session"));
    assert_eq!(shop.userinfo(text(&tokens, "access_token")).await.status, 401);
    assert_ne!(shop.refresh(text(&tokens, "refresh_token")).await.status, 200);
    assert_eq!(shop.refresh(text(&offline, "refresh_token")).await.status, 200, "offline access outlives the session");

    let again = hanako.browser.fetch(&wish).await;
    assert_eq!(again.location().as_deref(), Some("https://shop.example/bye?state=x"), "nothing is left to end");
}

/// A client that was switched off leads nobody anywhere, whoever is signed in: not by a hint that it got before, nor by
/// its name.
#[tokio::test]
async fn nothing_leads_to_a_client_that_was_switched_off_a158() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"post_logout_redirect_uris": [BYE]})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid email").await;
    let mut work = server.work();
    hosho::service::oidc::client::disable(&mut work, &shop.id.as_str().into()).await.unwrap();
    work.commit().await.unwrap();
    let by_hint = path(&[("id_token_hint", text(&tokens, "id_token")), ("post_logout_redirect_uri", BYE)]);
    let by_name = path(&[("client_id", &shop.id), ("post_logout_redirect_uri", BYE)]);
    for wish in [by_hint, by_name] {
        for browser in [&mut server.browser(), &mut hanako.browser] {
            let answer = browser.fetch(&wish).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{wish}");
            assert!(!answer.text.contains(BYE), "{wish}");
        }
    }
    assert_eq!(hanako.browser.fetch("/my").await.status, 200, "she is still signed in");
}
