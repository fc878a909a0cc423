//! The metadata documents. OpenID Connect Discovery §4, RFC 8414 §3.

use crate::support::Server;

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
    assert_eq!(openid.json()["issuer"], "http://localhost:8080");
}

#[tokio::test]
async fn a_known_document_is_not_sent_again() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let first = browser.fetch("/.well-known/openid-configuration").await;
    browser.headers.push(("if-none-match", first.header("etag").unwrap().to_owned()));
    let again = browser.fetch("/.well-known/openid-configuration").await;
    assert_eq!(again.status, 304);
    assert!(again.text.is_empty());
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

#[tokio::test]
async fn only_fields_that_the_certification_suite_knows_are_published() {
    let server = Server::start().await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    let known = ["issuer", "_endpoint", "jwks_uri", "_supported"];
    let exactly = ["require_pushed_authorization_requests", "require_request_uri_registration"];
    for field in document.as_object().unwrap().keys() {
        assert!(known.iter().any(|end| field.ends_with(end)) || exactly.contains(&field.as_str()), "{field}");
    }
    for absent in ["registration_endpoint", "check_session_iframe"] {
        assert!(document.get(absent).is_none(), "{absent}");
    }
    assert_eq!(document["code_challenge_methods_supported"], serde_json::json!(["S256"]));
}
