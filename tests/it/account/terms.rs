//! Terms and privacy texts: published once, shown for ever, accepted before going on.

use hosho::base::Timestamp;
use hosho::base::time::days;
use hosho::domain::account::terms::Kind;
use hosho::service::account::terms::{self, NewVersion};
use hosho::store;
use http::StatusCode;

use crate::sign_in::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::Server;

const EMAIL: &str = "hanako@mail.example";

async fn publish(server: &Server, kind: Kind, version: &str, from_at: Timestamp) {
    let mut work = server.work();
    let text = |title: &str| format!("# {title} {version}\n\n- <b>1</b>\n- 2\n\nEnd.");
    let new = NewVersion {
        kind,
        version: version.to_owned(),
        from_at,
        bodies: (text("規約"), text("Terms")),
        changes: (format!("{version}で変わりました"), format!("New in {version}")),
    };
    terms::publish(&mut work, new).await.unwrap();
    work.commit().await.unwrap();
}

async fn accepted(server: &Server) -> Vec<(String, String, String, String)> {
    let mut work = server.work();
    let address = hosho::domain::account::EmailAddress::parse(EMAIL).unwrap();
    let sub = store::account::find_by_email(work.tx(), &address).await.unwrap().unwrap().sub;
    let rows = store::account::terms::accepted(work.tx(), &sub).await.unwrap();
    rows.into_iter().map(|row| (row.kind, row.version, row.locale, row.source)).collect()
}

fn row(kind: &str, version: &str, locale: &str, source: &str) -> (String, String, String, String) {
    (kind.to_owned(), version.to_owned(), locale.to_owned(), source.to_owned())
}

#[tokio::test]
async fn whoever_makes_an_account_accepts_the_current_texts_and_is_told_so() {
    let server = Server::start().await;
    assert_eq!(server.browser().get("/terms").await.status, StatusCode::NOT_FOUND);
    publish(&server, Kind::Terms, "2026-11", server.clock.now()).await;
    publish(&server, Kind::Privacy, "1", server.clock.now()).await;
    let mut browser = server.browser();
    let done = sign_up(&server, &mut browser, EMAIL).await;
    assert_eq!(done.location().as_deref(), Some("/my"), "nothing is asked once more");
    assert_eq!(
        accepted(&server).await,
        [row("privacy", "1", "ja", "sign_up"), row("terms", "2026-11", "ja", "sign_up")]
    );
    let page = server.browser().get("/terms").await;
    assert!(page.find("main h2").unwrap().contains("規約 2026-11"));
    assert!(page.text.contains("&#60;b&#62;1&#60;/b&#62;") && !page.text.contains("<b>"), "{}", page.text);
}

#[tokio::test]
async fn a_new_text_is_asked_for_from_its_day_on_at_the_sign_in() {
    let server = Server::start().await;
    publish(&server, Kind::Terms, "1", server.clock.now()).await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    publish(&server, Kind::Terms, "2", server.clock.now().plus(days(10))).await;
    assert!(server.browser().get("/terms/2").await.find(".notice").is_some(), "announced");
    server.clock.advance(days(9));
    let before = sign_in(&mut server.browser(), EMAIL, PASSWORD).await;
    assert_eq!(before.location().as_deref(), Some("/my"));
    server.clock.advance(days(1));
    let mut browser = server.browser();
    let asked = sign_in(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.follow(asked).await;
    assert!(page.text.contains("2で変わりました") && page.text.contains("規約 2"), "{}", page.text);
    // A page that showed something older is not enough.
    let stale = browser.submit(&page, "agree", &[("terms", "1")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(accepted(&server).await.len(), 1);
    let done = browser.submit(&page, "agree", &[]).await;
    assert_eq!(done.path, "/my");
    assert_eq!(accepted(&server).await[1], row("terms", "2", "ja", "sign_in"));
    let again = sign_in(&mut server.browser(), EMAIL, PASSWORD).await;
    assert_eq!(again.location().as_deref(), Some("/my"), "once");
    assert!(is_signed_in(&mut browser).await);
    let old = server.browser().speaking("en").get("/terms/1").await;
    assert!(old.text.contains("Terms 1") && old.find(".notice-warn").is_some());
    assert_eq!(server.browser().get("/terms/3").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_app_gets_nothing_before_the_new_text_is_accepted() {
    let server = Server::start().await;
    let mut hanako = server.person(EMAIL).await;
    let shop = server.shop().await;
    publish(&server, Kind::Terms, "1", server.clock.now()).await;
    let silent = hanako.browser.fetch(&shop.asks(&[("prompt", "none")])).await;
    assert_eq!(silent.location_parameter("error").as_deref(), Some("interaction_required"));
    let page = hanako.browser.get(&shop.asks(&[])).await;
    assert!(page.find("#agree").is_some(), "{}", page.text);
    let done = hanako.browser.submit(&page, "agree", &[]).await;
    assert!(done.location_parameter("code").is_some(), "{} {}", done.path, done.text);
    let silent = hanako.browser.fetch(&shop.asks(&[("prompt", "none")])).await;
    assert!(silent.location_parameter("code").is_some());
}

#[tokio::test]
async fn a_version_is_published_once_and_never_changes() {
    let server = Server::start().await;
    publish(&server, Kind::Terms, "1", server.clock.now()).await;
    for (version, body) in [("1", "other"), ("../x", "text"), ("2", " "), ("2", "a\u{0}")] {
        let mut work = server.work();
        let new = NewVersion {
            kind: Kind::Terms,
            version: version.to_owned(),
            from_at: server.clock.now(),
            bodies: (body.to_owned(), "text".to_owned()),
            changes: (String::new(), String::new()),
        };
        assert!(terms::publish(&mut work, new).await.is_err(), "{version}");
    }
    assert!(server.browser().get("/terms").await.text.contains("規約 1"));
}
