//! What bad authorization requests get: a page where nothing is trusted, the standard's error where it is.

use crate::support::{ISSUER, Server};

/// A few of the near misses of the rule's own test, through the real endpoint.
const NEAR_MISSES: &[&str] = &[
    "https://shop.example.evil.tld/cb",
    "https://evil@shop.example/cb",
    "https://shop.example/%2e%2e/cb",
    "https://shop.example/cb/",
    "https://shop.example/cb?x=1",
    "https://shop.example/cb#x",
    "http://shop.example/cb",
    "javascript:alert(1)",
    "https://shop.example/\"><script>alert(1)</script>",
];

/// (A001), (A011)
#[tokio::test]
async fn an_unverified_redirect_uri_gets_a_page_and_never_a_redirect_a001_a011() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    for uri in NEAR_MISSES {
        let answer = browser.fetch(&shop.asks(&[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, 400, "{uri}");
        assert_eq!(answer.location(), None, "{uri}");
        assert!(!answer.text.contains(uri) && !answer.text.contains("<script>alert"), "{uri} is shown");
        assert_eq!(answer.find("#error-code").as_deref(), Some("invalid_request"));
    }
    let missing = browser.fetch(&shop.asks(&[("redirect_uri", "")])).await;
    assert_eq!((missing.status.as_u16(), missing.location()), (400, None));
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fshop.example%2Fcb", shop.asks(&[]));
    assert_eq!(browser.fetch(&twice).await.location(), None);
}

/// (A017)
#[tokio::test]
async fn an_unknown_client_gets_a_page_that_shows_nothing_of_the_request_a017() {
    let server = Server::start().await;
    let evil = "\"><img src=x onerror=alert(1)>";
    let parameters = ["client_id", "error", "login_hint", "ui_locales", "acr_values", "display", "state"];
    let query: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters.iter().map(|name| (*name, evil)))
        .finish();
    for path in ["/authorize", "/end_session"] {
        let answer = server.browser().fetch(&format!("{path}?{query}")).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(!answer.text.contains("<img src=x"), "{path}");
        assert_eq!(answer.find("#error-code").as_deref(), Some("invalid_client"), "{path}");
        assert!(answer.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    }
}

/// (A023), (A043)
#[tokio::test]
async fn each_bad_request_returns_with_its_error_state_and_issuer_a023_a043() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "id_token token")], "unsupported_response_type"),
        (&[("response_mode", "web_message")], "invalid_request"),
        (&[("scope", "bogus")], "invalid_scope"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("request", "e30.e30.")], "invalid_request_object"),
        (&[("request_uri", "https://shop.example/r")], "invalid_request_uri"),
        (&[("request", "e30.e30."), ("request_uri", "https://shop.example/r")], "invalid_request"),
        (&[("dpop_jkt", "abc")], "invalid_request"),
        (&[("claims", "{")], "invalid_request"),
        (&[("resource", "https://elsewhere.example")], "invalid_target"),
        (&[("id_token_hint", "e30.e30.AA"), ("prompt", "none")], "invalid_request"),
        (
            &[("claims", r#"{"id_token":{"acr":{"essential":true,"values":["gold"]}}}"#)],
            "unmet_authentication_requirements",
        ),
    ];
    for (given, expected) in cases {
        let answer = browser.fetch(&shop.asks(given)).await;
        assert_eq!(answer.error().as_deref(), Some(*expected), "{given:?}");
        let fields = answer.delivered();
        assert_eq!((fields["state"].as_str(), fields["iss"].as_str()), ("a state", ISSUER), "{given:?}");
    }
    let twice = browser.fetch(&format!("{}&nonce=b", shop.asks(&[]))).await;
    assert_eq!(twice.error().as_deref(), Some("invalid_request"));
}

/// (A018)
#[tokio::test]
async fn line_breaks_in_state_make_no_header_a018() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let answer = server.browser().fetch(&shop.asks(&[("state", "\r\nSet-Cookie: x=y"), ("prompt", "none")])).await;
    assert!(answer.location().unwrap().contains("state=%0D%0ASet-Cookie"));
    assert_eq!(answer.header("x"), None);
}

/// (A025)
#[tokio::test]
async fn long_values_are_kept_and_endless_ones_refused_a025() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    let state = "s".repeat(4096);
    let answer = browser.fetch(&shop.asks(&[("state", &state), ("prompt", "none"), ("foo", "bar")])).await;
    assert_eq!(answer.location_parameter("state"), Some(state));
    let answer = browser.fetch(&shop.asks(&[("state", &"s".repeat(40_000))])).await;
    assert_eq!(answer.status, 400);
}

/// (A171)
#[tokio::test]
async fn bad_encodings_get_a_page() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    for tail in ["&state=%00", "&state=%ff", "&state=%zz"] {
        let answer = server.browser().fetch(&format!("{}{tail}", shop.asks(&[("state", "")]))).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{tail}");
    }
}

#[tokio::test]
async fn the_page_says_which_app_what_to_do_and_what_support_needs() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let wrong = [("redirect_uri", "https://evil.example/")];
    let page = server.browser().fetch(&shop.asks(&wrong)).await;
    assert_eq!(page.find("h1").as_deref(), Some("shop からの要求を受け付けられません"));
    assert_eq!(page.find("#error-parameter").as_deref(), Some("redirect_uri"));
    assert!(page.find("#error-reference").is_some_and(|reference| reference.len() > 8));
    assert!(page.find("main").unwrap().contains("あなたの情報は何も渡していません"));
    let english = server.browser().speaking("en").fetch(&shop.asks(&[("client_id", "nobody")])).await;
    assert_eq!(english.find("h1").as_deref(), Some("This app's request cannot be taken"));
    assert_eq!(english.find("#error-parameter").as_deref(), Some("client_id"));

    // Of a client that came by itself nobody knows whether its name is true.
    let open = Server::start_with(&[("HOSHO_REGISTRATION_MODE", "open")]).await;
    let registered = open.register(serde_json::json!({"client_name": "Your bank"})).await;
    let address = format!("/authorize?client_id={}&redirect_uri=https%3A%2F%2Fevil.example", registered.id());
    let page = open.browser().fetch(&address).await;
    assert!(page.status == 400 && !page.text.contains("Your bank"), "{}", page.text);
}
