//! What a provider says, and what of it counts: signatures, claims, keys, addresses.

use hosho::base::time::{minutes, seconds};
use hosho::gateway::fetch::Purpose;
use hosho::gateway::fetch::scripted::Reply;
use serde_json::{Value, json};

use super::is_signed_in;
use super::upstream::{hanako, open, server};
use crate::support::{CLIENT, SECRET, Server, StandIn, TestKey};

/// What becomes of somebody who comes back with this ID token: `true` where it counts.
async fn counts(server: &Server, provider: &StandIn, token: impl Fn(&Value) -> String) -> bool {
    let mut browser = server.browser();
    let way = provider.set_out(&mut browser).await;
    provider.give(server, &token(&provider.claims(server, &way, &hanako())));
    let page = provider.come_back(&mut browser, &way).await;
    let is_new = page.path.starts_with("/sign-up/with?");
    assert!(is_new || page.path == "/sign-in?notice=provider-failed", "{} {}", page.path, page.text);
    assert!(!is_signed_in(&mut browser).await);
    is_new
}

/// (A073)
#[tokio::test]
async fn only_an_id_token_for_us_about_this_sign_in_and_signed_as_agreed_counts_a073() {
    let (server, corp) = (server().await, StandIn::corp());
    corp.publish(&server, &json!({}));
    let now = server.clock.now().seconds();
    let hash = |text: &str| hosho::jose::Algorithm::Rs256.half_hash(text);
    for (differences, expected) in [
        (json!({}), true),
        (json!({"aud": [CLIENT]}), true),
        (json!({"azp": CLIENT}), true),
        (json!({"aud": [CLIENT, "another"], "azp": CLIENT}), true),
        (json!({"at_hash": hash("an-access-token")}), true),
        (json!({"iat": now + 59}), true),
        (json!({"exp": now + 1}), true),
        (json!({"iss": "https://evil.example"}), false),
        (json!({"iss": "https://idp.example/"}), false),
        (json!({"iss": null}), false),
        (json!({"aud": "another"}), false),
        (json!({"aud": [CLIENT, "another"]}), false),
        (json!({"aud": []}), false),
        (json!({"azp": "another"}), false),
        (json!({"nonce": "another"}), false),
        (json!({"nonce": null}), false),
        (json!({"exp": now}), false),
        (json!({"exp": null}), false),
        (json!({"iat": now + 61}), false),
        (json!({"iat": null}), false),
        (json!({"at_hash": hash("another-token")}), false),
        (json!({"sub": null}), false),
        (json!({"sub": ""}), false),
        (json!({"sub": "x".repeat(256)}), false),
    ] {
        let token =
            |claims: &Value| corp.key.sign(&crate::support::differing(claims.clone(), &differences), &json!({}));
        assert_eq!(counts(&server, &corp, token).await, expected, "{differences}");
    }
    for alg in ["none", "None", "nOnE", ""] {
        let unsigned = |claims: &Value| {
            let signed = corp.key.sign(claims, &json!({"alg": alg}));
            format!("{}.", signed.rsplit_once('.').unwrap().0)
        };
        assert!(!counts(&server, &corp, unsigned).await, "{alg}");
    }
    let stranger = TestKey::es256();
    assert!(!counts(&server, &corp, |claims| stranger.sign(claims, &json!({}))).await, "a key of nobody");
    let named = TestKey::es256().called(&corp.key.kid);
    assert!(!counts(&server, &corp, |claims| named.sign(claims, &json!({}))).await, "by the name of the provider's");
    let ps256 = TestKey::ps256().called(&corp.key.kid);
    assert!(
        !counts(&server, &corp, |claims| ps256.sign(claims, &json!({}))).await,
        "another algorithm of the same key"
    );
}

