//! What is linked to an account, on my page: linking, unlinking, and the last way that stays.

use hosho::base::time::minutes;
use hosho::base::time::seconds;
use http::StatusCode;
use serde_json::json;

use super::upstream::{hanako, open, server, was_told};
use super::{PASSWORD, is_signed_in, sign_up};
use crate::support::{Answer, Browser, Server, StandIn, Way};

/// Link a provider on my page; where it leads.
async fn link(server: &Server, browser: &mut Browser, provider: &StandIn, told: &serde_json::Value) -> Answer {
    provider.publish(server, &json!({}));
    let page = browser.get("/my/security/providers").await;
    let way = Way::of(&browser.submit_once(&page, &format!("link-{}", provider.id), &[]).await);
    provider.tell(server, &way, told);
    provider.come_back(browser, &way).await
}

#[tokio::test]
async fn a_provider_is_linked_and_unlinked_with_letters_and_entries_in_the_log() {
    let (server, corp, line) = (server().await, StandIn::corp(), StandIn::line());
    let mut browser = server.browser();
    sign_up(&server, &mut browser, "hanako@example.jp").await;
    assert!(browser.get("/my/security").await.link("/my/security/providers").len() > 3);
    let page = link(&server, &mut browser, &corp, &json!({"email": "other@example.jp"})).await;
    assert_eq!(page.path, "/my/security/providers?notice=linked");
    assert!(page.text.contains("other@example.jp") && page.find("[name='identity']").is_some(), "{}", page.text);
    assert!(was_told(&server, "hanako@example.jp", "社員ID でサインインできるようになりました").await);
    assert!(link(&server, &mut browser, &corp, &json!({})).await.path.ends_with("notice=already"));
    server.clock.advance(seconds(1));
    assert!(link(&server, &mut browser, &line, &json!({"name": "はな"})).await.path.ends_with("notice=linked"));

    // It signs in to that account now, and to no other.
    let mut elsewhere = server.browser();
    assert_eq!(corp.sign_in(&server, &mut elsewhere, &json!({})).await.path, "/my");
    let mut taro = server.browser();
    sign_up(&server, &mut taro, "taro@example.jp").await;
    assert!(link(&server, &mut taro, &corp, &json!({})).await.path.ends_with("notice=others"));

    let page = browser.get("/my/security/providers").await;
    let page = browser.submit(&page, "identity", &[]).await;
    assert_eq!(page.path, "/my/security/providers?notice=unlinked");
    assert!(was_told(&server, "hanako@example.jp", "社員ID の連携を解除しました").await);
    let page = corp.sign_in(&server, &mut server.browser(), &json!({})).await;
    assert!(page.path.starts_with("/sign-up/with?"), "{}", page.path);
    let dump = server.dump().await;
    assert!(dump.contains("identity.linked") && dump.contains("identity.unlinked"));
    // Its own provider does not reach into another account's list.
    let own = taro.get("/my/security/providers").await;
    let csrf = own.form("locale", &[]).1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let (_, fields) = browser.get("/my/security/providers").await.form("identity", &[]);
    let id = fields.into_iter().find(|(name, _)| name == "identity").unwrap().1;
    let answer = taro.post("/my/security/providers/unlink", &[("csrf", &csrf), ("identity", &id)]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_only_way_to_sign_in_stays() {
    let (server, corp, line) = (server().await, StandIn::corp(), StandIn::line());
    let mut browser = server.browser();
    let page = corp.sign_in(&server, &mut browser, &hanako()).await;
    open(&mut browser, &page).await;
    let page = browser.get("/my/security/providers").await;
    let page = browser.submit(&page, "identity", &[]).await;
    assert_eq!(page.path, "/my/security/providers?notice=last");
    assert!(page.find("[name='identity']").is_some());
    assert!(link(&server, &mut browser, &line, &json!({})).await.path.ends_with("notice=linked"));
    let page = browser.get("/my/security/providers").await;
    assert!(browser.submit(&page, "identity", &[]).await.path.ends_with("notice=unlinked"));
    let page = browser.get("/my/security/providers").await;
    assert!(browser.submit(&page, "identity", &[]).await.path.ends_with("notice=last"));
}

/// (A119): linking and unlinking ask for a sign-in of a moment ago; (A136): it is the account and the session that asked.
#[tokio::test]
async fn linking_belongs_to_a_recent_sign_in_and_to_the_session_that_asked_a136() {
    let (server, corp) = (server().await, StandIn::corp());
    let mut browser = server.browser();
    sign_up(&server, &mut browser, "hanako@example.jp").await;
    corp.publish(&server, &json!({}));
    server.clock.advance(minutes(6));
    let page = browser.get("/my/security/providers").await;
    let again = browser.submit(&page, "link-corp", &[]).await;
    assert!(again.path.starts_with("/sign-in?attempt="), "{}", again.path);
    let fields = [("username", "hanako@example.jp"), ("password", PASSWORD)];
    let page = browser.submit(&again, "login-submit", &fields).await;
    assert_eq!(page.path, "/my/security/providers");

    // Somebody else has signed in in the same browser before it comes back.
    let way = Way::of(&browser.submit_once(&page, "link-corp", &[]).await);
    corp.tell(&server, &way, &json!({}));
    let mut taro = server.browser();
    sign_up(&server, &mut taro, "taro@example.jp").await;
    let mut shared = browser.clone();
    shared.cookies.insert("hosho_session".to_owned(), taro.cookies["hosho_session"].clone());
    let page = corp.come_back(&mut shared, &way).await;
    assert_eq!(page.path, "/my/security/providers?notice=over", "{}", page.text);
    assert!(page.find("[name='identity']").is_none());

    // It came back in another browser, and from a person who said no.
    let page = browser.get("/my/security/providers").await;
    let way = Way::of(&browser.submit_once(&page, "link-corp", &[]).await);
    assert_eq!(corp.come_back(&mut taro, &way).await.status, StatusCode::BAD_REQUEST);
    let denied = corp.callback(&[("error", "access_denied"), ("state", &way.state)]);
    assert_eq!(browser.get(&denied).await.path, "/my/security/providers?notice=denied");
    let (answer, signed_in) = (taro.get("/my/security/providers").await, is_signed_in(&mut taro).await);
    assert!(answer.find("[name='identity']").is_none() && signed_in);
}
