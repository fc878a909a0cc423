//! Names that people and clients chose, wherever they are shown: text, never markup. A008, A016, A017, A019.

use serde_json::json;

use crate::support::{Answer, Server};
use hosho::base::time::seconds;
use hosho::domain::account::Field;
use hosho::service::account::profile;
use hosho::store::query::sql;

const EVIL: &str = "<img src=x onerror=alert(1)>\"'&";

fn is_inert(answer: &Answer) {
    for markup in ["<img src=x", "<script>alert", "javascript:", "<svg>", "onerror=alert(1)>\""] {
        assert!(!answer.text.contains(markup), "{markup} on {}:\n{}", answer.path, answer.text);
    }
}

/// (A019): on consent, sign-in, sign-out and account pages, in both languages, and in letters.
#[tokio::test]
async fn a_name_is_shown_as_text_on_every_page_and_in_every_letter_a019() {
    let server = Server::start().await;
    let members = json!({"client_name": EVIL, "client_name#ja": EVIL, "policy_uri": "https://shop.example/?\"><svg>",
        "post_logout_redirect_uris": ["https://shop.example/bye"]});
    let shop = server.relying_party("shop", members).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let mut work = server.work();
    let wishes = [
        (Field::Nickname, EVIL.to_owned()),
        (Field::FamilyName, EVIL.to_owned()),
        (Field::StreetAddress, EVIL.to_owned()),
    ];
    profile::change(&mut work, &hanako.sub, &wishes).await.unwrap();
    work.commit().await.unwrap();
    for language in ["ja", "en"] {
        hanako.browser.headers = vec![("accept-language", language.to_owned())];
        let page = hanako.browser.get(&shop.asks(&[("prompt", "consent")])).await;
        assert!(
            page.find("#consent-allow").is_some() && page.find("main").unwrap().contains("<img src=x"),
            "shown as text"
        );
        is_inert(&page);
        hanako.browser.submit_once(&page, "consent-allow", &[]).await.code();
        for path in ["/my", "/my/profile", "/my/apps", "/my/security", "/my/sessions", "/my/products"] {
            is_inert(&hanako.browser.get(path).await);
        }
        is_inert(&hanako.browser.get(&format!("/end_session?client_id={}", shop.id)).await);
        let mut stranger = server.browser().speaking(language);
        let page = stranger.get(&shop.asks(&[("login_hint", EVIL)])).await;
        assert!(page.find("#login-submit").is_some());
        is_inert(&page);
        is_inert(&stranger.get("/sign-up?attempt=%3Cimg%20src=x%20onerror=alert(1)%3E").await);
        let page = stranger.get("/recover").await;
        stranger.submit(&page, "email", &[("email", "hanako@example.jp")]).await;
        let letter = server.last_letter_to("hanako@example.jp").await;
        assert!(!letter.html.contains("<img src=x"), "{}", letter.html);
    }
}

/// (A017): what an address brings along is not shown as markup, and an API answers in its own form whatever a browser accepts.
#[tokio::test]
async fn nothing_of_an_address_becomes_markup_a017() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let evil: String = form_urlencoded::byte_serialize(EVIL.as_bytes()).collect();
    let names = [
        "client_id",
        "error",
        "error_description",
        "error_hint",
        "login_hint",
        "ui_locales",
        "acr_values",
        "display",
        "state",
        "id_token_hint",
        "claims",
        "prompt",
        "request",
        "next",
        "notice",
        "attempt",
        "proof",
        "token",
        "post_logout_redirect_uri",
    ];
    let mut browser = server.browser();
    for path in
        ["/authorize", "/end_session", "/error", "/sign-in", "/sign-up", "/sign-up/code", "/recover", "/consent", "/my"]
    {
        for name in names {
            is_inert(&browser.fetch(&format!("{path}?{name}={evil}")).await);
        }
    }
    for name in names.iter().filter(|name| **name != "client_id") {
        let answer = browser.get(&shop.asks(&[(name, EVIL)])).await;
        is_inert(&answer);
    }
    for path in
        ["/token", "/introspect", "/revoke", "/userinfo", "/registry/v1/me/units", "/registry/v1/me/registrations"]
    {
        for method in ["GET", "POST"] {
            let request = http::Request::builder().method(method).uri(path).header("accept", "text/html");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            let answer = browser.send(request.body(axum::body::Body::from(format!("client_id={evil}"))).unwrap()).await;
            let kind = answer.header("content-type").unwrap_or_default();
            assert!(answer.status == 405 || kind.contains("json"), "{method} {path}: {kind}");
            assert!(!answer.text.contains("<img"), "{path}");
        }
    }
}

/// (A008): links are refused where they are stored, and again where they are shown. What somebody wrote into the record
/// of a sign-in is on none of its pages; a client with such a link in its own record cannot be used at all.
#[tokio::test]
async fn a_link_that_runs_something_is_not_shown_even_if_it_is_stored_a008() {
    const LINK: &str = "https://shop.example/about";
    let server = Server::start().await;
    let members = json!({"client_uri": LINK, "policy_uri": LINK, "tos_uri": LINK, "logo_uri": LINK});
    let shop = server.relying_party("shop", members).await;
    let replace = async |table: &'static str, evil: &str| {
        let mut work = server.work();
        let quoted = |text: &str| json!(text).to_string();
        let changed = sql(table).bind(quoted(LINK)).bind(quoted(evil)).run(work.tx()).await.unwrap();
        work.commit().await.unwrap();
        changed
    };
    let evils =
        ["JaVaScRiPt:alert(1)", "\tjavascript:alert(1)", "data:text/html,<svg>", "vbscript:x", "blob:x", "file:///x"];
    for evil in evils {
        for prompt in ["", "create"] {
            let mut stranger = server.browser();
            let asked = stranger.fetch(&shop.asks(&[("prompt", prompt)])).await;
            assert!(stranger.follow(asked.clone()).await.text.contains(LINK), "links that are links are shown");
            let attempts = "UPDATE attempt SET asked_by = REPLACE(asked_by, $1, $2)";
            assert!(replace(attempts, evil).await > 0);
            let page = stranger.follow(asked).await;
            assert_eq!(page.status, 200, "{}", page.text);
            for name in ["href", "src", "action"] {
                for address in page.attributes(&format!("[{name}]"), name) {
                    assert!(
                        address.starts_with(['/', '#']) || address.starts_with("https://"),
                        "{address} on {}",
                        page.path
                    );
                }
            }
            is_inert(&page);
        }
    }
    assert_eq!(replace("UPDATE client SET metadata = REPLACE(metadata, $1, $2)", evils[0]).await, 1);
    server.clock.advance(seconds(5));
    let page = server.browser().fetch(&shop.asks(&[])).await;
    assert!(page.location().is_none() && !page.status.is_success());
    is_inert(&page);
}
