//! Answers that the browser posts. OAuth 2.0 Form Post Response Mode; A016, A017 and A020 of the attack list.

use serde_json::json;

use super::implicit::old_client;
use crate::support::{Answer, ISSUER, Server};

const EVIL: &str = "\"><script>alert(1)</script>'&#x27;";

/// What any browser does with the page: the fields as they would be posted.
fn posted(answer: &Answer, expected: &[&str]) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.location(), None);
    let (action, fields) = answer.form("iss", &[]);
    assert_eq!(action, "https://shop.example/cb");
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, expected);
    assert!(fields.contains(&("state".to_owned(), EVIL.to_owned())), "{fields:?}");
    assert!(fields.contains(&("iss".to_owned(), ISSUER.to_owned())), "{fields:?}");
    assert!(answer.find("#form-post button").is_some(), "without scripts a button posts it");
    assert!(answer.find("#form-post [name='csrf']").is_none(), "our token stays here");
}

/// (A016)
#[tokio::test]
async fn every_response_type_can_be_posted_and_its_values_are_text_a016() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let token = ["access_token", "token_type", "expires_in", "scope"];
    for (kind, expected) in [
        ("code", vec!["code"]),
        ("none", vec![]),
        ("token", token.to_vec()),
        ("id_token", vec!["id_token"]),
        ("id_token token", [&token[..], &["id_token"]].concat()),
        ("code id_token", vec!["code", "id_token"]),
        ("code token", [&["code"], &token[..]].concat()),
        ("code id_token token", [&["code"], &token[..], &["id_token"]].concat()),
    ] {
        let asked = [("response_type", kind), ("response_mode", "form_post"), ("state", EVIL)];
        let answer = hanako.browser.fetch(&shop.asks(&asked)).await;
        posted(&answer, &[&expected[..], &["state", "iss"]].concat());
        assert!(!answer.text.contains("<script>alert"), "{kind}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
        // The client may redirect on from where the form is posted, to wherever it likes.
        assert!(!policy.contains("form-action"), "{policy}");
    }
}

/// (A017)
#[tokio::test]
async fn errors_are_posted_like_everything_else_a017() {
    let server = Server::start_compatible().await;
    let shop = old_client(&server, json!({})).await;
    let error = ["error", "error_description", "state", "iss"];
    for kind in ["code", "id_token", "code id_token token"] {
        for given in [("prompt", "none"), ("scope", "bogus"), ("max_age", "soon"), ("response_type", "")] {
            let mut asked = vec![("response_type", kind), ("response_mode", "form_post"), ("state", EVIL)];
            asked.retain(|(name, _)| *name != given.0);
            asked.push(given);
            let answer = server.browser().fetch(&shop.asks(&asked)).await;
            posted(&answer, &error);
            assert!(!answer.text.contains("<script>alert"), "{kind} {given:?}");
        }
    }
}

#[tokio::test]
async fn the_page_posts_itself_with_a_script_that_old_browsers_understand() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut stranger = server.browser();
    let asked = [("response_mode", "form_post"), ("prompt", "none")];
    let page = stranger.fetch(&shop.asks(&asked)).await;
    let mut sources = page.text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let script = sources.find(|address| address.ends_with("/form_post.js")).expect("a script of its own");
    let script = stranger.fetch(script).await;
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(script.text.contains("getElementById(\"form-post\").submit()"), "{}", script.text);
    for modern in ["=>", "const ", "let ", "?.", "`", "async", "import"] {
        let code: String = script.text.lines().filter(|line| !line.starts_with("//")).collect();
        assert!(!code.contains(modern), "{modern}");
    }
    // In the visitor's language, whatever the client is called.
    assert_eq!(page.find("h1").as_deref(), Some("アプリへ戻ります"));
    let mut english = server.browser().speaking("en");
    assert_eq!(english.fetch(&shop.asks(&asked)).await.find("#form-post button").as_deref(), Some("Continue"));
}

/// RFC 6749 knows no line breaks in `state`, but what was sent comes back or is refused.
#[tokio::test]
async fn line_breaks_in_state_come_back_as_they_were_sent_or_not_at_all() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    for kind in ["code", "code id_token"] {
        for state in ["a\r\nb", "\r\n", "\r\n\r\n\"x\"\r\n", "tab\there"] {
            let asked = [("response_type", kind), ("response_mode", "form_post"), ("state", state)];
            let answer = hanako.browser.fetch(&shop.asks(&asked)).await;
            assert_eq!(answer.delivered()["state"], state, "{kind} {state:?}");
            assert!(!answer.text.contains("value=\"\r") && !answer.text.contains("a\r\nb"), "{}", answer.text);
        }
        for state in ["a\nb", "a\rb", "\n", "a\r\n\nb", "a\n\rb"] {
            let asked = [("response_type", kind), ("response_mode", "form_post"), ("state", state)];
            let answer = hanako.browser.fetch(&shop.asks(&asked)).await;
            assert_eq!(answer.error().as_deref(), Some("invalid_request"), "{kind} {state:?}");
            assert_eq!(answer.delivered()["state"], state, "an address carries everything");
            // A signed answer and an address do.
            for mode in [if kind == "code" { "query" } else { "fragment" }, "form_post.jwt"] {
                let asked = [("response_type", kind), ("response_mode", mode), ("state", state)];
                assert_eq!(hanako.browser.fetch(&shop.asks(&asked)).await.error(), None, "{mode} {state:?}");
            }
        }
    }
}

/// (A020): a client can be held to the modes it registered.
#[tokio::test]
async fn only_the_registered_modes_are_answered_in_a020() {
    let server = Server::start().await;
    let members = json!({"hosho_first_party": true, "response_modes": ["form_post"]});
    let shop = server.relying_party("shop", members).await;
    let mut hanako = server.person("hanako@example.jp").await;
    assert!(!hanako.browser.fetch(&shop.asks(&[("response_mode", "form_post")])).await.code().is_empty());
    for mode in ["", "query", "fragment", "jwt", "form_post.jwt"] {
        let answer = hanako.browser.fetch(&shop.asks(&[("response_mode", mode)])).await;
        assert_eq!(answer.error().as_deref(), Some("invalid_request"), "{mode:?}");
    }
    for (members, why) in [
        (json!({"response_modes": []}), "response_modes has none that fits the response type code"),
        (json!({"response_modes": ["web_message"]}), "response_modes has a value that is not supported"),
    ] {
        let mut metadata = json!({"redirect_uris": ["https://shop.example/cb"]});
        metadata.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let refused = hosho::service::oidc::client::create(&mut server.work(), &metadata.to_string()).await;
        assert!(format!("{:?}", refused.err()).contains(why), "{why}");
    }
}
