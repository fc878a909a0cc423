//! Applications are told by the browser that a session has ended. OpenID Connect Front-Channel Logout 1.0, Session
//! Management 1.0.

use hosho::oidc::logout::session_management::{browser_state, session_state};
use serde_json::json;

use crate::support::{Server, claims};

const OUT: &str = "https://shop.example/out";
const BYE: &str = "https://shop.example/bye";

/// conformance: oidcc-frontchannel-rp-initiated-logout, oidcc-frontchannel-logout-discovery-endpoint-verification
#[tokio::test]
async fn the_page_loads_what_every_application_registered_and_goes_on() {
    let server = Server::start().await;
    let members = |session: bool| {
        json!({"frontchannel_logout_uri": OUT, "frontchannel_logout_session_required": session,
               "post_logout_redirect_uris": [BYE]})
    };
    let (shop, plain) = (server.shop_with(members(true)).await, server.shop_with(members(false)).await);
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    let id_token = shop.tokens(&mut browser, "openid").await["id_token"].as_str().unwrap().to_owned();
    plain.tokens(&mut browser, "openid").await;

    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", BYE), ("state", "x")])
        .finish();
    let page = browser.fetch(&format!("/end_session?{query}")).await;
    assert_eq!(page.status, 200);
    let mut frames: Vec<String> = page.attributes("iframe", "src");
    frames.sort();
    let sid = claims(&id_token)["sid"].as_str().unwrap().to_owned();
    assert_eq!(frames, [OUT.to_owned(), format!("{OUT}?iss=http%3A%2F%2Flocalhost%3A8080&sid={sid}")]);
    assert_eq!(page.attributes("#front-channel-next", "href"), [format!("{BYE}?state=x")]);
    assert_eq!(page.attributes("meta[http-equiv=refresh]", "content"), [format!("8;url={BYE}?state=x")]);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.ends_with("; frame-src https://shop.example"), "{policy}");
    assert!(!browser.cookies.contains_key("hosho_session"));
    assert_eq!(
        browser.fetch(&format!("/authorize?{}&prompt=none", asks(&shop))).await.error().unwrap(),
        "login_required"
    );

    let discovery = browser.get("/.well-known/openid-configuration").await.json();
    for member in ["frontchannel_logout_supported", "frontchannel_logout_session_supported"] {
        assert_eq!(discovery[member], true);
    }
}

#[tokio::test]
async fn signing_out_on_my_page_loads_them_too_and_ends_at_the_sign_in() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"frontchannel_logout_uri": OUT})).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    shop.tokens(&mut browser, "openid").await;
    let page = browser.get("/sign-out").await;
    let page = browser.submit(&page, "logout-confirm", &[]).await;
    assert_eq!(page.attributes("iframe", "src"), [OUT]);
    assert_eq!(page.attributes("#front-channel-next", "href"), ["/sign-in?notice=signed-out"]);
    let page = browser.get("/signed-out").await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn the_frame_of_session_management_exists_only_where_it_is_allowed() {
    let server = Server::start().await;
    assert_eq!(server.browser().get("/check_session").await.status, 404);
    let discovery = server.browser().get("/.well-known/openid-configuration").await.json();
    assert!(discovery.get("check_session_iframe").is_none());

    let server = Server::start_with(&[("HOSHO_PROTOCOL_SESSION_MANAGEMENT", "true")]).await;
    let page = server.browser().get("/check_session").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.attributes("html", "data-cookie"), ["hosho_state"]);
    assert_eq!(page.header("x-frame-options"), None);
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors https: http:"));
    let discovery = server.browser().get("/.well-known/openid-configuration").await.json();
    assert_eq!(discovery["check_session_iframe"], "http://localhost:8080/check_session");
}

/// conformance: oidcc-session-management-rp-initiated-logout
#[tokio::test]
async fn an_answer_carries_what_the_frame_is_asked_with() {
    for (setting, mode) in [("true", "query"), ("true", "form_post"), ("false", "query")] {
        let server = Server::start_with(&[("HOSHO_PROTOCOL_SESSION_MANAGEMENT", setting)]).await;
        let shop = server.shop().await;
        let mut hanako = server.person("hanako@example.jp").await;
        let fields = hanako.browser.fetch(&shop.asks(&[("response_mode", mode)])).await.delivered();
        let cookie = hanako.browser.cookies["hosho_session"].as_str();
        let expected = |salt: &str| session_state(&shop.id, &shop.callback, &browser_state(Some(cookie)), salt);
        let salt = fields.get("session_state").and_then(|state| state.split_once('.')).map(|(_, salt)| salt);
        assert_eq!(fields.get("session_state").cloned(), salt.and_then(expected), "{mode}");
        assert_eq!(salt.is_some(), setting == "true", "{mode}");
        for given in [("scope", "email"), ("prompt", "none login")] {
            let fields = hanako.browser.fetch(&shop.asks(&[given])).await.delivered();
            assert!(!fields.contains_key("session_state"), "{given:?}: {fields:?}");
        }
    }
}

fn asks(shop: &crate::support::Shop) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("client_id", shop.id.as_str()),
            ("redirect_uri", &shop.callback),
            ("response_type", "code"),
            ("scope", "openid"),
        ])
        .finish()
}
