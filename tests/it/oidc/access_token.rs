//! Where access tokens count and where not: userinfo, introspection, revocation. A039, A062–A066 of the attack list.

use axum::body::Body;
use hosho::base::time::minutes;
use http::Request;
use serde_json::json;

use crate::support::{Answer, Server, text};

/// What a request without a token is told: how tokens can be sent here.
const BOTH_SCHEMES: &str = "Bearer realm=\"hosho\", DPoP realm=\"hosho\", algs=\"ES256 PS256 EdDSA\"";

#[tokio::test]
async fn userinfo_tells_what_was_granted_and_nothing_else() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let tokens = shop.tokens(&mut hanako.browser, "openid").await;
    let answer = shop.userinfo(text(&tokens, "access_token")).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")));
    assert_eq!(answer.json(), json!({"sub": hanako.sub.as_ref()}));

    let tokens = shop.tokens(&mut hanako.browser, "openid profile email").await;
    let told = shop.userinfo(text(&tokens, "access_token")).await.json();
    assert_eq!((text(&told, "name"), text(&told, "email")), ("山田 花子", "hanako@example.jp"));
    assert_eq!((&told["email_verified"], text(&told, "family_name#ja-Kana-JP")), (&json!(true), "ヤマダ"));
    assert!(told["updated_at"].is_i64());

    let by_name = [("claims", r#"{"userinfo":{"name":{"essential":true}},"id_token":{"email":null}}"#)];
    let code = shop.code(&mut hanako.browser, &by_name).await;
    let tokens = shop.exchange(&code).await.json();
    let told = shop.userinfo(text(&tokens, "access_token")).await.json();
    assert_eq!(told, json!({"sub": hanako.sub.as_ref(), "name": "山田 花子"}));
    assert_eq!(crate::support::claims(text(&tokens, "id_token"))["email"], "hanako@example.jp");

    let tokens = shop.tokens(&mut hanako.browser, "openid products").await;
    let told = shop.userinfo(text(&tokens, "access_token")).await.json();
    assert_eq!((&told["products"], &told["products_total"]), (&json!([]), &json!(0)));
}

/// (A066)
#[tokio::test]
async fn the_token_may_come_in_the_header_or_in_a_form_and_not_in_the_address_a066() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let tokens = shop.tokens(&mut hanako.browser, "openid").await;
    let token = text(&tokens, "access_token");
    let send = async |request: http::request::Builder, body: String| {
        server.browser().send(request.body(Body::from(body)).unwrap()).await
    };
    let form = "application/x-www-form-urlencoded";
    let bearer = |scheme: &str| format!("{scheme} {token}");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let get = Request::get("/userinfo").header("authorization", bearer(scheme));
        assert_eq!(send(get, String::new()).await.status, 200, "{scheme}");
        let post = Request::post("/userinfo").header("authorization", bearer(scheme));
        assert_eq!(send(post, String::new()).await.status, 200, "{scheme}");
    }
    let in_body = Request::post("/userinfo").header("content-type", form);
    assert_eq!(send(in_body, format!("access_token={token}")).await.status, 200);

    let both = Request::post("/userinfo").header("content-type", form).header("authorization", bearer("Bearer"));
    assert_eq!(send(both, format!("access_token={token}")).await.status, 400);
    let nothing = send(Request::get("/userinfo"), String::new()).await;
    assert_eq!((nothing.status.as_u16(), nothing.header("www-authenticate")), (401, Some(BOTH_SCHEMES)));
    let in_query = send(Request::get(format!("/userinfo?access_token={token}")), String::new()).await;
    assert_eq!(in_query.status, 401, "a token in the address is not looked at (A066)");
}

/// (A064), (A065)
#[tokio::test]
async fn only_an_access_token_for_the_right_place_opens_it_a064_a065() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let tokens = shop.tokens(&mut hanako.browser, "openid products").await;
    for other in [text(&tokens, "id_token"), text(&tokens, "refresh_token"), "x", "a.b.c", &"x".repeat(20_000)] {
        assert_invalid_token(&shop.userinfo(other).await);
    }
    let session = hanako.browser.cookies["hosho_session"].clone();
    assert_invalid_token(&shop.userinfo(&session).await);

    let code = shop.code(&mut hanako.browser, &[("scope", "email")]).await;
    let plain = shop.exchange(&code).await.json();
    assert!(plain.get("id_token").is_none(), "without openid this is plain OAuth");
    let refused = shop.userinfo(text(&plain, "access_token")).await;
    assert_eq!(refused.status, 403);
    assert!(refused.header("www-authenticate").unwrap().contains("insufficient_scope"));

    let registry = [("scope", "openid products"), ("resource", "http://localhost:8080/registry/v1")];
    let code = shop.code(&mut hanako.browser, &registry).await;
    let narrowed = shop.exchange(&code).await.json();
    assert_invalid_token(&shop.userinfo(text(&narrowed, "access_token")).await);

    let own = shop.post("/token", &[("grant_type", "client_credentials"), ("scope", "products")]).await.json();
    assert_ne!(shop.userinfo(text(&own, "access_token")).await.status, 200, "a client's own token is nobody's");
}

