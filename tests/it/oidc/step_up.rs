//! RFC 9470 at our own management API: what gives out secrets or power asks for a recent sign-in, and the authorization
//! endpoint honours what the challenge says.

use hosho::base::time::{minutes, seconds};
use hosho::domain::permission::Role;
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::json;

use crate::support::{Answer, Browser, Server, Shop, claims, text};

/// A member of staff, signed in at an application for the management API.
async fn console(server: &Server) -> (Shop, Browser, hosho::base::id::Subject) {
    let console = server.shop_with(json!({"scope": "openid management"})).await;
    let sub = server.customer("admin@maker.example").await;
    let mut work = server.work();
    let now = work.now();
    hosho::store::admin::staff_role::grant(work.tx(), &sub, Role::Admin, now).await.unwrap();
    work.commit().await.unwrap();
    let mut browser = server.browser();
    server.sign_in(&mut browser, &sub).await;
    (console, browser, sub)
}

async fn token(console: &Shop, browser: &mut Browser) -> String {
    text(&console.tokens(browser, "openid management").await, "access_token").to_owned()
}

/// Register a client with a token.
async fn register(server: &Server, token: &str) -> Answer {
    let metadata = json!({"client_name": "shop", "redirect_uris": ["https://shop.example/cb"]}).to_string();
    let request = http::Request::post("/api/v1/clients")
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json")
        .body(metadata.into());
    server.browser().send(request.unwrap()).await
}

/// A parameter of the challenge.
fn parameter(answer: &Answer, name: &str) -> String {
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    let (_, rest) = challenge.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("{name} in {challenge}"));
    rest.split('"').next().unwrap().to_owned()
}

/// (A027)
#[tokio::test]
async fn a_challenge_leads_to_a_sign_in_and_that_to_a_token_that_does_a027() {
    let server = Server::start().await;
    let (console, mut browser, sub) = console(&server).await;
    let fresh = token(&console, &mut browser).await;
    assert_eq!(register(&server, &fresh).await.status, StatusCode::CREATED);

    server.clock.advance(minutes(16));
    let stale = token(&console, &mut browser).await;
    let refused = register(&server, &stale).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(parameter(&refused, "error"), "insufficient_user_authentication");
    assert!(refused.header("content-type").unwrap().starts_with("application/problem+json"));
    let max_age = parameter(&refused, "max_age");
    assert_eq!(max_age, "900");
    // Reading needs no more than before.
    assert_eq!(console.get("/api/v1/clients", &stale).await.status, StatusCode::OK);

    let wish = [("scope", "openid management"), ("max_age", max_age.as_str())];
    let again = browser.fetch(&console.asks(&wish)).await;
    assert!(again.location().unwrap().starts_with("/sign-in?attempt="), "the session is too old for that");
    assert_eq!(
        browser.fetch(&console.asks(&[wish[0], wish[1], ("prompt", "none")])).await.error().as_deref(),
        Some("login_required")
    );
    server.clock.advance(seconds(1));
    server.sign_in(&mut browser, &sub).await;
    let code = browser.get(&console.asks(&wish)).await.code();
    let tokens = console.exchange(&code).await.json();
    let (access, id) = (claims(text(&tokens, "access_token")), claims(text(&tokens, "id_token")));
    assert_eq!((&access["auth_time"], &access["acr"]), (&id["auth_time"], &id["acr"]));
    assert_eq!(access["auth_time"], server.clock.now().seconds());
    assert_eq!(register(&server, text(&tokens, "access_token")).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_refreshed_token_is_as_old_as_its_sign_in_and_a_machine_has_none() {
    let server = Server::start_with(&[("HOSHO_API_RECENT_SIGN_IN", "2m")]).await;
    let (console, mut browser, _) = console(&server).await;
    let tokens = console.tokens(&mut browser, "openid management").await;
    server.clock.advance(minutes(2));
    assert_eq!(register(&server, text(&tokens, "access_token")).await.status, StatusCode::CREATED);
    server.clock.advance(seconds(1));
    let fresh = console.refresh(text(&tokens, "refresh_token")).await.json();
    let refused = register(&server, text(&fresh, "access_token")).await;
    assert_eq!((refused.status.as_u16(), parameter(&refused, "max_age")), (401, "120".to_owned()));

    let members = json!({"grant_types": ["client_credentials"], "redirect_uris": [], "scope": "management",
                         "hosho_roles": ["admin"]});
    let machine = server.shop_with(members).await;
    let token = machine.post("/token", &[("grant_type", "client_credentials")]).await.json();
    assert_eq!(register(&server, text(&token, "access_token")).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn whoever_may_not_is_told_so_and_not_asked_to_sign_in() {
    let server = Server::start().await;
    let (console, mut browser, sub) = console(&server).await;
    let mut work = server.work();
    hosho::store::admin::staff_role::revoke(work.tx(), &sub, Role::Admin).await.unwrap();
    let now = work.now();
    hosho::store::admin::staff_role::grant(work.tx(), &sub, Role::Support, now).await.unwrap();
    work.commit().await.unwrap();
    server.clock.advance(minutes(16));
    let token = token(&console, &mut browser).await;
    assert_eq!(register(&server, &token).await.status, StatusCode::FORBIDDEN);
}
