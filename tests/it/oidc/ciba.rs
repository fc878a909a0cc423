//! Asking for a person who is elsewhere: the request, the decision on my page, polling and notification. OpenID Connect
//! CIBA, FAPI-CIBA; A038, A040, A049, A059, A071 of the attack list.

use hosho::base::Timestamp;
use hosho::base::random::Random;
use hosho::base::time::{minutes, seconds};
use hosho::gateway::fetch::FetchError;
use hosho::gateway::fetch::scripted::Reply;
use hosho::jobs::notify_due_clients;
use serde_json::{Value, json};

use super::device::stop;
use crate::support::{Answer, Server, Shop, TestKey, asserting, claims, differing, rounds, text};

const GRANT: &str = "urn:openid:params:grant-type:ciba";
const ISSUER: &str = "http://localhost:8080";
const PING: &str = "https://desk.example/ping";
const EMAIL: &str = "hanako@example.jp";

/// The tool of a call centre that proves itself by a secret and polls.
async fn desk(server: &Server) -> Shop {
    desk_with(server, json!({})).await
}

async fn desk_with(server: &Server, differences: Value) -> Shop {
    let members = json!({
        "client_name": "Help desk", "client_name#ja": "お客さま窓口", "redirect_uris": [],
        "grant_types": [GRANT, "refresh_token"], "backchannel_token_delivery_mode": "poll",
        "scope": "openid profile email products offline_access",
    });
    server.shop_with(differing(members, &differences)).await
}

/// The same, told at an address of its own when somebody has decided.
async fn told_desk(server: &Server) -> Shop {
    let ping = json!({"backchannel_token_delivery_mode": "ping", "backchannel_client_notification_endpoint": PING});
    desk_with(server, ping).await
}

async fn ask(desk: &Shop, differences: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("scope", "openid email"), ("login_hint", EMAIL), ("client_notification_token", "token-1")];
    fields.retain(|(name, _)| !differences.iter().any(|(other, _)| other == name));
    fields.extend(differences.iter().filter(|(_, value)| !value.is_empty()));
    desk.post("/backchannel_authentication", &fields).await
}

async fn asked(desk: &Shop, differences: &[(&str, &str)]) -> String {
    let answer = ask(desk, differences).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    text(&answer.json(), "auth_req_id").to_owned()
}

async fn poll(desk: &Shop, auth_req_id: &str) -> Answer {
    desk.post("/token", &[("grant_type", GRANT), ("auth_req_id", auth_req_id)]).await
}

/// The page of the youngest request on my page.
async fn page(browser: &mut crate::support::Browser) -> Answer {
    let list = browser.get("/my/approvals").await;
    let href = list.link("/my/approvals/");
    browser.get(&href).await
}

fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.refusal(), (400, code.to_owned()), "{}", answer.text);
}

/// A client as FAPI-CIBA wants it: it proves itself by a key and signs its requests.
struct Signing {
    shop: Shop,
    key: TestKey,
}

impl Signing {
    async fn new(server: &Server, name: &str, differences: Value) -> Self {
        let key = TestKey::es256();
        let members = json!({
            "client_name": name, "redirect_uris": [], "grant_types": [GRANT, "refresh_token"],
            "backchannel_token_delivery_mode": "poll", "backchannel_user_code_parameter": false,
            "backchannel_authentication_request_signing_alg": "ES256", "scope": "openid profile email",
            "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "ES256",
            "jwks": key.jwks(),
        });
        Self { shop: server.shop_with(differing(members, &differences)).await, key }
    }

    /// The claims of a request; `null` leaves one out.
    fn claims(&self, now: Timestamp, differences: &Value) -> Value {
        let second = now.seconds();
        let usual = json!({
            "iss": self.shop.id, "aud": ISSUER, "jti": Random::system().id(), "iat": second, "nbf": second,
            "exp": second + 300, "scope": "openid profile email", "login_hint": EMAIL, "binding_message": "1234",
        });
        differing(usual, differences)
    }

    async fn send(&self, now: Timestamp, object: &str) -> Answer {
        let assertion = self.key.assertion(&self.shop.id, now, &json!({}));
        let [kind, assertion] = asserting(&assertion);
        self.shop.send("/backchannel_authentication", &[("request", object), kind, assertion], &[]).await
    }

    async fn ask(&self, now: Timestamp, differences: &Value) -> Answer {
        let object = self.key.sign(&self.claims(now, differences), &json!({}));
        self.send(now, &object).await
    }

    async fn poll(&self, now: Timestamp, auth_req_id: &str) -> Answer {
        let assertion = self.key.assertion(&self.shop.id, now, &json!({}));
        let [kind, assertion] = asserting(&assertion);
        let fields = [("grant_type", GRANT), ("auth_req_id", auth_req_id), kind, assertion];
        self.shop.send("/token", &fields, &[]).await
    }
}

