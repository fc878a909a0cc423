//! Rotation of refresh tokens. RFC 6749 §6, RFC 9700 §4.14.2; A049, A051–A058 of the attack list.

use hosho::base::id::ClientId;
use hosho::base::time::{days, hours, seconds};
use hosho::domain::account::closure::ClosedBy;
use hosho::service;
use serde_json::json;

use crate::support::{Answer, Server, Shop, claims, text};

const OFFLINE: &[(&str, &str)] = &[("scope", "openid email offline_access"), ("prompt", "consent")];

#[tokio::test]
async fn each_refresh_gives_fresh_tokens_of_the_same_sign_in() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let first = shop.tokens(&mut hanako.browser, "openid email").await;
    server.clock.advance(seconds(60));
    let second = shop.refresh(text(&first, "refresh_token")).await;
    assert_eq!((second.status.as_u16(), second.header("cache-control")), (200, Some("no-store")));
    let second = second.json();

    let (old, new) = (claims(text(&first, "id_token")), claims(text(&second, "id_token")));
    for name in ["iss", "sub", "aud", "auth_time", "acr", "sid"] {
        assert_eq!(old[name], new[name], "{name}");
    }
    assert_eq!(new["iat"].as_i64().unwrap() - old["iat"].as_i64().unwrap(), 60);
    assert!(new.get("nonce").is_none(), "the nonce belongs to the first answer");
    assert_ne!(text(&first, "refresh_token"), text(&second, "refresh_token"));
    assert_ne!(text(&first, "access_token"), text(&second, "access_token"));
    let visible = |c: char| matches!(c, ' '..='~');
    assert!(text(&second, "refresh_token").chars().all(visible));
}

/// (A051)
#[tokio::test]
async fn a_token_used_before_ends_the_whole_family_a051() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    // Once because its successor was used, once because the grace is over.
    for use_successor in [true, false] {
        let first = shop.tokens(&mut hanako.browser, "openid").await;
        let second = shop.refresh(text(&first, "refresh_token")).await.json();
        let mut last = second.clone();
        if use_successor {
            last = shop.refresh(text(&second, "refresh_token")).await.json();
        } else {
            server.clock.advance(seconds(10));
        }
        assert_invalid_grant(&shop.refresh(text(&first, "refresh_token")).await);
        assert_invalid_grant(&shop.refresh(text(&last, "refresh_token")).await);
        assert_eq!(shop.introspect(text(&last, "access_token")).await, json!({"active": false}));
        assert_eq!(shop.userinfo(text(&first, "access_token")).await.status, 401);
    }
    assert!(server.dump().await.contains("refresh_token.reused"), "whoever watches can see it");
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_a058() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let first = shop.tokens(&mut hanako.browser, "openid").await;
    let second = shop.refresh(text(&first, "refresh_token")).await.json();
    server.clock.advance(seconds(9));
    let again = shop.refresh(text(&first, "refresh_token")).await.json();
    assert_eq!(text(&again, "refresh_token"), text(&second, "refresh_token"));
    assert_eq!(shop.refresh(text(&again, "refresh_token")).await.status, 200);
}

/// (A052)
#[tokio::test]
async fn at_once_all_get_the_same_successor_at_every_instance_a052() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let shops = [shop.clone(), shop.at(server.another_instance().await.1)];
    let rounds = crate::support::rounds(24);
    let mut token = text(&shop.tokens(&mut hanako.browser, "openid").await, "refresh_token").to_owned();
    for _ in 0..rounds {
        let tries: Vec<_> = (0..8)
            .map(|index| {
                let (shop, token) = (shops[index % shops.len()].clone(), token.clone());
                tokio::spawn(async move { shop.refresh(&token).await })
            })
            .collect();
        let mut successors = Vec::new();
        for one in tries {
            let answer = one.await.unwrap();
            assert_eq!(answer.status, 200, "{}", answer.text);
            successors.push(text(&answer.json(), "refresh_token").to_owned());
        }
        successors.dedup();
        assert_eq!(successors.len(), 1, "a fork: {successors:?}");
        token = successors.remove(0);
    }
}

