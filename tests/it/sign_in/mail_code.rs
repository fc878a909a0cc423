//! Signing in by a code or a link that is sent by mail.

use http::StatusCode;

use super::{PASSWORD, code_in, is_signed_in, sign_up};
use crate::support::{Answer, Browser, ISSUER, Server, claims, rounds, text};
use hosho::base::time::{minutes, seconds};

const EMAIL: &str = "hanako@mail.example";

async fn hanako(server: &Server) {
    sign_up(server, &mut server.browser(), EMAIL).await;
}

/// Ask for a code in a browser; the page that waits for it.
async fn ask(browser: &mut Browser, email: &str) -> Answer {
    let page = browser.get("/sign-in").await;
    let page = browser.get(&page.link("/sign-in/mail")).await;
    browser.submit(&page, "mail-submit", &[("email", email)]).await
}

/// Code and link of the last letter.
async fn letter(server: &Server) -> (String, String) {
    let letter = server.last_letter_to(EMAIL).await.text;
    let link = letter.split_whitespace().find(|word| word.contains("/sign-in/mail/link?token=")).unwrap();
    (code_in(&letter), link.strip_prefix(ISSUER).unwrap().to_owned())
}

#[tokio::test]
async fn a_code_by_mail_signs_in_where_it_was_asked_for_and_is_one_factor() {
    let server = Server::start().await;
    hanako(&server).await;
    let shop = server.shop().await;
    let mut browser = server.browser();
    let page = browser.get(&shop.asks(&[])).await;
    let page = browser.get(&page.link("/sign-in/mail?attempt=")).await;
    let page = browser.submit(&page, "mail-submit", &[("email", EMAIL)]).await;
    let (code, _) = letter(&server).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let page = browser.submit(&page, "code", &[("code", wrong)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = browser.submit(&page, "code", &[("code", &code)]).await;
    let tokens = shop.exchange(&answer.code()).await.json();
    let id_token = claims(text(&tokens, "id_token"));
    assert_eq!((text(&id_token, "acr"), &id_token["amr"]), ("aal1", &serde_json::json!(["otp"])));
}

#[tokio::test]
async fn the_link_spares_the_typing_where_the_sign_in_began() {
    let server = Server::start().await;
    hanako(&server).await;
    let mut browser = server.browser();
    ask(&mut browser, EMAIL).await;
    let (_, link) = letter(&server).await;
    // A scanner looks first, as often as it likes.
    for _ in 0..3 {
        assert_eq!(server.browser().get(&link).await.status, StatusCode::OK);
        assert_eq!(browser.get(&link).await.status, StatusCode::OK);
    }
    assert!(!is_signed_in(&mut browser).await, "looking signs nobody in");
    let page = browser.get(&link).await;
    browser.submit(&page, "link-submit", &[]).await;
    assert!(is_signed_in(&mut browser).await);
    assert_eq!(browser.get(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_link_on_another_device_tells_the_code_and_signs_nobody_in_there() {
    let server = Server::start().await;
    hanako(&server).await;
    let mut first = server.browser();
    first.headers.push(("user-agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36".to_owned()));
    let waiting = ask(&mut first, EMAIL).await;
    let (code, link) = letter(&server).await;
    let mut phone = server.browser();
    let page = phone.get(&link).await;
    assert!(page.text.contains("Chrome / Windows"), "where it began");
    assert!(!page.text.contains(&code), "not before it is asked for");
    assert!(page.find("#link-submit").is_none());
    let told = phone.submit(&page, "link-show", &[]).await;
    assert_eq!(told.find("#told-code").as_deref(), Some(code.as_str()));
    // The button of the other page, sent from here.
    let csrf = page.attributes("input[name='csrf']", "value").remove(0);
    let token = link.split("token=").nth(1).unwrap();
    let refused = phone.post("/sign-in/mail/link", &[("csrf", &csrf), ("token", token)]).await;
    assert_eq!(refused.status, StatusCode::GONE);
    assert!(!is_signed_in(&mut phone).await);
    first.submit(&waiting, "code", &[("code", &code)]).await;
    assert!(is_signed_in(&mut first).await);
    assert!(!is_signed_in(&mut phone).await);
}

/// (A106)
#[tokio::test]
async fn the_pages_do_not_tell_whether_an_address_has_an_account_a106() {
    let server = Server::start().await;
    hanako(&server).await;
    let mut seen = Vec::new();
    for email in [EMAIL, "nobody@mail.example"] {
        let mut browser = server.browser();
        let page = ask(&mut browser, email).await;
        let tried = browser.submit(&page, "code", &[("code", "000000")]).await;
        let plain = |answer: &Answer| {
            let (start, _) = answer.text.split_once("<main").unwrap();
            (answer.status, start.len(), answer.text.replace(email, "").lines().count())
        };
        seen.push((plain(&page), plain(&tried)));
    }
    assert_eq!(seen[0], seen[1]);
    let letter = server.last_letter_to("nobody@mail.example").await;
    assert!(letter.text.contains("/sign-up") && !letter.text.contains("token="));
}

/// (A110), (A133)
#[tokio::test]
async fn a_code_is_good_once_for_ten_minutes_and_five_tries_a133() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_LETTERS_PER_HOUR", "100")]).await;
    hanako(&server).await;
    for (wait, is_good) in [(minutes(10) - seconds(1), true), (minutes(10), false)] {
        let mut browser = server.browser();
        let page = ask(&mut browser, EMAIL).await;
        let (code, link) = letter(&server).await;
        server.clock.advance(wait);
        assert_eq!(browser.get(&link).await.status == StatusCode::OK, is_good);
        browser.submit(&page, "code", &[("code", &code)]).await;
        assert_eq!(is_signed_in(&mut browser).await, is_good);
    }
    let mut browser = server.browser();
    let page = ask(&mut browser, EMAIL).await;
    let (code, _) = letter(&server).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let mut guesses = Vec::new();
    for _ in 0..20 {
        let (mut browser, page) = (browser.clone(), page.clone());
        guesses.push(tokio::spawn(async move { browser.submit_once(&page, "code", &[("code", wrong)]).await.status }));
    }
    let mut looked_at = 0;
    for guess in guesses {
        looked_at += usize::from(guess.await.unwrap() == StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(looked_at <= 5, "{looked_at}");
    assert_eq!(browser.submit(&page, "code", &[("code", &code)]).await.status, StatusCode::GONE);
    for round in 0..rounds(3) {
        let mut browser = server.browser();
        let page = ask(&mut browser, EMAIL).await;
        let (code, _) = letter(&server).await;
        let mut races = Vec::new();
        for _ in 0..4 {
            let (mut browser, page, code) = (browser.clone(), page.clone(), code.clone());
            races
                .push(tokio::spawn(async move { browser.submit_once(&page, "code", &[("code", &code)]).await.status }));
        }
        let mut taken = 0;
        for race in races {
            taken += usize::from(race.await.unwrap() == StatusCode::SEE_OTHER);
        }
        assert_eq!(taken, 1, "round {round}");
    }
}

/// (A117), (A118)
#[tokio::test]
async fn mail_is_one_factor_and_completes_nothing_a118() {
    let server = Server::start().await;
    let mut owner = server.browser();
    sign_up(&server, &mut owner, EMAIL).await;
    let second = server.add_totp(&mut owner).await;
    server.clock.advance(seconds(30));
    let mut browser = server.browser();
    let page = ask(&mut browser, EMAIL).await;
    let (code, _) = letter(&server).await;
    let step = browser.submit(&page, "code", &[("code", &code)]).await;
    assert!(step.path.starts_with("/sign-in/totp?"), "{}", step.path);
    assert!(!is_signed_in(&mut browser).await);
    let choices = browser.get(&step.link("/sign-in/choose?")).await;
    assert!(!choices.text.contains("/sign-in/mail?"), "the same channel again is no second factor");
    // After the password, too.
    let mut other = server.browser();
    let form = other.get("/sign-in").await;
    let step = other.submit(&form, "login-submit", &[("username", EMAIL), ("password", PASSWORD)]).await;
    let attempt = step.path.split("attempt=").nth(1).unwrap().to_owned();
    let page = other.get(&format!("/sign-in/mail?attempt={attempt}")).await;
    let page = other.submit(&page, "mail-submit", &[("email", EMAIL)]).await;
    let (code, _) = letter(&server).await;
    let step = other.submit(&page, "code", &[("code", &code)]).await;
    assert!(step.path.starts_with("/sign-in/totp?"), "{}", step.path);
    assert!(!is_signed_in(&mut other).await);
    let code = second.app.code(server.clock.now());
    browser.submit(&step, "code", &[("code", "000000")]).await;
    other.submit(&step, "code", &[("code", &code)]).await;
    assert!(is_signed_in(&mut other).await);
}

/// (A127), (A153)
#[tokio::test]
async fn a_code_dies_with_a_newer_one_and_with_a_change_of_password_a127() {
    let server = Server::start().await;
    let mut owner = server.browser();
    sign_up(&server, &mut owner, EMAIL).await;
    let mut browser = server.browser();
    let page = ask(&mut browser, EMAIL).await;
    let (old, _) = letter(&server).await;
    let mut elsewhere = server.browser();
    let newer = ask(&mut elsewhere, EMAIL).await;
    let (code, _) = letter(&server).await;
    assert_eq!(browser.submit(&page, "code", &[("code", &old)]).await.status, StatusCode::GONE);
    let security = owner.get("/my/security").await;
    let fields = [("password", PASSWORD), ("new_password", "seven lanterns cross the river")];
    owner.submit(&security, "password-change", &fields).await;
    assert_eq!(elsewhere.submit(&newer, "code", &[("code", &code)]).await.status, StatusCode::GONE);
}

/// (A131)
#[tokio::test]
async fn one_mailbox_gets_so_many_letters_an_hour_whoever_asks_a131() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_LETTERS_PER_HOUR", "5")]).await;
    hanako(&server).await;
    server.clock.advance(minutes(61));
    let before = server.letters().await.len();
    for _ in 0..20 {
        let page = ask(&mut server.browser(), EMAIL).await;
        assert_eq!(page.status, StatusCode::OK, "the page is the same");
    }
    assert_eq!(server.letters().await.len() - before, 5);
}

#[tokio::test]
async fn where_the_operator_does_not_want_it_there_is_none() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_MAIL_CODE", "false")]).await;
    let mut browser = server.browser();
    assert!(browser.get("/sign-in").await.find("#login-mail").is_none());
    assert_eq!(browser.get("/sign-in/mail").await.status, StatusCode::NOT_FOUND);
}
