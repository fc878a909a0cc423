//! Tokens straight from the authorization endpoint. OpenID Connect Core §3.2, RFC 6749 §4.2; A014, A020, A023 of the
//! attack list.

use hosho::jose::Algorithm;
use serde_json::{Value, json};

use crate::support::{ISSUER, Server, Shop, claims, text};

/// A client of the maker's own that is registered for every response type.
pub async fn old_client(server: &Server, differences: Value) -> Shop {
    let mut members = json!({
        "hosho_profile": "compatible",
        "grant_types": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
        "response_types": ["code", "id_token", "id_token token", "code id_token", "code token", "code id_token token",
                           "token", "none"],
        "id_token_signed_response_alg": "RS256",
    });
    members.as_object_mut().unwrap().extend(differences.as_object().unwrap().clone());
    server.shop_with(members).await
}

#[tokio::test]
async fn an_id_token_comes_in_the_fragment_with_the_claims_of_the_scope() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let asked = [("response_type", "id_token"), ("scope", "openid email products offline_access"), ("claims", "{}")];
    let answer = hanako.browser.fetch(&shop.asks(&asked)).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (303, Some("no-store")));
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb#id_token="), "{:?}", answer.location());
    let fields = answer.delivered();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["id_token", "iss", "state"]);
    assert_eq!((fields["state"].as_str(), fields["iss"].as_str()), ("a state", ISSUER));

    let id_token = claims(&fields["id_token"]);
    assert_eq!((text(&id_token, "nonce"), text(&id_token, "sub")), ("a nonce", hanako.sub.as_ref()));
    assert_eq!(text(&id_token, "aud"), shop.id);
    assert_eq!(text(&id_token, "s_hash"), Algorithm::Rs256.half_hash("a state"));
    for absent in ["at_hash", "c_hash"] {
        assert!(id_token.get(absent).is_none(), "{absent}: nothing else comes with it");
    }
    // No access token leads to the userinfo endpoint, so what the scope asks for is here.
    assert_eq!(text(&id_token, "email"), "hanako@example.jp");
    assert_eq!(id_token["products"], json!([]));
    assert!(id_token.get("name").is_none(), "profile was not asked for");
}

#[tokio::test]
async fn an_access_token_comes_with_its_hash_and_without_a_refresh_token() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let asked = [("response_type", "token id_token"), ("scope", "openid email bogus offline_access")];
    let answer = hanako.browser.fetch(&shop.asks(&asked)).await;
    let fields = answer.delivered();
    let names: Vec<_> = fields.keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "expires_in", "id_token", "iss", "scope", "state", "token_type"]);
    // Unknown words and what only a code leads to are left out.
    assert_eq!((fields["scope"].as_str(), fields["token_type"].as_str()), ("openid email", "Bearer"));
    assert_eq!(fields["expires_in"], "600");

    let access_token = fields["access_token"].as_str();
    let id_token = claims(&fields["id_token"]);
    assert_eq!(text(&id_token, "at_hash"), Algorithm::Rs256.half_hash(access_token));
    assert!(id_token.get("email").is_none(), "the userinfo endpoint tells it");
    assert_eq!(shop.userinfo(access_token).await.json()["email"], "hanako@example.jp");
    let introspected = shop.introspect(access_token).await;
    assert_eq!((&introspected["active"], text(&introspected, "scope")), (&json!(true), "openid email"));

    // It hangs on a grant like every other token, so it ends with the session it was given in.
    let mut work = server.work();
    hosho::service::oidc::consent::revoke(&mut work, &hanako.sub, &shop.id.as_str().into()).await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(shop.userinfo(access_token).await.status, 401);
}

#[tokio::test]
async fn a_token_alone_is_plain_oauth_and_none_gives_nothing() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let asked = [("response_type", "token"), ("scope", "email"), ("nonce", "")];
    let fields = hanako.browser.fetch(&shop.asks(&asked)).await.delivered();
    assert_eq!(claims(&fields["access_token"])["scope"], "email");
    assert!(!fields.contains_key("id_token") && !fields.contains_key("refresh_token"));

    let answer = hanako.browser.fetch(&shop.asks(&[("response_type", "none")])).await;
    assert!(answer.location().unwrap().starts_with("https://shop.example/cb?state="), "{:?}", answer.location());
    assert_eq!(answer.delivered().keys().collect::<Vec<_>>(), ["iss", "state"]);
}

