//! Applications are told by the server that a session has ended. OpenID Connect Back-Channel Logout 1.0.
//! conformance: oidcc-backchannel-rp-initiated-logout

use std::time::Duration;

use hosho::gateway::fetch::scripted::{Asked, Reply};
use hosho::gateway::fetch::{FetchError, Purpose};
use hosho::jobs::tell_due_logouts;
use hosho::service::{account, auth};
use serde_json::{Value, json};

use crate::support::{Browser, Server, Shop, claims};

const OUT: &str = "https://shop.example/out";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

async fn shop(server: &Server) -> Shop {
    server.shop_with(json!({"backchannel_logout_uri": OUT, "backchannel_logout_session_required": true})).await
}

async fn hanako(server: &Server) -> (hosho::base::id::Subject, Browser) {
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    (hanako, browser)
}

/// Who was told, now.
async fn told(server: &Server) -> Vec<Asked> {
    let before = server.web.asked().len();
    tell_due_logouts(&server.app).await.unwrap();
    server.web.asked().split_off(before)
}

async fn sign_out(browser: &mut Browser) {
    let page = browser.get("/sign-out").await;
    browser.submit(&page, "logout-confirm", &[]).await;
}

/// conformance: oidcc-backchannel-rp-initiated-logout, oidcc-backchannel-logout-discovery-endpoint-verification
#[tokio::test]
async fn whoever_took_part_gets_a_logout_token_of_the_session() {
    let server = Server::start().await;
    let shop = shop(&server).await;
    let (_, mut browser) = hanako(&server).await;
    let id_token = claims(shop.tokens(&mut browser, "openid").await["id_token"].as_str().unwrap());
    // The same again: one session, one party.
    shop.tokens(&mut browser, "openid").await;
    server.web.answer(OUT, Reply::status(200));
    assert!(told(&server).await.is_empty(), "nobody has signed out");

    sign_out(&mut browser).await;
    let told = told(&server).await;
    let [asked] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((asked.purpose, asked.method, asked.url.as_str()), (Purpose::BackchannelLogout, "POST", OUT));
    let token = asked.field("logout_token").unwrap();
    assert_eq!(asked.body, format!("logout_token={token}"), "nothing else is sent");
    let logout = claims(&token);
    assert_eq!(logout["iss"], id_token["iss"]);
    assert_eq!(logout["aud"], shop.id.as_str());
    assert_eq!(logout["sub"], id_token["sub"]);
    assert_eq!(logout["sid"], id_token["sid"]);
    assert_eq!(logout["events"], json!({EVENT: {}}));
    assert_eq!(logout["exp"].as_i64().unwrap() - logout["iat"].as_i64().unwrap(), 120);
    assert!(logout["jti"].is_string() && logout.get("nonce").is_none());
    let header = header(&token);
    assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("ES256")));
    assert!(self::told(&server).await.is_empty(), "it is told once");

    let discovery = browser.get("/.well-known/openid-configuration").await.json();
    for member in ["backchannel_logout_supported", "backchannel_logout_session_supported"] {
        assert_eq!(discovery[member], true);
    }
}

