//! The plans Dynamic OP and 3rd Party-Init OP: the modules that are about registering, and about the keys of clients.

use hosho::base::time::{minutes, seconds};
use hosho::gateway::fetch::scripted::Reply;
use http::Method;
use serde_json::{Value, json};

use crate::support::{Browser, Registered, Server, TestKey, asserting, claims, text};

const KEYS: &str = "https://shop.example/jwks";

/// The clients of the plan prove themselves by assertions.
fn with_keys(keys: &Value) -> Value {
    let mut members = json!({"token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["authorization_code", "refresh_token"], "contacts": ["certification@oidf.org"]});
    members.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
    members
}

async fn hanako(server: &Server) -> Browser {
    let sub = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &sub).await;
    browser
}

/// Send a form to the token endpoint with an assertion of this key.
async fn token(server: &Server, client: &Registered, key: &TestKey, fields: &[(&str, &str)]) -> crate::support::Answer {
    let assertion = key.assertion(client.id(), server.app.clock.now(), &json!({}));
    let mut all = fields.to_vec();
    all.extend(asserting(&assertion));
    client.shop.send("/token", &all, &[]).await
}

fn exchange<'a>(client: &'a Registered, code: &'a str) -> [(&'a str, &'a str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &client.shop.callback),
        ("code_verifier", crate::support::VERIFIER),
    ]
}

/// conformance: oidcc-redirect-uri-regfrag
#[tokio::test]
async fn a_redirect_uri_with_a_fragment_is_not_registered() {
    let server = Server::open().await;
    let answer = server.try_register(json!({"redirect_uris": ["https://shop.example/cb#foobar=hello"]})).await;
    assert_eq!(answer.refusal(), (400, "invalid_redirect_uri".to_owned()));
}

/// conformance: oidcc-discovery-endpoint-verification
#[tokio::test]
async fn what_a_dynamic_provider_must_offer_is_advertised() {
    let server = Server::open_and_compatible().await;
    let discovery = server.browser().fetch("/.well-known/openid-configuration").await.json();
    let has = |list: &str, word: &str| discovery[list].as_array().unwrap().contains(&json!(word));
    for kind in ["code", "id_token", "id_token token"] {
        assert!(has("response_types_supported", kind), "{kind}");
    }
    for grant in ["authorization_code", "implicit"] {
        assert!(has("grant_types_supported", grant), "{grant}");
    }
    assert!(has("id_token_signing_alg_values_supported", "RS256"));
    assert!(has("subject_types_supported", "pairwise") && has("scopes_supported", "openid"));
    assert!(discovery["registration_endpoint"].is_string() && discovery["jwks_uri"].is_string());
    assert_ne!(discovery["request_uri_parameter_supported"], false);
}

/// conformance: oidcc-registration-jwks-uri
/// conformance: oidcc-ensure-client-assertion-with-iss-aud-succeeds
#[tokio::test]
async fn a_client_signs_with_the_keys_that_it_publishes() {
    let server = Server::open().await;
    let mut browser = hanako(&server).await;
    let key = TestKey::rs256();
    server.web.answer(KEYS, Reply::json(&key.jwks()));
    let client = server.register(with_keys(&json!({"jwks_uri": KEYS}))).await;
    assert!(client.told.get("client_secret").is_none());
    let code = client.shop.code(&mut browser, &[]).await;
    // Its audience is the issuer.
    let answer = token(&server, &client, &key, &exchange(&client, &code)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    assert_eq!(claims(text(&answer.json(), "id_token"))["aud"], client.id());
}

/// conformance: oidcc-registration-jwks-uri
#[tokio::test]
async fn the_keys_that_a_client_publishes_are_those_of_its_registration_not_of_one_before() {
    let server = Server::open().await;
    let mut browser = hanako(&server).await;
    for key in [TestKey::rs256(), TestKey::es256(), TestKey::eddsa()] {
        server.web.answer(KEYS, Reply::json(&key.jwks()));
        let client = server.register(with_keys(&json!({"jwks_uri": KEYS}))).await;
        let code = client.shop.code(&mut browser, &[]).await;
        let answer = token(&server, &client, &key, &exchange(&client, &code)).await;
        assert_eq!(answer.status.as_u16(), 200, "{}: {}", key.alg, answer.text);
    }
}

/// conformance: oidcc-refresh-token-rp-key-rotation
#[tokio::test]
async fn a_new_key_of_a_client_is_seen_within_a_minute() {
    let server = Server::open().await;
    let mut browser = hanako(&server).await;
    let (old, new) = (TestKey::rs256(), TestKey::es256());
    server.web.answer(KEYS, Reply::json(&old.jwks()));
    let client = server.register(with_keys(&json!({"jwks_uri": KEYS}))).await;
    let code = client.shop.code(&mut browser, &[("scope", "openid offline_access"), ("prompt", "consent")]).await;
    let first = token(&server, &client, &old, &exchange(&client, &code)).await.json();
    server.web.answer(KEYS, Reply::json(&new.jwks()));
    server.clock.advance(seconds(60));
    let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&first, "refresh_token"))];
    let refreshed = token(&server, &client, &new, &fields).await;
    assert_eq!(refreshed.status.as_u16(), 200, "{}", refreshed.text);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&first, "refresh_token"))];
    assert_eq!(token(&server, &client, &old, &fields).await.refusal(), (401, "invalid_client".to_owned()));
}

