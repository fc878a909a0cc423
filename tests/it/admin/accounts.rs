//! Accounts: finding, showing, stopping, restoring.

use hosho::domain::account::{EmailAddress, Field, Profile};
use hosho::domain::permission::Role;
use hosho::service::account::open::{NewAccount, open};
use serde_json::json;

use super::encode;
use crate::support::Server;

async fn hanako(server: &Server) -> hosho::domain::account::Account {
    let mut profile = Profile::default();
    for (field, value) in [
        (Field::FamilyName, "髙橋"),
        (Field::GivenName, "花子"),
        (Field::FamilyNameKana, "タカハシ"),
        (Field::GivenNameKana, "ハナコ"),
        (Field::PhoneNumber, "090-1234-5678"),
    ] {
        profile.set(field, value).unwrap();
    }
    let mut work = server.work();
    let email = EmailAddress::parse("hanako@mail.example").unwrap();
    let account = open(&mut work, NewAccount { email, verified: true, profile }).await.unwrap();
    work.commit().await.unwrap();
    account
}

#[tokio::test]
async fn a_customer_is_found_by_any_spelling_and_number() {
    let server = Server::start().await;
    let hanako = hanako(&server).await;
    server.customer("taro@mail.example").await;
    let mut support = server.machine(&[Role::Support]).await;
    let number = hanako.number.to_string();
    for typed in ["髙橋花子", "高橋", "ﾀｶﾊｼ", "たかはし はなこ", "HANAKO@mail", "090-1234", &number]
    {
        let found = support.get(&format!("/api/v1/accounts?q={}", encode(typed))).await.json();
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{typed}: {found}");
        assert_eq!(found["items"][0]["sub"], hanako.sub.as_ref(), "{typed}");
    }
    for typed in ["%", "_", "鈴木", "' OR 1=1 --"] {
        let answer = support.get(&format!("/api/v1/accounts?q={}", encode(typed))).await;
        assert_eq!(answer.json()["items"].as_array().unwrap().len(), 0, "{typed}");
    }
    let shown = support.get(&format!("/api/v1/accounts/{}", hanako.sub)).await.json();
    assert_eq!(shown["claims"]["family_name"], "髙橋");
    assert_eq!(support.get("/api/v1/accounts/nobody").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_stopped_account_is_dead_at_once_and_can_be_restored() {
    let server = Server::start().await;
    let (mut quality, sub) = server.signed_in_with("quality@maker.example", &[Role::Quality]).await;
    let mut admin = server.machine(&[Role::Admin]).await;
    assert_eq!(quality.get("/api/v1/units").await.status.as_u16(), 200);
    let path = format!("/api/v1/accounts/{sub}");
    let answer = admin.post(&format!("{path}/suspend"), &json!({})).await;
    assert_eq!(answer.status.as_u16(), 422);
    let answer = admin.post(&format!("{path}/suspend"), &json!({"reason": " "})).await;
    assert_eq!(answer.json()["errors"][0]["reason"], "required");
    let answer = admin.post(&format!("{path}/suspend"), &json!({"reason": "left the company"})).await;
    assert_eq!(answer.json()["state"], "suspended");
    assert_eq!(quality.get("/api/v1/units").await.status.as_u16(), 401);
    let again = admin.post(&format!("{path}/suspend"), &json!({"reason": "again"})).await;
    assert_eq!(again.status.as_u16(), 409);
    let answer = admin.post(&format!("{path}/restore"), &json!({"reason": "is back"})).await;
    assert_eq!(answer.json()["state"], "active");
    // What was issued before stays void.
    assert_eq!(quality.get("/api/v1/units").await.status.as_u16(), 401);
    let trail = admin.get(&format!("/api/v1/audit?object_kind=account&object_id={sub}")).await.json();
    let stop = trail["items"].as_array().unwrap().iter().find(|entry| entry["name"] == "account.suspended").unwrap();
    assert_eq!(stop["changes"][0], json!({"field": "state", "before": "active", "after": "suspended"}));
    assert_eq!(stop["changes"][1]["after"], "left the company");
}

#[tokio::test]
async fn lists_go_on_by_cursor_which_nobody_can_make_or_move() {
    let server = Server::start().await;
    for number in 0..7 {
        server.customer(&format!("customer{number}@mail.example")).await;
    }
    let mut support = server.machine(&[Role::Support]).await;
    let mut seen = std::collections::BTreeSet::new();
    let (mut path, mut first) = ("/api/v1/accounts?limit=3".to_owned(), None);
    for expected in [3, 3, 1] {
        let page = support.get(&path).await.json();
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), expected);
        seen.extend(items.iter().map(|item| item["sub"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        first.get_or_insert_with(|| cursor.to_owned());
        path = format!("/api/v1/accounts?limit=3&cursor={cursor}");
    }
    assert_eq!(seen.len(), 7);
    let first = first.unwrap();
    let mut edited = first.clone().into_bytes();
    edited[20] = if edited[20] == b'A' { b'B' } else { b'A' };
    let edited = String::from_utf8(edited).unwrap();
    for wrong in [
        format!("/api/v1/accounts?cursor={edited}"),
        format!("/api/v1/accounts?state=active&cursor={first}"),
        format!("/api/v1/registrations?cursor={first}"),
        "/api/v1/accounts?cursor=".to_owned() + &"A".repeat(5000),
        "/api/v1/accounts?cursor=%27%20OR%201%3D1".to_owned(),
    ] {
        assert_eq!(support.get(&wrong).await.status.as_u16(), 400, "{wrong}");
    }
    let mut somebody_else = server.machine(&[Role::Support]).await;
    let answer = somebody_else.get(&format!("/api/v1/accounts?limit=3&cursor={first}")).await;
    assert_eq!(answer.status.as_u16(), 400);
}
