//! Hostile values in what clients sign and register: claims of assertions, request objects, requests in the back channel
//! and proofs, members of registrations and documents. Each is taken as what it is or refused by a registered code, in
//! printable ASCII, and nothing is a fault. A078, A081, A168, A171.

use axum::body::Body;
use hosho::base::digest::fingerprint;
use hosho::gateway::fetch::scripted::Reply;
use hosho::oidc::error::ErrorCode;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{Answer, ISSUER, RelyingParty, Server, Shop, TestKey, asserting, differing, text};

const CIBA: &str = "urn:openid:params:grant-type:ciba";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// Values that are of another type, break out of texts, or are the ends of what numbers can be.
fn values() -> Vec<Value> {
    let mut deep = json!(1);
    for _ in 0..100 {
        deep = json!([deep]);
    }
    vec![
        json!(""),
        json!("\u{0}"),
        json!("a\u{0}b"),
        json!("\r\nSet-Cookie: x=y"),
        json!("\"\\<script>"),
        json!("保証 😀\u{202e}"),
        json!("' OR 1=1 --"),
        json!("x".repeat(9000)),
        json!("9999999999"),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e308),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(true),
        json!([]),
        json!([null]),
        json!([["x"]]),
        json!([{"x": 1}]),
        json!({}),
        json!({"x": {"y": [1]}}),
        deep,
    ]
}

/// No fault, and where it is an error of the protocol, one that is registered.
fn is_sound(answer: &Answer, what: &str) {
    assert!(answer.status.as_u16() < 500, "{what}: {} {}", answer.status, answer.text);
    let told = match answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        true if answer.status.as_u16() >= 400 => {
            let document = answer.json();
            let member = |name: &str| document[name].as_str().map(str::to_owned);
            (member("error"), member("error_description"))
        }
        _ => {
            let mut fields = answer.delivered();
            (fields.remove("error"), fields.remove("error_description"))
        }
    };
    if let Some(error) = &told.0 {
        assert!(ErrorCode::ALL.iter().any(|code| code.as_str() == error), "{what}: {error}");
    }
    assert!(told.0.is_some() || answer.status.as_u16() < 400 || answer.find("#error-code").is_some(), "{what}");
    let description = told.1.unwrap_or_default();
    let printable = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
    assert!(description.chars().all(printable), "{what}: {description}");
    assert!(answer.header("set-cookie").is_none_or(|cookie| !cookie.starts_with("x=")), "{what}");
}

#[tokio::test]
async fn in_claims_of_client_assertions_a078() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let grants = json!(["authorization_code", "client_credentials", DEVICE, CIBA]);
    let members = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks(), "grant_types": grants,
                         "backchannel_token_delivery_mode": "poll"});
    let shop = server.shop_with(members).await;
    let paths = ["/token", "/par", "/introspect", "/revoke", "/device_authorization", "/backchannel_authentication"];
    for claim in ["iss", "sub", "aud", "jti", "iat", "nbf", "exp", "other"] {
        for (number, value) in values().into_iter().enumerate() {
            let assertion = key.assertion(&shop.id, server.clock.now(), &json!({claim: value}));
            let fields = [&[("grant_type", "client_credentials"), ("token", "x")][..], &asserting(&assertion)].concat();
            let path = paths[number % paths.len()];
            is_sound(&shop.send(path, &fields, &[]).await, &format!("{path} {claim}={value:.60}"));
        }
    }
}

#[tokio::test]
async fn in_claims_of_proofs_a078() {
    let server = Server::start_with(&[("HOSHO_PROTOCOL_DPOP_NONCE", "true")]).await;
    let (shop, key) = (server.shop().await, TestKey::es256());
    let now = server.clock.now();
    let nonce = server.app.nonces.as_ref().unwrap().current(now);
    let fields = [("grant_type", "client_credentials"), ("scope", "products")];
    let proof = key.proof_with("POST", "/token", now, &json!({"nonce": nonce}), &json!({}));
    let token = shop.post_with("/token", &fields, &[("dpop", &proof)]).await.json();
    let token = text(&token, "access_token");
    let (scheme, ath) = (format!("DPoP {token}"), fingerprint(token));
    let mut all = Vec::new();
    for value in values() {
        for claim in ["jti", "htm", "htu", "iat", "nbf", "exp", "nonce", "ath"] {
            all.push((differing(json!({"nonce": nonce, "ath": ath}), &json!({claim: value})), json!({})));
        }
        for member in ["typ", "alg", "jwk", "kid", "jku", "x5c", "crit", "b64"] {
            all.push((json!({"nonce": nonce, "ath": ath}), json!({member: value})));
        }
    }
    for (claims, header) in all {
        let what = format!("{claims:.200} {header:.100}");
        let proof = key.proof_with("POST", "/token", now, &claims, &header);
        is_sound(&shop.post_with("/token", &fields, &[("dpop", &proof)]).await, &what);
        let proof = key.proof_with("GET", "/userinfo", now, &claims, &header);
        is_sound(&shop.fetch("/userinfo", &[("authorization", &scheme), ("dpop", &proof)]).await, &what);
    }
}

