//! Accounts that come along through the management API.

use hosho::domain::permission::Role;
use http::StatusCode;
use serde_json::{Value, json};

use crate::account::import::account;
use crate::sign_in::sign_in;
use crate::support::Server;

const BCRYPT: &str = "$2b$10$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC";
const PATH: &str = "/api/v1/account-imports";

fn body(document: &str, dry_run: bool) -> Value {
    json!({"format": "hosho-csv", "document": document, "dry_run": dry_run})
}

#[tokio::test]
async fn some_accounts_come_along_with_a_report_by_row() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let text = format!(
        "source_id,email,email_verified,password_hash,name\n7,hanako@mail.example,true,{BCRYPT},花子\n8,nobody,,,\n"
    );
    let dry = admin.post(PATH, &body(&text, true)).await;
    assert_eq!(dry.status, StatusCode::OK, "{}", dry.text);
    assert_eq!(dry.json()["rows"][0], json!({"row": 2, "result": "added"}));
    assert!(account(&server, "hanako@mail.example").await.is_none());

    let done = admin.post(PATH, &body(&text, false)).await.json();
    assert_eq!((&done["added"], &done["known"], &done["refused"]), (&1.into(), &0.into(), &1.into()));
    let sub = account(&server, "hanako@mail.example").await.unwrap().sub;
    assert_eq!(done["rows"][0], json!({"row": 2, "result": "added", "sub": sub.as_ref()}));
    let fault = json!({"column": "email", "reason": "not_an_email", "explanation": "no e-mail address"});
    assert_eq!(done["rows"][1], json!({"row": 3, "result": "refused", "errors": [fault]}));
    assert!(!done.to_string().contains("$2b$"));

    let again = admin.post(PATH, &body(&text, false)).await.json();
    assert_eq!((&again["added"], &again["known"]), (&0.into(), &1.into()));
    assert_eq!(again["rows"][0], json!({"row": 2, "result": "known", "sub": sub.as_ref()}));
    let answer = sign_in(&mut server.browser(), "hanako@mail.example", "violet kettle under 9 roofs").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);

    let mut work = server.work();
    let entries = hosho::store::admin::audit::list_after(work.tx(), 0, 1000).await.unwrap();
    let imported = entries.iter().find(|entry| entry.name == "account.imported").unwrap();
    assert_eq!((imported.actor_kind.as_str(), imported.subject.as_deref()), ("machine", Some(sub.as_ref())));
    assert_eq!(entries.iter().filter(|entry| entry.name == "account_import.finished").count(), 2);
}

#[tokio::test]
async fn only_who_may_import_does_and_nobodys_account_is_taken_over() {
    let server = Server::start().await;
    let text = format!("email,email_verified,password_hash\nadmin@maker.example,true,{BCRYPT}\n");
    for role in [Role::Support, Role::Quality, Role::Auditor] {
        let answer = server.machine(&[role]).await.post(PATH, &body(&text, false)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", role.as_str());
    }
    let (mut admin, sub) = server.signed_in_with("admin@maker.example", &[Role::Admin]).await;
    let done = admin.post(PATH, &body(&text, false)).await.json();
    assert_eq!(done["rows"][0]["errors"][0]["reason"], "email_taken", "{done}");
    let mut keep = body("source_id,email,email_verified\nx,other@mail.example,true\n", false);
    keep["keep_sub"] = true.into();
    keep["document"] = format!("source_id,email,email_verified\n{sub},other@mail.example,true\n").into();
    assert_eq!(admin.post(PATH, &keep).await.json()["rows"][0]["errors"][0]["reason"], "sub_taken");
    assert!(account(&server, "other@mail.example").await.is_none());
}

#[tokio::test]
async fn what_cannot_be_read_is_said() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let many = format!("email\n{}", "a@mail.example\n".repeat(501));
    for (wrong, field) in [
        (json!({"format": "csv", "document": ""}), "format"),
        (json!({"format": "hosho-csv", "source": "a b", "document": ""}), "source"),
        (json!({"format": "hosho-csv", "document": ""}), "document"),
        (json!({"format": "hosho-csv", "document": "name\nx\n"}), "document"),
        (json!({"format": "hosho-csv", "document": many}), "document"),
        (json!({"format": "firebase", "document": "{}", "firebase_parameters": "none"}), "firebase_parameters"),
        (json!({"format": "hosho-csv", "document": "", "colour": "red"}), "body"),
    ] {
        let answer = admin.post(PATH, &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{}", answer.text);
    }
    let told = admin.post(PATH, &json!({"format": "keycloak", "document": "{\"users\": [7, null, []]}"})).await.json();
    assert_eq!(told["refused"], 3);
    let told = admin.post(PATH, &json!({"format": "auth0", "document": "nonsense"})).await.json();
    assert_eq!(told["rows"][0]["errors"][0]["reason"], "row");
}
