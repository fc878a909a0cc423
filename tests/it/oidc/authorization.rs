//! The way from an authorization request to a code. RFC 6749 §4.1, RFC 9207.

use http::Request;
use serde_json::json;

use crate::support::Server;

/// (A023), (A024)
#[tokio::test]
async fn a_live_session_gets_a_code_with_state_and_issuer_at_once_a023() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;

    let answer = browser.fetch(&shop.asks(&[])).await;

    assert_eq!(answer.status, 303);
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?code="));
    assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
    assert_eq!(answer.location_parameter("iss").as_deref(), Some("http://localhost:8080"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.code().len(), 43);
}

#[tokio::test]
async fn a_stranger_signs_in_and_returns_with_a_code() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();

    let answer = browser.fetch(&shop.asks(&[])).await;
    let attempt = answer.location_parameter("attempt").expect("a sign-in was begun");
    assert!(answer.location().unwrap().starts_with("/sign-in?attempt="));

    server.clock.advance(std::time::Duration::from_secs(5));
    let continue_to = continue_to(&server, &attempt).await;
    server.sign_in(&mut browser, &hanako).await;
    let answer = browser.fetch(&continue_to).await;
    assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
    assert!(!answer.code().is_empty());

    // The request is answered once: going back gives no second code.
    let again = browser.fetch(&continue_to).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.location(), None);
}

/// (A022)
#[tokio::test]
async fn a_request_in_progress_is_worth_nothing_in_another_browser_a022() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let alice = server.customer("alice@example.jp").await;
    let mut mallory = server.browser();
    let attempt = mallory.fetch(&shop.asks(&[])).await.location_parameter("attempt").unwrap();
    let continue_to = continue_to(&server, &attempt).await;

    let mut browser = server.browser();
    server.sign_in(&mut browser, &alice).await;
    let answer = browser.fetch(&continue_to).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.location(), None);
}

/// (A133)
#[tokio::test]
async fn a_request_that_waited_too_long_is_over() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    let attempt = browser.fetch(&shop.asks(&[])).await.location_parameter("attempt").unwrap();
    let continue_to = continue_to(&server, &attempt).await;
    server.clock.advance(std::time::Duration::from_secs(31 * 60));
    server.sign_in(&mut browser, &hanako).await;
    assert_eq!(browser.fetch(&continue_to).await.status, 400);
}

#[tokio::test]
async fn a_client_that_was_switched_off_meanwhile_gets_nothing() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    let attempt = browser.fetch(&shop.asks(&[])).await.location_parameter("attempt").unwrap();
    let continue_to = continue_to(&server, &attempt).await;
    server.sign_in(&mut browser, &hanako).await;

    let mut work = server.work();
    hosho::service::oidc::client::disable(&mut work, &shop.id.as_str().into()).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(browser.fetch(&continue_to).await.status, 400);
    assert_eq!(browser.fetch(&shop.asks(&[])).await.status, 400);
}

#[tokio::test]
async fn cancelling_the_sign_in_tells_the_client() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    let attempt = browser.fetch(&shop.asks(&[])).await.location_parameter("attempt").unwrap();
    let cancel = format!("{}/cancel", continue_to(&server, &attempt).await);

    assert_eq!(browser.post(&cancel, &[]).await.status, 400, "without the form's token");
    let csrf = csrf(&mut browser).await;
    let answer = browser.post(&cancel, &[("csrf", &csrf)]).await;
    assert_eq!(answer.error().as_deref(), Some("access_denied"));
    assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
    assert_eq!(browser.post(&cancel, &[("csrf", &csrf)]).await.status, 400, "it is over");
}

