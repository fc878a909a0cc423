//! Parameters that come twice, change on the way, or are too long, at every endpoint. A013, A015, A021, A022, A025, A028, A030.

use axum::body::Body;
use http::Request;
use serde_json::json;

use crate::support::{CHALLENGE, Server, VERIFIER, basic};

/// (A013): in the query, in the body, or one in each; no value wins.
#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused_everywhere_a013() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let credentials = basic(&shop.id, shop.secret.as_deref().unwrap());
    let own = server.own_app("own").await;
    for name in ["client_id", "redirect_uri"] {
        let twice = format!("{}&{name}=x", own.asks(&[]));
        let answer = hanako.browser.fetch(&twice).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{name}");
    }
    for name in ["response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method"] {
        let value =
            own.parameters(&[]).split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")).map(str::to_owned));
        for second in ["x".to_owned(), value.unwrap()] {
            let answer = hanako.browser.fetch(&format!("{}&{name}={second}", own.asks(&[]))).await;
            assert_eq!(answer.error().as_deref(), Some("invalid_request"), "{name}");
            assert_eq!(answer.location_parameter("code"), None, "{name}");
        }
    }
    let form = |path: &str, body: String| {
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        request.header("authorization", &credentials).body(Body::from(body)).unwrap()
    };
    let bodies = [
        ("/token", format!("grant_type=authorization_code&code=x&redirect_uri=y&code_verifier={VERIFIER}")),
        ("/token", "grant_type=refresh_token&refresh_token=x&scope=openid".to_owned()),
        ("/token", "grant_type=client_credentials&scope=products".to_owned()),
        ("/introspect", "token=x&token_type_hint=access_token".to_owned()),
        ("/revoke", "token=x&token_type_hint=access_token".to_owned()),
        ("/par", own.parameters(&[("client_id", "")])),
        ("/device_authorization", "scope=openid".to_owned()),
        ("/backchannel_authentication", "scope=openid&login_hint=hanako%40example.jp".to_owned()),
    ];
    for (path, body) in &bodies {
        for pair in body.split('&') {
            let answer = server.browser().send(form(path, format!("{body}&{pair}"))).await;
            assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()), "{path} {pair}");
            let answer = server.browser().send(form(&format!("{path}?{pair}"), body.clone())).await;
            assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()), "{path}?{pair}");
        }
    }
    for pair in ["state=a&state=b", "client_id=a&client_id=a", "id_token_hint=a&id_token_hint=b"] {
        let answer = hanako.browser.fetch(&format!("/end_session?{pair}")).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{pair}");
    }
    let request = Request::post("/end_session?state=a").header("content-type", "application/x-www-form-urlencoded");
    let answer = hanako.browser.send(request.body(Body::from("state=b")).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None));
    let page = hanako.browser.get("/end_session").await;
    let (_, fields) = page.form("logout-confirm", &[]);
    let csrf = fields.iter().find(|(name, _)| name == "csrf").unwrap().1.as_str();
    let confirmed = hanako.browser.post("/end_session/confirm?state=a", &[("csrf", csrf), ("state", "b")]).await;
    assert_eq!((confirmed.status.as_u16(), confirmed.location()), (400, None));
    assert_eq!(hanako.browser.fetch("/my").await.status, 200, "nobody was signed out");
}

/// (A025): what is long but sensible is kept, what is endless is refused, and what is unknown is ignored.
#[tokio::test]
async fn sizes_have_an_end_a025() {
    let server = Server::start().await;
    let shop = server.own_app("shop").await;
    let mut hanako = server.person("hanako@example.jp").await;
    let (nonce, state) = ("n".repeat(64), "s".repeat(4096));
    let given = [("nonce", nonce.as_str()), ("state", &state), ("unknown", "x"), ("unknown2", "y")];
    let answer = hanako.browser.fetch(&shop.asks(&given)).await;
    assert!(!answer.code().is_empty());
    assert_eq!(answer.location_parameter("state"), Some(state));
    let query = format!("{}&state={}", shop.parameters(&[("state", "")]), "s".repeat(100 << 10));
    let request = Request::post("/authorize").header("content-type", "application/x-www-form-urlencoded");
    let answer = hanako.browser.send(request.body(Body::from(query)).unwrap()).await;
    assert!([400, 413, 414].contains(&answer.status.as_u16()) && answer.location().is_none(), "{}", answer.status);
    let scopes = "s ".repeat(10_000);
    let answer = hanako.browser.fetch(&shop.asks(&[("scope", &scopes)])).await;
    assert_eq!(answer.location_parameter("code"), None);
}

