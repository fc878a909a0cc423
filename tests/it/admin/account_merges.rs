//! Two accounts of one person become one, keep what they had, and can be two again.

use hosho::base::id::Subject;
use hosho::base::time::{days, minutes};
use hosho::domain::account::{EmailAddress, Field};
use hosho::domain::permission::Role;
use hosho::jobs;
use hosho::service::account::{lifecycle, profile};
use hosho::service::registry::my_products;
use hosho::store::account::hand_over::addresses;
use hosho::store::registry::hand_over::registrations;
use hosho::{service, store};
use serde_json::{Value, json};

use super::Caller;
use crate::registry::shelf::{self, claim, customer, registered};
use crate::support::{Server, Shop, claims, rounds, text};

const OFFLINE: &str = "openid email offline_access";

async fn two_of_staff(server: &Server) -> [Caller; 2] {
    let one = server.signed_in_with("one@maker.example", &[Role::Support]).await.0;
    [one, server.signed_in_with("two@maker.example", &[Role::Support]).await.0]
}

async fn proposed(staff: &mut Caller, kept: &Subject, gone: &Subject) -> String {
    let body = json!({"kept": kept.to_string(), "gone": gone.to_string(), "reason": "called, both numbers known"});
    let answer = staff.post("/api/v1/account-merges", &body).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn decided(staff: &mut Caller, id: &str, step: &str) -> (u16, Value) {
    let body = if step == "approve" { json!({}) } else { json!({"reason": "they are two people"}) };
    let answer = staff.post(&format!("/api/v1/account-merges/{id}/{step}"), &body).await;
    (answer.status.as_u16(), answer.json())
}

async fn merged(server: &Server, kept: &Subject, gone: &Subject) -> (String, [Caller; 2]) {
    let mut staff = two_of_staff(server).await;
    let id = proposed(&mut staff[0], kept, gone).await;
    let (status, merge) = decided(&mut staff[1], &id, "approve").await;
    assert_eq!((status, text(&merge, "state")), (200, "merged"), "{merge}");
    (id, staff)
}

/// Everything of an account that a merge may touch, in words.
async fn picture(server: &Server, sub: &Subject) -> Vec<String> {
    let mut work = server.work();
    let account = store::account::find(work.tx(), sub).await.unwrap().unwrap();
    let mut lines = vec![format!("{:?} {:?} {:?}", account.state, account.email, account.profile)];
    for held in addresses(work.tx(), sub).await.unwrap() {
        lines.push(format!("address {} {}", held.normal, held.is_primary));
    }
    for held in registrations(work.tx(), sub).await.unwrap() {
        lines.push(format!("registration {} {} {}", held.id, held.state, held.reasons));
    }
    for unit in store::registry::ownership::held_by(work.tx(), sub).await.unwrap() {
        lines.push(format!("owns {} {}", unit.unit, unit.registration));
    }
    for client in store::oidc::former_subject::clients(work.tx(), sub).await.unwrap() {
        let grants = store::oidc::former_subject::grants(work.tx(), sub, &client).await.unwrap();
        let grants: Vec<String> = grants.iter().map(|grant| format!("{}:{}", grant.id, grant.known_as)).collect();
        lines.push(format!("client {client} {grants:?}"));
    }
    lines
}

async fn say(server: &Server, sub: &Subject, fields: &[(Field, &str)]) {
    let wishes: Vec<(Field, String)> = fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    let mut work = server.work();
    profile::change(&mut work, sub, &wishes).await.unwrap();
    work.commit().await.unwrap();
}

async fn tokens(server: &Server, shop: &Shop, sub: &Subject) -> Value {
    let mut browser = server.browser();
    server.sign_in(&mut browser, sub).await;
    shop.tokens(&mut browser, "openid email").await
}

async fn offline(server: &Server, shop: &Shop, sub: &Subject) -> Value {
    let mut browser = server.browser();
    server.sign_in(&mut browser, sub).await;
    let code = shop.code(&mut browser, &[("scope", OFFLINE), ("prompt", "consent")]).await;
    let answer = shop.exchange(&code).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn sub_of(tokens: &Value) -> String {
    text(&claims(text(tokens, "id_token")), "sub").to_owned()
}

/// Take every step of merges once; the patterns of their routes. Each must leave more behind than was there.
pub async fn every_step(server: &Server, entries: impl AsyncFn() -> i64) -> [String; 4] {
    let (kept, gone) = (server.customer("kept@mail.example").await, server.customer("gone@mail.example").await);
    let mut staff = two_of_staff(server).await;
    for steps in [&["reject"][..], &["approve", "undo"]] {
        let before = entries().await;
        let id = proposed(&mut staff[0], &kept, &gone).await;
        assert!(entries().await > before, "a proposal leaves no entry");
        for step in steps {
            let before = entries().await;
            assert_eq!(decided(&mut staff[1], &id, step).await.0, 200);
            assert!(entries().await > before, "{step} leaves no entry");
        }
    }
    let base = "/api/v1/account-merges";
    ["", "/{id}/approve", "/{id}/reject", "/{id}/undo"].map(|step| format!("{base}{step}"))
}

#[tokio::test]
async fn one_account_has_what_two_had() {
    let server = shelf::server().await;
    let (kept, gone) = (customer(&server, "hanako").await, customer(&server, "hanako.old").await);
    registered(&server, &kept, claim("X100", "AB-000001")).await;
    registered(&server, &gone, claim("X100", "AB-000002")).await;
    say(&server, &kept, &[(Field::FamilyName, "山田")]).await;
    say(&server, &gone, &[(Field::FamilyName, "やまだ"), (Field::PhoneNumber, "090-1234-5678")]).await;
    let (_, mut staff) = merged(&server, &kept, &gone).await;

    let mut work = server.work();
    let both = my_products::list(&mut work, &kept).await.unwrap();
    assert_eq!(both.len(), 2);
    let account = store::account::find(work.tx(), &kept).await.unwrap().unwrap();
    assert_eq!(account.profile.get(Field::FamilyName), Some("山田"));
    assert_eq!(account.profile.get(Field::PhoneNumber), Some("+819012345678"));
    let by_old_address = EmailAddress::parse("hanako.old@example.com").unwrap();
    let found = store::account::find_by_email(work.tx(), &by_old_address).await.unwrap().unwrap();
    assert_eq!((found.sub, account.email.unwrap().address.to_string()), (kept.clone(), "hanako@example.com".into()));
    drop(work);

    let shown = staff[0].get(&format!("/api/v1/accounts/{gone}")).await.json();
    assert_eq!((text(&shown, "state"), text(&shown, "merged_into")), ("closed", kept.as_ref()));
    for address in ["hanako@example.com", "hanako.old@example.com"] {
        let letter = server.last_letter_to(address).await;
        assert!(letter.text.contains("hanako@example.com"), "{}", letter.text);
    }
}

#[tokio::test]
async fn no_application_sees_a_stranger() {
    let server = Server::start().await;
    let (kept, gone) = (server.customer("a@mail.example").await, server.customer("b@mail.example").await);
    let (knew_gone, knew_both) = (server.shop().await, server.shop().await);
    let pairwise = server.shop_with(json!({"subject_type": "pairwise"})).await;
    let before = offline(&server, &knew_gone, &gone).await;
    let paired = sub_of(&tokens(&server, &pairwise, &gone).await);
    tokens(&server, &knew_both, &kept).await;
    let lost = offline(&server, &knew_both, &gone).await;
    merged(&server, &kept, &gone).await;

    // What was issued goes on, under the name that the application knows.
    let refreshed = knew_gone.refresh(text(&before, "refresh_token")).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.text);
    assert_eq!(sub_of(&refreshed.json()), gone.as_ref());
    let userinfo = knew_gone.userinfo(text(&refreshed.json(), "access_token")).await.json();
    assert_eq!((text(&userinfo, "sub"), text(&userinfo, "email")), (gone.as_ref(), "a@mail.example"));
    // So does whoever signs in anew.
    assert_eq!(sub_of(&tokens(&server, &knew_gone, &kept).await), gone.as_ref());
    assert_eq!(sub_of(&tokens(&server, &pairwise, &kept).await), paired);
    assert_eq!(sub_of(&tokens(&server, &knew_both, &kept).await), kept.as_ref());
    assert_eq!(sub_of(&tokens(&server, &server.shop().await, &kept).await), kept.as_ref());
    // The account that is gone opens nothing.
    assert_eq!(knew_both.refresh(text(&lost, "refresh_token")).await.refusal(), (400, "invalid_grant".into()));
    let introspected = knew_both.introspect(text(&lost, "access_token")).await;
    assert_eq!(introspected, json!({"active": false}));
    let mut browser = server.browser();
    server.sign_in(&mut browser, &kept).await;
    let hint = text(&before, "id_token");
    let silent = browser.get(&knew_gone.asks(&[("prompt", "none"), ("id_token_hint", hint)])).await;
    assert!(silent.location_parameter("code").is_some(), "{:?}", silent.location());
}

#[tokio::test]
async fn undone_within_thirty_days_both_have_what_they_had() {
    let server = shelf::server().await;
    let (kept, gone) = (customer(&server, "hanako").await, customer(&server, "old").await);
    let (shop, other) = (server.shop().await, server.shop().await);
    registered(&server, &kept, claim("X100", "AB-000001")).await;
    registered(&server, &gone, claim("X100", "AB-000002")).await;
    // A claim on what the same person holds.
    registered(&server, &gone, claim("X100", "AB-000001")).await;
    say(&server, &gone, &[(Field::FamilyName, "山田"), (Field::PhoneNumber, "090-1234-5678")]).await;
    let tokens_before = offline(&server, &shop, &gone).await;
    tokens(&server, &other, &kept).await;
    offline(&server, &other, &gone).await;
    let before = (picture(&server, &kept).await, picture(&server, &gone).await);

    let (id, mut staff) = merged(&server, &kept, &gone).await;
    assert_ne!(picture(&server, &kept).await, before.0);
    server.clock.advance(minutes(1));
    let since = offline(&server, &shop, &kept).await;
    registered(&server, &kept, claim("X100", "OK-100200")).await;
    let shown = staff[0].get(&format!("/api/v1/account-merges/{id}")).await.json();
    let added: Vec<&str> = shown["added_since"].as_array().unwrap().iter().map(|one| text(one, "kind")).collect();
    assert_eq!(added, ["registration"], "{shown}");

    server.clock.advance(days(29));
    let mut staff = [server.signed_in_with("three@maker.example", &[Role::Support]).await.0];
    assert_eq!(decided(&mut staff[0], &id, "undo").await.0, 200);
    let after = (picture(&server, &kept).await, picture(&server, &gone).await);
    assert_eq!(after.1, before.1);
    let stays = |line: &&String| !before.0.contains(line);
    let more: Vec<&String> = after.0.iter().filter(stays).collect();
    assert!(before.0.iter().all(|line| after.0.contains(line)), "{before:?} {after:?}");
    assert!(more.iter().any(|line| line.starts_with("registration")), "{more:?}");
    assert!(more.iter().all(|line| line.starts_with("registration") || line.starts_with("owns")), "{more:?}");
    // What the application got since, under a subject that is another account's again, is void.
    assert_eq!(shop.refresh(text(&since, "refresh_token")).await.refusal(), (400, "invalid_grant".into()));
    let refreshed = shop.refresh(text(&tokens_before, "refresh_token")).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.text);
    assert_eq!(sub_of(&tokens(&server, &shop, &gone).await), gone.as_ref());
    assert_eq!(sub_of(&tokens(&server, &shop, &kept).await), kept.as_ref());
    assert_eq!(decided(&mut staff[0], &id, "undo").await.0, 409);
    server.last_letter_to("old@example.com").await;
}

