//! Attacks on the way to another provider and back: other people's addresses, prepared accounts, other browsers' ways.

use hosho::base::time::{minutes, seconds};
use hosho::domain::account::{EmailAddress, Profile};
use hosho::service::account::open::{NewAccount, open as open_account};
use hosho::service::auth::given_password;
use hosho::store;
use http::StatusCode;
use serde_json::json;

use super::upstream::{hanako, open, server, was_told};
use super::{PASSWORD, code_in, is_signed_in, sign_in, sign_up};
use crate::support::{Server, StandIn, Way, rounds};

async fn identities(server: &Server) -> i64 {
    let statement = store::query::sql("SELECT COUNT(*) AS count FROM upstream_identity");
    statement.one::<store::query::Count>(server.work().tx()).await.unwrap().count
}

/// (A134)
#[tokio::test]
async fn an_address_that_nobody_vouched_for_opens_and_links_nothing_a134() {
    let (server, corp) = (server().await, StandIn::corp());
    sign_up(&server, &mut server.browser(), "hanako@example.jp").await;
    for verified in [json!(null), json!(false), json!("false"), json!("true")] {
        let mut browser = server.browser();
        let told = json!({"email": "hanako@example.jp", "email_verified": verified});
        let page = corp.sign_in(&server, &mut browser, &told).await;
        assert!(page.find("#newcomer-open").is_none(), "{verified}");
        // Nor does it tell whether the address has an account.
        let unknown = json!({"email": "nobody@example.jp", "email_verified": verified, "sub": "person-2"});
        let other = corp.sign_in(&server, &mut server.browser(), &unknown).await;
        let shape = |text: &str| text.matches("<form").count();
        assert_eq!(shape(&page.text), shape(&other.text), "{verified}");
        let sent = browser.submit(&page, "newcomer-ask", &[("email", "hanako@example.jp")]).await;
        assert!(sent.path.starts_with("/sign-up/code"), "{}", sent.path);
        assert!(!is_signed_in(&mut browser).await);
        server.clock.advance(minutes(61));
    }
    for odd in [json!(1), json!("1"), json!([true]), json!({})] {
        let mut browser = server.browser();
        let told = json!({"email": "hanako@example.jp", "email_verified": odd});
        let page = corp.sign_in(&server, &mut browser, &told).await;
        assert!(page.find("#newcomer-open").is_none() && !is_signed_in(&mut browser).await, "{odd}");
    }
    assert_eq!(identities(&server).await, 0);
    assert!(was_told(&server, "hanako@example.jp", "http://localhost:8080/recover").await, "that there is an account");
}

/// (A134), (A136)
#[tokio::test]
async fn an_address_that_has_an_account_is_linked_only_by_its_owner_who_signs_in_and_says_yes_a136() {
    let (server, corp) = (server().await, StandIn::corp());
    sign_up(&server, &mut server.browser(), "hanako@example.jp").await;
    sign_up(&server, &mut server.browser(), "mallory@example.jp").await;
    let mut browser = server.browser();
    let page = corp.sign_in(&server, &mut browser, &hanako()).await;
    assert!(page.find("#newcomer-open").is_none() && !is_signed_in(&mut browser).await, "{}", page.text);
    let page = browser.submit(&page, "newcomer-sign-in", &[]).await;
    assert!(page.path.starts_with("/sign-in?attempt="), "{}", page.path);
    let fields = [("username", "hanako@example.jp"), ("password", PASSWORD)];
    let page = browser.submit(&page, "login-submit", &fields).await;
    assert!(page.path.starts_with("/sign-up/with/link?newcomer="), "{}", page.path);
    assert_eq!(identities(&server).await, 0, "signing in is not yet a yes");

    // The page is of this browser only, and needs somebody who is signed in.
    let mut mallory = server.browser();
    sign_in(&mut mallory, "mallory@example.jp", PASSWORD).await;
    assert_eq!(mallory.get(&page.path).await.status, StatusCode::GONE);
    let newcomer = page.path.split_once("newcomer=").unwrap().1.to_owned();
    let own = mallory.get("/my/security/providers").await;
    let csrf = own.form("locale", &[]).1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let stolen = mallory.post("/sign-up/with/link", &[("csrf", &csrf), ("newcomer", &newcomer)]).await;
    assert_eq!((stolen.status, identities(&server).await), (StatusCode::GONE, 0));

    let done = browser.submit(&page, "link-submit", &[]).await;
    assert_eq!((done.path.as_str(), identities(&server).await), ("/my/security/providers?notice=linked", 1));
    assert!(was_told(&server, "hanako@example.jp", "社員ID でサインインできるようになりました").await);
    let again = browser.submit(&page, "link-submit", &[]).await;
    assert_eq!(again.status, StatusCode::GONE, "{}", again.text);
    assert_eq!(corp.sign_in(&server, &mut server.browser(), &hanako()).await.path, "/my");
}

