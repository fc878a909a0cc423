//! What is told about a token, to whom, and in which form. RFC 7662, RFC 9701. A062.

use hosho::base::time::{hours, minutes};
use hosho::jose::{Algorithm, Claims, Typ};
use serde_json::{Value, json};

use crate::support::{Answer, ISSUER, Server, Shop, TestKey, VERIFIER, asserting, claims, text};

const JWT: &str = "application/token-introspection+jwt";

async fn as_jwt(shop: &Shop, token: &str) -> Answer {
    shop.post_with("/introspect", &[("token", token)], &[("accept", JWT)]).await
}

#[tokio::test]
async fn a_bound_token_is_told_with_its_key_and_the_sign_in_behind_it() {
    let server = Server::start().await;
    let (shop, key) = (server.shop().await, TestKey::es256());
    let mut hanako = server.person("hanako@example.jp").await;
    let code = shop.code(&mut hanako.browser, &[("scope", "openid email")]).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", &shop.callback),
        ("code_verifier", VERIFIER),
    ];
    let proof = key.proof("POST", "/token", server.clock.now());
    let tokens = shop.post_with("/token", &fields, &[("dpop", &proof)]).await.json();
    let told = shop.introspect(text(&tokens, "access_token")).await;
    assert_eq!((&told["active"], &told["token_type"]), (&json!(true), &json!("DPoP")));
    assert_eq!(told["cnf"], json!({"jkt": key.jkt()}));
    assert_eq!((&told["acr"], &told["auth_time"]), (&json!("aal1"), &json!(server.clock.now().seconds())));
    for absent in ["username", "email", "name", "act", "authorization_details"] {
        assert!(told.get(absent).is_none(), "{absent}");
    }
    let bearer = shop.tokens(&mut hanako.browser, "openid").await;
    let told = shop.introspect(text(&bearer, "access_token")).await;
    assert_eq!((&told["token_type"], told.get("cnf")), (&json!("Bearer"), None));
    let told = shop.introspect(text(&bearer, "refresh_token")).await;
    assert_eq!((&told["active"], told.get("token_type")), (&json!(true), None));

    // The key of a public client stands with its refresh token, and nobody but itself could ask.
    let machine = [("grant_type", "client_credentials"), ("scope", "products")];
    let own = shop.post("/token", &machine).await.json();
    let told = shop.introspect(text(&own, "access_token")).await;
    assert!(told.get("auth_time").is_none() && told.get("acr").is_none(), "nobody has signed in");
}

#[tokio::test]
async fn who_asks_for_a_jwt_gets_one_that_is_no_token() {
    let server = Server::start().await;
    for (registered, algorithm) in
        [(None, Algorithm::Rs256), (Some("ES256"), Algorithm::Es256), (Some("EdDSA"), Algorithm::EdDsa)]
    {
        let shop = server.shop_with(json!({"introspection_signed_response_alg": registered})).await;
        let mut hanako = server.person(&format!("hanako-{}@example.jp", algorithm.name())).await;
        let tokens = shop.tokens(&mut hanako.browser, "openid email").await;
        let token = text(&tokens, "access_token");
        let answer = as_jwt(&shop, token).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some(JWT)));
        assert_eq!((answer.header("cache-control"), answer.header("vary")), (Some("no-store"), Some("Accept")));
        let keys = server.app.keys.ring();
        let signed = Claims::verified(&answer.text, Typ::Introspection, &[algorithm], keys.all()).unwrap();
        let mut members = signed.into_members();
        assert_eq!(members.remove("token_introspection").unwrap(), shop.introspect(token).await);
        let expected = json!({"iss": ISSUER, "aud": shop.id, "iat": server.clock.now().seconds()});
        assert_eq!(Value::Object(members), expected, "neither sub nor exp: it is nobody's token");
        // It opens nothing.
        assert_eq!(shop.userinfo(&answer.text).await.status, 401);
        assert_eq!(shop.introspect(&answer.text).await, json!({"active": false}));
    }
    let shop = server.shop().await;
    for accept in ["application/json", "*/*", "application/jwt", &format!("{JWT};q=0")] {
        let answer = shop.post_with("/introspect", &[("token", "x")], &[("accept", accept)]).await;
        assert_eq!(answer.header("content-type"), Some("application/json"), "{accept}");
    }
}

/// (A062)
#[tokio::test]
async fn a_token_that_does_not_count_is_not_described_in_a_jwt_either_a062() {
    let server = Server::start().await;
    let (shop, stranger) = (server.shop().await, server.shop().await);
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid").await;
    let revoked = shop.tokens(&mut hanako.browser, "openid").await;
    shop.post("/revoke", &[("token", text(&revoked, "access_token"))]).await;
    let told = async |shop: &Shop, token: &str| {
        let answer = as_jwt(shop, token).await;
        assert_eq!(answer.status, 200);
        claims(&answer.text)["token_introspection"].clone()
    };
    for (shop, token) in [
        (&stranger, text(&tokens, "access_token")),
        (&stranger, text(&tokens, "refresh_token")),
        (&shop, text(&revoked, "access_token")),
        (&shop, text(&tokens, "id_token")),
        (&shop, "garbage"),
        (&shop, "a.b.c"),
    ] {
        assert_eq!(told(shop, token).await, json!({"active": false}), "{token}");
    }
    assert_eq!(told(&shop, text(&tokens, "access_token")).await["active"], true);
    server.clock.advance(hours(1).saturating_add(minutes(1)));
    assert_eq!(told(&shop, text(&tokens, "access_token")).await, json!({"active": false}));

    let public = json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]});
    let public = server.shop_with(public).await;
    assert_eq!(as_jwt(&public, "x").await.refusal(), (401, "invalid_client".to_owned()));
    let nobody = shop.send("/introspect", &[("token", "x")], &[("accept", JWT)]).await;
    assert_eq!(
        (nobody.refusal(), nobody.header("content-type")),
        ((401, "invalid_client".to_owned()), Some("application/json"))
    );
}

#[tokio::test]
async fn the_signature_is_one_that_the_profile_allows() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let fapi = json!({
        "hosho_profile": "fapi2", "token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks(),
        "dpop_bound_access_tokens": true, "grant_types": ["authorization_code"],
    });
    let shop = server.shop_with(fapi.clone()).await;
    let assertion = key.assertion(&shop.id, server.clock.now(), &json!({}));
    let fields = [&[("token", "x")][..], &asserting(&assertion)].concat();
    let answer = shop.send("/introspect", &fields, &[("accept", JWT)]).await;
    let keys = server.app.keys.ring();
    assert!(Claims::verified(&answer.text, Typ::Introspection, &[Algorithm::Es256], keys.all()).is_ok());
    let mut weaker = fapi;
    weaker["introspection_signed_response_alg"] = json!("RS256");
    weaker["redirect_uris"] = json!(["https://rp.example/cb"]);
    let mut work = server.work();
    assert!(hosho::service::oidc::client::create(&mut work, &weaker.to_string()).await.is_err());
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    assert_eq!(document["introspection_signing_alg_values_supported"], json!(["RS256", "PS256", "ES256", "EdDSA"]));
}
