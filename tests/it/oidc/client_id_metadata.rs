//! Clients whose identifier is the address of a document that describes them.
//! draft-ietf-oauth-client-id-metadata-document

use hosho::base::time::{days, hours, minutes, seconds};
use hosho::domain::permission::Role;
use hosho::gateway::fetch::FetchError;
use hosho::gateway::fetch::scripted::Reply;
use hosho::jobs::remove_what_expired;
use serde_json::{Value, json};

use crate::admin::encode;
use crate::support::{Answer, Browser, RelyingParty, Server, Shop, text};

const ADDRESS: &str = "https://agent.example/oauth/client.json";

async fn start() -> Server {
    start_with(&[]).await
}

async fn start_with(more: &[(&str, &str)]) -> Server {
    // Limits are counted in memory: tests that share a Redis share their network too.
    let mut settings = vec![("HOSHO_REGISTRATION_METADATA_DOCUMENTS", "true"), ("HOSHO_REDIS_URL", "")];
    settings.extend(more);
    Server::start_with(&settings).await
}

fn document(members: &Value) -> Value {
    let mut document = json!({"client_id": ADDRESS, "client_name": "Agent", "redirect_uris": ["https://agent.example/cb"],
        "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none"});
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    document
}

/// The client, whose document says this.
fn agent(server: &Server, members: &Value) -> Shop {
    server.web.answer(ADDRESS, Reply::json(&document(members)));
    let party =
        RelyingParty { id: ADDRESS.to_owned(), secret: None, redirect_uri: "https://agent.example/cb".to_owned() };
    server.shop_of(party)
}

async fn hanako(server: &Server) -> Browser {
    let sub = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    server.sign_in(&mut browser, &sub).await;
    browser
}

fn is_unknown_client(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{}", answer.text);
    assert_eq!(answer.find("#error-code").as_deref(), Some("invalid_client"), "{}", answer.text);
}

#[tokio::test]
async fn a_client_that_was_never_here_signs_somebody_in() {
    let server = start().await;
    let agent = agent(&server, &json!({}));
    let mut browser = hanako(&server).await;
    let page = browser.get(&agent.asks(&[("scope", "openid profile")])).await;
    assert!(page.find("#consent-allow").is_some(), "{}", page.text);
    assert!(page.text.contains("確認されていないアプリです") && page.text.contains("agent.example"), "{}", page.text);
    let tokens = agent.tokens(&mut browser, "openid profile").await;
    let access = text(&tokens, "access_token");
    assert_eq!(agent.userinfo(access).await.status.as_u16(), 200);
    assert_eq!(crate::support::claims(access)["client_id"], ADDRESS);
    assert_eq!(crate::support::claims(text(&tokens, "id_token"))["aud"], ADDRESS);
    assert_eq!(agent.refresh(text(&tokens, "refresh_token")).await.status.as_u16(), 200);
    assert_eq!(server.web.asked().len(), 1, "the document is remembered");
    let metadata = browser.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["client_id_metadata_document_supported"], true);
}

/// Also where somebody allowed the same before, since it may be another application on the device.
#[tokio::test]
async fn a_client_that_nobody_registered_asks_every_time_until_somebody_vouches_for_it() {
    let server = start().await;
    let agent = agent(&server, &json!({}));
    let mut browser = hanako(&server).await;
    for _ in 0..2 {
        assert!(browser.get(&agent.asks(&[])).await.find("#consent-allow").is_some());
        agent.code(&mut browser, &[]).await;
    }
    let silent = browser.get(&agent.asks(&[("prompt", "none")])).await;
    assert_eq!(silent.error().as_deref(), Some("consent_required"));

    let mut admin = server.machine(&[Role::Admin]).await;
    let path = format!("/api/v1/clients/{}", encode(ADDRESS));
    let view = admin.get(&path).await;
    assert_eq!(view.status.as_u16(), 200, "{}", view.text);
    let told = (view.json()["origin"].clone(), view.json()["verified"].clone());
    assert_eq!(told, (json!("metadata_document"), json!(false)));
    assert_eq!(admin.post(&format!("{path}/verify"), &json!({})).await.json()["verified"], true);
    assert!(!browser.get(&agent.asks(&[("prompt", "none")])).await.code().is_empty());
}

