//! Tokens that count only with a key: proofs at the token endpoint and at every resource of our own. RFC 9449.
//! A055, A095 to A101.

use hosho::base::Timestamp;
use hosho::base::digest::fingerprint;
use hosho::base::time::{minutes, seconds};
use serde_json::{Value, json};

use crate::support::{Answer, ISSUER, Server, Shop, TestKey, VERIFIER, asserting, claims, rounds, text};

const GRANT: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "products")];
const MACHINE: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "management")];

/// Send a form with a proof.
async fn post(shop: &Shop, path: &str, fields: &[(&str, &str)], proof: &str) -> Answer {
    shop.post_with(path, fields, &[("dpop", proof)]).await
}

/// Ask a resource with a token and a proof.
async fn get(shop: &Shop, path: &str, token: &str, proof: &str) -> Answer {
    shop.fetch(path, &[("authorization", &format!("DPoP {token}")), ("dpop", proof)]).await
}

/// An application that cannot keep a secret, and its tokens for whoever is signed in, bound to a key.
async fn public_tokens(server: &Server, key: &TestKey) -> (Shop, Value) {
    let metadata =
        json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"]});
    let shop = server.shop_with(metadata).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = tokens(&shop, &mut hanako.browser, key, server.clock.now()).await;
    (shop, tokens)
}

async fn tokens(shop: &Shop, browser: &mut crate::support::Browser, key: &TestKey, now: Timestamp) -> Value {
    let code = shop.code(browser, &[("scope", "openid products")]).await;
    let answer = exchange(shop, &code, &key.proof("POST", "/token", now)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn exchange(shop: &Shop, code: &str, proof: &str) -> Answer {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &shop.callback),
        ("code_verifier", VERIFIER),
    ];
    post(shop, "/token", &fields, proof).await
}

fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// conformance: fapi2-security-profile-final-happy-flow
#[tokio::test]
async fn whoever_proves_a_key_gets_tokens_that_count_with_it_alone() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let shop = server.shop().await;
    for key in [TestKey::es256(), TestKey::eddsa(), TestKey::ps256()] {
        let now = server.clock.now();
        let tokens = tokens(&shop, &mut hanako.browser, &key, now).await;
        assert_eq!(text(&tokens, "token_type"), "DPoP");
        let token = text(&tokens, "access_token");
        assert_eq!(claims(token)["cnf"], json!({"jkt": key.jkt()}), "{}", key.alg);
        for path in ["/userinfo", "/registry/v1/me/units"] {
            let answer = get(&shop, path, token, &key.proof_of("GET", path, now, token)).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        }
        let lower =
            [("authorization", format!("dpop {token}")), ("DPOP", key.proof_of("GET", "/userinfo", now, token))];
        let lower: Vec<(&str, &str)> = lower.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(shop.fetch("/userinfo", &lower).await.status, 200, "schemes and headers do not care about case");
    }
    // Without a proof nothing changes for a client that does not ask for more.
    let bearer = shop.tokens(&mut hanako.browser, "openid").await;
    assert_eq!(text(&bearer, "token_type"), "Bearer");
    assert!(claims(text(&bearer, "access_token")).get("cnf").is_none());
}

