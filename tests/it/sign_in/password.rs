//! Signing in by password: the same answer for everything that is wrong.

use http::{Request, StatusCode};

use super::{PASSWORD, is_signed_in, sign_in, sign_up};
use crate::support::Server;
use hosho::base::Locale;
use hosho::domain::account::EmailAddress;
use hosho::domain::auth::attempt::{AskingClient, OwnPath};
use hosho::domain::auth::flow::Wanted;
use hosho::service::account::lifecycle;
use hosho::service::auth::start::{Begin, begin};
use hosho::store;

/// (A106)
#[tokio::test]
async fn what_is_wrong_is_never_told_apart() {
    let server = Server::start().await;
    for email in ["hanako@mail.example", "stopped@mail.example"] {
        sign_up(&server, &mut server.browser(), email).await;
    }
    let mut work = server.work();
    let address = EmailAddress::parse("stopped@mail.example").unwrap();
    let stopped = store::account::find_by_email(work.tx(), &address).await.unwrap().unwrap();
    lifecycle::suspend(&mut work, &stopped.sub).await.unwrap();
    work.commit().await.unwrap();

    let mut answers = Vec::new();
    for (username, password) in [
        ("hanako@mail.example", "another password"),
        ("hanako@mail.example", ""),
        ("hanako@mail.example", &"x".repeat(5000)),
        ("nobody@mail.example", PASSWORD),
        ("stopped@mail.example", PASSWORD),
        ("no address at all", PASSWORD),
    ] {
        let mut browser = server.browser();
        let answer = sign_in(&mut browser, username, password).await;
        assert!(!browser.cookies.contains_key("hosho_session"));
        let headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        answers.push((answer.status, headers, answer.find("main").unwrap()));
    }
    for answer in &answers[1..] {
        assert_eq!(*answer, answers[0]);
    }
    assert_eq!(answers[0].0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_was_typed_comes_back_but_the_password_does_not() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let answer = sign_in(&mut browser, "hanako@mail.example\"><script>", "secret words").await;
    assert!(answer.find("input#username").is_some());
    assert!(!answer.text.contains("<script>alert") && !answer.text.contains("secret words"));
    assert!(
        answer.text.contains("hanako@mail.example&#34;&#62;") || answer.text.contains("hanako@mail.example&quot;&gt;")
    );
    let page = browser.get("/sign-in").await;
    let empty = browser.submit_once(&page, "login-submit", &[("username", " "), ("password", "x")]).await;
    assert!(empty.find(".field-error").is_some());
}

#[tokio::test]
async fn the_app_that_asked_is_named_and_gets_its_visitor_back() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), "hanako@mail.example").await;
    let mut browser = server.browser();
    browser.get("/sign-in").await;
    let browser_hash = hosho::base::digest::fingerprint(&browser.cookies["hosho_browser"]);
    let mut work = server.work();
    let asked_by = AskingClient {
        name_ja: "ヤマト商店".into(),
        name_en: "Yamato Shop".into(),
        logo_uri: Some("javascript:alert(1)".into()),
        cancel_to: OwnPath::parse("/authorize/abc/cancel"),
        ..AskingClient::default()
    };
    let wish = Begin {
        browser_hash: &browser_hash,
        continue_to: OwnPath::parse("/authorize/abc").unwrap(),
        asked_by: Some(asked_by),
        login_hint: Some("hanako@mail.example".into()),
        reauthenticate: false,
        wanted: Wanted::NOTHING,
    };
    let id = begin(&mut work, wish).await.unwrap();
    work.commit().await.unwrap();

    let page = browser.get(&format!("/sign-in?attempt={id}")).await;
    assert_eq!(page.find(".asked-by strong").as_deref(), Some("ヤマト商店"));
    assert!(!page.text.contains("javascript:"));
    assert!(page.find("form[action='/authorize/abc/cancel'] button#login-cancel").is_some());
    assert!(page.find("input#username[value='hanako@mail.example']").is_some());
    let foreign = server.browser().get(&format!("/sign-in?attempt={id}")).await;
    assert_eq!(foreign.status, StatusCode::BAD_REQUEST, "another browser cannot go on with it");

    let done = browser.submit_once(&page, "login-submit", &[("password", PASSWORD)]).await;
    assert_eq!(done.location().as_deref(), Some("/authorize/abc"));
    let again = browser.submit_once(&page, "login-submit", &[("password", PASSWORD)]).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "a finished sign-in is over");
    let _ = Locale::Ja;
}

/// (A128)
#[tokio::test]
async fn somebody_who_must_sign_in_first_comes_back_to_where_they_wanted_to_go() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), "hanako@mail.example").await;
    let mut browser = server.browser();
    let page = browser.get("/my/sessions?x=1").await;
    let done = browser
        .submit_once(&page, "login-submit", &[("username", "hanako@mail.example"), ("password", PASSWORD)])
        .await;
    assert_eq!(done.location().as_deref(), Some("/my/sessions?x=1"));
    for evil in ["//evil.example", "https://evil.example/", "/%5Cevil.example", "/%09/evil.example"] {
        let answer = server.browser().fetch(&format!("/sign-in?next={evil}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{evil}");
    }
}

/// (A156)
#[tokio::test]
async fn forms_without_their_token_change_nothing() {
    let server = Server::start().await;
    let mut owner = server.browser();
    sign_up(&server, &mut owner, "hanako@mail.example").await;
    let sessions = owner.get("/my/sessions").await;
    let (action, fields) = sessions.form("sessions-end-all", &[]);
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();

    let post = |body: &str, kind: &str, site: &str| {
        let request = Request::post(action.as_str()).header("content-type", kind).header("sec-fetch-site", site);
        request.body(axum::body::Body::from(body.to_owned())).unwrap()
    };
    let form = "application/x-www-form-urlencoded";
    for (request, why) in [
        (post("", form, "same-origin"), "no token"),
        (post(&body, form, "cross-site"), "from elsewhere"),
        (post(&body, form, "same-site"), "from a neighbour"),
        (post(&body, "text/plain", "same-origin"), "another kind of body"),
        (post("{\"csrf\":\"x\"}", "application/json", "same-origin"), "JSON"),
        (post("csrf=of-another-session", form, "same-origin"), "another token"),
    ] {
        assert!(owner.send(request).await.status.is_client_error(), "{why}");
    }
    for method in ["GET", "HEAD"] {
        let request = Request::builder().method(method).uri(action.as_str());
        let answer = owner.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    assert!(is_signed_in(&mut owner).await);
}
