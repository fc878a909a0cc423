//! What every answer carries and every route refuses, read off the routes themselves, so that a new route is
//! covered as soon as it is there. A126, A156, A198.

use axum::body::Body;
use http::{Method, Request, StatusCode};

use super::filled;
use crate::support::{Answer, Server};
use hosho::http::route::{Access, Kind, Route};
use hosho::http::routes;

fn request(line: &Route, method: &Method) -> http::request::Builder {
    Request::builder().method(method.clone()).uri(filled(&line.path, "x"))
}

fn is_guarded(answer: &Answer, what: &str) {
    for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(answer.header(name), Some(value), "{what}: {name}");
    }
    let policy = answer.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    assert_eq!(answer.header("cross-origin-opener-policy"), Some("same-origin"), "{what}");
    assert!(answer.header("server").is_none() && answer.header("x-powered-by").is_none(), "{what}");
    let kind = answer.header("content-type").unwrap_or_default();
    if kind.starts_with("text/") {
        assert!(kind.ends_with("charset=utf-8"), "{what}: {kind}");
    }
    if kind.starts_with("text/html") {
        for part in ["script-src 'self'", "object-src 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
    }
}

/// (A198), (A024): and no answer may be read by a page of nowhere (`Origin: null`).
#[tokio::test]
async fn every_answer_of_every_route_is_guarded() {
    let variables = [("HOSHO_ISSUER", "https://id.maker.example"), ("HOSHO_MAIL_FROM", "Maker <id@maker.example>")];
    let server = Server::start_with(&variables).await;
    for line in routes().lines() {
        for method in [&line.method, &Method::TRACE, &Method::DELETE, &Method::HEAD] {
            let what = format!("{method} {}", line.path);
            let request = request(line, method).header("host", "id.maker.example").header("origin", "null");
            let answer = server.browser().send(request.body(Body::empty()).unwrap()).await;
            is_guarded(&answer, &what);
            let hsts = answer.header("strict-transport-security").unwrap_or_default();
            assert!(hsts.starts_with("max-age=31536000"), "{what}: {hsts}");
            let readable = answer.header("access-control-allow-origin");
            assert!(readable.is_none_or(|origin| origin == "*" && line.method == Method::GET), "{what}: {readable:?}");
            if !line.path.starts_with("/assets/") && readable.is_none() {
                let kept = answer.header("cache-control").unwrap_or("no-store");
                assert!(kept.contains("no-store") || line.kind == Kind::Protocol, "{what}: {kept}");
            }
        }
    }
}

/// Also where the path is no UTF-8, which the router itself notices.
#[tokio::test]
async fn a_path_that_is_no_text_is_guarded_too() {
    let server = Server::start().await;
    for line in routes().lines().iter().filter(|line| line.path.contains('{')) {
        let request = Request::builder().method(line.method.clone()).uri(filled(&line.path, "%FF%FE"));
        let answer = server.browser().send(request.body(Body::empty()).unwrap()).await;
        let what = format!("{} {}", line.method, line.path);
        assert!(answer.status.is_client_error(), "{what}: {}", answer.status);
        is_guarded(&answer, &what);
    }
}

/// (A126), (A194): the host of the address bar decides nothing; another one is refused wherever it stands.
#[tokio::test]
async fn another_host_opens_no_route() {
    let server = Server::start().await;
    for line in routes().lines() {
        let path = filled(&line.path, "x");
        for host in
            ["evil.example", "localhost:8080.evil.example", "localhost:8080@evil.example", "", "127.0.0.1.nip.io"]
        {
            let request = Request::builder().method(line.method.clone()).uri(path.clone()).header("host", host);
            let answer = server.browser().send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{} {path} at {host}", line.method);
            assert!(!answer.text.contains("evil.example"), "{path}");
        }
        // The absolute form of the target, and HTTP/2's `:authority`.
        let request = Request::builder().method(line.method.clone()).uri(format!("http://evil.example{path}"));
        let answer = server.browser().send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{} {path}", line.method);
    }
    let twice = Request::get("/healthz").header("host", "localhost:8080").header("host", "evil.example");
    let answer = server.browser().send(twice.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

/// (A156): what changes something cannot be reached by another method's name.
#[tokio::test]
async fn a_method_is_the_one_of_the_request_line() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let routes = routes();
    let only_post = |line: &&Route| {
        line.method == Method::POST && !routes.lines().iter().any(|o| o.path == line.path && o.method == Method::GET)
    };
    for line in routes.lines().iter().filter(only_post) {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::PATCH, Method::DELETE] {
            if routes.lines().iter().any(|other| other.path == line.path && other.method == method) {
                continue;
            }
            let request = Request::builder()
                .method(method.clone())
                .uri(format!("{}?_method=POST", filled(&line.path, "x")))
                .header("x-http-method-override", "POST")
                .header("x-method-override", "POST");
            let answer = hanako.browser.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {}", line.path);
        }
    }
    assert!(routes.lines().iter().any(|line| line.access == Access::Customer));
}
