//! Every form of every page, sent by somebody who is signed in but did not mean it: nothing happens. A156.

use axum::body::Body;
use http::{Request, StatusCode};

use super::filled;
use crate::support::{Browser, Server};
use hosho::http::route::{Access, Kind, Route};
use hosho::http::routes;
use hosho::store::query::{Count, sql};

/// Fields that the forms know, as an attacker would guess them.
const FIELDS: &str = "decision=allow&request=x&session=x&client=x&email=mallory%40evil.example&code=000000&proof=x\
                      &token=x&username=hanako%40example.jp&password=x&new_password=seven+lanterns+cross+the+river\
                      &family_name=x&locale=en&back=%2Fmy&model=X100&serial=AB000001&step=when&confirmed=on";

type Headers<'a> = &'a [(&'a str, &'a str)];

async fn count(server: &Server, statement: &'static str) -> i64 {
    sql(statement).one::<Count>(server.work().tx()).await.unwrap().count
}

async fn happened(server: &Server) -> [i64; 3] {
    [
        count(server, "SELECT COUNT(*) AS count FROM audit_entry").await,
        count(server, "SELECT COUNT(*) AS count FROM session").await,
        count(server, "SELECT COUNT(*) AS count FROM proof").await,
    ]
}

/// The token of this browser's forms.
async fn csrf(browser: &mut Browser) -> String {
    let page = browser.get("/nowhere").await;
    let (_, fields) = page.form("locale", &[]);
    fields.into_iter().find(|(name, _)| name == "csrf").expect("a form token").1
}

fn post(line: &Route, kind: &str, site: &[(&str, &str)], body: String) -> Request<Body> {
    let mut request = Request::post(filled(&line.path, "x")).header("content-type", kind);
    for (name, value) in site {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body)).unwrap()
}

/// (A156), (A157): no token, another's token, another site, another kind of body.
#[tokio::test]
async fn a_form_that_did_not_come_from_its_own_page_does_nothing() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let server = Server::start().await;
    let (mut hanako, mut mallory) =
        (server.person("hanako@example.jp").await, server.person("mallory@example.jp").await);
    let (own, others) = (csrf(&mut hanako.browser).await, csrf(&mut mallory.browser).await);
    // The token that the browser had before somebody signed in is worth nothing either.
    let before = {
        let mut stranger = hanako.browser.clone();
        stranger.cookies.remove("hosho_session");
        csrf(&mut stranger).await
    };
    let (own_form, json) = (format!("csrf={own}&{FIELDS}"), format!("{{\"csrf\":\"{own}\"}}"));
    let good: Headers = &[("sec-fetch-site", "same-origin")];
    let cases: [(&str, &str, Headers, String); 13] = [
        ("no token", FORM, good, FIELDS.to_owned()),
        ("an empty token", FORM, good, format!("csrf=&{FIELDS}")),
        ("another's token", FORM, good, format!("csrf={others}&{FIELDS}")),
        ("a token of before the sign-in", FORM, good, format!("csrf={before}&{FIELDS}")),
        ("the token twice", FORM, good, format!("csrf={own}&csrf={own}&{FIELDS}")),
        ("another site", FORM, &[("sec-fetch-site", "cross-site")], own_form.clone()),
        ("a neighbouring site", FORM, &[("sec-fetch-site", "same-site")], own_form.clone()),
        ("another origin", FORM, &[("origin", "https://evil.example")], own_form.clone()),
        ("no origin that has a name", FORM, &[("origin", "null")], own_form.clone()),
        ("plain text", "text/plain", good, own_form.clone()),
        ("multipart", "multipart/form-data; boundary=x", good, own_form.clone()),
        ("JSON", "application/json", good, json.clone()),
        ("JSON as plain text", "text/plain", good, json),
    ];
    let quiet = happened(&server).await;
    for line in routes().lines().iter().filter(|line| line.kind == Kind::Form) {
        for (why, kind, headers, body) in &cases {
            let answer = hanako.browser.send(post(line, kind, headers, body.clone())).await;
            let refused = [StatusCode::BAD_REQUEST, StatusCode::UNSUPPORTED_MEDIA_TYPE].contains(&answer.status);
            assert!(refused && answer.location().is_none(), "{} by {why}: {}", line.path, answer.status);
        }
    }
    assert_eq!(happened(&server).await, quiet);
    // The same token from the form's own page is taken: what was refused was refused for the reason given.
    let language = routes().lines().iter().find(|line| line.path == "/language").unwrap().clone();
    let answer = hanako.browser.send(post(&language, FORM, good, own_form)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

/// The cookie of a session opens no API, so no other site can make a browser use one. (A156)
#[tokio::test]
async fn a_session_cookie_opens_no_api() {
    let server = Server::start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    for line in routes().lines().iter().filter(|line| line.kind == Kind::Api) {
        let request = Request::builder()
            .method(line.method.clone())
            .uri(filled(&line.path, "x"))
            .header("content-type", "application/json");
        let answer = hanako.browser.send(request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{} {}", line.method, line.path);
    }
}

/// Whoever sends a form after their session has ended signs in and is back on its page.
#[tokio::test]
async fn a_form_that_comes_too_late_leads_back_to_its_page() {
    let server = Server::start().await;
    let routes = routes();
    let late = |line: &&Route| line.kind == Kind::Form && line.access == Access::Customer;
    for line in routes.lines().iter().filter(late) {
        let answer = server.browser().post(&filled(&line.path, "x"), &[]).await;
        let back = answer.location_parameter("next").expect("a sign-in that leads back");
        let is_page = routes.lines().iter().any(|page| page.kind == Kind::Page && filled(&page.path, "x") == back);
        assert!(is_page, "{} leads back to {back}", line.path);
    }
}

/// Another site's form comes without our cookies; the browser that has them keeps its name, or its own open forms
/// would be worth nothing.
#[tokio::test]
async fn another_sites_form_does_not_rename_a_browser() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    for (path, body) in [
        ("/authorize", shop.parameters(&[])),
        ("/end_session", "state=x".to_owned()),
        ("/language", "locale=en".to_owned()),
        ("/sign-in", FIELDS.to_owned()),
    ] {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site");
        let answer = server.browser().send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.header("set-cookie"), None, "{path}");
        assert_ne!(answer.status, StatusCode::OK, "{path}");
    }
}
