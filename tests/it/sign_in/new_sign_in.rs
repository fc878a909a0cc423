//! Sign-ins from elsewhere: their owner hears of them, and can say that it was somebody else.

use http::StatusCode;

use super::{PASSWORD, code_in, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Browser, Server};
use hosho::base::time::{days, minutes};
use hosho::gateway::mail::Composed;
use hosho::store::query::{Count, sql};

const EMAIL: &str = "hanako@mail.example";
const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1";

/// The letters about sign-ins so far.
async fn notices(server: &Server) -> Vec<Composed> {
    let letters = server.letters().await;
    letters.into_iter().filter(|letter| letter.text.contains("/sign-in/not-me?token=")).collect()
}

fn link_in(letter: &Composed) -> String {
    let link = letter.text.split_whitespace().find(|word| word.contains("/sign-in/not-me?token=")).unwrap();
    link.strip_prefix(crate::support::ISSUER).unwrap().to_owned()
}

fn from(browser: &mut Browser, address: &str) {
    browser.headers.retain(|(name, _)| *name != "x-forwarded-for");
    browser.headers.push(("x-forwarded-for", address.to_owned()));
}

async fn behind_a_proxy(more: &[(&str, &str)]) -> Server {
    let mut settings = vec![("HOSHO_SERVER_TRUSTED_PROXIES", "127.0.0.0/8,::1/128")];
    settings.extend_from_slice(more);
    Server::start_with(&settings).await
}

async fn set_new_password(server: &Server, browser: &mut Browser, password: &str) -> Answer {
    let page = browser.get("/recover").await;
    let page = browser.submit(&page, "email", &[("email", EMAIL)]).await;
    let code = code_in(&server.last_letter_to(EMAIL).await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    browser.submit_once(&page, "new_password", &[("new_password", password)]).await
}

#[tokio::test]
async fn a_new_browser_is_told_once_and_the_first_sign_in_never() {
    let server = Server::start().await;
    let mut own = server.browser();
    sign_up(&server, &mut own, EMAIL).await;
    assert_eq!(notices(&server).await.len(), 0, "nobody else was there yet");
    own.cookies.remove("hosho_session");
    sign_in(&mut own, EMAIL, PASSWORD).await;
    assert_eq!(notices(&server).await.len(), 0, "the browser is a known one");

    let mut phone = server.browser();
    phone.headers.push(("user-agent", PHONE.to_owned()));
    sign_in(&mut phone, EMAIL, PASSWORD).await;
    let told = notices(&server).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].to, EMAIL);
    for part in ["Safari / iPhone", "2026"] {
        assert!(told[0].text.contains(part), "{part} is not in {}", told[0].text);
    }
    phone.cookies.remove("hosho_session");
    sign_in(&mut phone, EMAIL, PASSWORD).await;
    assert_eq!(notices(&server).await.len(), 1, "it is a known one now");

    sign_in(&mut server.browser(), EMAIL, "wrong").await;
    assert_eq!(notices(&server).await.len(), 1, "a wrong password is no sign-in");
}

