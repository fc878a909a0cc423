//! Objects that are taken, and what is wrong with the others.

use serde_json::json;

use super::*;
use crate::base::time::minutes;
use crate::jose::claims::tests::claims;
use crate::oidc::client::tests::client;

const ISSUER: &str = "https://id.example";
const NOW: Timestamp = Timestamp::from_seconds(1_000_000);

/// Accept the usual object with one member that differs; `null` leaves it out.
fn accepted(profile: &str, name: &str, value: &Value) -> Result<RequestObject, OAuthError> {
    let mut members = json!({
        "iss": "rp", "aud": ISSUER, "client_id": "rp", "iat": 1_000_000, "nbf": 1_000_000, "exp": 1_000_300,
        "response_type": "code", "redirect_uri": "https://rp.example/cb", "scope": "openid",
    });
    let members = members.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value.clone());
    }
    let mut client = client();
    client.metadata.hosho_profile = crate::oidc::client::Profile::from_word(profile).unwrap();
    accept(&claims(&json!(members).to_string()), &client, ISSUER, NOW)
}

fn parameter(name: &'static str, value: &Value) -> Option<String> {
    accepted("standard", name, value).unwrap().params.get(name).map(str::to_owned)
}

#[test]
fn an_object_is_read_as_parameters() {
    let object = accepted("fapi2-message-signing", "state", &json!("a state")).unwrap();
    assert_eq!(object.params.get("state"), Some("a state"));
    assert_eq!(object.params.get("response_type"), Some("code"));
    assert_eq!(object.name, None);
}

#[test]
fn values_may_be_what_json_has_for_them() {
    let claims = json!({"userinfo": {"name": {"essential": true}}});
    assert_eq!(parameter("claims", &claims), Some(claims.to_string()));
    assert_eq!(parameter("claims", &json!(claims.to_string())), Some(claims.to_string()));
    assert_eq!(parameter("max_age", &json!(300)).as_deref(), Some("300"));
    assert_eq!(parameter("max_age", &json!("300")).as_deref(), Some("300"));
    let details = json!([{"type": "product_ownership"}]);
    assert_eq!(parameter("authorization_details", &details), Some(details.to_string()));
    let object = accepted("standard", "resource", &json!(["https://a.example", "https://b.example"])).unwrap();
    assert_eq!(object.params.resources().collect::<Vec<_>>(), ["https://a.example", "https://b.example"]);
    assert!(accepted("standard", "unknown", &json!({"x": [1]})).is_ok());
    // No credentials are taken out of an object.
    assert_eq!(accepted("standard", "client_secret", &json!("x")).unwrap().params.get("client_secret"), None);
}

#[test]
fn values_of_another_type_are_refused_a078() {
    for (name, value) in [
        ("state", json!(1)),
        ("scope", json!(["openid"])),
        ("nonce", json!({"a": 1})),
        ("redirect_uri", json!(["https://rp.example/cb"])),
        ("response_type", json!(true)),
        ("max_age", json!([1])),
        ("claims", json!([])),
        ("claims", json!(1)),
        ("authorization_details", json!({"type": "x"})),
        ("resource", json!([1])),
        ("resource", json!({})),
        ("state", json!("a\u{0}b")),
        ("state", json!("x".repeat(10_000))),
        ("client_id", json!(["rp"])),
        ("iss", json!(1)),
        ("sub", json!(1)),
        ("jti", json!(1)),
        ("exp", json!("1000300")),
        ("nbf", json!("1000000")),
        ("iat", json!([])),
        ("aud", json!(1)),
        ("aud", json!([])),
        ("aud", json!([[ISSUER]])),
        ("aud", json!([ISSUER, 1])),
    ] {
        for profile in ["standard", "fapi2-message-signing"] {
            let error = accepted(profile, name, &value).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_request_object", "{profile} {name}: {value}");
        }
    }
}

