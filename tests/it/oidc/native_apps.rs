//! Applications on people's own devices. RFC 8252: private-use schemes (§7.1), claimed https addresses (§7.2), loopback
//! addresses with any port (§7.3), PKCE in any case (§8.1). A006 to A008.

use serde_json::{Value, json};

use crate::support::{Browser, RelyingParty, Server, VERIFIER};

/// A native application that redirects there, and a browser in which somebody is signed in.
async fn app(server: &Server, redirect_uri: &str, members: Value) -> (RelyingParty, Browser) {
    let mut metadata = json!({"application_type": "native", "token_endpoint_auth_method": "none",
                              "redirect_uris": [redirect_uri], "hosho_first_party": true});
    metadata.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let mut app = server.relying_party("app", metadata).await;
    app.redirect_uri = redirect_uri.to_owned();
    let email = format!("{}@example.jp", &app.id);
    (app, server.person(&email).await.browser)
}

/// Exchange a code as a public client does.
async fn exchange(server: &Server, app: &RelyingParty, code: &str, redirect_uri: &str) -> (u16, String) {
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", app.id.as_str()),
        ("code", code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let answer = server.browser().post("/token", &fields).await;
    (answer.status.as_u16(), answer.json()["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_scheme_of_the_apps_own_brings_the_code_to_it() {
    let server = Server::start().await;
    let uri = "com.example.app:/oauth2redirect";
    let (app, mut browser) = app(&server, uri, json!({})).await;
    let answer = browser.fetch(&app.asks(&[])).await;
    assert!(answer.location().unwrap().starts_with("com.example.app:/oauth2redirect?code="), "{:?}", answer.location());
    assert_eq!(exchange(&server, &app, &answer.code(), uri).await.0, 200);
    for near in [
        "com.example.app:/oauth2redirect/",
        "com.example.app://oauth2redirect",
        "com.example.App:/oauth2redirect",
        "com.example.app:/other",
        "com.example.app2:/oauth2redirect",
        "COM.EXAMPLE.APP:/oauth2redirect",
    ] {
        let refused = browser.fetch(&app.asks(&[("redirect_uri", near)])).await;
        assert_eq!((refused.status.as_u16(), refused.location()), (400, None), "{near}");
    }
    let denied = browser.fetch(&app.asks(&[("scope", "bogus")])).await;
    assert!(denied.location().unwrap().starts_with("com.example.app:/oauth2redirect?error=invalid_scope"));
}

/// (A007)
#[tokio::test]
async fn a_loopback_address_has_any_port_and_nothing_else_in_its_place_a007() {
    let server = Server::start().await;
    for (host, others) in [
        ("http://127.0.0.1", ["http://127.0.0.2", "http://localhost", "http://[::1]", "https://127.0.0.1"]),
        ("http://[::1]", ["http://[::2]", "http://127.0.0.1", "http://localhost", "https://[::1]"]),
    ] {
        let (app, mut browser) = app(&server, &format!("{host}/cb"), json!({})).await;
        let chosen = format!("{host}:51234/cb");
        let answer = browser.fetch(&app.asks(&[("redirect_uri", &chosen)])).await;
        assert!(answer.location().unwrap().starts_with(&format!("{chosen}?code=")));
        // The port belongs to the code: another program that listens elsewhere cannot exchange it as its own.
        let other_port = format!("{host}:51235/cb");
        let code = answer.code();
        assert_eq!(exchange(&server, &app, &code, &other_port).await, (400, "invalid_grant".to_owned()));
        assert_eq!(exchange(&server, &app, &code, &chosen).await.0, 200);
        for other in others {
            let refused = browser.fetch(&app.asks(&[("redirect_uri", &format!("{other}:51234/cb"))])).await;
            assert_eq!((refused.status.as_u16(), refused.location()), (400, None), "{other}");
        }
        for path in ["/other", "/cb/", "/cb?x=1", "/CB", ""] {
            let refused = browser.fetch(&app.asks(&[("redirect_uri", &format!("{host}:51234{path}"))])).await;
            assert_eq!((refused.status.as_u16(), refused.location()), (400, None), "{path}");
        }
    }
}

/// (A006), (A007): a name is not an address, and a web application has a server with one port.
#[tokio::test]
async fn localhost_and_web_applications_have_the_port_that_was_registered_a006_a007() {
    let server = Server::start().await;
    for (uri, members) in [
        ("http://localhost:8090/cb", json!({})),
        ("http://127.0.0.1:8090/cb", json!({"application_type": "web"})),
        ("https://app.example/cb", json!({})),
    ] {
        let (app, mut browser) = app(&server, uri, members).await;
        assert!(browser.fetch(&app.asks(&[])).await.location().unwrap().starts_with(uri));
        let mut other = url::Url::parse(uri).unwrap();
        other.set_port(Some(51234)).unwrap();
        let refused = browser.fetch(&app.asks(&[("redirect_uri", other.as_str())])).await;
        assert_eq!((refused.status.as_u16(), refused.location()), (400, None), "{other}");
    }
}

/// (A006), (A008)
#[tokio::test]
async fn schemes_that_run_or_read_something_are_not_an_apps_own_a006_a008() {
    let server = Server::start().await;
    for uri in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///cb",
        "vbscript:x",
        "myapp:/cb",
        "blob:https://app.example/cb",
        "about:blank",
        "http://app.example/cb",
        "com.example.app:/cb#x",
    ] {
        let metadata =
            json!({"application_type": "native", "token_endpoint_auth_method": "none", "redirect_uris": [uri]});
        let mut work = server.work();
        let refused = hosho::service::oidc::client::create(&mut work, &metadata.to_string()).await;
        assert!(refused.is_err(), "{uri} was registered");
    }
    let web = json!({"redirect_uris": ["com.example.app:/cb"], "token_endpoint_auth_method": "none"});
    let mut work = server.work();
    let refused = hosho::service::oidc::client::create(&mut work, &web.to_string()).await;
    assert!(refused.is_err(), "a web application has no scheme of its own");
}

/// [RFC 8252 §8.1](https://www.rfc-editor.org/rfc/rfc8252#section-8.1): even where it was registered with a secret.
#[tokio::test]
async fn a_native_app_uses_pkce_whether_or_not_it_has_a_secret() {
    let server = Server::start().await;
    for method in ["none", "client_secret_basic", "client_secret_post"] {
        let members = json!({"token_endpoint_auth_method": method});
        let (app, mut browser) = app(&server, "https://app.example/cb", members).await;
        let without = [("code_challenge", ""), ("code_challenge_method", "")];
        assert_eq!(browser.fetch(&app.asks(&without)).await.error().as_deref(), Some("invalid_request"), "{method}");
        assert!(!browser.fetch(&app.asks(&[])).await.code().is_empty(), "{method}");
    }
    let web = json!({"application_type": "web", "token_endpoint_auth_method": "client_secret_basic"});
    let (app, mut browser) = app(&server, "https://app.example/cb", web).await;
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    assert!(!browser.fetch(&app.asks(&without)).await.code().is_empty(), "a server keeps a secret");
}