#[tokio::test]
async fn in_claims_of_request_objects_a078() {
    let server = Server::start_with(&[("HOSHO_LIMIT_AUTHORIZE_PER_MINUTE", "100000")]).await;
    let key = TestKey::es256();
    let shop = server.shop_with(json!({"jwks": key.jwks()})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let own = ["iss", "sub", "aud", "jti", "iat", "nbf", "exp", "request", "request_uri", "client_secret"];
    for claim in own.iter().chain(hosho::oidc::authorize::arrival::PARAMETERS) {
        for value in values() {
            let object = key.sign(&shop.object(server.clock.now(), &json!({*claim: value})), &json!({}));
            let around = [("request", object.as_str()), ("response_type", "code")];
            let what = format!("{claim}={value:.60}");
            is_sound(&hanako.browser.fetch(&shop.asks(&around)).await, &what);
            is_sound(&shop.post("/par", &[("request", &object)]).await, &what);
        }
    }
}

#[tokio::test]
async fn in_claims_of_requests_in_the_back_channel_a078() {
    let server = Server::start_with(&[("HOSHO_LIMIT_BACKCHANNEL_PER_MINUTE", "100000")]).await;
    let key = TestKey::es256();
    let desk = server
        .shop_with(json!({
            "redirect_uris": [], "grant_types": [CIBA], "backchannel_token_delivery_mode": "ping",
            "backchannel_client_notification_endpoint": "https://desk.example/ping", "jwks": key.jwks(),
            "backchannel_authentication_request_signing_alg": "ES256",
        }))
        .await;
    let plain = server
        .shop_with(json!({"redirect_uris": [], "grant_types": [CIBA], "backchannel_token_delivery_mode": "poll"}))
        .await;
    server.person("hanako@example.jp").await;
    let usual = || {
        let second = server.clock.now().seconds();
        json!({
            "iss": desk.id, "aud": ISSUER, "jti": hosho::base::random::Random::system().id(), "iat": second,
            "nbf": second, "exp": second + 60, "scope": "openid", "login_hint": "hanako@example.jp",
            "client_notification_token": "token-1",
        })
    };
    let own = ["iss", "sub", "aud", "jti", "iat", "nbf", "exp"];
    for claim in own.iter().chain(hosho::oidc::ciba::PARAMETERS) {
        for value in values() {
            let what = format!("{claim}={value:.60}");
            let mut wish = differing(usual(), &json!({*claim: value}));
            if *claim == "id_token_hint" || *claim == "login_hint_token" {
                wish.as_object_mut().unwrap().remove("login_hint");
            }
            let signed = key.sign(&wish, &json!({}));
            is_sound(&desk.post("/backchannel_authentication", &[("request", &signed)]).await, &what);
            let Some(value) = value.as_str() else { continue };
            let fields = [("scope", "openid"), ("login_hint", "hanako@example.jp"), (*claim, value)];
            is_sound(&plain.post("/backchannel_authentication", &fields).await, &what);
        }
    }
}

/// Every parameter of the endpoints that `invariants/hostile.rs` does not know, from a client that may use them.
#[tokio::test]
async fn in_parameters_of_grants_a171() {
    let server = Server::start_with(&[("HOSHO_LIMIT_DEVICES_PER_MINUTE", "100000")]).await;
    let members = json!({"grant_types": ["authorization_code", "refresh_token", DEVICE, CIBA, EXCHANGE],
                         "backchannel_token_delivery_mode": "poll"});
    let shop = server.shop_with(members).await;
    let requests: &[(&str, &[(&str, &str)])] = &[
        ("/token", &[("grant_type", DEVICE), ("device_code", "x"), ("scope", "openid"), ("resource", ISSUER)]),
        ("/token", &[("grant_type", CIBA), ("auth_req_id", "x"), ("authorization_details", "[]")]),
        (
            "/token",
            &[
                ("grant_type", EXCHANGE),
                ("subject_token", "x"),
                ("subject_token_type", ACCESS_TOKEN),
                ("actor_token", "x"),
                ("actor_token_type", ACCESS_TOKEN),
                ("requested_token_type", ACCESS_TOKEN),
                ("audience", ISSUER),
                ("resource", ISSUER),
                ("scope", "openid"),
            ],
        ),
        ("/device_authorization", &[("scope", "openid"), ("resource", ISSUER), ("authorization_details", "[]")]),
        ("/par", &[("request", "x"), ("request_uri", "x"), ("dpop_jkt", "x"), ("authorization_details", "[]")]),
        (
            "/backchannel_authentication",
            &[
                ("scope", "openid"),
                ("login_hint", "x"),
                ("binding_message", "x"),
                ("requested_expiry", "60"),
                ("acr_values", "phr"),
                ("user_code", "x"),
            ],
        ),
    ];
    for (path, fields) in requests {
        for (hostile, _) in *fields {
            for value in values().iter().filter_map(Value::as_str) {
                let mut fields = fields.to_vec();
                fields.iter_mut().filter(|(name, _)| name == hostile).for_each(|(_, own)| *own = value);
                is_sound(&shop.post(path, &fields).await, &format!("{path} {hostile}={value:.60}"));
            }
        }
    }
    for body in [&b"device_code=%ff"[..], b"device_code=%00", b"%=%", b"\xff=\xff", b"scope=%ed%a0%80"] {
        for path in ["/token", "/par", "/device_authorization", "/backchannel_authentication", "/introspect", "/revoke"]
        {
            let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
            let request =
                request.header("authorization", crate::support::basic(&shop.id, shop.secret.as_ref().unwrap()));
            let answer = server.browser().send(request.body(Body::from(body)).unwrap()).await;
            is_sound(&answer, path);
            assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()), "{path}");
        }
    }
}

