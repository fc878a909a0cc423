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
async fn every_answer_of_every_route_is_guarded_a024_a198() {
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

/// RFC 8705 §5: programs may use the name at which certificates are asked for; people, and their cookies, may not.
#[tokio::test]
async fn the_host_that_asks_for_certificates_has_no_pages() {
    let variables = [
        ("HOSHO_ISSUER", "https://id.maker.example"),
        ("HOSHO_MAIL_FROM", "Maker <id@maker.example>"),
        ("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8"),
        ("HOSHO_TLS_CLIENT_CERTIFICATE_HEADER", "Client-Cert"),
        ("HOSHO_TLS_MTLS_URL", "https://mtls.id.maker.example:8444"),
    ];
    let server = Server::start_with(&variables).await;
    for line in routes().lines() {
        let mut statuses = Vec::new();
        for host in
            ["id.maker.example", "MTLS.id.maker.example:8444", "mtls.id.maker.example", "mtls.id.maker.example:1"]
        {
            let request = request(line, &line.method).header("host", host);
            statuses.push(server.browser().send(request.body(Body::empty()).unwrap()).await.status);
        }
        let for_certificates =
            if matches!(line.kind, Kind::Protocol | Kind::Api) { statuses[0] } else { StatusCode::BAD_REQUEST };
        let expected = [for_certificates, StatusCode::BAD_REQUEST, StatusCode::BAD_REQUEST];
        assert_eq!(statuses[1..], expected, "{} {}", line.method, line.path);
    }
}

/// (A101), (A194): headers of proxies that name a host, a scheme or a path have no effect on anything, whoever sends
/// them.
#[tokio::test]
async fn forwarded_hosts_and_schemes_change_nothing_a101() {
    let forged = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-port", "81"),
        ("x-forwarded-prefix", "/evil.example"),
        ("forwarded", "host=evil.example;proto=http;for=203.0.113.9"),
        ("x-host", "evil.example"),
        ("x-original-host", "evil.example"),
        ("x-original-url", "/evil.example"),
        ("x-rewrite-url", "/evil.example"),
        ("x-forwarded-for", "203.0.113.9"),
    ];
    for trusted in ["", "127.0.0.0/8"] {
        let variables = [
            ("HOSHO_ISSUER", "https://id.maker.example"),
            ("HOSHO_MAIL_FROM", "Maker <id@maker.example>"),
            ("HOSHO_SERVER_TRUSTED_PROXIES", trusted),
        ];
        let server = Server::start_with(&variables).await;
        for line in routes().lines() {
            let plain = || request(line, &line.method).header("host", "id.maker.example");
            let honest = server.browser().send(plain().body(Body::empty()).unwrap()).await;
            let with_all = forged.iter().fold(plain(), |request, (name, value)| request.header(*name, *value));
            let answer = server.browser().send(with_all.body(Body::empty()).unwrap()).await;
            let what = format!("{} {}", line.method, line.path);
            assert_eq!(answer.status, honest.status, "{what}");
            let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
            assert_eq!(names(&answer), names(&honest), "{what}");
            assert_eq!(answer.location(), honest.location(), "{what}");
            assert!(
                !answer.text.contains("evil.example") && !format!("{:?}", answer.headers).contains("evil"),
                "{what}"
            );
            for cookie in answer.headers.get_all("set-cookie") {
                assert!(cookie.to_str().unwrap().contains("; Secure"), "{what}: {cookie:?}");
            }
            if line.path.starts_with("/.well-known/") {
                assert_eq!(answer.text, honest.text, "{what}");
            }
        }
    }
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