#[tokio::test]
async fn after_thirty_days_only_the_way_is_left() {
    let server = Server::start().await;
    let (kept, gone) = (server.customer("a@mail.example").await, server.customer("b@mail.example").await);
    say(&server, &gone, &[(Field::FamilyName, "山田")]).await;
    let (id, _) = merged(&server, &kept, &gone).await;
    server.clock.advance(days(30));
    let mut staff = server.signed_in_with("three@maker.example", &[Role::Support]).await.0;
    assert_eq!(decided(&mut staff, &id, "undo").await.0, 409);
    jobs::remove_what_expired(&server.app).await.unwrap();
    let shown = staff.get(&format!("/api/v1/accounts/{gone}")).await.json();
    assert_eq!(text(&shown, "merged_into"), kept.as_ref());
    assert_eq!(shown["claims"].get("family_name"), None, "{shown}");
    assert_eq!(text(&staff.get(&format!("/api/v1/account-merges/{id}")).await.json(), "state"), "final");
    let mut work = server.work();
    let account = store::account::find(work.tx(), &kept).await.unwrap().unwrap();
    assert_eq!(account.profile.get(Field::FamilyName), Some("山田"));
}

#[tokio::test]
async fn it_takes_two_members_of_staff() {
    let server = Server::start().await;
    let (kept, gone) = (server.customer("a@mail.example").await, server.customer("b@mail.example").await);
    let [mut one, mut two] = two_of_staff(&server).await;
    let id = proposed(&mut one, &kept, &gone).await;
    assert_eq!(decided(&mut one, &id, "approve").await.0, 409);
    let body = json!({"kept": kept.to_string(), "gone": gone.to_string(), "reason": "again"});
    assert_eq!(two.post("/api/v1/account-merges", &body).await.status.as_u16(), 409);
    let mut machine = server.machine(&[Role::Admin]).await;
    assert_eq!(decided(&mut machine, &id, "approve").await.0, 403);
    assert_eq!(machine.post("/api/v1/account-merges", &body).await.status.as_u16(), 403);
    let mut quality = server.signed_in_with("q@maker.example", &[Role::Quality]).await.0;
    assert_eq!(decided(&mut quality, &id, "approve").await.0, 403);
    assert_eq!(decided(&mut two, &id, "reject").await.0, 200);
    assert_eq!(decided(&mut two, &id, "approve").await.0, 409);
    let listed = one.get("/api/v1/account-merges?state=rejected").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(one.get("/api/v1/account-merges?state=done").await.status.as_u16(), 422);
}

