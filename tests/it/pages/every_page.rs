//! Every page a person can open, in both languages: its shape, its language, its headers.

use hosho::base::Locale;
use hosho::http::route::{Access, Kind};
use hosho::http::routes;
use http::StatusCode;

use super::person::signed_in;
use super::shape::faults;
use super::stock;
use crate::support::Answer;
use crate::support::Server;

pub(super) fn sound(answer: &Answer, locale: Locale) {
    let found = faults(&answer.text, locale);
    assert!(found.is_empty(), "{} in {}: {found:#?}\n{}", answer.path, locale.tag(), answer.text);
    let policy = answer.header("content-security-policy").unwrap_or_default();
    for part in ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{}: {part} is not in {policy}", answer.path);
    }
    assert!(!policy.contains("unsafe"), "{}: {policy}", answer.path);
    for (name, value) in
        [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"), ("cache-control", "no-store")]
    {
        assert_eq!(answer.header(name), Some(value), "{}: {name}", answer.path);
    }
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{}", answer.path);
}

#[tokio::test]
async fn every_page_is_sound_in_both_languages() {
    for locale in Locale::ALL {
        let server = Server::start().await;
        stock::import(&server).await;
        let mut stranger = server.browser().speaking(locale.tag());
        let mut hanako = signed_in(&server, "hanako@example.jp", locale).await;
        let start = hanako.get("/my/products/add").await;
        let when = hanako.submit(&start, "add-next", &[("model", "RC-10S"), ("serial", "H24A00001")]).await;
        sound(&when, locale);
        let done = hanako.submit(&when, "add-submit", &[("purchased_on", "2025-12-24")]).await;
        sound(&done, locale);
        let id = done.path.trim_start_matches("/my/products/").trim_end_matches("/added").to_owned();

        for line in
            routes().lines().iter().filter(|line| line.kind == Kind::Page && line.path != "/my/products/add/check")
        {
            let path = line.path.replace("{id}", &id);
            if path.contains('{') {
                continue;
            }
            let answer = match line.access {
                Access::Customer => hanako.get(&path).await,
                _ => stranger.get(&path).await,
            };
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
            if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
                sound(&answer, locale);
            }
        }
    }
}

#[tokio::test]
async fn an_error_is_a_page_in_the_visitors_language_with_a_code_for_support() {
    let server = Server::start().await;
    for (locale, words) in [(Locale::Ja, "ページが見つかりません"), (Locale::En, "Page not found")] {
        let mut stranger = server.browser().speaking(locale.tag());
        let answer = stranger.get("/no/such/page").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert_eq!(answer.find("h1").as_deref(), Some(words));
        sound(&answer, locale);
        let stale = stranger.post("/language", &[("locale", "en"), ("csrf", "old")]).await;
        assert_eq!(stale.status, StatusCode::BAD_REQUEST);
        let title =
            if locale == Locale::Ja { "ページの有効期限が切れました" } else { "This page has expired" };
        assert_eq!(stale.find("h1").as_deref(), Some(title));
        sound(&stale, locale);
    }
}

#[tokio::test]
async fn the_switcher_changes_the_language_and_stays_on_the_page() {
    let server = Server::start().await;
    let mut stranger = server.browser();
    let page = stranger.get("/sign-in").await;
    assert!(page.text.contains("lang=\"ja\""), "{}", page.text);
    let switched = stranger.submit(&page, "locale", &[("locale", "en")]).await;
    assert!(switched.path.starts_with("/sign-in"), "{}", switched.path);
    sound(&switched, Locale::En);
}

#[tokio::test]
async fn the_switcher_also_changes_what_the_account_of_somebody_signed_in_says() {
    let server = Server::start().await;
    let mut hanako = signed_in(&server, "hanako@example.jp", Locale::Ja).await;
    let page = hanako.get("/my").await;
    let switched = hanako.submit(&page, "locale", &[("locale", "en")]).await;
    assert_eq!(switched.find("html[lang='en'] h2").as_deref(), Some("Register a product"));
    sound(&switched, Locale::En);
}
