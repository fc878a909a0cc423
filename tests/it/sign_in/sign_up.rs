//! From an address to an account.

use http::StatusCode;

use super::{PASSWORD, code_in, is_signed_in, link_in, sign_in, sign_up};
use crate::support::Server;
use hosho::base::time::{minutes, seconds};
use hosho::domain::account::EmailAddress;
use hosho::store;

#[tokio::test]
async fn somebody_new_signs_up_with_an_address_and_is_signed_in() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let done = sign_up(&server, &mut browser, "hanako@mail.example").await;
    assert_eq!(done.location().as_deref(), Some("/my"));
    let profile = browser.get("/my/profile").await;
    assert_eq!(profile.find(".facts dd .badge").as_deref(), Some("確認済み"));
    let mut other = server.browser();
    assert_eq!(sign_in(&mut other, "ＨＡＮＡＫＯ@mail.example", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_fields_are_those_that_browsers_fill_in() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    assert!(page.find("h1").is_some());
    for selector in [
        "input#username[name=username][autocomplete='username webauthn']",
        "input#password[name=password][type=password][autocomplete=current-password]",
        "button#login-submit",
    ] {
        assert!(page.find(selector).is_some(), "{selector}");
    }
    let page = browser.get("/sign-up").await;
    let page = browser.submit(&page, "email", &[("email", "hanako@mail.example")]).await;
    assert!(page.find("input[name=code][autocomplete=one-time-code]").is_some());
    let code = code_in(&server.last_letter_to("hanako@mail.example").await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    assert!(page.find("input[name=new_password][autocomplete=new-password]").is_some());
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
}

/// (A127)
#[tokio::test]
async fn a_scanner_that_opens_the_link_does_not_use_it_up() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-up").await;
    browser.submit(&page, "email", &[("email", "hanako@mail.example")]).await;
    let link = link_in(&server.last_letter_to("hanako@mail.example").await.text);
    for _ in 0..3 {
        let seen = server.browser().get(&link).await;
        assert_eq!(seen.status, StatusCode::OK);
    }
    // The link works on another device too; there the account is made.
    let mut phone = server.browser();
    let page = phone.get(&link).await;
    let page = phone.submit(&page, "confirm-submit", &[]).await;
    let done = phone.submit_once(&page, "new_password", &[("new_password", PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(is_signed_in(&mut phone).await);
    assert_eq!(server.browser().get(&link).await.status, StatusCode::GONE, "a link works once");
}

/// (A106)
#[tokio::test]
async fn an_address_with_an_account_gets_the_same_pages_and_another_letter() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), "hanako@mail.example").await;
    let mut pages = Vec::new();
    for email in ["hanako@mail.example", "taro@mail.example"] {
        let mut browser = server.browser();
        let page = browser.get("/sign-up").await;
        let sent = browser.submit_once(&page, "email", &[("email", email)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
        let page = browser.follow(sent).await;
        let wrong = browser.submit(&page, "code", &[("code", "000000")]).await;
        pages.push((
            page.status,
            page.find("main").map(|text| text.replace(email, "…")),
            wrong.status,
            wrong.find(".field-error"),
        ));
    }
    assert_eq!(pages[0], pages[1]);
    let letter = server.last_letter_to("hanako@mail.example").await;
    assert!(letter.subject.contains("すでにアカウントがあります"), "{}", letter.subject);
    assert!(!letter.text.contains("/confirm?token="));
}

/// (A133)
#[tokio::test]
async fn codes_and_links_end_on_the_second() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_CODE", "15m")]).await;
    for (wait, works) in [(minutes(15) - seconds(1), true), (minutes(15), false)] {
        let mut browser = server.browser();
        let email = format!("hanako{}@mail.example", wait.as_secs());
        let page = browser.get("/sign-up").await;
        let page = browser.submit(&page, "email", &[("email", &email)]).await;
        let text = server.last_letter_to(&email).await.text;
        server.clock.advance(wait);
        assert_eq!(browser.get(&link_in(&text)).await.status == StatusCode::OK, works, "link after {wait:?}");
        let next = browser.submit(&page, "code", &[("code", &code_in(&text))]).await;
        assert_eq!(next.find("input[name=new_password]").is_some(), works, "code after {wait:?}");
    }
}

/// (A110)
#[tokio::test]
async fn a_code_can_be_tried_five_times_and_belongs_to_its_browser() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-up").await;
    let page = browser.submit(&page, "email", &[("email", "hanako@mail.example")]).await;
    let code = code_in(&server.last_letter_to("hanako@mail.example").await.text);
    let wrong = if code == "000000" { "000001" } else { "000000" };

    let mut stranger = server.browser();
    stranger.get("/sign-up").await;
    let address = page.path.clone();
    assert_eq!(stranger.get(&address).await.status, StatusCode::GONE);

    for left in ["4", "3", "2", "1"] {
        let answer = browser.submit(&page, "code", &[("code", wrong)]).await;
        assert!(answer.find(".field-error").unwrap().contains(left));
    }
    assert_eq!(browser.submit(&page, "code", &[("code", wrong)]).await.status, StatusCode::GONE);
    assert_eq!(browser.submit(&page, "code", &[("code", &code)]).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn later_steps_need_the_earlier_ones() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-up").await;
    let page = browser.submit(&page, "email", &[("email", "hanako@mail.example")]).await;
    let step = page.path.replace("/code?", "/password?");
    assert_eq!(browser.get(&step).await.status, StatusCode::GONE);
    let (_, mut fields) = page.form("code", &[]);
    fields.push(("new_password".to_owned(), PASSWORD.to_owned()));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post("/sign-up/password", &pairs).await.status, StatusCode::GONE);
    assert!(!is_signed_in(&mut browser).await);
    let address = EmailAddress::parse("hanako@mail.example").unwrap();
    assert!(store::account::find_by_email(server.work().tx(), &address).await.unwrap().is_none());
}

/// (A190)
#[tokio::test]
async fn weak_and_oversized_passwords_come_back_with_a_reason() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-up").await;
    let page = browser.submit(&page, "email", &[("email", "hanako.yamada@mail.example")]).await;
    let code = code_in(&server.last_letter_to("hanako.yamada@mail.example").await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    for bad in
        ["short", "hanakoyamada1", "passwordpassword", &"あ".repeat(129), &"\u{fdfa}".repeat(128), &"x".repeat(20_000)]
    {
        let answer = browser.submit(&page, "new_password", &[("new_password", bad)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.len());
        assert!(answer.find(".error-summary a[href='#new_password']").is_some());
    }
    let longest = "こたつみかん".repeat(30).chars().take(128).collect::<String>();
    let done = browser.submit_once(&page, "new_password", &[("new_password", &longest)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "exactly 128 characters are accepted");
    let mut again = server.browser();
    let all_but_one: String = longest.chars().take(127).collect();
    assert_ne!(sign_in(&mut again, "hanako.yamada@mail.example", &all_but_one).await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&mut again, "hanako.yamada@mail.example", &longest).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn letters_to_one_address_are_limited() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_LETTERS_PER_HOUR", "3")]).await;
    for path in ["/sign-up", "/recover", "/sign-up", "/recover", "/sign-up"] {
        let mut browser = server.browser();
        let page = browser.get(path).await;
        let page = browser.submit(&page, "email", &[("email", "hanako@mail.example")]).await;
        assert!(page.find("input[name=code]").is_some(), "the page does not tell");
    }
    assert_eq!(server.letters().await.len(), 3);
}

#[tokio::test]
async fn sign_up_can_be_switched_off() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_SIGN_UP", "false")]).await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/sign-up").await.status, StatusCode::NOT_FOUND);
    let page = browser.get("/sign-in").await;
    assert!(page.find("a[href^='/sign-up']").is_none());
    let (_, fields) = page.form("login-submit", &[("email", "hanako@mail.example")]);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(browser.post("/sign-up", &pairs).await.status, StatusCode::NOT_FOUND);
}
