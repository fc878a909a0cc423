//! Leaving with everything, and coming back with it elsewhere.

use hosho::base::id::{ClientId, Subject};
use hosho::domain::account::closure::ClosedBy;
use hosho::domain::account::{Field, State};
use hosho::oidc::scope::Scope;
use hosho::service::account::{closing, lifecycle, profile};
use hosho::service::admin::account_export::export;
use hosho::service::admin::account_import::{Became, Format, Wish};
use hosho::service::registry::my_products;
use hosho::service::registry::register_unit::Outcome;
use hosho::store;
use http::StatusCode;
use serde_json::{Value, json};

use super::commands::run as command;
use super::import::{account, run, wish};
use crate::registry::shelf::{self, claim, registered};
use crate::sign_in::{PASSWORD, sign_in, sign_up};
use crate::support::Server;

async fn lines(server: &Server, with_hashes: bool) -> Vec<Value> {
    let mut out = Vec::new();
    let count = export(&server.app, &mut out, with_hashes).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len() as u64, count + 1);
    lines
}

fn text(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn of<'a>(lines: &'a [Value], sub: &Subject) -> &'a Value {
    lines.iter().find(|line| line["sub"] == sub.as_ref()).unwrap()
}

/// A maker with a shelf and people who did things.
async fn maker() -> (Server, Subject, ClientId) {
    let server = shelf::server().await;
    sign_up(&server, &mut server.browser(), "hanako@mail.example").await;
    let hanako = account(&server, "hanako@mail.example").await.unwrap().sub;
    let shop = ClientId::from(server.relying_party("shop", json!({})).await.id.as_str());
    let mut work = server.work();
    let wishes: Vec<(Field, String)> = [
        (Field::FamilyName, "山田"),
        (Field::FamilyNameKana, "ヤマダ"),
        (Field::PhoneNumber, "090-1234-5678"),
        (Field::PostalCode, "1000001"),
        (Field::Locale, "ja"),
    ]
    .map(|(field, text)| (field, text.to_owned()))
    .into();
    profile::change(&mut work, &hanako, &wishes).await.unwrap();
    let now = work.now();
    store::oidc::consent::put(work.tx(), &hanako, &shop, &Scope::of(["openid", "products"]), now).await.unwrap();
    store::account::source::insert(work.tx(), &hanako, "keycloak", "0b9c", now).await.unwrap();
    store::account::imported_identity::insert(work.tx(), &hanako, "google", "117", now).await.unwrap();
    work.commit().await.unwrap();
    for serial in ["AB000001", "AB000009"] {
        let outcome = registered(&server, &hanako, claim("X100", serial)).await;
        assert!(!matches!(outcome, Outcome::Wrong(_)), "{serial}");
    }
    let stopped = server.customer("stopped@mail.example").await;
    let closed = server.customer("closed@mail.example").await;
    let mut work = server.work();
    lifecycle::suspend(&mut work, &stopped).await.unwrap();
    closing::close(&mut work, &closed, ClosedBy::Owner, None).await.unwrap();
    work.commit().await.unwrap();
    (server, hanako, shop)
}

/// Another installation with the same shelf and the same application.
async fn elsewhere(from: &Server, shop: &ClientId) -> Server {
    let server = shelf::server().await;
    let kept = store::oidc::client::find(from.work().tx(), shop).await.unwrap().unwrap();
    let mut work = server.work();
    let now = work.now();
    store::oidc::client::insert(work.tx(), &kept.client, None, now).await.unwrap();
    work.commit().await.unwrap();
    server
}

