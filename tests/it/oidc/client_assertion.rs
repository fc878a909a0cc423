//! Clients that prove themselves with a signed assertion: `private_key_jwt` and `client_secret_jwt`.
//! RFC 7523 §3, OpenID Connect Core §9, FAPI 2.0 Security Profile §5.3.2.1. A045, A074, A083 to A086.

use hosho::base::time::{hours, minutes, seconds};
use hosho::gateway::fetch::scripted::Reply;
use hosho::service::oidc::client;
use serde_json::{Value, json};

use crate::support::{ASSERTION_TYPE, Answer, ISSUER, Server, Shop, TestKey, asserting, basic, differing, rounds};

const GRANT: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "products")];

/// A shop that signs with this key.
async fn signing(server: &Server, key: &TestKey, differences: Value) -> Shop {
    let usual = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks()});
    server.shop_with(differing(usual, &differences)).await
}

/// A shop under FAPI rules. It is asked at the revocation endpoint, which answers 200 to whoever it knows.
async fn strict(server: &Server, key: &TestKey) -> Shop {
    let metadata = json!({
        "hosho_profile": "fapi2", "grant_types": ["authorization_code", "client_credentials"],
        "dpop_bound_access_tokens": true,
    });
    signing(server, key, metadata).await
}

async fn token(shop: &Shop, assertion: &str) -> Answer {
    shop.send("/token", &[&GRANT[..], &asserting(assertion)].concat(), &[]).await
}

async fn revoke(shop: &Shop, assertion: &str) -> Answer {
    shop.send("/revoke", &[&[("token", "x")][..], &asserting(assertion)].concat(), &[]).await
}

fn not_known() -> (u16, String) {
    (401, "invalid_client".to_owned())
}

#[tokio::test]
async fn every_endpoint_knows_a_client_by_its_key() {
    let server = Server::start().await;
    for key in [TestKey::es256(), TestKey::eddsa(), TestKey::ps256(), TestKey::rs256()] {
        let shop = signing(&server, &key, json!({})).await;
        assert!(shop.secret.is_none());
        let assertion = || key.assertion(&shop.id, server.clock.now(), &json!({}));
        let answer = token(&shop, &assertion()).await;
        assert_eq!(answer.status, 200, "{}: {}", key.alg, answer.text);
        let access_token = answer.json()["access_token"].as_str().unwrap().to_owned();

        let assertion = assertion();
        let fields =
            [&[("token", access_token.as_str()), ("client_id", &shop.id)][..], &asserting(&assertion)].concat();
        let answer = shop.send("/introspect", &fields, &[]).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["active"]), (200, &json!(true)), "{}", answer.text);
        let answer = revoke(&shop, &key.assertion(&shop.id, server.clock.now(), &json!({"aud": [ISSUER]}))).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

#[tokio::test]
async fn a_client_that_shares_a_secret_signs_with_it() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"token_endpoint_auth_method": "client_secret_jwt"})).await;
    let secret = shop.secret.clone().unwrap();
    assert!(!server.dump().await.contains(&secret), "the secret is kept sealed");
    let key = TestKey::hs256(&secret);
    let assertion = key.assertion(&shop.id, server.clock.now(), &json!({"aud": format!("{ISSUER}/token")}));
    assert_eq!(token(&shop, &assertion).await.status, 200);
    let wrong = TestKey::hs256("another secret that is as long as it takes");
    let assertion = wrong.assertion(&shop.id, server.clock.now(), &json!({}));
    assert_eq!(token(&shop, &assertion).await.refusal(), not_known());
    for (header, fields) in [
        (Some(basic(&shop.id, &secret)), vec![]),
        (None, vec![("client_id", shop.id.as_str()), ("client_secret", secret.as_str())]),
    ] {
        let headers: Vec<(&str, &str)> = header.iter().map(|value| ("authorization", value.as_str())).collect();
        let answer = shop.send("/token", &[&GRANT[..], &fields].concat(), &headers).await;
        assert_eq!(answer.refusal(), not_known(), "the secret itself is never sent");
    }
}