#[tokio::test]
async fn every_api_of_ours_asks_for_the_key_a098() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let (shop, tokens) = public_tokens(&server, &key).await;
    let machine = server
        .shop_with(json!({
            "grant_types": ["client_credentials"], "scope": "management", "hosho_roles": ["admin"],
            "redirect_uris": [], "response_types": [],
        }))
        .await;
    let now = server.clock.now();
    let managing = post(&machine, "/token", &MACHINE, &key.proof("POST", "/token", now)).await.json();
    let (personal, managing) = (text(&tokens, "access_token"), text(&managing, "access_token"));
    for (path, token) in [
        ("/userinfo", personal),
        ("/registry/v1/me/units", personal),
        ("/api/v1/clients", managing),
        ("/api/v1/audit", managing),
    ] {
        let good = key.proof_of("GET", path, now, token);
        assert_eq!(get(&shop, path, token, &good).await.status, 200, "{path}");
        let (bearer, dpop) = (format!("Bearer {token}"), format!("DPoP {token}"));
        let stranger = TestKey::es256().proof_of("GET", path, now, token);
        let fresh = key.proof_of("GET", path, now, token);
        for headers in [
            vec![("authorization", bearer.as_str())],
            vec![("authorization", &bearer), ("dpop", &fresh)],
            vec![("authorization", &dpop)],
            vec![("authorization", &dpop), ("dpop", &stranger)],
            vec![("authorization", &dpop), ("dpop", &good)],
            vec![("authorization", &dpop), ("dpop", "x")],
        ] {
            let answer = shop.fetch(path, &headers).await;
            assert_eq!(answer.status, 401, "{path} {headers:?}");
            let challenge = answer.header("www-authenticate").unwrap();
            assert!(challenge.starts_with("DPoP ") && challenge.contains("algs=\"ES256 PS256 EdDSA\""), "{challenge}");
            assert!(challenge.contains("error=\"invalid_"), "{challenge}");
        }
        let nothing = shop.fetch(path, &[]).await;
        let challenge = nothing.header("www-authenticate").unwrap();
        assert!(nothing.status == 401 && challenge.contains("Bearer ") && challenge.contains("DPoP "), "{challenge}");
    }
    let form = shop.send("/userinfo", &[("access_token", personal)], &[]).await;
    assert_eq!(form.status, 401, "a token in the body is a bearer token");
    // A token that is bound to nothing is not sent as if it were.
    let mut hanako = server.person("hanako2@example.jp").await;
    let bearer = shop.tokens(&mut hanako.browser, "openid").await;
    let token = text(&bearer, "access_token");
    assert_eq!(get(&shop, "/userinfo", token, &key.proof_of("GET", "/userinfo", now, token)).await.status, 401);
    assert_eq!(shop.userinfo(token).await.status, 200);
}

/// What differs in the claims and in the header of a proof, for each way of being wrong.
fn wrong(key: &TestKey, now: Timestamp) -> Vec<(Value, Value)> {
    let mut private = key.jwk();
    private["d"] = json!("AAAA");
    vec![
        (json!({"jti": null}), json!({})),
        (json!({"htm": null}), json!({})),
        (json!({"htu": null}), json!({})),
        (json!({"iat": null}), json!({})),
        (json!({"htm": "PUT"}), json!({})),
        (json!({"htu": format!("{ISSUER}/other")}), json!({})),
        (json!({"htu": "https://evil.tld/token"}), json!({})),
        (json!({"htu": [format!("{ISSUER}/token")]}), json!({})),
        (json!({"iat": now.seconds() + 3600}), json!({})),
        (json!({"iat": now.seconds() - 3600}), json!({})),
        (json!({"exp": now.seconds() - 1}), json!({})),
        (json!({"nbf": now.seconds() + 3600}), json!({})),
        (json!({}), json!({"typ": null})),
        (json!({}), json!({"typ": "JWT"})),
        (json!({}), json!({"alg": null})),
        (json!({}), json!({"alg": "none"})),
        (json!({}), json!({"alg": "HS256"})),
        (json!({}), json!({"alg": "RS256"})),
        (json!({}), json!({"jwk": null})),
        (json!({}), json!({"jwk": private})),
        (json!({}), json!({"jwk": TestKey::es256().jwk()})),
    ]
}

/// conformance: fapi2-security-profile-final-dpop-negative-tests
#[tokio::test]
async fn a_proof_with_one_wrong_member_is_none_at_the_token_endpoint_a095_a096() {
    let server = Server::start().await;
    let (shop, key) = (server.shop().await, TestKey::es256());
    let now = server.clock.now();
    for (claims, header) in wrong(&key, now) {
        let answer = post(&shop, "/token", &GRANT, &key.proof_with("POST", "/token", now, &claims, &header)).await;
        assert_eq!(answer.refusal(), refusal(400, "invalid_dpop_proof"), "{claims} {header}");
    }
    let good = || key.proof("POST", "/token", now);
    let header = shop.secret.as_ref().map(|secret| crate::support::basic(&shop.id, secret)).unwrap();
    let two = [("authorization", header.as_str()), ("dpop", &good()), ("dpop", &good())];
    assert_eq!(shop.send("/token", &GRANT, &two).await.refusal(), refusal(400, "invalid_dpop_proof"));
    for proof in ["", "x", "a.b.c", &"x".repeat(20_000)] {
        assert_eq!(post(&shop, "/token", &GRANT, proof).await.refusal(), refusal(400, "invalid_dpop_proof"), "{proof}");
    }
    for claims in [
        json!({"iat": now.seconds() + 10}),
        json!({"iat": now.seconds() - 10}),
        json!({"nbf": now.seconds(), "exp": now.seconds() + 300}),
        json!({"htu": format!("{ISSUER}/token?code=1#x")}),
        json!({"htu": "HTTP://LOCALHOST:8080/%74oken"}),
        json!({"more": {"than": ["anybody", "asked"]}}),
    ] {
        let proof = key.proof_with("POST", "/token", now, &claims, &json!({"more": 1}));
        assert_eq!(post(&shop, "/token", &GRANT, &proof).await.status, 200, "{claims}");
    }
}