/// (A020), (A023), (A027)
#[tokio::test]
async fn errors_stay_out_of_the_query_too_a020_a023_a027() {
    let server = Server::start_compatible().await;
    let shop = old_client(&server, json!({})).await;
    let mut stranger = server.browser();
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("response_type", "id_token"), ("nonce", "")], "invalid_request"),
        (&[("response_type", "id_token token"), ("nonce", "")], "invalid_request"),
        (&[("response_type", "id_token"), ("response_mode", "query")], "invalid_request"),
        (&[("response_type", "token"), ("response_mode", "query")], "invalid_request"),
        (&[("response_type", "id_token token"), ("response_mode", "query.jwt")], "invalid_request"),
        (&[("response_type", "token"), ("response_mode", "web_message")], "invalid_request"),
        (&[("response_type", "id_token"), ("scope", "email")], "invalid_scope"),
        (&[("response_type", "token"), ("scope", "offline_access")], "invalid_scope"),
        (&[("response_type", "id_token"), ("prompt", "none")], "login_required"),
        (&[("response_type", "token"), ("resource", "https://other.example")], "invalid_target"),
        (
            &[("response_type", "id_token"), ("claims", r#"{"id_token":{"acr":{"essential":true,"value":"gold"}}}"#)],
            "unmet_authentication_requirements",
        ),
    ];
    for (given, expected) in cases {
        let answer = stranger.fetch(&shop.asks(given)).await;
        let location = answer.location().unwrap_or_else(|| panic!("{given:?}: {}", answer.status));
        assert!(location.starts_with("https://shop.example/cb#error="), "{given:?}: {location}");
        let fields = answer.delivered();
        assert_eq!(fields["error"], *expected, "{given:?}");
        assert_eq!((fields["state"].as_str(), fields["iss"].as_str()), ("a state", ISSUER), "{given:?}");
    }
    // A resource that the granted scope does not reach: noticed only once somebody is there.
    let mut hanako = server.person("hanako@example.jp").await;
    let resource = format!("{ISSUER}/registry/v1");
    let answer = hanako.browser.fetch(&shop.asks(&[("response_type", "token"), ("resource", &resource)])).await;
    assert_eq!(answer.error().as_deref(), Some("invalid_target"));
}

/// (A020): what an installation does not have is unsupported; what others have is not this client's.
#[tokio::test]
async fn the_front_channel_is_for_clients_that_registered_for_it_a020() {
    const ALL: [&str; 8] =
        ["id_token", "token", "id_token token", "code id_token", "code token", "code id_token token", "none", "sms"];
    let (without, with) = (Server::start().await, Server::start_compatible().await);
    for (server, expected) in [(&without, "unsupported_response_type"), (&with, "unauthorized_client")] {
        let shop = server.own_app("shop").await;
        for kind in ALL {
            let answer = server.browser().fetch(&shop.asks(&[("response_type", kind)])).await;
            let expected = if kind == "sms" { "unsupported_response_type" } else { expected };
            assert_eq!(answer.error().as_deref(), Some(expected), "{kind}");
            let fragment = answer.location().unwrap().contains('#');
            assert_eq!(fragment, kind.contains("token"), "{kind}: {:?}", answer.location());
        }
    }
    let documents = [without.browser(), with.browser()];
    for (mut browser, (types, implicit)) in documents.into_iter().zip([(1, false), (8, true)]) {
        let document = browser.fetch("/.well-known/openid-configuration").await.json();
        assert_eq!(document["response_types_supported"].as_array().unwrap().len(), types);
        let grants = document["grant_types_supported"].as_array().unwrap();
        assert_eq!(grants.contains(&json!("implicit")), implicit);
    }
}

#[tokio::test]
async fn a_client_whose_tokens_must_be_bound_has_none_in_the_front_channel() {
    let server = Server::start_compatible().await;
    let registered = |response_type: &str| {
        let members = json!({"redirect_uris": ["https://rp.example/cb"], "hosho_profile": "compatible",
            "response_types": [response_type], "dpop_bound_access_tokens": true});
        let text = members.to_string();
        let mut work = server.work();
        async move {
            let refused = hosho::service::oidc::client::create(&mut work, &text).await.err()?;
            Some(format!("{refused:?}"))
        }
    };
    let refused = registered("code token").await.expect("a refusal");
    assert!(refused.contains("cannot have code token where access tokens are always bound"), "{refused}");
    assert_eq!(registered("code id_token").await, None);
}

#[tokio::test]
async fn a_consent_is_asked_for_tokens_of_the_front_channel_as_well() {
    let server = Server::start_compatible().await;
    let shop = old_client(&server, json!({"hosho_first_party": false})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let asked = [("response_type", "id_token token"), ("scope", "openid email")];
    let page = hanako.browser.get(&shop.asks(&asked)).await;
    let answer = hanako.browser.submit_once(&page, "consent-allow", &[("response_type", "code")]).await;
    assert_eq!(answer.status, 303);
    assert!(answer.delivered().contains_key("access_token"), "{:?}", answer.location());
    let again = hanako.browser.submit_once(&page, "consent-allow", &[]).await;
    assert_eq!((again.status.as_u16(), again.location()), (400, None), "it was answered");
    let silent = hanako.browser.fetch(&shop.asks(&[asked[0], asked[1], ("prompt", "none")])).await;
    assert!(silent.delivered().contains_key("id_token"));
}

/// The ID token of the front channel is as good a hint as the one of the token endpoint.
#[tokio::test]
async fn an_id_token_of_the_front_channel_serves_as_a_hint() {
    let server = Server::start_compatible().await;
    let (shop, mut hanako) = (old_client(&server, json!({})).await, server.person("hanako@example.jp").await);
    let id_token =
        hanako.browser.fetch(&shop.asks(&[("response_type", "id_token")])).await.delivered()["id_token"].clone();
    let asked = [("response_type", "id_token"), ("prompt", "none"), ("id_token_hint", id_token.as_str())];
    assert!(hanako.browser.fetch(&shop.asks(&asked)).await.delivered().contains_key("id_token"));
    let mut taro = server.person("taro@example.jp").await;
    assert_eq!(taro.browser.fetch(&shop.asks(&asked)).await.error().as_deref(), Some("login_required"));
}