#[tokio::test]
async fn a_secret_that_was_only_compared_is_made_anew_for_signing() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let first = shop.secret.clone().unwrap();
    let change = async |method: &str| {
        let metadata = json!({
            "redirect_uris": [shop.callback], "grant_types": ["authorization_code", "client_credentials"],
            "token_endpoint_auth_method": method,
        });
        let mut work = server.work();
        let changed = client::update(&mut work, &shop.id.as_str().into(), &metadata.to_string()).await.unwrap();
        work.commit().await.unwrap();
        changed.secret.map(|secret| secret.expose().to_owned())
    };
    let second = change("client_secret_jwt").await.expect("the old one is only known by its hash");
    assert_ne!(first, second);
    assert_eq!(change("client_secret_jwt").await, None);
    let assertion = TestKey::hs256(&second).assertion(&shop.id, server.clock.now(), &json!({}));
    assert_eq!(token(&shop, &assertion).await.status, 200);

    assert_eq!(change("client_secret_basic").await, None, "one that is known may be sent as well");
    let header = basic(&shop.id, &second);
    assert_eq!(shop.send("/token", &GRANT, &[("authorization", &header)]).await.status, 200);
    let assertion = TestKey::hs256(&second).assertion(&shop.id, server.clock.now(), &json!({}));
    assert_eq!(token(&shop, &assertion).await.refusal(), not_known());

    let third = change("client_secret_jwt").await.expect("what is not signed with is not kept");
    let mut work = server.work();
    let fourth = client::rotate_secret(&mut work, &shop.id.as_str().into()).await.unwrap().secret.unwrap();
    work.commit().await.unwrap();
    for (secret, status) in [(third.as_str(), 401), (fourth.expose(), 200)] {
        let assertion = TestKey::hs256(secret).assertion(&shop.id, server.clock.now(), &json!({}));
        assert_eq!(token(&shop, &assertion).await.status, status);
    }
}

#[tokio::test]
async fn only_the_registered_method_counts_for_assertions_too_a045() {
    let server = Server::start().await;
    let key = TestKey::es256();
    for registered in ["private_key_jwt", "client_secret_jwt", "client_secret_basic", "client_secret_post", "none"] {
        let grants = json!(["authorization_code", "refresh_token"]);
        let shop =
            signing(&server, &key, json!({"token_endpoint_auth_method": registered, "grant_types": grants})).await;
        let secret = shop.secret.clone().unwrap_or_else(|| "a secret that this client does not have".to_owned());
        let header = basic(&shop.id, &secret);
        let by_key = key.assertion(&shop.id, server.clock.now(), &json!({}));
        let by_secret = TestKey::hs256(&secret).assertion(&shop.id, server.clock.now(), &json!({}));
        let id = ("client_id", shop.id.as_str());
        for (sent, fields, headers) in [
            ("private_key_jwt", asserting(&by_key).to_vec(), vec![]),
            ("client_secret_jwt", asserting(&by_secret).to_vec(), vec![]),
            ("client_secret_basic", vec![], vec![("authorization", header.as_str())]),
            ("client_secret_post", vec![id, ("client_secret", &secret)], vec![]),
            ("none", vec![id], vec![]),
        ] {
            let answer = shop.send("/revoke", &[&[("token", "x")][..], &fields].concat(), &headers).await;
            let expected = if sent == registered { 200 } else { 401 };
            assert_eq!(answer.status, expected, "{sent} for {registered}: {}", answer.text);
        }
        for more in [vec![("client_secret", secret.as_str())], vec![id, ("client_secret", &secret)]] {
            let answer = shop.send("/revoke", &[asserting(&by_key).to_vec(), more].concat(), &[]).await;
            assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()));
        }
        let answer = shop.send("/revoke", &asserting(&by_key), &[("authorization", &header)]).await;
        assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()));
        let address = format!("/revoke?client_assertion={by_key}");
        assert_eq!(shop.send(&address, &[("token", "x")], &[]).await.refusal().1, "invalid_request");
    }
}

