//! Hostile texts and bodies in every place where a route reads something: refused or taken as text, never a
//! fault, and on both databases alike. A168, A171, A189.

use axum::body::Body;
use http::{Method, Request, StatusCode};

use super::filled;
use crate::support::{Answer, Browser, Server, basic};
use hosho::http::route::Kind;
use hosho::http::routes;
use serde_json::{Value, json};

/// Texts that break out of SQL, HTML, headers, paths and logs. Percent-encoded where they are sent.
const TEXTS: &[&str] = &[
    "'",
    "' OR '1'='1' --",
    "\"; DROP TABLE account; --",
    "1; SELECT pg_sleep(9)",
    "%_\\%",
    "$1",
    "＇；−−",
    "../../../etc/passwd",
    "{{7*7}}${7*7}<%=7*7%>",
    "\r\nSet-Cookie: x=y",
    "\u{202e}\u{feff}\u{2028}",
    "😀\u{10ffff}",
];

/// What is no text at all: NUL, half a character, a surrogate, a byte that never occurs.
const NO_TEXTS: [&str; 6] = ["%00", "a%00b", "%E3%81", "%ED%A0%80", "%FF", "%C0%AF"];

/// Every form with the fields it reads; the first request of each has all of them as they should be.
const FORMS: &[(&str, &[(&str, &str)])] = &[
    ("/language", &[("locale", "ja"), ("back", "/my")]),
    ("/sign-in/password", &[("attempt", "x"), ("password", "x")]),
    ("/sign-in/totp", &[("attempt", "x"), ("code", "000000")]),
    ("/sign-in/recovery-code", &[("attempt", "x"), ("code", "AAAA-AAAA-AAAA-AAAA")]),
    ("/sign-in/enrol", &[("attempt", "x")]),
    ("/sign-in/enrol/totp", &[("attempt", "x"), ("totp", "x"), ("code", "000000"), ("name", "x")]),
    ("/my/security/totp", &[]),
    ("/my/security/totp/{id}", &[("code", "000000"), ("name", "x")]),
    ("/my/security/totp/{id}/rename", &[("name", "x")]),
    ("/my/security/totp/{id}/remove", &[]),
    ("/my/security/recovery-codes", &[]),
    ("/sign-in/mail", &[("attempt", ""), ("email", "new@example.jp")]),
    ("/sign-in/mail/code", &[("id", "x"), ("code", "000000")]),
    ("/sign-in/mail/link", &[("token", "x")]),
    ("/sign-in/mail/show", &[("token", "x")]),
    ("/my/security/forget-browsers", &[]),
    ("/keep-second-factor", &[("token", "x")]),
    ("/my/security/keep-second-factor", &[]),
    ("/sign-in/skip", &[("attempt", "x")]),
    ("/sign-in/restart", &[("attempt", "x")]),
    (
        "/sign-in",
        &[
            ("username", "hanako@example.jp"),
            ("password", "x"),
            ("stay", ""),
            ("attempt", ""),
            ("passkeys", ""),
            ("ceremony", ""),
            ("credential", ""),
        ],
    ),
    ("/sign-in/passkey", &[("attempt", "x"), ("ceremony", "x"), ("credential", "{}")]),
    ("/sign-in/passkey/options", &[("attempt", "")]),
    ("/sign-in/with/{provider}", &[("attempt", "")]),
    ("/sign-up/with/open", &[("newcomer", "x")]),
    ("/sign-up/with/address", &[("newcomer", "x"), ("email", "new@example.jp")]),
    ("/sign-up/with/sign-in", &[("newcomer", "x")]),
    ("/sign-up/with/link", &[("newcomer", "x")]),
    ("/my/security/providers/link", &[("provider", "x")]),
    ("/my/security/providers/unlink", &[("identity", "x")]),
    ("/sign-out", &[]),
    ("/sign-up", &[("email", "new@example.jp"), ("attempt", "")]),
    ("/sign-up/code", &[("proof", "x"), ("code", "000000")]),
    ("/sign-up/confirm", &[("token", "x")]),
    ("/sign-up/password", &[("proof", "x"), ("new_password", "seven lanterns cross the river")]),
    ("/sign-up/passkey", &[("proof", "x"), ("ceremony", "x"), ("credential", "{}")]),
    ("/sign-up/passkey/options", &[("proof", "x")]),
    ("/recover", &[("email", "new@example.jp"), ("attempt", "")]),
    ("/recover/code", &[("proof", "x"), ("code", "000000")]),
    ("/recover/confirm", &[("token", "x")]),
    ("/recover/password", &[("proof", "x"), ("new_password", "seven lanterns cross the river")]),
    ("/consent", &[("request", "x"), ("decision", "allow")]),
    ("/authorize/{id}/cancel", &[]),
    ("/device", &[("user_code", "WDJB-MJHT")]),
    ("/device/{id}", &[("decision", "allow")]),
    ("/my/approvals/{id}", &[("decision", "allow")]),
    (
        "/end_session/confirm",
        &[("client_id", ""), ("post_logout_redirect_uri", ""), ("state", ""), ("logout_hint", "")],
    ),
    ("/my/apps/remove", &[("client", "x")]),
    ("/my/apps/remove-unit", &[("client", "x"), ("unit", "x")]),
    ("/my/sessions/end", &[("session", "x")]),
    ("/my/sessions/end-others", &[]),
    ("/my/sessions/end-all", &[]),
    ("/my/security/passkey-offer", &[("next", "/my")]),
    ("/my/security/passkeys", &[("name", "x"), ("next", "/my"), ("ceremony", "x"), ("credential", "{}")]),
    ("/my/security/passkeys/options", &[("by_itself", "")]),
    ("/my/security/passkeys/{id}/rename", &[("name", "x")]),
    ("/my/security/passkeys/{id}/remove", &[]),
    ("/my/security/password", &[("password", "x"), ("new_password", "seven lanterns cross the river")]),
    (
        "/my/profile",
        &[
            ("family_name", "山田"),
            ("given_name", "花子"),
            ("family_name_kana", "ヤマダ"),
            ("nickname", "x"),
            ("birthdate", "2000-01-01"),
            ("phone_number", ""),
            ("postal_code", ""),
            ("region", ""),
            ("street_address", "x"),
            ("locale", "ja"),
            ("zoneinfo", "Asia/Tokyo"),
        ],
    ),
    ("/my/close", &[]),
    ("/my/privacy/export", &[]),
    ("/my/agree", &[("next", "/my"), ("terms", "1"), ("privacy", "1")]),
    ("/come-back", &[("token", "x"), ("attempt", "")]),
    ("/my/email", &[("email", "hanako@other.example")]),
    ("/my/email/code", &[("change", "x"), ("code", "000000")]),
    ("/my/email/confirm", &[("token", "x")]),
    ("/email/undo", &[("token", "x")]),
    ("/sign-in/not-me", &[("token", "x")]),
    (
        "/my/products/add",
        &[
            ("model", "X100"),
            ("serial", "AB000001"),
            ("step", "when"),
            ("purchased_on", ""),
            ("dealer", ""),
            ("claim_code", ""),
        ],
    ),
];

