//! Client authentication at the token endpoint, and what the endpoint takes at all. A045–A050 of the attack list.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::json;

use crate::support::{Server, Shop, basic, claims, text};

const CREDENTIALS: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "products")];

/// Every endpoint at which a client proves itself, with what it asks there.
const DOORS: [(&str, &[(&str, &str)]); 6] = [
    ("/token", &CREDENTIALS),
    ("/introspect", &[("token", "x")]),
    ("/revoke", &[("token", "x")]),
    ("/par", &[("response_type", "code"), ("redirect_uri", "https://shop.example/cb"), ("scope", "openid")]),
    ("/device_authorization", &[("scope", "openid")]),
    ("/backchannel_authentication", &[("scope", "openid"), ("login_hint", "nobody@example.jp")]),
];

/// (A045): whatever is asked, and at whichever endpoint, the proof is the one that was registered.
#[tokio::test]
async fn every_door_wants_the_registered_method_and_only_that_a045() {
    let server = Server::start().await;
    for registered in ["client_secret_basic", "client_secret_post"] {
        let shop = server.shop_with(json!({"token_endpoint_auth_method": registered})).await;
        let secret = shop.secret.clone().unwrap();
        let header = basic(&shop.id, &secret);
        let in_body = [("client_id", shop.id.as_str()), ("client_secret", secret.as_str())];
        let in_header = [("authorization", header.as_str())];
        for (path, fields) in DOORS {
            let with_body = [fields, &in_body].concat();
            let named = [fields, &in_body[..1]].concat();
            let by_header = shop.send(path, fields, &in_header).await;
            let by_body = shop.send(path, &with_body, &[]).await;
            let (right, wrong) =
                if registered == "client_secret_basic" { (by_header, by_body) } else { (by_body, by_header) };
            let refused = (401, "invalid_client".to_owned());
            assert_ne!(right.status, 401, "{registered} at {path}: {}", right.text);
            assert_eq!(wrong.refusal(), refused, "{registered} at {path}");
            assert_eq!(shop.send(path, &named, &[]).await.refusal(), refused, "no proof at {path}");
            assert_eq!(shop.send(path, fields, &[]).await.refusal(), refused, "no name at {path}");
            let both = shop.send(path, &with_body, &in_header).await;
            assert_eq!(both.refusal(), (400, "invalid_request".to_owned()), "both at {path}");
            let query = format!("{path}?client_id={}&client_secret={secret}", shop.id);
            let in_address = shop.send(&query, fields, &[]).await;
            assert_eq!(in_address.refusal(), (400, "invalid_request".to_owned()), "in the address of {path}");
        }
    }
}

/// (A045)
#[tokio::test]
async fn only_the_registered_method_counts_a045() {
    let server = Server::start().await;
    for registered in ["client_secret_basic", "client_secret_post", "none"] {
        let shop = server
            .shop_with(json!({
                "token_endpoint_auth_method": registered, "grant_types": ["authorization_code", "refresh_token"]
            }))
            .await;
        let secret = shop.secret.clone().unwrap_or_else(|| "nothing".to_owned());
        for sent in ["client_secret_basic", "client_secret_post", "none"] {
            let header = basic(&shop.id, &secret);
            let mut fields = vec![("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "y")];
            let mut headers = Vec::new();
            match sent {
                "client_secret_basic" => headers.push(("authorization", header.as_str())),
                "client_secret_post" => fields.extend([("client_id", shop.id.as_str()), ("client_secret", &secret)]),
                _ => fields.push(("client_id", &shop.id)),
            }
            let answer = shop.send("/token", &fields, &headers).await;
            let expected = if sent == registered { (400, "invalid_grant") } else { (401, "invalid_client") };
            assert_eq!(answer.refusal(), (expected.0, expected.1.to_owned()), "{sent} for {registered}");
            if answer.status == 401 {
                assert!(answer.header("www-authenticate").unwrap().starts_with("Basic"));
            }
        }
    }
}

/// (A045)
#[tokio::test]
async fn two_methods_and_secrets_in_the_address_are_refused_a045() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let secret = shop.secret.clone().unwrap();
    let both = [CREDENTIALS[0], ("client_id", &shop.id), ("client_secret", &secret)];
    assert_eq!(shop.post("/token", &both).await.refusal(), (400, "invalid_request".to_owned()));
    let address = format!("/token?client_id={}&client_secret={secret}", shop.id);
    assert_eq!(shop.send(&address, &CREDENTIALS, &[]).await.refusal(), (400, "invalid_request".to_owned()));
    let twice = [CREDENTIALS[0], CREDENTIALS[0]];
    assert_eq!(shop.post("/token", &twice).await.refusal(), (400, "invalid_request".to_owned()));
    assert_eq!(shop.post("/token", &CREDENTIALS).await.status, 200);
}

/// (A046)
#[tokio::test]
async fn a_crooked_header_is_unauthorized_and_breaks_nothing_a046() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let encode = |bytes: &[u8]| format!("Basic {}", STANDARD.encode(bytes));
    let good = basic(&shop.id, shop.secret.as_deref().unwrap());
    let bytes = |tail: &[u8]| [shop.id.as_bytes(), tail].concat();
    for header in [
        "Basic".to_owned(),
        "Basic !".to_owned(),
        "Bearer x".to_owned(),
        format!("{good}x!"),
        encode(shop.id.as_bytes()),
        encode(&bytes(b":%zz")),
        encode(&bytes(b":%ff")),
        encode(&bytes(b":\xff")),
        encode(&bytes(b":%0d%0ax")),
        encode(&bytes(b":wrong")),
        encode(b":"),
        encode(b"nobody:x"),
    ] {
        for (path, fields) in DOORS {
            let answer = shop.send(path, fields, &[("authorization", &header)]).await;
            assert_eq!(answer.refusal(), (401, "invalid_client".to_owned()), "{header} at {path}");
        }
    }
    let twice = [("authorization", good.as_str()), ("authorization", &good)];
    assert_eq!(shop.send("/token", &CREDENTIALS, &twice).await.refusal(), (400, "invalid_request".to_owned()));
}

