//! What is posted: logout tokens as a form, notifications as JSON with a bearer token.

use hosho::base::secret::Secret;
use hosho::gateway::fetch::{FetchError, Purpose};
use serde_json::{Value, json};

use super::live_for;
use crate::support::WebHost;

#[tokio::test]
async fn a_form_is_posted() {
    let host = WebHost::saying("HTTP/1.1 204 No Content\r\n\r\n");
    let url = format!("http://{}/logout", host.as_localhost());
    let fields = [("logout_token", "a.b+c"), ("more", "日本 &=")];
    assert_eq!(live_for(&host, &[]).post_form(Purpose::BackchannelLogout, &url, &fields).await, Ok(204));
    let requests = host.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /logout HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
    assert!(!head.contains("authorization"), "{head}");
    let read: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    assert_eq!(read, fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn json_is_posted_with_its_token() {
    let host = WebHost::serving("{\"ignored\": true}");
    let url = format!("http://{}/cb", host.as_localhost());
    let (body, token) = (json!({"auth_req_id": "1c266114"}), Secret::new("8d67dc78-7faa-4d41"));
    let sent = live_for(&host, &[]).post_json(Purpose::CibaNotification, &url, &body, Some(&token)).await;
    assert_eq!(sent, Ok(200));
    let requests = host.requests();
    let (head, sent) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-type: application/json"), "{head}");
    assert!(head.contains("authorization: Bearer 8d67dc78-7faa-4d41"), "{head}");
    assert_eq!(serde_json::from_str::<Value>(sent).unwrap(), body);
}

/// CIBA Core §10.2: a refusal is not asked again.
#[tokio::test]
async fn a_refused_message_is_sent_once() {
    for status in [302, 400, 401, 500, 503] {
        let host = WebHost::saying(&format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\nretry-after: 0\r\n\r\n"));
        let url = format!("http://{}/cb", host.as_localhost());
        let sent = live_for(&host, &[]).post_json(Purpose::CibaNotification, &url, &json!({}), None).await;
        assert_eq!(sent, Err(FetchError::Status(status)));
        assert_eq!(host.requests().len(), 1);
    }
}