/// conformance: fapi2-security-profile-final-dpop-negative-tests
#[tokio::test]
async fn a_proof_with_one_wrong_member_opens_no_resource_a095_a096() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let (shop, tokens) = public_tokens(&server, &key).await;
    let (now, token) = (server.clock.now(), text(&tokens, "access_token"));
    let ath = fingerprint(token);
    for (claims, header) in wrong(&key, now) {
        let mut with = claims.clone();
        with["ath"] = json!(ath);
        let answer = get(&shop, "/userinfo", token, &key.proof_with("GET", "/userinfo", now, &with, &header)).await;
        assert_eq!(answer.refusal(), refusal(401, "invalid_dpop_proof"), "{claims} {header}");
    }
    for ath in [json!(null), json!("x"), json!(fingerprint("another token")), json!(1)] {
        let proof = key.proof_with("GET", "/userinfo", now, &json!({"ath": ath}), &json!({}));
        assert_eq!(get(&shop, "/userinfo", token, &proof).await.refusal(), refusal(401, "invalid_dpop_proof"), "{ath}");
    }
    let good = || key.proof_of("GET", "/userinfo", now, token);
    let scheme = format!("DPoP {token}");
    let two = [("authorization", scheme.as_str()), ("dpop", &good()), ("dpop", &good())];
    assert_eq!(shop.fetch("/userinfo", &two).await.refusal(), refusal(401, "invalid_dpop_proof"));
    let query = key.proof_of("GET", "/userinfo?a=b", now, token);
    assert_eq!(get(&shop, "/userinfo?c=d", token, &query).await.status, 200, "the query does not count");
}

#[tokio::test]
async fn a_proof_counts_once_on_all_instances_a097() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let (shop, tokens) = public_tokens(&server, &key).await;
    let (_, site) = server.another_instance().await;
    let there = shop.at(site.clone());
    let (now, token) = (server.clock.now(), text(&tokens, "access_token"));
    let proof = key.proof_of("GET", "/userinfo", now, token);
    assert_eq!(get(&shop, "/userinfo", token, &proof).await.status, 200);
    for shop in [&shop, &there] {
        assert_eq!(get(shop, "/userinfo", token, &proof).await.refusal(), refusal(401, "invalid_dpop_proof"));
    }
    for _ in 0..rounds(5) {
        let proof = key.proof_of("GET", "/userinfo", now, token);
        let all = (0..8).map(|number| get(if number % 2 == 0 { &shop } else { &there }, "/userinfo", token, &proof));
        let answers = futures_util::future::join_all(all).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 401));
    }

    let machine = server.shop().await;
    let (proof, elsewhere) = (key.proof("POST", "/token", now), machine.at(site));
    assert_eq!(post(&machine, "/token", &[("grant_type", "password")], &proof).await.status, 400);
    for machine in [&machine, &elsewhere] {
        let answer = post(machine, "/token", &GRANT, &proof).await;
        assert_eq!(answer.refusal(), refusal(400, "invalid_dpop_proof"), "used up by a request that failed");
    }
    // It is remembered for as long as it would be taken.
    let late = key.proof_with("POST", "/token", now, &json!({"iat": now.seconds() + 60}), &json!({}));
    assert_eq!(post(&machine, "/token", &GRANT, &late).await.status, 200);
    for passed in [seconds(60), seconds(60), minutes(10)] {
        server.clock.advance(passed);
        hosho::jobs::remove_what_expired(&server.app).await.unwrap();
        assert_eq!(post(&machine, "/token", &GRANT, &late).await.refusal(), refusal(400, "invalid_dpop_proof"));
    }
}

