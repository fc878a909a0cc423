//! Registrations that are taken, and the error for each that is not.

use super::*;
use crate::base::Locale;

const FULL: &str = r#"{"redirect_uris": ["https://rp.example/cb"], "client_name": "Shop", "client_name#ja": "お店",
    "logo_uri": "https://rp.example/logo.png", "policy_uri#en": "https://rp.example/privacy",
    "post_logout_redirect_uris": ["https://rp.example/bye"], "grant_types": ["authorization_code", "refresh_token"],
    "scope": "openid profile products bogus", "subject_type": "pairwise", "id_token_signed_response_alg": "ES256",
    "default_max_age": 600, "require_auth_time": true, "hosho_first_party": true, "unknown_member": {"deep": []}}"#;

#[test]
fn what_is_registered_reads_back_the_same() {
    let metadata = ClientMetadata::register(FULL).unwrap();
    assert_eq!(metadata.client_name.get(Locale::Ja), Some("お店"));
    assert_eq!(metadata.scope.to_string(), "openid profile products");
    assert_eq!(metadata.id_token_signed_response_alg, Algorithm::Es256);
    assert_eq!(metadata.sector().as_deref(), Some("rp.example"));
    let stored = Value::Object(metadata.to_json()).to_string();
    assert_eq!(ClientMetadata::from_stored(&stored).unwrap(), metadata);
    assert!(!stored.contains("unknown_member"));
}

#[test]
fn defaults_are_those_of_the_standard() {
    let metadata = ClientMetadata::register(r#"{"redirect_uris": ["https://rp.example/cb"]}"#).unwrap();
    assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode]);
    assert_eq!(metadata.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
    assert_eq!(metadata.id_token_signed_response_alg, Algorithm::Rs256);
    assert!(!metadata.scope.contains("management"));
    assert!(metadata.scope.contains("products"));
}