#[tokio::test]
async fn a_person_approves_on_my_page_what_a_desk_asks() {
    let server = Server::start().await;
    let desk = desk(&server).await;
    let mut hanako = server.person(EMAIL).await;
    let answer = ask(&desk, &[("binding_message", "ご予約 4711")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text);
    let told = answer.json();
    assert_eq!((told["expires_in"].as_u64(), told["interval"].as_u64()), (Some(300), Some(5)));
    let id = text(&told, "auth_req_id");
    assert_eq!(id.len(), 43);
    assert_refused(&poll(&desk, id).await, "authorization_pending");

    let letter = server.last_letter_to(EMAIL).await;
    assert_eq!(letter.subject, "「お客さま窓口」の要求の確認をお願いします");
    assert!(letter.text.contains("ご予約 4711") && letter.text.contains("/my/approvals/"), "{}", letter.text);
    let home = hanako.browser.get("/my").await;
    assert!(home.text.contains("1件の確認をお待ちしています"), "{}", home.text);
    let page = page(&mut hanako.browser).await;
    for said in ["お客さま窓口", "ご予約 4711", "メールアドレス"] {
        assert!(page.text.contains(said), "{said} is not said: {}", page.text);
    }
    let done = hanako.browser.submit(&page, "approval-allow", &[]).await;
    assert_eq!(done.find("h1").as_deref(), Some("承認しました"), "{}", done.text);
    assert!(hanako.browser.get("/my/approvals").await.find(".empty").is_some());

    server.clock.advance(seconds(5));
    let tokens = poll(&desk, id).await;
    assert_eq!((tokens.status.as_u16(), tokens.header("cache-control")), (200, Some("no-store")), "{}", tokens.text);
    let tokens = tokens.json();
    assert_eq!(text(&tokens, "scope"), "openid email");
    let id_token = claims(text(&tokens, "id_token"));
    assert_eq!((id_token["sub"].as_str(), id_token["aud"].as_str()), (Some(hanako.sub.as_ref()), Some(&*desk.id)));
    assert!(id_token["auth_time"].is_i64() && id_token["at_hash"].is_string() && id_token.get("sid").is_none());
    // Only the push mode has it.
    assert!(id_token.get("urn:openid:params:jwt:claim:auth_req_id").is_none());
    assert_eq!(desk.userinfo(text(&tokens, "access_token")).await.json()["email"], EMAIL);
    assert_eq!(desk.refresh(text(&tokens, "refresh_token")).await.status, 200);
    assert_refused(&poll(&desk, id).await, "invalid_grant");
    assert!(hanako.browser.get("/my/apps").await.text.contains("お客さま窓口"));
    let dump = server.dump().await;
    for event in ["backchannel_request.asked", "backchannel_request.allowed"] {
        assert!(dump.contains(event), "{event}");
    }
}

/// conformance: fapi-ciba-id1-user-rejects-authentication
#[tokio::test]
async fn a_person_who_says_no_is_believed() {
    let server = Server::start().await;
    let desk = desk(&server).await;
    let mut hanako = server.person(EMAIL).await;
    let id = asked(&desk, &[]).await;
    let page = page(&mut hanako.browser).await;
    assert!(page.find("#binding-message").is_none());
    let done = hanako.browser.submit(&page, "approval-deny", &[]).await;
    assert_eq!(done.find("h1").as_deref(), Some("承認しませんでした"));
    // What was decided stays decided.
    let again = hanako.browser.submit(&page, "approval-allow", &[]).await;
    assert_eq!(again.find("h1").as_deref(), Some("承認しませんでした"), "{}", again.text);
    assert_refused(&poll(&desk, &id).await, "access_denied");
}

/// conformance: fapi-ciba-id1-multiple-call-to-token-endpoint, fapi-ciba-id1-auth-req-id-expired
/// conformance: fapi-ciba-id1-ensure-wrong-auth-req-id-in-token-endpoint-request
#[tokio::test]
async fn polling_has_its_pace_its_end_and_its_client_a071() {
    let server = Server::start().await;
    let (desk, other) = (desk(&server).await, desk(&server).await);
    let mut hanako = server.person(EMAIL).await;
    let id = asked(&desk, &[("requested_expiry", "60")]).await;
    for (pause, code) in
        [(0, "authorization_pending"), (5, "authorization_pending"), (4, "slow_down"), (9, "slow_down")]
    {
        server.clock.advance(seconds(pause));
        assert_refused(&poll(&desk, &id).await, code);
        assert_refused(&poll(&other, &id).await, "invalid_grant");
    }
    let page = page(&mut hanako.browser).await;
    server.clock.advance(seconds(42));
    assert_refused(&poll(&desk, &id).await, "expired_token");
    let late = hanako.browser.submit(&page, "approval-allow", &[]).await;
    assert_eq!((late.status.as_u16(), late.find("h1").as_deref()), (404, Some("この要求は終わっています")));
    assert_refused(&poll(&desk, "unknown").await, "invalid_grant");
    assert_refused(&desk.post("/token", &[("grant_type", GRANT)]).await, "invalid_request");
}

/// (A071): thirty-two tries at once, at two instances.
#[tokio::test]
async fn what_was_approved_gives_tokens_once_a071() {
    let server = Server::start_with(&[("HOSHO_PROTOCOL_CONFORMANCE_HOOKS", "true")]).await;
    let desk = desk(&server).await;
    server.customer(EMAIL).await;
    let (_app, site) = server.another_instance().await;
    let desks = [desk.clone(), desk.at(site)];
    for _ in 0..rounds(4) {
        let id = asked(&desk, &[]).await;
        assert_eq!(hook(&server, &id, "allow").await.status, 200);
        let tries: Vec<_> = (0..32)
            .map(|index| {
                let (desk, id) = (desks[index % 2].clone(), id.clone());
                tokio::spawn(async move { poll(&desk, &id).await })
            })
            .collect();
        let mut issued = 0;
        for one in tries {
            let answer = one.await.unwrap();
            match answer.status.as_u16() {
                200 => issued += 1,
                _ => assert_refused(&answer, "invalid_grant"),
            }
        }
        assert_eq!(issued, 1);
    }
}

async fn hook(server: &Server, auth_req_id: &str, action: &str) -> Answer {
    let path = format!("/conformance/ciba?auth_req_id={auth_req_id}&action={action}");
    server.browser().send(http::Request::post(path).body(axum::body::Body::empty()).unwrap()).await
}

#[tokio::test]
async fn the_hook_of_the_conformance_suite_does_not_exist_unless_it_is_switched_on() {
    let server = Server::start().await;
    let desk_ = desk(&server).await;
    server.customer(EMAIL).await;
    let id = asked(&desk_, &[]).await;
    assert_eq!(hook(&server, &id, "allow").await.status, 404);
    assert_refused(&poll(&desk_, &id).await, "authorization_pending");

    let server = Server::start_with(&[("HOSHO_PROTOCOL_CONFORMANCE_HOOKS", "true")]).await;
    let desk = desk(&server).await;
    server.customer(EMAIL).await;
    let (yes, no) = (asked(&desk, &[]).await, asked(&desk, &[]).await);
    server.clock.advance(seconds(9));
    assert_eq!(hook(&server, &yes, "perhaps").await.status, 400);
    assert_eq!(hook(&server, "unknown", "allow").await.status, 404);
    assert_eq!(hook(&server, &yes, "allow").await.status, 200);
    assert_eq!(hook(&server, &yes, "deny").await.status, 404, "it is decided");
    assert_eq!(hook(&server, &no, "deny").await.status, 200);
    let tokens = poll(&desk, &yes).await.json();
    let id_token = claims(text(&tokens, "id_token"));
    assert_eq!(id_token["auth_time"].as_i64(), Some(server.clock.now().seconds()), "as if they had just signed in");
    assert_refused(&poll(&desk, &no).await, "access_denied");
}

/// conformance: fapi-ciba-id1-ensure-authorization-request-with-multiple-hints-fails
/// conformance: fapi-ciba-id1-ensure-authorization-request-with-potentially-bad-binding-message
#[tokio::test]
async fn each_bad_request_gets_its_word() {
    let server = Server::start().await;
    let desk = desk(&server).await;
    let mut hanako = server.person(EMAIL).await;
    let shop = server.shop().await;
    let foreign = text(&shop.tokens(&mut hanako.browser, "openid").await, "id_token").to_owned();
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("scope", "")], "invalid_request"),
        (&[("scope", "email")], "invalid_scope"),
        (&[("scope", "openid phone")], "invalid_scope"),
        (&[("scope", "openid management")], "invalid_scope"),
        (&[("scope", "openid bogus")], "invalid_scope"),
        (&[("login_hint", "")], "invalid_request"),
        (&[("id_token_hint", "x")], "invalid_request"),
        (&[("login_hint", ""), ("id_token_hint", "e30.e30.AA")], "invalid_request"),
        (&[("login_hint", ""), ("id_token_hint", &foreign)], "invalid_request"),
        (&[("login_hint", ""), ("login_hint_token", "x")], "invalid_request"),
        (&[("login_hint", "nobody@example.jp")], "unknown_user_id"),
        (&[("login_hint", "nobody")], "unknown_user_id"),
        (&[("login_hint", "123-4567-8901")], "unknown_user_id"),
        (&[("binding_message", "1234 👍🏿 品川 Lor")], "invalid_binding_message"),
        (&[("binding_message", "evil.example")], "invalid_binding_message"),
        (&[("binding_message", "123456789012345678901")], "invalid_binding_message"),
        (&[("requested_expiry", "0")], "invalid_request"),
        (&[("requested_expiry", "soon")], "invalid_request"),
        (&[("resource", "https://elsewhere.example")], "invalid_target"),
        (&[("authorization_details", "[]")], "invalid_authorization_details"),
        (&[("request", "e30.e30.AA")], "invalid_request"),
    ];
    for (given, code) in cases {
        assert_refused(&ask(&desk, given).await, code);
    }
    assert_refused(&ask(&shop, &[]).await, "unauthorized_client");
    let nameless = desk.send("/backchannel_authentication", &[("client_id", &desk.id)], &[]).await;
    assert_eq!(nameless.refusal(), (401, "invalid_client".to_owned()));
    assert_eq!(server.browser().fetch("/backchannel_authentication").await.status, 405);
    assert!(server.letters().await.is_empty(), "nobody was asked");
}

