//! A code and tokens in one answer. OpenID Connect Core §3.3; A032 and A040 of the attack list.

use hosho::base::time::seconds;
use hosho::jose::Algorithm;
use serde_json::json;

use super::implicit::old_client;
use crate::support::{CHALLENGE, Server, TestKey, claims, text};

#[tokio::test]
async fn each_hybrid_type_gives_its_parts_with_their_hashes() {
    let server = Server::start_compatible().await;
    for (name, algorithm) in [("RS256", Algorithm::Rs256), ("EdDSA", Algorithm::EdDsa)] {
        let shop = old_client(&server, json!({"id_token_signed_response_alg": name})).await;
        let mut hanako = server.person(&format!("{name}@example.jp")).await;
        for kind in ["code id_token", "code token", "code id_token token"] {
            let asked = [("response_type", kind), ("scope", "openid email")];
            let answer = hanako.browser.fetch(&shop.asks(&asked)).await;
            assert!(answer.location().unwrap().starts_with("https://shop.example/cb#code="), "{kind}");
            let fields = answer.delivered();
            assert_eq!(fields.contains_key("id_token"), kind.contains("id_token"), "{kind}");
            assert_eq!(fields.contains_key("access_token"), kind.ends_with(" token"), "{kind}");
            let Some(id_token) = fields.get("id_token").map(|token| claims(token)) else { continue };
            assert_eq!(text(&id_token, "c_hash"), algorithm.half_hash(&fields["code"]), "{kind}");
            let at_hash = fields.get("access_token").map(|token| algorithm.half_hash(token));
            assert_eq!(id_token.get("at_hash").map(|hash| hash.as_str().unwrap()), at_hash.as_deref(), "{kind}");
            assert!(id_token.get("email").is_none(), "{kind}: the userinfo endpoint tells it");
        }
    }
}

#[tokio::test]
async fn both_ends_speak_of_the_same_person_session_and_nonce() {
    let server = Server::start_compatible().await;
    let shop = old_client(&server, json!({"subject_type": "pairwise"})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    server.clock.advance(seconds(5));
    let fields = hanako.browser.fetch(&shop.asks(&[("response_type", "code id_token token")])).await.delivered();
    server.clock.advance(seconds(5));
    let tokens = shop.exchange(&fields["code"]).await.json();
    let (front, back) = (claims(&fields["id_token"]), claims(text(&tokens, "id_token")));
    for name in ["iss", "sub", "aud", "nonce", "auth_time", "acr", "amr", "sid"] {
        assert_eq!(front[name], back[name], "{name}");
    }
    assert_eq!(back["iat"].as_i64().unwrap() - front["iat"].as_i64().unwrap(), 5);
    for absent in ["c_hash", "s_hash"] {
        assert!(back.get(absent).is_none(), "{absent} belongs to the front channel");
    }
    assert_eq!(text(&back, "at_hash"), Algorithm::Rs256.half_hash(text(&tokens, "access_token")));
    assert_ne!(fields["access_token"], text(&tokens, "access_token"));
    let userinfo = shop.userinfo(&fields["access_token"]).await.json();
    assert_eq!(userinfo["sub"], front["sub"]);
    assert!(tokens.get("refresh_token").is_some() && !fields.contains_key("refresh_token"));
}

/// (A032): with the code goes what came beside it.
#[tokio::test]
async fn a_code_used_twice_also_revokes_the_tokens_of_the_front_channel_a032() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let fields = hanako.browser.fetch(&shop.asks(&[("response_type", "code token")])).await.delivered();
    assert_eq!(shop.exchange(&fields["code"]).await.status, 200);
    assert_eq!(shop.userinfo(&fields["access_token"]).await.status, 200);
    assert_eq!(shop.exchange(&fields["code"]).await.refusal(), (400, "invalid_grant".to_owned()));
    assert_eq!(shop.userinfo(&fields["access_token"]).await.status, 401);
    assert_eq!(shop.introspect(&fields["access_token"]).await, json!({"active": false}));
}

#[tokio::test]
async fn offline_access_comes_with_the_code() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let asked = [("response_type", "code id_token"), ("scope", "openid offline_access")];
    let code = hanako.browser.fetch(&shop.asks(&asked)).await.code();
    let tokens = shop.exchange(&code).await.json();
    assert_eq!(text(&tokens, "scope"), "openid offline_access");
    let refreshed = shop.refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.text);
}

/// PKCE protects the code of every type that has one.
/// [RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10)
#[tokio::test]
async fn no_unbound_token_comes_beside_a_code_that_is_bound_to_a_key() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let jkt = TestKey::es256().jkt();
    for (kind, error) in [
        ("code token", Some("invalid_request")),
        ("code id_token token", Some("invalid_request")),
        ("id_token token", Some("invalid_request")),
        ("code id_token", None),
        ("code", None),
    ] {
        let asked = [("response_type", kind), ("dpop_jkt", jkt.as_str())];
        let answer = hanako.browser.fetch(&shop.asks(&asked)).await;
        assert_eq!(answer.error().as_deref(), error, "{kind}");
        assert!(!answer.delivered().contains_key("access_token"), "{kind}");
        assert_eq!(shop.push(&asked).await.status, if error.is_some() { 400 } else { 201 }, "{kind}");
    }
    // A proof at the endpoint for pushed requests names the key as well.
    let proof = TestKey::es256().proof("POST", "/par", server.clock.now());
    let fields = [
        ("response_type", "code token"),
        ("redirect_uri", &shop.callback),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let refused = shop.post_with("/par", &fields, &[("dpop", &proof)]).await;
    assert_eq!(refused.refusal(), (400, "invalid_request".to_owned()), "{}", refused.text);
    assert!(text(&refused.json(), "error_description").contains("dpop_jkt"));
}

#[tokio::test]
async fn the_challenge_counts_for_hybrid_codes_too() {
    let server = Server::start_compatible().await;
    let public = json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "implicit"]});
    let shop = old_client(&server, public).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let without = [("response_type", "code id_token"), ("code_challenge", ""), ("code_challenge_method", "")];
    let answer = hanako.browser.fetch(&shop.asks(&without)).await;
    assert_eq!(answer.error().as_deref(), Some("invalid_request"));
    assert!(answer.location().unwrap().contains("#error="));
    let without = [("response_type", "id_token"), ("code_challenge", ""), ("code_challenge_method", "")];
    assert!(hanako.browser.fetch(&shop.asks(&without)).await.delivered().contains_key("id_token"), "there is no code");
    let code = hanako.browser.fetch(&shop.asks(&[("response_type", "code id_token")])).await.code();
    assert_eq!(shop.exchange_with(&code, &[("code_verifier", "")]).await.refusal().1, "invalid_grant");
    assert_eq!(shop.exchange(&code).await.status, 200);
}

/// (A040)
#[tokio::test]
async fn nothing_that_the_browser_carries_is_kept_in_the_clear_a040() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let fields = hanako.browser.fetch(&shop.asks(&[("response_type", "code id_token token")])).await.delivered();
    let dump = server.dump().await;
    assert!(dump.contains("hanako@example.jp"), "the dump holds the data");
    for name in ["code", "access_token", "id_token"] {
        assert!(!dump.contains(&fields[name]), "{name} is in the database");
    }
}
