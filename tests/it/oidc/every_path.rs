//! What decides about tokens decides on every path to them, and each time: what a person may not or a client may no
//! longer reach is in no new token. A061, A068.

use hosho::base::id::{ClientId, Subject};
use hosho::base::time::seconds;
use hosho::domain::permission::Role;
use hosho::service;
use hosho::service::oidc::token_exchange;
use serde_json::{Value, json};

use super::device::{GRANT as DEVICE, stop};
use crate::sign_in::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Browser, Server, Shop, claims, text};

const CIBA: &str = "urn:openid:params:grant-type:ciba";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const MANAGEMENT: &str = "http://localhost:8080/api/v1";
const REGISTRY: &str = "http://localhost:8080/registry/v1";

/// A client that may go every way.
async fn shop(server: &Server) -> Shop {
    server.shop_with(members("openid email products management offline_access")).await
}

fn members(scope: &str) -> Value {
    json!({
        "grant_types": ["authorization_code", "refresh_token", DEVICE, CIBA, EXCHANGE], "scope": scope,
        "backchannel_token_delivery_mode": "poll", "hosho_first_party": true, "id_token_signed_response_alg": "ES256",
    })
}

/// Something that a client holds and can turn into tokens.
struct Held {
    path: &'static str,
    fields: Vec<(&'static str, String)>,
}

impl Held {
    async fn redeem(&self, at: &Shop, more: &[(&str, &str)]) -> Answer {
        let own = self.fields.iter().map(|(name, value)| (*name, value.as_str()));
        at.post("/token", &own.chain(more.iter().copied()).collect::<Vec<_>>()).await
    }
}

/// Everything that a client can hold for this person, with this scope.
async fn everything(shop: &Shop, browser: &mut Browser, email: &str, scope: &str) -> Vec<Held> {
    let code = shop.code(browser, &[("scope", scope)]).await;
    let verifier = crate::support::VERIFIER.to_owned();
    let tokens = shop.tokens(browser, scope).await;
    let device = shop.post("/device_authorization", &[("scope", scope)]).await.json();
    let page = browser.get("/device").await;
    let page = browser.submit(&page, "user_code", &[("user_code", text(&device, "user_code"))]).await;
    browser.submit(&page, "device-allow", &[]).await;
    let asked = shop.post("/backchannel_authentication", &[("scope", scope), ("login_hint", email)]).await.json();
    let list = browser.get("/my/approvals").await;
    let page = browser.get(&list.link("/my/approvals/")).await;
    browser.submit(&page, "approval-allow", &[]).await;
    let grant = |name: &str| ("grant_type", name.to_owned());
    let of = |member: &str, document: &Value| text(document, member).to_owned();
    vec![
        Held {
            path: "code",
            fields: vec![
                grant("authorization_code"),
                ("code", code),
                ("redirect_uri", shop.callback.clone()),
                ("code_verifier", verifier),
            ],
        },
        Held {
            path: "refresh token",
            fields: vec![grant("refresh_token"), ("refresh_token", of("refresh_token", &tokens))],
        },
        Held { path: "device code", fields: vec![grant(DEVICE), ("device_code", of("device_code", &device))] },
        Held { path: "back channel", fields: vec![grant(CIBA), ("auth_req_id", of("auth_req_id", &asked))] },
        Held {
            path: "exchange",
            fields: vec![
                grant(EXCHANGE),
                ("subject_token", of("access_token", &tokens)),
                ("subject_token_type", ACCESS_TOKEN.to_owned()),
            ],
        },
    ]
}

async fn let_act(server: &Server, shop: &Shop, scope: &str) {
    let (mut work, id) = (server.work(), ClientId::from(shop.id.as_str()));
    token_exchange::allow(&mut work, &id, &id, scope, Vec::new()).await.unwrap();
    work.commit().await.unwrap();
}

async fn set_role(server: &Server, sub: &Subject, is_staff: bool) {
    let mut work = server.work();
    let now = work.now();
    match is_staff {
        true => drop(hosho::store::admin::staff_role::grant(work.tx(), sub, Role::Admin, now).await.unwrap()),
        false => drop(hosho::store::admin::staff_role::revoke(work.tx(), sub, Role::Admin).await.unwrap()),
    }
    work.commit().await.unwrap();
}

/// Sessions of one factor are enough for staff here: what is tested is who is staff.
const ONE_FACTOR: &[(&str, &str)] = &[("HOSHO_SIGN_IN_STAFF_SECOND_FACTOR", "optional")];

/// The management API is for staff. Who is none any more is in no new token for it, whatever was granted.
#[tokio::test]
async fn who_is_no_staff_any_more_is_in_no_new_token_for_the_management_api_a061_a068() {
    let server = Server::start_with(ONE_FACTOR).await;
    let (_app, site) = server.another_instance_with(ONE_FACTOR).await;
    let email = "chief@example.jp";
    let mut chief = server.person(email).await;
    set_role(&server, &chief.sub, true).await;
    let shop = shop(&server).await;
    let there = shop.at(site);
    let_act(&server, &shop, "openid products").await;
    let scope = "openid products management";
    let held = everything(&shop, &mut chief.browser, email, scope).await;
    let whole = everything(&shop, &mut chief.browser, email, scope).await;
    for one in whole.iter().filter(|one| one.path != "exchange") {
        let answer = one.redeem(&shop, &[]).await.json();
        assert!(claims(text(&answer, "access_token"))["aud"].as_array().unwrap().contains(&json!(MANAGEMENT)));
    }

    set_role(&server, &chief.sub, false).await;
    for one in &held {
        let asked = one.redeem(&there, &[("resource", MANAGEMENT)]).await;
        assert_eq!(asked.refusal(), (400, "invalid_target".to_owned()), "{}: {}", one.path, asked.text);
        let answer = one.redeem(&there, &[]).await;
        assert_eq!(answer.status, 200, "{}: {}", one.path, answer.text);
        let answer = answer.json();
        assert_eq!(text(&answer, "scope"), "openid products", "{}", one.path);
        let audience = &claims(text(&answer, "access_token"))["aud"];
        assert!(!audience.as_array().unwrap().contains(&json!(MANAGEMENT)), "{}: {audience}", one.path);
    }
    // What was given for nothing else gives nothing.
    set_role(&server, &chief.sub, true).await;
    let code = shop.code(&mut chief.browser, &[("scope", "management")]).await;
    set_role(&server, &chief.sub, false).await;
    assert_eq!(shop.exchange(&code).await.refusal(), (400, "invalid_grant".to_owned()));
    // On the way to a code she is not even asked.
    for more in [&[("prompt", "none")][..], &[]] {
        let given = [&[("scope", scope)][..], more].concat();
        let code = shop.code(&mut chief.browser, &given).await;
        assert_eq!(text(&there.exchange(&code).await.json(), "scope"), "openid products");
    }
}

/// Who is no staff is not asked about the management API, so that there is nothing to remember when they become staff.
#[tokio::test]
async fn what_a_person_could_not_give_when_they_were_asked_was_not_allowed_a068() {
    let server = Server::start_with(ONE_FACTOR).await;
    let console = server.relying_party("console", json!({"scope": "openid email management"})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let scope = ("scope", "openid management");
    let page = hanako.browser.get(&console.asks(&[scope])).await;
    assert!(page.find("#consent-allow").is_some() && !page.text.contains("管理機能"), "{}", page.text);
    hanako.browser.submit_once(&page, "consent-allow", &[]).await.code();
    set_role(&server, &hanako.sub, true).await;
    let silent = hanako.browser.fetch(&console.asks(&[scope, ("prompt", "none")])).await;
    assert_eq!(silent.error().as_deref(), Some("consent_required"));
    let page = hanako.browser.get(&console.asks(&[scope])).await;
    assert!(page.find("#consent-allow").is_some() && page.text.contains("管理機能"), "{}", page.text);
}

/// A scope that a client loses, and with it a resource.
#[tokio::test]
async fn what_a_client_may_no_longer_have_is_in_no_new_token_a061() {
    let server = Server::start().await;
    let (_app, site) = server.another_instance().await;
    let email = "hanako@example.jp";
    let mut hanako = server.person(email).await;
    let shop = shop(&server).await;
    let there = shop.at(site);
    let_act(&server, &shop, "openid products").await;
    let held = everything(&shop, &mut hanako.browser, email, "openid products").await;

    let mut metadata = members("openid email");
    metadata["redirect_uris"] = json!([shop.callback]);
    let mut work = server.work();
    let id = ClientId::from(shop.id.as_str());
    service::oidc::client::update(&mut work, &id, &metadata.to_string()).await.unwrap();
    work.commit().await.unwrap();
    server.clock.advance(seconds(5));
    for at in [&shop, &there] {
        for one in &held {
            let asked = one.redeem(at, &[("resource", REGISTRY)]).await.refusal();
            let answer = one.redeem(at, &[]).await;
            if one.path == "exchange" {
                assert_eq!(asked, (400, "invalid_target".to_owned()));
                let audience = claims(text(&answer.json(), "access_token"))["aud"].clone();
                assert!(audience == "http://localhost:8080", "{audience}");
            } else {
                assert_eq!(answer.refusal(), (400, "invalid_grant".to_owned()), "{}: {}", one.path, answer.text);
                assert_eq!(asked.0, 400, "{}", one.path);
            }
        }
    }
}

/// Each state in which a person may not sign in stops each way: with a password, with a session, silently, with what was
/// allowed before, and what waits for a yes.
#[tokio::test]
async fn a_person_who_may_not_sign_in_gets_no_further_on_any_path_a068() {
    let server = Server::start().await;
    let (_app, site) = server.another_instance().await;
    for (number, state) in ["suspended", "closed", "signed out everywhere"].into_iter().enumerate() {
        let email = format!("hanako{number}@example.jp");
        let mut browser = server.browser();
        sign_up(&server, &mut browser, &email).await;
        let sub = subject_of(&server, &email).await;
        let shop = shop(&server).await;
        let_act(&server, &shop, "openid products").await;
        let held = everything(&shop, &mut browser, &email, "openid products").await;
        let offline = shop.tokens(&mut browser, "openid offline_access").await;
        let device = shop.post("/device_authorization", &[("scope", "openid")]).await.json();
        let page = browser.get("/device").await;
        let waiting = browser.submit(&page, "user_code", &[("user_code", text(&device, "user_code"))]).await;
        server.clock.advance(seconds(5));
        stop(&server, state, &sub, &shop).await;

        let what = |path: &str| format!("{state}: {path}");
        for site in [&server.site, &site] {
            let there = shop.at(site.clone());
            let mut with_session = Browser::new(site.clone());
            with_session.cookies = browser.cookies.clone();
            let reused = with_session.fetch(&shop.asks(&[])).await;
            assert!(reused.location().unwrap().contains("/sign-in?"), "{}", what("with a session"));
            let silent = with_session.fetch(&shop.asks(&[("prompt", "none")])).await;
            assert_eq!(silent.error().as_deref(), Some("login_required"), "{}", what("silently"));
            for one in &held {
                let answer = one.redeem(&there, &[]).await;
                let expected = if one.path == "exchange" { "invalid_request" } else { "invalid_grant" };
                assert_eq!(answer.refusal(), (400, expected.to_owned()), "{}", what(one.path));
            }
            assert_eq!(there.refresh(text(&offline, "refresh_token")).await.refusal().1, "invalid_grant", "{state}");
            with_session.submit(&waiting, "device-allow", &[]).await;
            let poll = [("grant_type", DEVICE), ("device_code", text(&device, "device_code"))];
            assert_ne!(there.post("/token", &poll).await.status, 200, "{}", what("a device that waits"));
            let mut fresh = Browser::new(site.clone());
            sign_in(&mut fresh, &email, PASSWORD).await;
            let is_let_in = is_signed_in(&mut fresh).await;
            assert_eq!(is_let_in, state == "signed out everywhere", "{}", what("with the password"));
        }
    }
}

async fn subject_of(server: &Server, email: &str) -> Subject {
    let address = hosho::domain::account::EmailAddress::parse(email).unwrap();
    let mut work = server.work();
    hosho::store::account::find_by_email(work.tx(), &address).await.unwrap().unwrap().sub
}
