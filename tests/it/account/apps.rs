//! Connected applications, and the way back to an application after signing in or up.

use http::StatusCode;
use serde_json::json;

use crate::sign_in::{PASSWORD, code_in, sign_up};
use crate::support::Server;

const EMAIL: &str = "hanako@mail.example";

#[tokio::test]
async fn somebody_new_who_comes_from_an_app_returns_to_it() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    let page = browser.get(&shop.asks(&[("state", "of-the-shop")])).await;
    assert!(page.find(".asked-by strong").is_some(), "{}", page.text);
    let way = page.text.split("href=\"").find(|part| part.starts_with("/sign-up")).unwrap();
    let page = browser.get(way.split('"').next().unwrap()).await;
    let page = browser.submit(&page, "email", &[("email", EMAIL)]).await;
    let code = code_in(&server.last_letter_to(EMAIL).await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    let back = browser.submit(&page, "new_password", &[("new_password", PASSWORD)]).await;
    let target = back.location().unwrap();
    assert!(target.starts_with(&shop.redirect_uri), "{target}");
    assert!(back.location_parameter("code").is_some());
    assert_eq!(back.location_parameter("state").as_deref(), Some("of-the-shop"));
}

#[tokio::test]
async fn signing_in_for_an_app_returns_to_it_and_cancelling_tells_it() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    let page = browser.get(&shop.asks(&[("login_hint", EMAIL)])).await;
    assert!(page.find(&format!("input#username[value='{EMAIL}']")).is_some());
    let wrong = browser.submit(&page, "login-submit", &[("password", "wrong")]).await;
    assert!(wrong.find(".asked-by strong").is_some(), "a wrong password does not lose the app");
    let cancelled = browser.submit(&page, "login-cancel", &[]).await;
    assert_eq!(cancelled.location_parameter("error").as_deref(), Some("access_denied"));

    let page = browser.get(&shop.asks(&[])).await;
    let done = browser.submit(&page, "login-submit", &[("username", EMAIL), ("password", PASSWORD)]).await;
    assert!(done.location_parameter("code").is_some(), "{}", done.status);
}

#[tokio::test]
async fn what_an_app_was_allowed_is_listed_and_taken_back() {
    let server = Server::start().await;
    let shop = server.relying_party("shop", json!({"scope": "openid email"})).await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    assert!(browser.get("/my/apps").await.find(".empty").is_some());
    let page = browser.get(&shop.asks(&[("scope", "openid email")])).await;
    let done = browser.submit(&page, "consent-allow", &[]).await;
    assert!(done.location_parameter("code").is_some());

    let page = browser.get("/my/apps").await;
    let line = page.find(".list li").unwrap();
    assert!(line.contains("shop") && line.contains("メールアドレス"), "{line}");
    let mut mallory = server.browser();
    sign_up(&server, &mut mallory, "mallory@mail.example").await;
    let own = mallory.get("/my/sessions").await;
    let (_, fields) = own.form("sessions-end-all", &[("client", &shop.id)]);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(mallory.post("/my/apps/remove", &pairs).await.status, StatusCode::NOT_FOUND);

    let page = browser.submit(&page, "client", &[]).await;
    assert!(page.find(".notice-good").is_some() && page.find(".empty").is_some());
    let again = browser.get(&shop.asks(&[("scope", "openid email")])).await;
    assert!(again.find("#consent-allow").is_some(), "it is asked for again");
}