/// What a public key is made of must never become a secret, nor a secret stand in for a key (RFC 8725 §2.1).
#[tokio::test]
async fn a_secret_never_stands_in_for_a_key_nor_a_key_for_a_secret() {
    let (server, corp, line) = (server().await, StandIn::corp(), StandIn::line());
    corp.publish(&server, &json!({"id_token_signing_alg_values_supported": ["RS256", "HS256"]}));
    line.publish(&server, &json!({"id_token_signing_alg_values_supported": ["ES256"]}));
    let modulus = hosho::base::digest::from_base64url(corp.key.jwk()["n"].as_str().unwrap()).unwrap();
    for secret in [SECRET.as_bytes().to_vec(), modulus, corp.key.jwk().to_string().into_bytes()] {
        for header in [json!({"kid": null}), json!({"kid": corp.key.kid})] {
            let key = TestKey::hs256(&secret);
            assert!(!counts(&server, &corp, |claims| key.sign(claims, &header)).await, "{header}");
        }
    }
    assert!(counts(&server, &line, |claims| line.key.sign(claims, &json!({"kid": null}))).await);
    server.web.answer(&line.at("/jwks"), Reply::json(&corp.key.jwks()));
    server.clock.advance(hosho::base::time::hours(2));
    assert!(!counts(&server, &line, |claims| corp.key.sign(claims, &json!({}))).await, "LINE signs with the secret");
    let wrong = TestKey::hs256("fedcba9876543210fedcba9876543210");
    assert!(!counts(&server, &line, |claims| wrong.sign(claims, &json!({"kid": null}))).await);
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_taken_up_and_unknown_ones_cost_no_more_than_one_look_a_minute() {
    let (server, mut corp) = (server().await, StandIn::corp());
    corp.publish(&server, &json!({}));
    assert!(counts(&server, &corp, |claims| corp.key.sign(claims, &json!({}))).await);
    server.clock.advance(minutes(2));
    corp.key = TestKey::rs256();
    server.web.answer(&corp.at("/jwks"), Reply::json(&corp.key.jwks()));
    assert!(counts(&server, &corp, |claims| corp.key.sign(claims, &json!({}))).await, "it is asked again");
    server.web.take_asked();
    for _ in 0..3 {
        assert!(!counts(&server, &corp, |claims| corp.key.sign(claims, &json!({"kid": "invented"}))).await);
    }
    let discoveries = |server: &Server| {
        server.web.take_asked().iter().filter(|asked| asked.url.ends_with("/openid-configuration")).count()
    };
    assert_eq!(discoveries(&server), 0);
    server.clock.advance(seconds(61));
    assert!(!counts(&server, &corp, |claims| corp.key.sign(claims, &json!({"kid": "invented"}))).await);
    assert_eq!(discoveries(&server), 1);
}

/// RFC 9207, and the mix-up of RFC 9700 §4.4.
#[tokio::test]
async fn an_answer_of_another_issuer_or_at_another_callback_is_none() {
    let (server, corp, other) = (server().await, StandIn::corp(), StandIn::other());
    other.publish(&server, &json!({}));
    corp.publish(&server, &json!({}));
    for (supported, issuer, expected) in [
        (false, None, true),
        (false, Some(corp.issuer), true),
        (false, Some("https://other.example"), false),
        (true, None, false),
        (true, Some(corp.issuer), true),
    ] {
        corp.publish(&server, &json!({"authorization_response_iss_parameter_supported": supported}));
        server.clock.advance(hosho::base::time::hours(2));
        let mut browser = server.browser();
        let way = corp.set_out(&mut browser).await;
        corp.tell(&server, &way, &hanako());
        let mut answer = vec![("code", "a-code"), ("state", way.state.as_str())];
        answer.extend(issuer.map(|issuer| ("iss", issuer)));
        server.web.take_asked();
        let page = browser.get(&corp.callback(&answer)).await;
        assert_eq!(page.path.starts_with("/sign-up/with?"), expected, "{supported} {issuer:?}: {}", page.path);
        let is_tried = server.web.take_asked().iter().any(|asked| asked.url.ends_with("/token"));
        assert_eq!(is_tried, expected, "a code of somebody else's is shown to nobody");
    }
    let mut browser = server.browser();
    let way = corp.set_out(&mut browser).await;
    other.tell(&server, &way, &hanako());
    let page = browser.get(&other.callback(&[("code", "a-code"), ("state", &way.state)])).await;
    assert_eq!(page.status, http::StatusCode::BAD_REQUEST, "{}", page.text);
}

/// (A159), (A162): what a provider names is asked by the same rules as everything else, and our own address is never
/// taken from a request.
#[tokio::test]
async fn addresses_that_a_provider_names_lead_nowhere_inside_a159_a162() {
    const INSIDE: [&str; 6] = [
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://0x7f000001/x",
        "http://idp.example/x",
        "https://user:secret@idp.example/x",
    ];
    for member in ["jwks_uri", "token_endpoint", "userinfo_endpoint", "authorization_endpoint"] {
        for inside in INSIDE {
            let (server, corp) = (server().await, StandIn::corp());
            corp.publish(&server, &json!({member: inside}));
            let mut browser = server.browser();
            let page = browser.get("/sign-in").await;
            let answer = browser.submit_once(&page, "with-corp", &[]).await;
            let location = answer.location().unwrap();
            if location.starts_with("https://idp.example/authorize") {
                let way = crate::support::Way::of(&answer);
                corp.tell(&server, &way, &json!({}));
                corp.come_back(&mut browser, &way).await;
            } else {
                assert_eq!(location, "/sign-in?notice=provider-unavailable", "{member} {inside}");
            }
            for asked in server.web.asked() {
                assert_eq!(asked.purpose, Purpose::Upstream);
                assert!(asked.url.starts_with(corp.issuer), "{member}: {}", asked.url);
            }
        }
    }
    let (server, corp) = (server().await, StandIn::corp());
    corp.publish(&server, &json!({}));
    let mut browser = server.browser();
    browser.headers.push(("x-forwarded-host", "evil.example".to_owned()));
    let way = corp.set_out(&mut browser).await;
    assert_eq!(way.asks("redirect_uri"), Some(corp.redirect_uri()));
}

/// (A137)
#[tokio::test]
async fn a_person_is_known_by_provider_issuer_and_subject_together_a137() {
    let (server, corp, other) = (server().await, StandIn::corp(), StandIn::other());
    let mut browser = server.browser();
    let page = corp.sign_in(&server, &mut browser, &hanako()).await;
    open(&mut browser, &page).await;
    assert!(is_signed_in(&mut browser).await);
    // The same subject, and the same address, at another provider are somebody else.
    let mut elsewhere = server.browser();
    let page = other.sign_in(&server, &mut elsewhere, &hanako()).await;
    assert!(page.find("#newcomer-open").is_none() && page.find("#newcomer-sign-in").is_some(), "{}", page.text);
    // Another subject with the same address is somebody else, too.
    let mut told = hanako();
    told["sub"] = json!("person-2");
    let page = corp.sign_in(&server, &mut elsewhere, &told).await;
    assert!(page.find("#newcomer-open").is_none(), "{}", page.text);
    // Upper and lower case are two subjects.
    let page = corp.sign_in(&server, &mut elsewhere, &json!({"sub": "PERSON-1"})).await;
    assert!(page.find("#newcomer-ask").is_some(), "{}", page.text);
    assert!(!is_signed_in(&mut elsewhere).await);
}
