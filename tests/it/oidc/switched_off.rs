//! What a client that was switched off, and a person who may not sign in, still get: nothing, at any door and on any
//! instance. A057, A059, A060 of the attack list.

use hosho::base::id::{ClientId, Subject};
use hosho::base::time::seconds;
use hosho::domain::account::closure::ClosedBy;
use hosho::domain::permission::Role;
use hosho::service;
use hosho::store::query::sql;
use http::Method;
use serde_json::{Value, json};

use super::device::GRANT as DEVICE;
use crate::support::{Answer, Browser, Server, Shop, text};

const CIBA: &str = "urn:openid:params:grant-type:ciba";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const EMAIL: &str = "hanako@example.jp";
const BYE: &str = "https://shop.example/bye";

/// A client that may do everything.
async fn shop(server: &Server) -> Shop {
    let members = json!({
        "grant_types": ["authorization_code", "refresh_token", "client_credentials", DEVICE, CIBA, EXCHANGE],
        "backchannel_token_delivery_mode": "poll", "scope": "openid products offline_access",
        "post_logout_redirect_uris": [BYE],
    });
    let shop = server.shop_with(members).await;
    super::token_exchange::allow(server, &shop, &shop, "openid products").await;
    shop
}

/// What was given out while everything was well.
struct Held {
    tokens: Value,
    machine: String,
    code: String,
    request_uri: String,
    device_code: String,
    auth_req_id: String,
}

async fn held(shop: &Shop, browser: &mut Browser) -> Held {
    let asked = shop.post("/device_authorization", &[("scope", "openid")]).await.json();
    let page = browser.get("/device").await;
    let page = browser.submit(&page, "user_code", &[("user_code", text(&asked, "user_code"))]).await;
    browser.submit(&page, "device-allow", &[]).await;
    let wish = [("scope", "openid"), ("login_hint", EMAIL)];
    let elsewhere = shop.post("/backchannel_authentication", &wish).await.json();
    let own = [("grant_type", "client_credentials"), ("scope", "products")];
    Held {
        tokens: shop.tokens(browser, "openid products offline_access").await,
        machine: text(&shop.post("/token", &own).await.json(), "access_token").to_owned(),
        code: shop.code(browser, &[("scope", "openid offline_access")]).await,
        request_uri: text(&shop.push(&[]).await.json(), "request_uri").to_owned(),
        device_code: text(&asked, "device_code").to_owned(),
        auth_req_id: text(&elsewhere, "auth_req_id").to_owned(),
    }
}

/// Every grant with what is held for it.
async fn grants(shop: &Shop, held: &Held) -> Vec<(&'static str, Answer)> {
    let refresh = text(&held.tokens, "refresh_token");
    let own = [("grant_type", "client_credentials"), ("scope", "products")];
    let device = [("grant_type", DEVICE), ("device_code", &*held.device_code)];
    let elsewhere = [("grant_type", CIBA), ("auth_req_id", &*held.auth_req_id)];
    let exchange = [
        ("grant_type", EXCHANGE),
        ("subject_token", text(&held.tokens, "access_token")),
        ("subject_token_type", ACCESS_TOKEN),
    ];
    vec![
        ("code", shop.exchange(&held.code).await),
        ("refresh token", shop.refresh(refresh).await),
        ("client credentials", shop.post("/token", &own).await),
        ("device code", shop.post("/token", &device).await),
        ("auth_req_id", shop.post("/token", &elsewhere).await),
        ("token exchange", shop.post("/token", &exchange).await),
    ]
}

#[tokio::test]
async fn a_client_that_was_switched_off_gets_nothing_at_any_door_a060() {
    let server = Server::start().await;
    let (_app, site) = server.another_instance().await;
    let shop = shop(&server).await;
    let other = server.shop().await;
    let mut hanako = server.person(EMAIL).await;
    let mut held = held(&shop, &mut hanako.browser).await;
    let shops = [shop.clone(), shop.at(site.clone())];
    // Both instances know the client by now.
    assert_eq!(shops[1].introspect(text(&held.tokens, "access_token")).await["active"], true);

    let mut admin = server.machine(&[Role::Admin]).await;
    let off = admin.post(&format!("/api/v1/clients/{}/disable", shop.id), &json!({})).await;
    assert_eq!(off.json()["enabled"], false, "{}", off.text);
    server.clock.advance(seconds(5));

    let refused = (401, "invalid_client".to_owned());
    for (instance, shop) in shops.iter().enumerate() {
        for (grant, answer) in grants(shop, &held).await {
            assert_eq!(answer.refusal(), refused, "{grant} at {instance}");
        }
        let token = text(&held.tokens, "access_token");
        for (path, fields) in [
            ("/introspect", &[("token", token)][..]),
            ("/revoke", &[("token", token)]),
            ("/device_authorization", &[("scope", "openid")]),
            ("/backchannel_authentication", &[("scope", "openid"), ("login_hint", EMAIL)]),
        ] {
            assert_eq!(shop.post(path, fields).await.refusal(), refused, "{path} at {instance}");
        }
        assert_eq!(shop.push(&[]).await.refusal(), refused, "at {instance}");
        for token in [token, &held.machine] {
            assert_eq!(shop.userinfo(token).await.status, 401, "at {instance}");
            assert_eq!(shop.get("/registry/v1/me/units", token).await.status, 401, "at {instance}");
            assert_eq!(other.introspect(token).await, json!({"active": false}));
        }
        let mut browser = Browser::new(if instance == 0 { server.site.clone() } else { site.clone() });
        browser.cookies = hanako.browser.cookies.clone();
        let id_token = text(&held.tokens, "id_token");
        for path in [
            shop.asks(&[]),
            shop.asks(&[("prompt", "none")]),
            shop.asks_by(&held.request_uri),
            format!("/end_session?client_id={}&post_logout_redirect_uri={BYE}", shop.id),
            format!("/end_session?id_token_hint={id_token}&post_logout_redirect_uri={BYE}"),
        ] {
            let answer = browser.fetch(&path).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{path} at {instance}");
            assert_eq!(answer.find("#error-code").as_deref(), Some("invalid_client"), "{path} at {instance}");
            assert!(!answer.find("main").unwrap().contains("shop.example"), "{path} at {instance}");
        }
        assert_eq!(browser.fetch("/my").await.status, 200, "nobody was signed out");
    }

    // Switched on again, it goes on with what it held; nothing was used up meanwhile.
    admin.post(&format!("/api/v1/clients/{}/enable", shop.id), &json!({})).await;
    server.clock.advance(seconds(5));
    held.code = shop.code(&mut hanako.browser, &[]).await;
    assert_eq!(shop.exchange(&held.code).await.status, 200);
    assert_eq!(shop.refresh(text(&held.tokens, "refresh_token")).await.status, 200);
}

