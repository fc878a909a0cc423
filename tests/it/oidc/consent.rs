//! Consent: asked once per client and scope, answered for what the server keeps, and taken back.

use serde_json::json;

use crate::support::{Answer, Browser, RelyingParty, Server, rounds};
use hosho::domain::permission::Role;

async fn start() -> (Server, RelyingParty, Browser, hosho::base::id::Subject) {
    let server = Server::start().await;
    let metadata = json!({"client_name#ja": "花屋 <b>x</b>", "policy_uri": "https://shop.example/privacy",
        "logo_uri": "https://shop.example/logo.png"});
    let shop = server.relying_party("shop", metadata).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    (server, shop, browser, hanako)
}

fn asks(answer: &Answer) -> bool {
    answer.find("#consent-allow").is_some() && answer.find("#consent-deny").is_some()
}

/// (A019), (A024)
#[tokio::test]
async fn a_new_client_is_shown_with_its_name_and_links_as_text_a019() {
    let (_server, shop, mut browser, _) = start().await;
    let page = browser.get(&shop.asks(&[("scope", "openid email products")])).await;
    assert!(asks(&page), "{}", page.text);
    assert!(page.text.contains("花屋 &#60;b&#62;x") || page.text.contains("花屋 &lt;b&gt;x"), "{}", page.text);
    assert!(page.text.contains("https://shop.example/privacy") && page.text.contains("https://shop.example/logo.png"));
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    assert!(page.text.contains("登録した製品"));
}

/// (A029)
#[tokio::test]
async fn what_was_allowed_is_not_asked_again_but_more_is_a029() {
    let (_server, shop, mut browser, _) = start().await;
    let page = browser.get(&shop.asks(&[("scope", "openid email")])).await;
    let answer = browser.submit(&page, "consent-allow", &[]).await;
    assert!(!answer.code().is_empty());

    assert!(!browser.get(&shop.asks(&[("scope", "email openid"), ("prompt", "none")])).await.code().is_empty());
    assert!(asks(&browser.get(&shop.asks(&[("scope", "openid profile")])).await));
    assert!(asks(&browser.get(&shop.asks(&[("scope", "openid offline_access")])).await));
    assert!(asks(&browser.get(&shop.asks(&[("prompt", "consent")])).await));
    let claims = r#"{"userinfo":{"name":null}}"#;
    assert!(asks(&browser.get(&shop.asks(&[("claims", claims)])).await), "a claim by name is asked like its scope");
}

#[tokio::test]
async fn prompt_consent_is_satisfied_by_an_answer_to_this_very_request() {
    let (_server, shop, mut browser, _) = start().await;
    for _ in 0..2 {
        let page = browser.get(&shop.asks(&[("prompt", "consent")])).await;
        assert!(asks(&page));
        assert!(!browser.submit(&page, "consent-allow", &[]).await.code().is_empty());
    }
}

#[tokio::test]
async fn no_is_told_to_the_client_and_remembered_as_nothing() {
    let (_server, shop, mut browser, _) = start().await;
    let page = browser.get(&shop.asks(&[])).await;
    let answer = browser.submit(&page, "consent-deny", &[]).await;
    assert_eq!(answer.error().as_deref(), Some("access_denied"));
    assert!(asks(&browser.get(&shop.asks(&[])).await));
}

/// (A021), (A028), (A030)
#[tokio::test]
async fn a_consent_form_that_was_tampered_with_gives_only_what_was_asked_a028_a030() {
    let (server, shop, mut browser, hanako) = start().await;
    let page = browser.get(&shop.asks(&[("scope", "openid email")])).await;
    let tampered = [("scope", "openid email management"), ("client_id", "other"), ("claims", "{}")];
    let answer = browser.submit(&page, "consent-allow", &tampered).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?code="));
    let mut work = server.work();
    let scope = hosho::store::oidc::consent::remembered(work.tx(), &hanako, &shop.id.as_str().into()).await.unwrap();
    assert_eq!(scope.to_string(), "openid email");
    drop(work);

    // The same form once more: it is over, and no second code comes of it.
    let again = browser.submit(&page, "consent-allow", &[]).await;
    assert_eq!((again.status.as_u16(), again.location()), (400, None));
}