/// (A047)
#[tokio::test]
async fn an_unknown_client_and_a_wrong_secret_look_alike_a047() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let mut answers = Vec::new();
    for (path, fields) in DOORS {
        for id in [shop.id.as_str(), "nobody"] {
            let answer = shop.send(path, fields, &[("authorization", &basic(id, "wrong"))]).await;
            assert_eq!(answer.status, 401);
            answers.push((answer.text, answer.headers.len()));
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

/// (A048)
#[tokio::test]
async fn each_grant_needs_its_registration_a048() {
    let server = Server::start().await;
    let device = "urn:ietf:params:oauth:grant-type:device_code";
    let grants = ["authorization_code", "refresh_token", "client_credentials", device];
    let machine = json!({"grant_types": ["client_credentials"], "scope": "management", "hosho_roles": ["support"],
                         "redirect_uris": [], "response_types": []});
    let web = json!({"grant_types": ["authorization_code"]});
    for (metadata, allowed) in [(machine, "client_credentials"), (web, "authorization_code")] {
        let shop = server.shop_with(metadata).await;
        for grant in grants.into_iter().filter(|grant| *grant != allowed) {
            let fields = [("grant_type", grant), ("code", "x"), ("refresh_token", "x"), ("device_code", "x")];
            assert_eq!(
                shop.post("/token", &fields).await.refusal(),
                (400, "unauthorized_client".to_owned()),
                "{grant}"
            );
        }
        for grant in ["password", "implicit", "x"] {
            let fields = [("grant_type", grant), ("username", "a"), ("password", "b")];
            let refusal = shop.post("/token", &fields).await.refusal();
            assert_eq!(refusal, (400, "unsupported_grant_type".to_owned()), "{grant}");
        }
    }
}

/// (A049)
#[tokio::test]
async fn a_client_gets_for_itself_what_it_registered_and_no_more_a049() {
    let server = Server::start().await;
    let metadata = json!({"grant_types": ["client_credentials"], "scope": "management products",
                          "hosho_roles": ["support"], "redirect_uris": [], "response_types": []});
    let machine = server.shop_with(metadata).await;
    let asked = |scope| [("grant_type", "client_credentials"), ("scope", scope)];
    for wider in ["email", "management email", "admin:all", "bogus"] {
        assert_eq!(machine.post("/token", &asked(wider)).await.refusal(), (400, "invalid_scope".to_owned()), "{wider}");
    }
    let answer = machine.post("/token", &asked("management")).await.json();
    assert_eq!(text(&answer, "scope"), "management");
    assert!(answer.get("refresh_token").is_none() && answer.get("id_token").is_none());
    let token = claims(text(&answer, "access_token"));
    assert_eq!((text(&token, "sub"), text(&token, "client_id")), (machine.id.as_str(), machine.id.as_str()));
    assert_eq!(token["aud"], json!(["http://localhost:8080", "http://localhost:8080/api/v1"]));
    assert!(!server.dump().await.contains(text(&token, "jti")), "issuing writes no row");

    let narrowed = [asked("management")[0], ("scope", "management"), ("resource", "http://localhost:8080/api/v1")];
    let token = claims(text(&machine.post("/token", &narrowed).await.json(), "access_token"));
    assert_eq!(token["aud"], "http://localhost:8080/api/v1");
    for resource in ["http://localhost:8080/registry/v1", "https://other.example/"] {
        let fields = [asked("management")[0], ("scope", "management"), ("resource", resource)];
        assert_eq!(machine.post("/token", &fields).await.refusal(), (400, "invalid_target".to_owned()));
    }
    let public = server.shop_with(json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]}));
    assert_eq!(public.await.post("/token", &CREDENTIALS).await.refusal().1, "unauthorized_client");
}

