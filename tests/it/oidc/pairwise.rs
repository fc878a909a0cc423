//! Pairwise subjects: the same for the clients of one sector, of no use in another. OpenID Connect Core §8.1, OpenID
//! Connect Dynamic Client Registration §5.

use hosho::base::id::Subject;
use hosho::base::time::minutes;
use hosho::gateway::fetch::FetchError;
use hosho::gateway::fetch::scripted::Reply;
use serde_json::{Value, json};

use crate::support::{Browser, Registered, Server, claims, text};

const SECTOR: &str = "https://sector.example/uris.json";
const ONE: &str = "https://one.example/cb";
const TWO: &str = "https://two.example/cb";

async fn hanako(server: &Server) -> (Subject, Browser) {
    let sub = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &sub).await;
    (sub, browser)
}

fn pairwise(uri: &str) -> Value {
    json!({"redirect_uris": [uri], "subject_type": "pairwise", "grant_types": ["authorization_code", "refresh_token"]})
}

fn of_sector(uri: &str) -> Value {
    let mut members = pairwise(uri);
    members["sector_identifier_uri"] = json!(SECTOR);
    members
}

/// The subject of the person who is signed in, as the client is told everywhere.
async fn sub(client: &Registered, browser: &mut Browser) -> String {
    let tokens = client.shop.tokens(browser, "openid").await;
    let access = text(&tokens, "access_token");
    let sub = text(&claims(text(&tokens, "id_token")), "sub").to_owned();
    assert_eq!(claims(access)["sub"], sub.as_str());
    assert_eq!(client.shop.userinfo(access).await.json()["sub"], sub.as_str());
    assert_eq!(client.shop.introspect(access).await["sub"], sub.as_str());
    assert_eq!(client.shop.introspect(text(&tokens, "refresh_token")).await["sub"], sub.as_str());
    let refreshed = client.shop.refresh(text(&tokens, "refresh_token")).await.json();
    assert_eq!(claims(text(&refreshed, "id_token"))["sub"], sub.as_str());
    sub
}

#[tokio::test]
async fn a_subject_is_the_same_in_one_sector_and_another_elsewhere() {
    let server = Server::open().await;
    let (account, mut browser) = hanako(&server).await;
    server.web.answer(SECTOR, Reply::json(&json!([ONE, TWO])));
    let one = server.register(of_sector(ONE)).await;
    let two = server.register(of_sector(TWO)).await;
    let alone = server.register(pairwise(ONE)).await;
    let beside = server.register(pairwise("https://one.example/other")).await;
    let public = server.register(json!({"grant_types": ["authorization_code", "refresh_token"]})).await;

    let in_sector = sub(&one, &mut browser).await;
    assert_eq!(sub(&two, &mut browser).await, in_sector);
    let by_host = sub(&alone, &mut browser).await;
    assert_eq!(sub(&beside, &mut browser).await, by_host, "the host of the redirection URI is the sector");
    assert_ne!(by_host, in_sector);
    assert_eq!(sub(&public, &mut browser).await, account.to_string());
    assert!(in_sector != account.to_string() && by_host != account.to_string());

    let (_, mut other) = {
        let sub = server.customer("taro@example.jp").await;
        let mut browser = server.browser();
        server.sign_in(&mut browser, &sub).await;
        (sub, browser)
    };
    assert_ne!(sub(&one, &mut other).await, in_sector, "two people are never one");
}

#[tokio::test]
async fn a_client_expects_whom_it_knows_by_its_own_subject() {
    let server = Server::open().await;
    let (account, mut browser) = hanako(&server).await;
    let client = server.register(pairwise(ONE)).await;
    let tokens = client.shop.tokens(&mut browser, "openid").await;
    let id_token = text(&tokens, "id_token");
    let own = claims(id_token)["sub"].as_str().unwrap().to_owned();
    let silent = [("prompt", "none"), ("id_token_hint", id_token)];
    assert!(!browser.get(&client.shop.asks(&silent)).await.code().is_empty());
    let asks = |sub: &str| {
        let claims = json!({"id_token": {"sub": {"value": sub}}}).to_string();
        client.shop.asks(&[("prompt", "none"), ("claims", &claims)])
    };
    assert!(!browser.get(&asks(&own)).await.code().is_empty());
    let by_account = browser.get(&asks(account.as_ref())).await;
    assert_eq!(by_account.error().as_deref(), Some("login_required"), "nobody learns whose subject is whose");
}

#[tokio::test]
async fn what_does_not_make_a_sector_is_not_registered() {
    let server = Server::open().await;
    let refused = |answer: crate::support::Answer| {
        assert_eq!(answer.refusal(), (400, "invalid_client_metadata".to_owned()), "{}", answer.text);
    };
    for reply in [
        Reply::json(&json!([TWO])),
        Reply::json(&json!([])),
        Reply::json(&json!({"redirect_uris": [ONE]})),
        Reply::json(&json!([ONE, 1])),
        Reply::json(&json!(ONE)),
        Reply::json(&json!([format!("{ONE}/")])),
        Reply::json(&json!(["https://one.example/*"])),
        Reply::text("text/html", "<p>not found</p>"),
        Reply::status(404),
        Reply::status(302),
    ] {
        server.clock.advance(minutes(2));
        server.web.answer(SECTOR, reply);
        refused(server.try_register(of_sector(ONE)).await);
    }
    server.clock.advance(minutes(120));
    server.web.fail(SECTOR, FetchError::Unreachable);
    refused(server.try_register(of_sector(ONE)).await);
    for uri in ["http://sector.example/uris.json", "https://127.0.0.1/uris.json", "javascript:alert(1)", "x"] {
        let mut members = of_sector(ONE);
        members["sector_identifier_uri"] = json!(uri);
        refused(server.try_register(members).await);
    }
    let mut two_hosts = pairwise(ONE);
    two_hosts["redirect_uris"] = json!([ONE, TWO]);
    refused(server.try_register(two_hosts).await);
}

/// The subject type is not what makes it be looked at: a sector that is wrong now would be wrong later.
#[tokio::test]
async fn a_change_is_looked_at_like_a_new_registration() {
    let server = Server::open().await;
    server.web.answer(SECTOR, Reply::json(&json!([ONE])));
    let client = server.register(of_sector(ONE)).await;
    let wider = client.again(&json!({"redirect_uris": [ONE, TWO]}));
    assert_eq!(client.replace(&server, &wider).await.refusal().1, "invalid_client_metadata");
    server.web.answer(SECTOR, Reply::json(&json!([ONE, TWO])));
    server.clock.advance(minutes(1));
    assert_eq!(client.replace(&server, &wider).await.status.as_u16(), 200);
    let mut public = of_sector("https://three.example/cb");
    public["subject_type"] = json!("public");
    assert_eq!(server.try_register(public).await.refusal().1, "invalid_client_metadata");
}

/// Everybody has a loopback host: applications on devices are not one sector by it.
#[tokio::test]
async fn applications_on_devices_share_no_subject() {
    let server = Server::open().await;
    let (_, mut browser) = hanako(&server).await;
    let mut subs = Vec::new();
    for _ in 0..2 {
        let mut members = pairwise("http://127.0.0.1/cb");
        members["application_type"] = json!("native");
        let client = server.register(members).await;
        subs.push(sub(&client, &mut browser).await);
    }
    assert_ne!(subs[0], subs[1]);
}
