//! Pushed authorization requests. RFC 9126; A001, A011, A013, A021, A025, A038, A090 to A093, A099.

use axum::body::Body;
use hosho::base::digest::fingerprint;
use hosho::base::time::{minutes, seconds};
use hosho::jobs::remove_what_expired;
use hosho::store::query::{Count, sql};
use http::{Method, Request};
use serde_json::json;

use super::redirect_uri::NEAR_MISSES;
use crate::support::{Answer, Browser, Server, Shop, rounds, text};

/// A page with a code of the standard, and no way to anybody.
fn assert_page(answer: &Answer, code: &str) {
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{}", answer.text);
    assert_eq!(answer.find("#error-code").as_deref(), Some(code));
}

fn refused(code: &str) -> (u16, String) {
    (400, code.to_owned())
}

/// The name in the answer to a pushed request.
async fn name(shop: &Shop) -> String {
    text(&shop.push(&[]).await.json(), "request_uri").to_owned()
}

/// How many pushed requests the database has.
async fn kept(server: &Server) -> i64 {
    let all = sql("SELECT COUNT(*) AS count FROM pushed_request");
    all.one::<Count>(server.work().tx()).await.unwrap().count
}

/// conformance: fapi2-security-profile-final-par-without-duplicate-parameters
#[tokio::test]
async fn a_pushed_request_leads_to_a_code() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);

    let pushed = shop.push(&[]).await;
    assert_eq!(pushed.status, 201, "{}", pushed.text);
    assert_eq!(pushed.header("cache-control"), Some("no-store"));
    assert_eq!(pushed.header("content-type"), Some("application/json"));
    let document = pushed.json();
    let request_uri = text(&document, "request_uri");
    let name = request_uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert!(name.len() >= 43 && document["expires_in"] == 60, "{document}");

    let answer = hanako.browser.fetch(&shop.asks_by(request_uri)).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?code="));
    assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
    assert_eq!(answer.location_parameter("iss").as_deref(), Some("http://localhost:8080"));
    assert_eq!(shop.exchange(&answer.code()).await.status, 200);
}

#[tokio::test]
async fn every_kind_of_client_can_push_and_nothing_of_it_is_stored_in_the_clear() {
    let server = Server::start().await;
    let grants = json!(["authorization_code"]);
    let mut hanako = server.person("hanako@example.jp").await;
    for method in ["none", "client_secret_post", "client_secret_basic"] {
        let shop = server.shop_with(json!({"token_endpoint_auth_method": method, "grant_types": grants})).await;
        let pushed = if method == "client_secret_post" {
            let secret = shop.secret.clone().unwrap();
            let mut fields = vec![("client_id", shop.id.as_str()), ("client_secret", &secret)];
            let given = shop.asks(&[("client_id", "")]);
            let pairs: Vec<_> = form_urlencoded::parse(given.split_once('?').unwrap().1.as_bytes()).collect();
            fields.extend(pairs.iter().map(|(name, value)| (&**name, &**value)));
            shop.send("/par", &fields, &[]).await
        } else {
            shop.push(&[]).await
        };
        assert_eq!(pushed.status, 201, "{method}: {}", pushed.text);
        let document = pushed.json();
        let request_uri = text(&document, "request_uri");
        let dump = server.dump().await;
        let (_, name) = request_uri.rsplit_once(':').unwrap();
        assert!(!dump.contains(name) && dump.contains(&fingerprint(name)), "{method}");
        assert!(shop.secret.as_ref().is_none_or(|secret| !dump.contains(secret)), "{method}");
        assert!(!hanako.browser.fetch(&shop.asks_by(request_uri)).await.code().is_empty(), "{method}");
        assert!(!dump.contains("client_secret="), "{method}");
    }
}

