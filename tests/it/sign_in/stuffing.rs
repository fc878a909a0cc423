//! Stolen lists of names and passwords: a few tries for each name, from each address. A114.

use http::StatusCode;

use super::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Browser, Server};
use hosho::base::time::minutes;
use hosho::domain::auth::proof_of_work::solve;
use hosho::store::query::{Count, sql};

const EMAIL: &str = "hanako@mail.example";

async fn server(more: &[(&str, &str)]) -> Server {
    let mut settings = vec![
        ("HOSHO_SERVER_TRUSTED_PROXIES", "127.0.0.0/8"),
        ("HOSHO_SIGN_IN_STUFFING_FAILURES", "12"),
        ("HOSHO_SIGN_IN_WITHOUT_WORK", "1"),
        ("HOSHO_SIGN_IN_PROOF_OF_WORK_BITS", "6"),
        ("HOSHO_SIGN_IN_NETWORK_TRIES", "1000"),
    ];
    settings.extend_from_slice(more);
    Server::start_with(&settings).await
}

fn from(server: &Server, address: &str) -> Browser {
    let mut browser = server.browser();
    browser.headers.push(("x-forwarded-for", address.to_owned()));
    browser
}

/// One guess for each of many names, each from a network of its own.
async fn spray(server: &Server, guesses: usize) -> usize {
    let mut looked_at = 0;
    for number in 0..guesses {
        let mut browser = from(server, &format!("198.{}.{number}.7", 18 + number / 200));
        let answer = sign_in(&mut browser, &format!("somebody{number}@mail.example"), "Summer2026!").await;
        looked_at += usize::from(answer.status == StatusCode::UNPROCESSABLE_ENTITY);
    }
    looked_at
}

async fn sign_in_by_work(browser: &mut Browser, email: &str, password: &str) -> Answer {
    let page = browser.get("/sign-in").await;
    let challenge = page.attributes("[data-work]", "data-work").pop().expect("a challenge");
    let bits: u32 = page.attributes("[data-work]", "data-bits").pop().unwrap().parse().unwrap();
    let answer = solve(&challenge, bits).to_string();
    let fields = [("username", email), ("password", password), ("work", &challenge), ("work_answer", &answer)];
    browser.submit_once(&page, "login-submit", &fields).await
}

/// (A114)
#[tokio::test]
async fn while_lists_are_tried_strangers_work_and_known_browsers_do_not_a114() {
    let server = server(&[]).await;
    let mut own = from(&server, "203.0.113.5");
    sign_up(&server, &mut own, EMAIL).await;
    own.cookies.remove("hosho_session");
    assert_eq!(spray(&server, 12).await, 12, "until then nobody is slowed down");
    let noticed = sql("SELECT COUNT(*) AS count FROM audit_entry WHERE name = 'sign_in.stuffing_noticed'");
    assert_eq!(noticed.one::<Count>(server.work().tx()).await.unwrap().count, 1);

    // Whoever brings no proof of work has one try for each network.
    let mut bot = from(&server, "198.51.100.9");
    assert_eq!(sign_in(&mut bot, "a@mail.example", "x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&mut bot, "b@mail.example", "x").await.status, StatusCode::TOO_MANY_REQUESTS);
    // The owner's own browser is let in as ever, from a network that is full of bots too.
    own.headers.retain(|(name, _)| *name != "x-forwarded-for");
    own.headers.push(("x-forwarded-for", "198.51.100.9".to_owned()));
    assert_eq!(sign_in(&mut own, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert!(is_signed_in(&mut own).await);
    // A new browser of theirs works for it.
    let mut new = from(&server, "198.51.100.9");
    assert_eq!(sign_in(&mut new, EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(sign_in_by_work(&mut new, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert!(is_signed_in(&mut new).await);

    server.clock.advance(minutes(20));
    let mut later = from(&server, "198.51.100.9");
    assert!(later.get("/sign-in").await.attributes("[data-work]", "data-work").is_empty(), "it passes by itself");
    assert_eq!(sign_in(&mut later, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// (A114)
#[tokio::test]
async fn without_any_proof_of_work_strangers_wait_sooner_a114() {
    let server = server(&[("HOSHO_SIGN_IN_PROOF_OF_WORK", "off")]).await;
    spray(&server, 12).await;
    let mut bot = from(&server, "198.51.100.9");
    assert_eq!(sign_in(&mut bot, "a@mail.example", "x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&mut bot, "b@mail.example", "x").await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn right_passwords_are_no_attack() {
    let server = server(&[("HOSHO_SIGN_IN_NEIGHBOURHOOD_FAILURES", "3")]).await;
    sign_up(&server, &mut from(&server, "203.0.113.5"), EMAIL).await;
    for number in 0..15 {
        let mut browser = from(&server, &format!("203.0.113.{number}"));
        assert_eq!(sign_in(&mut browser, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER, "{number}");
    }
}

/// (A113)
#[tokio::test]
async fn neighbours_are_counted_together_and_a_64_is_one_address_a113() {
    let server = server(&[
        ("HOSHO_SIGN_IN_NEIGHBOURHOOD_FAILURES", "6"),
        ("HOSHO_SIGN_IN_NETWORK_TRIES", "4"),
        ("HOSHO_SIGN_IN_STUFFING_FAILURES", "1000"),
    ])
    .await;
    let guess = async |number: usize, address: String| {
        sign_in(&mut from(&server, &address), &format!("nobody{number}@mail.example"), "x").await.status
    };
    // Another address in the same /64 each time.
    for number in 0..4 {
        let status = guess(number, format!("2001:db8:1:2::{number}")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    assert_eq!(guess(4, "2001:db8:1:2:ffff::9".to_owned()).await, StatusCode::TOO_MANY_REQUESTS);
    // Another /64 of the same /48 each time: the neighbourhood has had four already.
    for number in 5..7 {
        let status = guess(number, format!("2001:db8:1:{number}::1")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    assert_eq!(guess(7, "2001:db8:1:77::1".to_owned()).await, StatusCode::TOO_MANY_REQUESTS);
    // An IPv4 address in IPv6 clothes is that address.
    for number in 8..12 {
        let address = if number % 2 == 0 { "192.0.2.1" } else { "::ffff:192.0.2.1" };
        assert_eq!(guess(number, address.to_owned()).await, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
    }
    assert_eq!(guess(12, "::ffff:192.0.2.1".to_owned()).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(guess(13, "203.0.113.1".to_owned()).await, StatusCode::UNPROCESSABLE_ENTITY);
}
