//! The maker's own resource servers: tokens that are for one of them and for nothing else. RFC 8707; A049, A061, A062,
//! A065 of the attack list.

use hosho::domain::permission::Role;
use serde_json::{Value, json};

use crate::admin::Caller;
use crate::support::{Answer, ISSUER, Server, Shop, claims, text};

const ORDERS: &str = "https://orders.maker.example/api";
const PARTS: &str = "https://parts.maker.example";
const REGISTRY: &str = "http://localhost:8080/registry/v1";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CIBA: &str = "urn:openid:params:grant-type:ciba";
const SCOPE: &str = "openid email products offline_access orders.read orders.write parts.order";

/// What is registered of the API for orders.
fn orders() -> Value {
    json!({
        "uri": ORDERS,
        "name": {"ja": "ご注文サービス", "en": "Orders"},
        "scopes": [
            {"scope": "orders.read", "name": {"ja": "ご注文の履歴を見る", "en": "See your orders"},
             "why": {"ja": "お届け状況をお知らせします", "en": "To tell you where they are"}},
            {"scope": "orders.write", "name": {"ja": "注文する", "en": "Order things"}},
        ],
    })
}

fn parts() -> Value {
    json!({"uri": PARTS, "name": {"ja": "部品サービス", "en": "Parts"},
           "scopes": [{"scope": "parts.order", "name": {"ja": "部品を取り寄せる", "en": "Order parts"}}]})
}

