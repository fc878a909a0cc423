//! Staff have a second factor before they get anywhere: it is part of their sign-in, and of their tokens.

use http::StatusCode;
use serde_json::json;

use super::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Authenticator, Browser, Server, Shop, claims, text};
use hosho::base::id::Subject;
use hosho::base::time::{minutes, seconds};
use hosho::domain::permission::Role;

const EMAIL: &str = "admin@maker.example";

/// Somebody who signed up as a customer and became staff afterwards; their session of before.
async fn became_staff(server: &Server) -> (Subject, Browser) {
    let mut browser = server.browser();
    sign_up(server, &mut browser, EMAIL).await;
    let mut work = server.work();
    let sub = hosho::store::auth::password::find_by_email(work.tx(), EMAIL).await.unwrap().unwrap().sub;
    let now = work.now();
    hosho::store::admin::staff_role::grant(work.tx(), &sub, Role::Admin, now).await.unwrap();
    work.commit().await.unwrap();
    (sub, browser)
}

async fn console(server: &Server) -> Shop {
    server.shop_with(json!({"scope": "openid management"})).await
}

/// Set up an application on the page that asks for it.
async fn enrol(server: &Server, browser: &mut Browser, page: &Answer) -> (Authenticator, Answer) {
    assert!(page.path.starts_with("/sign-in/enrol?"), "{}", page.path);
    assert!(page.find("#step-skip").is_none(), "there is no way around it");
    let page = browser.submit(page, "enrol-totp", &[]).await;
    let app = Authenticator::scanning(&page);
    let code = app.code(server.clock.now());
    (app, browser.submit(&page, "totp-confirm", &[("code", &code), ("name", "phone")]).await)
}

#[tokio::test]
async fn staff_set_up_a_second_factor_when_they_sign_in() {
    let server = Server::start().await;
    let (_, _) = became_staff(&server).await;
    let mut browser = server.browser();
    let answer = sign_in(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.follow(answer).await;
    assert!(!is_signed_in(&mut browser).await);
    let (app, codes) = enrol(&server, &mut browser, &page).await;
    assert_eq!(codes.recovery_codes().len(), 10);
    assert!(is_signed_in(&mut browser).await);

    server.clock.advance(seconds(30));
    let mut browser = server.browser();
    let answer = sign_in(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.follow(answer).await;
    let code = app.code(server.clock.now());
    browser.submit(&page, "code", &[("code", &code)]).await;
    assert!(is_signed_in(&mut browser).await);
}

/// (A117)
#[tokio::test]
async fn a_session_of_before_gets_no_token_for_the_management_api_a117() {
    let server = Server::start().await;
    let (_, mut browser) = became_staff(&server).await;
    let console = console(&server).await;
    server.clock.advance(minutes(1));
    let silent = browser.fetch(&console.asks(&[("scope", "openid management"), ("prompt", "none")])).await;
    assert_eq!(silent.error().as_deref(), Some("login_required"));
    let plain = browser.get(&console.asks(&[("scope", "openid")])).await;
    assert!(!plain.code().is_empty(), "as a customer the session is as good as any");

    let confirm = browser.get(&console.asks(&[("scope", "openid management")])).await;
    let page = browser.submit(&confirm, "password", &[("password", PASSWORD)]).await;
    let (_, codes) = enrol(&server, &mut browser, &page).await;
    let answer = browser.get(&codes.link("/authorize/")).await;
    let tokens = console.exchange(&answer.code()).await.json();
    assert_eq!(text(&claims(text(&tokens, "access_token")), "acr"), "aal2");
    assert_eq!(console.get("/api/v1/clients", text(&tokens, "access_token")).await.status, StatusCode::OK);
}

/// (A117)
#[tokio::test]
async fn a_token_of_one_factor_opens_nothing_once_the_operator_wants_two_a117() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_STAFF_SECOND_FACTOR", "optional")]).await;
    let (sub, _) = became_staff(&server).await;
    let console = console(&server).await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &sub).await;
    let tokens = console.tokens(&mut browser, "openid management").await;
    let token = text(&tokens, "access_token");
    assert_eq!(console.get("/api/v1/clients", token).await.status, StatusCode::OK);
    let (_, strict) = server.another_instance_with(&[("HOSHO_SIGN_IN_STAFF_SECOND_FACTOR", "required")]).await;
    let refused = console.at(strict).get("/api/v1/clients", token).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let challenge = refused.header("www-authenticate").unwrap();
    assert!(challenge.contains("insufficient_user_authentication"), "{challenge}");
    assert!(challenge.contains("acr_values=\"aal2\""), "{challenge}");
}

/// (A147)
#[tokio::test]
async fn staff_keep_their_last_second_factor_a147() {
    let server = Server::start().await;
    let (_, _) = became_staff(&server).await;
    let mut browser = server.browser();
    let answer = sign_in(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.follow(answer).await;
    enrol(&server, &mut browser, &page).await;
    let security = browser.get("/my/security").await;
    let id = security.link("/my/security/totp/").split('/').nth(4).unwrap().to_owned();
    let page = browser.get(&format!("/my/security/totp/{id}/remove")).await;
    assert!(page.find("#totp-remove").is_none());
    let csrf = page.attributes("input[name='csrf']", "value").remove(0);
    let refused = browser.post(&format!("/my/security/totp/{id}/remove"), &[("csrf", &csrf)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(is_signed_in(&mut browser).await, "nothing has happened");

    server.clock.advance(seconds(30));
    server.add_totp(&mut browser).await;
    let page = browser.get(&format!("/my/security/totp/{id}/remove")).await;
    let done = browser.submit(&page, "totp-remove", &[]).await;
    assert!(done.path.contains("notice=removed"), "{}", done.path);
}