#[tokio::test]
async fn keys_are_no_secrets_and_secrets_no_keys_a074() {
    let server = Server::start().await;
    for key in [TestKey::rs256(), TestKey::es256()] {
        let shop = signing(&server, &key, json!({})).await;
        let jwk = key.jwk();
        let usual = [jwk.to_string(), json!({"keys": [jwk]}).to_string(), jwk["x"].to_string(), jwk["n"].to_string()];
        for secret in usual {
            let forged = TestKey::hs256(secret).called(&key.kid);
            let assertion = forged.assertion(&shop.id, server.clock.now(), &json!({}));
            assert_eq!(token(&shop, &assertion).await.refusal(), not_known());
        }
    }
    let key = TestKey::es256();
    let shop = server.shop_with(json!({"token_endpoint_auth_method": "client_secret_jwt", "jwks": key.jwks()})).await;
    let assertion = key.assertion(&shop.id, server.clock.now(), &json!({}));
    assert_eq!(token(&shop, &assertion).await.refusal(), not_known());
}

#[tokio::test]
async fn nothing_in_the_header_chooses_a_key_or_does_without_one_a073_a075() {
    let server = Server::start().await;
    let (key, evil) = (TestKey::es256(), TestKey::es256());
    let shop = signing(&server, &key, json!({})).await;
    let now = server.clock.now().seconds();
    let claims = |jti: usize| json!({"iss": shop.id, "sub": shop.id, "aud": ISSUER, "jti": format!("header {jti}"), "exp": now + 60});
    let headers = [
        json!({"kid": null, "jwk": evil.jwk()}),
        json!({"kid": key.kid, "jwk": evil.jwk()}),
        json!({"jku": "https://evil.example/jwks"}),
        json!({"x5u": "https://evil.example/cert", "kid": key.kid}),
        json!({"kid": "../../etc/passwd"}),
        json!({"kid": "' OR 1=1"}),
        json!({"kid": 1}),
        json!({"alg": "none"}),
        json!({"alg": "nOnE"}),
        json!({"alg": null}),
        json!({"alg": "HS256"}),
        json!({"crit": ["exp"], "exp": 1}),
        json!({"typ": "dpop+jwt"}),
        json!({"typ": "at+jwt"}),
    ];
    for (number, header) in headers.iter().enumerate() {
        let assertion = evil.sign(&claims(number), header);
        assert_eq!(token(&shop, &assertion).await.refusal(), not_known(), "{header}");
        let (unsigned, _) = assertion.rsplit_once('.').unwrap();
        assert_eq!(token(&shop, &format!("{unsigned}.")).await.refusal(), not_known(), "{header}");
    }
    assert_eq!(token(&shop, &key.sign(&claims(100), &json!({"typ": "JWT"}))).await.status, 200);
    assert_eq!(token(&shop, &key.sign(&claims(101), &json!({"kid": null}))).await.status, 200, "there is one key");
}

#[tokio::test]
async fn fapi_takes_the_issuer_alone_and_a_close_clock_a083() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = strict(&server, &key).await;
    let now = server.clock.now().seconds();
    for (differences, accepted) in [
        (json!({}), true),
        (json!({"aud": [ISSUER]}), false),
        (json!({"aud": [ISSUER, "https://other.example"]}), false),
        (json!({"aud": format!("{ISSUER}/token")}), false),
        (json!({"aud": format!("{ISSUER}/revoke")}), false),
        (json!({"aud": format!("{ISSUER}/")}), false),
        (json!({"aud": "https://other.example"}), false),
        (json!({"aud": null}), false),
        (json!({"sub": null}), false),
        (json!({"iss": null}), false),
        (json!({"iss": "other"}), false),
        (json!({"exp": null}), false),
        (json!({"exp": now - 300}), false),
        (json!({"exp": now}), false),
        (json!({"nbf": now + 8, "iat": now + 8}), true),
        (json!({"nbf": now + 61}), false),
        (json!({"iat": now + 61}), false),
        (json!({"jti": null}), false),
    ] {
        let answer = revoke(&shop, &key.assertion(&shop.id, server.clock.now(), &differences)).await;
        assert_eq!(answer.status, if accepted { 200 } else { 401 }, "{differences}: {}", answer.text);
    }
    let stranger = key.assertion(&shop.id, server.clock.now(), &json!({"sub": "other", "iss": "other"}));
    assert_eq!(revoke(&shop, &stranger).await.refusal(), not_known());
    let fields = [&[("client_id", shop.id.as_str())][..], &asserting(&stranger)].concat();
    assert_eq!(shop.send("/revoke", &fields, &[]).await.refusal(), not_known());
    // The client's own RSA key is no reason to take what the profile refuses.
    let rsa = TestKey::ps256();
    let shop = strict(&server, &rsa).await;
    let weaker = TestKey::rs256().called(&rsa.kid);
    for (key, status) in [(&rsa, 200), (&weaker, 401)] {
        let answer = revoke(&shop, &key.assertion(&shop.id, server.clock.now(), &json!({}))).await;
        assert_eq!(answer.status, status, "{}", key.alg);
    }
}