/// (A022)
#[tokio::test]
async fn a_consent_belongs_to_the_browser_that_asked_a022() {
    let (server, shop, mut browser, _) = start().await;
    let page = browser.get(&shop.asks(&[])).await;
    let mallory = server.customer("mallory@example.jp").await;
    let mut other = server.browser();
    server.sign_in(&mut other, &mallory).await;
    let answer = other.fetch(&page.path).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None));
    let answer = other.submit(&page, "consent-allow", &[]).await;
    assert_eq!(answer.status, 400);
}

/// (A029), (A057)
#[tokio::test]
async fn taking_it_back_asks_again_and_voids_what_was_given_a029() {
    let (server, shop, mut browser, hanako) = start().await;
    let page = browser.get(&shop.asks(&[])).await;
    browser.submit(&page, "consent-allow", &[]).await.code();

    let mut work = server.work();
    let connected = hosho::service::oidc::consent::list(&mut work, &hanako).await.unwrap();
    assert_eq!(connected.len(), 1);
    hosho::service::oidc::consent::revoke(&mut work, &hanako, &shop.id.as_str().into()).await.unwrap();
    assert!(hosho::service::oidc::consent::list(&mut work, &hanako).await.unwrap().is_empty());
    work.commit().await.unwrap();

    assert!(asks(&browser.get(&shop.asks(&[])).await));
}

/// (A029): the management API is for staff. Customers are not asked for it, so nothing of it is remembered for the day
/// on which one of them becomes staff.
#[tokio::test]
async fn what_a_person_cannot_give_is_neither_shown_nor_remembered_a029() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_STAFF_SECOND_FACTOR", "optional")]).await;
    let console = server.relying_party("console", json!({"scope": "openid email management"})).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    let wish = [("scope", "openid email management")];
    let page = browser.get(&console.asks(&wish)).await;
    let without = browser.get(&console.asks(&[("scope", "openid email")])).await;
    assert!(asks(&page) && page.find("main ul").is_some());
    assert_eq!(page.find("main ul"), without.find("main ul"));
    browser.submit(&page, "consent-allow", &[]).await.code();
    let mut work = server.work();
    let id = console.id.as_str().into();
    let remembered = hosho::store::oidc::consent::remembered(work.tx(), &hanako, &id).await.unwrap();
    assert_eq!(remembered.to_string(), "openid email");
    let now = work.now();
    hosho::store::admin::staff_role::grant(work.tx(), &hanako, Role::Admin, now).await.unwrap();
    work.commit().await.unwrap();
    assert!(asks(&browser.get(&console.asks(&wish)).await), "now there is something new to ask");
}

/// Where nothing is left that this person could give, the client is told so and gets no empty-handed code.
#[tokio::test]
async fn a_request_of_which_nothing_is_left_is_denied() {
    let server = Server::start().await;
    let console = server.relying_party("console", json!({"scope": "openid management"})).await;
    let own = server.relying_party("own", json!({"scope": "management", "hosho_first_party": true})).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    for client in [&console, &own] {
        for prompt in ["", "none", "consent"] {
            let answer = browser.fetch(&client.asks(&[("scope", "management"), ("prompt", prompt)])).await;
            assert_eq!(answer.error().as_deref(), Some("access_denied"), "{prompt}: {}", answer.text);
        }
    }
}

/// (A030): one yes, sent many times at once at two instances, is one answer with one code.
#[tokio::test(flavor = "multi_thread")]
async fn a_yes_that_is_sent_many_times_at_once_gives_one_code_a030() {
    let (server, shop, mut browser, _) = start().await;
    let sites = [server.site.clone(), server.another_instance().await.1];
    for _ in 0..rounds(24) {
        let page = browser.get(&shop.asks(&[("prompt", "consent")])).await;
        let sending: Vec<_> = (0..6)
            .map(|index| {
                let (mut window, page) = (Browser::new(sites[index % 2].clone()), page.clone());
                window.cookies = browser.cookies.clone();
                tokio::spawn(async move { window.submit_once(&page, "consent-allow", &[]).await })
            })
            .collect();
        let mut codes = 0;
        for one in sending {
            let answer = one.await.unwrap();
            match answer.location() {
                Some(_) => codes += usize::from(!answer.code().is_empty()),
                None => assert_eq!(answer.status, 400, "{}", answer.text),
            }
        }
        assert_eq!(codes, 1);
    }
}
