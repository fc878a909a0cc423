//! Closing an account, coming back in time, and what the erasure leaves.

use hosho::base::Timestamp;
use hosho::base::id::Subject;
use hosho::base::time::{days, hours, minutes, seconds};
use hosho::domain::account::{EmailAddress, State};
use hosho::domain::permission::Role;
use hosho::jobs::look_after_accounts;
use hosho::service::admin::audit::{Verdict, verify};
use hosho::store;
use http::StatusCode;
use serde_json::json;

use crate::pages::stock;
use crate::sign_in::{PASSWORD, code_in, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Browser, ISSUER, Server, text};

const EMAIL: &str = "hanako@mail.example";

async fn account(server: &Server, email: &str) -> Option<hosho::domain::account::Account> {
    let address = EmailAddress::parse(email).unwrap();
    store::account::find_by_email(server.work().tx(), &address).await.unwrap()
}

async fn sub_of(server: &Server) -> Subject {
    account(server, EMAIL).await.unwrap().sub
}

async fn close(browser: &mut Browser) -> Answer {
    let page = browser.get("/my/close").await;
    browser.submit(&page, "close-submit", &[]).await
}

fn way_back(text: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains("/come-back?token=")).expect("a way back");
    link.strip_prefix(ISSUER).unwrap().to_owned()
}

async fn erase_due(server: &Server) {
    look_after_accounts(&server.app).await.unwrap();
}

#[tokio::test]
async fn whoever_signs_in_again_in_time_is_asked_whether_to_come_back() {
    let server = Server::start().await;
    let (mut browser, mut phone) = (server.browser(), server.browser());
    sign_up(&server, &mut browser, EMAIL).await;
    sign_in(&mut phone, EMAIL, PASSWORD).await;
    let closed = close(&mut browser).await;
    assert!(closed.find(".notice-good").unwrap().contains("退会"), "{}", closed.text);
    assert!(!is_signed_in(&mut browser).await && !is_signed_in(&mut phone).await);
    assert!(server.last_letter_to(EMAIL).await.subject.contains("退会"));

    server.clock.advance(days(14) - seconds(1));
    let wrong = sign_in(&mut server.browser(), EMAIL, "not my password").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "only who knows the password learns of it");
    let mut back = server.browser();
    let offer = sign_in(&mut back, EMAIL, PASSWORD).await;
    assert!(!is_signed_in(&mut back).await);
    let offer = back.follow(offer).await;
    assert!(offer.find("#come-back").is_some(), "{}", offer.text);
    let welcome = back.submit(&offer, "come-back", &[]).await;
    assert!(welcome.find(".notice-good").is_some() && welcome.find("input[name=password]").is_some());
    assert_eq!(sign_in(&mut back, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert!(is_signed_in(&mut back).await);
    server.clock.advance(days(30));
    erase_due(&server).await;
    assert_eq!(account(&server, EMAIL).await.unwrap().state, State::Active, "nothing of the closing is left");
    assert_eq!(back.get(&offer.path).await.status, StatusCode::GONE, "a way back works once");
}

#[tokio::test]
async fn the_link_of_the_letter_leads_back_without_the_password_and_signs_nobody_in() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    close(&mut browser).await;
    let link = way_back(&server.last_letter_to(EMAIL).await.text);
    for _ in 0..3 {
        assert_eq!(server.browser().get(&link).await.status, StatusCode::OK, "looking changes nothing");
    }
    assert_eq!(account(&server, EMAIL).await.unwrap().state, State::Closed);
    for wrong in [link.replace("token=", "token=x"), format!("{link}x"), "/come-back?token=".to_owned()] {
        assert_eq!(server.browser().get(&wrong).await.status, StatusCode::GONE, "{wrong}");
    }
    let mut other = server.browser();
    let page = other.get(&link).await;
    other.submit(&page, "come-back", &[]).await;
    assert!(!is_signed_in(&mut other).await);
    assert_eq!(account(&server, EMAIL).await.unwrap().state, State::Active);
}