/// SQL remembers, not Redis and not the memory of a process.
#[tokio::test]
async fn a_proof_counts_once_whatever_else_is_forgotten_a097() {
    let server = Server::forgetful().await;
    let key = TestKey::es256();
    let (shop, tokens) = public_tokens(&server, &key).await;
    let machine = server.shop().await;
    let (now, token) = (server.clock.now(), text(&tokens, "access_token"));
    let (shown, sent) = (key.proof_of("GET", "/userinfo", now, token), key.proof("POST", "/token", now));
    assert_eq!(get(&shop, "/userinfo", token, &shown).await.status, 200);
    assert_eq!(post(&machine, "/token", &GRANT, &sent).await.status, 200);
    let site = server.forget().await;
    for (shop, machine) in [(&shop.at(site.clone()), &machine.at(site)), (&shop, &machine)] {
        assert_eq!(get(shop, "/userinfo", token, &shown).await.refusal(), refusal(401, "invalid_dpop_proof"));
        assert_eq!(post(machine, "/token", &GRANT, &sent).await.refusal(), refusal(400, "invalid_dpop_proof"));
    }
}

/// A refresh token that nothing but a key protects needs that key, and who has no key ends nothing with it.
#[tokio::test]
async fn the_refresh_token_of_a_public_client_needs_its_key_a055_a099() {
    let server = Server::start().await;
    let (key, other) = (TestKey::es256(), TestKey::es256());
    let (shop, tokens) = public_tokens(&server, &key).await;
    let refresh = async |shop: &Shop, token: &str, key: &TestKey| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        post(shop, "/token", &fields, &key.proof("POST", "/token", server.clock.now())).await
    };
    let first = text(&tokens, "refresh_token");
    assert_eq!(refresh(&shop, first, &other).await.refusal(), refusal(400, "invalid_grant"));
    assert_eq!(shop.refresh(first).await.refusal(), refusal(400, "invalid_grant"));
    let second = refresh(&shop, first, &key).await;
    assert_eq!(second.status, 200, "{}", second.text);
    let second = second.json();
    assert_eq!(claims(text(&second, "access_token"))["cnf"], json!({"jkt": key.jkt()}));
    assert_eq!(refresh(&shop, text(&second, "refresh_token"), &other).await.refusal().1, "invalid_grant");
    let mut work = server.work();
    let entries = hosho::store::admin::audit::list_after(work.tx(), 0, 100).await.unwrap();
    let notes = entries.iter().filter(|entry| entry.name == "refresh_token.without_its_key");
    assert_eq!(notes.count(), 3, "each try is noted");
}

/// conformance: fapi2-security-profile-final-refresh-token
#[tokio::test]
async fn a_client_that_authenticates_may_take_a_new_key() {
    let server = Server::start().await;
    let (key, new) = (TestKey::es256(), TestKey::eddsa());
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let tokens = tokens(&shop, &mut hanako.browser, &key, server.clock.now()).await;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&tokens, "refresh_token"))];
    let answer = post(&shop, "/token", &fields, &new.proof("POST", "/token", server.clock.now())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(claims(text(&answer.json(), "access_token"))["cnf"], json!({"jkt": new.jkt()}));
}