#[tokio::test]
async fn an_assertion_counts_once_whatever_becomes_of_the_request_a084() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = signing(&server, &key, json!({})).await;
    let (_, site) = server.another_instance().await;
    let there = shop.at(site);
    let assertion = key.assertion(&shop.id, server.clock.now(), &json!({}));
    let refused = shop.send("/token", &[&[("grant_type", "password")][..], &asserting(&assertion)].concat(), &[]).await;
    assert_eq!(refused.refusal(), (400, "unsupported_grant_type".to_owned()));
    for shop in [&shop, &there] {
        assert_eq!(token(shop, &assertion).await.refusal(), not_known());
        assert_eq!(revoke(shop, &assertion).await.refusal(), not_known());
    }
    // A name is its client's own: another may have the same.
    let other = TestKey::eddsa();
    let neighbour = signing(&server, &other, json!({})).await;
    let named = json!({"jti": "the same for both"});
    assert_eq!(token(&shop, &key.assertion(&shop.id, server.clock.now(), &named)).await.status, 200);
    assert_eq!(token(&neighbour, &other.assertion(&neighbour.id, server.clock.now(), &named)).await.status, 200);
    assert_eq!(token(&there, &key.assertion(&shop.id, server.clock.now(), &named)).await.refusal(), not_known());
}

/// SQL remembers, not Redis and not the memory of a process.
#[tokio::test]
async fn an_assertion_counts_once_whatever_else_is_forgotten_a084() {
    let server = Server::forgetful().await;
    let key = TestKey::es256();
    let shop = signing(&server, &key, json!({})).await;
    let assertion = key.assertion(&shop.id, server.clock.now(), &json!({}));
    assert_eq!(token(&shop, &assertion).await.status, 200);
    let afterwards = shop.at(server.forget().await);
    for shop in [&afterwards, &shop] {
        assert_eq!(token(shop, &assertion).await.refusal(), not_known());
        assert_eq!(revoke(shop, &assertion).await.refusal(), not_known());
    }
}

#[tokio::test]
async fn of_many_at_once_one_assertion_counts_once_a084() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = signing(&server, &key, json!({})).await;
    let (_, site) = server.another_instance().await;
    let there = shop.at(site);
    for _ in 0..rounds(5) {
        let assertion = key.assertion(&shop.id, server.clock.now(), &json!({}));
        let both = (0..8).map(|number| token(if number % 2 == 0 { &shop } else { &there }, &assertion));
        let answers = futures_util::future::join_all(both).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401, 401, 401, 401, 401, 401]);
    }
}

#[tokio::test]
async fn names_are_remembered_as_long_as_they_could_come_again_a085() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = signing(&server, &key, json!({})).await;
    let now = server.clock.now().seconds();
    for (ahead, status) in [(360, 200), (361, 401), (3600, 401), (48 * 3600, 401)] {
        let assertion = key.assertion(&shop.id, server.clock.now(), &json!({"exp": now + ahead}));
        assert_eq!(token(&shop, &assertion).await.status, status, "{ahead}");
    }
    let longest = key.assertion(&shop.id, server.clock.now(), &json!({"exp": now + 300, "jti": "long"}));
    assert_eq!(token(&shop, &longest).await.status, 200);
    for passed in [minutes(4), seconds(59), seconds(1), minutes(1)] {
        server.clock.advance(passed);
        hosho::jobs::remove_what_expired(&server.app).await.unwrap();
        assert_eq!(token(&shop, &longest).await.refusal(), not_known());
    }
    server.clock.advance(hours(1));
    hosho::jobs::remove_what_expired(&server.app).await.unwrap();
    assert_eq!(token(&shop, &longest).await.refusal(), not_known(), "it is refused for its age then");
}

