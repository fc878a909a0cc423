//! Clients through the management API: secrets once, the same rules at every change, nobody mightier than staff.

use hosho::domain::permission::Role;
use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn a_secret_is_shown_once() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let metadata = json!({"client_name": "shop", "redirect_uris": ["https://shop.example/cb"]});
    let made = admin.post("/api/v1/clients", &metadata).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text);
    let made = made.json();
    let secret = made["client_secret"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/clients/{}", made["client"]["client_id"].as_str().unwrap());
    let shown = admin.get(&path).await;
    let listed = admin.get("/api/v1/clients").await;
    let trail = admin.get("/api/v1/audit?object_kind=client").await;
    for answer in [&shown, &listed, &trail] {
        assert!(!answer.text.contains(&secret) && !answer.text.contains("secret_hash"), "{}", answer.path);
    }
    let rotated = admin.post(&format!("{path}/rotate-secret"), &json!({})).await.json();
    assert_ne!(rotated["client_secret"].as_str().unwrap(), secret);
    assert_eq!(admin.post(&format!("{path}/disable"), &json!({})).await.json()["enabled"], false);
    assert_eq!(admin.post(&format!("{path}/enable"), &json!({})).await.json()["enabled"], true);
}

#[tokio::test]
async fn a_change_is_checked_like_a_new_client() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let metadata = json!({"redirect_uris": ["https://shop.example/cb"], "token_endpoint_auth_method": "none"});
    let made = admin.post("/api/v1/clients", &metadata).await.json();
    assert!(made.get("client_secret").is_none());
    let path = format!("/api/v1/clients/{}", made["client"]["client_id"].as_str().unwrap());
    for wrong in [
        json!({"redirect_uris": ["http://shop.example/cb"]}),
        json!({"redirect_uris": []}),
        json!({"redirect_uris": ["https://shop.example/cb"], "hosho_roles": ["admin"]}),
        json!({"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none"}),
        json!({"grant_types": ["client_credentials"], "redirect_uris": [], "hosho_roles": ["root"]}),
    ] {
        assert_eq!(admin.post("/api/v1/clients", &wrong).await.status.as_u16(), 422, "{wrong}");
        assert_eq!(admin.put(&path, &wrong, &[]).await.status.as_u16(), 422, "{wrong}");
    }
    let tag = admin.get(&path).await.header("etag").unwrap().to_owned();
    server.clock.advance(hosho::base::time::seconds(1));
    let better = json!({"redirect_uris": ["https://shop.example/other"], "token_endpoint_auth_method": "none"});
    assert_eq!(admin.put(&path, &better, &[("if-match", &tag)]).await.status.as_u16(), 200);
    assert_eq!(admin.put(&path, &metadata, &[("if-match", &tag)]).await.status.as_u16(), 409);
    let confidential = json!({"redirect_uris": ["https://shop.example/cb"]});
    let now = admin.put(&path, &confidential, &[]).await.json();
    assert!(now["client_secret"].is_string(), "a client that becomes confidential gets a secret");
}
