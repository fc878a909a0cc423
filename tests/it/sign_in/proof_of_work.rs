//! A proof of work before letters are sent: asked for where much is tried, one answer counts once, and who brings none
//! waits sooner.

use http::StatusCode;

use super::{code_in, is_signed_in, sign_up};
use crate::support::{Answer, Browser, Server, rounds};
use hosho::base::time::minutes;
use hosho::domain::auth::proof_of_work::solve;

const EMAIL: &str = "hanako@mail.example";

async fn server(mode: &str) -> Server {
    Server::start_with(&[
        ("HOSHO_SIGN_IN_PROOF_OF_WORK", mode),
        ("HOSHO_SIGN_IN_PROOF_OF_WORK_AFTER", "4"),
        ("HOSHO_SIGN_IN_PROOF_OF_WORK_BITS", "6"),
        ("HOSHO_SIGN_IN_WITHOUT_WORK", "2"),
    ])
    .await
}

/// The challenge on a page and its answer, found as the script finds it.
fn solved(page: &Answer) -> Option<(String, String)> {
    let challenge = page.attributes("[data-work]", "data-work").pop()?;
    let bits: u32 = page.attributes("[data-work]", "data-bits").pop()?.parse().ok()?;
    let answer = solve(&challenge, bits).to_string();
    Some((challenge, answer))
}

async fn send(browser: &mut Browser, page: &Answer, email: &str, (challenge, answer): (&str, &str)) -> StatusCode {
    let fields = [("email", email), ("work", challenge), ("work_answer", answer)];
    browser.submit_once(page, "email", &fields).await.status
}

/// Send without an answer, as a browser without scripts does.
async fn send_bare(browser: &mut Browser, path: &str, number: usize) -> StatusCode {
    let page = browser.get(path).await;
    let (challenge, _) = solved(&page).unwrap_or_default();
    send(browser, &page, &format!("somebody{number}@mail.example"), (&challenge, "")).await
}

#[tokio::test]
async fn it_is_asked_for_once_a_network_has_tried_much_e5() {
    let server = server("auto").await;
    let mut browser = server.browser();
    assert!(solved(&browser.get("/sign-up").await).is_none());
    for number in 0..4 {
        assert_eq!(send_bare(&mut browser, "/sign-up", number).await, StatusCode::SEE_OTHER);
    }
    for path in ["/sign-up", "/recover"] {
        let page = browser.get(path).await;
        assert!(solved(&page).is_some(), "{path}");
        assert_eq!(page.attributes("[data-work] [role=status]", "class").len(), 1, "{path}: what is done is said");
        let script = page.attributes("[data-work] script", "src").pop().unwrap();
        assert_eq!(browser.get(&script).await.status, StatusCode::OK);
    }
    // Two more without it, and then it is too much; with it one goes on, and may do all of what a network may do.
    for number in 4..6 {
        assert_eq!(send_bare(&mut browser, "/recover", number).await, StatusCode::SEE_OTHER);
    }
    assert_eq!(send_bare(&mut browser, "/sign-up", 6).await, StatusCode::TOO_MANY_REQUESTS);
    sign_up_by_work(&server, &mut browser).await;
    server.clock.advance(minutes(15));
    assert!(solved(&browser.get("/recover").await).is_none(), "it is forgotten like everything else");
}

async fn sign_up_by_work(server: &Server, browser: &mut Browser) {
    let page = browser.get("/sign-up").await;
    let (challenge, answer) = solved(&page).unwrap();
    let fields = [("email", EMAIL), ("work", challenge.as_str()), ("work_answer", answer.as_str())];
    let page = browser.submit(&page, "email", &fields).await;
    let code = code_in(&server.last_letter_to(EMAIL).await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    browser.submit(&page, "new_password", &[("new_password", super::PASSWORD)]).await;
    assert!(is_signed_in(browser).await);
}

#[tokio::test]
async fn an_answer_counts_once_in_its_own_browser_and_for_what_it_was_asked() {
    let server = server("always").await;
    let (mut browser, mut other) = (server.browser(), server.browser());
    let page = browser.get("/sign-up").await;
    let (challenge, answer) = solved(&page).unwrap();
    assert_eq!(send(&mut browser, &page, EMAIL, (&challenge, &answer)).await, StatusCode::SEE_OTHER);
    // What is left without a proof of work is used up first, so that each of these shows what it is worth.
    for number in 0..2 {
        assert_eq!(send_bare(&mut browser, "/sign-up", number).await, StatusCode::SEE_OTHER);
    }
    let refused = StatusCode::TOO_MANY_REQUESTS;
    assert_eq!(send(&mut browser, &page, EMAIL, (&challenge, &answer)).await, refused, "used");

    let page = browser.get("/sign-up").await;
    let (challenge, answer) = solved(&page).unwrap();
    let theirs = other.get("/sign-up").await;
    assert_eq!(send(&mut other, &theirs, EMAIL, (&challenge, &answer)).await, refused, "another browser's");
    let recover = browser.get("/recover").await;
    assert_eq!(send(&mut browser, &recover, EMAIL, (&challenge, &answer)).await, refused, "for another letter");
    let (text, mac) = challenge.rsplit_once('.').unwrap();
    let easier = format!("0.{}.{mac}", text.split_once('.').unwrap().1);
    for forged in [easier.as_str(), "0.99999999999999.mine.mac", "", ".", "x"] {
        assert_eq!(send(&mut browser, &page, EMAIL, (forged, "0")).await, refused, "{forged}");
    }
    let wrong = (answer.parse::<u64>().unwrap() + 1..)
        .map(|number| number.to_string())
        .find(|number| !hosho::domain::auth::proof_of_work::is_answer(&challenge, 6, number))
        .unwrap();
    assert_eq!(send(&mut browser, &page, EMAIL, (&challenge, &wrong)).await, refused, "wrong");
    server.clock.advance(minutes(15));
    for number in 2..4 {
        assert_eq!(send_bare(&mut browser, "/sign-up", number).await, StatusCode::SEE_OTHER);
    }
    assert_eq!(send(&mut browser, &page, EMAIL, (&challenge, &answer)).await, refused, "too late");
}

/// Of one answer sent many times at once, one counts.
#[tokio::test]
async fn an_answer_that_is_sent_many_times_at_once_counts_once() {
    for _ in 0..rounds(1) {
        let server = server("always").await;
        let mut browser = server.browser();
        let page = browser.get("/sign-up").await;
        let (challenge, answer) = solved(&page).unwrap();
        for number in 0..2 {
            assert_eq!(send_bare(&mut browser, "/sign-up", number).await, StatusCode::SEE_OTHER);
        }
        let tries = (0..8).map(|_| {
            let (mut browser, page) = (browser.clone(), page.clone());
            let (challenge, answer) = (challenge.clone(), answer.clone());
            tokio::spawn(async move { send(&mut browser, &page, EMAIL, (&challenge, &answer)).await })
        });
        let mut sent = 0;
        for one in tries.collect::<Vec<_>>() {
            match one.await.unwrap() {
                StatusCode::SEE_OTHER => sent += 1,
                status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
            }
        }
        assert_eq!(sent, 1);
    }
}

#[tokio::test]
async fn the_operator_can_do_without() {
    let server = server("off").await;
    let mut browser = server.browser();
    for number in 0..8 {
        assert_eq!(send_bare(&mut browser, "/recover", number).await, StatusCode::SEE_OTHER);
    }
    sign_up(&server, &mut browser, EMAIL).await;
    assert!(is_signed_in(&mut browser).await);
}
