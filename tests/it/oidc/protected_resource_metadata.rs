//! RFC 9728: the APIs say where their authorization server is, and their challenges say where they say it. A064 to A066.

use http::StatusCode;
use serde_json::json;

use crate::support::{ISSUER, Server, text};

const APIS: [(&str, &str); 2] = [("/api/v1", "/api/v1/clients"), ("/registry/v1", "/registry/v1/me/units")];

#[tokio::test]
async fn each_api_describes_itself_where_its_path_is_inserted() {
    let server = Server::start_with(&[("HOSHO_SITE_PRIVACY_POLICY", "https://maker.example/privacy")]).await;
    for (api, _) in APIS {
        let path = format!("/.well-known/oauth-protected-resource{api}");
        let answer = server.browser().fetch(&path).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let document = answer.json();
        assert_eq!(document["resource"], format!("{ISSUER}{api}"));
        assert_eq!(document["authorization_servers"], json!([ISSUER]));
        assert_eq!(document["bearer_methods_supported"], json!(["header"]));
        assert_eq!(document["resource_policy_uri"], "https://maker.example/privacy");
        assert!(document["resource_name"].is_string() && document["resource_name#ja"].is_string());
        let documentation = text(&document, "resource_documentation").strip_prefix(ISSUER).unwrap().to_owned();
        assert_eq!(server.browser().fetch(&documentation).await.status, StatusCode::OK);

        let mut browser = server.browser();
        browser.headers.push(("if-none-match", answer.header("etag").unwrap().to_owned()));
        let again = browser.fetch(&path).await;
        assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    }
    let unknown = server.browser().fetch("/.well-known/oauth-protected-resource/other").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_way_from_a_refused_call_to_the_token_endpoint_is_said() {
    let server = Server::start().await;
    for (api, call) in APIS {
        let refused = server.browser().fetch(call).await;
        let challenge = refused.header("www-authenticate").unwrap().to_owned();
        let (_, address) = challenge.split_once("resource_metadata=\"").unwrap();
        let path = address.split('"').next().unwrap().strip_prefix(ISSUER).unwrap().to_owned();
        let document = server.browser().fetch(&path).await.json();
        assert_eq!(document["resource"], format!("{ISSUER}{api}"));
        let issuer = document["authorization_servers"][0].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        let metadata = format!("{issuer}/.well-known/oauth-authorization-server");
        let metadata = server.browser().fetch(&metadata).await.json();
        assert!(metadata["protected_resources"].as_array().unwrap().contains(&document["resource"]));
        for scope in document["scopes_supported"].as_array().unwrap() {
            assert!(metadata["scopes_supported"].as_array().unwrap().contains(scope), "{scope}");
        }
        for kind in document["authorization_details_types_supported"].as_array().into_iter().flatten() {
            assert!(metadata["authorization_details_types_supported"].as_array().unwrap().contains(kind));
        }
    }
}

/// (A064), (A065), (A066): what is no access token for the API, and what does not come in the header, opens nothing.
#[tokio::test]
async fn only_an_access_token_for_the_api_in_the_header_opens_it_a064_a065_a066() {
    let server = Server::start().await;
    let shop = server.shop_with(json!({"scope": "openid products offline_access"})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let tokens = shop.tokens(&mut hanako.browser, "openid products offline_access").await;
    let (good, call) = (text(&tokens, "access_token").to_owned(), "/registry/v1/me/units");
    assert_eq!(shop.get(call, &good).await.status, StatusCode::OK);

    let refresh = text(&tokens, "refresh_token");
    let narrower = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("resource", ISSUER)];
    let for_userinfo = shop.post("/token", &narrower).await.json();
    let for_userinfo = text(&for_userinfo, "access_token");
    for (wrong, what) in [
        (for_userinfo, "another audience"),
        (text(&tokens, "id_token"), "an ID token"),
        (refresh, "a refresh token"),
        ("x", "nothing of ours"),
    ] {
        assert_eq!(shop.get(call, wrong).await.status, StatusCode::UNAUTHORIZED, "{what}");
    }
    assert_eq!(shop.userinfo(for_userinfo).await.status, StatusCode::OK);
    let management = shop.get("/api/v1/clients", &good).await;
    assert_eq!(management.status, StatusCode::UNAUTHORIZED, "the token is for the registry");
    let in_query = server.browser().fetch(&format!("{call}?access_token={good}")).await;
    assert_eq!(in_query.status, StatusCode::UNAUTHORIZED);
    assert!(!in_query.text.contains(&good) && !in_query.header("www-authenticate").unwrap().contains("error="));
}