#[tokio::test]
async fn people_are_named_by_address_by_number_or_by_an_id_token_of_the_client() {
    let server = Server::start().await;
    let desk = desk_with(
        &server,
        json!({"grant_types": [GRANT, "authorization_code"], "redirect_uris": ["https://shop.example/cb"]}),
    )
    .await;
    let mut hanako = server.person(EMAIL).await;
    let mut work = server.work();
    let account = hosho::store::account::find(work.tx(), &hanako.sub).await.unwrap().unwrap();
    drop(work);
    let id_token = text(&desk.tokens(&mut hanako.browser, "openid").await, "id_token").to_owned();
    server.clock.advance(minutes(120));
    let mut hanako_again = server.browser();
    server.sign_in(&mut hanako_again, &hanako.sub).await;
    let number = account.number.to_string();
    for hint in
        [[("login_hint", ""), ("id_token_hint", &*id_token)], [("login_hint", &*number), ("acr_values", "aal1")]]
    {
        asked(&desk, &hint).await;
    }
    let list = hanako_again.get("/my/approvals").await;
    assert_eq!(list.text.matches("href=\"/my/approvals/").count(), 2, "{}", list.text);
}

/// (A022): another person's request does not exist.
#[tokio::test]
async fn nobody_decides_for_somebody_else() {
    let server = Server::start().await;
    let desk = desk(&server).await;
    let mut hanako = server.person(EMAIL).await;
    let mut mallory = server.person("mallory@example.jp").await;
    let id = asked(&desk, &[]).await;
    let page = page(&mut hanako.browser).await;
    assert_eq!(mallory.browser.get(&page.path).await.status, 404);
    assert!(mallory.browser.get("/my/approvals").await.find(".empty").is_some());
    let own = mallory.browser.get("/my/sessions").await.form("sessions-end-all", &[]).1;
    let csrf = own.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let answer = mallory.browser.post(&page.path, &[("decision", "allow"), ("csrf", &csrf)]).await;
    assert_eq!(answer.status, 404);
    let stranger = server.browser().fetch(&page.path).await;
    assert!(stranger.location().unwrap().starts_with("/sign-in?next="));
    assert_refused(&poll(&desk, &id).await, "authorization_pending");
}