#[tokio::test]
async fn what_is_no_second_account_of_a_customer_is_not_merged() {
    let server = Server::start().await;
    let (kept, stopped) = (server.customer("a@mail.example").await, server.customer("b@mail.example").await);
    let mut work = server.work();
    lifecycle::suspend(&mut work, &stopped).await.unwrap();
    work.commit().await.unwrap();
    let [mut one, _] = two_of_staff(&server).await;
    let (_, colleague) = server.signed_in_with("three@maker.example", &[Role::Support]).await;
    for (kept, gone, status) in [
        (kept.as_ref(), kept.as_ref(), 409),
        (kept.as_ref(), stopped.as_ref(), 409),
        (stopped.as_ref(), kept.as_ref(), 409),
        (kept.as_ref(), colleague.as_ref(), 409),
        (kept.as_ref(), "nobody", 404),
    ] {
        let body = json!({"kept": kept, "gone": gone, "reason": "why"});
        assert_eq!(one.post("/api/v1/account-merges", &body).await.status.as_u16(), status, "{kept} {gone}");
    }
    let body = json!({"kept": kept.to_string(), "gone": stopped.to_string(), "reason": ""});
    assert_eq!(one.post("/api/v1/account-merges", &body).await.status.as_u16(), 422);
}

#[tokio::test]
async fn a_chain_of_merges_is_followed_and_undone_from_its_end() {
    let server = Server::start().await;
    let mut subs = Vec::new();
    for name in ["a", "b", "c"] {
        subs.push(server.customer(&format!("{name}@mail.example")).await);
    }
    let shop = server.shop().await;
    tokens(&server, &shop, &subs[0]).await;
    let (first, mut staff) = merged(&server, &subs[1], &subs[0]).await;
    let second = proposed(&mut staff[0], &subs[2], &subs[1]).await;
    assert_eq!(decided(&mut staff[1], &second, "approve").await.0, 200);
    assert_eq!(sub_of(&tokens(&server, &shop, &subs[2]).await), subs[0].as_ref());
    assert_eq!(decided(&mut staff[1], &first, "undo").await.0, 409);
    assert_eq!(decided(&mut staff[1], &second, "undo").await.0, 200);
    assert_eq!(sub_of(&tokens(&server, &shop, &subs[1]).await), subs[0].as_ref());
    assert_eq!(decided(&mut staff[1], &first, "undo").await.0, 200);
    assert_eq!(sub_of(&tokens(&server, &shop, &subs[0]).await), subs[0].as_ref());
}

