//! Exchanging a code. RFC 6749 §4.1.3; A032–A037, A041–A044 of the attack list.

use hosho::base::id::ClientId;
use hosho::base::time::seconds;
use hosho::service;
use serde_json::json;

use crate::support::{Answer, Server, Shop, VERIFIER, claims, text};

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let code = shop.code(&mut hanako.browser, &[("scope", "openid products")]).await;
    assert!(code.len() >= 22, "at least 128 bits: {code}");

    let answer = shop.exchange(&code).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), (Some("no-store"), Some("no-cache")));
    let tokens = answer.json();
    assert_eq!((text(&tokens, "token_type"), text(&tokens, "scope")), ("Bearer", "openid products"));
    assert!(tokens["expires_in"].as_u64().unwrap() > 0);

    let id_token = claims(text(&tokens, "id_token"));
    assert_eq!(id_token["iss"], "http://localhost:8080");
    assert_eq!(id_token["aud"], shop.id);
    assert_eq!(id_token["sub"], hanako.sub.as_ref());
    assert_eq!((text(&id_token, "nonce"), text(&id_token, "acr")), ("a nonce", "aal1"));
    assert_eq!(id_token["amr"], json!(["pwd"]));
    for absent in ["name", "email", "products", "azp"] {
        assert!(id_token.get(absent).is_none(), "{id_token}");
    }
    let access_token = claims(text(&tokens, "access_token"));
    assert_eq!(access_token["aud"], json!(["http://localhost:8080", "http://localhost:8080/registry/v1"]));
    assert_eq!(text(&access_token, "client_id"), shop.id);
}

/// (A032)
#[tokio::test]
async fn a_code_used_twice_revokes_what_it_issued_a032() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let code = shop.code(&mut hanako.browser, &[]).await;
    let tokens = shop.exchange(&code).await.json();
    let access_token = text(&tokens, "access_token");
    assert_eq!(shop.userinfo(access_token).await.status, 200);

    assert_invalid_grant(&shop.exchange(&code).await);
    assert_eq!(shop.introspect(access_token).await, json!({"active": false}));
    assert_eq!(shop.introspect(text(&tokens, "refresh_token")).await, json!({"active": false}));
    let refused = shop.userinfo(access_token).await;
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").unwrap().contains("invalid_token"));
    assert_invalid_grant(&shop.refresh(text(&tokens, "refresh_token")).await);
}

/// (A033)
#[tokio::test]
async fn of_many_exchanges_at_once_one_succeeds_a033() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let shops = [shop.clone(), shop.at(server.another_instance().await.1)];
    let rounds = crate::support::rounds(24);
    for _ in 0..rounds {
        let code = shop.code(&mut hanako.browser, &[]).await;
        let tries: Vec<_> = (0..8)
            .map(|index| {
                let (shop, code) = (shops[index % 2].clone(), code.clone());
                tokio::spawn(async move { shop.exchange(&code).await })
            })
            .collect();
        let mut won = 0;
        for one in tries {
            let answer = one.await.unwrap();
            match answer.status.as_u16() {
                200 => won += 1,
                _ => assert_invalid_grant(&answer),
            }
        }
        assert_eq!(won, 1);
    }
}

/// (A034)
#[tokio::test]
async fn another_client_cannot_use_a_code_and_does_not_spoil_it_a034() {
    let server = Server::start().await;
    let (shop, other) = (server.shop().await, server.shop().await);
    let mut hanako = server.person("hanako@example.jp").await;
    let code = shop.code(&mut hanako.browser, &[]).await;

    assert_invalid_grant(&other.exchange(&code).await);
    assert_invalid_grant(&other.exchange_with(&code, &[("code_verifier", &VERIFIER.to_lowercase())]).await);
    assert_eq!(shop.exchange(&code).await.status, 200);
    // Once it is used, another client's try still ends nothing.
    let code = shop.code(&mut hanako.browser, &[]).await;
    let tokens = shop.exchange(&code).await.json();
    assert_invalid_grant(&other.exchange(&code).await);
    assert_eq!(shop.userinfo(text(&tokens, "access_token")).await.status, 200);
}