#[tokio::test]
async fn nobody_is_asked_unless_the_operator_wants_it() {
    let (on, hosts) = ("HOSHO_REGISTRATION_METADATA_DOCUMENTS", "HOSHO_REGISTRATION_METADATA_DOCUMENT_HOSTS");
    for settings in [&[][..], &[(on, "true"), (hosts, "other.example")]] {
        let server = Server::start_with(settings).await;
        let agent = agent(&server, &json!({}));
        is_unknown_client(&server.browser().get(&agent.asks(&[])).await);
        assert_eq!(agent.exchange("code").await.refusal(), (401, "invalid_client".to_owned()));
        assert!(server.web.asked().is_empty());
    }
    let off = Server::start().await.browser().get("/.well-known/openid-configuration").await.json();
    assert!(off.get("client_id_metadata_document_supported").is_none());
    let server = start_with(&[(hosts, "other.example,agent.example")]).await;
    let agent = agent(&server, &json!({}));
    assert!(server.browser().get(&agent.asks(&[])).await.find("#login-submit").is_some());
}

/// (A159)
#[tokio::test]
async fn what_cannot_be_had_is_one_page_that_says_nothing_a159() {
    let server = start().await;
    let agent = agent(&server, &json!({}));
    let mut pages = Vec::new();
    let mut seen = async |what: &str| {
        // What was learned is remembered for a while.
        server.clock.advance(hours(2));
        let answer = server.browser().speaking("en").get(&agent.asks(&[])).await;
        is_unknown_client(&answer);
        let page = answer.find("main").unwrap_or_else(|| panic!("{what}: {}", answer.text));
        pages.push(page.split_once("invalid_client").unwrap().0.to_owned());
    };
    for error in [FetchError::Unreachable, FetchError::TimedOut, FetchError::NotPublic] {
        server.web.fail(ADDRESS, error);
        seen(error.name()).await;
    }
    for reply in [
        Reply::status(404),
        Reply::status(500),
        Reply::status(302),
        Reply::text("text/html", "<p>no</p>"),
        Reply::text("application/json", "{"),
        Reply::text("application/json", &format!("{{\"client_id\": \"{ADDRESS}\", \"client_id\": \"{ADDRESS}\"}}")),
        Reply::json(&document(&json!({"client_name": "x".repeat(6000)}))),
        Reply::json(&document(&json!({"client_id": "https://agent.example/other.json"}))),
        Reply::json(&document(&json!({"client_id": null}))),
        Reply::json(&document(&json!({"redirect_uris": ["https://other.example/cb"]}))),
        Reply::json(&document(&json!({"client_secret": "x"}))),
        Reply::json(&document(&json!({"token_endpoint_auth_method": "client_secret_basic"}))),
        Reply::json(&document(&json!({"hosho_first_party": true}))),
        Reply::json(&document(&json!({"scope": "openid management"}))),
        Reply::json(&document(&json!({"jwks_uri": "https://127.0.0.1/jwks"}))),
        Reply::json(&document(&json!({"sector_identifier_uri": "https://10.0.0.1/sector"}))),
        Reply::json(&document(&json!({"request_uris": ["https://[::1]/object"]}))),
        Reply::json(&document(&json!({"backchannel_logout_uri": "https://169.254.169.254/"}))),
        Reply::json(&document(&json!({"logo_uri": "javascript:alert(1)"}))),
    ] {
        server.web.answer(ADDRESS, reply.clone());
        seen(&format!("{reply:?}")).await;
    }
    assert!(pages.len() > 15 && pages.iter().all(|page| *page == pages[0]), "{pages:#?}");
    let mut work = server.work();
    assert_eq!(hosho::store::oidc::self_registered::count_unused(work.tx(), 10).await.unwrap(), 0);
}

/// (A159)
#[tokio::test]
async fn what_is_no_address_of_a_document_is_not_asked_a159() {
    let server = start().await;
    let agent = agent(&server, &json!({}));
    for id in [
        "http://agent.example/client.json",
        "https://agent.example",
        "https://agent.example/",
        "https://agent.example/a?b=c",
        "https://agent.example/a#b",
        "https://a@agent.example/a",
        "https://agent.example/../a",
        "https://AGENT.example/a",
        "https://agent.example:443/a",
        "https://127.0.0.1/a",
        "https://10.0.0.1/a",
        "https://[::1]/a",
        "https://[::ffff:10.0.0.1]/a",
        "https://169.254.169.254/latest",
        "https://2130706433/a",
    ] {
        is_unknown_client(&server.browser().get(&agent.asks(&[("client_id", id)])).await);
    }
    assert!(server.web.asked().is_empty(), "{:?}", server.web.asked());
}

#[tokio::test]
async fn what_the_document_says_differently_counts_and_nobody_vouches_for_it() {
    let server = start().await;
    let agent = agent(&server, &json!({}));
    let mut browser = hanako(&server).await;
    agent.code(&mut browser, &[]).await;
    let mut work = server.work();
    hosho::service::oidc::client::verify(&mut work, &ADDRESS.into()).await.unwrap();
    work.commit().await.unwrap();

    let new = json!({"client_name": "Agent II", "redirect_uris": ["https://agent.example/new"]});
    server.web.answer(ADDRESS, Reply::json(&document(&new)));
    // Until the document is old, what it said before counts.
    assert!(!browser.get(&agent.asks(&[("prompt", "none")])).await.code().is_empty());
    server.clock.advance(minutes(5));
    let page = browser.get(&agent.asks(&[])).await;
    assert_eq!(page.find("#error-code").as_deref(), Some("invalid_request"), "the old callback is none any more");
    let page = browser.get(&agent.asks(&[("redirect_uri", "https://agent.example/new")])).await;
    assert!(page.text.contains("Agent II") && page.text.contains("確認されていないアプリです"), "{}", page.text);
}