#[tokio::test]
async fn a_forgotten_password_is_no_reason_not_to_come_back() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    close(&mut browser).await;
    let page = browser.get("/recover").await;
    let page = browser.submit(&page, "email", &[("email", EMAIL)]).await;
    let code = code_in(&server.last_letter_to(EMAIL).await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    let new = "seven lanterns cross the river";
    browser.submit(&page, "new_password", &[("new_password", new)]).await;
    assert_eq!(account(&server, EMAIL).await.unwrap().state, State::Closed, "a new password opens nothing");
    let offer = sign_in(&mut browser, EMAIL, new).await;
    assert!(offer.location().unwrap().starts_with("/come-back?token="));
}

/// Everything ends by its own clock, with no job running. (A133)
#[tokio::test]
async fn after_the_time_nobody_comes_back_and_the_address_is_free_without_any_job() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let first = sub_of(&server).await;
    close(&mut browser).await;
    let link = way_back(&server.last_letter_to(EMAIL).await.text);
    // Until then it is nobody else's.
    let page = browser.get("/sign-up").await;
    browser.submit(&page, "email", &[("email", EMAIL)]).await;
    assert!(server.last_letter_to(EMAIL).await.subject.contains("すでにアカウントがあります"));
    server.clock.advance(days(14));
    assert_eq!(server.browser().get(&link).await.status, StatusCode::GONE);
    assert_ne!(sign_in(&mut server.browser(), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    let mut new = server.browser();
    assert_eq!(sign_up(&server, &mut new, EMAIL).await.status, StatusCode::SEE_OTHER);
    let second = sub_of(&server).await;
    assert_ne!(first, second, "a new account with another subject");
    let closed = store::account::find(server.work().tx(), &first).await.unwrap().unwrap();
    assert!(!closed.standing().honours(Timestamp::from_seconds(i64::MAX / 1000)));
    // The job comes late, erases the old one, and leaves the new one alone.
    erase_due(&server).await;
    assert!(is_signed_in(&mut new).await);
    assert_eq!(sub_of(&server).await, second);
}

/// (P13), (P14): what a person said and did is gone from every table; what is kept has no name and a last day.
#[tokio::test]
async fn an_erasure_leaves_nothing_but_what_must_be_kept() {
    let server = Server::start().await;
    stock::import(&server).await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let sub = sub_of(&server).await;
    let page = browser.get("/my/profile").await;
    let fields = [
        ("family_name", "勅使河原"),
        ("given_name", "蓮華"),
        ("family_name_kana", "テシガワラ"),
        ("nickname", "rengeSeventySeven"),
        ("phone_number", "090-7777-6543"),
        ("street_address", "桔梗坂77"),
        ("locale", "ja"),
    ];
    browser.submit(&page, "profile-save", &fields).await;
    let page = browser.get("/my/email").await;
    let page = browser.submit(&page, "email-ask", &[("email", "renge@new.example")]).await;
    let code = code_in(&server.last_letter_to("renge@new.example").await.text);
    browser.submit(&page, "code-submit", &[("code", &code)]).await;
    let mut browser = server.browser();
    browser.headers.push(("user-agent", "RengesOwnBrowser/7".to_owned()));
    sign_in(&mut browser, "renge@new.example", PASSWORD).await;
    let start = browser.get("/my/products/add").await;
    let when = browser.submit(&start, "add-next", &[("model", "RC-10S"), ("serial", "H24A00001")]).await;
    browser.submit(&when, "add-submit", &[("purchased_on", "2025-12-24")]).await;
    let shop = server.shop_with(json!({"scope": "openid email offline_access products"})).await;
    let tokens = shop.tokens(&mut browser, "openid email offline_access products").await;
    let canaries = [
        "勅使河原",
        "蓮華",
        "テシガワラ",
        "rengeSeventySeven",
        "+819077776543",
        "桔梗坂77",
        "hanako@mail.example",
        "renge@new.example",
        "RengesOwnBrowser",
    ];
    let mut admin = server.machine(&[Role::Admin]).await;
    let trail = admin.get(&format!("/api/v1/audit?subject={sub}")).await.text;
    assert!(trail.contains("勅使河原") && trail.contains("renge@new.example"), "staff may read it as long as it is");

    close(&mut browser).await;
    server.clock.advance(days(11));
    erase_due(&server).await;
    assert!(server.last_letter_to("renge@new.example").await.subject.contains("まもなく"));
    server.clock.advance(days(3));
    // What is due is gone for staff who look, before the job has come by.
    let mut admin = server.machine(&[Role::Admin]).await;
    let shown = admin.get(&format!("/api/v1/accounts/{sub}")).await;
    for canary in canaries {
        assert!(!shown.text.contains(canary), "{canary}: {}", shown.text);
    }
    let shown = shown.json();
    assert!(shown["closure"]["erased_at"].is_string(), "{shown}");
    assert_eq!(shown["kept"], json!([{"what": "products", "records": 1, "until": "2035-12-24"}]));
    erase_due(&server).await;
    let last = server.last_letter_to("renge@new.example").await;
    assert!(last.text.contains("2035年12月24日") && last.text.contains("消去しました"), "{}", last.text);

    hosho::jobs::remove_what_expired(&server.app).await.unwrap();
    let dump = server.everything().await;
    for canary in canaries {
        assert!(!dump.contains(canary), "{canary} is still there");
    }
    assert!(dump.contains(sub.as_ref()), "the subject is never given to anybody else");
    assert_eq!(shop.userinfo(text(&tokens, "access_token")).await.status, 401);
    assert_eq!(shop.refresh(text(&tokens, "refresh_token")).await.status, 400);
    // The chain of the audit entries is whole, though what was private in it is unreadable for ever.
    let verdict = verify(&mut server.work()).await.unwrap();
    assert!(matches!(verdict, Verdict::Intact { .. }), "{verdict:?}");
    let trail = admin.get(&format!("/api/v1/audit?subject={sub}")).await.json();
    let entries = trail["items"].as_array().unwrap();
    let changed = entries.iter().find(|entry| entry["name"] == "account.profile_changed").unwrap();
    assert_eq!(changed["changes"][0]["after"], json!(null));
    assert_eq!(changed["changes"][0]["private"], true);
    // The unit can be registered by its next owner.
    let mut next = server.browser();
    sign_up(&server, &mut next, "next@mail.example").await;
    let start = next.get("/my/products/add").await;
    let when = next.submit(&start, "add-next", &[("model", "RC-10S"), ("serial", "H24A00001")]).await;
    let done = next.submit(&when, "add-submit", &[("purchased_on", "2026-12-01")]).await;
    assert!(done.path.ends_with("/added"), "{} {}", done.path, done.text);
    // After its last day the rest goes too.
    server.clock.advance(days(3650));
    erase_due(&server).await;
    let shown = server.machine(&[Role::Admin]).await.get(&format!("/api/v1/accounts/{sub}")).await.json();
    assert_eq!(shown["kept"], json!([]));
}

#[tokio::test]
async fn an_old_session_signs_in_again_before_leaving_a124() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let page = browser.get("/my/close").await;
    server.clock.advance(minutes(5) + seconds(1));
    let answer = browser.submit(&page, "close-submit", &[]).await;
    assert!(answer.find("input[name=password]").is_some());
    assert_eq!(account(&server, EMAIL).await.unwrap().state, State::Active);
}