#[tokio::test]
async fn one_client_cannot_drown_a_person_in_requests_or_letters() {
    let server = Server::start().await;
    let (desk, other) = (desk(&server).await, desk(&server).await);
    server.customer(EMAIL).await;
    for _ in 0..20 {
        asked(&desk, &[]).await;
    }
    let answer = ask(&desk, &[]).await;
    assert_eq!((answer.status.as_u16(), answer.refusal().1.as_str()), (429, "temporarily_unavailable"));
    asked(&other, &[]).await;
    let letters = server.letters().await;
    assert_eq!(letters.len(), 10, "the rest stands on my page");
    server.clock.advance(minutes(10));
    asked(&desk, &[]).await;
    assert_eq!(server.letters().await.len(), 11);
}

/// conformance: fapi-ciba-id1, fapi-ciba-id1-ensure-authorization-request-with-binding-message-succeeds
/// conformance: fapi-ciba-id1-ensure-other-scope-order-succeeds
/// conformance: fapi-ciba-id1-ensure-requested-expiry-as-string-succeeds
/// conformance: fapi-ciba-id1-ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds
/// conformance: fapi-ciba-id1-refresh-token
#[tokio::test]
async fn a_signed_request_is_answered_like_a_plain_one() {
    let server = Server::start_with(&[("HOSHO_PROTOCOL_CONFORMANCE_HOOKS", "true")]).await;
    server.customer(EMAIL).await;
    let desk = Signing::new(&server, "desk", json!({})).await;
    let now = server.clock.now();
    for (differences, life) in [
        (json!({}), 300),
        (json!({"scope": "email openid profile"}), 300),
        (json!({"requested_expiry": "60"}), 60),
        (json!({"requested_expiry": 60}), 60),
        (json!({"aud": [ISSUER, "https://other.example"], "binding_message": null}), 300),
        (json!({"nbf": now.seconds() + 8}), 300),
    ] {
        let answer = desk.ask(now, &differences).await;
        assert_eq!(answer.status, 200, "{differences}: {}", answer.text);
        let told = answer.json();
        assert_eq!(told["expires_in"], life, "{differences}");
        let id = text(&told, "auth_req_id");
        assert_refused(&desk.poll(now, id).await, "authorization_pending");
        assert_eq!(hook(&server, id, "allow").await.status, 200);
        let tokens = desk.poll(now, id).await;
        assert_eq!(tokens.status, 200, "{}", tokens.text);
        let assertion = desk.key.assertion(&desk.shop.id, now, &json!({}));
        let [kind, assertion] = asserting(&assertion);
        let tokens = tokens.json();
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
        let fresh = desk.shop.send("/token", &[refresh[0], refresh[1], kind, assertion], &[]).await;
        assert_eq!(fresh.status, 200, "{}", fresh.text);
    }
    let typed = desk.key.sign(&desk.claims(now, &json!({})), &json!({"typ": "oauth-authz-req+jwt"}));
    assert_eq!(desk.send(now, &typed).await.status, 200);
}