#[test]
fn an_object_is_the_client_s_and_for_this_server_a087() {
    for (name, value) in [
        ("iss", json!("other")),
        ("client_id", json!("other")),
        ("sub", json!("rp")),
        ("aud", json!("https://other.example")),
        ("aud", json!("https://id.example/")),
        ("aud", json!("https://id.example/authorize")),
        ("aud", json!(["https://other.example"])),
        ("request", json!("a.b.c")),
        ("request_uri", json!("urn:ietf:params:oauth:request_uri:abc")),
        ("request_uri", json!("")),
    ] {
        for profile in ["standard", "fapi2", "fapi2-message-signing"] {
            let error = accepted(profile, name, &value).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_request_object", "{profile} {name}: {value}");
        }
    }
    assert!(accepted("fapi2-message-signing", "aud", &json!(["https://other.example", ISSUER])).is_ok());
    assert!(accepted("fapi2-message-signing", "client_id", &json!(null)).is_ok());
    // What FAPI asks for and others may leave out.
    for absent in ["iss", "aud", "exp", "nbf"] {
        assert!(accepted("standard", absent, &json!(null)).is_ok(), "{absent}");
        assert!(accepted("fapi2-message-signing", absent, &json!(null)).is_err(), "{absent}");
    }
}

#[test]
fn somebody_must_have_said_it() {
    let anonymous = claims(r#"{"response_type": "code", "aud": "https://id.example"}"#);
    assert!(accept(&anonymous, &client(), ISSUER, NOW).is_err());
}

#[test]
fn what_must_be_signed_is_fresh_and_short_lived_a087() {
    let signing = |name: &str, value: i64| accepted("fapi2-message-signing", name, &json!(value)).is_ok();
    for (name, value, taken) in [
        ("nbf", 1_000_008, true),
        ("nbf", 1_000_061, false),
        ("iat", 1_000_061, false),
        ("nbf", 1_000_300 - 3600, true),
        ("nbf", 1_000_299 - 3600, false),
        ("exp", 1_003_600, true),
        ("exp", 1_003_601, false),
        ("exp", 1_000_001, true),
        ("exp", 1_000_000, false),
        ("exp", 999_940, false),
        ("exp", -1, false),
    ] {
        assert_eq!(signing(name, value), taken, "{name} {value}");
    }
    let old = |begun: i64| {
        let text = json!({"iss": "rp", "aud": ISSUER, "nbf": begun, "exp": begun + 3600 + 60}).to_string();
        let mut client = client();
        client.metadata.hosho_profile = crate::oidc::client::Profile::Fapi2MessageSigning;
        accept(&claims(&text), &client, ISSUER, NOW)
    };
    assert!(old(1_000_000 - 3600).is_err(), "longer than an hour");
    // Others may have long-lived ones, but none from the future and none that ended.
    assert!(accepted("standard", "exp", &json!(1_900_000_000)).is_ok());
    assert!(accepted("standard", "nbf", &json!(1)).is_ok());
    assert!(accepted("standard", "nbf", &json!(1_000_061)).is_err());
    assert!(accepted("standard", "exp", &json!(999_999)).is_err());
}

#[test]
fn a_name_is_remembered_until_the_object_ends() {
    let named = |members: &str| accept(&claims(members), &client(), ISSUER, NOW).map(|object| object.name);
    let until = |seconds| Some(OneTimeName { jti: "1".to_owned(), until: Timestamp::from_seconds(seconds) });
    assert_eq!(named(r#"{"iss": "rp", "jti": "1", "exp": 1000300}"#), Ok(until(1_000_300)));
    assert_eq!(named(r#"{"iss": "rp", "jti": "1", "iat": 1000000}"#), Ok(until(1_086_400)));
    for endless in [
        r#"{"iss": "rp", "jti": "1"}"#,
        r#"{"iss": "rp", "jti": "1", "exp": 1900000000}"#,
        r#"{"iss": "rp", "jti": "1", "iat": 900000}"#,
    ] {
        assert_eq!(named(endless).unwrap_err().code.as_str(), "invalid_request_object", "{endless}");
    }
    assert!(LONGEST_MEMORY > minutes(60));
}

#[test]
fn a_registered_algorithm_is_the_only_one() {
    let mut client = client();
    assert_eq!(algorithms(&client), Algorithm::ALL);
    client.metadata.request.signing_alg = Some(Algorithm::Es256);
    assert_eq!(algorithms(&client), [Algorithm::Es256]);
    client.metadata.request.signing_alg = Some(Algorithm::Rs256);
    client.metadata.hosho_profile = crate::oidc::client::Profile::Fapi2;
    assert_eq!(algorithms(&client), []);
}