/// The token of a registration cannot switch its client on again, whatever it sends.
#[tokio::test]
async fn the_token_of_a_registration_does_not_switch_its_client_on_a060() {
    let server = Server::open().await;
    let client = server.register(json!({})).await;
    let mut work = server.work();
    service::oidc::client::disable(&mut work, &ClientId::from(client.id())).await.unwrap();
    work.commit().await.unwrap();
    for members in [json!({}), json!({"disabled": false}), json!({"enabled": true, "state": "enabled"})] {
        let body = client.again(&members).to_string();
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = server.about_registration(method.clone(), client.uri(), Some(client.token()), &body).await;
            assert_eq!(answer.refusal(), (401, "invalid_token".to_owned()), "{method} {members}");
        }
    }
    let mut work = server.work();
    let kept = service::oidc::client::get(&mut work, &ClientId::from(client.id())).await.unwrap();
    assert!(kept.client.disabled);
}

/// (A059): whatever stops a person stops everything that acts for them, at every door, on every instance.
#[tokio::test]
async fn a_person_who_may_not_sign_in_is_nobody_at_any_door_a059() {
    for state in ["suspended", "closed", "unverified"] {
        let server = Server::start().await;
        let (_app, site) = server.another_instance().await;
        let shop = shop(&server).await;
        let third = server.relying_party("third", json!({})).await;
        let mut hanako = server.person(EMAIL).await;
        let held = held(&shop, &mut hanako.browser).await;
        let question = hanako.browser.get(&third.asks(&[])).await;
        assert!(question.find("#consent-allow").is_some());
        server.clock.advance(seconds(6));
        stop(&server, state, &hanako.sub).await;

        for (instance, site) in [server.site.clone(), site].into_iter().enumerate() {
            let what = format!("{state} at {instance}");
            let shop = shop.at(site.clone());
            for (grant, answer) in grants(&shop, &held).await {
                let expected = match grant {
                    // It acts for itself.
                    "client credentials" => (200, ""),
                    "token exchange" => (400, "invalid_request"),
                    // She has not decided, and cannot any more.
                    "auth_req_id" => (400, if instance == 0 { "authorization_pending" } else { "slow_down" }),
                    _ => (400, "invalid_grant"),
                };
                assert_eq!(answer.refusal(), (expected.0, expected.1.to_owned()), "{grant}: {what}: {}", answer.text);
            }
            let (access, refresh) = (text(&held.tokens, "access_token"), text(&held.tokens, "refresh_token"));
            assert_eq!(shop.userinfo(access).await.status, 401, "{what}");
            assert_eq!(shop.get("/registry/v1/me/units", access).await.status, 401, "{what}");
            for token in [access, refresh] {
                assert_eq!(shop.introspect(token).await, json!({"active": false}), "{what}");
            }
            let wish = [("scope", "openid"), ("login_hint", EMAIL)];
            let asked = shop.post("/backchannel_authentication", &wish).await;
            assert_eq!(asked.refusal(), (400, "unknown_user_id".to_owned()), "{what}");

            let mut browser = Browser::new(site);
            browser.cookies = hanako.browser.cookies.clone();
            assert_eq!(browser.fetch("/my").await.status, 303, "{what}");
            let silent = browser.fetch(&shop.asks(&[("prompt", "none")])).await;
            assert_eq!(silent.error().as_deref(), Some("login_required"), "{what}");
            for path in [shop.asks(&[]), shop.asks_by(&held.request_uri)] {
                let asked = browser.fetch(&path).await;
                assert!(asked.location().unwrap().starts_with("/sign-in?attempt="), "{what}: {:?}", asked.location());
            }
            let allowed = browser.submit_once(&question, "consent-allow", &[]).await;
            assert!(!allowed.delivered().contains_key("code"), "{what}: {:?}", allowed.location());
        }
    }
}

async fn stop(server: &Server, state: &str, sub: &Subject) {
    let mut work = server.work();
    match state {
        "suspended" => drop(service::account::lifecycle::suspend(&mut work, sub).await.unwrap()),
        "closed" => drop(service::account::closing::close(&mut work, sub, ClosedBy::Owner, None).await.unwrap()),
        // Nothing leads back there; an import may have made it so.
        "unverified" => {
            let back = sql("UPDATE account SET state = 'unverified' WHERE sub = $1");
            assert_eq!(back.bind(sub).run(work.tx()).await.unwrap(), 1);
        }
        other => panic!("no such state: {other}"),
    }
    work.commit().await.unwrap();
}
