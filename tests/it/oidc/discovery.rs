//! The metadata documents. OpenID Connect Discovery §4, RFC 8414 §3.

use serde_json::json;

use crate::support::{ISSUER, Server};

/// conformance: oidcc-discovery-endpoint-verification
#[tokio::test]
async fn both_documents_are_the_same_and_open_to_every_origin() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let openid = browser.fetch("/.well-known/openid-configuration").await;
    let oauth = browser.fetch("/.well-known/oauth-authorization-server").await;
    assert_eq!(openid.status, 200);
    assert_eq!(openid.json(), oauth.json());
    assert_eq!(openid.header("content-type"), Some("application/json"));
    assert_eq!(openid.header("access-control-allow-origin"), Some("*"));
    assert_eq!(openid.json()["issuer"], ISSUER);
    for (name, value) in openid.json().as_object().unwrap() {
        if name.ends_with("_endpoint") || name == "jwks_uri" {
            assert!(value.as_str().unwrap().starts_with(&format!("{ISSUER}/")), "{name}");
        }
    }
}

#[tokio::test]
async fn a_known_document_is_not_sent_again() {
    let server = Server::start().await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks"] {
        let mut browser = server.browser();
        let first = browser.fetch(path).await;
        // Kept for a minute at most, so that a new key or setting is seen in time.
        assert_eq!(first.header("cache-control"), Some("public, max-age=60"), "{path}");
        assert_eq!(first.header("access-control-allow-origin"), Some("*"), "{path}");
        let etag = first.header("etag").unwrap().to_owned();
        browser.headers.push(("if-none-match", format!("\"other\", W/{etag}")));
        let again = browser.fetch(path).await;
        assert_eq!((again.status.as_u16(), again.text.as_str(), again.header("etag")), (304, "", Some(etag.as_str())));
        browser.headers.pop();
        browser.headers.push(("if-none-match", "\"other\"".to_owned()));
        assert_eq!(browser.fetch(path).await.text, first.text, "{path}");
    }
}

/// [RFC 8705 §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)
#[tokio::test]
async fn aliases_are_published_where_certificates_are_asked_for() {
    let server = Server::start_with(&[
        ("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8"),
        ("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "Client-Cert"),
        ("HOSHO_TLS_MTLS_URL", "https://mtls.maker.example"),
    ])
    .await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    assert_eq!(document["token_endpoint"], "http://localhost:8080/token");
    let aliases = &document["mtls_endpoint_aliases"];
    for name in ["token_endpoint", "userinfo_endpoint", "introspection_endpoint", "revocation_endpoint"] {
        let own = document[name].as_str().unwrap();
        assert_eq!(aliases[name], own.replace("http://localhost:8080", "https://mtls.maker.example"), "{name}");
    }
    // Where a browser goes, nobody is asked for a certificate.
    assert!(aliases.get("authorization_endpoint").is_none());
}

/// conformance: oidcc-discovery-endpoint-verification
#[tokio::test]
async fn only_fields_that_the_certification_suite_knows_are_published() {
    let server = Server::start_compatible().await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    let known = ["issuer", "_endpoint", "jwks_uri", "_supported"];
    let exactly = [
        "protected_resources",
        "require_pushed_authorization_requests",
        "require_request_uri_registration",
        "tls_client_certificate_bound_access_tokens",
    ];
    for field in document.as_object().unwrap().keys() {
        assert!(known.iter().any(|end| field.ends_with(end)) || exactly.contains(&field.as_str()), "{field}");
    }
    for absent in ["registration_endpoint", "check_session_iframe"] {
        assert!(document.get(absent).is_none(), "{absent}");
    }
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    for (name, values) in [
        ("scopes_supported", &["openid", "profile", "email", "address", "phone", "offline_access"][..]),
        ("response_types_supported", &["code", "id_token", "id_token token", "code id_token token"]),
        ("grant_types_supported", &["authorization_code", "implicit", "refresh_token", "client_credentials"]),
        ("id_token_signing_alg_values_supported", &["RS256", "PS256", "ES256", "EdDSA"]),
        ("userinfo_signing_alg_values_supported", &["RS256", "PS256", "ES256", "EdDSA"]),
        ("subject_types_supported", &["public", "pairwise"]),
        ("prompt_values_supported", &["none", "login", "consent", "select_account", "create"]),
        ("display_values_supported", &["page", "popup", "touch", "wap"]),
        ("claim_types_supported", &["normal"]),
        ("ui_locales_supported", &["ja", "en"]),
        (
            "claims_supported",
            &["sub", "acr", "auth_time", "name", "email_verified", "address", "phone_number", "c_hash"],
        ),
    ] {
        let listed = document[name].as_array().unwrap_or_else(|| panic!("{name}"));
        for value in values {
            assert!(listed.contains(&json!(value)), "{name} lacks {value}");
        }
        assert!(!listed.contains(&json!("none")) || name == "prompt_values_supported" || name.starts_with("response"));
    }
    for name in ["claims_parameter_supported", "authorization_response_iss_parameter_supported"] {
        assert_eq!(document[name], json!(true), "{name}");
    }
    assert!(!document["acr_values_supported"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn the_makers_own_pages_are_named_where_there_are_any() {
    let plain = Server::start().await.browser().fetch("/.well-known/openid-configuration").await.json();
    let settings = [
        ("HOSHO_SITE_PRIVACY_POLICY", "https://maker.example/privacy"),
        ("HOSHO_SITE_TERMS_OF_SERVICE", "https://maker.example/terms"),
        ("HOSHO_SITE_DOCUMENTATION", "https://maker.example/developers"),
    ];
    let server = Server::start_with(&settings).await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    for (name, (_, link)) in ["op_policy_uri", "op_tos_uri", "service_documentation"].into_iter().zip(settings) {
        assert!(plain.get(name).is_none(), "{name}");
        assert_eq!(document[name], link);
    }
    let page = server.browser().get("/sign-in").await;
    assert!(page.find("footer a[href='https://maker.example/privacy']").is_some(), "{}", page.text);
    assert!(page.find("footer a[href='https://maker.example/terms']").is_some(), "{}", page.text);
}