/// conformance: fapi-ciba-id1-ensure-request-object-missing-aud-fails, fapi-ciba-id1-ensure-request-object-bad-aud-fails
/// conformance: fapi-ciba-id1-ensure-request-object-missing-iss-fails, fapi-ciba-id1-ensure-request-object-bad-iss-fails
/// conformance: fapi-ciba-id1-ensure-request-object-missing-exp-fails
/// conformance: fapi-ciba-id1-ensure-request-object-expired-exp-fails
/// conformance: fapi-ciba-id1-ensure-request-object-exp-is-70-minutes-in-future-fails
/// conformance: fapi-ciba-id1-ensure-request-object-missing-iat-fails
/// conformance: fapi-ciba-id1-ensure-request-object-missing-nbf-fails
/// conformance: fapi-ciba-id1-ensure-request-object-nbf-is-10-minutes-in-future-fails
/// conformance: fapi-ciba-id1-ensure-request-object-nbf-is-70-minutes-in-past-fails
/// conformance: fapi-ciba-id1-ensure-request-object-missing-jti-fails
#[tokio::test]
async fn every_claim_of_a_signed_request_counts_a087() {
    let server = Server::start().await;
    server.customer(EMAIL).await;
    let desk = Signing::new(&server, "desk", json!({})).await;
    let other = Signing::new(&server, "other", json!({})).await;
    let now = server.clock.now();
    let second = now.seconds();
    for differences in [
        json!({"aud": null}),
        json!({"aud": "https://other.example"}),
        json!({"aud": format!("{ISSUER}/backchannel_authentication")}),
        json!({"aud": []}),
        json!({"iss": null}),
        json!({"iss": other.shop.id}),
        json!({"iss": 1}),
        json!({"sub": desk.shop.id}),
        json!({"exp": null}),
        json!({"exp": second}),
        json!({"exp": second - 300}),
        json!({"exp": second + 4200}),
        json!({"exp": "9999999999"}),
        json!({"exp": 1e30}),
        json!({"iat": null}),
        json!({"iat": second + 61}),
        json!({"nbf": null}),
        json!({"nbf": second + 600, "exp": second + 900}),
        json!({"nbf": second - 4200}),
        json!({"jti": null}),
        json!({"jti": ""}),
        json!({"jti": 7}),
        json!({"scope": ["openid"]}),
        json!({"login_hint": {"email": EMAIL}}),
        json!({"requested_expiry": 1.5}),
        json!({"requested_expiry": -1}),
        json!({"id_token_hint": "x"}),
        json!({"login_hint": null}),
    ] {
        assert_refused(&desk.ask(now, &differences).await, "invalid_request");
    }
    for (differences, code) in [
        (json!({"binding_message": "evil.example"}), "invalid_binding_message"),
        (json!({"login_hint": "nobody@example.jp"}), "unknown_user_id"),
        (json!({"scope": "openid phone"}), "invalid_scope"),
    ] {
        assert_refused(&desk.ask(now, &differences).await, code);
    }
}