/// (A013)
#[tokio::test]
async fn a_request_may_come_by_post() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    let form = |body: String| {
        Request::post("/authorize")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.into())
            .unwrap()
    };

    let answer = browser.send(form(shop.parameters(&[]))).await;
    assert!(!answer.code().is_empty());

    // From another site the cookies are missing: the browser is asked to come again with them.
    let cookies = std::mem::take(&mut browser.cookies);
    let answer = browser.send(form(shop.parameters(&[]))).await;
    assert!(answer.location().unwrap().starts_with("/authorize?client_id="));
    browser.cookies = cookies;
    assert!(!browser.get(&answer.location().unwrap()).await.code().is_empty());

    let twice = Request::post("/authorize?scope=openid").header("content-type", "application/x-www-form-urlencoded");
    let answer = browser.send(twice.body(shop.parameters(&[]).into()).unwrap()).await;
    assert_eq!(answer.error().as_deref(), Some("invalid_request"));
}

/// (A016)
#[tokio::test]
async fn the_answer_can_travel_in_the_fragment_or_in_a_form_a016() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;

    let answer = browser.fetch(&shop.asks(&[("response_mode", "fragment")])).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb#code="));

    let evil = "\"><script>alert(1)</script>";
    let answer = browser.fetch(&shop.asks(&[("response_mode", "form_post"), ("state", evil)])).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text.contains("<script>alert"));
    let (action, fields) = answer.form("code", &[]);
    assert_eq!(action, "https://shop.example/cb");
    assert!(fields.contains(&("state".to_owned(), evil.to_owned())));
    assert!(answer.header("content-security-policy").unwrap().contains("script-src 'self'"));
}

#[tokio::test]
async fn a_native_app_listens_where_it_can() {
    let server = Server::start().await;
    let metadata = json!({"application_type": "native", "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://127.0.0.1/cb"], "hosho_first_party": true});
    let app = server.relying_party("app", metadata).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;

    let answer = browser.fetch(&app.asks(&[("redirect_uri", "http://127.0.0.1:51234/cb")])).await;
    assert!(answer.location().unwrap().starts_with("http://127.0.0.1:51234/cb?code="));
    assert_eq!(browser.fetch(&app.asks(&[("redirect_uri", "http://127.0.0.1:51234/other")])).await.status, 400);
    let without =
        app.asks(&[("redirect_uri", "http://127.0.0.1/cb"), ("code_challenge", ""), ("code_challenge_method", "")]);
    assert_eq!(
        browser.fetch(&without).await.error().as_deref(),
        Some("invalid_request"),
        "public clients must use PKCE"
    );
}

/// (A015): what was typed is posted to us alone. From there the browser goes on by GET, and a reload sends nothing again.
#[tokio::test]
async fn after_the_password_the_browser_goes_on_by_get_a015() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    crate::sign_in::sign_up(&server, &mut server.browser(), "hanako@mail.example").await;
    let mut browser = server.browser();
    let page = browser.get(&shop.asks(&[])).await;
    let credentials = [("username", "hanako@mail.example"), ("password", crate::sign_in::PASSWORD)];
    let mut answer = browser.submit_once(&page, "login-submit", &credentials).await;
    let mut steps = 0;
    loop {
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (303, ""), "at {}", answer.path);
        let target = answer.location().unwrap();
        assert!(!target.contains("hanako") && !target.contains("violet"), "{target}");
        if target.starts_with("https://shop.example/cb?code=") {
            break;
        }
        steps += 1;
        assert!(steps < 5, "{target}");
        answer = browser.fetch(&target).await;
    }
}

/// Where a sign-in leads, as the server keeps it.
async fn continue_to(server: &Server, attempt: &str) -> String {
    let mut work = server.work();
    let found = hosho::store::auth::attempt::find(work.tx(), &attempt.into()).await.unwrap().unwrap();
    found.continue_to.as_str().to_owned()
}

/// The token of this browser's forms.
async fn csrf(browser: &mut crate::support::Browser) -> String {
    let page = browser.get("/authorize").await;
    let (_, fields) = page.form("locale", &[]);
    fields.into_iter().find(|(name, _)| name == "csrf").expect("a form token").1
}