/// conformance: fapi2-security-profile-final-par-attempt-invalid-http-method,
/// fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param
#[tokio::test]
async fn only_authenticated_clients_push_by_post_within_limits_a090() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let fields = [("response_type", "code"), ("redirect_uri", shop.callback.as_str()), ("scope", "openid")];
    let with_name = [fields[0], fields[1], fields[2], ("client_id", shop.id.as_str())];
    let wrong = crate::support::basic(&shop.id, "wrong");
    for (fields, headers) in [
        (fields.as_slice(), [].as_slice()),
        (&with_name, &[]),
        (&fields, &[("authorization", wrong.as_str())]),
        (&[fields[0], fields[1], ("client_id", "nobody")], &[]),
    ] {
        let answer = shop.send("/par", fields, headers).await;
        assert_eq!(answer.refusal(), (401, "invalid_client".to_owned()), "{fields:?}");
    }
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::HEAD, Method::PATCH] {
        let request = Request::builder().method(&method).uri(format!("/par?{}", shop.asks(&[]).split_at(11).1));
        let answer = server.browser().send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 405, "{method}");
    }
    for inside in [name(&shop).await.as_str(), "https://shop.example/object", "x"] {
        assert_eq!(shop.push(&[("request_uri", inside)]).await.refusal(), refused("invalid_request"), "{inside}");
    }
    assert_eq!(shop.push(&[("state", &"s".repeat(200 << 10))]).await.status, 413);
    let json = shop.send("/par", &[], &[("content-type", "application/json")]).await;
    assert!([400, 415].contains(&json.status.as_u16()), "{}", json.status);
    assert_eq!(kept(&server).await, 1, "only what was pushed to have a name");
}

/// (A001), (A002), (A003), (A004), (A011)
///
/// conformance: fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request,
/// fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri
#[tokio::test]
async fn a_near_miss_of_the_redirect_uri_cannot_be_pushed_a001() {
    let server = Server::start().await;
    let shop = server.shop().await;
    for uri in NEAR_MISSES.iter().chain([&""]) {
        let answer = shop.push(&[("redirect_uri", uri)]).await;
        assert_eq!(answer.refusal(), refused("invalid_request"), "{uri:?}");
        assert_eq!(answer.location(), None, "{uri:?}");
    }
    assert_eq!(shop.push(&[]).await.status, 201, "and the right one can");
}

/// conformance: fapi2-security-profile-final-ensure-response-type-code-idtoken-fails,
/// fapi2-security-profile-final-ensure-response-type-token-fails,
/// fapi2-security-profile-final-par-plain-pkce-rejected
#[tokio::test]
async fn what_authorize_would_refuse_is_refused_at_once() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let machine = server.shop_with(json!({"response_types": [], "grant_types": ["client_credentials"]})).await;
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "code id_token")], "unsupported_response_type"),
        (&[("response_type", "saml")], "unsupported_response_type"),
        (&[("response_mode", "carrier pigeon")], "invalid_request"),
        (&[("scope", "bogus")], "invalid_scope"),
        (&[("scope", "")], "invalid_scope"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("claims", "{")], "invalid_request"),
        (&[("registration", "{}")], "invalid_request"),
        (&[("resource", "https://elsewhere.example")], "invalid_target"),
        (&[("dpop_jkt", "abc")], "invalid_request"),
        (&[("id_token_hint", "e30.e30.AA")], "invalid_request"),
        (&[("nonce", &"n".repeat(2000))], "invalid_request"),
        (&[("client_id", "another")], "invalid_client"),
        (&[("state", "a"), ("state", "b")], "invalid_request"),
        (
            &[("claims", r#"{"id_token":{"acr":{"essential":true,"values":["gold"]}}}"#)],
            "unmet_authentication_requirements",
        ),
    ];
    for (given, expected) in cases {
        let answer = shop.push(given).await;
        let status = if *expected == "invalid_client" { 401 } else { 400 };
        assert_eq!(answer.refusal(), (status, (*expected).to_owned()), "{given:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{given:?}");
    }
    assert_eq!(machine.push(&[]).await.refusal(), refused("unauthorized_client"));
}

/// conformance: fapi2-security-profile-final-par-ensure-pkce-required,
/// fapi2-security-profile-final-ensure-pkce-code-verifier-required,
/// fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected
#[tokio::test]
async fn the_challenge_that_was_pushed_is_the_one_that_counts() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let public = json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]});
    let public = server.shop_with(public).await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    assert_eq!(public.push(&without).await.refusal(), refused("invalid_request"));
    for verifier in ["", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong"] {
        let code = hanako.browser.fetch(&public.pushed(&[]).await).await.code();
        let wrong = [("code_verifier", verifier)];
        assert_eq!(public.exchange_with(&code, &wrong).await.refusal(), refused("invalid_grant"), "{verifier}");
    }
}

