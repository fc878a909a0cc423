//! `prompt`, `max_age` and hints: what a live session is enough for. OpenID Connect Core §3.1.2.1.

use std::time::Duration;

use serde_json::json;

use crate::support::{Server, claims, text};

/// (A026)
#[tokio::test]
async fn prompt_none_shows_no_page_a026() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let other = server.relying_party("other", json!({})).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    let none = [("prompt", "none")];
    assert_eq!(browser.fetch(&shop.asks(&none)).await.error().as_deref(), Some("login_required"));
    server.sign_in(&mut browser, &hanako).await;
    assert!(!browser.fetch(&shop.asks(&none)).await.code().is_empty());
    assert_eq!(browser.fetch(&other.asks(&none)).await.error().as_deref(), Some("consent_required"));
}

/// (A026)
#[tokio::test]
async fn only_a_new_sign_in_satisfies_prompt_login_and_max_age_a026() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    server.clock.advance(Duration::from_secs(2));

    for wish in [("prompt", "login"), ("max_age", "1"), ("max_age", "0")] {
        let answer = browser.fetch(&shop.asks(&[wish])).await;
        let attempt = answer.location_parameter("attempt").unwrap_or_else(|| panic!("{wish:?} asks for a sign-in"));
        let mut work = server.work();
        let attempt = hosho::store::auth::attempt::find(work.tx(), &attempt.as_str().into()).await.unwrap().unwrap();
        drop(work);
        assert!(attempt.reauthenticate);

        // Skipping the sign-in page by its own address leads back to a sign-in.
        let skipped = browser.fetch(attempt.continue_to.as_str()).await;
        assert!(skipped.location().unwrap().starts_with("/sign-in?attempt="), "{wish:?}");

        server.clock.advance(Duration::from_secs(1));
        server.sign_in(&mut browser, &hanako).await;
        assert!(!browser.fetch(attempt.continue_to.as_str()).await.code().is_empty(), "{wish:?}");
        server.clock.advance(Duration::from_secs(2));
    }
    assert!(!browser.fetch(&shop.asks(&[("max_age", "10000")])).await.code().is_empty());
}

#[tokio::test]
async fn prompt_create_begins_with_an_account() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let answer = server.browser().fetch(&shop.asks(&[("prompt", "create")])).await;
    assert!(answer.location().unwrap().starts_with("/sign-up?attempt="));
}

/// Initiating User Registration via OpenID Connect 1.0 §4: the new person comes back to the application, even where
/// somebody else was signed in.
#[tokio::test]
async fn prompt_create_ends_at_the_app_with_the_new_account() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.customer("hanako@example.jp").await;
    for (email, is_signed_in) in [("taro@example.jp", false), ("jiro@example.jp", true)] {
        let mut browser = server.browser();
        if is_signed_in {
            server.sign_in(&mut browser, &hanako).await;
            server.clock.advance(Duration::from_secs(2));
        }
        let start = browser.get(&shop.asks(&[("prompt", "create"), ("scope", "openid email")])).await;
        let sent = browser.submit(&start, "address-submit", &[("email", email)]).await;
        let letter = server.last_letter_to(email).await.text;
        let code: String = letter.lines().map(str::trim).find(|line| is_code(line)).unwrap().split(' ').collect();
        let password = browser.submit(&sent, "code-submit", &[("code", &code)]).await;
        let new = [("new_password", "seven lanterns cross the river")];
        let back = browser.submit(&password, "password-submit", &new).await;
        assert!(back.location().unwrap().starts_with("https://shop.example/cb?code="), "{email}: {}", back.text);
        let mut work = server.work();
        let hash = hosho::base::digest::fingerprint(back.code());
        let issued = hosho::store::oidc::code::find(work.tx(), &hash).await.unwrap().unwrap();
        let grant = hosho::store::oidc::grant::find(work.tx(), &issued.grant).await.unwrap().unwrap();
        let account = hosho::store::account::find(work.tx(), &grant.sub).await.unwrap().unwrap();
        assert_eq!(account.email.unwrap().address.wire(), email);
    }
    let both = server.browser().fetch(&shop.asks(&[("prompt", "create none")])).await;
    assert_eq!(both.error().as_deref(), Some("invalid_request"));
}

fn is_code(line: &str) -> bool {
    let digits: String = line.split(' ').collect();
    digits.len() >= 6 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// (A031)
#[tokio::test]
async fn the_answer_does_not_depend_on_whom_a_hint_names_a031() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    server.customer("hanako@example.jp").await;
    let gone = server.customer("ichiro@example.jp").await;
    let mut work = server.work();
    hosho::service::account::lifecycle::suspend(&mut work, &gone).await.unwrap();
    work.commit().await.unwrap();
    let mut pages = Vec::new();
    for hint in ["hanako@example.jp", "nobody@example.jp", "ichiro@example.jp"] {
        for name in ["login_hint", "scope", "claims"] {
            let value = match name {
                "scope" => format!("openid {hint}"),
                "claims" => json!({"userinfo": {"email": {"value": hint}}}).to_string(),
                _ => hint.to_owned(),
            };
            let mut browser = server.browser();
            let answer = browser.fetch(&shop.asks(&[(name, &value)])).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (303, ""), "{name}={hint}");
            assert!(answer.location().unwrap().starts_with("/sign-in?attempt="), "{name}={hint}");
            let page = browser.follow(answer).await;
            pages.push((name, page.status, page.text.len()));
        }
    }
    // The addresses are equally long, and so are the pages.
    assert_eq!(pages[..3], pages[3..6], "somebody and nobody");
    assert_eq!(pages[..3], pages[6..], "somebody and a suspended account");
}