#[tokio::test]
async fn every_way_in_which_a_session_ends_is_told() {
    let server = Server::start().await;
    let shop = shop(&server).await;
    server.web.answer(OUT, Reply::status(204));
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    for (how, ends) in ["one session", "everywhere", "suspended"].into_iter().zip(0..) {
        server.sign_in(&mut browser, &hanako).await;
        shop.tokens(&mut browser, "openid").await;
        let mut work = server.work();
        match ends {
            0 => {
                let session = auth::session::list(&mut work, &hanako).await.unwrap().remove(0).session.id;
                auth::session::end(&mut work, &hanako, &session).await.unwrap();
            }
            1 => auth::session::sign_out_everywhere(&mut work, &hanako).await.unwrap(),
            _ => drop(account::lifecycle::suspend(&mut work, &hanako).await.unwrap()),
        }
        work.commit().await.unwrap();
        assert_eq!(told(&server).await.len(), 1, "{how}");
        server.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_session_that_ends_by_its_own_clock_is_nobodys_sign_out() {
    let server = Server::start().await;
    let shop = shop(&server).await;
    let (_, mut browser) = hanako(&server).await;
    shop.tokens(&mut browser, "openid").await;
    server.clock.advance(Duration::from_secs(25 * 3600));
    hosho::jobs::remove_what_expired(&server.app).await.unwrap();
    assert!(told(&server).await.is_empty());
}

#[tokio::test]
async fn an_application_that_does_not_answer_is_tried_again_with_a_new_token_and_one_that_refuses_is_not() {
    let server = Server::start().await;
    let shop = shop(&server).await;
    let (hanako, mut browser) = hanako(&server).await;
    shop.tokens(&mut browser, "openid").await;
    server.web.fail(OUT, FetchError::TimedOut);
    sign_out(&mut browser).await;
    let first = told(&server).await;
    assert_eq!(first.len(), 1);
    assert!(told(&server).await.is_empty(), "not at once");
    server.clock.advance(Duration::from_secs(6));
    server.web.answer(OUT, Reply::status(503));
    let second = told(&server).await;
    assert_ne!(second[0].field("logout_token"), first[0].field("logout_token"));
    server.clock.advance(Duration::from_secs(21));
    server.web.answer(OUT, Reply::status(200));
    assert_eq!(told(&server).await.len(), 1);
    server.clock.advance(Duration::from_secs(24 * 3600));
    assert!(told(&server).await.is_empty());

    server.sign_in(&mut browser, &hanako).await;
    shop.tokens(&mut browser, "openid").await;
    server.web.answer(OUT, Reply::status(400));
    sign_out(&mut browser).await;
    assert_eq!(told(&server).await.len(), 1);
    server.clock.advance(Duration::from_secs(3600));
    assert!(told(&server).await.is_empty());
}

#[tokio::test]
async fn an_application_that_never_answers_is_given_up() {
    let server = Server::start().await;
    let shop = shop(&server).await;
    let (_, mut browser) = hanako(&server).await;
    shop.tokens(&mut browser, "openid").await;
    server.web.fail(OUT, FetchError::Unreachable);
    sign_out(&mut browser).await;
    let mut tries = 0;
    for _ in 0..100 {
        tries += told(&server).await.len();
        server.clock.advance(Duration::from_secs(3600));
    }
    assert_eq!(tries, 10);
}

/// (A060)
#[tokio::test]
async fn a_client_that_was_switched_off_is_not_told_a060() {
    let server = Server::start().await;
    let shop = shop(&server).await;
    let (_, mut browser) = hanako(&server).await;
    shop.tokens(&mut browser, "openid").await;
    let mut work = server.work();
    hosho::service::oidc::client::disable(&mut work, &shop.id.as_str().into()).await.unwrap();
    work.commit().await.unwrap();
    sign_out(&mut browser).await;
    assert!(told(&server).await.is_empty());
}

/// (A064)
#[tokio::test]
async fn a_logout_token_is_no_id_token_and_no_access_token_a064() {
    let server = Server::start().await;
    let shop = shop(&server).await;
    let (hanako, mut browser) = hanako(&server).await;
    shop.tokens(&mut browser, "openid").await;
    server.web.answer(OUT, Reply::status(200));
    sign_out(&mut browser).await;
    let token = told(&server).await[0].field("logout_token").unwrap();
    server.sign_in(&mut browser, &hanako).await;
    assert_eq!(browser.fetch(&format!("/end_session?id_token_hint={token}")).await.status, 400);
    assert_eq!(shop.userinfo(&token).await.status, 401);
    assert_eq!(shop.introspect(&token).await, json!({"active": false}));
}

#[tokio::test]
async fn pairwise_clients_are_told_of_the_subject_they_know() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"backchannel_logout_uri": OUT, "subject_type": "pairwise"})).await;
    let (hanako, mut browser) = hanako(&server).await;
    let id_token = claims(shop.tokens(&mut browser, "openid").await["id_token"].as_str().unwrap());
    server.web.answer(OUT, Reply::status(200));
    sign_out(&mut browser).await;
    let logout = claims(&told(&server).await[0].field("logout_token").unwrap());
    assert_eq!(logout["sub"], id_token["sub"]);
    assert_ne!(logout["sub"], hanako.as_ref());
}

#[tokio::test]
async fn two_instances_tell_once() {
    let server = Server::start().await;
    let (other, _) = server.another_instance().await;
    let shop = shop(&server).await;
    let (hanako, mut browser) = hanako(&server).await;
    server.web.answer(OUT, Reply::status(200));
    for round in 0..crate::support::rounds(10) {
        server.sign_in(&mut browser, &hanako).await;
        shop.tokens(&mut browser, "openid").await;
        sign_out(&mut browser).await;
        let before = server.web.asked().len();
        let (one, two) = tokio::join!(tell_due_logouts(&server.app), tell_due_logouts(&other));
        assert_eq!(one.unwrap() + two.unwrap(), 1, "round {round}");
        assert_eq!(server.web.asked().len() - before, 1, "round {round}");
        server.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn unfit_addresses_are_not_registered() {
    let server = Server::start().await;
    let bad = [
        json!({"backchannel_logout_uri": "http://shop.example/out"}),
        json!({"backchannel_logout_uri": "https://shop.example/out#x"}),
        json!({"backchannel_logout_uri": "javascript:alert(1)"}),
        json!({"frontchannel_logout_uri": "https://other.example/out"}),
        json!({"frontchannel_logout_uri": "https://shop.example:8443/out"}),
        json!({"frontchannel_logout_uri": "https://shop.example/out#x"}),
        json!({"frontchannel_logout_uri": 1}),
    ];
    for members in bad {
        let mut metadata = json!({"redirect_uris": ["https://shop.example/cb"]});
        metadata.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let mut work = server.work();
        let refused = hosho::service::oidc::client::create(&mut work, &metadata.to_string()).await;
        assert!(refused.is_err(), "{members}");
    }
}

fn header(token: &str) -> Value {
    let bytes = hosho::base::digest::from_base64url(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