#[tokio::test]
async fn what_was_exported_is_the_same_elsewhere() {
    let (server, hanako, shop) = maker().await;
    let before = lines(&server, true).await;
    assert_eq!((&before[0]["type"], &before[0]["version"]), (&json!("export"), &json!(1)));
    let other = elsewhere(&server, &shop).await;
    let hosho = || Wish { source: "hosho".to_owned(), ..wish(Format::Hosho) };
    let (summary, told) = run(&other, text(&before), hosho()).await;
    assert_eq!((summary.added, summary.refused, summary.incomplete), (3, 0, 0), "{told:?}");

    let after = lines(&other, true).await;
    for (mut line, mut back) in before[1..].iter().cloned().zip(after[1..].iter().cloned()) {
        // When it was proved there is not when it came here; grants are made anew, and it has come from there.
        for line in [&mut line, &mut back] {
            for email in line["emails"].as_array_mut().unwrap() {
                assert!(email["verified_at"].is_string());
                email.as_object_mut().unwrap().retain(|name, _| name == "address" || name == "primary");
            }
            line["grants"] = json!([]);
        }
        let came_from = json!({"source": "hosho", "id": line["sub"]});
        line["sources"].as_array_mut().unwrap().insert(0, came_from);
        assert_eq!(line, back);
    }
    let hanakos = of(&after, &hanako);
    assert_eq!(hanakos["registrations"].as_array().unwrap().len(), 2);
    assert!(hanakos["registrations"].as_array().unwrap().iter().any(|one| one["warranty"]["plan"] == "STD"));
    assert_eq!(hanakos["consents"][0]["client_id"], shop.as_ref());

    assert_eq!(sign_in(&mut other.browser(), "hanako@mail.example", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let mine = my_products::list(&mut other.work(), &hanako).await.unwrap();
    assert!(!mine.is_empty());
    let stopped = account(&other, "stopped@mail.example").await.unwrap();
    assert_eq!(stopped.state, State::Suspended);
    let (again, _) = run(&other, text(&before), hosho()).await;
    assert_eq!((again.added, again.known), (0, 3));
    let (own, told) = run(&server, text(&before), hosho()).await;
    assert_eq!((own.added, own.refused), (0, 3), "nobody is there twice: {told:?}");
}

/// (A125)
#[tokio::test]
async fn without_being_asked_no_hash_leaves_and_never_a_secret() {
    let (server, hanako, _) = maker().await;
    let plain = lines(&server, false).await;
    assert!(!text(&plain).contains("$argon2id$"));
    assert!(of(&plain, &hanako)["password"]["changed_at"].is_string());
    assert!(text(&lines(&server, true).await).contains("$argon2id$"));
    for name in ["token_hash", "code_hash"] {
        assert!(!text(&plain).contains(name), "{name}");
    }
    let entries = store::admin::audit::list_after(server.work().tx(), 0, 1000).await.unwrap();
    let exported: Vec<_> = entries.iter().filter(|entry| entry.name == "accounts.exported").collect();
    assert_eq!(exported.len(), 2);
    assert!(exported[0].details.contains("left out") && exported[1].details.contains("included"));
    let other = shelf::server().await;
    let (summary, told) = run(&other, text(&plain), wish(Format::Hosho)).await;
    assert_eq!(summary.added, 3);
    let note = told.iter().flat_map(|told| &told.left_out).find(|note| note.column == "password").unwrap();
    assert_eq!(note.reason, "not_taken_over");
}

#[tokio::test]
async fn what_is_not_here_is_left_out_and_told() {
    let (server, hanako, _) = maker().await;
    let export = lines(&server, true).await;
    let bare = Server::start().await;
    let (summary, told) = run(&bare, text(&export), wish(Format::Hosho)).await;
    assert_eq!(summary.added, 3);
    let hanakos = told.iter().find(|told| told.became == Became::Added(Some(hanako.clone()))).unwrap();
    let reasons: Vec<_> = hanakos.left_out.iter().map(|note| (note.column, note.reason)).collect();
    assert_eq!(
        reasons,
        [("consents", "unknown_client"), ("registrations", "unknown_unit"), ("registrations", "unknown_unit"),]
    );
}

#[tokio::test]
async fn a_file_that_was_tampered_with_gives_nobody_anything() {
    let (server, hanako, _) = maker().await;
    let line = of(&lines(&server, true).await, &hanako).clone();
    for (member, value, reason) in [
        ("sub", json!("=cmd"), "form"),
        ("customer_number", json!("1"), "form"),
        ("state", json!("admin"), "unknown"),
        ("emails", json!([]), "required"),
        ("emails", json!([{"address": "x", "primary": true}]), "not_an_email"),
        ("claims", json!({"zoneinfo": "Mars"}), "invalid"),
        ("password", json!({"hash": ""}), "malformed_hash"),
        ("password", json!({"hash": "open sesame"}), "malformed_hash"),
        (
            "password",
            json!({"hash": "$argon2id$v=19$m=4194304,t=9,p=1$c29tZXNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"}),
            "malformed_hash",
        ),
        (
            "password",
            json!({"hash": "imported:$2b$31$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC"}),
            "malformed_hash",
        ),
    ] {
        let other = Server::start().await;
        let mut wrong = line.clone();
        wrong[member] = value;
        let (_, told) = run(&other, wrong.to_string(), wish(Format::Hosho)).await;
        let Became::Refused(errors) = &told[0].became else { panic!("{member}: {told:?}") };
        assert_eq!(errors[0].reason, reason, "{member}");
    }
    let other = shelf::server().await;
    let mut odd = line.clone();
    odd["roles"] = json!(["admin"]);
    odd["consents"] = json!([{"client_id": 7}]);
    odd["registrations"] = json!([
        {"state": "active"},
        {"model_no": "X100", "serial": "AB000001", "serial_label": "", "provenance": "manufactured", "state": "pending",
         "reasons": [], "channel": "my_page", "serial_typed": "", "dealer": "", "declared_on": "2025-01-01",
         "created_at": "2025-01-01T00:00:00Z"},
        {"model_no": "X100", "serial": "AB000001", "serial_label": "", "provenance": "manufactured", "state": "active",
         "reasons": [], "channel": "app", "serial_typed": "", "dealer": "", "declared_on": "2025-01-01",
         "purchased_on": "2026-01-01", "held_from": "2025-01-01", "created_at": "2025-01-01T00:00:00Z"},
    ]);
    let header = json!({"type": "export", "version": 1});
    let (summary, told) = run(&other, format!("{header}\n{odd}\n"), wish(Format::Hosho)).await;
    assert_eq!((summary.added, told[0].left_out.len()), (1, 5), "{told:?}");
    assert!(store::admin::staff_role::of(other.work().tx(), &hanako).await.unwrap().is_empty());
    let newer = format!("{}\n{line}\n", json!({"type": "export", "version": 2}));
    let (summary, _) = run(&Server::start().await, newer, wish(Format::Hosho)).await;
    assert_eq!((summary.added, summary.refused), (0, 1));
}

#[tokio::test]
async fn the_command_writes_a_file_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let (server, ..) = maker().await;
    let path = server.app.config.top.data_dir.join("export.ndjson");
    let file = path.display().to_string();
    let written = command(&server, &["account", "export", &file, "--hashes", "--json"], "").json();
    assert_eq!(written, json!({"accounts": 3, "hashes": true}));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let again = command(&server, &["account", "export", &file], "");
    assert!(!again.ok && again.error.contains("export.ndjson"), "{}", again.error);
    let piped = command(&server, &["account", "export", "-"], "");
    assert_eq!(piped.out.lines().count(), 4);
    assert!(!piped.out.contains("$argon2id$"));
    let other = shelf::server().await;
    let back = command(&other, &["account", "import", &file, "--format", "hosho", "--json"], "").json();
    assert_eq!(back["added"], 3);
}
