//! Stopping and restoring accounts.

use http::StatusCode;

use crate::sign_in::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::Server;
use hosho::domain::account::EmailAddress;
use hosho::service::account::lifecycle;
use hosho::store;

const EMAIL: &str = "hanako@mail.example";

/// (A151), (A153)
#[tokio::test]
async fn a_stopped_account_is_dead_at_once_and_comes_back_when_restored() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let mut work = server.work();
    let address = EmailAddress::parse(EMAIL).unwrap();
    let account = store::account::find_by_email(work.tx(), &address).await.unwrap().unwrap();
    lifecycle::suspend(&mut work, &account.sub).await.unwrap();
    work.commit().await.unwrap();
    assert!(!is_signed_in(&mut browser).await);
    assert_ne!(sign_in(&mut server.browser(), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);

    let mut work = server.work();
    lifecycle::restore(&mut work, &account.sub).await.unwrap();
    assert!(lifecycle::restore(&mut work, &account.sub).await.is_err());
    work.commit().await.unwrap();
    assert!(!is_signed_in(&mut browser).await, "what ended stays ended");
    assert_eq!(sign_in(&mut server.browser(), EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}
