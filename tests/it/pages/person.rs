//! A person who signs up by the pages themselves: address, code from the letter, password.

use hosho::base::Locale;
use http::StatusCode;

use crate::support::Browser;
use crate::support::Server;

const PASSWORD: &str = "correct horse battery staple 42";

/// A browser in which somebody new is signed in.
pub async fn signed_in(server: &Server, email: &str, locale: Locale) -> Browser {
    let mut browser = server.browser().speaking(locale.tag());
    let start = browser.get("/sign-up").await;
    let sent = browser.submit(&start, "address-submit", &[("email", email)]).await;
    let letter = server.last_letter_to(email).await;
    let code = code_of(&letter.text);
    let password = browser.submit(&sent, "code-submit", &[("code", &code)]).await;
    let home = browser.submit(&password, "password-submit", &[("new_password", PASSWORD)]).await;
    assert_eq!((home.status, home.path.as_str()), (StatusCode::OK, "/my"), "{}", home.text);
    browser
}

/// The digits that stand alone on a line of a letter.
fn code_of(letter: &str) -> String {
    let digits = |line: &str| line.split_whitespace().collect::<String>();
    letter
        .lines()
        .map(digits)
        .find(|line| line.len() >= 6 && line.chars().all(|c| c.is_ascii_digit()))
        .unwrap_or_else(|| panic!("no code in the letter:\n{letter}"))
}