/// (A025)
///
/// conformance: fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success,
/// fapi2-security-profile-final-ensure-authorization-request-with-long-nonce,
/// fapi2-security-profile-final-ensure-authorization-request-with-long-state,
/// fapi2-security-profile-final-ensure-authorization-request-without-state-success,
/// fapi2-security-profile-final-ensure-authorization-request-without-nonce-success,
/// fapi2-security-profile-final-ensure-other-scope-order-succeeds
#[tokio::test]
async fn long_and_absent_values_come_back_as_they_were_pushed_a025() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    for (state, nonce) in [("s", 64), ("s", 384), ("", 0), ("long", 1024)] {
        let (state, nonce) = (state.repeat(if state == "long" { 1000 } else { 1 }), "n".repeat(nonce));
        let given = [("state", state.as_str()), ("nonce", &nonce), ("scope", "email openid"), ("unknown", "x")];
        let answer = hanako.browser.fetch(&shop.pushed(&given).await).await;
        assert_eq!(answer.location_parameter("state").unwrap_or_default(), state);
        let tokens = shop.exchange(&answer.code()).await.json();
        let claims = crate::support::claims(text(&tokens, "id_token"));
        assert_eq!(claims["nonce"].as_str().unwrap_or_default(), nonce);
    }
}

/// Parameters beside the name change nothing, and none that comes twice is guessed at.
///
/// (A013), (A021), (A092)
#[tokio::test]
async fn nothing_beside_the_name_counts_a021() {
    let server = Server::start().await;
    let shop = server.relying_party("shop", json!({"scope": "openid email"})).await;
    let evil = server.own_app("evil").await;
    let mut hanako = server.person("hanako@example.jp").await;
    let credentials = crate::support::basic(&shop.id, shop.secret.as_deref().unwrap());
    let push = async || {
        let request = Request::post("/par")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", &credentials);
        let body = Body::from(shop.parameters(&[("scope", "openid")]));
        text(&server.browser().send(request.body(body).unwrap()).await.json(), "request_uri").to_owned()
    };
    let around = |extra: &[(&str, &str)], request_uri: &str| {
        let mut all = vec![("client_id", shop.id.as_str()), ("request_uri", request_uri)];
        all.extend(extra);
        format!("/authorize?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(all).finish())
    };
    let tampered = [
        ("redirect_uri", evil.redirect_uri.as_str()),
        ("scope", "openid email offline_access"),
        ("state", "another"),
        ("nonce", "another"),
        ("response_type", "token"),
        ("response_mode", "fragment"),
        ("prompt", "none"),
        ("code_challenge", "x"),
    ];
    let page = hanako.browser.get(&around(&tampered, &push().await)).await;
    let answer = hanako.browser.submit_once(&page, "consent-allow", &[]).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?code="), "{:?}", answer.location());
    assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
    let grants = sql("SELECT COUNT(*) AS count FROM grant_ WHERE scope = 'openid'");
    assert_eq!(grants.one::<Count>(server.work().tx()).await.unwrap().count, 1);

    let request_uri = push().await;
    for twice in [
        &[("request_uri", request_uri.as_str())][..],
        &[("client_id", shop.id.as_str())],
        &[("state", "a"), ("state", "b")],
    ] {
        let answer = hanako.browser.fetch(&around(twice, &request_uri)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{twice:?}");
    }
    // Among the parameters that were pushed none comes twice either.
    for pair in shop.parameters(&[]).split('&') {
        let request = Request::post("/par")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", &credentials);
        let body = format!("{}&{pair}", shop.parameters(&[]));
        let answer = server.browser().send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.refusal(), refused("invalid_request"), "{pair}");
    }
}

/// conformance: fapi2-security-profile-final-par-attempt-reuse-request_uri,
/// fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds
#[tokio::test]
async fn a_name_is_good_until_the_request_is_answered_a090() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"hosho_first_party": false})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let address = shop.pushed(&[]).await;
    // The page is opened, reloaded, and opened in a second window.
    let first = hanako.browser.get(&address).await;
    let second = hanako.browser.get(&address).await;
    assert!(first.find("#consent-allow").is_some() && second.find("#consent-allow").is_some());
    let answer = hanako.browser.submit_once(&second, "consent-allow", &[]).await;
    assert_eq!(shop.exchange(&answer.code()).await.status, 200);

    assert_page(&hanako.browser.fetch(&address).await, "invalid_request_uri");
    // The other window comes too late, and whoever goes on there is told so.
    let late = hanako.browser.submit_once(&first, "consent-allow", &[]).await;
    assert_page(&late, "invalid_request_uri");
    let grants = sql("SELECT COUNT(*) AS count FROM grant_");
    assert_eq!(grants.one::<Count>(server.work().tx()).await.unwrap().count, 1);
}