#[tokio::test]
async fn a_yes_long_after_the_sign_in_asks_for_another_one() {
    let (server, corp) = (server().await, StandIn::corp());
    sign_up(&server, &mut server.browser(), "hanako@example.jp").await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    let page = browser.get(&shop.asks(&[])).await;
    corp.publish(&server, &json!({}));
    let way = Way::of(&browser.submit_once(&page, "with-corp", &[]).await);
    corp.tell(&server, &way, &hanako());
    let page = corp.come_back(&mut browser, &way).await;
    let page = browser.submit(&page, "newcomer-sign-in", &[]).await;
    let fields = [("username", "hanako@example.jp"), ("password", PASSWORD)];
    let page = browser.submit(&page, "login-submit", &fields).await;
    server.clock.advance(minutes(6));
    let page = browser.submit(&page, "link-submit", &[]).await;
    assert!(page.path.starts_with("/sign-in?attempt=") && identities(&server).await == 0, "{}", page.path);
    let page = browser.submit(&page, "login-submit", &fields).await;
    // After the yes the application that asked gets its answer.
    let answer = browser.submit(&page, "link-submit", &[]).await;
    assert!(answer.location().is_some_and(|to| to.starts_with(&shop.redirect_uri)), "{} {}", answer.path, answer.text);
    assert_eq!(identities(&server).await, 1);
}