#[tokio::test]
async fn staff_close_for_a_customer_restore_in_time_and_hold_what_must_not_go_p15() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let sub = sub_of(&server).await;
    let mut support = server.machine(&[Role::Support]).await;
    let path = format!("/api/v1/accounts/{sub}");
    let because = json!({"reason": "asked on the telephone"});
    let closed = support.post(&format!("{path}/close"), &because).await.json();
    assert_eq!(closed["closed_by"], "staff");
    assert_eq!(support.post(&format!("{path}/close"), &because).await.status.as_u16(), 409);
    let restored = support.post(&format!("{path}/restore"), &because).await.json();
    assert_eq!(restored["state"], "active");
    assert!(support.get(&path).await.json()["closure"].is_null());

    let past = json!({"reason": "x", "ends_at": "2020-01-01T00:00:00Z"});
    assert_eq!(support.post(&format!("{path}/holds"), &past).await.json()["errors"][0]["reason"], "past");
    let hold = json!({"reason": "事故の調査のため"});
    let hold = support.post(&format!("{path}/holds"), &hold).await.json();
    let mut browser = server.browser();
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.get("/my/close").await;
    assert!(page.text.contains("事故の調査のため"), "its owner reads why");
    browser.submit(&page, "close-submit", &[]).await;
    server.clock.advance(days(20));
    erase_due(&server).await;
    let mut support = server.machine(&[Role::Support]).await;
    let shown = support.get(&path).await.json();
    assert!(shown["closure"]["erased_at"].is_null() && shown["claims"]["email"] == EMAIL, "{shown}");
    assert_eq!(support.post(&format!("{path}/restore"), &because).await.json()["code"], "erased");
    let lift = format!("/api/v1/account-holds/{}", hold["id"].as_str().unwrap());
    assert_eq!(support.delete(&lift).await.status.as_u16(), 204);
    assert_eq!(support.delete(&lift).await.status.as_u16(), 404);
    erase_due(&server).await;
    assert!(support.get(&path).await.json()["closure"]["erased_at"].is_string());
}