/// (A053)
#[tokio::test]
async fn within_one_second_only_the_immediate_predecessor_is_spared_a053() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    for older in 0..3 {
        let mut family = vec![text(&shop.tokens(&mut hanako.browser, "openid").await, "refresh_token").to_owned()];
        for _ in 0..3 {
            let next = shop.refresh(family.last().unwrap()).await.json();
            family.push(text(&next, "refresh_token").to_owned());
        }
        let answer = shop.refresh(&family[older]).await;
        if older == 2 {
            assert_eq!(text(&answer.json(), "refresh_token"), family[3]);
            assert_eq!(shop.refresh(&family[3]).await.status, 200);
        } else {
            assert_invalid_grant(&answer);
            assert_invalid_grant(&shop.refresh(&family[3]).await);
        }
    }
}

#[tokio::test]
async fn another_client_cannot_use_it_and_does_not_spoil_it_a055() {
    let server = Server::start().await;
    let (shop, other) = (server.shop().await, server.shop().await);
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid").await;
    assert_invalid_grant(&other.refresh(text(&tokens, "refresh_token")).await);
    assert_eq!(shop.refresh(text(&tokens, "refresh_token")).await.status, 200);
    assert!(server.dump().await.contains("refresh_token.of_another_client"), "whoever watches can see it");
}

/// (A049)
#[tokio::test]
async fn scope_becomes_narrower_for_one_token_and_never_wider_a049() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let tokens = shop.tokens(&mut hanako.browser, "openid email").await;
    let refresh = text(&tokens, "refresh_token");
    let asked = |scope| [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", scope)];
    for wider in ["openid profile", "openid email products", "management", "bogus", "a\"b"] {
        let answer = shop.post("/token", &asked(wider)).await;
        assert_eq!(answer.refusal(), (400, "invalid_scope".to_owned()), "{wider}");
    }
    let narrow = shop.post("/token", &asked("openid")).await.json();
    assert_eq!(text(&narrow, "scope"), "openid");
    let next = shop.refresh(text(&narrow, "refresh_token")).await.json();
    assert_eq!(text(&next, "scope"), "openid email", "what was granted stays granted");
}

#[tokio::test]
async fn a_family_ends_when_unused_in_any_case_and_with_its_session_unless_offline_a056() {
    let server = Server::start_with(&[
        ("HOSHO_TOKEN_REFRESH_IDLE", "10d"),
        ("HOSHO_TOKEN_REFRESH_ABSOLUTE", "15d"),
        ("HOSHO_SESSION_IDLE", "2h"),
    ])
    .await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let offline = async |browser: &mut crate::support::Browser| {
        let code = shop.code(browser, OFFLINE).await;
        text(&shop.exchange(&code).await.json(), "refresh_token").to_owned()
    };
    let online = shop.tokens(&mut hanako.browser, "openid").await;
    let (unused, used) = (offline(&mut hanako.browser).await, offline(&mut hanako.browser).await);

    server.clock.advance(hours(2));
    assert_invalid_grant(&shop.refresh(text(&online, "refresh_token")).await);
    server.clock.advance(days(9));
    let used = text(&shop.refresh(&used).await.json(), "refresh_token").to_owned();
    server.clock.advance(days(1));
    assert_invalid_grant(&shop.refresh(&unused).await);
    server.clock.advance(days(5));
    assert_invalid_grant(&shop.refresh(&used).await);
}

