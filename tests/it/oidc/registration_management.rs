//! A client reads, replaces and takes back its registration. RFC 7592.

use http::Method;
use serde_json::json;

use crate::support::{Server, text};

#[tokio::test]
async fn a_client_reads_what_it_registered() {
    let server = Server::open().await;
    let client = server.register(json!({"client_name": "Shop"})).await;
    let answer = client.show(&server).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let mut expected = client.told.clone();
    // A secret is told once.
    expected.as_object_mut().unwrap().remove("client_secret");
    expected.as_object_mut().unwrap().remove("client_secret_expires_at");
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn a_replacement_replaces_everything_and_keeps_id_secret_and_token() {
    let server = Server::open().await;
    let client = server.register(json!({"client_name": "Shop", "contacts": ["dev@shop.example"]})).await;
    let new = json!({"client_id": client.id(), "client_secret": client.told["client_secret"],
        "redirect_uris": ["https://shop.example/new"], "client_name": "Store"});
    let answer = client.replace(&server, &new).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text);
    let now = answer.json();
    assert_eq!((text(&now, "client_name"), text(&now, "client_id")), ("Store", client.id()));
    assert_eq!(now["redirect_uris"], json!(["https://shop.example/new"]));
    assert!(now.get("contacts").is_none(), "what is left out is gone");
    assert!(now.get("client_secret").is_none(), "the secret stays");
    assert_eq!(text(&now, "registration_access_token"), client.token());
    assert_eq!(client.show(&server).await.json(), now);
    let old = server.browser().get(&client.shop.asks(&[])).await;
    assert_eq!(old.status.as_u16(), 400, "the old callback is none any more");

    let public =
        client.again(&json!({"token_endpoint_auth_method": "none", "client_secret": client.told["client_secret"]}));
    assert!(client.replace(&server, &public).await.json().get("client_secret").is_none());
    let confidential = json!({"client_id": client.id(), "redirect_uris": ["https://shop.example/cb"]});
    let with_secret = client.replace(&server, &confidential).await.json();
    assert_eq!(text(&with_secret, "client_secret").len(), 43);
    assert_ne!(with_secret["client_secret"], client.told["client_secret"]);
}

#[tokio::test]
async fn a_replacement_cannot_choose_what_the_server_chooses() {
    let server = Server::open().await;
    let client = server.register(json!({"client_name": "Shop"})).await;
    for members in [
        json!({"client_id": "other"}),
        json!({"client_secret": "mine"}),
        json!({"registration_access_token": client.token()}),
        json!({"registration_client_uri": client.uri()}),
        json!({"client_secret_expires_at": 0}),
        json!({"client_id_issued_at": 0}),
        json!({"hosho_first_party": true}),
        json!({"scope": "openid management"}),
        json!({"jwks_uri": "https://127.0.0.1/jwks"}),
    ] {
        let answer = client.replace(&server, &client.again(&members)).await;
        assert_eq!(answer.refusal(), (400, "invalid_client_metadata".to_owned()), "{members}");
    }
    let redirect =
        client.replace(&server, &client.again(&json!({"redirect_uris": ["https://shop.example/cb#x"]}))).await;
    assert_eq!(redirect.refusal(), (400, "invalid_redirect_uri".to_owned()));
    let mut without = client.again(&json!({}));
    without.as_object_mut().unwrap().remove("client_id");
    assert_eq!(client.replace(&server, &without).await.refusal().1, "invalid_client_metadata");
    assert_eq!(client.show(&server).await.json()["client_name"], "Shop");
}

