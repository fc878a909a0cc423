//! Health, headers, and what is refused before any handler is called.

use axum::body::Body;
use http::{Request, StatusCode};

use crate::support::Server;

#[tokio::test]
async fn a_running_server_is_alive_and_ready() {
    let server = Server::start().await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/healthz").await.text, "alive\n");
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
    server.app.begin_draining();
    assert_eq!(browser.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(browser.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_page_says_so_in_the_visitors_language() {
    let server = Server::start().await;
    let answer = server.browser().get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.find("h1").as_deref(), Some("ページが見つかりません"));
    let answer = server.browser().speaking("en").get("/nowhere").await;
    assert_eq!(answer.find("html[lang=en] h1").as_deref(), Some("Page not found"));
    assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

/// (A126), (A194)
#[tokio::test]
async fn another_host_is_refused() {
    let server = Server::start().await;
    for host in ["evil.example", "localhost.evil.example", "evil.example:8080"] {
        let request = Request::get("/healthz").header("host", host).body(Body::empty()).unwrap();
        assert_eq!(server.browser().send(request).await.status, StatusCode::BAD_REQUEST, "{host}");
    }
}

/// (A189)
#[tokio::test]
async fn large_and_compressed_bodies_are_refused() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/nowhere").await;
    let large = "x".repeat(70_000);
    let answer = browser.submit_once(&page, "locale", &[("back", &large)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = Request::post("/language").header("content-encoding", "gzip").body(Body::from("x")).unwrap();
    assert_eq!(browser.send(request).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

/// (A156)
#[tokio::test]
async fn a_form_needs_the_token_of_its_own_browser() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/nowhere").await;
    let good = browser.submit_once(&page, "locale", &[("locale", "en")]).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.cookies.get("hosho_locale").map(String::as_str), Some("en"));

    let mut other = server.browser();
    other.get("/nowhere").await;
    let stolen = other.submit_once(&page, "locale", &[("locale", "en")]).await;
    assert_eq!(stolen.status, StatusCode::BAD_REQUEST);
    assert!(!other.cookies.contains_key("hosho_locale"));
    assert_eq!(browser.post("/language", &[("locale", "ja")]).await.status, StatusCode::BAD_REQUEST);

    let (_, fields) = page.form("locale", &[]);
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
    let from_elsewhere = Request::post("/language")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from(body))
        .unwrap();
    assert_eq!(browser.send(from_elsewhere).await.status, StatusCode::BAD_REQUEST);
}

/// (A156), (A198)
#[tokio::test]
async fn a_method_that_a_route_does_not_have_is_refused() {
    let server = Server::start().await;
    for method in ["DELETE", "TRACE", "PUT"] {
        let request = Request::builder().method(method).uri("/healthz").body(Body::empty()).unwrap();
        let answer = server.browser().send(request).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}