#[tokio::test]
async fn a_client_of_assertions_is_not_known_without_a_good_one_a086() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let shop = server.shop().await;
    let secret = shop.secret.clone().unwrap();
    let metadata = json!({
        "redirect_uris": [shop.callback], "grant_types": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt", "jwks": key.jwks(),
    });
    let mut work = server.work();
    client::update(&mut work, &shop.id.as_str().into(), &metadata.to_string()).await.unwrap();
    work.commit().await.unwrap();
    let good = key.assertion(&shop.id, server.clock.now(), &json!({}));
    let (signed, _) = good.rsplit_once('.').unwrap();
    let unsigned = format!("{signed}.");
    let wrong = TestKey::es256().called(&key.kid).assertion(&shop.id, server.clock.now(), &json!({}));
    let header = basic(&shop.id, &secret);
    assert_eq!(shop.send("/token", &GRANT, &[("authorization", &header)]).await.refusal(), not_known());
    for assertion in [&unsigned, &wrong] {
        assert_eq!(token(&shop, assertion).await.refusal(), not_known());
        let both = [&GRANT[..], &asserting(assertion), &[("client_id", &shop.id), ("client_secret", &secret)]].concat();
        assert_eq!(shop.send("/token", &both, &[]).await.status, 400);
    }
    for kind in ["", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer", "JWT"] {
        let fields = [GRANT[0], GRANT[1], ("client_assertion_type", kind), ("client_assertion", &good)];
        assert_eq!(shop.send("/token", &fields, &[]).await.refusal(), not_known());
    }
    let untyped = [GRANT[0], GRANT[1], ("client_assertion_type", ASSERTION_TYPE), ("client_id", &shop.id)];
    assert_eq!(shop.send("/token", &untyped, &[]).await.refusal(), not_known());
    assert_eq!(token(&shop, &good).await.status, 200);
}

