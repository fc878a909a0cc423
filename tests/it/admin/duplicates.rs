//! Accounts that look like one person's: found by themselves, shown with reasons, dismissed for good.

use hosho::base::time::minutes;
use hosho::domain::account::{EmailAddress, Field, Profile};
use hosho::domain::permission::Role;
use hosho::jobs;
use hosho::service::account::open::{NewAccount, open};
use hosho::service::account::profile;
use serde_json::{Value, json};

use super::Caller;
use crate::support::Server;

const HANAKO: [(Field, &str); 5] = [
    (Field::FamilyName, "渡邊"),
    (Field::GivenName, "花子"),
    (Field::FamilyNameKana, "ワタナベ"),
    (Field::GivenNameKana, "ハナコ"),
    (Field::PhoneNumber, "090-1234-5678"),
];

async fn account(server: &Server, email: &str, fields: &[(Field, &str)]) -> String {
    let mut profile = Profile::default();
    for (field, value) in fields {
        profile.set(*field, value).unwrap();
    }
    let mut work = server.work();
    let email = EmailAddress::parse(email).unwrap();
    let account = open(&mut work, NewAccount { email, verified: true, profile }).await.unwrap();
    work.commit().await.unwrap();
    account.sub.to_string()
}

async fn look(server: &Server) {
    server.clock.advance(minutes(1));
    jobs::look_for_duplicates(&server.app).await.unwrap();
}

async fn pairs(support: &mut Caller, query: &str) -> Vec<Value> {
    let answer = support.get(&format!("/api/v1/duplicates{query}")).await;
    assert_eq!(answer.status.as_u16(), 200, "{query}");
    answer.json()["items"].as_array().unwrap().clone()
}

/// Two accounts that look like one person's; the name of the pair.
pub async fn one_pair(server: &Server, support: &mut Caller) -> String {
    for email in ["hanako@one.example", "hanako@other.example"] {
        account(server, email, &HANAKO).await;
    }
    look(server).await;
    pairs(support, "").await[0]["id"].as_str().unwrap().to_owned()
}

fn subs(pair: &Value) -> Vec<&str> {
    pair["accounts"].as_array().unwrap().iter().map(|account| account["sub"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn one_person_with_two_accounts_is_found_with_the_reasons() {
    let server = Server::start().await;
    let mut respelled = HANAKO;
    respelled[0].1 = "渡辺";
    respelled[4].1 = "+81 90 1234 5678";
    let mut daughter = HANAKO;
    (daughter[1].1, daughter[3].1) = ("桜", "サクラ");
    let mut both = [
        account(&server, "hanako@mail.example", &HANAKO).await,
        account(&server, "hanako@work.example", &respelled).await,
    ];
    account(&server, "sakura@mail.example", &daughter).await;
    look(&server).await;
    let mut support = server.machine(&[Role::Support]).await;
    let found = pairs(&mut support, "").await;
    assert_eq!(found.len(), 1, "{found:?}");
    both.sort();
    assert_eq!(subs(&found[0]), both);
    assert_eq!(found[0]["reasons"], json!(["same_name", "same_reading", "same_phone", "same_mailbox"]));
    assert_eq!((&found[0]["proposed"], &found[0]["score"]), (&json!(true), &json!(95)));
    assert_eq!(pairs(&mut support, "?min_score=96").await.len(), 0);
    for wrong in ["49", "101", "x", "1e2", "0050"] {
        let answer = support.get(&format!("/api/v1/duplicates?min_score={wrong}")).await;
        assert_eq!(answer.status.as_u16(), 422, "{wrong}");
    }
}

#[tokio::test]
async fn a_pair_goes_when_its_accounts_no_longer_look_alike() {
    let server = Server::start().await;
    let one = account(&server, "hanako@mail.example", &HANAKO).await;
    account(&server, "hanako@work.example", &HANAKO).await;
    look(&server).await;
    let mut support = server.machine(&[Role::Support]).await;
    assert_eq!(pairs(&mut support, "").await.len(), 1);
    let mut work = server.work();
    let sub = one.as_str().into();
    let changes = [(Field::GivenName, "桜"), (Field::GivenNameKana, "サクラ")];
    let changes = changes.map(|(field, value)| (field, value.to_owned()));
    profile::change(&mut work, &sub, &changes).await.unwrap();
    work.commit().await.unwrap();
    look(&server).await;
    assert_eq!(pairs(&mut support, "").await.len(), 0);
}

#[tokio::test]
async fn what_was_dismissed_is_not_put_forward_again() {
    let server = Server::start().await;
    for host in ["mail", "work", "home"] {
        account(&server, &format!("hanako@{host}.example"), &HANAKO).await;
    }
    look(&server).await;
    let mut support = server.machine(&[Role::Support]).await;
    let found = pairs(&mut support, "").await;
    assert_eq!(found.len(), 3);
    let path = format!("/api/v1/duplicates/{}/dismiss", found[0]["id"].as_str().unwrap());
    assert_eq!(support.post(&path, &json!({"reason": ""})).await.status.as_u16(), 422);
    assert_eq!(support.post(&path, &json!({"reason": "mother and daughter"})).await.status.as_u16(), 204);
    assert_eq!(support.post(&path, &json!({"reason": "again"})).await.status.as_u16(), 404);
    assert_eq!(support.post("/api/v1/duplicates/start-over", &json!({})).await.status.as_u16(), 204);
    look(&server).await;
    let left = pairs(&mut support, "").await;
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|pair| subs(pair) != subs(&found[0])));

    let mut seen = Vec::new();
    let mut query = "?limit=1".to_owned();
    for _ in 0..2 {
        let page = support.get(&format!("/api/v1/duplicates{query}")).await.json();
        seen.push(page["items"][0]["id"].as_str().unwrap().to_owned());
        query = format!("?limit=1&cursor={}", page["next_cursor"].as_str().unwrap_or_default());
    }
    assert!(seen[0] != seen[1], "{seen:?}");
}

#[tokio::test]
async fn a_closed_account_is_nobodys_second_one() {
    let server = Server::start().await;
    account(&server, "hanako@mail.example", &HANAKO).await;
    let second = account(&server, "hanako@work.example", &HANAKO).await;
    let mut work = server.work();
    let owner = hosho::domain::account::closure::ClosedBy::Owner;
    hosho::service::account::closing::close(&mut work, &second.as_str().into(), owner, None).await.unwrap();
    work.commit().await.unwrap();
    look(&server).await;
    let mut support = server.machine(&[Role::Support]).await;
    assert_eq!(pairs(&mut support, "").await.len(), 0);
}
