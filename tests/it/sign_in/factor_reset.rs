//! The last step of getting back in: support takes a lost second factor away, a day later, unless its owner says no.

use http::StatusCode;
use serde_json::json;

use super::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Browser, ISSUER, Server, text};
use hosho::base::id::Subject;
use hosho::base::time::{hours, seconds};
use hosho::domain::permission::Role;

const EMAIL: &str = "hanako@mail.example";

/// A person with a second factor, and the browser they set it up in.
async fn hanako(server: &Server) -> (Subject, Browser) {
    let mut browser = server.browser();
    sign_up(server, &mut browser, EMAIL).await;
    server.add_totp(&mut browser).await;
    let mut work = server.work();
    let sub = hosho::store::auth::password::find_by_email(work.tx(), EMAIL).await.unwrap().unwrap().sub;
    work.commit().await.unwrap();
    (sub, browser)
}

async fn ask(server: &Server, sub: &Subject) -> Answer {
    let mut support = server.machine(&[Role::Support]).await;
    let because = json!({"reason": "called from the registered number, knew three products"});
    support.post(&format!("/api/v1/accounts/{sub}/reset-second-factor"), &because).await
}

async fn one_step(server: &Server) -> bool {
    let mut browser = server.browser();
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    is_signed_in(&mut browser).await
}

#[tokio::test]
async fn a_lost_second_factor_is_gone_a_day_after_support_was_asked() {
    let server = Server::start().await;
    let (sub, owner) = hanako(&server).await;
    let asked = ask(&server, &sub).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    assert_eq!(text(&asked.json(), "due_at"), server.clock.now().plus(hours(24)).to_string());
    assert!(server.last_letter_to(EMAIL).await.text.contains("/keep-second-factor?token="));
    assert_eq!(ask(&server, &sub).await.status, StatusCode::CONFLICT, "once is enough");
    server.clock.advance(hours(24) - seconds(1));
    assert!(!one_step(&server).await);
    server.clock.advance(seconds(1));
    assert!(one_step(&server).await, "by its own clock");
    assert!(!is_signed_in(&mut owner.clone()).await, "what began before has ended");
    assert!(server.letters().await.iter().any(|letter| letter.text.contains("サポートによって解除されました")));
    assert_eq!(ask(&server, &sub).await.status, StatusCode::CONFLICT, "there is nothing left to take away");
}

#[tokio::test]
async fn the_owner_stops_it_by_the_letter_or_on_my_page() {
    let server = Server::start().await;
    let (sub, mut owner) = hanako(&server).await;
    ask(&server, &sub).await;
    let letter = server.last_letter_to(EMAIL).await.text;
    let link = letter.split_whitespace().find(|word| word.contains("token=")).unwrap();
    let link = link.strip_prefix(ISSUER).unwrap().to_owned();
    let mut reader = server.browser();
    for _ in 0..2 {
        assert_eq!(reader.get(&link).await.status, StatusCode::OK, "looking stops nothing");
    }
    let page = reader.get(&link).await;
    assert_eq!(reader.submit(&page, "keep-submit", &[]).await.status, StatusCode::OK);
    assert_eq!(reader.submit(&page, "keep-submit", &[]).await.status, StatusCode::GONE);

    ask(&server, &sub).await;
    let security = owner.get("/my/security").await;
    let done = owner.submit(&security, "factor-keep", &[]).await;
    assert!(done.find("#factor-keep").is_none());
    server.clock.advance(hours(25));
    assert!(!one_step(&server).await, "it stays");
}

#[tokio::test]
async fn support_may_not_take_it_from_staff_nor_where_there_is_none() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let mut work = server.work();
    let sub = hosho::store::auth::password::find_by_email(work.tx(), EMAIL).await.unwrap().unwrap().sub;
    work.commit().await.unwrap();
    let refused = ask(&server, &sub).await;
    assert_eq!(
        (refused.status, text(&refused.json(), "code").to_owned()),
        (StatusCode::CONFLICT, "no_second_factor".to_owned())
    );
    let mut work = server.work();
    let now = work.now();
    hosho::store::admin::staff_role::grant(work.tx(), &sub, Role::Admin, now).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(text(&ask(&server, &sub).await.json(), "code"), "is_staff");
    assert_eq!(ask(&server, &Subject::from("nobody")).await.status, StatusCode::NOT_FOUND);
    let mut auditor = server.machine(&[Role::Auditor]).await;
    let path = format!("/api/v1/accounts/{sub}/reset-second-factor");
    assert_eq!(auditor.post(&path, &json!({"reason": "x"})).await.status, StatusCode::FORBIDDEN);
}