#[tokio::test]
async fn of_two_approvals_at_once_one_counts() {
    let server = Server::start().await;
    for round in 0..rounds(5) {
        let kept = server.customer(&format!("a{round}@mail.example")).await;
        let gone = server.customer(&format!("b{round}@mail.example")).await;
        let mut one = server.signed_in_with(&format!("s{round}@maker.example"), &[Role::Support]).await.0;
        let id = proposed(&mut one, &kept, &gone).await;
        let mut two = server.signed_in_with(&format!("t{round}@maker.example"), &[Role::Support]).await.0;
        let mut three = server.signed_in_with(&format!("u{round}@maker.example"), &[Role::Support]).await.0;
        let (left, right) = tokio::join!(decided(&mut two, &id, "approve"), decided(&mut three, &id, "approve"));
        let mut statuses = [left.0, right.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

#[tokio::test]
async fn who_is_erased_is_erased_in_the_account_that_was_merged_too() {
    let server = Server::start().await;
    let (kept, gone) = (server.customer("a@mail.example").await, server.customer("b@mail.example").await);
    say(&server, &gone, &[(Field::FamilyName, "山田")]).await;
    let (id, mut staff) = merged(&server, &kept, &gone).await;
    let path = format!("/api/v1/accounts/{kept}/close");
    assert!(staff[0].post(&path, &json!({"reason": "asked for it"})).await.status.is_success());
    server.clock.advance(days(15));
    jobs::look_after_accounts(&server.app).await.unwrap();
    let left = [picture(&server, &kept).await, picture(&server, &gone).await].concat().join("\n");
    for word in ["山田", "b@mail.example", "a@mail.example"] {
        assert!(!left.contains(word), "{word} in {left}");
    }
    let mut staff = server.signed_in_with("three@maker.example", &[Role::Support]).await.0;
    assert_eq!(text(&staff.get(&format!("/api/v1/account-merges/{id}")).await.json(), "reason"), "");
    assert_eq!(decided(&mut staff, &id, "undo").await.0, 409);
}

#[tokio::test]
async fn the_owner_needs_no_staff_and_each_record_says_what_happened() {
    let server = Server::start().await;
    let (kept, gone) = (server.customer("a@mail.example").await, server.customer("b@mail.example").await);
    let mut work = server.work();
    let merge = service::admin::account_merge::by_owner(&mut work, &kept, &gone).await.unwrap();
    work.commit().await.unwrap();
    let mut auditor = server.machine(&[Role::Auditor]).await;
    for (sub, field, other) in [(&kept, "gone", &gone), (&gone, "kept", &kept)] {
        let trail = auditor.get(&format!("/api/v1/audit?subject={sub}")).await.json();
        let entry = trail["items"].as_array().unwrap().iter().find(|entry| entry["name"] == "account.merged").unwrap();
        assert_eq!(entry["object"]["id"], merge.id.as_ref());
        assert_eq!(entry["changes"][0], json!({"field": field, "before": null, "after": other.as_ref()}));
    }
}
