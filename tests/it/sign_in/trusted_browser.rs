//! Browsers that are not asked for the second factor for a while. (A123)

use super::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::{Browser, SecondFactor, Server, claims, text};
use hosho::base::time::{days, hours, seconds};
use http::StatusCode;

const EMAIL: &str = "hanako@mail.example";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36";
const NEWER_CHROME: &str = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0";

fn with(mut browser: Browser, user_agent: &str) -> Browser {
    browser.headers.retain(|(name, _)| *name != "user-agent");
    browser.headers.push(("user-agent", user_agent.to_owned()));
    browser
}

/// A browser that its owner trusts, signed out; the second factor and the browser in which it was set up.
async fn trusted(server: &Server) -> (Browser, SecondFactor, Browser) {
    let mut owner = server.browser();
    sign_up(server, &mut owner, EMAIL).await;
    let second = server.add_totp(&mut owner).await;
    server.clock.advance(seconds(30));
    let mut browser = with(server.browser(), CHROME);
    let answer = sign_in(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.follow(answer).await;
    let code = second.app.code(server.clock.now());
    browser.submit(&page, "code", &[("code", &code), ("trust", "on")]).await;
    assert!(is_signed_in(&mut browser).await);
    browser.cookies.remove("hosho_session");
    (browser, second, owner)
}

/// Whether a password alone signs in there.
async fn one_step(browser: &Browser) -> bool {
    let mut browser = browser.clone();
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    is_signed_in(&mut browser).await
}

#[tokio::test]
async fn a_trusted_browser_is_asked_again_when_the_time_is_over_and_for_more_than_one_factor_a123() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let (browser, second, _) = trusted(&server).await;
    assert!(one_step(&browser).await);
    assert!(one_step(&with(browser.clone(), NEWER_CHROME)).await, "an update is the same browser");
    assert!(!one_step(&with(browser.clone(), FIREFOX)).await, "its cookie elsewhere is not");
    assert!(!one_step(&with(server.browser(), CHROME)).await, "nor another browser of the same kind");

    let mut asked = browser.clone();
    sign_in(&mut asked, EMAIL, PASSWORD).await;
    let tokens = shop.tokens(&mut asked, "openid").await;
    assert_eq!(text(&claims(text(&tokens, "id_token")), "acr"), "aal1", "and it is not called two factors");
    server.clock.advance(seconds(1));
    let step = asked.get(&shop.asks(&[("acr_values", "aal2")])).await;
    assert!(step.path.starts_with("/sign-in/totp?"), "{}", step.path);
    server.clock.advance(seconds(30));
    let code = second.app.code(server.clock.now());
    let answer = asked.submit(&step, "code", &[("code", &code)]).await;
    assert!(!answer.code().is_empty());

    server.clock.advance(days(30) - hours(1));
    assert!(one_step(&browser).await);
    server.clock.advance(hours(1));
    assert!(!one_step(&browser).await);
}

#[tokio::test]
async fn trust_ends_by_the_list_and_by_a_new_password_a123() {
    let server = Server::start().await;
    let (browser, second, mut owner) = trusted(&server).await;
    let security = owner.get("/my/security").await;
    let done = owner.submit(&security, "trusted-forget", &[]).await;
    assert_eq!(done.status, StatusCode::OK);
    assert!(!one_step(&browser).await);

    let mut browser = browser;
    let answer = sign_in(&mut browser, EMAIL, PASSWORD).await;
    let page = browser.follow(answer).await;
    server.clock.advance(seconds(30));
    let code = second.app.code(server.clock.now());
    browser.submit(&page, "code", &[("code", &code), ("trust", "on")]).await;
    let security = browser.get("/my/security").await;
    let fields = [("password", PASSWORD), ("new_password", "seven lanterns cross the river")];
    browser.submit(&security, "password-change", &fields).await;
    browser.cookies.remove("hosho_session");
    sign_in(&mut browser, EMAIL, "seven lanterns cross the river").await;
    assert!(!is_signed_in(&mut browser).await);
}

#[tokio::test]
async fn nobody_trusts_a_browser_where_the_operator_does_not_want_it_a123() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_TRUSTED_BROWSER", "0s")]).await;
    let (browser, _, _) = trusted(&server).await;
    assert!(!one_step(&browser).await);
}