#[test]
fn a_machine_needs_no_redirect_uri() {
    let metadata =
        ClientMetadata::register(r#"{"grant_types": ["client_credentials"], "hosho_roles": ["support"]}"#).unwrap();
    assert_eq!(metadata.scope.to_string(), "management");
    assert!(!metadata.to_json().contains_key("response_types"));
}

#[test]
fn each_bad_registration_has_its_error() {
    let with = |member: &str| format!(r#"{{"redirect_uris": ["https://rp.example/cb"], {member}}}"#);
    let metadata = "invalid_client_metadata";
    let cases = [
        ("[]".to_owned(), metadata),
        ("{".to_owned(), metadata),
        ("{}".to_owned(), "invalid_redirect_uri"),
        (r#"{"redirect_uris": ["https://rp.example/cb#x"]}"#.to_owned(), "invalid_redirect_uri"),
        (r#"{"redirect_uris": ["https://*.rp.example/cb"]}"#.to_owned(), "invalid_redirect_uri"),
        (r#"{"redirect_uris": "https://rp.example/cb"}"#.to_owned(), metadata),
        (r#"{"redirect_uris": [1]}"#.to_owned(), metadata),
        (with(r#""response_types": ["code id_token"]"#), metadata),
        (with(r#""grant_types": ["password"]"#), metadata),
        (with(r#""grant_types": ["implicit"]"#), metadata),
        (with(r#""token_endpoint_auth_method": "password""#), metadata),
        (with(r#""jwks": {"keys": []}, "jwks_uri": "https://rp.example/jwks""#), metadata),
        (with(r#""jwks": []"#), metadata),
        (with(r#""jwks_uri": "http://rp.example/jwks""#), metadata),
        (
            with(
                r#""response_types": ["id_token"], "hosho_profile": "compatible", "grant_types": ["authorization_code"]"#,
            ),
            metadata,
        ),
        (with(r#""hosho_profile": "fapi2""#), metadata),
        (with(r#""hosho_profile": "fapi2", "token_endpoint_auth_method": "private_key_jwt""#), metadata),
        (
            with(
                r#""token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "client_credentials"]"#,
            ),
            metadata,
        ),
        (with(r#""id_token_signed_response_alg": "none""#), metadata),
        (with(r#""id_token_signed_response_alg": "HS256""#), metadata),
        (with(r#""logo_uri": "JaVaScRiPt:alert(1)""#), metadata),
        (with(r#""logo_uri": "\tjavascript:alert(1)""#), metadata),
        (with(r#""client_uri": "http://rp.example/""#), metadata),
        (with(r#""policy_uri#ja": "data:text/html,x""#), metadata),
        (with(r#""tos_uri": "file:///etc/passwd""#), metadata),
        (with(r#""initiate_login_uri": "http://rp.example/start""#), metadata),
        (with(r#""initiate_login_uri": "HTTP://127.0.0.1/start""#), metadata),
        (with(r#""post_logout_redirect_uris": ["javascript:alert(1)"]"#), metadata),
        (with(r#""client_name": "a\u0000b""#), metadata),
        (with(r#""client_name#j!": "x""#), metadata),
        (with(r#""default_max_age": -1"#), metadata),
        (with(r#""require_auth_time": "yes""#), metadata),
        (with(r#""subject_type": "random""#), metadata),
        (with(r#""hosho_profile": "fapi2""#), metadata),
        (with(r#""hosho_roles": ["administrator"]"#), metadata),
        (with(r#""hosho_roles": [], "hosho_roles": ["admin"]"#), metadata),
        (with(r#""jwks": {"keys": [], "keys": []}, "hosho_roles": ["admin"]"#), metadata),
        (with(r#""scope": "a\"b""#), metadata),
        (
            r#"{"redirect_uris": ["https://a.example/", "https://b.example/"], "subject_type": "pairwise"}"#.to_owned(),
            metadata,
        ),
    ];
    for (document, code) in cases {
        assert_eq!(ClientMetadata::register(&document).unwrap_err().code.as_str(), code, "{document}");
    }
}

#[test]
fn a_profile_refuses_what_it_does_not_have() {
    let fapi = |member: &str| {
        ClientMetadata::register(&format!(
            r#"{{"redirect_uris": ["https://rp.example/cb"], "hosho_profile": "fapi2", "jwks_uri": "https://rp.example/jwks",
                 "token_endpoint_auth_method": "private_key_jwt", "dpop_bound_access_tokens": true{member}}}"#
        ))
    };
    let metadata = fapi("").unwrap();
    assert_eq!(metadata.id_token_signed_response_alg, Algorithm::Es256);
    assert!(metadata.must_use_pkce());
    for member in [
        r#", "token_endpoint_auth_method": "client_secret_basic""#,
        r#", "token_endpoint_auth_method": "none""#,
        r#", "id_token_signed_response_alg": "RS256""#,
        r#", "userinfo_signed_response_alg": "RS256""#,
        r#", "response_types": ["code id_token"], "grant_types": ["authorization_code", "implicit"]"#,
        r#", "dpop_bound_access_tokens": false"#,
    ] {
        // The later of two members would make the document malformed: replace instead of adding.
        let name = member.split('"').nth(1).unwrap();
        let text = format!(
            r#"{{"redirect_uris": ["https://rp.example/cb"], "hosho_profile": "fapi2"{member}{}{}}}"#,
            if name == "token_endpoint_auth_method" {
                ""
            } else {
                r#", "token_endpoint_auth_method": "private_key_jwt""#
            },
            if name == "dpop_bound_access_tokens" { "" } else { r#", "dpop_bound_access_tokens": true"# },
        );
        let error = ClientMetadata::register(&text).unwrap_err();
        assert!(error.description().starts_with(name), "{member}: {error}");
        assert!(error.description().ends_with("under hosho_profile fapi2"), "{member}: {error}");
    }
}

#[test]
fn grants_follow_the_response_types_where_they_are_not_said() {
    let registered = |kinds: &str| {
        ClientMetadata::register(&format!(
            r#"{{"redirect_uris": ["https://rp.example/cb"], "hosho_profile": "compatible", "response_types": {kinds}}}"#
        ))
    };
    assert_eq!(registered(r#"["id_token"]"#).unwrap().grant_types, [GrantType::Implicit]);
    let hybrid = registered(r#"["id_token code"]"#).unwrap();
    assert_eq!(hybrid.grant_types, [GrantType::AuthorizationCode, GrantType::Implicit]);
    assert_eq!(hybrid.to_json()["response_types"], json!(["code id_token"]));
    assert!(registered(r#"["code code"]"#).is_err());
}

#[test]
fn refresh_tokens_need_a_grant_that_they_come_of() {
    let registered = |grants: &str| {
        ClientMetadata::register(&format!(
            r#"{{"redirect_uris": ["https://rp.example/cb"], "hosho_profile": "compatible", "grant_types": {grants},
                 "response_types": []}}"#
        ))
    };
    for grants in [
        r#"["refresh_token"]"#,
        r#"["implicit", "refresh_token"]"#,
        r#"["implicit", "client_credentials", "refresh_token"]"#,
    ] {
        let error = registered(grants).unwrap_err();
        assert_eq!(error.code.as_str(), "invalid_client_metadata", "{grants}");
        assert!(error.description().contains("without a grant that issues one"), "{grants}: {error}");
    }
    for grants in [
        r#"["implicit", "authorization_code", "refresh_token"]"#,
        r#"["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]"#,
    ] {
        assert!(registered(grants).is_ok(), "{grants}");
    }
    // What only people give is no machine's.
    let for_people = registered(r#"["implicit", "client_credentials"]"#).unwrap();
    assert!(for_people.scope.contains("products") && !for_people.scope.contains("management"));
}