#[tokio::test]
async fn this_was_not_me_ends_everything_and_locks_the_password_e2() {
    let server = Server::start().await;
    let (mut own, mut thief) = (server.browser(), server.browser());
    sign_up(&server, &mut own, EMAIL).await;
    sign_in(&mut thief, EMAIL, PASSWORD).await;
    let link = link_in(&notices(&server).await[0]);

    // Whoever reads the letter may be signed out, and mail scanners open links.
    let mut reader = server.browser();
    let page = reader.get(&link).await;
    reader.get(&link).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(is_signed_in(&mut thief).await, "opening the link does nothing");
    let done = reader.submit(&page, "not-me-submit", &[]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);

    assert!(!is_signed_in(&mut thief).await);
    assert!(!is_signed_in(&mut own).await);
    for browser in [&mut own, &mut thief, &mut reader] {
        assert_eq!(sign_in(browser, EMAIL, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let denied = sql("SELECT COUNT(*) AS count FROM audit_entry WHERE name = 'sign_in.denied'");
    assert_eq!(denied.one::<Count>(server.work().tx()).await.unwrap().count, 1);

    // Once, and no more.
    assert_eq!(reader.get(&link).await.status, StatusCode::GONE);
    assert_eq!(reader.submit(&page, "not-me-submit", &[]).await.status, StatusCode::GONE);

    let before = notices(&server).await.len();
    let new = "seven lanterns cross the river";
    set_new_password(&server, &mut reader, new).await;
    assert_eq!(sign_in(&mut reader, EMAIL, new).await.status, StatusCode::SEE_OTHER);
    assert!(is_signed_in(&mut reader).await);
    assert_eq!(notices(&server).await.len(), before, "whoever read the letter with the code is no stranger");
    sign_in(&mut own, EMAIL, new).await;
    assert_eq!(notices(&server).await.len(), before + 1, "no other browser is an old friend");
}

#[tokio::test]
async fn the_link_ends_by_its_own_clock_and_belongs_to_nobody_else() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let mut other = server.browser();
    sign_in(&mut other, EMAIL, PASSWORD).await;
    let link = link_in(&notices(&server).await[0]);
    let mut reader = server.browser();
    let page = reader.get(&link).await;
    let changed = reader.get(&format!("{link}x")).await;
    assert_eq!(changed.status, StatusCode::GONE);
    assert_eq!(reader.get("/sign-in/not-me").await.status, StatusCode::GONE);
    server.clock.advance(days(7));
    assert_eq!(reader.get(&link).await.status, StatusCode::GONE);
    assert_eq!(reader.submit(&page, "not-me-submit", &[]).await.status, StatusCode::GONE);
    assert_eq!(sign_in(&mut other, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_network_of_elsewhere_is_told_and_a_neighbour_is_not() {
    let server = behind_a_proxy(&[]).await;
    let mut own = server.browser();
    from(&mut own, "203.0.113.5");
    sign_up(&server, &mut own, EMAIL).await;
    for (address, told) in
        [("203.0.200.9", 0), ("198.51.100.20", 1), ("198.51.7.7", 1), ("2001:db8:1::7", 2), ("2001:db8:2::7", 2)]
    {
        own.cookies.remove("hosho_session");
        from(&mut own, address);
        sign_in(&mut own, EMAIL, PASSWORD).await;
        assert_eq!(notices(&server).await.len(), told, "{address}");
    }
    let text = &notices(&server).await[0].text;
    assert!(text.contains("198.51.100.*") && !text.contains("198.51.100.20"), "{text}");
    let dump = server.dump().await;
    assert!(!dump.contains("198.51.0.0/16"), "where somebody was is not kept in the open");
}

#[tokio::test]
async fn the_operator_decides_which_letters_are_sent() {
    for (setting, told) in [("off", 0), ("browser", 1), ("network", 2)] {
        let server = behind_a_proxy(&[("HOSHO_SIGN_IN_NEW_SIGN_IN_LETTERS", setting)]).await;
        let mut own = server.browser();
        from(&mut own, "203.0.113.5");
        sign_up(&server, &mut own, EMAIL).await;
        own.cookies.remove("hosho_session");
        from(&mut own, "198.51.100.20");
        sign_in(&mut own, EMAIL, PASSWORD).await;
        sign_in(&mut server.browser(), EMAIL, PASSWORD).await;
        assert_eq!(notices(&server).await.len(), told, "{setting}");
    }
}

#[tokio::test]
async fn a_change_of_password_is_no_new_sign_in() {
    let server = Server::start().await;
    let mut own = server.browser();
    sign_up(&server, &mut own, EMAIL).await;
    let page = own.get("/my/security").await;
    let fields = [("password", PASSWORD), ("new_password", "seven lanterns cross the river")];
    let answer = own.submit(&page, "password-change", &fields).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(is_signed_in(&mut own).await);
    assert_eq!(notices(&server).await.len(), 0);
}

/// (A151), (A155)
#[tokio::test]
async fn all_other_devices_are_signed_out_at_once_a151_a155() {
    let server = behind_a_proxy(&[]).await;
    let (mut own, mut phone, mut mallory) = (server.browser(), server.browser(), server.browser());
    sign_up(&server, &mut own, EMAIL).await;
    sign_up(&server, &mut mallory, "mallory@mail.example").await;
    from(&mut phone, "198.51.100.20");
    phone.headers.push(("user-agent", PHONE.to_owned()));
    sign_in(&mut phone, EMAIL, PASSWORD).await;
    let page = own.get("/my/sessions").await;
    for part in ["Safari（iPhone）", "198.51.100.*", "サインインの方法：1段階"] {
        assert!(page.text.contains(part), "{part} is not on {}", page.text);
    }
    // A session that goes elsewhere is seen there.
    server.clock.advance(minutes(2));
    from(&mut phone, "203.0.113.5");
    assert!(is_signed_in(&mut phone).await);
    assert!(own.get("/my/sessions").await.text.contains("203.0.113.*"));

    let after = own.submit(&page, "sessions-end-others", &[]).await;
    assert!(is_signed_in(&mut own).await);
    assert!(!is_signed_in(&mut phone).await);
    assert!(is_signed_in(&mut mallory).await, "another account's sessions are its own");
    assert!(!after.text.contains("sessions-end-others"), "nothing is left to end");
}