/// (A039), (A060)
#[tokio::test]
async fn only_the_clients_own_token_does_and_none_of_a_client_that_is_switched_off_a039_a060() {
    let server = Server::open().await;
    let (one, two) = (server.register(json!({})).await, server.register(json!({})).await);
    let token = one.token();
    let shorter = &token[..42];
    let mut changed = token.to_owned();
    changed.replace_range(20..21, if &token[20..21] == "A" { "B" } else { "A" });
    let longer = format!("{token}A");
    let swapped: String =
        token.chars().map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    let hash = hosho::base::digest::fingerprint(token);
    let body = one.again(&json!({})).to_string();
    let wrong = [two.token(), shorter, &changed, &longer, &swapped, &hash, one.id(), "x"];
    let secret = text(&one.told, "client_secret");
    for (method, body) in [(Method::GET, ""), (Method::PUT, body.as_str()), (Method::DELETE, "")] {
        for token in wrong.into_iter().chain([secret]) {
            let answer = server.about_registration(method.clone(), one.uri(), Some(token), body).await;
            assert_eq!(answer.refusal(), (401, "invalid_token".to_owned()), "{method} {token}");
            assert!(answer.header("www-authenticate").unwrap().starts_with("Bearer "), "{method}");
        }
        let nothing = server.about_registration(method.clone(), one.uri(), None, body).await;
        assert_eq!(nothing.status.as_u16(), 401, "{method}");
        let unknown = server.about_registration(method.clone(), "/register/nobody", Some(token), body).await;
        assert_eq!(unknown.refusal(), (401, "invalid_token".to_owned()), "{method}");
    }
    assert_eq!(one.show(&server).await.status.as_u16(), 200, "nothing of this changed anything");

    let mut work = server.work();
    hosho::service::oidc::client::disable(&mut work, &one.id().into()).await.unwrap();
    work.commit().await.unwrap();
    for answer in
        [one.show(&server).await, one.replace(&server, &one.again(&json!({}))).await, one.remove(&server).await]
    {
        assert_eq!(answer.refusal(), (401, "invalid_token".to_owned()));
    }
    let page = server.browser().get(&one.shop.asks(&[])).await;
    assert_eq!(page.status.as_u16(), 400, "its token does not switch it on again");
}

#[tokio::test]
async fn a_registration_that_is_taken_back_ends_everything_of_the_client() {
    let server = Server::open().await;
    let grants = json!({"grant_types": ["authorization_code", "refresh_token"]});
    let client = server.register(grants).await;
    let hanako = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    let tokens = client.shop.tokens(&mut browser, "openid").await;
    let access = text(&tokens, "access_token");
    assert_eq!(client.shop.userinfo(access).await.status.as_u16(), 200);

    let answer = client.remove(&server).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(client.show(&server).await.status.as_u16(), 401);
    assert_eq!(client.remove(&server).await.status.as_u16(), 401);
    assert_eq!(client.shop.userinfo(access).await.status.as_u16(), 401);
    let refreshed = client.shop.refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(refreshed.refusal(), (401, "invalid_client".to_owned()));
    // Even if the operator switches it on again, what it held stays void and its token dead.
    let mut work = server.work();
    hosho::service::oidc::client::enable(&mut work, &client.id().into()).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(client.shop.userinfo(access).await.status.as_u16(), 401);
    assert_eq!(client.shop.refresh(text(&tokens, "refresh_token")).await.refusal().1, "invalid_grant");
    assert_eq!(client.show(&server).await.status.as_u16(), 401);
}

#[tokio::test]
async fn an_operators_client_has_no_token() {
    let server = Server::open().await;
    let own = server.relying_party("own", json!({})).await;
    for token in [own.id.as_str(), own.secret.as_deref().unwrap(), ""] {
        let answer = server.about_registration(Method::GET, &format!("/register/{}", own.id), Some(token), "").await;
        assert_eq!(answer.status.as_u16(), 401, "{token}");
    }
}

#[tokio::test]
async fn guessing_tokens_is_slowed_down() {
    let settings =
        [("HOSHO_REGISTRATION_MODE", "open"), ("HOSHO_REDIS_URL", ""), ("HOSHO_LIMIT_CLIENT_FAILURES_PER_MINUTE", "3")];
    let server = Server::start_with(&settings).await;
    let client = server.register(json!({})).await;
    for _ in 0..3 {
        let answer = server.about_registration(Method::GET, client.uri(), Some("wrong"), "").await;
        assert_eq!(answer.status.as_u16(), 401);
    }
    let answer = server.about_registration(Method::GET, client.uri(), Some("wrong"), "").await;
    assert_eq!(answer.status.as_u16(), 429);
    assert_eq!(client.show(&server).await.status.as_u16(), 200, "who has the right token is not held up");
}
