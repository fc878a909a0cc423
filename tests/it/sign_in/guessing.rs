//! Guessing passwords: counted before they are looked at, whatever the guesser does.

use http::{Request, StatusCode};

use super::{PASSWORD, sign_in, sign_up};
use crate::support::Server;
use hosho::base::time::minutes;
use hosho::store::query::{Count, sql};

const EMAIL: &str = "hanako@mail.example";

async fn server() -> Server {
    let server = Server::start_with(&[
        ("HOSHO_SIGN_IN_ACCOUNT_FAILURES", "5"),
        ("HOSHO_PASSWORD_HASHING_QUEUE", "1000"),
        ("HOSHO_SIGN_IN_NETWORK_TRIES", "1000"),
    ])
    .await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    server
}

/// (A109)
#[tokio::test]
async fn all_spellings_of_a_name_share_one_counter() {
    let server = server().await;
    let spellings =
        [EMAIL, "Hanako@Mail.Example", "ｈａｎａｋｏ@mail.example", " hanako@mail.example ", "HANAKO@MAIL.EXAMPLE"];
    for name in spellings {
        assert_eq!(
            sign_in(&mut server.browser(), name, "wrong").await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{name}"
        );
    }
    let slow = sign_in(&mut server.browser(), EMAIL, PASSWORD).await;
    assert_eq!(slow.status, StatusCode::TOO_MANY_REQUESTS, "the right password has to wait too");
    assert_eq!(slow.header("retry-after"), Some("900"));
    server.clock.advance(minutes(15));
    assert_eq!(sign_in(&mut server.browser(), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    for _ in 0..5 {
        assert_eq!(sign_in(&mut server.browser(), EMAIL, "wrong").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn an_unknown_name_is_slowed_down_like_a_known_one() {
    let server = server().await;
    for name in [EMAIL, "nobody@mail.example"] {
        let mut seen = Vec::new();
        for _ in 0..6 {
            seen.push(sign_in(&mut server.browser(), name, "wrong").await.status);
        }
        assert_eq!(seen[..5], [StatusCode::UNPROCESSABLE_ENTITY; 5], "{name}");
        assert_eq!(seen[5], StatusCode::TOO_MANY_REQUESTS, "{name}");
    }
}

/// (A110), (A112)
#[tokio::test]
async fn guesses_at_once_on_two_instances_are_not_more_than_the_limit() {
    // Another instance has the default settings: ten tries.
    let server = Server::start_with(&[("HOSHO_PASSWORD_HASHING_QUEUE", "1000")]).await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let (_, other_site) = server.another_instance().await;
    let mut guesses = Vec::new();
    for number in 0..40 {
        let mut browser =
            if number % 2 == 0 { server.browser() } else { crate::support::Browser::new(other_site.clone()) };
        guesses.push(tokio::spawn(async move { sign_in(&mut browser, EMAIL, "wrong").await.status }));
    }
    let mut looked_at = 0;
    for guess in guesses {
        match guess.await.unwrap() {
            StatusCode::UNPROCESSABLE_ENTITY => looked_at += 1,
            status => assert_eq!(status, StatusCode::TOO_MANY_REQUESTS),
        }
    }
    assert_eq!(looked_at, 10);
}

/// (A111)
#[tokio::test]
async fn hanging_up_before_the_answer_does_not_take_the_guess_back() {
    // One slow hash at a time: a guess that was counted is still being looked at when its sender hangs up.
    let server = Server::start_with(&[
        ("HOSHO_SIGN_IN_ACCOUNT_FAILURES", "3"),
        ("HOSHO_PASSWORD_HASHING_AT_ONCE", "1"),
        ("HOSHO_PASSWORD_MEMORY_KIB", "65536"),
        ("HOSHO_PASSWORD_PASSES", "20"),
    ])
    .await;
    for number in 1..=3 {
        let mut browser = server.browser();
        let page = browser.get("/sign-in").await;
        let guess = tokio::spawn(async move {
            browser.submit_once(&page, "login-submit", &[("username", EMAIL), ("password", "wrong")]).await
        });
        // The counters of the name, of the network, of its neighbourhood and of everybody.
        while counted(&server).await < 4 * number {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        guess.abort();
        assert!(guess.await.is_err_and(|end| end.is_cancelled()), "the answer came before the sender hung up");
    }
    let next = sign_in(&mut server.browser(), EMAIL, "wrong").await;
    assert_eq!(next.status, StatusCode::TOO_MANY_REQUESTS);
}

async fn counted(server: &Server) -> i64 {
    let mut work = server.work();
    let sum = sql("SELECT CAST(COALESCE(SUM(tries), 0) AS BIGINT) AS count FROM try_counter");
    sum.one::<Count>(work.tx()).await.unwrap().count
}

#[tokio::test]
async fn a_stranger_who_guesses_does_not_lock_the_owner_out() {
    let server = server().await;
    let mut owner = server.browser();
    assert_eq!(sign_in(&mut owner, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
    for _ in 0..10 {
        sign_in(&mut server.browser(), EMAIL, "wrong").await;
    }
    owner.cookies.remove("hosho_session");
    assert_eq!(sign_in(&mut owner, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// (A113), (A194)
#[tokio::test]
async fn forwarding_headers_of_strangers_do_not_move_them_to_another_network() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_NETWORK_TRIES", "4")]).await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let mut last = StatusCode::OK;
    for (number, forwarded) in ["1.2.3.4", "a", "::ffff:9.9.9.9", "2001:db8::1", "5.6.7.8, 1.1.1.1"].iter().enumerate()
    {
        let name = format!("nobody{number}@mail.example");
        let (action, fields) = page.form("login-submit", &[("username", &name), ("password", "wrong")]);
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let request = Request::post(action)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-forwarded-for", *forwarded)
            .header("forwarded", format!("for={forwarded}"))
            .header("x-real-ip", *forwarded)
            .body(axum::body::Body::from(body))
            .unwrap();
        last = browser.send(request).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn when_too_many_passwords_wait_the_answer_is_later_and_the_server_is_healthy() {
    let server = Server::start_with(&[
        ("HOSHO_PASSWORD_HASHING_AT_ONCE", "1"),
        ("HOSHO_PASSWORD_HASHING_QUEUE", "0"),
        ("HOSHO_PASSWORD_MEMORY_KIB", "65536"),
        ("HOSHO_PASSWORD_PASSES", "20"),
    ])
    .await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let app = std::sync::Arc::clone(&server.app);
    let slow = tokio::spawn(async move { app.passwords.compare(None, None).await.map(drop) });
    tokio::task::yield_now().await;
    let fields = [("username", EMAIL), ("password", "wrong")];
    let busy = browser.submit_once(&page, "login-submit", &fields).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(busy.header("retry-after").is_some());
    for path in ["/healthz", "/readyz"] {
        assert_eq!(browser.get(path).await.status, StatusCode::OK, "{path}");
    }
    slow.await.unwrap().unwrap();
    let later = browser.submit_once(&page, "login-submit", &fields).await;
    assert_eq!(later.status, StatusCode::UNPROCESSABLE_ENTITY);
}