#[tokio::test]
async fn another_person_than_the_one_named_in_claims_is_login_required() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let (hanako, taro) = (server.customer("hanako@example.jp").await, server.customer("taro@example.jp").await);
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    let about = |sub: &str| json!({"id_token": {"sub": {"value": sub}}}).to_string();
    let ask = |claims: String| shop.asks(&[("claims", &claims), ("prompt", "none")]);
    assert!(!browser.fetch(&ask(about(hanako.as_ref()))).await.code().is_empty());
    assert_eq!(browser.fetch(&ask(about(taro.as_ref()))).await.error().as_deref(), Some("login_required"));
}

#[tokio::test]
async fn the_pages_speak_the_language_the_client_asks_for() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    browser.fetch(&shop.asks(&[("ui_locales", "fr en-GB")])).await;
    assert_eq!(browser.cookies["hosho_locale"], "en");
}

#[tokio::test]
async fn an_id_token_says_who_is_expected_without_a_page_a026() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let mut taro = server.person("taro@example.jp").await;
    let id_token = text(&shop.tokens(&mut hanako.browser, "openid").await, "id_token").to_owned();
    let other = server.own_app("other").await;
    let party = server.own_app("same").await;
    let asks = |party: &crate::support::RelyingParty, id: &str| {
        party.asks(&[("client_id", id), ("prompt", "none"), ("id_token_hint", &id_token)])
    };
    // Expired long ago, and still a hint.
    server.clock.advance(Duration::from_secs(100 * 60));
    let own = crate::support::RelyingParty { id: shop.id.clone(), redirect_uri: shop.callback.clone(), ..party };
    assert!(!hanako.browser.fetch(&asks(&own, &shop.id)).await.code().is_empty());
    assert_eq!(taro.browser.fetch(&asks(&own, &shop.id)).await.error().as_deref(), Some("login_required"));
    assert_eq!(hanako.browser.fetch(&asks(&other, &other.id)).await.error().as_deref(), Some("invalid_request"));
    let forged = format!("{}AAAA", &id_token[..id_token.len() - 4]);
    let answer = hanako.browser.fetch(&own.asks(&[("id_token_hint", &forged)])).await;
    assert_eq!(answer.error().as_deref(), Some("invalid_request"));
}

/// (A026): the ID token says when the new sign-in was; and going back to what was answered, or to its sign-in page,
/// satisfies nothing a second time.
#[tokio::test]
async fn a_new_sign_in_is_told_and_an_old_one_is_not_replayed_a026() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let mut browser = server.browser();
    crate::sign_in::sign_up(&server, &mut browser, "hanako@mail.example").await;
    let auth_time = |tokens: &serde_json::Value| claims(text(tokens, "id_token"))["auth_time"].as_i64().unwrap();
    let before = auth_time(&shop.tokens(&mut browser, "openid").await);
    for wish in [("prompt", "login"), ("max_age", "1")] {
        server.clock.advance(Duration::from_secs(60));
        let page = browser.get(&shop.asks(&[wish])).await;
        let credentials = [("username", "hanako@mail.example"), ("password", crate::sign_in::PASSWORD)];
        let wrong = [credentials[0], ("password", "not her password")];
        let refused = browser.submit_once(&page, "login-submit", &wrong).await;
        assert_ne!(refused.status, 303, "{wish:?}");
        let resumed = browser.submit_once(&page, "login-submit", &credentials).await;
        let target = resumed.location().unwrap();
        let code = browser.fetch(&target).await.code();
        let tokens = shop.exchange(&code).await.json();
        assert_eq!(auth_time(&tokens), server.clock.now().seconds(), "{wish:?}");
        assert!(auth_time(&tokens) > before);

        // Back, and once more.
        assert_eq!(browser.fetch(&target).await.status, 400, "{wish:?}");
        server.clock.advance(Duration::from_secs(2));
        let again = browser.submit(&page, "login-submit", &credentials).await;
        assert!(!again.delivered().contains_key("code"), "{wish:?}: {:?}", again.location());
        let fresh = browser.fetch(&shop.asks(&[wish])).await;
        assert!(fresh.location().unwrap().starts_with("/sign-in?attempt="), "{wish:?}");
    }
}

/// (A026): a hint at somebody else is told at once where no page may be shown, and after the sign-in where one is.
#[tokio::test]
async fn another_person_than_the_hint_says_is_login_required_a026() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let mut taro = server.person("taro@example.jp").await;
    let id_token = text(&shop.tokens(&mut hanako.browser, "openid").await, "id_token").to_owned();
    for prompt in ["none", ""] {
        let answer = taro.browser.fetch(&shop.asks(&[("id_token_hint", &id_token), ("prompt", prompt)])).await;
        assert_eq!(answer.error().as_deref(), Some("login_required"), "{prompt}");
    }
    server.clock.advance(Duration::from_secs(2));
    let asked = taro.browser.fetch(&shop.asks(&[("id_token_hint", &id_token), ("prompt", "login")])).await;
    let attempt = asked.location_parameter("attempt").unwrap();
    let mut work = server.work();
    let attempt = hosho::store::auth::attempt::find(work.tx(), &attempt.as_str().into()).await.unwrap().unwrap();
    drop(work);
    server.clock.advance(Duration::from_secs(1));
    server.sign_in(&mut taro.browser, &taro.sub).await;
    let answer = taro.browser.fetch(attempt.continue_to.as_str()).await;
    assert_eq!(answer.error().as_deref(), Some("login_required"));
}