async fn register(server: &Server, what: &Value, more: &Value) -> Value {
    let mut body = what.clone();
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = server.machine(&[Role::Admin]).await.post("/api/v1/resources", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

/// A server with both APIs, and the client as which that of orders asks about tokens.
async fn scene() -> (Server, Shop) {
    let server = Server::start().await;
    let api = server.shop_with(json!({"grant_types": ["client_credentials"], "redirect_uris": [], "scope": ""})).await;
    register(&server, &orders(), &json!({"client_id": api.id})).await;
    register(&server, &parts(), &json!({})).await;
    (server, api)
}

/// An application of the maker's own that may ask for everything.
async fn app(server: &Server) -> Shop {
    let grants = ["authorization_code", "refresh_token", "client_credentials", EXCHANGE, DEVICE, CIBA];
    let members = json!({"scope": SCOPE, "grant_types": grants, "backchannel_token_delivery_mode": "poll"});
    server.shop_with(members).await
}

async fn id_of_orders(admin: &mut Caller) -> String {
    let all = admin.get("/api/v1/resources").await.json();
    let orders = all["items"].as_array().unwrap().iter().find(|item| item["uri"] == ORDERS);
    text(orders.unwrap(), "id").to_owned()
}

/// What a token says about whom it is for and what it allows.
fn target(answer: &Answer) -> (Value, String) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = claims(text(&answer.json(), "access_token"));
    assert_eq!(answer.json()["scope"], told["scope"], "the client is told the same");
    (told["aud"].clone(), text(&told, "scope").to_owned())
}

fn is_for(audience: impl Into<Value>, scope: &str) -> (Value, String) {
    (audience.into(), scope.to_owned())
}

fn refused(code: &str) -> (u16, String) {
    (400, code.to_owned())
}

#[tokio::test]
async fn a_token_is_for_the_named_resource_server_alone_a065() {
    let (server, _) = scene().await;
    let (app, mut hanako) = (app(&server).await, server.person("hanako@example.jp").await);
    let code = app.code(&mut hanako.browser, &[("scope", SCOPE)]).await;
    // Several at once, one that nobody knows, and one that nothing was granted for leave the code as it is.
    for resource in ["https://other.example", "https://orders.maker.example", "https://orders.maker.example/api/"] {
        assert_eq!(app.exchange_with(&code, &[("resource", resource)]).await.refusal(), refused("invalid_target"));
    }
    let both = [("resource", ORDERS), ("resource", PARTS)];
    assert_eq!(app.exchange_with(&code, &both).await.refusal(), refused("invalid_target"));
    let mixed = [("resource", ORDERS), ("resource", ISSUER)];
    assert_eq!(app.exchange_with(&code, &mixed).await.refusal(), refused("invalid_target"));
    let first = app.exchange_with(&code, &[("resource", ORDERS)]).await;
    let at_orders = "openid email offline_access orders.read orders.write";
    assert_eq!(target(&first), is_for(ORDERS, at_orders));
    assert!(first.json()["id_token"].is_string(), "who signed in does not depend on it");

    // At every API of ours it is nobody's.
    let token = first.json();
    let token = text(&token, "access_token");
    assert_eq!(app.userinfo(token).await.status, 401);
    assert_eq!(app.get("/registry/v1/me/units", token).await.status, 401);
    assert_eq!(app.get("/api/v1/clients", token).await.status, 401);

    // The refresh token gives one for each, with no more than is asked for, and ours where none is named.
    let refresh = text(&first.json(), "refresh_token").to_owned();
    let mut refresh = refresh;
    for (asked, expected) in [
        (vec![("resource", PARTS)], is_for(PARTS, "openid email offline_access parts.order")),
        (vec![("resource", ORDERS), ("scope", "orders.read")], is_for(ORDERS, "orders.read")),
        (vec![], is_for(json!([ISSUER, REGISTRY]), "openid email products offline_access")),
        (vec![("resource", REGISTRY)], is_for(REGISTRY, "openid email products offline_access")),
    ] {
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        fields.extend(asked);
        let answer = app.post("/token", &fields).await;
        assert_eq!(target(&answer), expected, "{fields:?}");
        refresh = text(&answer.json(), "refresh_token").to_owned();
    }
    let fields = [("grant_type", "refresh_token"), ("refresh_token", &*refresh), ("scope", "orders.read")];
    assert_eq!(app.post("/token", &fields).await.refusal(), refused("invalid_target"), "which one must be said");
}

#[tokio::test]
async fn what_was_named_at_the_authorization_endpoint_is_the_most_that_there_is() {
    let (server, _) = scene().await;
    let (app, mut hanako) = (app(&server).await, server.person("hanako@example.jp").await);
    let unknown = [("resource", "https://other.example"), ("scope", SCOPE)];
    assert_eq!(hanako.browser.fetch(&app.asks(&unknown)).await.error().as_deref(), Some("invalid_target"));
    assert_eq!(app.push(&unknown).await.refusal(), refused("invalid_target"));
    for pushed in [false, true] {
        let asked = [("resource", ORDERS), ("scope", SCOPE)];
        let address = if pushed { app.pushed(&asked).await } else { app.asks(&asked) };
        let code = hanako.browser.fetch(&address).await.code();
        assert_eq!(app.exchange_with(&code, &[("resource", PARTS)]).await.refusal(), refused("invalid_target"));
        assert_eq!(app.exchange_with(&code, &[("resource", ISSUER)]).await.refusal(), refused("invalid_target"));
        let tokens = app.exchange(&code).await;
        assert_eq!(target(&tokens), is_for(ORDERS, "openid email offline_access orders.read orders.write"));
        let tokens = app.refresh(text(&tokens.json(), "refresh_token")).await;
        assert_eq!(target(&tokens).0, json!(ORDERS));
    }
    let several = [("resource", ORDERS), ("resource", PARTS), ("scope", SCOPE)];
    let code = app.code(&mut hanako.browser, &several).await;
    assert_eq!(app.exchange(&code).await.refusal(), refused("invalid_target"), "one at a time");
    assert_eq!(target(&app.exchange_with(&code, &[("resource", PARTS)]).await).0, json!(PARTS));
}

#[tokio::test]
async fn machines_devices_and_people_elsewhere_name_resources_too() {
    let (server, _) = scene().await;
    let (app, mut hanako) = (app(&server).await, server.person("hanako@example.jp").await);
    let machine = async |more: &[(&str, &str)]| {
        let mut fields = vec![("grant_type", "client_credentials")];
        fields.extend(more);
        app.post("/token", &fields).await
    };
    let own = machine(&[("scope", "orders.read"), ("resource", ORDERS)]).await;
    assert_eq!(target(&own), is_for(ORDERS, "orders.read"));
    assert_eq!(machine(&[("scope", "orders.read")]).await.refusal(), refused("invalid_target"));
    let other = machine(&[("scope", "orders.read"), ("resource", PARTS)]).await;
    assert_eq!(other.refusal(), refused("invalid_target"));

    let ask = [("scope", "openid orders.read"), ("resource", PARTS)];
    assert_eq!(app.post("/device_authorization", &ask).await.refusal(), refused("invalid_target"));
    let ask = [("scope", "openid orders.read"), ("resource", ORDERS)];
    let asked = app.post("/device_authorization", &ask).await.json();
    let page = hanako.browser.get("/device").await;
    let page = hanako.browser.submit(&page, "user_code", &[("user_code", text(&asked, "user_code"))]).await;
    assert!(page.text.contains("ご注文の履歴を見る"), "{}", page.text);
    hanako.browser.submit(&page, "device-allow", &[]).await;
    let fields = [("grant_type", DEVICE), ("device_code", text(&asked, "device_code"))];
    assert_eq!(target(&app.post("/token", &fields).await), is_for(ORDERS, "openid orders.read"));

    let ask = [("scope", "openid parts.order"), ("login_hint", "hanako@example.jp"), ("resource", PARTS)];
    let asked = app.post("/backchannel_authentication", &ask).await.json();
    let list = hanako.browser.get("/my/approvals").await;
    let page = hanako.browser.get(&list.link("/my/approvals/")).await;
    assert!(page.text.contains("部品を取り寄せる"), "{}", page.text);
    hanako.browser.submit(&page, "approval-allow", &[]).await;
    let fields = [("grant_type", CIBA), ("auth_req_id", text(&asked, "auth_req_id"))];
    assert_eq!(target(&app.post("/token", &fields).await), is_for(PARTS, "openid parts.order"));
}

#[tokio::test]
async fn an_exchange_reaches_a_resource_server_as_far_as_token_and_policy_do_a049() {
    let (server, _) = scene().await;
    let (app, agent, mut hanako) = (app(&server).await, app(&server).await, server.person("hanako@example.jp").await);
    let policy = json!({"subject_client": app.id, "acting_client": agent.id, "scope": "orders.read products",
                        "audience": [ORDERS, ISSUER]});
    let mut admin = server.machine(&[Role::Admin]).await;
    assert_eq!(admin.post("/api/v1/token-exchange-policies", &policy).await.status, 201);
    for bad in [json!({"scope": "orders.read bogus"}), json!({"audience": ["https://other.example"]})] {
        let mut policy = policy.clone();
        policy.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        assert_eq!(admin.post("/api/v1/token-exchange-policies", &policy).await.status, 422, "{bad}");
    }
    let token = async |browser: &mut crate::support::Browser, resource: &str| {
        let code = app.code(browser, &[("scope", SCOPE)]).await;
        text(&app.exchange_with(&code, &[("resource", resource)]).await.json(), "access_token").to_owned()
    };
    let of_orders = token(&mut hanako.browser, ORDERS).await;
    let of_parts = token(&mut hanako.browser, PARTS).await;
    let exchange = async |token: &str, more: &[(&str, &str)]| {
        let kind = "urn:ietf:params:oauth:token-type:access_token";
        let mut fields = vec![("grant_type", EXCHANGE), ("subject_token", token), ("subject_token_type", kind)];
        fields.extend(more);
        agent.post("/token", &fields).await
    };
    let done = exchange(&of_orders, &[("resource", ORDERS)]).await;
    assert_eq!(target(&done), is_for(ORDERS, "orders.read"));
    assert_eq!(claims(text(&done.json(), "access_token"))["act"]["sub"], agent.id);
    let by_name = exchange(&of_orders, &[("audience", ORDERS), ("scope", "orders.read")]).await;
    assert_eq!(target(&by_name), is_for(ORDERS, "orders.read"));
    assert_eq!(exchange(&of_orders, &[("resource", PARTS)]).await.refusal(), refused("invalid_target"));
    // Whose token it is decides: that of another resource server opens nothing here.
    assert_eq!(exchange(&of_parts, &[("resource", ORDERS)]).await.refusal(), refused("invalid_scope"));
    let wider = exchange(&of_orders, &[("resource", ORDERS), ("scope", "orders.write")]).await;
    assert_eq!(wider.refusal(), refused("invalid_scope"));
}

#[tokio::test]
async fn only_the_resource_server_of_a_token_is_told_about_it_and_only_its_part_a062() {
    let (server, api) = scene().await;
    let (app, mut hanako) = (app(&server).await, server.person("hanako@example.jp").await);
    let code = app.code(&mut hanako.browser, &[("scope", SCOPE)]).await;
    let tokens = app.exchange_with(&code, &[("resource", ORDERS)]).await.json();
    let told = api.introspect(text(&tokens, "access_token")).await;
    assert_eq!((&told["active"], &told["aud"]), (&json!(true), &json!([ORDERS])));
    assert_eq!((text(&told, "scope"), text(&told, "client_id")), ("orders.read orders.write", app.id.as_str()));
    assert_eq!(app.introspect(text(&tokens, "access_token")).await["scope"], tokens["scope"], "its client sees it all");

    let inactive = json!({"active": false});
    let refreshed = async |resource: &str, token: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("resource", resource)];
        app.post("/token", &fields).await.json()
    };
    let of_parts = refreshed(PARTS, text(&tokens, "refresh_token")).await;
    let ours = refreshed(ISSUER, text(&of_parts, "refresh_token")).await;
    for other in [text(&of_parts, "access_token"), text(&ours, "access_token"), text(&ours, "refresh_token")] {
        assert_eq!(api.introspect(other).await, inactive);
    }
    let stranger = server.shop_with(json!({"grant_types": ["client_credentials"]})).await;
    assert_eq!(stranger.introspect(text(&tokens, "access_token")).await, inactive);
    // One that was taken back is worth nothing to anybody.
    app.post("/revoke", &[("token", text(&tokens, "access_token"))]).await;
    assert_eq!(api.introspect(text(&tokens, "access_token")).await, inactive);
}

