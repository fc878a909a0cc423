//! Every parameter of every protocol endpoint with values that nobody sends by mistake: whatever comes back is no fault
//! of ours, and every error is one that the standards register, in the characters that they allow.
//! RFC 6749 §4.1.2.1 and §5.2. A025, A049, A050 of the attack list.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Server, Shop, VERIFIER, basic};
use hosho::oidc::error::ErrorCode;

const GRANTS: [&str; 6] = [
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:openid:params:grant-type:ciba",
    "urn:ietf:params:oauth:grant-type:token-exchange",
];

/// The parameters of an authorization request.
const AUTHORIZATION: &str = "client_id redirect_uri response_type response_mode scope prompt state nonce \
     code_challenge code_challenge_method max_age id_token_hint login_hint ui_locales claims_locales acr_values claims \
     resource display request request_uri registration authorization_details dpop_jkt";

/// What can be in any request that a client sends itself.
const DIRECT: &str = "client_id client_secret client_assertion client_assertion_type resource scope \
     authorization_details";

/// Values in the encoding of a form.
fn values() -> Vec<String> {
    let deep = "[".repeat(4000);
    let long = "x".repeat(8192);
    let endless = "x".repeat(9000);
    let texts = [
        "\"\\",
        "\r\nSet-Cookie: x=y",
        "日本語\u{202e}\u{feff}\u{10ffff}",
        "-1",
        "1e400",
        "99999999999999999999",
        "null",
        "{}",
        "[{}]",
        r#"[{"type":"product_ownership","actions":["read_unit"],"datatypes":[],"x":1}]"#,
        r#"[{"type":"product_ownership","actions":["read_unit"],"identifier":"\u0000'\"\\"}]"#,
        r#"{"userinfo":{"email":{"essential":true,"value":"\u0000"}},"id_token":{"acr":{"values":[1]}}}"#,
        r#"{"id_token":{"sub":{"value":{"a":"b"}},"\"\\":null},"x":[1e400]}"#,
        "a.b.c",
        "eyJhbGciOiJub25lIn0.eyJpc3MiOiJcdTAwMDAiLCJzdWIiOiJcdTAwMDAifQ.",
        "urn:ietf:params:oauth:request_uri:",
        "https://127.0.0.1/",
        "openid openid  email",
        " ",
        &deep,
        &long,
        &endless,
    ];
    let encoded = texts.into_iter().map(|text| form_urlencoded::byte_serialize(text.as_bytes()).collect());
    encoded.chain(["%00", "%FF", "%ED%A0%80", "%zz", ""].map(str::to_owned)).collect()
}

/// One parameter set to one value, whatever it was before.
fn with(form: &str, name: &str, value: &str) -> String {
    let kept = form.split('&').filter(|pair| pair.split('=').next() != Some(name) && !pair.is_empty());
    kept.map(str::to_owned).chain([format!("{name}={value}")]).collect::<Vec<_>>().join("&")
}

/// No fault of ours; an error that is registered, said in the allowed characters.
fn is_sound(answer: &Answer, what: &str) {
    let what = what.chars().take(300).collect::<String>();
    assert!(answer.status.as_u16() < 500, "{what}: {} {}", answer.status, answer.text);
    assert!(answer.header("x").is_none(), "{what}");
    let kind = answer.header("content-type").unwrap_or_default().to_owned();
    let body: Option<Value> = kind.starts_with("application/json").then(|| answer.json());
    let delivered = answer.delivered();
    let member = |name: &str| {
        let in_body = body.as_ref().and_then(|body| body[name].as_str().map(str::to_owned));
        in_body.or_else(|| delivered.get(name).cloned())
    };
    if let Some(code) = member("error") {
        assert!(ErrorCode::ALL.iter().any(|known| known.as_str() == code), "{what}: {code} is not registered");
        let told = member("error_description").unwrap_or_default();
        let is_allowed = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
        assert!(!told.is_empty() && told.chars().all(is_allowed), "{what}: {told:?}");
    } else if body.is_some() && answer.status.is_client_error() {
        assert_eq!(answer.status, 401, "{what}: an error without a name: {}", answer.text);
    }
}

async fn post(server: &Server, path: &str, credentials: Option<&str>, body: String) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    if let Some(credentials) = credentials {
        request = request.header("authorization", credentials);
    }
    server.browser().send(request.body(Body::from(body)).unwrap()).await
}

/// A server whose limits do not end the test, and a client that may do everything.
async fn start() -> (Server, Shop) {
    let limits = ["AUTHORIZE", "TOKEN", "PUSHED", "DEVICES", "BACKCHANNEL"];
    let names = limits.map(|name| format!("HOSHO_LIMIT_{name}_PER_MINUTE"));
    let mut settings: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1000000")).collect();
    settings.push(("HOSHO_REDIS_URL", ""));
    let server = Server::start_with(&settings).await;
    let members = json!({
        "grant_types": GRANTS, "backchannel_token_delivery_mode": "poll", "scope": "openid email products offline_access",
        "authorization_details_types": ["product_ownership"],
    });
    let shop = server.shop_with(members).await;
    (server, shop)
}