/// (A021), (A022), (A028), (A030), (A015): a request lives on the server. What a form or an address adds to it changes nothing; another
/// browser finds nothing; and what was answered is over.
#[tokio::test]
async fn nothing_of_a_request_can_be_changed_between_its_pages_a021_a022_a028_a030() {
    let server = Server::start().await;
    let shop = server.relying_party("shop", json!({"scope": "openid email profile"})).await;
    let evil = server.relying_party("evil", json!({})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let mut mallory = server.person("mallory@example.jp").await;

    // Mallory's own request, sent to Hanako: the page, its form, the address it resumes at.
    let lure = mallory.browser.get(&shop.asks(&[])).await;
    let id = lure.path.rsplit('=').next().unwrap().to_owned();
    for path in [lure.path.clone(), format!("/authorize/{id}")] {
        let answer = hanako.browser.fetch(&path).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{path}");
    }

    let page = hanako.browser.get(&shop.asks(&[("scope", "openid email")])).await;
    let id = page.path.rsplit('=').next().unwrap().to_owned();
    let added = format!(
        "client_id={}&redirect_uri=https%3A%2F%2Fevil.example%2Fcb&scope=openid+profile&response_type=token\
         &code_challenge={CHALLENGE}&prompt=none",
        evil.id
    );
    let again = hanako.browser.fetch(&format!("/authorize/{id}?{added}")).await;
    assert!(again.location().unwrap().starts_with("/consent?request="), "{:?}", again.location());
    let tampered = [
        ("client_id", evil.id.as_str()),
        ("redirect_uri", "https://evil.example/cb"),
        ("scope", "openid profile management"),
        ("claims", r#"{"userinfo":{"phone_number":null}}"#),
        ("state", "another"),
    ];
    let done = hanako.browser.submit_once(&page, "consent-allow", &tampered).await;
    assert_eq!(done.status, 303, "the answer is fetched, and the form is not posted on");
    assert!(done.location().unwrap().starts_with("https://shop.example/cb?code="), "{:?}", done.location());
    assert_eq!(done.location_parameter("state").as_deref(), Some("a state"));
    let grants = hosho::store::query::sql("SELECT COUNT(*) AS count FROM grant_ WHERE scope = 'openid email'");
    assert_eq!(grants.one::<hosho::store::query::Count>(server.work().tx()).await.unwrap().count, 1);

    for _ in 0..2 {
        let again = hanako.browser.submit_once(&page, "consent-allow", &[]).await;
        assert_eq!((again.status.as_u16(), again.location()), (400, None), "it was answered");
    }
}

/// (A042), (A043): a challenge cannot be taken out or weakened.
#[tokio::test]
async fn the_challenge_cannot_be_weakened_a042_a043() {
    let server = Server::start().await;
    let public = json!({"token_endpoint_auth_method": "none", "hosho_first_party": true});
    let (shop, public) = (server.own_app("shop").await, server.relying_party("public", public).await);
    let mut hanako = server.person("hanako@example.jp").await;
    let weak: &[&[(&str, &str)]] = &[
        &[("code_challenge_method", "plain")],
        &[("code_challenge_method", "")],
        &[("code_challenge_method", "s256")],
        &[("code_challenge_method", "S512")],
        &[("code_challenge", "")],
        &[("code_challenge", VERIFIER), ("code_challenge_method", "plain")],
        &[("code_challenge", "short")],
        &[("code_challenge", &CHALLENGE[..42])],
        &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")],
        &[("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=")],
    ];
    for client in [&shop, &public] {
        for given in weak {
            let answer = hanako.browser.fetch(&client.asks(given)).await;
            assert_eq!(answer.error().as_deref(), Some("invalid_request"), "{given:?}");
        }
    }
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    assert_eq!(hanako.browser.fetch(&public.asks(&without)).await.error().as_deref(), Some("invalid_request"));
}