/// conformance: fapi2-security-profile-final-ensure-holder-of-key-required
#[tokio::test]
async fn a_client_of_bound_tokens_gets_no_others() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let (now, signing) = (server.clock.now(), TestKey::es256());
    let strict = server.shop_with(json!({"dpop_bound_access_tokens": true})).await;
    assert_eq!(strict.post("/token", &GRANT).await.refusal(), refusal(400, "invalid_request"));
    let answer = post(&strict, "/token", &GRANT, &key.proof("POST", "/token", now)).await;
    assert_eq!((answer.status.as_u16(), text(&answer.json(), "token_type")), (200, "DPoP"));

    let fapi = server
        .shop_with(json!({
            "hosho_profile": "fapi2", "token_endpoint_auth_method": "private_key_jwt", "jwks": signing.jwks(),
            "dpop_bound_access_tokens": true, "grant_types": ["authorization_code", "client_credentials"],
        }))
        .await;
    for (proof, status) in [(None, 400), (Some(key.proof("POST", "/token", now)), 200)] {
        let assertion = signing.assertion(&fapi.id, now, &json!({}));
        let headers: Vec<(&str, &str)> = proof.iter().map(|proof| ("dpop", proof.as_str())).collect();
        let answer = fapi.send("/token", &[&GRANT[..], &asserting(&assertion)].concat(), &headers).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    // Assertion and proof are used up together, and neither spares the other.
    let (assertion, proof) = (signing.assertion(&fapi.id, now, &json!({})), key.proof("POST", "/token", now));
    let bad = key.proof("GET", "/token", now);
    let send = async |assertion: &str, proof: &str| {
        fapi.send("/token", &[&GRANT[..], &asserting(assertion)].concat(), &[("dpop", proof)]).await.refusal()
    };
    assert_eq!(send(&assertion, &bad).await, refusal(400, "invalid_dpop_proof"));
    assert_eq!(send(&assertion, &proof).await, refusal(401, "invalid_client"));
    let next = signing.assertion(&fapi.id, now, &json!({}));
    assert_eq!(send(&next, &proof).await, refusal(400, "invalid_dpop_proof"));
}

