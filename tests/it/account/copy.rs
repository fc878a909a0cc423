//! The copy of everything about a person that they take along.

use std::collections::BTreeSet;
use std::io::Read as _;

use axum::body::Body;
use hosho::base::Locale;
use hosho::base::time::{days, minutes, seconds};
use hosho::domain::account::data_map::{Copy, TABLES};
use hosho::jobs::make_exports;
use hosho::service::admin::export::parts;
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

use crate::pages::stock;
use crate::sign_in::{PASSWORD, sign_in, sign_up};
use crate::support::{Browser, Server};

const EMAIL: &str = "hanako@mail.example";

/// The files of the archive at a path, as this browser gets it.
async fn files(server: &Server, browser: &Browser, path: &str) -> Vec<(String, String)> {
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let request = Request::get(path).header("host", "localhost:8080").header("cookie", cookies.join("; "));
    let answer = server.site.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[tokio::test]
async fn a_person_takes_along_everything_about_them_and_nobody_else_p12() {
    let server = Server::start().await;
    stock::import(&server).await;
    let (mut browser, mut mallory) = (server.browser(), server.browser());
    sign_up(&server, &mut browser, EMAIL).await;
    sign_up(&server, &mut mallory, "mallory@mail.example").await;
    let page = browser.get("/my/profile").await;
    let fields = [("family_name", "勅使河原"), ("nickname", "<b>renge</b>"), ("locale", "ja")];
    browser.submit(&page, "profile-save", &fields).await;
    let start = browser.get("/my/products/add").await;
    let when = browser.submit(&start, "add-next", &[("model", "RC-10S"), ("serial", "H24A00001")]).await;
    browser.submit(&when, "add-submit", &[("purchased_on", "2025-12-24")]).await;

    let page = browser.get("/my/privacy").await;
    let page = browser.submit(&page, "export-ask", &[]).await;
    assert!(page.find(".notice-good").is_some() && page.attributes("a[download]", "href").is_empty());
    let again = browser.submit(&page, "export-ask", &[]).await;
    assert!(again.find(".notice-good").is_none(), "one at a time");
    assert_eq!(make_exports(&server.app).await.unwrap(), 1);
    assert!(server.last_letter_to(EMAIL).await.text.contains("/my/privacy"));
    let page = browser.get("/my/privacy").await;
    let path = page.attributes("a[download]", "href").pop().unwrap();

    let files = files(&server, &browser, &path).await;
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["index.html", "profile.json", "products.json", "apps.json", "sessions.json", "history.json"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    let text = |name: &str| &files.iter().find(|(file, _)| file == name).unwrap().1;
    assert!(text("profile.json").contains("勅使河原") && text("products.json").contains("H24A00001"));
    assert!(text("index.html").contains("勅使河原") && text("index.html").contains("lang=\"ja\""));
    assert!(!text("index.html").contains("<b>renge"), "what was typed stays text");
    for (name, content) in &files {
        assert!(!content.contains("mallory") && !content.contains("$argon2"), "{name}");
        if name.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(content).unwrap();
        }
    }
    // Another's copy does not exist, a stranger signs in first, and an old session signs in again.
    assert_eq!(mallory.get(&path).await.status, StatusCode::NOT_FOUND);
    assert!(server.browser().fetch(&path).await.location().unwrap().starts_with("/sign-in?next="));
    server.clock.advance(minutes(5) + seconds(1));
    let asked = browser.fetch(&path).await;
    assert!(asked.location().unwrap().starts_with("/sign-in?attempt="), "{}", asked.status);
    server.clock.advance(days(7));
    let mut browser = server.browser();
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "it ends by its own clock");
    let history = browser.get("/my/history").await;
    assert!(history.text.contains("情報の写しを受け取り"), "and it is written down");
}

/// Every table that the map puts into a part of the copy has that part.
#[tokio::test]
async fn the_copy_has_every_part_that_the_map_of_data_names_p12() {
    let server = Server::start().await;
    let sub = server.customer(EMAIL).await;
    let made: BTreeSet<&str> =
        parts(&mut server.work(), &sub, Locale::En).await.unwrap().iter().map(|part| part.name).collect();
    let named: BTreeSet<&str> = TABLES
        .iter()
        .filter_map(|(_, _, copy)| match copy {
            Copy::In(part) => Some(*part),
            Copy::Not(_) => None,
        })
        .collect();
    assert_eq!(made, named);
}