/// Everything that a client can register about itself, and some of what it cannot.
fn members(told: &Value) -> Vec<String> {
    let more = [
        "jwks",
        "jwks_uri",
        "sector_identifier_uri",
        "request_uris",
        "backchannel_logout_uri",
        "frontchannel_logout_uri",
        "post_logout_redirect_uris",
        "initiate_login_uri",
        "client_uri",
        "logo_uri",
        "tos_uri#ja",
        "contacts",
        "default_max_age",
        "default_acr_values",
        "id_token_encrypted_response_alg",
        "id_token_encrypted_response_enc",
        "userinfo_signed_response_alg",
        "userinfo_encrypted_response_alg",
        "authorization_signed_response_alg",
        "request_object_signing_alg",
        "request_object_encryption_alg",
        "token_endpoint_auth_signing_alg",
        "tls_client_auth_subject_dn",
        "tls_client_auth_san_ip",
        "authorization_details_types",
        "software_id",
        "software_version",
        "software_statement",
        "backchannel_token_delivery_mode",
        "backchannel_client_notification_endpoint",
        "hosho_profile",
        "hosho_roles",
        "client_secret",
    ];
    told.as_object().unwrap().keys().cloned().chain(more.map(str::to_owned)).collect()
}

#[tokio::test]
async fn in_members_of_registrations_a171() {
    let server = Server::start_with(&[
        ("HOSHO_REGISTRATION_MODE", "open"),
        ("HOSHO_REDIS_URL", ""),
        ("HOSHO_LIMIT_REGISTRATIONS_PER_HOUR", "100000"),
        ("HOSHO_REGISTRATION_MOST_UNUSED", "100000"),
    ])
    .await;
    let registered = server.register(json!({})).await;
    for member in members(&registered.told) {
        for value in values() {
            let what = format!("{member}={value:.60}");
            is_sound(&server.try_register(json!({member.as_str(): value})).await, &what);
            let document = registered.again(&json!({member.as_str(): value})).to_string();
            let put =
                server.about_registration(Method::PUT, registered.uri(), Some(registered.token()), &document).await;
            is_sound(&put, &what);
        }
    }
}

#[tokio::test]
async fn in_members_of_documents_a171() {
    const ADDRESS: &str = "https://agent.example/oauth/client.json";
    let server =
        Server::start_with(&[("HOSHO_REGISTRATION_METADATA_DOCUMENTS", "true"), ("HOSHO_REDIS_URL", "")]).await;
    let callback = "https://agent.example/cb";
    let agent: Shop =
        server.shop_of(RelyingParty { id: ADDRESS.to_owned(), secret: None, redirect_uri: callback.to_owned() });
    let usual = json!({"client_id": ADDRESS, "client_name": "Agent", "redirect_uris": [callback]});
    let mut browser = server.browser();
    for member in members(&usual) {
        for value in values() {
            let document = differing(usual.clone(), &json!({member.as_str(): value}));
            server.web.answer(ADDRESS, Reply::json(&document).cached("max-age=0"));
            // What was learned, and what failed, is remembered for a while.
            server.clock.advance(hosho::base::time::hours(2));
            is_sound(&browser.fetch(&agent.asks(&[])).await, &format!("{member}={value:.60}"));
        }
    }
}
