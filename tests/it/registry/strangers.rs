//! Every route that names something, asked by everybody to whom it does not belong: what is another's looks like
//! what does not exist. A173, A174.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::json;

use super::app::{EVERYTHING, client_on, granted};
use super::shelf::{claim, registered, server};
use crate::support::{Answer, Browser};
use hosho::http::route::{Kind, Route};
use hosho::http::routes;
use hosho::service::registry::register_unit::Outcome;
use hosho::store;

/// Where a page or a form takes the name of something in a field.
const FIELDS: &[(&str, &str)] = &[
    ("GET /consent", "request"),
    ("POST /consent", "decision=allow&request"),
    ("GET /sign-in", "attempt"),
    ("POST /sign-in", "username=hanako%40example.jp&password=x&attempt"),
    ("GET /sign-up", "attempt"),
    ("GET /recover", "attempt"),
    ("GET /sign-up/code", "proof"),
    ("GET /sign-up/password", "proof"),
    ("GET /recover/code", "proof"),
    ("GET /recover/password", "proof"),
    ("POST /recover/code", "code=000000&proof"),
    ("POST /recover/password", "new_password=seven+lanterns+cross+the+river&proof"),
    ("POST /my/sessions/end", "session"),
    ("POST /my/apps/remove", "client"),
];

/// The answer without what is different in every answer: long random names.
fn masked(answer: &Answer, name: &str) -> (StatusCode, Vec<String>, String) {
    let mut headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    headers.sort();
    let is_random = |word: &&str| word.len() >= 20 || *word == name;
    let text = answer.text.replace(name, "…");
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    (answer.status, headers, words.filter(|word| !is_random(word)).collect::<Vec<_>>().join(" "))
}

async fn csrf(browser: &mut Browser) -> String {
    let page = browser.get("/nowhere").await;
    let (_, fields) = page.form("locale", &[]);
    fields.into_iter().find(|(name, _)| name == "csrf").expect("a form token").1
}

/// One request of a stranger, in whatever way the route is asked.
async fn ask(stranger: &mut Browser, method: &Method, path: &str, body: &str, bearer: Option<&str>) -> Answer {
    let kind = if bearer.is_some() { "application/json" } else { "application/x-www-form-urlencoded" };
    let mut request = Request::builder().method(method.clone()).uri(path).header("content-type", kind);
    if let Some(token) = bearer {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    stranger.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn what_is_anothers_looks_like_what_does_not_exist() {
    let server = server().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let mallory = server.person("mallory@example.jp").await;
    let Outcome::Active(product) = registered(&server, &hanako.sub, claim("X100", "AB000001")).await else {
        panic!("registered")
    };
    let (client, hers) = (client_on(&server, "shop.example").await, client_on(&server, "other.example").await);
    let (mine, theirs) = (
        granted(&server, &client, &hanako.sub, EVERYTHING).await,
        granted(&server, &hers, &mallory.sub, EVERYTHING).await,
    );
    let made = mine.register(&json!({"model": "X100", "serial": "AB000002"})).await.json();
    let session = store::auth::session::list(server.work().tx(), &hanako.sub).await.unwrap().remove(0).session.id;
    let shop = server.relying_party("florist", json!({})).await;
    // `prompt=login` wants a sign-in of later than now.
    server.clock.advance(hosho::base::time::seconds(1));
    let location = |answer: &Answer, name: &str| answer.location_parameter(name).expect("a name in the location");
    let request = location(&hanako.browser.fetch(&shop.asks(&[])).await, "request");
    let attempt = location(&hanako.browser.fetch(&shop.asks(&[("prompt", "login")])).await, "attempt");
    let page = hanako.browser.get("/recover").await;
    let sent = hanako.browser.submit_once(&page, "email", &[("email", "hanako@example.jp")]).await;
    let names = [
        product.to_string(),
        made["unit_ref"].as_str().unwrap().to_owned(),
        made["registration"].as_str().unwrap().to_owned(),
        session.to_string(),
        request,
        attempt,
        location(&sent, "proof"),
        client.to_string(),
    ];

    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let named = |line: &&Route| line.path.contains('{') && !line.path.starts_with("/assets");
    let mut strangers = [mallory.browser, server.browser()];
    for name in &names {
        let missing = format!("{}{}", &name[..name.len() - 6], "000000");
        for stranger in &mut strangers {
            let csrf = csrf(stranger).await;
            for line in routes().lines().iter().filter(named) {
                let bearer = (line.kind == Kind::Api).then_some(theirs.token.as_str());
                let body = if bearer.is_some() { "{}".to_owned() } else { format!("csrf={csrf}") };
                for method in &methods {
                    let path = |name: &str| {
                        let parts = line.path.split('/').map(|part| if part.starts_with('{') { name } else { part });
                        parts.collect::<Vec<_>>().join("/")
                    };
                    let answer = ask(stranger, method, &path(name), &body, bearer).await;
                    let unknown = ask(stranger, method, &path(&missing), &body, bearer).await;
                    let what = format!("{method} {}", path(name));
                    assert_eq!(masked(&answer, name), masked(&unknown, &missing), "{what}");
                    assert!(!answer.status.is_success(), "{what}: {}", answer.text);
                }
            }
            for (route, field) in FIELDS {
                let (method, path) = route.split_once(' ').unwrap();
                let method = Method::try_from(method).unwrap();
                let one = async |stranger: &mut Browser, name: &str| {
                    let fields = format!("csrf={csrf}&{field}={name}");
                    let (path, body) = match method {
                        Method::GET => (format!("{path}?{fields}"), String::new()),
                        _ => (path.to_owned(), fields),
                    };
                    ask(stranger, &method, &path, &body, None).await
                };
                let (answer, unknown) = (one(stranger, name).await, one(stranger, &missing).await);
                assert_eq!(masked(&answer, name), masked(&unknown, &missing), "{route} {field}={name}");
            }
        }
    }
    assert_eq!(hanako.browser.fetch(&format!("/my/products/{product}")).await.status, StatusCode::OK);
    assert_eq!(mine.get("/units").await.json()["total"], 2);
    let page = hanako.browser.get(&shop.asks(&[])).await;
    assert!(page.find("#consent-allow").is_some(), "nobody consented for her");
}

/// (A174): names are drawn, not counted, and have 122 bits at the least.
#[tokio::test]
async fn names_are_drawn_and_not_counted() {
    let server = server().await;
    let hanako = server.person("hanako@example.jp").await;
    let client = client_on(&server, "shop.example").await;
    let shop = granted(&server, &client, &hanako.sub, EVERYTHING).await;
    let mut seen = Vec::new();
    for serial in ["AB000001", "AB000002"] {
        let made = shop.register(&json!({"model": "X100", "serial": serial})).await.json();
        for name in ["unit_ref", "registration"] {
            let text = made[name].as_str().unwrap().trim_start_matches(|c| c != '_').trim_start_matches('_').to_owned();
            // 64 letters carry six bits each.
            assert!(text.len() * 6 >= 122, "{name}: {text}");
            seen.push(text);
        }
    }
    for id in [hanako.sub.as_ref(), client.as_ref()] {
        // 32 letters carry five.
        assert!(id.len() * 5 >= 122, "{id}");
        seen.push(id.to_owned());
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), all);
}