#[tokio::test]
async fn a_changed_or_expired_token_is_refused_a039() {
    let server = Server::start().await;
    let (shop, mut hanako) = (server.shop().await, server.person("hanako@example.jp").await);
    let tokens = shop.tokens(&mut hanako.browser, "openid").await;
    let token = text(&tokens, "access_token");
    for index in (0..token.len()).step_by(7) {
        let mut bytes = token.as_bytes().to_vec();
        bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
        assert_invalid_token(&shop.userinfo(std::str::from_utf8(&bytes).unwrap()).await);
    }
    for changed in [&token[..token.len() - 1], &format!("{token}A"), &token.to_uppercase()] {
        assert_invalid_token(&shop.userinfo(changed).await);
    }
    assert_eq!(shop.userinfo(token).await.status, 200);
    server.clock.advance(minutes(10));
    assert_invalid_token(&shop.userinfo(token).await);
    assert_eq!(shop.introspect(token).await, json!({"active": false}));
}

/// (A062)
#[tokio::test]
async fn introspection_tells_only_those_whom_it_concerns_a062() {
    let server = Server::start().await;
    let (shop, other) = (server.shop().await, server.shop().await);
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid email").await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));

    let answer = shop.introspect(access).await;
    assert_eq!((&answer["active"], text(&answer, "scope")), (&json!(true), "openid email"));
    assert_eq!((text(&answer, "client_id"), text(&answer, "token_type")), (shop.id.as_str(), "Bearer"));
    assert_eq!(shop.introspect(refresh).await["active"], json!(true));

    let inactive = json!({"active": false});
    for token in [access, refresh, text(&tokens, "id_token"), "garbage", "a.b.c"] {
        assert_eq!(other.introspect(token).await, inactive, "{token}");
    }
    assert_eq!(shop.introspect(text(&tokens, "id_token")).await, inactive);
    let alone = shop.send("/introspect", &[("token", access)], &[]).await;
    assert_eq!(alone.refusal(), (401, "invalid_client".to_owned()));
    let public = server.shop_with(json!({"token_endpoint_auth_method": "none", "grant_types": ["authorization_code"]}));
    let public = public.await.post("/introspect", &[("token", access)]).await;
    assert_eq!(public.refusal(), (401, "invalid_client".to_owned()));
    assert_eq!(shop.post("/introspect", &[]).await.refusal(), (400, "invalid_request".to_owned()));
}

/// (A063)
#[tokio::test]
async fn a_client_takes_back_its_own_tokens_only_a063() {
    let server = Server::start().await;
    let (shop, other) = (server.shop().await, server.shop().await);
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid").await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));

    for token in [access, refresh, "garbage"] {
        assert_eq!(other.post("/revoke", &[("token", token)]).await.status, 200);
    }
    assert_eq!(shop.userinfo(access).await.status, 200, "another client's wish changes nothing");

    // One access token goes by itself, whatever the hint says.
    let second = shop.refresh(refresh).await.json();
    let hinted = [("token", access), ("token_type_hint", "refresh_token")];
    assert_eq!(shop.post("/revoke", &hinted).await.status, 200);
    assert_invalid_token(&shop.userinfo(access).await);
    assert_eq!(shop.userinfo(text(&second, "access_token")).await.status, 200);

    // With a refresh token goes everything.
    let hinted = [("token", text(&second, "refresh_token")), ("token_type_hint", "access_token")];
    assert_eq!(shop.post("/revoke", &hinted).await.status, 200);
    assert_invalid_token(&shop.userinfo(text(&second, "access_token")).await);
    assert_eq!(shop.refresh(text(&second, "refresh_token")).await.refusal().1, "invalid_grant");
    assert_eq!(shop.post("/revoke", &hinted).await.status, 200, "twice is once");
    assert_eq!(shop.post("/revoke", &[]).await.refusal(), (400, "invalid_request".to_owned()));

    // A client's own token has no grant, and is taken back all the same.
    let own = shop.post("/token", &[("grant_type", "client_credentials"), ("scope", "products")]).await.json();
    let own = text(&own, "access_token");
    assert_eq!(shop.introspect(own).await["active"], json!(true));
    assert_eq!(shop.post("/revoke", &[("token", own)]).await.status, 200);
    assert_eq!(shop.introspect(own).await, json!({"active": false}));
}

#[tokio::test]
async fn people_are_known_by_other_names_in_other_sectors() {
    let server = Server::start().await;
    let pairwise = server.shop_with(json!({"subject_type": "pairwise", "userinfo_signed_response_alg": "RS256"})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = pairwise.tokens(&mut hanako.browser, "openid email").await;
    let sub = text(&crate::support::claims(text(&tokens, "id_token")), "sub").to_owned();
    assert_ne!(sub, hanako.sub.as_ref());
    let answer = pairwise.userinfo(text(&tokens, "access_token")).await;
    assert_eq!(answer.header("content-type"), Some("application/jwt"));
    let signed = crate::support::claims(&answer.text);
    assert_eq!((text(&signed, "sub"), text(&signed, "aud")), (sub.as_str(), pairwise.id.as_str()));
    assert_eq!(text(&pairwise.introspect(text(&tokens, "refresh_token")).await, "sub"), sub);
    // The signed answer is no ID token and opens nothing.
    assert_invalid_token(&pairwise.userinfo(&answer.text).await);
}

fn assert_invalid_token(answer: &Answer) {
    assert_eq!(answer.status, 401, "{}", answer.text);
    assert!(answer.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
}
