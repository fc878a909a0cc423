//! The audit trail: every change and every view of a customer's record, and no way to change it unnoticed.

use std::collections::BTreeSet;

use hosho::config::Config;
use hosho::domain::permission::Role;
use hosho::http::route::Access;
use hosho::http::routes;
use hosho::service::admin::audit::{Verdict, verify};
use hosho::store::admin::audit::head;
use http::Method;
use serde_json::json;
use sqlx::Executor as _;

use super::account_merges;
use super::catalogue::stock;
use crate::support::Server;

async fn entries(server: &Server) -> i64 {
    let mut work = server.work();
    head(work.tx()).await.unwrap().seq
}

#[tokio::test]
async fn every_route_that_changes_something_leaves_an_entry() {
    let server = Server::open().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    let (model, _) = stock(&mut admin).await;
    let sub = server.customer("hanako@mail.example").await;
    server.give_lost_totp(&sub).await;
    let registered = server.register(json!({})).await;
    let invitation = admin.post("/api/v1/client-invitations", &json!({})).await.json();
    let invitation = invitation["invitation"]["id"].as_str().unwrap();
    let metadata = json!({"redirect_uris": ["https://shop.example/cb"]});
    let client = admin.post("/api/v1/clients", &metadata).await.json()["client"]["client_id"].clone();
    let client = client.as_str().unwrap();
    let exchange = json!(["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"]);
    let agent = admin.post("/api/v1/clients", &json!({"grant_types": exchange, "scope": "products"})).await.json();
    let policy = json!({"subject_client": client, "acting_client": agent["client"]["client_id"], "scope": "products"});
    let exchange = admin.post("/api/v1/token-exchange-policies", &policy).await.json();
    let exchange = exchange["id"].as_str().unwrap();
    let resource = json!({"uri": "https://orders.example", "name": {"en": "Orders"},
        "scopes": [{"scope": "orders.read", "name": {"en": "See your orders"}}]});
    let resource_id = admin.post("/api/v1/resources", &resource).await.json();
    let resource_id = resource_id["id"].as_str().unwrap();
    let model_id = model["id"].as_str().unwrap();
    let mut body = model.as_object().unwrap().clone();
    body.remove("id");
    body["brand"] = "Other".into();
    let waiting = waiting(&server, &sub).await;
    let plan = json!({"code": "PLUS", "version": 1, "name": {"en": "Plus"}, "lines": [
        {"component": "body", "name": {"en": "Body"}, "months": 24, "covers": ["parts"]}
    ]});
    let hold = admin.post(&format!("/api/v1/accounts/{sub}/holds"), &json!({"reason": "to see"})).await.json();
    let hold = hold["id"].as_str().unwrap().to_owned();
    let pair = super::duplicates::one_pair(&server, &mut admin).await;
    let import = json!({"format": "hosho-csv", "document": "email\njiro@mail.example\n"});
    let by_people = account_merges::every_step(&server, async || entries(&server).await).await;
    let calls = [
        ("/api/v1/account-imports", "", import),
        ("/api/v1/duplicates/{id}/dismiss", &pair, json!({"reason": "to see"})),
        ("/api/v1/duplicates/start-over", "", json!({})),
        ("/api/v1/accounts/{sub}/suspend", sub.as_ref(), json!({"reason": "to see"})),
        ("/api/v1/accounts/{sub}/restore", sub.as_ref(), json!({"reason": "to see"})),
        ("/api/v1/accounts/{sub}/reset-second-factor", sub.as_ref(), json!({"reason": "to see"})),
        ("/api/v1/accounts/{sub}/holds", sub.as_ref(), json!({"reason": "to see"})),
        ("/api/v1/account-holds/{id}", &hold, json!({})),
        ("/api/v1/accounts/{sub}/close", sub.as_ref(), json!({"reason": "to see"})),
        ("/api/v1/terms", "", json!({"kind": "terms", "version": "1", "text": {"ja": "規約", "en": "Terms"}})),
        ("/api/v1/clients", "", metadata.clone()),
        ("/api/v1/client-invitations", "", json!({})),
        ("/api/v1/token-exchange-policies", "", policy),
        ("/api/v1/token-exchange-policies/{id}", exchange, json!({})),
        ("/api/v1/resources", "", resource),
        ("/api/v1/resources/{id}", resource_id, json!({})),
        ("/api/v1/client-invitations/{id}/revoke", invitation, json!({})),
        ("/api/v1/clients/{client_id}/verify", registered.id(), json!({})),
        ("/api/v1/clients/{client_id}/unverify", registered.id(), json!({})),
        ("/api/v1/clients/{client_id}/disable", client, json!({})),
        ("/api/v1/clients/{client_id}/enable", client, json!({})),
        ("/api/v1/clients/{client_id}/rotate-secret", client, json!({})),
        ("/api/v1/clients/{client_id}", client, json!({"redirect_uris": ["https://shop.example/other"]})),
        ("/api/v1/product-models", "", json!({"model_no": "AC-300"})),
        ("/api/v1/product-models/{id}", model_id, body.into()),
        ("/api/v1/warranty-plans", "", plan),
        ("/api/v1/units", "", json!({"model_no": "AC-100", "serial": "ABC0009"})),
        ("/api/v1/registrations/{id}/approve", &waiting[0], json!({})),
        ("/api/v1/registrations/{id}/reject", &waiting[1], json!({})),
    ];
    let mut tried: BTreeSet<String> = by_people.iter().map(|pattern| format!("POST {pattern}")).collect();
    for (pattern, id, body) in &calls {
        let method = match *pattern {
            "/api/v1/clients/{client_id}" | "/api/v1/product-models/{id}" => Method::PUT,
            "/api/v1/token-exchange-policies/{id}" | "/api/v1/resources/{id}" | "/api/v1/account-holds/{id}" => {
                Method::DELETE
            }
            _ => Method::POST,
        };
        tried.insert(format!("{method} {pattern}"));
        let path: Vec<&str> = pattern.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
        let before = entries(&server).await;
        let answer = admin.call(method, &path.join("/"), body.to_string().into(), &[]).await;
        assert!(answer.status.is_success(), "{pattern}: {} {}", answer.status, answer.text);
        assert!(entries(&server).await > before, "{pattern} leaves no entry");
    }
    let changing = routes();
    let changing = changing.lines().iter().filter(|line| matches!(line.access, Access::Staff(_)));
    let changing = changing.filter(|line| line.method != Method::GET);
    let all: BTreeSet<String> = changing.map(|line| format!("{} {}", line.method, line.path)).collect();
    assert_eq!(tried, all, "a route that changes something is not tried here");
    let trail = admin.get("/api/v1/audit?limit=100").await.json();
    let entry = trail["items"].as_array().unwrap().iter().find(|entry| entry["name"] == "model.changed").unwrap();
    assert!(entry["changes"][0]["before"].as_str().unwrap().contains("Aoi"));
    assert!(entry["changes"][0]["after"].as_str().unwrap().contains("Other"));
}

