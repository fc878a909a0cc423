//! What nobody sends by accident: the same answers on both databases, and never a fault.

use hosho::domain::permission::Role;
use hosho::http::route::Access;
use hosho::http::routes;
use http::Method;
use serde_json::json;

use super::encode;
use crate::support::Server;

const CORPUS: &[&str] = &[
    "' OR '1'='1",
    "'; DROP TABLE account; --",
    "\" OR \"\"=\"",
    "1); SELECT pg_sleep(5); --",
    "\\' OR 1=1 #",
    "%27",
    "' UNION SELECT NULL,NULL --",
    "％' ʼ OR 1＝1",
    "$1 $2 ?1 :name",
    "%_%",
    "\u{202e}\u{feff}",
];

#[tokio::test]
async fn no_text_reaches_the_databases_as_anything_but_text() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let names = ["q", "serial", "state", "model", "subject", "object_kind", "actor", "from", "limit", "cursor", "sort"];
    for line in routes().lines().iter().filter(|line| matches!(line.access, Access::Staff(_))) {
        for text in CORPUS {
            let path = line.path.split('/').map(|part| if part.starts_with('{') { encode(text) } else { part.into() });
            let mut path = path.collect::<Vec<String>>().join("/");
            path = path.replace('+', "%20");
            let body = json!({"reason": text, "model_no": text, "serial": text, "code": text}).to_string();
            let answer = admin.call(line.method.clone(), &path, body.into(), &[]).await;
            assert!(answer.status.as_u16() < 500, "{} {path}: {}", line.method, answer.status);
            if line.method == Method::GET && !line.path.contains('{') {
                for name in names {
                    let answer = admin.get(&format!("{path}?{name}={}", encode(text))).await;
                    assert!(answer.status.as_u16() < 500, "{path} {name}={text}: {}", answer.status);
                }
            }
        }
    }
    assert_eq!(admin.get("/api/v1/accounts").await.status.as_u16(), 200);
}

#[tokio::test]
async fn nul_and_broken_utf8_are_refused() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    for query in ["q=%00", "q=%FF%FE", "q=%ED%A0%80", "q=a&q=b", "unknown=1"] {
        assert_eq!(admin.get(&format!("/api/v1/accounts?{query}")).await.status.as_u16(), 400, "{query}");
    }
    for body in [
        br#"{"reason": "a\u0000b"}"#.to_vec(),
        b"{\"reason\": \"a\xff\"}".to_vec(),
        br#"{"reason": "\ud800"}"#.to_vec(),
        b"{".to_vec(),
        "[".repeat(100_000).into_bytes(),
        r#"{"a":"#.repeat(100_000).into_bytes(),
    ] {
        for path in ["/api/v1/accounts/x/suspend", "/api/v1/clients", "/api/v1/units"] {
            let answer = admin.call(Method::POST, path, body.clone(), &[]).await;
            assert_eq!(answer.status.as_u16(), 400, "{path}: {}", answer.text);
        }
    }
    let large = vec![b' '; 2 * 1024 * 1024];
    assert_eq!(admin.call(Method::POST, "/api/v1/units", large, &[]).await.status.as_u16(), 413);
    let compressed = admin.call(Method::POST, "/api/v1/units", b"x".to_vec(), &[("content-encoding", "gzip")]).await;
    assert_eq!(compressed.status.as_u16(), 415);
}

#[tokio::test]
async fn page_sizes_are_numbers_from_one_to_a_hundred() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    for list in ["accounts", "clients", "product-models", "units", "registrations", "audit"] {
        for wrong in ["0", "-1", "101", "65536", "9223372036854775808", "NaN", "1e2", "%201", ""] {
            let answer = admin.get(&format!("/api/v1/{list}?limit={wrong}")).await;
            assert_eq!(answer.status.as_u16(), 400, "{list} {wrong}");
        }
        assert_eq!(admin.get(&format!("/api/v1/{list}?limit=100")).await.status.as_u16(), 200, "{list}");
    }
}

#[tokio::test]
async fn nothing_is_set_that_is_not_described() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let sub = server.customer("hanako@mail.example").await;
    for member in ["state", "role", "sub", "email_verified", "is_admin", "created_at"] {
        let mut body = json!({"reason": "because"});
        body[member] = "x".into();
        let answer = admin.post(&format!("/api/v1/accounts/{sub}/suspend"), &body).await;
        assert_eq!(answer.status.as_u16(), 422, "{member}");
        let mut body = json!({"model_no": "AC-1", "serial": "A1"});
        body[member] = "x".into();
        assert_eq!(admin.post("/api/v1/units", &body).await.status.as_u16(), 422, "{member}");
    }
    let shown = admin.get(&format!("/api/v1/accounts/{sub}")).await.json();
    assert_eq!(shown["state"], "active");
    let metadata = json!({
        "redirect_uris": ["https://shop.example/cb"], "client_id": "mine", "client_secret": "known", "enabled": false,
    });
    let made = admin.post("/api/v1/clients", &metadata).await.json();
    assert_ne!(made["client"]["client_id"], "mine");
    assert_ne!(made["client_secret"], "known");
    assert_eq!(made["client"]["enabled"], true);
}