/// conformance: fapi2-security-profile-final-user-rejects-authentication
#[tokio::test]
async fn a_no_answers_the_request_too() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"hosho_first_party": false})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let address = shop.pushed(&[]).await;
    let page = hanako.browser.get(&address).await;
    let answer = hanako.browser.submit_once(&page, "consent-deny", &[]).await;
    assert_eq!(answer.error().as_deref(), Some("access_denied"));
    assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"));
    assert_page(&hanako.browser.fetch(&address).await, "invalid_request_uri");
    // Where nobody may be asked, the answer is an error, and it is an answer.
    let address = shop.pushed(&[("prompt", "none")]).await;
    let answer = server.browser().fetch(&address).await;
    assert_eq!(answer.error().as_deref(), Some("login_required"));
    assert_page(&server.browser().fetch(&address).await, "invalid_request_uri");
}

/// conformance: fapi2-security-profile-final-par-attempt-to-use-expired-request_uri
#[tokio::test]
async fn a_name_that_is_too_old_is_refused_and_a_page_reached_in_time_is_finished_a090() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"hosho_first_party": false})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let (reached, missed) = (shop.pushed(&[]).await, shop.pushed(&[]).await);
    server.clock.advance(seconds(59));
    let page = hanako.browser.get(&reached).await;
    server.clock.advance(seconds(1));
    assert_page(&hanako.browser.fetch(&missed).await, "invalid_request_uri");
    assert_page(&hanako.browser.fetch(&reached).await, "invalid_request_uri");

    server.clock.advance(minutes(10));
    remove_what_expired(&server.app).await.unwrap();
    let answer = hanako.browser.submit_once(&page, "consent-allow", &[]).await;
    assert!(!answer.code().is_empty());
    assert_page(&hanako.browser.submit_once(&page, "consent-allow", &[]).await, "invalid_request");
}

/// conformance: fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client
#[tokio::test]
async fn a_name_is_worth_nothing_to_another_client_and_is_not_spoilt_a091() {
    let server = Server::start().await;
    let (shop, evil) = (server.shop().await, server.shop().await);
    let public = json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]});
    let public = server.shop_with(public).await;
    let mut hanako = server.person("hanako@example.jp").await;
    for own in [&shop, &public] {
        let request_uri = name(own).await;
        assert_page(&hanako.browser.fetch(&evil.asks_by(&request_uri)).await, "invalid_request_uri");
        // Not even parameters of its own around it take it to its own address.
        let beside = evil.asks(&[("request_uri", &request_uri)]);
        assert_page(&hanako.browser.fetch(&beside).await, "invalid_request_uri");
        for invented in
            ["urn:ietf:params:oauth:request_uri:", "urn:ietf:params:oauth:request_uri:x", &request_uri[..70]]
        {
            assert_page(&hanako.browser.fetch(&own.asks_by(invented)).await, "invalid_request_uri");
        }
        assert!(!hanako.browser.fetch(&own.asks_by(&request_uri)).await.code().is_empty());
    }
    // A client that was switched off meanwhile gets nothing.
    let request_uri = name(&shop).await;
    let mut work = server.work();
    hosho::service::oidc::client::disable(&mut work, &shop.id.as_str().into()).await.unwrap();
    work.commit().await.unwrap();
    assert_page(&hanako.browser.fetch(&shop.asks_by(&request_uri)).await, "invalid_client");
    assert_eq!(shop.push(&[]).await.status, 401);
}