/// conformance: oidcc-registration-sector-uri
#[tokio::test]
async fn a_sector_whose_document_lists_every_redirect_uri_is_registered() {
    let server = Server::open().await;
    let mut browser = hanako(&server).await;
    let sector = "https://sector.example/uris.json";
    server.web.answer(sector, Reply::json(&json!(["https://shop.example/cb", "https://other.example/cb"])));
    let client = server.register(json!({"subject_type": "pairwise", "sector_identifier_uri": sector})).await;
    assert_eq!(client.told["sector_identifier_uri"], sector);
    let tokens = client.shop.tokens(&mut browser, "openid").await;
    assert!(claims(text(&tokens, "id_token"))["sub"].is_string());
}

/// The suite has its documents at the same addresses in every module, and one module follows the other at once.
/// conformance: oidcc-registration-sector-bad
#[tokio::test]
async fn a_sector_whose_document_lacks_a_redirect_uri_is_not_registered() {
    let server = Server::open().await;
    let sector = "https://sector.example/uris.json";
    let asked = json!({"subject_type": "pairwise", "sector_identifier_uri": sector});
    for (listed, status) in [("https://shop.example/cb", 201), ("https://shop.example/other", 400)].repeat(2) {
        server.web.answer(sector, Reply::json(&json!([listed])));
        let answer = server.try_register(asked.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{listed}: {}", answer.text);
        assert!(status == 201 || answer.refusal().1 == "invalid_client_metadata");
    }
}

/// conformance: oidcc-request-uri-unsigned
/// conformance: oidcc-request-uri-signed-rs256
#[tokio::test]
async fn objects_that_are_signed_may_be_registered_with_a_fragment_and_unsigned_ones_are_not_offered() {
    let server = Server::open().await;
    let mut browser = hanako(&server).await;
    let key = TestKey::rs256();
    let at = "https://shop.example/object.jwt#e3b0c442";
    let mut members = with_keys(&json!({"jwks": key.jwks(), "request_uris": [at]}));
    members["request_object_signing_alg"] = json!("none");
    assert_eq!(server.try_register(members.clone()).await.refusal(), (400, "invalid_client_metadata".to_owned()));
    members["request_object_signing_alg"] = json!("RS256");
    let client = server.register(members).await;
    assert_eq!(client.told["request_uris"], json!([at]));
    let object = key.sign(&client.shop.object(server.app.clock.now(), &json!({})), &json!({}));
    server.web.answer("https://shop.example/object.jwt", Reply::text("application/jwt", &object));
    let page = browser.get(&client.shop.asks_by(at)).await;
    let answer = browser.submit(&page, "consent-allow", &[]).await;
    assert!(!answer.code().is_empty());
    let unsigned = browser.fetch("/.well-known/openid-configuration").await.json();
    let algorithms = unsigned["request_object_signing_alg_values_supported"].as_array().unwrap();
    assert!(algorithms.contains(&json!("RS256")) && !algorithms.contains(&json!("none")));
}

/// conformance: oidcc-3rd_party-init-login
#[tokio::test]
async fn where_a_client_starts_a_sign_in_is_registered_and_read_back() {
    let server = Server::open().await;
    let uri = "https://shop.example/start?from=op";
    let client = server.register(json!({"initiate_login_uri": uri})).await;
    assert_eq!(client.told["initiate_login_uri"], uri);
    let shown = client.show(&server).await;
    assert_eq!((shown.status.as_u16(), &shown.json()["initiate_login_uri"]), (200, &json!(uri)));
}

/// conformance: oidcc-3rd_party-init-login-nohttps
#[tokio::test]
async fn it_starts_one_by_https_only() {
    let server = Server::open().await;
    for uri in ["http://shop.example/start", "http://localhost/start", "javascript:alert(1)", "/start", ""] {
        let answer = server.try_register(json!({"initiate_login_uri": uri})).await;
        assert_eq!(answer.refusal(), (400, "invalid_client_metadata".to_owned()), "{uri}");
    }
}

/// What every module of the dynamic plans does at its end.
#[tokio::test]
async fn a_module_takes_its_clients_back() {
    let server = Server::open().await;
    let client = server.register(json!({})).await;
    let gone = client.remove(&server).await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    server.clock.advance(minutes(1));
    let answer = server.about_registration(Method::GET, client.uri(), Some(client.token()), "").await;
    assert_eq!(answer.status.as_u16(), 401);
}