#[tokio::test]
async fn an_unknown_client_a_disabled_one_and_a_wrong_signature_look_alike_a047() {
    let server = Server::start().await;
    let key = TestKey::es256();
    let (shop, off) = (signing(&server, &key, json!({})).await, signing(&server, &key, json!({})).await);
    let mut work = server.work();
    client::disable(&mut work, &off.id.as_str().into()).await.unwrap();
    work.commit().await.unwrap();
    let forger = TestKey::es256().called(&key.kid);
    let mut answers = Vec::new();
    for (key, id) in [(&forger, shop.id.as_str()), (&key, &off.id), (&key, "nobody"), (&TestKey::eddsa(), &shop.id)] {
        let answer = token(&shop, &key.assertion(id, server.clock.now(), &json!({}))).await;
        assert_eq!(answer.status, 401);
        answers.push((answer.text, answer.headers.len()));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn a_registration_has_what_its_method_needs() {
    let server = Server::start().await;
    let (es, rs) = (TestKey::es256().jwks(), TestKey::rs256().jwks());
    let register = async |members: Value| {
        let metadata = differing(json!({"redirect_uris": ["https://rp.example/cb"]}), &members);
        let mut work = server.work();
        let registered = client::create(&mut work, &metadata.to_string()).await;
        registered.map(|registered| registered.kept.client.metadata.to_json())
    };
    let by_key = |more: Value| differing(json!({"token_endpoint_auth_method": "private_key_jwt"}), &more);
    for refused in [
        by_key(json!({})),
        by_key(json!({"jwks": {"keys": []}})),
        by_key(json!({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}})),
        by_key(json!({"jwks": es, "token_endpoint_auth_signing_alg": "PS256"})),
        by_key(json!({"jwks": es, "token_endpoint_auth_signing_alg": "HS256"})),
        by_key(json!({"jwks": es, "token_endpoint_auth_signing_alg": "none"})),
        by_key(json!({"jwks": rs, "hosho_profile": "fapi2", "dpop_bound_access_tokens": true})),
        json!({"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "ES256"}),
        json!({"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS512"}),
        json!({"token_endpoint_auth_signing_alg": "HS256"}),
    ] {
        assert!(register(refused.clone()).await.is_err(), "{refused}");
    }
    for (taken, algorithm) in [
        (by_key(json!({"jwks": es})), Value::Null),
        (by_key(json!({"jwks": es, "token_endpoint_auth_signing_alg": "ES256"})), json!("ES256")),
        (by_key(json!({"jwks_uri": "https://rp.example/jwks"})), Value::Null),
        (
            json!({"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS256"}),
            json!("HS256"),
        ),
    ] {
        let metadata = register(taken.clone()).await.unwrap_or_else(|error| panic!("{taken}: {error:?}"));
        assert_eq!(metadata.get("token_endpoint_auth_signing_alg").cloned().unwrap_or_default(), algorithm);
    }
}

#[tokio::test]
async fn a_pinned_algorithm_is_the_only_one() {
    let server = Server::start().await;
    let key = TestKey::ps256();
    let pinned = json!({"token_endpoint_auth_signing_alg": "PS256"});
    let mut jwk = key.jwk();
    jwk.as_object_mut().unwrap().remove("alg");
    let shop =
        signing(&server, &key, json!({"jwks": {"keys": [jwk]}, "token_endpoint_auth_signing_alg": "PS256"})).await;
    let weaker = TestKey::rs256().called(&key.kid);
    assert_eq!(token(&shop, &key.assertion(&shop.id, server.clock.now(), &json!({}))).await.status, 200, "{pinned}");
    let answer = token(&shop, &weaker.assertion(&shop.id, server.clock.now(), &json!({}))).await;
    assert_eq!(answer.refusal(), not_known());
}

#[tokio::test]
async fn discovery_says_how_clients_can_authenticate() {
    let server = Server::start().await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    for endpoint in ["token", "revocation", "introspection"] {
        let methods = document[format!("{endpoint}_endpoint_auth_methods_supported")].as_array().unwrap();
        for method in ["client_secret_jwt", "private_key_jwt"] {
            assert!(methods.contains(&json!(method)), "{endpoint}: {method}");
        }
        let algorithms = &document[format!("{endpoint}_endpoint_auth_signing_alg_values_supported")];
        assert_eq!(*algorithms, json!(["RS256", "PS256", "ES256", "EdDSA", "Ed25519", "HS256"]), "{endpoint}");
    }
}

const JWKS_URI: &str = "https://shop.example/jwks";

/// How often the keys were asked for.
fn asked(server: &Server) -> usize {
    server.web.asked().iter().filter(|asked| asked.url == JWKS_URI).count()
}

#[tokio::test]
async fn keys_that_a_client_publishes_are_followed_when_it_changes_them() {
    let server = Server::start().await;
    let (old, new, never) = (TestKey::es256(), TestKey::eddsa(), TestKey::es256());
    let shop = signing(&server, &old, json!({"jwks": null, "jwks_uri": JWKS_URI})).await;
    let by = async |key: &TestKey| token(&shop, &key.assertion(&shop.id, server.clock.now(), &json!({}))).await;
    assert_eq!(by(&old).await.refusal(), not_known(), "nothing is published yet");
    server.clock.advance(seconds(10));
    server.web.answer(JWKS_URI, Reply::json(&old.jwks()));
    assert_eq!(by(&old).await.status, 200);
    let first = asked(&server);
    assert_eq!(by(&old).await.status, 200);
    assert_eq!(asked(&server), first, "they are remembered");

    server.web.answer(JWKS_URI, Reply::json(&json!({"keys": [new.jwk(), old.jwk()]})));
    assert_eq!(by(&new).await.status, 200, "an unknown name makes them be fetched at once");
    assert_eq!(asked(&server), first + 1);
    // Names that nobody has cost no more than one request in a minute.
    for _ in 0..20 {
        assert_eq!(by(&never).await.refusal(), not_known());
    }
    assert_eq!(asked(&server), first + 1);
    server.clock.advance(seconds(60));
    assert_eq!(by(&never).await.refusal(), not_known());
    assert_eq!(asked(&server), first + 2);

    server.web.answer(JWKS_URI, Reply::text("application/json", "no keys"));
    server.clock.advance(minutes(10));
    assert_eq!(by(&new).await.refusal(), not_known());
}
