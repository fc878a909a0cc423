//! Signed authorization responses. JARM §2; A018, A020 and A023 of the attack list.

use serde_json::{Value, json};

use super::implicit::old_client;
use super::second_reader::read;
use crate::support::{Answer, ISSUER, RelyingParty, Server};

/// The JWT of an answer: it is alone, and it is signed for the client.
async fn response(server: &Server, client: &str, answer: &Answer) -> (String, Value) {
    let fields = answer.delivered();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["response"], "nothing else travels: {:?}", answer.location());
    let (_, algorithm, claims) = read(server, &fields["response"], client).await;
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(ISSUER), &json!(client)));
    assert_eq!(claims["exp"].as_i64().unwrap() - server.clock.now().seconds(), 120);
    (algorithm, claims)
}

#[tokio::test]
async fn each_signed_mode_has_its_place() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    for (mode, kind, begins) in [
        ("jwt", "code", "https://shop.example/cb?response="),
        ("jwt", "none", "https://shop.example/cb?response="),
        ("jwt", "code id_token", "https://shop.example/cb#response="),
        ("query.jwt", "code", "https://shop.example/cb?response="),
        ("fragment.jwt", "code", "https://shop.example/cb#response="),
        ("fragment.jwt", "id_token token", "https://shop.example/cb#response="),
        ("form_post.jwt", "code", ""),
        ("form_post.jwt", "code id_token token", ""),
    ] {
        let asked = [("response_type", kind), ("response_mode", mode), ("scope", "openid email")];
        let answer = hanako.browser.fetch(&shop.asks(&asked)).await;
        assert!(answer.location().unwrap_or_default().starts_with(begins), "{mode} {kind}: {:?}", answer.location());
        let (algorithm, claims) = response(&server, &shop.id, &answer).await;
        assert_eq!((algorithm.as_str(), &claims["state"]), ("RS256", &json!("a state")), "{mode} {kind}");
        let front = kind.contains("token");
        assert_eq!(claims.get("code").is_some(), kind.contains("code"), "{mode} {kind}");
        assert_eq!(claims.get("id_token").is_some(), kind.contains("id_token"), "{mode} {kind}");
        if kind.ends_with(" token") {
            // Every parameter is the text that it would have been outside.
            assert_eq!((&claims["expires_in"], &claims["scope"]), (&json!("600"), &json!("openid email")));
        }
        assert!(claims.get("error").is_none() && (front || claims.get("access_token").is_none()), "{mode} {kind}");
    }
    let code = hanako.browser.fetch(&shop.asks(&[("response_mode", "jwt")])).await;
    let (_, claims) = response(&server, &shop.id, &code).await;
    assert_eq!(shop.exchange(claims["code"].as_str().unwrap()).await.status, 200);
}

#[tokio::test]
async fn the_client_chooses_the_algorithm() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    for algorithm in ["PS256", "ES256", "EdDSA"] {
        let shop = server.shop_with(json!({"authorization_signed_response_alg": algorithm})).await;
        let answer = hanako.browser.fetch(&shop.asks(&[("response_mode", "jwt")])).await;
        assert_eq!(response(&server, &shop.id, &answer).await.0, algorithm);
    }
    for wrong in ["none", "HS256"] {
        let metadata =
            json!({"redirect_uris": ["https://shop.example/cb"], "authorization_signed_response_alg": wrong});
        let refused = hosho::service::oidc::client::create(&mut server.work(), &metadata.to_string()).await;
        assert!(refused.is_err(), "{wrong}");
    }
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    let algorithms = json!(["RS256", "PS256", "ES256", "EdDSA"]);
    assert_eq!(document["authorization_signing_alg_values_supported"], algorithms);
    let modes = json!(["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"]);
    assert_eq!(document["response_modes_supported"], modes);
}

/// (A018), (A023)
#[tokio::test]
async fn errors_are_signed_like_everything_else_a018_a023() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let state = "\r\nSet-Cookie: x=y\",\"iss\":\"evil";
    for (given, expected) in [
        (("prompt", "none"), "login_required"),
        (("scope", "bogus"), "invalid_scope"),
        (("response_type", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
    ] {
        for mode in ["jwt", "fragment.jwt", "form_post.jwt"] {
            let asked = [("response_mode", mode), ("state", state), given];
            let answer = server.browser().fetch(&shop.asks(&asked)).await;
            let (_, claims) = response(&server, &shop.id, &answer).await;
            assert_eq!((&claims["error"], &claims["state"]), (&json!(expected), &json!(state)), "{mode} {given:?}");
            assert!(claims["error_description"].is_string() && claims.get("code").is_none());
            assert!(!answer.header("set-cookie").is_some_and(|cookie| cookie.contains("x=y")));
        }
    }
}

/// A client of the message signing profile, as the pages of such a request would find it.
async fn strict(server: &Server) -> RelyingParty {
    let members = json!({"hosho_profile": "fapi2-message-signing", "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "https://rp.example/jwks", "dpop_bound_access_tokens": true, "hosho_first_party": true});
    server.relying_party("bank", members).await
}

/// (A020): where every answer must be signed, a plain mode is refused, and that is said in a signed answer.
#[tokio::test]
async fn under_message_signing_no_answer_is_plain_a020() {
    let server = Server::start().await;
    let bank = strict(&server).await;
    for mode in ["query", "fragment", "form_post", "web_message", "", "jwt"] {
        let asked = [("response_mode", mode), ("prompt", "none")];
        let answer = server.browser().fetch(&bank.asks(&asked)).await;
        let (algorithm, claims) = response(&server, &bank.id, &answer).await;
        assert_eq!(algorithm, "ES256", "{mode}");
        assert!(claims["error"].is_string(), "{mode}: {claims}");
    }
    let plain = json!({"redirect_uris": ["https://bank.example/cb"], "hosho_profile": "fapi2-message-signing",
        "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://rp.example/jwks", "dpop_bound_access_tokens": true,
        "response_modes": ["query", "jwt"]});
    let refused = hosho::service::oidc::client::create(&mut server.work(), &plain.to_string()).await.err();
    assert!(format!("{refused:?}").contains("response_modes has a mode without a signature"), "{refused:?}");
}

/// A signed response is no ID token, though the same keys sign both.
#[tokio::test]
async fn a_signed_response_is_no_hint() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let answer = hanako.browser.fetch(&shop.asks(&[("response_mode", "jwt")])).await;
    let jwt = answer.delivered()["response"].clone();
    let answer = hanako.browser.fetch(&shop.asks(&[("id_token_hint", &jwt), ("prompt", "none")])).await;
    assert_eq!(answer.error().as_deref(), Some("invalid_request"));
    assert_eq!(shop.userinfo(&jwt).await.status, 401);
}