#[tokio::test]
async fn a_document_that_is_gone_ends_the_client_and_a_host_that_is_down_does_not() {
    let server = start().await;
    let agent = agent(&server, &json!({}));
    let mut browser = hanako(&server).await;
    let tokens = agent.tokens(&mut browser, "openid offline_access").await;
    server.web.fail(ADDRESS, FetchError::Unreachable);
    // The old document serves for a while.
    server.clock.advance(minutes(30));
    assert!(browser.get(&agent.asks(&[])).await.find("#consent-allow").is_some());
    server.clock.advance(hours(1));
    is_unknown_client(&browser.get(&agent.asks(&[])).await);
    let refreshed = agent.refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(refreshed.status.as_u16(), 200, "{}", refreshed.text);

    server.web.answer(ADDRESS, Reply::status(404));
    server.clock.advance(seconds(11));
    let newest = refreshed.json();
    assert_eq!(agent.refresh(text(&newest, "refresh_token")).await.refusal(), (401, "invalid_client".to_owned()));
    server.web.answer(ADDRESS, Reply::json(&document(&json!({}))));
    server.clock.advance(seconds(11));
    assert_eq!(agent.refresh(text(&newest, "refresh_token")).await.status.as_u16(), 200);
}

/// (A060)
#[tokio::test]
async fn switched_off_it_stays_so_whatever_its_document_says_a060() {
    let server = start_with(&[("HOSHO_REGISTRATION_UNUSED", "1h")]).await;
    let agent = agent(&server, &json!({}));
    agent.begin(&mut server.browser()).await;
    let mut work = server.work();
    hosho::service::oidc::client::disable(&mut work, &ADDRESS.into()).await.unwrap();
    work.commit().await.unwrap();
    server.web.answer(ADDRESS, Reply::json(&document(&json!({"client_name": "Another name"}))));
    for _ in 0..2 {
        is_unknown_client(&server.browser().get(&agent.asks(&[])).await);
        assert_eq!(agent.exchange("code").await.refusal(), (401, "invalid_client".to_owned()));
        server.clock.advance(days(40));
        remove_what_expired(&server.app).await.unwrap();
    }
}

#[tokio::test]
async fn an_application_on_a_device_returns_to_any_port() {
    let server = start().await;
    let agent = agent(&server, &json!({"redirect_uris": ["http://127.0.0.1/cb"]}));
    let mut browser = hanako(&server).await;
    let page = browser.get(&agent.asks(&[("redirect_uri", "http://127.0.0.1:33418/cb")])).await;
    let answer = browser.submit(&page, "consent-allow", &[]).await;
    assert!(answer.location().unwrap().starts_with("http://127.0.0.1:33418/cb?code="), "{:?}", answer.location());
}

#[tokio::test]
async fn one_network_has_not_many_new_documents_asked_for() {
    let server = start_with(&[("HOSHO_LIMIT_NEW_DOCUMENTS_PER_MINUTE", "3")]).await;
    let agent = agent(&server, &json!({}));
    for number in 0..4 {
        let id = format!("https://victim.example/{number}");
        let answer = server.browser().get(&agent.asks(&[("client_id", &id)])).await;
        assert_eq!(answer.status.as_u16(), if number < 3 { 400 } else { 429 });
    }
    assert_eq!(server.web.asked().len(), 3);
}

/// (A191)
#[tokio::test]
async fn clients_that_came_to_nothing_are_counted_and_forgotten() {
    let server = start_with(&[("HOSHO_REGISTRATION_MOST_UNUSED", "1")]).await;
    let agent = agent(&server, &json!({}));
    agent.begin(&mut server.browser()).await;
    let other = "https://other.example/client.json";
    let described = json!({"client_id": other, "redirect_uris": ["https://other.example/cb"]});
    server.web.answer(other, Reply::json(&described));
    let asks = agent.asks(&[("client_id", other), ("redirect_uri", "https://other.example/cb")]);
    assert_eq!(server.browser().get(&asks).await.status.as_u16(), 503);
    server.clock.advance(days(30));
    remove_what_expired(&server.app).await.unwrap();
    assert!(server.browser().get(&asks).await.find("#login-submit").is_some());
}