/// conformance: fapi-ciba-id1-ensure-request-object-signature-algorithm-is-none-fails
/// conformance: fapi-ciba-id1-ensure-request-object-signature-algorithm-is-bad-fails
/// conformance: fapi-ciba-id1-ensure-request-object-signature-algorithm-is-RS256-fails
/// conformance: fapi-ciba-id1-ensure-request-object-signed-by-other-client-fails
/// conformance: fapi-ciba-id1-ensure-unsigned-backchannel-authorization-request-fails
#[tokio::test]
async fn only_a_signature_of_the_client_in_its_algorithm_counts_and_once_a073() {
    let server = Server::start().await;
    server.customer(EMAIL).await;
    let rsa = TestKey::ps256();
    let desk = Signing::new(&server, "desk", json!({})).await;
    let other = Signing::new(&server, "other", json!({})).await;
    let now = server.clock.now();
    let usual = desk.claims(now, &json!({}));
    let good = desk.key.sign(&usual, &json!({}));
    let (head, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let none = "eyJhbGciOiJub25lIn0";
    let wrong = format!("{head}.{payload}.{}", signature.chars().rev().collect::<String>());
    let of_another = other.key.sign(&usual, &json!({}));
    let by_its_name = TestKey::es256().called(&desk.key.kid).sign(&usual, &json!({}));
    let rs256 = TestKey::rs256().called(&desk.key.kid).sign(&usual, &json!({}));
    let hs256 = TestKey::hs256(desk.key.jwk().to_string()).sign(&usual, &json!({"kid": desk.key.kid}));
    let ps256 = rsa.sign(&usual, &json!({"kid": desk.key.kid}));
    let (unsigned, unsigned_too) = (format!("{none}.{payload}."), format!("{none}.{payload}.{signature}"));
    for object in [&unsigned, &unsigned_too, &wrong, &of_another, &by_its_name, &rs256, &hs256, &ps256, "x", "a.b.c"] {
        assert_refused(&desk.send(now, object).await, "invalid_request");
    }
    // Plain parameters instead of it, or beside it.
    for fields in [
        vec![("scope", "openid"), ("login_hint", EMAIL)],
        vec![("request", &*good), ("login_hint", EMAIL)],
        vec![("request", &*good), ("binding_message", "9999")],
    ] {
        let assertion = desk.key.assertion(&desk.shop.id, now, &json!({}));
        let [kind, assertion] = asserting(&assertion);
        let fields = [fields, vec![kind, assertion]].concat();
        assert_refused(&desk.shop.send("/backchannel_authentication", &fields, &[]).await, "invalid_request");
    }
    assert_eq!(desk.send(now, &good).await.status, 200);
    assert_refused(&desk.send(now, &good).await, "invalid_request");
    // An assertion is no request, and a request is no assertion.
    let assertion = desk.key.assertion(&desk.shop.id, now, &json!({"login_hint": EMAIL, "scope": "openid"}));
    assert_refused(&desk.send(now, &assertion).await, "invalid_request");
    let object = desk.key.sign(&desk.claims(now, &json!({})), &json!({}));
    let [kind, assertion] = asserting(&object);
    let answer = desk.shop.send("/backchannel_authentication", &[("request", &*good), kind, assertion], &[]).await;
    assert_eq!(answer.refusal().0, 401);
}

/// (A084) of signed requests: used once, though it comes at once at two instances.
#[tokio::test]
async fn a_signed_request_counts_once_at_every_instance_a084() {
    let server = Server::start().await;
    server.customer(EMAIL).await;
    let desk = Signing::new(&server, "desk", json!({})).await;
    let (_app, site) = server.another_instance().await;
    let now = server.clock.now();
    for _ in 0..rounds(4) {
        let object = desk.key.sign(&desk.claims(now, &json!({})), &json!({}));
        let tries: Vec<_> = (0..8)
            .map(|index| {
                let shop = if index % 2 == 0 { desk.shop.clone() } else { desk.shop.at(site.clone()) };
                let (object, assertion) = (object.clone(), desk.key.assertion(&desk.shop.id, now, &json!({})));
                tokio::spawn(async move {
                    let [kind, assertion] = asserting(&assertion);
                    shop.send("/backchannel_authentication", &[("request", &object), kind, assertion], &[]).await
                })
            })
            .collect();
        let mut taken = 0;
        for one in tries {
            let answer = one.await.unwrap();
            match answer.status.as_u16() {
                200 => taken += 1,
                _ => assert_refused(&answer, "invalid_request"),
            }
        }
        assert_eq!(taken, 1);
    }
}

/// conformance: fapi-ciba-id1-ensure-different-client-id-and-issuer-in-backchannel-authorization-request
/// conformance: fapi-ciba-id1-ensure-wrong-client-id-in-token-endpoint-request
/// conformance: fapi-ciba-id1-ensure-wrong-client-id-in-backchannel-authorization-request
/// conformance: fapi-ciba-id1-ensure-without-client-assertion-in-token-endpoint-request
/// conformance: fapi-ciba-id1-ensure-without-client-assertion-in-backchannel-authorization-request
#[tokio::test]
async fn who_asks_and_who_polls_prove_themselves() {
    let server = Server::start().await;
    server.customer(EMAIL).await;
    let desk = Signing::new(&server, "desk", json!({})).await;
    let other = Signing::new(&server, "other", json!({})).await;
    let now = server.clock.now();
    let id = text(&desk.ask(now, &json!({})).await.json(), "auth_req_id").to_owned();
    let object = desk.key.sign(&desk.claims(now, &json!({})), &json!({}));
    assert_refused(&other.send(now, &object).await, "invalid_request");
    let poll = [("grant_type", GRANT), ("auth_req_id", &*id)];
    for (path, fields) in [("/backchannel_authentication", &[("request", &*object)][..]), ("/token", &poll[..])] {
        let without = [fields, &[("client_id", &*desk.shop.id)]].concat();
        assert_eq!(desk.shop.send(path, &without, &[]).await.refusal().1, "invalid_client", "{path}");
        let assertion = desk.key.assertion(&desk.shop.id, now, &json!({}));
        let [kind, assertion] = asserting(&assertion);
        let wrong = [fields, &[kind, assertion, ("client_id", &*other.shop.id)]].concat();
        let refused = desk.shop.send(path, &wrong, &[]).await;
        assert!(matches!(refused.status.as_u16(), 400 | 401), "{path}: {}", refused.text);
    }
    assert_refused(&other.poll(now, &id).await, "invalid_grant");
}

/// conformance: fapi-ciba-id1-ping-backchannel-notification-endpoint-response-has-body
/// conformance: fapi-ciba-id1-ping-backchannel-notification-endpoint-response-401
/// conformance: fapi-ciba-id1-ping-backchannel-notification-endpoint-response-403
/// conformance: fapi-ciba-id1-ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does-not-retry
/// conformance: fapi-ciba-id1-ping-backchannel-notification-endpoint-return-redirect-request
#[tokio::test]
async fn a_client_is_told_once_that_somebody_decided_whatever_it_answers() {
    let server = Server::start().await;
    let desk = told_desk(&server).await;
    let mut hanako = server.person(EMAIL).await;
    let body = Reply::json(&json!({"extra": "content"}));
    for (number, reply) in
        [Reply::status(204), body, Reply::status(401), Reply::status(403), Reply::status(302)].into_iter().enumerate()
    {
        server.web.answer(PING, reply);
        let token = format!("notify-me-{number}");
        let id = asked(&desk, &[("client_notification_token", &token)]).await;
        assert_eq!(notify_due_clients(&server.app).await.unwrap(), 0, "nothing to tell yet");
        let page = page(&mut hanako.browser).await;
        let button = if number == 0 { "approval-deny" } else { "approval-allow" };
        hanako.browser.submit(&page, button, &[]).await;
        notify_due_clients(&server.app).await.unwrap();
        let told = server.web.take_asked();
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!((told[0].method, told[0].url.as_str()), ("POST", PING));
        assert_eq!(told[0].bearer.as_deref(), Some(&*token));
        let sent: Value = serde_json::from_str(&told[0].body).unwrap();
        assert_eq!(sent, json!({"auth_req_id": id}), "what was decided is fetched, not told");
        server.clock.advance(seconds(120));
        notify_due_clients(&server.app).await.unwrap();
        assert!(server.web.take_asked().is_empty(), "it is not told again");
        let expected = if number == 0 { 400 } else { 200 };
        assert_eq!(poll(&desk, &id).await.status, expected);
    }
}

#[tokio::test]
async fn a_client_that_does_not_answer_is_told_twice_more_and_not_after_the_end() {
    let server = Server::start().await;
    let desk = told_desk(&server).await;
    let mut hanako = server.person(EMAIL).await;
    server.web.fail(PING, FetchError::TimedOut);
    asked(&desk, &[]).await;
    let page_ = page(&mut hanako.browser).await;
    hanako.browser.submit(&page_, "approval-allow", &[]).await;
    for _ in 0..6 {
        notify_due_clients(&server.app).await.unwrap();
        server.clock.advance(seconds(2));
    }
    assert_eq!(server.web.take_asked().len(), 3);
    // One that fails by itself is tried again too; after the end of the request nothing is.
    server.web.answer(PING, Reply::status(503));
    asked(&desk, &[("requested_expiry", "10")]).await;
    let page_ = page(&mut hanako.browser).await;
    hanako.browser.submit(&page_, "approval-allow", &[]).await;
    notify_due_clients(&server.app).await.unwrap();
    server.clock.advance(seconds(10));
    notify_due_clients(&server.app).await.unwrap();
    assert_eq!(server.web.take_asked().len(), 1);
}

#[tokio::test]
async fn at_once_at_two_instances_a_client_is_told_once() {
    let server = Server::start_with(&[("HOSHO_PROTOCOL_CONFORMANCE_HOOKS", "true")]).await;
    let desk = told_desk(&server).await;
    server.customer(EMAIL).await;
    server.web.answer(PING, Reply::status(204));
    let (other, _site) = server.another_instance().await;
    for _ in 0..rounds(6) {
        let id = asked(&desk, &[]).await;
        hook(&server, &id, "allow").await;
        let (one, two) = (server.app.clone(), other.clone());
        let both = [
            tokio::spawn(async move { notify_due_clients(&one).await.unwrap() }),
            tokio::spawn(async move { notify_due_clients(&two).await.unwrap() }),
        ];
        for each in both {
            each.await.unwrap();
        }
        assert_eq!(server.web.take_asked().len(), 1);
    }
}

#[tokio::test]
async fn who_wants_to_be_told_brings_a_token_and_none_of_it_stands_in_the_database_a040() {
    let server = Server::start().await;
    let desk = told_desk(&server).await;
    server.customer(EMAIL).await;
    for bad in ["", "with blank", "line\nbreak", &"x".repeat(1025)] {
        assert_refused(&ask(&desk, &[("client_notification_token", bad)]).await, "invalid_request");
    }
    let id = asked(&desk, &[("client_notification_token", "a-secret-of-the-desk")]).await;
    let dump = server.dump().await;
    assert!(!dump.contains(&id) && !dump.contains("a-secret-of-the-desk"));
}

/// (A038): an `auth_req_id` opens no other door, and no other artefact is one.
#[tokio::test]
async fn what_is_polled_with_opens_no_other_door_a038() {
    let server = Server::start_with(&[("HOSHO_PROTOCOL_CONFORMANCE_HOOKS", "true")]).await;
    let device_grant = super::device::GRANT;
    let desk = desk_with(
        &server,
        json!({"grant_types": [GRANT, "refresh_token", "authorization_code", device_grant],
               "redirect_uris": ["https://shop.example/cb"]}),
    )
    .await;
    let mut hanako = server.person(EMAIL).await;
    let id = asked(&desk, &[]).await;
    hook(&server, &id, "allow").await;
    assert_refused(&desk.exchange(&id).await, "invalid_grant");
    assert_refused(&desk.refresh(&id).await, "invalid_grant");
    let as_device = [("grant_type", device_grant), ("device_code", &*id)];
    assert_refused(&desk.post("/token", &as_device).await, "invalid_grant");
    assert_eq!(desk.userinfo(&id).await.status, 401);
    assert_eq!(desk.post("/revoke", &[("token", &id)]).await.status, 200);
    let device = desk.post("/device_authorization", &[("scope", "openid")]).await.json();
    let code = desk.code(&mut hanako.browser, &[]).await;
    for other in [text(&device, "device_code"), text(&device, "user_code"), &code] {
        assert_refused(&poll(&desk, other).await, "invalid_grant");
    }
    let tokens = poll(&desk, &id).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);
    assert_refused(&poll(&desk, text(&tokens.json(), "refresh_token")).await, "invalid_grant");
    assert_eq!(desk.exchange(&code).await.status, 200);
}