/// (A135): somebody who prepared an account with another person's address has nothing in it afterwards.
#[tokio::test]
async fn a_prepared_account_neither_swallows_its_owner_nor_keeps_its_password_a135() {
    let (server, corp) = (server().await, StandIn::corp());
    let mut work = server.work();
    let email = EmailAddress::parse("hanako@example.jp").unwrap();
    let prepared = NewAccount { email, verified: false, profile: Profile::default() };
    let sub = open_account(&mut work, prepared).await.unwrap().sub;
    let password = given_password::hash(&mut work, PASSWORD).await.unwrap();
    given_password::set(&mut work, &sub, &password).await.unwrap();
    work.commit().await.unwrap();

    let mut browser = server.browser();
    let page = corp.sign_in(&server, &mut browser, &hanako()).await;
    assert!(page.find("#newcomer-open").is_none(), "the provider's word does not open it: {}", page.text);
    let page = browser.submit(&page, "newcomer-ask", &[]).await;
    let code = code_in(&server.last_letter_to("hanako@example.jp").await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    assert_eq!(open(&mut browser, &page).await.path, "/my");
    let refused = sign_in(&mut server.browser(), "hanako@example.jp", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert_eq!(corp.sign_in(&server, &mut server.browser(), &hanako()).await.path, "/my");
}

/// (A157): a way that mallory went, finished in another browser, signs nobody in.
#[tokio::test]
async fn a_way_is_worth_something_in_its_own_browser_and_once_a157() {
    let (server, corp) = (server().await, StandIn::corp());
    let mut mallory = server.browser();
    let page = corp.sign_in(&server, &mut mallory, &json!({"email": "m@example.jp", "email_verified": true})).await;
    open(&mut mallory, &page).await;

    let mut mallory = server.browser();
    let way = corp.set_out(&mut mallory).await;
    corp.tell(&server, &way, &json!({}));
    let mut alice = server.browser();
    alice.get("/sign-in").await;
    let page = corp.come_back(&mut alice, &way).await;
    assert_eq!((page.status, is_signed_in(&mut alice).await), (StatusCode::BAD_REQUEST, false));
    assert_eq!(corp.come_back(&mut mallory, &way).await.path, "/my", "it is still good where it began");
    assert_eq!(corp.come_back(&mut mallory, &way).await.status, StatusCode::BAD_REQUEST, "once");

    // A new person's page is of their browser, too.
    let told = json!({"sub": "2", "email": "n@example.jp", "email_verified": true});
    let page = corp.sign_in(&server, &mut server.browser(), &told).await;
    assert_eq!(alice.get(&page.path).await.status, StatusCode::GONE);
}

/// (A133)
#[tokio::test]
async fn a_way_and_a_decision_end_by_the_clock_a133() {
    let (server, corp) = (server().await, StandIn::corp());
    corp.publish(&server, &json!({}));
    for (late, expected) in [(minutes(15) - seconds(1), true), (minutes(15) + seconds(1), false)] {
        let mut browser = server.browser();
        let way = corp.set_out(&mut browser).await;
        server.clock.advance(late);
        corp.tell(&server, &way, &hanako());
        let page = corp.come_back(&mut browser, &way).await;
        assert_eq!(page.path.starts_with("/sign-up/with?"), expected, "{}", page.path);
    }
    for (late, expected) in [(minutes(30) - seconds(1), true), (minutes(30) + seconds(1), false)] {
        let mut browser = server.browser();
        let told = json!({"sub": format!("{late:?}"), "email": format!("a{}@example.jp", late.as_secs()), "email_verified": true});
        let page = corp.sign_in(&server, &mut browser, &told).await;
        server.clock.advance(late);
        assert_eq!(open(&mut browser, &page).await.path == "/my", expected);
    }
}

/// (A137): a provider that is off, turned to another issuer, or only for linking.
#[tokio::test]
async fn a_provider_that_was_turned_off_or_to_another_issuer_lets_nobody_in_a137() {
    let (server, corp) = (server().await, StandIn::corp());
    let mut browser = server.browser();
    let page = corp.sign_in(&server, &mut browser, &hanako()).await;
    open(&mut browser, &page).await;
    let mut leaving = server.browser();
    let way = corp.set_out(&mut leaving).await;

    let mut off = StandIn::settings();
    off.push(("HOSHO_UPSTREAM_CORP_ENABLED", "false"));
    let (_, site) = server.another_instance_with(&off).await;
    let mut there = crate::support::Browser::new(site);
    there.cookies = leaving.cookies.clone();
    assert_eq!(corp.come_back(&mut there, &way).await.status, StatusCode::NOT_FOUND);
    assert!(there.get("/sign-in").await.find("#with-corp").is_none());

    let mut turned = StandIn::settings();
    turned.retain(|(name, _)| *name != "HOSHO_UPSTREAM_CORP_ISSUER");
    turned.push(("HOSHO_UPSTREAM_CORP_ISSUER", "https://new.example"));
    let (_, site) = server.another_instance_with(&turned).await;
    let mut there = crate::support::Browser::new(site);
    let new = StandIn { issuer: "https://new.example", ..StandIn::corp() };
    let page = new.sign_in(&server, &mut there, &json!({})).await;
    assert!(page.find("#newcomer-ask").is_some(), "the same subject of another issuer is somebody else: {}", page.text);

    let mut only = StandIn::settings();
    only.push(("HOSHO_UPSTREAM_CORP_SIGN_UP", "false"));
    let (_, site) = server.another_instance_with(&only).await;
    let mut there = crate::support::Browser::new(site);
    let told = json!({"sub": "person-9", "email": "new@example.jp", "email_verified": true});
    let page = corp.sign_in(&server, &mut there, &told).await;
    assert!(page.find("#newcomer-open").is_none() && page.find("#newcomer-sign-in").is_some(), "{}", page.text);
}

/// (A130): an account without a password gets a letter that fits, and no password by itself.
#[tokio::test]
async fn asking_for_a_new_password_gives_an_account_without_one_none_by_itself_a130() {
    let (server, corp) = (server().await, StandIn::corp());
    let mut browser = server.browser();
    let page = corp.sign_in(&server, &mut browser, &hanako()).await;
    open(&mut browser, &page).await;
    let (mut one, mut other) = (server.browser(), server.browser());
    let page = one.get("/recover").await;
    let known = one.submit(&page, "email", &[("email", "hanako@example.jp")]).await;
    let page = other.get("/recover").await;
    let unknown = other.submit(&page, "email", &[("email", "nobody@example.jp")]).await;
    let shape = |text: &str| (text.matches("<form").count(), text.matches("<input").count());
    assert_eq!((known.status, shape(&known.text)), (unknown.status, shape(&unknown.text)));
    assert!(was_told(&server, "hanako@example.jp", "/recover/confirm?token=").await);
    let refused = sign_in(&mut server.browser(), "hanako@example.jp", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Two tabs that press the button at once open one account.
#[tokio::test]
async fn of_two_at_once_one_opens_the_account() {
    let (server, corp) = (server().await, StandIn::corp());
    for round in 0..rounds(5) {
        let mut browser = server.browser();
        let told = json!({"sub": format!("r{round}"), "email": format!("r{round}@example.jp"), "email_verified": true});
        let page = corp.sign_in(&server, &mut browser, &told).await;
        let (mut one, mut other) = (browser.clone(), browser.clone());
        let (first, second) =
            tokio::join!(one.submit_once(&page, "newcomer-open", &[]), other.submit_once(&page, "newcomer-open", &[]));
        assert!(first.status.as_u16() < 500 && second.status.as_u16() < 500, "{} {}", first.status, second.status);
        assert_eq!(identities(&server).await, i64::try_from(round).unwrap() + 1);
    }
}