/// Routes whose forms end the session that the test needs.
const ENDING: [&str; 4] = ["/sign-out", "/my/close", "/my/sessions/end-all", "/end_session/confirm"];

async fn server() -> Server {
    Server::start_with(&[
        ("HOSHO_LIMIT_CLIENT_FAILURES_PER_MINUTE", "100000"),
        ("HOSHO_LIMIT_SERIALS_PER_HOUR", "100000"),
    ])
    .await
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn is_no_fault(answer: &Answer, what: &str) {
    assert!(answer.status.as_u16() < 500, "{what}: {} {}", answer.status, answer.text);
    assert!(answer.header("x").is_none() && !answer.text.contains("\u{0}"), "{what}");
    for word in ["sqlite", "postgres", "syntax error", "panicked"] {
        assert!(!answer.text.to_lowercase().contains(word), "{what}: {word}");
    }
}

async fn csrf(browser: &mut Browser) -> String {
    let page = browser.get("/nowhere").await;
    let (_, fields) = page.form("locale", &[]);
    fields.into_iter().find(|(name, _)| name == "csrf").expect("a form token").1
}

async fn send(browser: &mut Browser, method: &Method, path: &str, body: String) -> Answer {
    let request = Request::builder()
        .method(method.clone())
        .uri(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    browser.send(request.body(Body::from(body)).unwrap()).await
}

/// (A168), (A171): in names of things in paths, and in every query.
#[tokio::test]
async fn in_paths_and_queries() {
    const NAMES: &str = "attempt next notice proof token newcomer state code iss request ui_locales model serial cursor limit already back";
    let server = server().await;
    let mut hanako = server.person("hanako@example.jp").await;
    for line in routes().lines().iter().filter(|line| line.method == Method::GET) {
        let texts = TEXTS.iter().map(|text| encoded(text).replace('+', "%20"));
        for text in texts.chain(NO_TEXTS.iter().map(|text| (*text).to_owned())) {
            if line.path.contains('{') {
                let path = filled(&line.path, &text);
                is_no_fault(&hanako.browser.fetch(&path).await, &path);
            }
            let query: Vec<String> = NAMES.split(' ').map(|name| format!("{name}={text}")).collect();
            let path = format!("{}?{}", filled(&line.path, "x"), query.join("&"));
            is_no_fault(&hanako.browser.fetch(&path).await, &path);
        }
    }
}

/// (A168), (A171): in every field of every form, one at a time.
#[tokio::test]
async fn in_forms() {
    let server = server().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let csrf = csrf(&mut hanako.browser).await;
    for line in routes().lines().iter().filter(|line| line.kind == Kind::Form) {
        let (_, fields) = FORMS
            .iter()
            .find(|(path, _)| *path == line.path)
            .unwrap_or_else(|| panic!("{} is a new form: its fields belong into FORMS", line.path));
        let path = filled(&line.path, "x");
        for (hostile, _) in *fields {
            let texts = TEXTS.iter().map(|text| (encoded(text), false));
            for (text, is_no_text) in texts.chain(NO_TEXTS.iter().map(|text| ((*text).to_owned(), true))) {
                if ENDING.contains(&path.as_str()) && !is_no_text {
                    continue;
                }
                let pairs = fields.iter().map(|(name, value)| {
                    let value = if name == hostile { text.clone() } else { encoded(value) };
                    format!("&{name}={value}")
                });
                let body = format!("csrf={csrf}{}", pairs.collect::<String>());
                let what = format!("{path} {hostile}={text}");
                let answer = send(&mut hanako.browser, &Method::POST, &path, body).await;
                is_no_fault(&answer, &what);
                if is_no_text {
                    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
                }
            }
        }
    }
    assert_eq!(hanako.browser.fetch("/my/profile").await.status, StatusCode::OK);
}

/// (A168), (A171): in every parameter of the protocol's endpoints, one at a time, from a client that is known.
#[tokio::test]
async fn in_parameters_of_the_protocol() {
    let server = server().await;
    let shop = server.shop().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let credentials = basic(&shop.id, shop.secret.as_deref().unwrap());
    let callback = encoded(&shop.callback);
    let authorize = format!(
        "client_id={}&redirect_uri={callback}&response_type=code&scope=openid&prompt=none&state=s&nonce=n\
         &code_challenge={}&code_challenge_method=S256",
        shop.id,
        crate::support::CHALLENGE
    );
    let names = "client_id redirect_uri response_type response_mode scope prompt state nonce code_challenge \
                 code_challenge_method max_age id_token_hint login_hint ui_locales acr_values claims resource display \
                 request request_uri registration authorization_details post_logout_redirect_uri \
                 logout_hint";
    let verifier = crate::support::VERIFIER;
    let direct = [
        ("/token", format!("grant_type=authorization_code&code=x&redirect_uri={callback}&code_verifier={verifier}")),
        ("/token", "grant_type=refresh_token&refresh_token=x&scope=openid".to_owned()),
        ("/token", "grant_type=client_credentials&scope=products&resource=x".to_owned()),
        ("/introspect", "token=x&token_type_hint=access_token".to_owned()),
        ("/revoke", "token=x&token_type_hint=refresh_token".to_owned()),
        ("/userinfo", "access_token=x".to_owned()),
    ];
    let texts = TEXTS.iter().map(|text| encoded(text)).chain(NO_TEXTS.iter().map(|text| (*text).to_owned()));
    for text in texts {
        for name in names.split_whitespace() {
            let kept: Vec<&str> = authorize.split('&').filter(|pair| !pair.starts_with(&format!("{name}="))).collect();
            for path in ["/authorize", "/end_session"] {
                let path = format!("{path}?{}&{name}={}", kept.join("&"), text.replace('+', "%20"));
                is_no_fault(&hanako.browser.fetch(&path).await, &path);
            }
        }
        for (path, body) in &direct {
            for name in body.split('&').filter_map(|pair| pair.split('=').next()) {
                let pairs = body.split('&').map(|pair| match pair.split_once('=') {
                    Some((known, _)) if known == name => format!("{name}={text}"),
                    _ => pair.to_owned(),
                });
                let body = pairs.collect::<Vec<_>>().join("&");
                let request = Request::post(*path).header("content-type", "application/x-www-form-urlencoded");
                let request = match *path {
                    "/userinfo" => request,
                    _ => request.header("authorization", &credentials),
                };
                let answer = server.browser().send(request.body(Body::from(body.clone())).unwrap()).await;
                is_no_fault(&answer, &format!("{path} {body}"));
                assert!(answer.header("content-type").unwrap().starts_with("application/json"), "{path} {body}");
            }
        }
    }
}

/// (A168): in cookies and headers.
#[tokio::test]
async fn in_cookies_and_headers() {
    let server = server().await;
    let values =
        ["'", "' OR 1=1 --", "\"><script>", "%00", "\u{1f600}", "a=b=c", ";;;=", "{}", "Basic", "Bearer x' OR 1=1"];
    for name in
        ["cookie", "authorization", "user-agent", "accept-language", "x-forwarded-for", "idempotency-key", "range"]
    {
        for value in values {
            let value = match name {
                "cookie" => format!("hosho_session={value}; hosho_browser={value}; hosho_locale={value}"),
                _ => value.to_owned(),
            };
            for path in ["/my", "/sign-in", "/userinfo", "/registry/v1/me/units", "/authorize", "/consent?request=x"] {
                let request = Request::get(path).header(name, value.as_bytes());
                let answer = server.browser().send(request.body(Body::empty()).unwrap()).await;
                is_no_fault(&answer, &format!("{path} {name}: {value}"));
            }
        }
    }
}

/// (A189), (A050): bodies that are too large, too deep, compressed or of another kind, at every route that takes one.
#[tokio::test]
async fn in_bodies() {
    let server = server().await;
    let shop = server.shop_with(json!({"scope": "openid products registry.register"})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid products registry.register").await;
    let bearer = format!("Bearer {}", crate::support::text(&tokens, "access_token"));
    let deep = "[".repeat(100_000);
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    let many: String = (0..1000).map(|number| format!("f{number}=x&")).collect();
    let bodies: &[(&str, &[u8])] = &[
        (json, deep.as_bytes()),
        (json, b"{\"model\":\"\\ud800\",\"serial\":\"x\"}"),
        (json, b"{\"model\":\"\\u0000\",\"serial\":\"x\"}"),
        (json, b"\xff\xfe{\x00}\x00"),
        (json, b"\xef\xbb\xbf{}"),
        (json, b"{\"model\":1e400,\"serial\":-1}"),
        (json, b"{\"model\":\"x\",\"model\":\"y\",\"serial\":\"x\"}"),
        (json, b"null"),
        (json, b""),
        (form, many.as_bytes()),
        (form, b"&&&===&=&%"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"g\x00r\x00"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
        ("text/xml", b"<!DOCTYPE x [<!ENTITY y SYSTEM \"file:///etc/passwd\">]><x>&y;</x>"),
        ("", b"x"),
    ];
    let takes_bodies = |method: &Method| ![Method::GET, Method::OPTIONS].contains(method);
    for line in routes().lines().iter().filter(|line| takes_bodies(&line.method)) {
        let path = filled(&line.path, "x");
        let request = |kind: &str| {
            let request = Request::builder().method(line.method.clone()).uri(path.clone()).header("content-type", kind);
            if line.kind == Kind::Api { request.header("authorization", &bearer) } else { request }
        };
        for (kind, body) in bodies {
            let what = format!("{path} {kind} {}", String::from_utf8_lossy(&body[..body.len().min(40)]));
            let answer = hanako.browser.send(request(kind).body(Body::from(body.to_vec())).unwrap()).await;
            is_no_fault(&answer, &what);
            assert!(!answer.status.is_success() || path == "/end_session", "{what}: {}", answer.status);
        }
        let large = hanako.browser.send(request(json).body(Body::from(vec![b'x'; 10 << 20])).unwrap()).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        let packed = request(json).header("content-encoding", "gzip").body(Body::from("x")).unwrap();
        assert_eq!(hanako.browser.send(packed).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{path}");
    }
}

/// (A168), (A171): in every member of every JSON body of the APIs, as they are described, from a client that may do
/// everything; and in the names and filters of the management API.
#[tokio::test]
async fn in_json_of_the_apis() {
    const FILTERS: [&str; 12] =
        ["q", "serial", "state", "sub", "client", "action", "model", "from", "until", "limit", "cursor", "about"];
    let server = server().await;
    let machine = json!({"hosho_roles": ["admin"], "scope": "management", "grant_types": ["client_credentials"]});
    let shop = server.shop_with(machine).await;
    let answer = shop.post("/token", &[("grant_type", "client_credentials"), ("scope", "management")]).await;
    let bearer = format!("Bearer {}", crate::support::text(&answer.json(), "access_token"));
    let described: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
    let request = Request::get("/api/v1/clients").header("authorization", &bearer).body(Body::empty()).unwrap();
    assert_eq!(server.browser().send(request).await.status, StatusCode::OK, "the client may do everything");
    let mut members = 0;
    for line in routes().lines().iter().filter(|line| line.path.starts_with("/api/v1")) {
        let send = async |path: String, body: Value| {
            let request = Request::builder()
                .method(line.method.clone())
                .uri(path)
                .header("authorization", &bearer)
                .header("if-match", "*")
                .header("content-type", "application/json");
            server.browser().send(request.body(Body::from(body.to_string())).unwrap()).await
        };
        for text in TEXTS.iter().map(|text| encoded(text).replace('+', "%20")).chain(NO_TEXTS.map(str::to_owned)) {
            let query: Vec<String> = FILTERS.iter().map(|name| format!("{name}={text}")).collect();
            for path in [filled(&line.path, &text), format!("{}?{}", filled(&line.path, "x"), query.join("&"))] {
                is_no_fault(&send(path.clone(), json!({})).await, &path);
            }
            for filter in FILTERS {
                let path = format!("{}?{filter}={text}", filled(&line.path, "x"));
                is_no_fault(&send(path.clone(), json!({})).await, &path);
            }
        }
        let method = line.method.as_str().to_lowercase();
        let body = &described["paths"][&line.path][&method]["requestBody"]["content"]["application/json"]["schema"];
        let name = body["$ref"].as_str().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned();
        let Some(schema) = described["components"]["schemas"][&name]["properties"].as_object() else { continue };
        let plausible = |schema: &Value| match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
            Some("integer" | "number") => json!(1),
            Some("boolean") => json!(true),
            Some("array") => json!([]),
            Some("object") => json!({"ja": "x", "en": "x"}),
            _ => json!("x"),
        };
        let good: serde_json::Map<String, Value> =
            schema.iter().map(|(name, schema)| (name.clone(), plausible(schema))).collect();
        for name in schema.keys() {
            members += 1;
            for text in TEXTS.iter().chain(&["\u{0}", ""]) {
                for hostile in [json!(text), json!([text]), json!({"ja": text, "en": text}), json!(-1), json!(1e300)] {
                    let mut body = good.clone();
                    body.insert(name.clone(), hostile);
                    let what = format!("{method} {} {body:?}", line.path);
                    is_no_fault(&send(filled(&line.path, "x"), Value::Object(body)).await, &what);
                }
            }
        }
    }
    assert!(members > 10, "the description tells no members");
}