/// (A059), (A060)
#[tokio::test]
async fn every_state_that_stops_a_person_or_a_client_stops_asking_and_fetching_a059() {
    let server = Server::start().await;
    for (number, state) in ["suspended", "closed", "signed out everywhere", "client off"].into_iter().enumerate() {
        for moment in ["before it is asked", "before the yes", "before the tokens", "after the tokens"] {
            let what = format!("{state} {moment}");
            let desk = desk(&server).await;
            let email = format!("hanako{number}{}@example.jp", moment.len());
            let hint = [("login_hint", email.as_str())];
            let mut hanako = server.person(&email).await;
            if moment == "before it is asked" {
                server.clock.advance(seconds(1));
                stop(&server, state, &hanako.sub, &desk).await;
                let answer = ask(&desk, &hint).await;
                match state {
                    "client off" => assert_eq!(answer.refusal().1, "invalid_client", "{what}"),
                    // Whoever is signed out can sign in and decide.
                    "signed out everywhere" => assert_eq!(answer.status, 200, "{what}"),
                    _ => assert_refused(&answer, "unknown_user_id"),
                }
                continue;
            }
            let id = asked(&desk, &hint).await;
            let page = page(&mut hanako.browser).await;
            let mut tokens = Value::Null;
            if moment != "before the yes" {
                hanako.browser.submit(&page, "approval-allow", &[]).await;
            }
            if moment == "after the tokens" {
                tokens = poll(&desk, &id).await.json();
            }
            server.clock.advance(seconds(5));
            stop(&server, state, &hanako.sub, &desk).await;
            if moment == "before the yes" {
                let answer = hanako.browser.submit(&page, "approval-allow", &[]).await;
                assert_ne!(answer.find("h1").as_deref(), Some("承認しました"), "{what}");
            }
            let expected = match (state, moment) {
                ("client off", _) => "invalid_client",
                (_, "before the yes") => "authorization_pending",
                _ => "invalid_grant",
            };
            let answer = poll(&desk, &id).await;
            assert_eq!(answer.refusal().1, expected, "{what}: {}", answer.text);
            if moment == "after the tokens" {
                assert_ne!(desk.refresh(text(&tokens, "refresh_token")).await.status, 200, "{what}");
                assert_eq!(desk.userinfo(text(&tokens, "access_token")).await.status, 401, "{what}");
            }
        }
    }
}

