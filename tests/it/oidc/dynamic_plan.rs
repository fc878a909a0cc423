//! The plan Dynamic OP: the modules that are about what happens after a client was registered.

use std::time::Duration;

use hosho::jose::Algorithm;
use hosho::service::oidc::signing_key;
use serde_json::json;

use super::plan::{each, modules};
use super::second_reader::read;
use crate::support::{ISSUER, claims, text};

const KINDS: &[&str] = &["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token"];
const FIRST: &str = "https://shop.example/cb";

/// conformance: oidcc-server
/// conformance: oidcc-idtoken-rs256
#[tokio::test]
async fn a_sign_in_gives_exactly_what_was_asked_for() {
    each(KINDS, "", modules::server).await;
}

/// conformance: oidcc-idtoken-unsigned
#[tokio::test]
async fn unsigned_tokens_are_not_offered() {
    each(&["code"], "", modules::id_token_unsigned).await;
}

/// conformance: oidcc-ensure-request-object-with-redirect-uri
#[tokio::test]
async fn unsigned_request_objects_are_refused() {
    each(KINDS, "", modules::unsigned_request_object).await;
}

/// conformance: oidcc-userinfo-rs256
#[tokio::test]
async fn userinfo_is_signed_where_the_client_registered_an_algorithm() {
    each(&["code", "id_token token"], "", async |plan| {
        let mut signed = plan.other_client(json!({"userinfo_signed_response_alg": "RS256"})).await;
        let outcome = signed.flow(&[("scope", "openid email")]).await;
        let answer = signed.client.userinfo(&outcome.access_tokens[0]).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, Some("application/jwt")));
        let header = answer.text.split('.').next().unwrap();
        let header = hosho::base::digest::from_base64url(header).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["alg"], "RS256");
        let told = claims(&answer.text);
        assert_eq!((text(&told, "iss"), text(&told, "aud")), (ISSUER, signed.client.id.as_str()));
        assert_eq!((&told["sub"], told["email"].is_string()), (&outcome.id_token()["sub"], true));
        assert!(told.get("nonce").is_none());
    })
    .await;
}

/// conformance: oidcc-ensure-redirect-uri-in-authorization-request
/// conformance: oidcc-redirect-uri-query-OK
/// conformance: oidcc-redirect-uri-query-mismatch
/// conformance: oidcc-redirect-uri-query-added
#[tokio::test]
async fn a_registered_query_is_kept_and_nothing_may_differ_from_it() {
    each(KINDS, "", async |plan| {
        let registered = "https://shop.example/cb?dummy1=lorem&dummy2=ipsum";
        let mut two = plan.other_client(json!({"redirect_uris": [FIRST, registered]})).await;
        for other in ["", "https://shop.example/cb?dummy1=lorem", "https://shop.example/cb?dummy2=ipsum&dummy1=lorem"] {
            let visit = two.visit(&two.asks(&[("redirect_uri", other)])).await;
            assert_eq!((visit.answer.status.as_u16(), visit.answer.location()), (400, None), "{other}");
            assert!(visit.answer.find("#error-code").is_some());
        }
        for other in [format!("{registered}&added=x"), format!("{FIRST}?added=x")] {
            let visit = two.visit(&two.asks(&[("redirect_uri", &other)])).await;
            assert_eq!((visit.answer.status.as_u16(), visit.answer.location()), (400, None), "{other}");
        }
        let visit = two.visit(&two.asks(&[("redirect_uri", registered)])).await;
        let joint = if two.kind.contains("token") { '#' } else { '&' };
        let location = visit.answer.location().unwrap();
        assert!(location.starts_with(&format!("{registered}{joint}")), "{}: {location}", two.kind);
    })
    .await;
}

/// conformance: oidcc-registration-logo-uri
/// conformance: oidcc-registration-policy-uri
/// conformance: oidcc-registration-tos-uri
#[tokio::test]
async fn the_sign_in_page_shows_the_logo_and_the_links_of_the_client() {
    each(&["code", "id_token"], "", async |plan| {
        let metadata = json!({"logo_uri": "https://shop.example/logo.png", "policy_uri": "https://shop.example/policy",
            "tos_uri": "https://shop.example/terms", "client_uri": "https://shop.example/",
            "policy_uri#ja": "https://shop.example/ja/policy"});
        let other = plan.other_client(metadata).await;
        for (language, policy) in [("ja", "https://shop.example/ja/policy"), ("en", "https://shop.example/policy")] {
            let mut browser = plan.server.browser().speaking(language);
            let page = browser.get(&other.asks(&[])).await;
            assert!(page.find("img[src='https://shop.example/logo.png']").is_some(), "{}", page.text);
            for link in [policy, "https://shop.example/terms", "https://shop.example/"] {
                assert!(page.find(&format!("a[href='{link}']")).is_some(), "{link} in {language}: {}", page.text);
            }
        }
    })
    .await;
}

/// conformance: oidcc-server-rotate-keys
#[tokio::test]
async fn a_new_key_is_published_at_once_and_the_old_one_stays() {
    each(&["code", "id_token"], "", async |plan| {
        let before = plan.browser.fetch("/jwks").await.json();
        let old = plan.flow(&[]).await.id_tokens[0].clone();
        plan.server.clock.advance(Duration::from_secs(1));
        let mut work = plan.server.work();
        let made = signing_key::rotate(&mut work, vec![Algorithm::Rs256], Duration::ZERO).await.unwrap();
        work.commit().await.unwrap();
        let after = plan.browser.fetch("/jwks").await.json();
        let kids = |set: &serde_json::Value| -> Vec<String> {
            set["keys"].as_array().unwrap().iter().map(|key| text(key, "kid").to_owned()).collect()
        };
        assert!(kids(&before).iter().all(|kid| kids(&after).contains(kid)), "the old key stays");
        assert!(kids(&after).contains(&made[0]) && !kids(&before).contains(&made[0]));
        let new = plan.flow(&[]).await.id_tokens[0].clone();
        for token in [&old, &new] {
            read(&plan.server, token, &plan.client.id).await;
        }
        assert_ne!(old.split('.').next(), new.split('.').next(), "the new one signs");
    })
    .await;
}