#[tokio::test]
async fn nothing_is_issued_for_a_resource_server_that_was_removed_on_any_instance_a061() {
    let (server, api) = scene().await;
    let (_, other) = server.another_instance().await;
    let (app, mut hanako) = (app(&server).await, server.person("hanako@example.jp").await);
    let there = app.at(other);
    let code = app.code(&mut hanako.browser, &[("scope", SCOPE)]).await;
    let kept = app.code(&mut hanako.browser, &[("scope", "openid orders.read"), ("resource", ORDERS)]).await;
    let tokens = app.exchange_with(&code, &[("resource", ORDERS)]).await.json();
    let mut admin = server.machine(&[Role::Admin]).await;
    let id = id_of_orders(&mut admin).await;
    assert_eq!(admin.delete(&format!("/api/v1/resources/{id}")).await.status, 204);
    assert_eq!(admin.delete(&format!("/api/v1/resources/{id}")).await.status, 404);

    assert_eq!(api.introspect(text(&tokens, "access_token")).await, json!({"active": false}));
    assert_eq!(there.exchange(&kept).await.refusal(), refused("invalid_target"));
    let refresh = text(&tokens, "refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("resource", ORDERS)];
    assert_eq!(there.post("/token", &fields).await.refusal(), refused("invalid_target"));
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", "orders.read")];
    assert_eq!(there.post("/token", &fields).await.refusal(), refused("invalid_scope"));
    let machine = [("grant_type", "client_credentials"), ("scope", "orders.read"), ("resource", ORDERS)];
    assert_eq!(there.post("/token", &machine).await.refusal(), refused("invalid_scope"));
    // The rest of what was granted goes on.
    let rest = there.refresh(refresh).await;
    assert_eq!(target(&rest).1, "openid email products offline_access");
    let asked = hanako.browser.fetch(&app.asks(&[("scope", "orders.read")])).await;
    assert_eq!(asked.error().as_deref(), Some("invalid_scope"));
}

#[tokio::test]
async fn people_read_what_a_scope_means_and_whose_it_is() {
    let (server, _) = scene().await;
    let members = json!({"hosho_first_party": false, "scope": SCOPE, "client_name": "Assistant"});
    let (app, mut hanako) = (server.shop_with(members).await, server.person("hanako@example.jp").await);
    let page = hanako.browser.get(&app.asks(&[("scope", "openid orders.read orders.write")])).await;
    let said = page.find("main").unwrap();
    for words in [
        "ご注文の履歴を見る",
        "お届け状況をお知らせします（ご注文サービス）",
        "注文する",
        "ご注文サービス で使います。",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!hanako.browser.submit(&page, "consent-allow", &[]).await.code().is_empty());
    let apps = hanako.browser.get("/my/apps").await;
    assert!(apps.text.contains("ご注文の履歴を見る"), "{}", apps.text);
    hanako.browser.headers.push(("accept-language", "en".to_owned()));
    let mut english = server.browser().speaking("en");
    server.sign_in(&mut english, &hanako.sub).await;
    let page = english.get(&app.asks(&[("scope", "openid parts.order"), ("prompt", "consent")])).await;
    assert!(page.text.contains("Order parts") && page.text.contains("For Parts."), "{}", page.text);
}

#[tokio::test]
async fn an_open_resource_server_may_be_asked_for_by_every_client_and_others_only_by_those_registered_a049() {
    let (server, _) = scene().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let app = server.shop_with(json!({"hosho_first_party": false})).await;
    let asks = [("scope", "openid parts.order"), ("resource", PARTS)];
    let code = app.code(&mut hanako.browser, &asks).await;
    assert_eq!(app.exchange(&code).await.refusal(), refused("invalid_target"), "the word was left out");
    register(&server, &parts(), &json!({"open": true})).await;
    let code = app.code(&mut hanako.browser, &asks).await;
    assert_eq!(target(&app.exchange(&code).await), is_for(PARTS, "openid parts.order"));
    // People decide about it; a machine asks nobody.
    let machine = [("grant_type", "client_credentials"), ("scope", "parts.order"), ("resource", PARTS)];
    assert_eq!(app.post("/token", &machine).await.refusal(), refused("invalid_scope"));
    register(&server, &parts(), &json!({})).await;
    let code = app.code(&mut hanako.browser, &asks).await;
    assert_eq!(app.exchange(&code).await.refusal(), refused("invalid_target"));
}

#[tokio::test]
async fn a_resource_server_is_registered_once_and_replaced_in_place() {
    let (server, _) = scene().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let id = id_of_orders(&mut admin).await;
    let again =
        register(&server, &orders(), &json!({"scopes": [{"scope": "orders.list", "name": {"ja": "一覧"}}]})).await;
    assert_eq!((text(&again, "id"), &again["client_id"]), (id.as_str(), &Value::Null));
    assert_eq!(again["scopes"], json!([{"scope": "orders.list", "name": {"ja": "一覧", "en": "一覧"}}]));
    assert_eq!(admin.get(&format!("/api/v1/resources/{id}")).await.json(), again);
    let public = server.shop_with(json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]}));
    let public = public.await.id;
    for (bad, member) in [
        (json!({"uri": "orders"}), "uri"),
        (json!({"uri": REGISTRY}), "uri"),
        (json!({"scopes": []}), "scopes"),
        (json!({"scopes": [{"scope": "openid", "name": {"ja": "x"}}]}), "scopes"),
        (json!({"scopes": [{"scope": "parts.order", "name": {"ja": "x"}}]}), "scopes"),
        (json!({"scopes": [{"scope": "orders.x", "name": {}}]}), "scopes"),
        (json!({"name": {"ja": " "}}), "name"),
        (json!({"client_id": "nobody"}), "client_id"),
        (json!({"client_id": public}), "client_id"),
        (json!({"unknown": 1}), "body"),
    ] {
        let mut body = orders();
        body.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        let answer = admin.post("/api/v1/resources", &body).await;
        assert_eq!(answer.status, 422, "{bad}: {}", answer.text);
        assert!(answer.text.contains(&format!("\"{member}\"")), "{bad}: {}", answer.text);
    }
    // A client may be registered for a scope only while it has an owner.
    let mut work = server.work();
    let metadata = json!({"redirect_uris": ["https://rp.example/cb"], "scope": "openid orders.list orders.read"});
    let made = hosho::service::oidc::client::create(&mut work, &metadata.to_string()).await.unwrap();
    assert_eq!(made.kept.client.metadata.scope.to_string(), "openid orders.list");
}