/// conformance: fapi-ciba-id1-discovery-end-point-verification
#[tokio::test]
async fn the_metadata_says_what_works() {
    let server = Server::start().await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    assert_eq!(document["backchannel_authentication_endpoint"], format!("{ISSUER}/backchannel_authentication"));
    assert_eq!(document["backchannel_token_delivery_modes_supported"], json!(["poll", "ping"]));
    assert_eq!(document["backchannel_user_code_parameter_supported"], false);
    let algorithms = &document["backchannel_authentication_request_signing_alg_values_supported"];
    for algorithm in ["PS256", "ES256"] {
        assert!(algorithms.as_array().unwrap().contains(&json!(algorithm)), "{algorithms}");
    }
    assert!(!algorithms.to_string().contains("RS256"));
    for grant in [GRANT, super::device::GRANT, "urn:ietf:params:oauth:grant-type:token-exchange"] {
        assert!(document["grant_types_supported"].as_array().unwrap().contains(&json!(grant)), "{grant}");
    }
    assert_eq!(document["device_authorization_endpoint"], format!("{ISSUER}/device_authorization"));
}

/// Strangers cannot ask anybody: the grant is for clients that the operator registered.
#[tokio::test]
async fn a_client_that_registers_itself_cannot_ask_people() {
    let server = Server::open().await;
    let answer = server.try_register(json!({"grant_types": [GRANT], "backchannel_token_delivery_mode": "poll"})).await;
    assert_eq!(answer.refusal(), (400, "invalid_client_metadata".to_owned()), "{}", answer.text);
}
