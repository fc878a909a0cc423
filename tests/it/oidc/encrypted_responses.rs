//! What clients register to have encrypted: signed first, then encrypted to a key of theirs, and never sent open.
//! OpenID Connect Core §10.2, JARM §2.2, Back-Channel Logout §2.4.

use hosho::base::time::{hours, minutes, seconds};
use hosho::gateway::fetch::FetchError;
use hosho::gateway::fetch::scripted::Reply;
use hosho::jobs::tell_due_logouts;
use hosho::jose::{ContentEncryption, KeyManagement};
use hosho::oidc::id_token::IdTokenHint;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, OneAgreement, Server, Shop, claims, client_jwks, header, open, text};

const KEYS: &str = "https://shop.example/jwks";

async fn hanako(server: &Server) -> Browser {
    let sub = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &sub).await;
    browser
}

/// What was inside is an ID token of ours for this client.
fn is_id_token(server: &Server, token: &str, shop: &Shop) {
    let app = &server.app;
    let hint = IdTokenHint::decode(token, app.keys.ring().all(), &app.server.issuer).unwrap();
    assert_eq!(hint.aud, shop.id);
    assert_eq!(claims(token)["nonce"], "a nonce");
}

#[tokio::test]
async fn an_id_token_is_encrypted_in_every_way_that_is_advertised() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    let discovery = browser.get("/.well-known/openid-configuration").await.json();
    let listed = |name: &str| discovery[name].as_array().unwrap().clone();
    for alg in listed("id_token_encryption_alg_values_supported") {
        for enc in listed("id_token_encryption_enc_values_supported") {
            let members = json!({"jwks": client_jwks(), "id_token_encrypted_response_alg": alg,
                "id_token_encrypted_response_enc": enc});
            let shop = server.shop_with(members).await;
            let tokens = shop.tokens(&mut browser, "openid").await;
            let token = text(&tokens, "id_token");
            let outside = header(token);
            assert_eq!((&outside["alg"], &outside["enc"], &outside["cty"]), (&alg, &enc, &json!("JWT")));
            assert!(outside["kid"].is_string());
            let (inside, algorithm, content) = open(token);
            assert_eq!((json!(algorithm.name()), json!(content)), (alg.clone(), enc));
            is_id_token(&server, &inside, &shop);
            assert_eq!(claims(text(&tokens, "access_token"))["iss"], "http://localhost:8080", "that is none of it");
        }
    }
    assert_eq!(listed("id_token_encryption_alg_values_supported").len(), KeyManagement::ALL.len());
    assert_eq!(listed("id_token_encryption_enc_values_supported").len(), ContentEncryption::ALL.len());
}

#[tokio::test]
async fn another_implementation_opens_it() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    for enc in ["A128GCM", "A256GCM"] {
        let key = OneAgreement::new();
        let members = json!({"jwks": key.jwks(), "id_token_encrypted_response_alg": "ECDH-ES",
            "id_token_encrypted_response_enc": enc});
        let shop = server.shop_with(members).await;
        let tokens = shop.tokens(&mut browser, "openid").await;
        is_id_token(&server, &key.open(text(&tokens, "id_token")), &shop);
    }
}

#[tokio::test]
async fn a_refreshed_id_token_is_encrypted_too() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    let shop =
        server.shop_with(json!({"jwks": client_jwks(), "id_token_encrypted_response_alg": "RSA-OAEP-256"})).await;
    let tokens = shop.tokens(&mut browser, "openid").await;
    let refreshed = shop.refresh(text(&tokens, "refresh_token")).await.json();
    let (inside, algorithm, content) = open(text(&refreshed, "id_token"));
    assert_eq!((algorithm, content), (KeyManagement::RsaOaep256, "A128CBC-HS256"));
    assert_eq!(claims(&inside)["aud"], shop.id.as_str());
}

