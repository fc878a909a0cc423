//! The same work and the same answer whoever is named: what takes the same steps takes the same time. A106, A107.
//! That each of them waits for one hash is tested where passwords are hashed.

use http::{HeaderMap, StatusCode};

use super::{PASSWORD, sign_in, sign_up};
use crate::support::{Answer, Browser, Server};
use hosho::base::time::days;
use hosho::domain::account::closure::ClosedBy;
use hosho::service::account::{closing, lifecycle};
use hosho::store::query::{Count, sql};

/// How many rows there are of everything that a try may write.
async fn rows(server: &Server) -> [i64; 5] {
    let mut work = server.work();
    let mut counts = [0; 5];
    for (count, statement) in counts.iter_mut().zip([
        "SELECT COUNT(*) AS count FROM audit_entry",
        "SELECT COUNT(*) AS count FROM try_counter",
        "SELECT COUNT(*) AS count FROM proof",
        "SELECT COUNT(*) AS count FROM outbox_letter",
        "SELECT COUNT(*) AS count FROM session",
    ]) {
        *count = sql(statement).one::<Count>(work.tx()).await.unwrap().count;
    }
    counts
}

/// What can be told from outside: status, headers, cookies, length and text, without what was typed.
fn seen(answer: &Answer, browser: &Browser, typed: &str) -> (StatusCode, Vec<String>, Vec<String>, String) {
    let names = |headers: &HeaderMap| headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    let text = answer.find("main").unwrap_or_default().replace(typed, "…");
    (answer.status, names(&answer.headers), browser.cookies.keys().cloned().collect(), text)
}

/// Accounts in every state that a sign-in may meet; their addresses are equally long.
async fn server() -> Server {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_NETWORK_TRIES", "1000")]).await;
    for email in ["active@mail.example", "stoped@mail.example", "closed@mail.example"] {
        sign_up(&server, &mut server.browser(), email).await;
    }
    server.customer("nopass@mail.example").await;
    for (email, is_closed) in [("stoped@mail.example", false), ("closed@mail.example", true)] {
        let mut work = server.work();
        let address = hosho::domain::account::EmailAddress::parse(email).unwrap();
        let sub = hosho::store::account::find_by_email(work.tx(), &address).await.unwrap().unwrap().sub;
        match is_closed {
            true => drop(closing::close(&mut work, &sub, ClosedBy::Owner, None).await.unwrap()),
            false => drop(lifecycle::suspend(&mut work, &sub).await.unwrap()),
        }
        work.commit().await.unwrap();
    }
    // Whoever closed an account may come back for some days; then it is as if there were none.
    server.clock.advance(days(14));
    server
}

/// (A106), (A107)
#[tokio::test]
async fn every_wrong_sign_in_does_the_same_and_looks_the_same() {
    let server = server().await;
    let long = "x".repeat(5000);
    let classes = [
        ("active@mail.example", "another password"),
        ("absent@mail.example", PASSWORD),
        ("nopass@mail.example", PASSWORD),
        ("stoped@mail.example", PASSWORD),
        ("closed@mail.example", PASSWORD),
        ("active@mail.example", ""),
        ("absent@mail.example", ""),
        ("active@mail.example", &long),
        ("absent@mail.example", &long),
    ];
    // The network has its counter already, as it has after anybody's try.
    sign_in(&mut server.browser(), "anyone@mail.example", "x").await;
    let mut all = Vec::new();
    for (username, password) in classes {
        let before = rows(&server).await;
        let mut browser = server.browser();
        let answer = sign_in(&mut browser, username, password).await;
        let after = rows(&server).await;
        let mut done: Vec<i64> = before.iter().zip(after).map(|(before, after)| after - before).collect();
        // A name's counter is a row of its own once; the second try of the same name steps it.
        done[1] = 0;
        all.push((done, seen(&answer, &browser, username)));
    }
    for (class, one) in classes.iter().zip(&all) {
        assert_eq!(*one, all[0], "{class:?}");
    }
    assert_eq!(all[0].1.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(all[0].0[0], 1, "each is one entry in the audit log");
}

/// (A106): signing up, a new password, and each of them once more.
#[tokio::test]
async fn asking_for_a_letter_does_the_same_and_looks_the_same() {
    let server = server().await;
    for path in ["/sign-up", "/recover"] {
        let mut all = Vec::new();
        for email in ["active@mail.example", "absent@mail.example", "nopass@mail.example", "stoped@mail.example"] {
            let mut browser = server.browser();
            for _ in 0..2 {
                let before = rows(&server).await;
                let page = browser.get(path).await;
                let answer = browser.submit(&page, "email", &[("email", email)]).await;
                let after = rows(&server).await;
                // Whoever holds the mailbox may learn from the letter; a stopped account gets none at `/recover`.
                let [audit, _, proof, _, session] = std::array::from_fn(|at| after[at] - before[at]);
                all.push(([audit, proof, session], seen(&answer, &browser, email)));
            }
        }
        for one in &all {
            assert_eq!(*one, all[0], "{path}");
        }
    }
}

/// (A113), (A114): whoever has to wait because of their network cannot go on to slow down one name after another.
#[tokio::test]
async fn a_network_that_has_to_wait_moves_no_names_counter() {
    let server =
        Server::start_with(&[("HOSHO_SIGN_IN_NETWORK_TRIES", "3"), ("HOSHO_SIGN_IN_ACCOUNT_FAILURES", "2")]).await;
    for _ in 0..3 {
        sign_in(&mut server.browser(), "someone@mail.example", "wrong").await;
    }
    let before = rows(&server).await;
    for number in 0..5 {
        let answer = sign_in(&mut server.browser(), &format!("victim{number}@mail.example"), "wrong").await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(rows(&server).await, before, "nothing was counted against anybody");
}
