//! What applications and my page ask for beyond a sign-in: only what is missing is asked, and what cannot be reached is
//! not pretended. OpenID Connect Core §5.5.1.1, RFC 9470.

use http::StatusCode;
use serde_json::json;

use super::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::{Authenticator, Browser, Server, Shop, claims, text};
use hosho::base::digest::fingerprint;
use hosho::base::id::SessionId;
use hosho::base::time::{hours, minutes, seconds};
use hosho::domain::auth::{Acr, Factor, Proofs, Session};

const EMAIL: &str = "hanako@mail.example";

fn essential(acr: &str) -> String {
    json!({"id_token": {"acr": {"essential": true, "value": acr}}}).to_string()
}

/// What an ID token says about the sign-in.
async fn said(shop: &Shop, code: &str) -> (String, i64) {
    let tokens = shop.exchange(code).await.json();
    let claims = claims(text(&tokens, "id_token"));
    (text(&claims, "acr").to_owned(), claims["auth_time"].as_i64().unwrap())
}

/// A session that a password began, of an account that has a second factor by now.
async fn behind(server: &Server) -> (Authenticator, Browser) {
    let mut browser = server.browser();
    sign_up(server, &mut browser, EMAIL).await;
    let second = server.add_totp(&mut browser).await;
    server.clock.advance(seconds(30));
    let mut work = server.work();
    let sub = hosho::store::auth::password::find_by_email(work.tx(), EMAIL).await.unwrap().unwrap().sub;
    let now = work.now();
    let proofs = Proofs::of(Factor::Password, now);
    let session = Session {
        id: SessionId::from("an older one"),
        sub,
        auth_time: now,
        acr: Acr::Aal1,
        amr: proofs.amr(),
        proofs,
        renewed_at: now,
        seen_at: now,
        idle: hours(60),
        ends_at: now.plus(hours(60)),
        stays: false,
    };
    let token = fingerprint("a token of an older session");
    hosho::store::auth::session::insert(work.tx(), &session, &token, ("", "")).await.unwrap();
    work.commit().await.unwrap();
    let mut old = server.browser();
    old.get("/sign-in").await;
    old.cookies.insert("hosho_session".to_owned(), "a token of an older session".to_owned());
    (second.app, old)
}

#[tokio::test]
async fn only_the_missing_factor_is_asked_for() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let (app, mut browser) = behind(&server).await;
    let signed_in_at = server.clock.now().seconds();
    server.clock.advance(minutes(20));
    let waiting = browser.get(&shop.asks(&[("claims", &essential("aal2"))])).await;
    assert!(waiting.path.starts_with("/sign-in/totp?"), "{}", waiting.path);
    let step = browser.get(&shop.asks(&[("acr_values", "phr aal2")])).await;
    assert!(step.path.starts_with("/sign-in/totp?"), "{}", step.path);
    let code = app.code(server.clock.now());
    let mut before = browser.clone();
    let answer = browser.submit(&step, "code", &[("code", &code)]).await;
    assert_eq!(said(&shop, &answer.code()).await, ("aal2".to_owned(), signed_in_at), "as old as its oldest part");
    // (A149)
    assert_ne!(before.cookies["hosho_session"], browser.cookies["hosho_session"]);
    assert!(!is_signed_in(&mut before).await, "the cookie of before opens nothing");
    // The other tab has nothing left to ask.
    let answer = browser.get(&waiting.path).await;
    assert_eq!(said(&shop, &answer.code()).await.0, "aal2");
    // Where everything must be proven anew, everything is asked for.
    let page = browser.get(&shop.asks(&[("acr_values", "aal2"), ("max_age", "60")])).await;
    let step = browser.submit(&page, "login-submit", &[("username", EMAIL), ("password", PASSWORD)]).await;
    server.clock.advance(seconds(30));
    let code = app.code(server.clock.now());
    let answer = browser.submit(&step, "code", &[("code", &code)]).await;
    assert!(said(&shop, &answer.code()).await.1 >= server.clock.now().seconds() - 30);
}