#[tokio::test]
async fn closing_lifts_no_suspension() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let path = format!("/api/v1/accounts/{}", sub_of(&server).await);
    let mut admin = server.machine(&[Role::Admin]).await;
    let because = json!({"reason": "fraud"});
    admin.post(&format!("{path}/suspend"), &because).await;
    admin.post(&format!("{path}/close"), &because).await;
    assert_eq!(admin.post(&format!("{path}/restore"), &because).await.json()["state"], "suspended");
}

#[tokio::test]
async fn an_account_that_nobody_uses_ends_by_the_policy_unless_its_owner_comes() {
    let settings = [("HOSHO_ACCOUNT_DORMANT_AFTER", "365d"), ("HOSHO_ACCOUNT_DORMANT_NOTICE", "30d")];
    let server = Server::start_with(&settings).await;
    for email in [EMAIL, "comes@mail.example", "held@mail.example"] {
        sign_up(&server, &mut server.browser(), email).await;
    }
    let held = account(&server, "held@mail.example").await.unwrap().sub;
    let mut work = server.work();
    hosho::service::account::holds::place(&mut work, &held, "recall", None).await.unwrap();
    work.commit().await.unwrap();
    server.clock.advance(days(365) - seconds(1));
    erase_due(&server).await;
    assert!(server.letters().await.iter().all(|letter| !letter.subject.contains("しばらく")));
    server.clock.advance(seconds(1));
    erase_due(&server).await;
    erase_due(&server).await;
    let told: Vec<String> =
        server.letters().await.into_iter().filter(|letter| letter.subject.contains("しばらく")).map(|l| l.to).collect();
    assert_eq!(told.len(), 2, "each once, and not where something keeps the account: {told:?}");
    server.clock.advance(days(29));
    assert_eq!(sign_in(&mut server.browser(), "comes@mail.example", PASSWORD).await.status, StatusCode::SEE_OTHER);
    server.clock.advance(days(1) + hours(1));
    erase_due(&server).await;
    assert_eq!(account(&server, "comes@mail.example").await.unwrap().state, State::Active);
    assert_eq!(account(&server, "held@mail.example").await.unwrap().state, State::Active);
    assert_eq!(account(&server, EMAIL).await.unwrap().state, State::Closed);
    assert!(server.last_letter_to(EMAIL).await.text.contains("/come-back?token="), "and may still come back");
    server.clock.advance(days(14));
    erase_due(&server).await;
    assert!(account(&server, EMAIL).await.is_none());
}
