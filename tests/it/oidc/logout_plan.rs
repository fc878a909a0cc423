//! The plan RP-Initiated OP, module by module: a client that is not the maker's own, in a browser that signed in there.

use serde_json::json;

use super::plan::seed;
use crate::support::{Answer, Browser, ISSUER, Server, Shop, TestKey, claims, text};

const BYE: &str = "https://shop.example/post_logout_redirect";

/// A browser that signed in at a client, with the ID token that the client got.
struct Plan {
    server: Server,
    shop: Shop,
    browser: Browser,
    id_token: String,
}

async fn start() -> Plan {
    let server = Server::start().await;
    let sub = seed(&server).await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &sub).await;
    let metadata = json!({
        "hosho_first_party": false, "post_logout_redirect_uris": [BYE], "id_token_signed_response_alg": "RS256",
    });
    let shop = server.shop_with(metadata).await;
    let id_token = text(&shop.tokens(&mut browser, "openid profile").await, "id_token").to_owned();
    Plan { server, shop, browser, id_token }
}

impl Plan {
    /// Go to the end of the session and confirm where the page asks, as the suite's browser does.
    async fn end(&mut self, parameters: &[(&str, &str)]) -> Answer {
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        let answer = self.browser.get(&format!("/end_session?{encoded}")).await;
        if answer.find("#logout-confirm").is_none() {
            return answer;
        }
        self.browser.submit(&answer, "logout-confirm", &[]).await
    }

    async fn is_signed_in(&mut self) -> bool {
        let error = self.browser.fetch(&self.shop.asks(&[("prompt", "none")])).await.error();
        assert!(matches!(error.as_deref(), None | Some("login_required")), "{error:?}");
        error.is_none()
    }
}

/// conformance: oidcc-rp-initiated-logout-discovery-endpoint-verification
#[tokio::test]
async fn the_metadata_says_where_sessions_end() {
    let server = Server::start().await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    assert_eq!(document["end_session_endpoint"], format!("{ISSUER}/end_session"));
}

/// conformance: oidcc-rp-initiated-logout, oidcc-rp-initiated-logout-no-state
#[tokio::test]
async fn with_everything_right_the_browser_returns_with_the_state_and_nothing_else() {
    for state in [Some("a state"), None] {
        let mut plan = start().await;
        assert!(plan.is_signed_in().await);
        let id_token = plan.id_token.clone();
        let mut parameters = vec![("id_token_hint", id_token.as_str()), ("post_logout_redirect_uri", BYE)];
        parameters.extend(state.map(|state| ("state", state)));
        let expected = state.map_or(BYE.to_owned(), |_| format!("{BYE}?state=a+state"));
        assert_eq!(plan.end(&parameters).await.location(), Some(expected));
        assert!(!plan.is_signed_in().await);
    }
}

/// conformance: oidcc-rp-initiated-logout-no-params, oidcc-rp-initiated-logout-only-state,
/// oidcc-rp-initiated-logout-no-post-logout-redirect-uri
#[tokio::test]
async fn without_a_way_back_a_page_says_that_it_is_done() {
    for (has_hint, state) in [(false, None), (false, Some("a state")), (true, Some("a state"))] {
        let mut plan = start().await;
        let id_token = plan.id_token.clone();
        let hint = has_hint.then_some(("id_token_hint", id_token.as_str()));
        let parameters: Vec<_> = hint.into_iter().chain(state.map(|state| ("state", state))).collect();
        let done = plan.end(&parameters).await;
        assert_eq!((done.status.as_u16(), done.location()), (200, None), "{parameters:?}");
        assert!(done.find("h1").is_some_and(|said| !said.is_empty()), "{parameters:?}");
        assert!(!plan.is_signed_in().await, "{parameters:?}");
    }
}

/// conformance: oidcc-rp-initiated-logout-bad-post-logout-redirect-uri,
/// oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri,
/// oidcc-rp-initiated-logout-modified-id-token-hint, oidcc-rp-initiated-logout-bad-id-token-hint,
/// oidcc-rp-initiated-logout-no-id-token-hint
#[tokio::test]
async fn a_wish_that_cannot_be_trusted_is_refused_on_a_page_and_leads_nowhere() {
    let mut plan = start().await;
    let good = plan.id_token.clone();
    let payload = good.split('.').nth(1).unwrap();
    let unsigned = format!("{}.{payload}.", hosho::base::digest::base64url(json!({"alg": "none"}).to_string()));
    let by_another = TestKey::rs256().sign(&claims(&good), &json!({}));
    let by_its_name = TestKey::rs256().sign(&claims(&good), &json!({"kid": "1"}));
    let (bad, added) = (format!("{BYE}/bad"), format!("{BYE}?foo=bar"));
    for (hint, uri) in [
        (Some(&good), bad.as_str()),
        (Some(&good), &added),
        (Some(&unsigned), BYE),
        (Some(&by_another), BYE),
        (Some(&by_its_name), BYE),
        (None, BYE),
    ] {
        let hint = hint.map(|hint| ("id_token_hint", hint.as_str()));
        let parameters: Vec<_> = hint.into_iter().chain([("post_logout_redirect_uri", uri), ("state", "x")]).collect();
        let answer = plan.end(&parameters).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{parameters:?}");
        assert!(answer.find("#error-code").is_some(), "{parameters:?}");
        assert!(plan.is_signed_in().await, "{parameters:?}");
    }
    assert!(plan.server.letters().await.is_empty(), "nobody is written to for it");
}