/// (A035)
#[tokio::test]
async fn each_wrong_condition_alone_and_in_pairs_is_refused_a035() {
    const CONDITIONS: [&str; 7] =
        ["wrong client", "expired", "wrong redirect", "wrong verifier", "used", "account suspended", "client disabled"];
    let server = Server::start().await;
    for (index, first) in CONDITIONS.into_iter().enumerate() {
        for second in &CONDITIONS[index..] {
            let wrong = [first, second];
            let is = |condition: &str| wrong.contains(&condition);
            let (shop, other) = (server.shop().await, server.shop().await);
            let mut hanako = server.person(&format!("{}@example.jp", wrong.join("-").replace(' ', "-"))).await;
            let code = shop.code(&mut hanako.browser, &[]).await;
            if is("used") {
                assert_eq!(shop.exchange(&code).await.status, 200);
            }
            if is("expired") {
                server.clock.advance(seconds(61));
            }
            let mut work = server.work();
            if is("account suspended") {
                service::account::lifecycle::suspend(&mut work, &hanako.sub).await.unwrap();
            }
            work.commit().await.unwrap();
            let sender = if is("wrong client") { &other } else { &shop };
            if is("client disabled") {
                disable(&server, sender).await;
            }
            let verifier = if is("wrong verifier") { VERIFIER.to_lowercase() } else { VERIFIER.to_owned() };
            let redirect_uri = if is("wrong redirect") { "https://shop.example/cb/" } else { shop.callback.as_str() };
            let fields = [("code_verifier", verifier.as_str()), ("redirect_uri", redirect_uri)];
            let answer = sender.exchange_with(&code, &fields).await;
            let expected = if is("client disabled") { (401, "invalid_client") } else { (400, "invalid_grant") };
            assert_eq!(answer.refusal(), (expected.0, expected.1.to_owned()), "{wrong:?}");
        }
    }
}

/// (A036), (A133)
#[tokio::test]
async fn a_code_lives_for_sixty_seconds_a036() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let code = shop.code(&mut hanako.browser, &[]).await;
    server.clock.advance(seconds(59));
    assert_eq!(shop.exchange(&code).await.status, 200);
    let code = shop.code(&mut hanako.browser, &[]).await;
    server.clock.advance(seconds(60));
    assert_invalid_grant(&shop.exchange(&code).await);
}

/// (A037)
#[tokio::test]
async fn the_redirect_uri_comes_again_and_is_the_same_a037() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let code = shop.code(&mut hanako.browser, &[]).await;
    for other in ["", "https://shop.example/cb?", "https://SHOP.example/cb", "https://shop.example/"] {
        assert_invalid_grant(&shop.exchange_with(&code, &[("redirect_uri", other)]).await);
    }
    assert_eq!(shop.exchange(&code).await.status, 200);
}

/// (A041), (A042), (A044)
#[tokio::test]
async fn a_verifier_is_needed_exactly_where_there_was_a_challenge_a041_a042_a044() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let code = shop.code(&mut hanako.browser, &[]).await;
    let long = "a".repeat(129);
    for verifier in ["", &VERIFIER[..42], &long, "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong", "!!!"] {
        assert_invalid_grant(&shop.exchange_with(&code, &[("code_verifier", verifier)]).await);
    }
    assert_eq!(shop.exchange(&code).await.status, 200);

    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = shop.code(&mut hanako.browser, &without).await;
    assert_invalid_grant(&shop.exchange(&code).await);
    assert_eq!(shop.exchange_with(&code, &[("code_verifier", "")]).await.status, 200);
}

/// (A040)
#[tokio::test]
async fn nothing_secret_is_kept_in_the_clear_a040() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let code = shop.code(&mut hanako.browser, &[]).await;
    let tokens = shop.exchange(&code).await.json();
    let again = shop.refresh(text(&tokens, "refresh_token")).await.json();
    let session = hanako.browser.cookies["hosho_session"].clone();
    let dump = server.dump().await;
    assert!(dump.contains("hanako@example.jp"), "the dump holds the data");
    let mut secrets = vec![code, session, shop.secret.clone().unwrap()];
    for tokens in [&tokens, &again] {
        secrets.extend(["access_token", "id_token", "refresh_token"].map(|name| text(tokens, name).to_owned()));
        secrets.push(text(tokens, "refresh_token").rsplit('.').next().unwrap().to_owned());
    }
    for secret in secrets {
        assert!(!dump.contains(&secret), "{secret} is in the database");
    }
}

fn assert_invalid_grant(answer: &Answer) {
    assert_eq!(answer.refusal(), (400, "invalid_grant".to_owned()), "{}", answer.text);
}

async fn disable(server: &Server, client: &Shop) {
    let mut work = server.work();
    service::oidc::client::disable(&mut work, &ClientId::from(client.id.as_str())).await.unwrap();
    work.commit().await.unwrap();
}