/// (A050)
#[tokio::test]
async fn only_a_form_by_post_is_read_a050() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let header = basic(&shop.id, shop.secret.as_deref().unwrap());
    assert_eq!(server.browser().fetch("/token").await.status, 405);
    for path in ["/introspect", "/revoke"] {
        assert_eq!(server.browser().fetch(path).await.status, 405, "{path}");
    }
    for (kind, body, status) in [
        ("application/json", r#"{"grant_type":"client_credentials"}"#, 415),
        ("text/plain", "grant_type=client_credentials", 415),
        ("application/x-www-form-urlencoded; charset=utf-16", "grant_type=client_credentials", 400),
        ("application/x-www-form-urlencoded", "grant_type=client_credentials&scope=%ff", 400),
        ("application/x-www-form-urlencoded", "grant_type=&scope=products", 400),
        ("application/x-www-form-urlencoded; charset=UTF-8", "grant_type=client_credentials&scope=", 200),
    ] {
        let request = Request::post("/token").header("authorization", &header).header("content-type", kind);
        let answer = server.browser().send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, status, "{kind} {body}: {}", answer.text);
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
}

/// (A072)
#[tokio::test]
async fn pages_of_registered_origins_may_read_answers_and_others_not_a072() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let origin = |answer: &crate::support::Answer| answer.header("access-control-allow-origin").map(str::to_owned);
    let from = async |shop: &Shop, from: &str| shop.post_with("/token", &CREDENTIALS, &[("origin", from)]).await;
    let own = from(&shop, "https://shop.example").await;
    assert_eq!((origin(&own).as_deref(), own.header("vary")), (Some("https://shop.example"), Some("Origin")));
    for other in [
        "https://evil.example",
        "null",
        "http://shop.example",
        "https://shop.example.evil.tld",
        "https://shop.example:8443",
    ] {
        assert_eq!(origin(&from(&shop, other).await), None, "{other}");
    }
    let refused = shop.post_with("/token", &[("grant_type", "password")], &[("origin", "https://shop.example")]).await;
    assert_eq!((refused.status.as_u16(), origin(&refused).as_deref()), (400, Some("https://shop.example")));

    let preflight = async |path: &str, from: &str| {
        let request = Request::options(path).header("origin", from).header("access-control-request-method", "POST");
        server.browser().send(request.body(Body::empty()).unwrap()).await
    };
    for path in ["/token", "/userinfo", "/revoke"] {
        let (known, unknown) =
            (preflight(path, "https://shop.example").await, preflight(path, "https://x.example").await);
        assert_eq!((known.status.as_u16(), unknown.status.as_u16()), (204, 204));
        assert_eq!(known.headers.len(), unknown.headers.len(), "a preflight says nothing about clients");
        assert_eq!(origin(&preflight(path, "null").await), None);
    }
    let authorize = Request::get("/authorize").header("origin", "https://shop.example").body(Body::empty()).unwrap();
    assert_eq!(origin(&server.browser().send(authorize).await), None, "the authorization endpoint is for browsing");
}

/// What an endpoint says to one client is kept by nobody on the way, whether it is good news or not.
#[tokio::test]
async fn answers_for_one_client_are_stored_nowhere_a072() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid").await;
    let token = text(&tokens, "access_token");
    let wrong = basic(&shop.id, "wrong");
    let asked = [("response_type", "code"), ("redirect_uri", shop.callback.as_str()), ("scope", "openid")];
    let challenge = [("code_challenge", crate::support::CHALLENGE), ("code_challenge_method", "S256")];
    let asked = [&asked[..], &challenge].concat();
    for (path, fields) in [
        ("/token", &CREDENTIALS[..]),
        ("/introspect", &[("token", token)]),
        ("/revoke", &[("token", "x")]),
        ("/par", &asked),
    ] {
        let good = shop.post(path, fields).await;
        assert!(good.status.is_success(), "{path}: {}", good.text);
        let bad = shop.post(path, &[("x", "y")]).await;
        assert_eq!(bad.status, 400, "{path}: {}", bad.text);
        let unknown = shop.send(path, fields, &[("authorization", &wrong)]).await;
        assert_eq!(unknown.status, 401, "{path}");
        let other_kind = shop.post_with(path, fields, &[("content-type", "text/plain")]).await;
        assert_eq!(other_kind.status, 415, "{path}");
        for answer in [good, bad, unknown, other_kind] {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}: {}", answer.status);
        }
    }
    for token in [token, "x", ""] {
        let answer = shop.userinfo(token).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.status);
    }
}

/// (A045), (A113): a public client's name is known to all; who floods under it from one network uses up their own share only.
#[tokio::test]
async fn a_flood_under_a_public_clients_name_stays_in_its_network() {
    let server =
        Server::start_with(&[("HOSHO_LIMIT_TOKEN_PER_MINUTE", "3"), ("HOSHO_SERVER_TRUSTED_PROXIES", "127.0.0.0/8")])
            .await;
    let app =
        server.shop_with(json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]})).await;
    let from = async |address: &str| {
        let fields = [("grant_type", "authorization_code"), ("code", "x")];
        app.post_with("/token", &fields, &[("x-forwarded-for", address)]).await.status.as_u16()
    };
    // One household has one share, whichever of its addresses it uses.
    let flood = ["2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::3", "2001:db8:1:2::4"];
    let mut seen = Vec::new();
    for address in flood {
        seen.push(from(address).await);
    }
    assert_eq!(seen, [400, 400, 400, 429]);
    assert_eq!(from("203.0.113.9").await, 400, "its own users are served");
}