/// conformance: fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails
#[tokio::test]
async fn who_must_push_cannot_ask_directly_a092() {
    let server = Server::start().await;
    let pushing = server.shop_with(json!({"require_pushed_authorization_requests": true})).await;
    let strict = Server::start_with(&[("HOSHO_PROTOCOL_REQUIRE_PUSHED_REQUESTS", "true")]).await;
    let any = strict.shop().await;
    for (server, shop) in [(&server, &pushing), (&strict, &any)] {
        let mut hanako = server.person("hanako@example.jp").await;
        for given in [&[][..], &[("request", "a.b.c")], &[("request_uri", "https://shop.example/object")]] {
            let answer = hanako.browser.fetch(&shop.asks(given)).await;
            assert_eq!(answer.error().as_deref(), Some("invalid_request"), "{given:?}");
            assert_eq!(answer.location_parameter("state").as_deref(), Some("a state"), "{given:?}");
            let with_unknown = [given, &[("redirect_uri", "https://evil.tld/cb")]].concat();
            let answer = hanako.browser.fetch(&shop.asks(&with_unknown)).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{given:?}");
        }
        let address = shop.pushed(&[]).await;
        assert!(!hanako.browser.fetch(&address).await.code().is_empty());
        let metadata = server.browser().fetch("/.well-known/openid-configuration").await.json();
        assert_eq!(metadata["pushed_authorization_request_endpoint"], "http://localhost:8080/par");
    }
    let required = async |server: &Server| {
        let metadata = server.browser().fetch("/.well-known/openid-configuration").await.json();
        metadata["require_pushed_authorization_requests"].clone()
    };
    assert_eq!((required(&server).await, required(&strict).await), (json!(false), json!(true)));
}

#[tokio::test]
async fn one_client_cannot_flood_the_others_a093() {
    let server = Server::start_with(&[("HOSHO_LIMIT_PUSHED_PER_MINUTE", "5")]).await;
    let (shop, other) = (server.shop().await, server.shop().await);
    for _ in 0..5 {
        assert_eq!(shop.push(&[]).await.status, 201);
    }
    let answer = shop.push(&[]).await;
    assert_eq!(answer.status, 429);
    assert!(answer.header("retry-after").is_some());
    assert_eq!(other.push(&[]).await.status, 201);
    assert_eq!(kept(&server).await, 6);
    server.clock.advance(minutes(1));
    assert_eq!(shop.push(&[]).await.status, 201);
    server.clock.advance(minutes(31));
    remove_what_expired(&server.app).await.unwrap();
    assert_eq!(kept(&server).await, 0, "what nobody can finish any more is gone");
}

/// (A038)
#[tokio::test]
async fn a_name_is_nothing_else_and_nothing_else_is_a_name_a038() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let request_uri = name(&shop).await;
    let (_, bare) = request_uri.rsplit_once(':').unwrap();
    for value in [bare, request_uri.as_str()] {
        assert_eq!(shop.exchange(value).await.refusal(), refused("invalid_grant"));
        assert_eq!(shop.refresh(value).await.refusal(), refused("invalid_grant"));
        assert_eq!(shop.introspect(value).await, json!({"active": false}));
        assert_eq!(shop.post("/revoke", &[("token", value)]).await.status, 200);
        assert_eq!(shop.userinfo(value).await.status, 401);
        assert_eq!(hanako.browser.fetch(&format!("/authorize/{value}")).await.status, 400);
        assert!(hanako.browser.fetch(&format!("/sign-up/confirm?token={value}")).await.status.as_u16() < 500);
        let mut stranger = server.browser();
        stranger.cookies.insert("hosho_session".to_owned(), value.to_owned());
        assert_eq!(stranger.fetch("/my").await.status, 303);
    }
    let code = hanako.browser.fetch(&shop.asks_by(&request_uri)).await.code();
    let tokens = shop.tokens(&mut hanako.browser, "openid").await;
    let other = server.own_app("other").await;
    let waiting = server.browser().fetch(&other.asks(&[])).await.location_parameter("attempt").unwrap();
    let session = hanako.browser.cookies["hosho_session"].clone();
    for value in [&code, text(&tokens, "refresh_token"), text(&tokens, "access_token"), &waiting, &session] {
        let as_name = format!("urn:ietf:params:oauth:request_uri:{value}");
        assert_page(&hanako.browser.fetch(&shop.asks_by(&as_name)).await, "invalid_request_uri");
    }
    assert_eq!(shop.exchange(&code).await.status, 200, "and the code still works");
    assert_eq!(shop.refresh(text(&tokens, "refresh_token")).await.status, 200);
}

