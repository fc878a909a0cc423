//! What ends with a person's password, account or session: everything that was given before, everywhere at once.
//! A149, A151, A153, A190.

use http::StatusCode;

use super::{PASSWORD, code_in, is_signed_in, sign_in, sign_up};
use crate::support::{Browser, Server, text};
use hosho::base::time::{minutes, seconds};
use hosho::domain::account::closure::ClosedBy;
use hosho::service;
use hosho::service::auth::given_password;

const EMAIL: &str = "hanako@mail.example";
const OFFLINE: &[(&str, &str)] = &[("scope", "openid offline_access")];

/// (A151), (A153), (A057), (A112): sessions, codes, access and refresh tokens and letters on their way, on both instances.
#[tokio::test]
async fn a_kill_switch_ends_everything_on_every_instance_a057() {
    for switch in ["signed out everywhere", "another password", "suspended", "closed"] {
        let server = Server::start().await;
        let (_, other_site) = server.another_instance().await;
        let (mut here, mut there) = (server.browser(), Browser::new(other_site.clone()));
        sign_up(&server, &mut here, EMAIL).await;
        sign_in(&mut there, EMAIL, PASSWORD).await;
        let shop = server.shop().await;
        let shop_there = shop.at(other_site);
        let tokens = shop.exchange(&shop.code(&mut here, OFFLINE).await).await.json();
        let code = shop.code(&mut there, OFFLINE).await;
        let mut reader = server.browser();
        let page = reader.get("/recover").await;
        let page = reader.submit(&page, "email", &[("email", EMAIL)]).await;
        let proof = code_in(&server.last_letter_to(EMAIL).await.text);
        assert!(is_signed_in(&mut here).await && is_signed_in(&mut there).await);
        assert_eq!(shop_there.userinfo(text(&tokens, "access_token")).await.status, 200);

        server.clock.advance(seconds(1));
        let mut work = server.work();
        let address = hosho::domain::account::EmailAddress::parse(EMAIL).unwrap();
        let sub = hosho::store::account::find_by_email(work.tx(), &address).await.unwrap().unwrap().sub;
        match switch {
            "signed out everywhere" => service::auth::session::sign_out_everywhere(&mut work, &sub).await.unwrap(),
            "another password" => {
                let hashed = given_password::hash(&mut work, "seven lanterns cross the river").await.unwrap();
                given_password::replace(&mut work, &sub, &hashed).await.unwrap();
            }
            "suspended" => drop(service::account::lifecycle::suspend(&mut work, &sub).await.unwrap()),
            _ => drop(service::account::closing::close(&mut work, &sub, ClosedBy::Owner, None).await.unwrap()),
        }
        work.commit().await.unwrap();

        for browser in [&mut here, &mut there] {
            assert!(!is_signed_in(browser).await, "{switch}");
        }
        for shop in [&shop, &shop_there] {
            assert_eq!(shop.userinfo(text(&tokens, "access_token")).await.status, 401, "{switch}");
            assert_eq!(shop.introspect(text(&tokens, "access_token")).await["active"], false, "{switch}");
            let refreshed = shop.refresh(text(&tokens, "refresh_token")).await;
            assert_eq!(refreshed.refusal(), (400, "invalid_grant".to_owned()), "{switch}");
            assert_eq!(shop.exchange(&code).await.refusal(), (400, "invalid_grant".to_owned()), "{switch}");
        }
        let late = reader.submit(&page, "code", &[("code", &proof)]).await;
        assert_eq!(late.status, StatusCode::GONE, "{switch}: a letter from before");
    }
}

/// (A149): two people, one browser.
#[tokio::test]
async fn the_next_person_in_a_browser_gets_nothing_of_the_one_before() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), "taro@mail.example").await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let shop = server.shop().await;
    let tokens = shop.tokens(&mut browser, "openid").await;
    let mut saved = browser.clone();

    // Taro signs in without her signing out: the form comes from a page that was opened while she was signed in.
    let page = browser.get("/my/profile").await;
    let (_, fields) = page.form("profile-save", &[]);
    let csrf = fields.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let sent = [("csrf", csrf.as_str()), ("username", "taro@mail.example"), ("password", PASSWORD)];
    assert_eq!(browser.post("/sign-in", &sent).await.status, StatusCode::SEE_OTHER);

    assert_ne!(browser.cookies["hosho_session"], saved.cookies["hosho_session"]);
    assert!(!is_signed_in(&mut saved).await, "her session is over");
    assert_eq!(shop.userinfo(text(&tokens, "access_token")).await.status, 401, "and what was given in it");
    assert!(browser.get("/my/profile").await.text.contains("taro@mail.example"));
    // A form of hers that is still open in another tab does nothing for him.
    assert_eq!(
        browser.post("/my/profile", &[("csrf", &csrf), ("nickname", "x")]).await.status,
        StatusCode::BAD_REQUEST
    );
}

/// (A152), (A133): reading does not move what a session says about its sign-in, and limits hold without the purge.
#[tokio::test]
async fn using_a_session_does_not_make_its_sign_in_younger() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let shop = server.shop().await;
    let claim = |tokens: &serde_json::Value| {
        crate::support::claims(text(tokens, "id_token"))["auth_time"].as_i64().expect("auth_time")
    };
    let first = claim(&shop.tokens(&mut browser, "openid").await);
    for _ in 0..3 {
        server.clock.advance(minutes(20));
        assert!(is_signed_in(&mut browser).await);
    }
    assert_eq!(claim(&shop.tokens(&mut browser, "openid").await), first);
}

/// (A190): all of a password counts, and what is longer than any is refused before anything is hashed.
#[tokio::test]
async fn a_password_is_never_cut_off() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let longest: String = "violet kettle 9 roofs こたつ ".chars().cycle().take(128).collect();
    let page = browser.get("/sign-up").await;
    let page = browser.submit(&page, "email", &[("email", EMAIL)]).await;
    let code = code_in(&server.last_letter_to(EMAIL).await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    for too_long in [format!("{longest}x"), "\u{fdfa}".repeat(20), "x".repeat(30_000)] {
        let answer = browser.submit_once(&page, "new_password", &[("new_password", &too_long)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let huge = browser.submit_once(&page, "new_password", &[("new_password", &"x".repeat(1 << 20))]).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    let done = browser.submit_once(&page, "new_password", &[("new_password", &longest)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    for cut in [72, 127] {
        let shorter: String = longest.chars().take(cut).collect();
        assert_ne!(sign_in(&mut server.browser(), EMAIL, &shorter).await.status, StatusCode::SEE_OTHER, "{cut}");
    }
    assert_eq!(sign_in(&mut server.browser(), EMAIL, &longest).await.status, StatusCode::SEE_OTHER);
}
