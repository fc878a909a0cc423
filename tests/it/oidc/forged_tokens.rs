//! Tokens that somebody made or changed, at every place that reads one. RFC 8725. A064, A073 to A078, A158.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hosho::base::digest::{base64url, hmac_sha256};
use hosho::base::random::Random;
use hosho::jose::{Algorithm, SigningKey, Typ, sign};
use serde_json::{Value, json};

use crate::support::{Browser, Server, Shop, claims, text};

const BYE: &str = "https://shop.example/bye";

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn header(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

/// Everything that can be done to a token without its key.
fn forged(token: &str, keys: &Value) -> Vec<(String, String)> {
    let (good, body) = (header(token), claims(token));
    let signature = token.rsplit('.').next().unwrap();
    let mut all = Vec::new();
    // (A073)
    for alg in ["none", "None", "nOnE", "NONE", ""] {
        let mut header = good.clone();
        header["alg"] = alg.into();
        all.push((format!("alg {alg:?}"), format!("{}.{}.", part(&header), part(&body))));
        all.push((format!("alg {alg:?} with its signature"), format!("{}.{}.{signature}", part(&header), part(&body))));
    }
    let mut bare = good.clone();
    bare.as_object_mut().unwrap().remove("alg");
    all.push(("no alg".to_owned(), format!("{}.{}.{signature}", part(&bare), part(&body))));
    all.push(("no signature".to_owned(), format!("{}.", token.rsplit_once('.').unwrap().0)));
    // (A074): the public key as the secret of an HMAC, in the forms that it is published or written in.
    for jwk in keys["keys"].as_array().unwrap() {
        let mut header = good.clone();
        header["alg"] = "HS256".into();
        header["kid"] = jwk["kid"].clone();
        let signed = format!("{}.{}", part(&header), part(&body));
        let secrets = ["n", "x", "y"].iter().filter_map(|name| jwk[*name].as_str()).map(str::to_owned);
        for secret in secrets.chain([jwk.to_string()]) {
            let mac = |key: &[u8]| base64url(hmac_sha256(key, &signed));
            all.push(("HS256 with our key".to_owned(), format!("{signed}.{}", mac(secret.as_bytes()))));
            let decoded = URL_SAFE_NO_PAD.decode(&secret).unwrap_or_default();
            all.push(("HS256 with our key's bytes".to_owned(), format!("{signed}.{}", mac(&decoded))));
        }
    }
    // (A075), (A076), (A077): a key of the forger's, brought along or named.
    let algorithm = Algorithm::Es256;
    let key = SigningKey::from_pkcs8(algorithm, &SigningKey::generate(algorithm, &Random::system()).unwrap()).unwrap();
    let typ = if good["typ"] == "at+jwt" { Typ::AccessToken } else { Typ::Jwt };
    all.push(("another key".to_owned(), sign(&key, typ, &body).unwrap()));
    let extras = [
        ("jwk", json!({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"})),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/x5u")),
        ("x5c", json!(["AA"])),
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("kid", json!("../../etc/passwd")),
        ("kid", json!("' OR 1=1 --")),
        ("kid", json!("k".repeat(10_240))),
        ("kid", json!("\u{0}")),
        ("kid", json!(1)),
        ("kid", Value::Null),
        ("typ", json!("logout+jwt")),
    ];
    for (name, value) in extras {
        let mut header = good.clone();
        header[name] = value;
        all.push((format!("header {name}"), format!("{}.{}.{signature}", part(&header), part(&body))));
    }
    // (A078): claims of another person, or of another type; the signature is that of the token they came from.
    for (name, value) in
        [("sub", json!("x")), ("exp", json!(9_999_999_999_i64)), ("exp", json!("9999999999")), ("aud", json!([[]]))]
    {
        let mut changed = body.clone();
        changed[name] = value;
        all.push((format!("claim {name}"), format!("{}.{}.{signature}", part(&good), part(&changed))));
    }
    all
}

async fn start() -> (Server, Shop, Browser, Value, Value) {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"post_logout_redirect_uris": [BYE]})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid products").await;
    let keys = server.browser().get("/jwks").await.json();
    (server, shop, hanako.browser, tokens, keys)
}

/// (A073), (A074), (A075), (A076), (A077), (A078)
#[tokio::test]
async fn a_forged_access_token_opens_nothing_a073_a074_a075_a076_a077_a078() {
    let (_server, shop, _, tokens, keys) = start().await;
    let good = text(&tokens, "access_token");
    assert_eq!(shop.userinfo(good).await.status, 200);
    for (how, token) in forged(good, &keys) {
        for path in ["/userinfo", "/registry/v1/me/units"] {
            assert_eq!(shop.get(path, &token).await.status, 401, "{path}: {how}");
        }
        if token.len() > 8000 {
            // Longer than any parameter: told apart from a token that is merely not good.
            assert_eq!(shop.post("/introspect", &[("token", &token)]).await.refusal().0, 400, "{how}");
            continue;
        }
        assert_eq!(shop.introspect(&token).await, json!({"active": false}), "{how}");
        assert_eq!(shop.post("/revoke", &[("token", &token)]).await.status, 200, "{how}");
        assert_eq!(shop.refresh(&token).await.refusal(), (400, "invalid_grant".to_owned()), "{how}");
    }
    assert_eq!(shop.userinfo(good).await.status, 200, "and none of it revoked the good one");
}

/// (A158), (A064), (A073): as a hint at signing out and at signing in; an access token is no hint either.
#[tokio::test]
async fn a_forged_hint_ends_nothing_and_names_nobody_a158() {
    let (server, shop, mut browser, tokens, keys) = start().await;
    let own = server.own_app("own").await;
    let good = text(&tokens, "id_token");
    let mut hints = forged(good, &keys);
    hints.push(("an access token".to_owned(), text(&tokens, "access_token").to_owned()));
    for (how, hint) in hints.iter().filter(|(_, hint)| hint.len() < 8000) {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BYE), ("state", "<x>")])
            .finish();
        let answer = browser.fetch(&format!("/end_session?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{how}");
        assert!(!answer.text.contains("<x>"), "{how}");
        let answer = browser.fetch(&own.asks(&[("id_token_hint", hint), ("prompt", "none")])).await;
        assert_eq!(answer.error().as_deref(), Some("invalid_request"), "{how}");
    }
    assert_eq!(shop.userinfo(text(&tokens, "access_token")).await.status, 200, "she is still signed in");

    // Another client's hint, and another address to go to: no redirect before she says so, and never to that address.
    let query = |pairs: &[(&str, &str)]| {
        format!("/end_session?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
    };
    for pairs in [
        [("id_token_hint", good), ("client_id", own.id.as_str()), ("post_logout_redirect_uri", BYE)],
        [
            ("id_token_hint", good),
            ("client_id", shop.id.as_str()),
            ("post_logout_redirect_uri", "https://shop.example/bye/"),
        ],
        [
            ("id_token_hint", good),
            ("client_id", shop.id.as_str()),
            ("post_logout_redirect_uri", "https://evil.example/bye"),
        ],
    ] {
        let answer = browser.fetch(&query(&pairs)).await;
        assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{pairs:?}");
    }
    // An old hint is still a hint.
    server.clock.advance(hosho::base::time::hours(2));
    let answer =
        browser.fetch(&query(&[("id_token_hint", good), ("post_logout_redirect_uri", BYE), ("state", "a b")])).await;
    let link = answer.location().or_else(|| answer.find("#logout-confirm")).or_else(|| answer.find("main a"));
    assert!(answer.status != 400 && link.is_some(), "{} {}", answer.status, answer.text);
}
