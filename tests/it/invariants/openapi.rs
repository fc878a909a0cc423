//! The description of the APIs: it is what was checked in, names each operation once, and leads nowhere wrong.

use std::collections::BTreeSet;

use hosho::http::openapi::document;
use hosho::http::route::Kind;
use hosho::http::routes;
use serde_json::Value;

use crate::support::Server;

const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/invariants/openapi.json");

/// With `HOSHO_TEST_WRITE_SNAPSHOTS` the file is written instead of compared.
#[test]
fn the_description_is_the_one_checked_in() {
    let now = serde_json::to_string_pretty(&document("http://localhost:8080")).unwrap() + "\n";
    if crate::support::variable("HOSHO_TEST_WRITE_SNAPSHOTS").is_some() {
        std::fs::write(SNAPSHOT, &now).unwrap();
    }
    let then = std::fs::read_to_string(SNAPSHOT).unwrap_or_default();
    let different = now.lines().zip(then.lines()).find(|(now, then)| now != then);
    assert!(now == then, "run with HOSHO_TEST_WRITE_SNAPSHOTS=1 and look at the difference: {different:?}");
}

#[test]
fn every_operation_is_described_and_named_once() {
    let document = document("http://localhost:8080");
    let mut names = BTreeSet::new();
    let mut count = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            count += 1;
            let place = format!("{method} {path}");
            assert!(names.insert(operation["operationId"].to_string()), "{place} has another operation's name");
            assert!(!operation["summary"].as_str().unwrap().is_empty(), "{place} does not say what it does");
            assert!(operation["security"].is_array(), "{place} does not say who may");
            assert!(!operation["responses"].as_object().unwrap().is_empty(), "{place} has no answer");
        }
    }
    assert_eq!(count, routes().lines().iter().filter(|line| line.kind == Kind::Api).count());
}

#[test]
fn references_lead_to_something() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(target)) = members.get("$ref") {
                    found.insert(target.clone());
                }
                members.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    let document = document("http://localhost:8080");
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10);
    for target in found {
        assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
    }
}

#[tokio::test]
async fn the_description_is_served_and_can_be_read() {
    let server = Server::start().await;
    let served = server.browser().get("/api/openapi.json").await.json();
    assert_eq!(served, document("http://localhost:8080"));
    let page = server.browser().get("/api").await;
    assert_eq!(page.find("h1").as_deref(), Some("API仕様"));
    assert!(page.find("#account_suspend .code").unwrap().contains("POST /api/v1/accounts/{sub}/suspend"));
    assert_eq!(page.find("#account_suspend dd.code").as_deref(), Some("account.write"));
    assert!(page.find("#object-Because").unwrap().contains("reason *"));
    let english = server.browser().speaking("en").get("/api").await;
    assert_eq!(english.find("h1").as_deref(), Some("API description"));
}