/// Go all the way with what was accepted: pages, tokens, and what tells about tokens.
async fn go_on(shop: &Shop, browser: &mut Browser, answer: Answer, what: &str) {
    let answer = browser.follow(answer).await;
    is_sound(&answer, what);
    let Some(code) = answer.delivered().remove("code") else { return };
    let answer = shop.exchange(&code).await;
    is_sound(&answer, what);
    let Some(refresh) = answer.json()["refresh_token"].as_str().map(str::to_owned) else { return };
    let answer = shop.refresh(&refresh).await;
    is_sound(&answer, what);
    let tokens = answer.json();
    let access = tokens["access_token"].as_str().unwrap_or_default();
    is_sound(&shop.userinfo(access).await, what);
    for token in [access, &refresh] {
        is_sound(&shop.post("/introspect", &[("token", token)]).await, what);
    }
}

#[tokio::test]
async fn authorization_requests_end_in_a_registered_error_or_all_the_way_a050() {
    let (server, shop) = start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let credentials = basic(&shop.id, shop.secret.as_deref().unwrap());
    let usual = shop.asks(&[]).split_once('?').unwrap().1.to_owned();
    for name in AUTHORIZATION.split_whitespace() {
        for value in values() {
            let form = with(&usual, name, &value);
            let what = format!("{name}={value}");
            for browser in [&mut hanako.browser, &mut server.browser()] {
                let answer = browser.fetch(&format!("/authorize?{form}")).await;
                is_sound(&answer, &what);
                go_on(&shop, browser, answer, &what).await;
            }
            is_sound(&post(&server, "/authorize", None, form.clone()).await, &what);
            let pushed = post(&server, "/par", Some(&credentials), form).await;
            is_sound(&pushed, &what);
            if pushed.status == 201 {
                let answer = hanako.browser.fetch(&shop.asks_by(pushed.json()["request_uri"].as_str().unwrap())).await;
                is_sound(&answer, &what);
                go_on(&shop, &mut hanako.browser, answer, &what).await;
            }
        }
    }
}

#[tokio::test]
async fn requests_of_clients_end_in_a_registered_error_a050() {
    let (server, shop) = start().await;
    server.person("hanako@example.jp").await;
    let credentials = basic(&shop.id, shop.secret.as_deref().unwrap());
    let callback: String = form_urlencoded::byte_serialize(shop.callback.as_bytes()).collect();
    let device = "device_code=x".to_owned();
    let exchanging = "subject_token=x&subject_token_type=urn:ietf:params:oauth:token-type:access_token&actor_token=x\
         &actor_token_type=x&requested_token_type=x&audience=x";
    let mut requests = vec![
        ("/introspect", "token=x&token_type_hint=access_token".to_owned()),
        ("/revoke", "token=x&token_type_hint=refresh_token".to_owned()),
        ("/device_authorization", "scope=openid".to_owned()),
        (
            "/backchannel_authentication",
            "scope=openid&login_hint=hanako@example.jp&id_token_hint=&login_hint_token=&binding_message=W4&user_code=\
             &requested_expiry=60&acr_values=aal1&client_notification_token=t&request="
                .to_owned(),
        ),
    ];
    let code = format!("code=x&redirect_uri={callback}&code_verifier={VERIFIER}");
    let rests = [code.as_str(), "refresh_token=x", "", &device, "auth_req_id=x", exchanging];
    for (grant, rest) in GRANTS.into_iter().zip(rests) {
        requests.push(("/token", format!("grant_type={grant}&{rest}")));
    }
    for (path, form) in &requests {
        let own = form.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
        for name in own.chain(DIRECT.split_whitespace()) {
            for value in values() {
                let what = format!("{path} {form} {name}={value}");
                let answer = post(&server, path, Some(&credentials), with(form, name, &value)).await;
                is_sound(&answer, &what);
                let kind = answer.header("content-type").unwrap_or_default();
                assert!(kind.starts_with("application/json"), "{what}: {kind}");
                assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
            }
        }
    }
}

/// With a code that is good, so that what comes after it is looked at too.
#[tokio::test]
async fn a_good_code_with_anything_beside_it_ends_in_a_registered_error_a050() {
    let (server, shop) = start().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let credentials = basic(&shop.id, shop.secret.as_deref().unwrap());
    let callback: String = form_urlencoded::byte_serialize(shop.callback.as_bytes()).collect();
    for name in ["code_verifier", "redirect_uri", "resource", "authorization_details", "scope", "audience"] {
        let mut code = String::new();
        for value in values() {
            if code.is_empty() {
                code = shop.code(&mut hanako.browser, &[("scope", "openid email products")]).await;
            }
            let form =
                format!("grant_type=authorization_code&code={code}&redirect_uri={callback}&code_verifier={VERIFIER}");
            let answer = post(&server, "/token", Some(&credentials), with(&form, name, &value)).await;
            is_sound(&answer, &format!("{name}={value}"));
            if answer.status == 200 {
                code.clear();
            }
        }
    }
}
