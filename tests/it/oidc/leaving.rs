//! Where a client that nobody knows may send a browser. RFC 9700 §4.11.2; A014 of the attack list.

use hosho::service::oidc::client::verify;
use serde_json::json;

use crate::support::{Answer, Server};

const HOST: &str = "shop.example";

/// A page that names the host and goes nowhere by itself.
fn is_named(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.location()), (200, None), "{}", answer.text);
    assert!(answer.find("h1").unwrap().contains(HOST), "{:?}", answer.find("h1"));
    assert!(answer.find("#leaving-go").unwrap().contains(HOST));
    assert!(!answer.text.contains("form_post.js") && answer.find("meta[http-equiv]").is_none(), "{}", answer.text);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

/// (A014)
#[tokio::test]
async fn a_stranger_is_not_bounced_to_a_client_that_nobody_knows_a014() {
    let server = Server::open().await;
    let evil = server.register(json!({"client_name": "Evil"})).await.shop;
    let own = server.own_app("shop").await;
    for given in [("scope", "bogus"), ("prompt", "none"), ("response_type", ""), ("max_age", "soon")] {
        for (language, word) in [("ja", "進む"), ("en", "Continue")] {
            let mut stranger = server.browser().speaking(language);
            let answer = stranger.fetch(&evil.asks(&[given, ("state", "\"><script>")])).await;
            is_named(&answer);
            assert!(answer.find("#leaving-go").unwrap().contains(word), "{given:?}");
            let href = answer.attributes("#leaving-go", "href").remove(0);
            assert!(href.starts_with("https://shop.example/cb?error="), "{href}");
            assert!(href.contains("&state=%22%3E%3Cscript%3E"), "{href}");

            let posted = stranger.fetch(&evil.asks(&[given, ("response_mode", "form_post")])).await;
            is_named(&posted);
            assert_eq!(posted.form("leaving-go", &[]).0, "https://shop.example/cb");
            let signed = stranger.fetch(&evil.asks(&[given, ("response_mode", "jwt")])).await;
            is_named(&signed);
            assert!(signed.attributes("#leaving-go", "href")[0].contains("?response="));
        }
        // A client that the operator registered is known: nobody is held up.
        assert_eq!(server.browser().fetch(&own.asks(&[given])).await.status, 303, "{given:?}");
    }
}

/// (A014): whoever is signed in, or came through a page of ours, is sent on; so is everybody once the client is verified.
#[tokio::test]
async fn whoever_saw_a_page_of_ours_is_sent_on_a014() {
    let server = Server::open().await;
    let evil = server.register(json!({"client_name": "Evil"})).await.shop;
    let mut hanako = server.person("hanako@example.jp").await;
    let answer = hanako.browser.fetch(&evil.asks(&[("prompt", "none")])).await;
    assert_eq!(answer.error().as_deref(), Some("consent_required"));

    let mut stranger = server.browser();
    let page = stranger.get(&evil.asks(&[])).await;
    let answer = stranger.submit(&page, "login-cancel", &[]).await;
    assert_eq!((answer.status.as_u16(), answer.error().as_deref()), (303, Some("access_denied")));

    let mut work = server.work();
    verify(&mut work, &evil.id.as_str().into()).await.unwrap();
    work.commit().await.unwrap();
    let answer = server.browser().fetch(&evil.asks(&[("prompt", "none")])).await;
    assert_eq!(answer.error().as_deref(), Some("login_required"));
}
