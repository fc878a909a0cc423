//! Another e-mail address: proved before it counts, told to the old one, and taken back by whoever reads that.

use hosho::base::time::{days, minutes, seconds};
use hosho::domain::account::EmailAddress;
use hosho::store;
use http::StatusCode;

use crate::sign_in::{PASSWORD, code_in, is_signed_in, link_in, sign_in, sign_up};
use crate::support::{Answer, Browser, ISSUER, Server, rounds};

const OLD: &str = "hanako@mail.example";
const NEW: &str = "hanako@other.example";

/// Ask for an address; the page that follows.
async fn ask(browser: &mut Browser, email: &str) -> Answer {
    let page = browser.get("/my/email").await;
    browser.submit(&page, "email-ask", &[("email", email)]).await
}

/// Change the address by the code of the letter; the answer to the code.
async fn change(server: &Server, browser: &mut Browser, email: &str) -> Answer {
    let page = ask(browser, email).await;
    let code = code_in(&server.last_letter_to(email).await.text);
    browser.submit_once(&page, "code-submit", &[("code", &code)]).await
}

fn undo_link(text: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains("/email/undo?token=")).expect("a way back");
    link.strip_prefix(ISSUER).unwrap().to_owned()
}

async fn owner(server: &Server, email: &str) -> Option<String> {
    let address = EmailAddress::parse(email).unwrap();
    let account = store::account::find_by_email(server.work().tx(), &address).await.unwrap();
    account.map(|account| account.sub.to_string())
}