async fn waiting(server: &Server, sub: &hosho::base::id::Subject) -> [String; 2] {
    use hosho::domain::registry::registration::Channel;
    use hosho::service::registry::register_unit::{Claim, Outcome, register};
    let mut ids = Vec::new();
    for serial in ["XYZ-0001", "XYZ-0002"] {
        let mut work = server.work();
        let claim = Claim {
            model: "AC-100".into(),
            serial: serial.into(),
            purchased_on: None,
            dealer: String::new(),
            claim_code: None,
            confirmed: false,
            channel: Channel::MyPage,
        };
        let Outcome::Pending(id, _) = register(&mut work, sub, claim).await.unwrap() else { panic!("it waits") };
        work.commit().await.unwrap();
        ids.push(id.to_string());
    }
    ids.try_into().unwrap()
}

#[tokio::test]
async fn looking_at_a_customer_leaves_an_entry_with_the_fields() {
    let server = Server::start().await;
    let (mut support, own) = server.signed_in_with("support@maker.example", &[Role::Support]).await;
    let mut auditor = server.machine(&[Role::Auditor]).await;
    let sub = server.customer("hanako@mail.example").await;
    support.get(&format!("/api/v1/accounts/{sub}")).await;
    support.get("/api/v1/accounts?q=hanako").await;
    let trail = auditor.get(&format!("/api/v1/audit?subject={sub}&actor={own}")).await.json();
    let names: Vec<&str> = trail["items"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["account.listed", "account.shown"]);
    let shown = &trail["items"][1];
    assert_eq!(shown["shown"], json!(["customer_number", "state", "email"]));
    assert_eq!(shown["actor"], json!({"kind": "staff", "id": own.as_ref()}));
    let again = auditor.get(&format!("/api/v1/audit?subject={sub}")).await.json();
    assert_eq!(again["items"][0]["name"], "audit.listed", "looking at the trail leaves an entry too");
    let late = auditor.get("/api/v1/audit?from=2030-01-01T00:00:00Z").await.json();
    assert_eq!(late["items"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn tampering_with_the_trail_is_found() {
    for tampering in [
        "UPDATE audit_entry SET actor_id = 'somebody else' WHERE seq = 2",
        "UPDATE audit_entry SET details = '{\"changes\":[],\"shown\":[]}' WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = (SELECT MAX(seq) FROM audit_entry)",
        "UPDATE audit_entry SET seq = -seq; UPDATE audit_entry SET seq = CASE seq WHEN -2 THEN 3 WHEN -3 THEN 2 ELSE -seq END",
    ] {
        let server = Server::start().await;
        for number in 0..4 {
            server.customer(&format!("customer{number}@mail.example")).await;
        }
        let mut work = server.work();
        assert!(matches!(verify(&mut work).await.unwrap(), Verdict::Intact { entries: 4 }));
        work.roll_back().await;
        tamper(&server, tampering).await;
        let mut work = server.work();
        assert!(matches!(verify(&mut work).await.unwrap(), Verdict::Broken { .. }), "{tampering}");
    }
}

async fn tamper(server: &Server, statements: &str) {
    let url = Config::database_url(&server.app.config);
    if let Some(path) = url.expose().strip_prefix("sqlite:") {
        rusqlite::Connection::open(path).unwrap().execute_batch(statements).unwrap();
        return;
    }
    let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(url.expose()).await.unwrap();
    for statement in statements.split("; ") {
        connection.execute(sqlx::AssertSqlSafe(statement.to_owned())).await.unwrap();
    }
}