#[tokio::test]
async fn userinfo_is_signed_and_encrypted_or_only_encrypted() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    for signed in [None, Some("ES256")] {
        let members = json!({"jwks": client_jwks(), "userinfo_encrypted_response_alg": "ECDH-ES",
            "userinfo_encrypted_response_enc": "A256GCM", "userinfo_signed_response_alg": signed});
        let shop = server.shop_with(members).await;
        let tokens = shop.tokens(&mut browser, "openid email").await;
        let answer = shop.userinfo(text(&tokens, "access_token")).await;
        assert_eq!(answer.header("content-type"), Some("application/jwt"));
        let outside = header(&answer.text);
        let (inside, ..) = open(&answer.text);
        let told: Value = match signed {
            Some(_) => {
                assert_eq!(outside["cty"], "JWT");
                claims(&inside)
            }
            None => {
                assert!(outside.get("cty").is_none());
                serde_json::from_str(&inside).unwrap()
            }
        };
        assert_eq!(told["email"], "hanako@example.jp");
        assert_eq!(told.get("aud").is_some(), signed.is_some());
    }
}

/// A client with encrypted authorization responses, whose keys are where it says.
async fn with_encrypted_responses(server: &Server, keys: Value) -> Shop {
    let mut members = json!({"authorization_encrypted_response_alg": "RSA-OAEP-256",
        "authorization_encrypted_response_enc": "A128GCM"});
    members.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    server.shop_with(members).await
}

#[tokio::test]
async fn an_authorization_response_is_encrypted_where_it_is_a_jwt() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    let shop = with_encrypted_responses(&server, json!({"jwks": client_jwks()})).await;
    let answer = browser.get(&shop.asks(&[("response_mode", "jwt")])).await;
    let (inside, algorithm, content) = open(&answer.location_parameter("response").unwrap());
    assert_eq!((algorithm, content), (KeyManagement::RsaOaep256, "A128GCM"));
    let told = claims(&inside);
    assert_eq!((&told["iss"], &told["aud"]), (&json!("http://localhost:8080"), &json!(shop.id)));
    assert_eq!(shop.exchange(told["code"].as_str().unwrap()).await.status.as_u16(), 200);
    let refused = browser.get(&shop.asks(&[("response_mode", "jwt"), ("scope", "bogus")])).await;
    let (inside, ..) = open(&refused.location_parameter("response").unwrap());
    assert_eq!(claims(&inside)["error"], "invalid_scope");
    // A plain response is no JWT, and is not encrypted.
    assert!(!browser.get(&shop.asks(&[])).await.code().is_empty());
}

#[tokio::test]
async fn without_its_keys_a_client_gets_an_error_and_never_an_open_response() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    let shop = with_encrypted_responses(&server, json!({"jwks_uri": KEYS})).await;
    server.web.fail(KEYS, FetchError::Unreachable);
    let answer = browser.get(&shop.asks(&[("response_mode", "jwt")])).await;
    let told = claims(&answer.location_parameter("response").unwrap());
    assert_eq!(told["error"], "temporarily_unavailable");
    assert!(told.get("code").is_none(), "{told}");
}

#[tokio::test]
async fn a_logout_token_is_encrypted_like_an_id_token() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    let out = "https://shop.example/out";
    let members =
        json!({"jwks_uri": KEYS, "backchannel_logout_uri": out, "id_token_encrypted_response_alg": "ECDH-ES"});
    server.web.answer(KEYS, Reply::json(&client_jwks()));
    server.web.answer(out, Reply::status(200));
    let shop = server.shop_with(members).await;
    let tokens = shop.tokens(&mut browser, "openid").await;
    let (id_token, ..) = open(text(&tokens, "id_token"));
    let page = browser.get("/sign-out").await;
    browser.submit(&page, "logout-confirm", &[]).await;
    server.web.take_asked();

    // Its keys cannot be had for a while: nothing is sent open, and it is told later.
    server.clock.advance(hours(3));
    server.web.fail(KEYS, FetchError::Unreachable);
    tell_due_logouts(&server.app).await.unwrap();
    assert!(server.web.take_asked().iter().all(|asked| asked.url != out));
    server.web.answer(KEYS, Reply::json(&client_jwks()));
    server.clock.advance(seconds(30));
    tell_due_logouts(&server.app).await.unwrap();
    let asked = server.web.take_asked();
    let told = asked.iter().find(|asked| asked.url == out).unwrap();
    let (inside, ..) = open(&told.field("logout_token").unwrap());
    assert_eq!(claims(&inside)["sid"], claims(&id_token)["sid"]);
    assert_eq!(header(&inside)["typ"], "logout+jwt");
}

fn refusal(answer: &Answer) -> (u16, String) {
    assert!(answer.json().get("id_token").is_none() && answer.json().get("access_token").is_none(), "{}", answer.text);
    answer.refusal()
}