#[tokio::test]
async fn a_new_address_counts_once_its_code_was_typed_a139() {
    let server = Server::start().await;
    let (mut here, mut there) = (server.browser(), server.browser());
    sign_up(&server, &mut here, OLD).await;
    sign_in(&mut there, OLD, PASSWORD).await;
    let page = ask(&mut here, NEW).await;
    assert_eq!(owner(&server, NEW).await, None, "nothing has changed yet");
    let code = code_in(&server.last_letter_to(NEW).await.text);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let answer = here.submit(&page, "code-submit", &[("code", wrong)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = here.submit(&page, "code-submit", &[("code", &code)]).await;
    assert!(done.find(".notice-good").unwrap().contains("メールアドレスを変更しました"), "{}", done.text);
    assert!(!is_signed_in(&mut here).await && !is_signed_in(&mut there).await, "every session is over");
    assert_ne!(sign_in(&mut server.browser(), OLD, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&mut here, NEW, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert!(here.get("/my/profile").await.text.contains(NEW));
    assert_eq!(here.get(&page.path).await.status, StatusCode::GONE, "a code works once");
    assert!(server.last_letter_to(OLD).await.subject.contains("変更されました"));
    // Staff find the account by its new address only.
    let mut work = server.work();
    for (text, found) in [("hanako@other", 1), ("hanako@mail", 0)] {
        let wanted = hosho::domain::account::search::query(text);
        assert_eq!(store::account::search::find(work.tx(), &wanted, None, 9).await.unwrap().len(), found, "{text}");
    }
}

#[tokio::test]
async fn the_link_works_in_a_session_of_the_same_account_only_a139() {
    let server = Server::start().await;
    let (mut hanako, mut mallory) = (server.browser(), server.browser());
    sign_up(&server, &mut hanako, OLD).await;
    sign_up(&server, &mut mallory, "mallory@mail.example").await;
    ask(&mut hanako, NEW).await;
    let link = link_in(&server.last_letter_to(NEW).await.text);
    let stranger = server.browser().fetch(&link).await;
    assert!(stranger.location().unwrap().starts_with("/sign-in?next="), "{:?}", stranger.location());
    assert_eq!(mallory.get(&link).await.status, StatusCode::GONE);
    // Her other device, after signing in there.
    let mut phone = server.browser();
    let page = phone.get(&link).await;
    let page = phone.submit(&page, "login-submit", &[("username", OLD), ("password", PASSWORD)]).await;
    let pressed = page.form("confirm-submit", &[]);
    let others: Vec<(&str, &str)> = pressed.1.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(mallory.post("/my/email/confirm", &others).await.status, StatusCode::BAD_REQUEST, "a foreign form");
    let done = phone.submit(&page, "confirm-submit", &[]).await;
    assert!(done.find(".notice-good").is_some(), "{}", done.text);
    assert_eq!(owner(&server, OLD).await, None);
    assert!(owner(&server, NEW).await.is_some());
}

#[tokio::test]
async fn the_old_address_brings_itself_back_for_days_and_shuts_everybody_out_a139() {
    let server = Server::start().await;
    let mut mallory = server.browser();
    sign_up(&server, &mut mallory, OLD).await;
    change(&server, &mut mallory, NEW).await;
    sign_in(&mut mallory, NEW, PASSWORD).await;
    // Nobody else gets the old address meanwhile, and whoever has the new one changes it once more.
    change(&server, &mut mallory, "mallory@evil.example").await;
    sign_in(&mut mallory, "mallory@evil.example", PASSWORD).await;
    let link = undo_link(&server.last_letter_to(OLD).await.text);
    let second = undo_link(&server.last_letter_to(NEW).await.text);
    server.clock.advance(days(7) - seconds(1));
    let mut owner_here = server.browser();
    for _ in 0..3 {
        assert_eq!(server.browser().get(&link).await.status, StatusCode::OK, "looking uses nothing up");
    }
    let page = owner_here.get(&link).await;
    let done = owner_here.submit(&page, "undo-submit", &[]).await;
    assert_eq!((done.status, done.link("/recover").as_str()), (StatusCode::OK, "/recover"), "{}", done.text);
    assert!(!is_signed_in(&mut mallory).await);
    assert!(owner(&server, OLD).await.is_some());
    for name in [OLD, NEW, "mallory@evil.example"] {
        let answer = sign_in(&mut server.browser(), name, PASSWORD).await;
        assert_ne!(answer.status, StatusCode::SEE_OTHER, "{name}: the password of then is worth nothing");
    }
    assert_eq!(server.browser().get(&link).await.status, StatusCode::GONE, "once");
    assert_eq!(server.browser().get(&second).await.status, StatusCode::GONE, "and the other way back is closed");
    assert!(server.last_letter_to(OLD).await.text.contains("/recover"));
}

/// (A133)
#[tokio::test]
async fn codes_and_ways_back_end_on_the_second_a139() {
    let server = Server::start_with(&[("HOSHO_ACCOUNT_EMAIL_UNDO", "72h"), ("HOSHO_SIGN_IN_CODE", "15m")]).await;
    for (wait, works) in [(minutes(15) - seconds(1), true), (minutes(15), false)] {
        let mut browser = server.browser();
        let email = format!("a{}@mail.example", wait.as_secs());
        sign_up(&server, &mut browser, &email).await;
        let new = format!("new.{email}");
        let page = ask(&mut browser, &new).await;
        let text = server.last_letter_to(&new).await.text;
        server.clock.advance(wait);
        assert_eq!(browser.get(&link_in(&text)).await.status == StatusCode::OK, works, "{wait:?}");
        let answer = browser.submit_once(&page, "code-submit", &[("code", &code_in(&text))]).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, works, "{wait:?}");
    }
    for (wait, works) in [(days(3) - seconds(1), true), (days(3), false)] {
        let mut browser = server.browser();
        let email = format!("b{}@mail.example", wait.as_secs());
        sign_up(&server, &mut browser, &email).await;
        change(&server, &mut browser, &format!("new.{email}")).await;
        let link = undo_link(&server.last_letter_to(&email).await.text);
        server.clock.advance(wait);
        assert_eq!(server.browser().get(&link).await.status == StatusCode::OK, works, "{wait:?}");
        // Held for its owner until then, free afterwards, with no job running.
        let mut other = server.browser();
        let answer = sign_up(&server, &mut other, &email).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, !works, "{wait:?}: {}", answer.text);
    }
}

/// Case, width and the spelling of the domain make no difference, and the page says nothing. (A106)
#[tokio::test]
async fn an_address_of_somebody_else_is_told_to_its_mailbox_only_a139() {
    let server = Server::start().await;
    let mut mallory = server.browser();
    sign_up(&server, &mut server.browser(), "info@xn--r8jz45g.jp").await;
    sign_up(&server, &mut mallory, OLD).await;
    let free = ask(&mut mallory, "free@other.example").await;
    let plain = |page: &Answer, typed: &str| page.find("main").unwrap().replace(typed, "…");
    let expected = plain(&free, "free@other.example");
    for typed in ["info@xn--r8jz45g.jp", "INFO@例え.jp", "ｉｎｆｏ＠例え。ＪＰ", "Info@XN--R8JZ45G.JP"] {
        let page = ask(&mut mallory, typed).await;
        let shown = page.find("main").unwrap();
        let address = EmailAddress::parse(typed).unwrap().to_string();
        assert_eq!(shown.replace(&address, "…"), expected, "{typed}");
        let letter = server.letters().await.pop().unwrap();
        assert!(letter.text.contains("/sign-in") && !letter.text.contains("token="), "{}", letter.text);
        let guess = mallory.submit(&page, "code-submit", &[("code", "000000")]).await;
        assert!(guess.find(".field-error").unwrap().contains('4'), "counted like any other");
    }
    let same = ask(&mut mallory, "ＨＡＮＡＫＯ@mail.example").await;
    assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_old_session_signs_in_again_before_an_address_is_asked_for_a124() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, OLD).await;
    let page = browser.get("/my/email").await;
    server.clock.advance(minutes(5));
    assert_eq!(browser.get("/my/email").await.status, StatusCode::OK);
    server.clock.advance(seconds(1));
    let answer = browser.submit(&page, "email-ask", &[("email", NEW)]).await;
    assert!(answer.find("input[name=password]").is_some(), "{}", answer.text);
    assert!(server.letters().await.iter().all(|letter| letter.to != NEW));
    let page = browser.submit(&answer, "login-submit", &[("username", OLD), ("password", PASSWORD)]).await;
    assert!(page.find("#email-ask").is_some(), "and is back on the page: {}", page.path);
    assert_eq!(change(&server, &mut browser, NEW).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn letters_and_codes_are_limited_a110() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_LETTERS_PER_HOUR", "3")]).await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, OLD).await;
    for number in 0..5 {
        let page = ask(&mut browser, &format!("victim{number}@other.example")).await;
        assert!(page.find("#code").is_some(), "the page does not tell");
    }
    let sent = server.letters().await.into_iter().filter(|letter| letter.to.starts_with("victim")).count();
    assert_eq!(sent, 3, "one account cannot write to everybody");

    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, OLD).await;
    let page = ask(&mut browser, NEW).await;
    let code = code_in(&server.last_letter_to(NEW).await.text);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        browser.submit(&page, "code-submit", &[("code", wrong)]).await;
    }
    assert_eq!(browser.submit(&page, "code-submit", &[("code", &code)]).await.status, StatusCode::GONE);
}

/// Two accounts wish for one address at once: one of them gets it, the other one keeps its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_want_one_address_do_not_both_get_it() {
    for round in 0..rounds(6) {
        let server = Server::start().await;
        let wanted = format!("wanted{round}@other.example");
        let mut tries = Vec::new();
        for name in ["a", "b"] {
            let mut browser = server.browser();
            sign_up(&server, &mut browser, &format!("{name}@mail.example")).await;
            let page = ask(&mut browser, &wanted).await;
            let code = code_in(&server.last_letter_to(&wanted).await.text);
            tries.push((browser, page, code));
        }
        let tries: Vec<_> = tries
            .into_iter()
            .map(|(mut browser, page, code)| {
                tokio::spawn(async move { browser.submit_once(&page, "code-submit", &[("code", &code)]).await })
            })
            .collect();
        let mut statuses = Vec::new();
        for attempt in tries {
            statuses.push(attempt.await.unwrap().status);
        }
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT], "round {round}");
        let kept = [owner(&server, "a@mail.example").await, owner(&server, "b@mail.example").await];
        assert_eq!(kept.iter().flatten().count(), 1, "round {round}");
    }
}