/// (A099)
#[tokio::test]
async fn a_code_that_was_promised_to_a_key_is_not_given_out_without_it_a099() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let jkt = crate::support::TestKey::es256().jkt();
    for address in [shop.pushed(&[("dpop_jkt", &jkt)]).await, shop.asks(&[("dpop_jkt", &jkt)])] {
        let code = hanako.browser.fetch(&address).await.code();
        assert_eq!(shop.exchange(&code).await.refusal(), refused("invalid_grant"));
    }
}

/// The key may be named, proven, or both; then only that key gets tokens, and a try with another one spoils nothing.
#[tokio::test]
async fn a_code_is_for_the_key_that_was_named_or_proven_when_it_was_asked_for_a099() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let (key, other) = (crate::support::TestKey::es256(), crate::support::TestKey::es256());
    let (now, jkt) = (server.clock.now(), key.jkt());
    let usual = [
        ("redirect_uri", shop.callback.as_str()),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", crate::support::CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let push = async |named: Option<&str>, by: Option<&crate::support::TestKey>| {
        let fields: Vec<(&str, &str)> = usual.into_iter().chain(named.map(|jkt| ("dpop_jkt", jkt))).collect();
        let proof = by.map(|key| key.proof("POST", "/par", now));
        let headers: Vec<(&str, &str)> = proof.iter().map(|proof| ("dpop", proof.as_str())).collect();
        shop.post_with("/par", &fields, &headers).await
    };
    assert_eq!(push(Some(&jkt), Some(&other)).await.refusal(), refused("invalid_dpop_proof"));
    for (named, by) in [(Some(jkt.as_str()), None), (None, Some(&key)), (Some(&jkt), Some(&key))] {
        let pushed = push(named, by).await.json();
        let code = hanako.browser.fetch(&shop.asks_by(text(&pushed, "request_uri"))).await.code();
        let exchange = async |key: Option<&crate::support::TestKey>| {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", &shop.callback),
                ("code_verifier", crate::support::VERIFIER),
            ];
            let proof = key.map(|key| key.proof("POST", "/token", now));
            let headers: Vec<(&str, &str)> = proof.iter().map(|proof| ("dpop", proof.as_str())).collect();
            shop.post_with("/token", &fields, &headers).await
        };
        for wrong in [None, Some(&other)] {
            assert_eq!(exchange(wrong).await.refusal(), refused("invalid_grant"), "{named:?}");
        }
        assert_eq!(exchange(Some(&key)).await.status, 200, "{named:?}");
    }
}

/// Two windows, two instances, one name: whoever is first has the only code.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_finish_one_request_at_once_one_gets_a_code_a090() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"hosho_first_party": false})).await;
    let hanako = server.person("hanako@example.jp").await;
    let sites = [server.site.clone(), server.another_instance().await.1];
    for _ in 0..rounds(24) {
        let address = shop.pushed(&[("prompt", "consent")]).await;
        let mut windows = Vec::new();
        for index in 0..6 {
            let mut window = Browser::new(sites[index % 2].clone());
            window.cookies = hanako.browser.cookies.clone();
            let page = window.get(&address).await;
            windows.push((window, page));
        }
        let finishing = windows.into_iter().map(|(mut window, page)| {
            tokio::spawn(async move { window.submit_once(&page, "consent-allow", &[]).await })
        });
        let mut codes = Vec::new();
        for one in finishing.collect::<Vec<_>>() {
            let answer = one.await.unwrap();
            match answer.location() {
                Some(_) => codes.push(answer.code()),
                None => assert_page(&answer, "invalid_request_uri"),
            }
        }
        assert_eq!(codes.len(), 1);
        assert_eq!(shop.exchange(&codes[0]).await.status, 200);
    }
}