/// (A057)
#[tokio::test]
async fn every_switch_that_stops_a_person_or_a_client_stops_refreshing_a057() {
    let server = Server::start().await;
    let (_app, site) = server.another_instance().await;
    let switches = ["signed out everywhere", "suspended", "closed", "consent taken back", "scope taken", "client off"];
    for (index, switch) in switches.into_iter().enumerate() {
        let (shop, mut hanako) = (server.shop().await, server.person(&format!("hanako{index}@example.jp")).await);
        let code = shop.code(&mut hanako.browser, OFFLINE).await;
        let tokens = shop.exchange(&code).await.json();
        let there = shop.at(site.clone());
        assert_eq!(there.introspect(text(&tokens, "refresh_token")).await["active"], true, "it knows the client");
        server.clock.advance(seconds(1));
        pull(&server, switch, &shop, &hanako.sub).await;

        for (shop, is_here) in [(&shop, true), (&there, false)] {
            if !is_here && switch == "scope taken" {
                // What is registered of a client is seen elsewhere by then, with Redis or without.
                server.clock.advance(seconds(5));
            }
            let answer = shop.refresh(text(&tokens, "refresh_token")).await;
            // Until the other instance has heard that a client is off, what it holds is revoked all the same.
            let refused = [(400, "invalid_grant".to_owned()), (401, "invalid_client".to_owned())];
            let expected =
                if switch == "client off" { if is_here { &refused[1..] } else { &refused } } else { &refused[..1] };
            assert!(expected.contains(&answer.refusal()), "{switch} {is_here}: {}", answer.text);
            if switch != "scope taken" {
                assert_eq!(shop.userinfo(text(&tokens, "access_token")).await.status, 401, "{switch}");
            }
        }
    }
}

/// Once somebody was told that the token is revoked, nothing that came of it at that moment counts either.
#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_at_the_moment_of_a_revocation_leaves_nothing_behind_a054() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let shops = [shop.clone(), shop.at(server.another_instance().await.1)];
    for round in 0..crate::support::rounds(24) {
        let tokens = shop.tokens(&mut hanako.browser, "openid").await;
        let token = text(&tokens, "refresh_token").to_owned();
        let refreshing: Vec<_> = (0..6)
            .map(|index| {
                let (shop, token) = (shops[index % 2].clone(), token.clone());
                tokio::spawn(async move { shop.refresh(&token).await })
            })
            .collect();
        let revoker = &shops[usize::from(round % 2 == 0)];
        assert_eq!(revoker.post("/revoke", &[("token", &token)]).await.status, 200);
        let mut left = vec![token];
        for one in refreshing {
            let answer = one.await.unwrap();
            match answer.status.as_u16() {
                200 => left.push(text(&answer.json(), "refresh_token").to_owned()),
                _ => assert_invalid_grant(&answer),
            }
            if answer.status == 200 {
                let access = text(&answer.json(), "access_token").to_owned();
                for shop in &shops {
                    assert_eq!(shop.userinfo(&access).await.status, 401);
                    assert_eq!(shop.introspect(&access).await, json!({"active": false}));
                }
            }
        }
        for (token, shop) in left.iter().flat_map(|token| shops.iter().map(move |shop| (token, shop))) {
            assert_invalid_grant(&shop.refresh(token).await);
        }
    }
}

async fn pull(server: &Server, switch: &str, shop: &Shop, sub: &hosho::base::id::Subject) {
    let client = ClientId::from(shop.id.as_str());
    let mut work = server.work();
    match switch {
        "signed out everywhere" => service::auth::session::sign_out_everywhere(&mut work, sub).await.unwrap(),
        "suspended" => drop(service::account::lifecycle::suspend(&mut work, sub).await.unwrap()),
        "closed" => drop(service::account::closing::close(&mut work, sub, ClosedBy::Owner, None).await.unwrap()),
        "consent taken back" => service::oidc::consent::revoke(&mut work, sub, &client).await.unwrap(),
        "scope taken" => {
            let metadata = json!({
                "redirect_uris": [shop.callback], "scope": "openid offline_access", "hosho_first_party": true,
                "grant_types": ["authorization_code", "refresh_token"], "id_token_signed_response_alg": "ES256",
            });
            drop(service::oidc::client::update(&mut work, &client, &metadata.to_string()).await.unwrap());
        }
        "client off" => drop(service::oidc::client::disable(&mut work, &client).await.unwrap()),
        other => panic!("no such switch: {other}"),
    }
    work.commit().await.unwrap();
}

fn assert_invalid_grant(answer: &Answer) {
    assert_eq!(answer.refusal(), (400, "invalid_grant".to_owned()), "{}", answer.text);
}
