//! Signing up, signing in and out, new passwords: what a browser sees, and what attackers get.

mod ended;
mod equal_work;
mod factor_reset;
mod guessing;
mod links;
mod mail_code;
mod new_sign_in;
pub mod passkey;
mod passkey_ceremony;
mod password;
mod proof_of_work;
mod random_steps;
mod recover;
mod session;
mod sign_up;
mod staff;
mod step_up;
mod stuffing;
mod totp;
mod trusted_browser;
mod upstream;
mod upstream_attacks;
mod upstream_links;
mod upstream_tokens;

use crate::support::{Answer, Browser, Server};

/// A password that is accepted.
pub const PASSWORD: &str = "violet kettle under 9 roofs";

/// The six digits of a letter.
pub fn code_in(text: &str) -> String {
    let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
    text.split_whitespace().find(is_code).expect("a code in the letter").to_owned()
}

/// The path of the link in a letter.
pub fn link_in(text: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains("/confirm?token=")).expect("a link in the letter");
    link.strip_prefix(crate::support::ISSUER).expect("the link begins with the issuer").to_owned()
}

/// Sign up in a browser, by the code; the page it ends on.
pub async fn sign_up(server: &Server, browser: &mut Browser, email: &str) -> Answer {
    let page = browser.get("/sign-up").await;
    let page = browser.submit(&page, "email", &[("email", email)]).await;
    let code = code_in(&server.last_letter_to(email).await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    browser.submit_once(&page, "new_password", &[("new_password", PASSWORD)]).await
}

/// Fill in the sign-in form; the answer itself, without following it.
pub async fn sign_in(browser: &mut Browser, username: &str, password: &str) -> Answer {
    let page = browser.get("/sign-in").await;
    browser.submit_once(&page, "login-submit", &[("username", username), ("password", password)]).await
}

/// Whether the browser's session opens pages.
pub async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.fetch("/my/profile").await.status == http::StatusCode::OK
}
