//! Changing a password while signed in.

use hosho::domain::account::EmailAddress;
use hosho::service::auth::given_password;
use hosho::store;
use http::StatusCode;

use crate::sign_in::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::Server;

const EMAIL: &str = "hanako@mail.example";
const NEW: &str = "seven lanterns cross the river";

/// (A153)
#[tokio::test]
async fn other_sessions_end_and_this_browser_gets_a_new_one() {
    let server = Server::start().await;
    let (mut here, mut there) = (server.browser(), server.browser());
    sign_up(&server, &mut here, EMAIL).await;
    sign_in(&mut there, EMAIL, PASSWORD).await;
    let before = here.clone();
    let page = here.get("/my/security").await;
    let page = here.submit(&page, "password-change", &[("password", PASSWORD), ("new_password", NEW)]).await;
    assert!(page.find(".notice-good").is_some(), "{}", page.text);
    assert!(is_signed_in(&mut here).await);
    assert!(!is_signed_in(&mut there).await);
    assert!(!is_signed_in(&mut before.clone()).await, "the session before the change is dead");
    assert!(server.last_letter_to(EMAIL).await.subject.contains("パスワード"));
    assert_eq!(sign_in(&mut server.browser(), EMAIL, NEW).await.status, StatusCode::SEE_OTHER);
}

/// (A110)
#[tokio::test]
async fn the_password_of_now_is_needed_and_cannot_be_guessed_here() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_ACCOUNT_FAILURES", "4")]).await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let page = browser.get("/my/security").await;
    for wrong in ["", "wrong", "wrong again", NEW] {
        let answer = browser.submit(&page, "password-change", &[("password", wrong), ("new_password", NEW)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.find("#password-error").is_some());
    }
    let slow = browser.submit(&page, "password-change", &[("password", PASSWORD), ("new_password", NEW)]).await;
    assert_eq!(slow.status, StatusCode::UNPROCESSABLE_ENTITY, "a right one has to wait too by now");
    assert_ne!(sign_in(&mut server.browser(), EMAIL, NEW).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_weak_new_password_comes_back_with_its_reason() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let page = browser.get("/my/security").await;
    let fields = [("password", PASSWORD), ("new_password", "hanakohanako1")];
    let answer = browser.submit(&page, "password-change", &fields).await;
    assert!(answer.find("#new_password-error").unwrap().contains("お名前"));
}

/// (A153) The old password is compared before the change is committed, and counts for nothing after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_that_is_being_changed_lets_nobody_in() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let mut change = server.work();
    let address = EmailAddress::parse(EMAIL).unwrap();
    let account = store::account::find_by_email(change.tx(), &address).await.unwrap().unwrap();
    let hashed = given_password::hash(&mut change, NEW).await.unwrap();
    given_password::replace(&mut change, &account.sub, &hashed).await.unwrap();
    let mut other = server.browser();
    let signing_in = tokio::spawn(async move {
        let answer = sign_in(&mut other, EMAIL, PASSWORD).await;
        (answer.status, is_signed_in(&mut other).await)
    });
    // Long enough to compare the password and to meet the change; where it is not, the change has come first.
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    change.commit().await.unwrap();
    let (status, signed_in) = signing_in.await.unwrap();
    assert!(status != StatusCode::SEE_OTHER && !signed_in, "{status}");
}