/// Where its client authenticates and its tokens are bound, a refresh token stays: a lost answer locks nobody out.
/// conformance: fapi2-security-profile-final-refresh-token
#[tokio::test]
async fn refresh_tokens_of_fapi_clients_are_not_rotated() {
    let server = Server::start().await;
    let (key, signing) = (TestKey::es256(), TestKey::es256());
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let tokens = tokens(&shop, &mut hanako.browser, &key, server.clock.now()).await;
    let token = text(&tokens, "refresh_token").to_owned();
    // The rules of a client are those of its profile now.
    let metadata = json!({
        "redirect_uris": [shop.callback], "hosho_profile": "fapi2", "token_endpoint_auth_method": "private_key_jwt",
        "jwks": signing.jwks(), "dpop_bound_access_tokens": true, "grant_types": ["authorization_code", "refresh_token"],
    });
    let mut work = server.work();
    hosho::service::oidc::client::update(&mut work, &shop.id.as_str().into(), &metadata.to_string()).await.unwrap();
    work.commit().await.unwrap();
    for _ in 0..4 {
        let (assertion, proof) = (
            signing.assertion(&shop.id, server.clock.now(), &json!({})),
            key.proof("POST", "/token", server.clock.now()),
        );
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let answer = shop.send("/token", &[&fields[..], &asserting(&assertion)].concat(), &[("dpop", &proof)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(text(&answer.json(), "refresh_token"), token);
        server.clock.advance(minutes(1));
    }
}

#[tokio::test]
async fn nonces_are_asked_for_where_the_operator_wants_them_on_all_instances_a100() {
    let asked = [("HOSHO_PROTOCOL_DPOP_NONCE", "true")];
    let server = Server::start_with(&asked).await;
    let (key, shop) = (TestKey::es256(), server.shop().await);
    let (_, site) = server.another_instance_with(&asked).await;
    let there = shop.at(site);
    let now = || server.clock.now();
    let with = |method: &str, path: &str, claims: Value| key.proof_with(method, path, now(), &claims, &json!({}));

    let first = post(&shop, "/token", &GRANT, &with("POST", "/token", json!({}))).await;
    assert_eq!(first.refusal(), refusal(400, "use_dpop_nonce"));
    let nonce = first.header("dpop-nonce").unwrap().to_owned();
    for unknown in [json!("x"), json!("")] {
        let answer = post(&shop, "/token", &GRANT, &with("POST", "/token", json!({"nonce": unknown}))).await;
        assert_eq!(answer.refusal(), refusal(400, "use_dpop_nonce"));
        assert_eq!(answer.header("dpop-nonce"), Some(nonce.as_str()));
    }
    for shop in [&shop, &there] {
        let answer = post(shop, "/token", &GRANT, &with("POST", "/token", json!({"nonce": nonce}))).await;
        assert_eq!((answer.status.as_u16(), answer.header("dpop-nonce")), (200, Some(nonce.as_str())));
    }
    let mut hanako = server.person("hanako@example.jp").await;
    let code = shop.code(&mut hanako.browser, &[]).await;
    let tokens = exchange(&shop, &code, &with("POST", "/token", json!({"nonce": nonce}))).await.json();
    let token = text(&tokens, "access_token");
    let ath = fingerprint(token);
    let missing = get(&shop, "/userinfo", token, &with("GET", "/userinfo", json!({"ath": ath}))).await;
    assert_eq!(
        (missing.refusal(), missing.header("dpop-nonce")),
        (refusal(401, "use_dpop_nonce"), Some(nonce.as_str()))
    );
    assert!(missing.header("www-authenticate").unwrap().contains("DPoP realm=\"hosho\""));
    let answer = get(&there, "/userinfo", token, &with("GET", "/userinfo", json!({"ath": ath, "nonce": nonce}))).await;
    assert_eq!(answer.status, 200);
    let api = get(&there, "/api/v1/clients", token, &with("GET", "/api/v1/clients", json!({"ath": ath}))).await;
    assert!(api.status == 401 && api.header("dpop-nonce").is_some());

    server.clock.advance(minutes(4));
    let stale = post(&shop, "/token", &GRANT, &with("POST", "/token", json!({"nonce": nonce}))).await;
    assert_eq!(stale.refusal(), refusal(400, "use_dpop_nonce"));
    assert_ne!(stale.header("dpop-nonce"), Some(nonce.as_str()));
    assert!(shop.post("/token", &GRANT).await.header("dpop-nonce").is_none(), "who proves nothing is told nothing");
}

#[tokio::test]
async fn the_address_of_a_proof_is_not_taken_from_headers_a101() {
    let server = Server::start_with(&[("HOSHO_SERVER_TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let (key, shop) = (TestKey::es256(), server.shop().await);
    let evil = json!({"htu": "https://evil.tld/token"});
    for headers in [
        vec![("host", "evil.tld")],
        vec![("x-forwarded-host", "evil.tld"), ("x-forwarded-proto", "https")],
        vec![("forwarded", "host=evil.tld;proto=https")],
    ] {
        let proof = key.proof_with("POST", "/token", server.clock.now(), &evil, &json!({}));
        let answer = shop.post_with("/token", &GRANT, &[&headers[..], &[("dpop", &proof)]].concat()).await;
        assert_eq!(answer.status, 400, "{headers:?}");
        let proof = key.proof("POST", "/token", server.clock.now());
        let answer = shop.post_with("/token", &GRANT, &[&headers[1..], &[("dpop", &proof)]].concat()).await;
        assert_eq!(answer.status, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn pages_of_applications_may_prove_keys_too() {
    let server = Server::start_with(&[("HOSHO_PROTOCOL_DPOP_NONCE", "true")]).await;
    let (key, shop) = (TestKey::es256(), server.shop().await);
    let origin = ("origin", "https://shop.example");
    let proof = key.proof("POST", "/token", server.clock.now());
    let answer = shop.post_with("/token", &GRANT, &[origin, ("dpop", &proof)]).await;
    assert_eq!(answer.refusal(), refusal(400, "use_dpop_nonce"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("WWW-Authenticate, DPoP-Nonce"));
    let nonce = answer.header("dpop-nonce").unwrap().to_owned();
    let mut hanako = server.person("hanako@example.jp").await;
    let code = shop.code(&mut hanako.browser, &[]).await;
    let proof = key.proof_with("POST", "/token", server.clock.now(), &json!({"nonce": nonce}), &json!({}));
    let tokens = exchange(&shop, &code, &proof).await.json();
    let token = text(&tokens, "access_token");
    let proof = key.proof_of("GET", "/userinfo", server.clock.now(), token);
    let scheme = format!("DPoP {token}");
    let refused = shop.fetch("/userinfo", &[origin, ("authorization", &scheme), ("dpop", &proof)]).await;
    assert_eq!(refused.refusal(), refusal(401, "use_dpop_nonce"));
    assert_eq!(refused.header("access-control-allow-origin"), Some("https://shop.example"));
    let request = http::Request::options("/token").header("origin", "https://shop.example");
    let preflight = server.browser().send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert!(preflight.header("access-control-allow-headers").unwrap().contains("DPoP"));
}

#[tokio::test]
async fn discovery_says_how_proofs_may_be_signed() {
    let server = Server::start().await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    assert_eq!(document["dpop_signing_alg_values_supported"], json!(["ES256", "PS256", "EdDSA", "Ed25519"]));
}