#[tokio::test]
async fn a_client_whose_keys_cannot_be_had_keeps_its_code_and_its_refresh_token() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    let shop = server.shop_with(json!({"jwks_uri": KEYS, "id_token_encrypted_response_alg": "ECDH-ES"})).await;
    server.web.fail(KEYS, FetchError::Unreachable);
    let code = shop.code(&mut browser, &[]).await;
    assert_eq!(refusal(&shop.exchange(&code).await), (503, "temporarily_unavailable".to_owned()));

    server.web.answer(KEYS, Reply::json(&client_jwks()));
    server.clock.advance(seconds(11));
    let tokens = shop.exchange(&code).await;
    assert_eq!(tokens.status.as_u16(), 200, "{}", tokens.text);
    let tokens = tokens.json();
    open(text(&tokens, "id_token"));

    server.web.fail(KEYS, FetchError::Unreachable);
    // The old set serves for an hour, the session lasts for two.
    server.clock.advance(minutes(70));
    let token = text(&tokens, "refresh_token");
    assert_eq!(refusal(&shop.refresh(token).await), (503, "temporarily_unavailable".to_owned()));
    server.web.answer(KEYS, Reply::json(&client_jwks()));
    server.clock.advance(seconds(30));
    assert_eq!(shop.refresh(token).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_client_whose_keys_are_for_something_else_is_told_and_can_add_one() {
    let server = Server::start().await;
    let mut browser = hanako(&server).await;
    let members = json!({"jwks_uri": KEYS, "id_token_encrypted_response_alg": "RSA-OAEP-256",
        "userinfo_encrypted_response_alg": "RSA-OAEP-256"});
    let shop = server.shop_with(members).await;
    server.web.answer(KEYS, Reply::json(&OneAgreement::new().jwks()).cached("max-age=3600"));
    let code = shop.code(&mut browser, &[]).await;
    let answer = shop.exchange(&code).await;
    assert_eq!(refusal(&answer), (400, "invalid_request".to_owned()));
    assert!(answer.text.contains("id_token_encrypted_response_alg"), "{}", answer.text);
    // However long the old set says it is good.
    server.web.answer(KEYS, Reply::json(&client_jwks()).cached("max-age=3600"));
    server.clock.advance(seconds(59));
    let late = shop.exchange(&code).await;
    assert_eq!(refusal(&late), (400, "invalid_request".to_owned()));
    let code = shop.code(&mut browser, &[]).await;
    server.clock.advance(seconds(1));
    let tokens = shop.exchange(&code).await;
    assert_eq!(tokens.status.as_u16(), 200, "{}", tokens.text);
    let tokens = tokens.json();
    open(text(&tokens, "id_token"));
    open(&shop.userinfo(text(&tokens, "access_token")).await.text);
}

#[tokio::test]
async fn an_id_token_through_the_browser_is_encrypted_too() {
    let server = Server::start_with(&[("HOSHO_PROTOCOL_COMPATIBLE_CLIENTS", "true")]).await;
    let mut browser = hanako(&server).await;
    let members = json!({"jwks_uri": KEYS, "id_token_encrypted_response_alg": "ECDH-ES+A128KW",
        "hosho_profile": "compatible", "grant_types": ["authorization_code", "implicit"],
        "response_types": ["code", "code id_token"]});
    let shop = server.shop_with(members).await;
    let fragment = |answer: &Answer| {
        let url = answer.location().unwrap();
        let (_, fragment) = url.split_once('#').unwrap();
        form_urlencoded::parse(fragment.as_bytes()).into_owned().collect::<std::collections::BTreeMap<_, _>>()
    };
    server.web.fail(KEYS, FetchError::Unreachable);
    let refused = fragment(&browser.get(&shop.asks(&[("response_type", "code id_token")])).await);
    assert_eq!(refused["error"], "temporarily_unavailable");
    assert!(!refused.contains_key("id_token") && !refused.contains_key("code"), "{refused:?}");

    server.web.answer(KEYS, Reply::json(&client_jwks()));
    server.clock.advance(seconds(11));
    let answer = fragment(&browser.get(&shop.asks(&[("response_type", "code id_token")])).await);
    let (inside, algorithm, _) = open(&answer["id_token"]);
    assert_eq!(algorithm, KeyManagement::EcdhEsA128Kw);
    is_id_token(&server, &inside, &shop);
    assert!(claims(&inside)["c_hash"].is_string());
}