#[tokio::test]
async fn what_was_proven_long_ago_is_asked_for_again() {
    let settings =
        [("HOSHO_SESSION_IDLE", "60h"), ("HOSHO_SESSION_ABSOLUTE", "60h"), ("HOSHO_SIGN_IN_STEP_UP_KEEPS", "24h")];
    let server = Server::start_with(&settings).await;
    let shop = server.shop().await;
    let (app, mut browser) = behind(&server).await;
    server.clock.advance(hours(25));
    assert!(is_signed_in(&mut browser).await);
    let page = browser.get(&shop.asks(&[("acr_values", "aal2")])).await;
    assert!(page.path.starts_with("/sign-in?"), "{}", page.path);
    let step = browser.submit(&page, "login-submit", &[("username", EMAIL), ("password", PASSWORD)]).await;
    let code = app.code(server.clock.now());
    let answer = browser.submit(&step, "code", &[("code", &code)]).await;
    assert_eq!(said(&shop, &answer.code()).await, ("aal2".to_owned(), server.clock.now().seconds()));
}

#[tokio::test]
async fn an_account_without_a_second_factor_sets_one_up_on_the_way() {
    let server = Server::start().await;
    let shop = server.shop().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let mut browser = server.browser();
    let page = browser.get(&shop.asks(&[("claims", &essential("aal2"))])).await;
    let page = browser.submit(&page, "login-submit", &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(page.path.starts_with("/sign-in/enrol?"), "{}", page.path);
    assert!(page.find("#step-skip").is_none(), "nothing less is of use to the application");
    let page = browser.submit(&page, "enrol-totp", &[]).await;
    let app = Authenticator::scanning(&page);
    let code = app.code(server.clock.now());
    let codes = browser.submit(&page, "totp-confirm", &[("code", &code), ("name", "スマホ")]).await;
    assert_eq!(codes.recovery_codes().len(), 10);
    let answer = browser.get(&codes.link("/authorize/")).await;
    assert_eq!(said(&shop, &answer.code()).await.0, "aal2");
}

#[tokio::test]
async fn a_wish_can_be_declined_and_a_session_alone_sets_nothing_up_a119() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    server.clock.advance(minutes(1));
    // The session is there, but whoever adds a way to sign in proves who they are first.
    let confirm = browser.get(&shop.asks(&[("acr_values", "aal2")])).await;
    assert!(confirm.path.starts_with("/sign-in/password?"), "{}", confirm.path);
    let wrong = browser.submit(&confirm, "password", &[("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&wrong, "password", &[("password", PASSWORD)]).await;
    assert!(page.path.starts_with("/sign-in/enrol?"), "{}", page.path);
    let answer = browser.submit(&page, "step-skip", &[]).await;
    assert_eq!(said(&shop, &answer.code()).await.0, "aal1");

    server.clock.advance(seconds(1));
    let confirm = browser.get(&shop.asks(&[("acr_values", "aal2")])).await;
    let answer = browser.submit(&confirm, "step-skip", &[]).await;
    assert_eq!(said(&shop, &answer.code()).await.0, "aal1", "without proving anything, too");
}

#[tokio::test]
async fn what_cannot_be_reached_is_refused_where_it_is_essential_only() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    server.clock.advance(seconds(1));
    let refused = browser.get(&shop.asks(&[("claims", &essential("urn:unknown"))])).await;
    assert_eq!(refused.error().as_deref(), Some("unmet_authentication_requirements"));
    let answer = browser.get(&shop.asks(&[("acr_values", "urn:unknown")])).await;
    assert_eq!(said(&shop, &answer.code()).await.0, "aal1");
    assert_eq!(
        browser.get(&shop.asks(&[("claims", &essential("aal2")), ("prompt", "none")])).await.error().as_deref(),
        Some("login_required")
    );
    let _ = sign_in;
}
