//! Models, plans, units and registrations through the management API.

use hosho::domain::permission::Role;
use serde_json::{Value, json};

use super::Caller;
use crate::support::Server;

/// A plan, a model and a unit, as a maker begins with.
pub async fn stock(admin: &mut Caller) -> (Value, Value) {
    let plan = json!({"code": "STD", "version": 1, "name": {"ja": "標準保証"}, "lines": [
        {"component": "body", "name": {"ja": "本体", "en": "Body"}, "months": 12, "covers": ["parts", "labour"]}
    ]});
    let answer = admin.post("/api/v1/warranty-plans", &plan).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    let answer = admin.post("/api/v1/product-models", &model("AC-100")).await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
    let unit = json!({"model_no": "AC-100", "serial": "abc-0001", "made_on": "2026-01-10"});
    let added = admin.post("/api/v1/units", &unit).await;
    assert_eq!(added.status.as_u16(), 201, "{}", added.text);
    (answer.json(), added.json())
}

fn model(model_no: &str) -> Value {
    json!({
        "brand": "Aoi", "model_no": model_no, "name": {"ja": "エアコン", "en": "Air conditioner"},
        "category": "aircon", "serial_namespace": "aoi", "serial_regex": "[A-Z]{3}[0-9]{4}", "warranty_plan": "STD",
    })
}

#[tokio::test]
async fn the_catalogue_is_kept_one_thing_at_a_time() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Quality]).await;
    let (model_made, unit) = stock(&mut admin).await;
    let path = format!("/api/v1/product-models/{}", model_made["id"].as_str().unwrap());
    for (again, code) in [
        (admin.post("/api/v1/product-models", &model("ａｃ-100")).await, "model_no_taken"),
        (admin.post("/api/v1/units", &json!({"model_no": "AC-100", "serial": "ABC0001"})).await, "serial_taken"),
    ] {
        assert_eq!((again.status.as_u16(), &again.json()["code"]), (409, &code.into()));
    }
    let shown = admin.get(&path).await;
    let tag = shown.header("etag").unwrap().to_owned();
    server.clock.advance(hosho::base::time::seconds(1));
    let mut changed = model("AC-100");
    changed["name"]["en"] = "Cooler".into();
    assert_eq!(admin.put(&path, &changed, &[("if-match", &tag)]).await.status.as_u16(), 200);
    let stale = admin.put(&path, &model("AC-100"), &[("if-match", &tag)]).await;
    assert_eq!((stale.status.as_u16(), &stale.json()["code"]), (409, &"changed_meanwhile".into()));
    assert_eq!(admin.get(&path).await.json()["name"]["en"], "Cooler");
    let moved = admin.put(&path, &model("AC-200"), &[]).await;
    assert_eq!(moved.json()["errors"][0], json!({"field": "model_no", "reason": "fixed"}));

    for typed in ["ABC-0001", "abc0001", "%EF%BD%81%EF%BD%82%EF%BD%83%EF%BC%8D0001"] {
        let found = admin.get(&format!("/api/v1/units?serial={typed}")).await.json();
        assert_eq!(found["items"][0]["id"], unit["id"], "{typed}");
    }
    let shown = admin.get(&format!("/api/v1/units/{}", unit["id"].as_str().unwrap())).await.json();
    assert_eq!((shown["held"].as_bool(), shown["model_no"].as_str()), (Some(false), Some("AC-100")));
    let wrong = admin.post("/api/v1/units", &json!({"model_no": "AC-100", "serial": "1.23E+12"})).await;
    assert_eq!(wrong.json()["errors"][0]["reason"], "scientific_notation");
}

#[tokio::test]
async fn units_go_on_by_cursor_in_the_order_of_serials() {
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Quality]).await;
    stock(&mut admin).await;
    for number in 2..=5 {
        let unit = json!({"model_no": "AC-100", "serial": format!("ABC000{number}")});
        assert_eq!(admin.post("/api/v1/units", &unit).await.status.as_u16(), 201);
    }
    for filter in ["", "&model=ac-100"] {
        let (mut cursor, mut serials) = (String::new(), Vec::new());
        loop {
            let page = admin.get(&format!("/api/v1/units?limit=2{filter}{cursor}")).await.json();
            let items = page["items"].as_array().unwrap().iter();
            serials.extend(items.map(|item| item["serial"].as_str().unwrap().to_owned()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(serials, ["ABC0001", "ABC0002", "ABC0003", "ABC0004", "ABC0005"]);
    }
}

#[tokio::test]
async fn registrations_that_wait_are_decided_once() {
    use hosho::domain::registry::registration::Channel;
    use hosho::service::registry::register_unit::{Claim, Outcome, register};
    let server = Server::start().await;
    let mut admin = server.machine(&[Role::Admin]).await;
    stock(&mut admin).await;
    let sub = server.customer("hanako@mail.example").await;
    let mut waiting = Vec::new();
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
        let Outcome::Pending(id, _) = register(&mut work, &sub, claim).await.unwrap() else { panic!("it waits") };
        work.commit().await.unwrap();
        waiting.push(id);
    }
    let list = admin.get("/api/v1/registrations?state=pending").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(list["items"][0]["sub"], sub.as_ref());
    // Who may not see customers sees no customer.
    let mut quality = server.machine(&[Role::Quality]).await;
    assert!(quality.get("/api/v1/registrations").await.json()["items"][0].get("sub").is_none());
    for (id, verb, state) in [(&waiting[0], "approve", "active"), (&waiting[1], "reject", "rejected")] {
        let path = format!("/api/v1/registrations/{id}/{verb}");
        assert_eq!(admin.post(&path, &json!({})).await.json()["state"], state);
        assert_eq!(admin.post(&path, &json!({})).await.json()["code"], "decided_already");
    }
    let found = admin.get("/api/v1/accounts?serial=xyz0001").await.json();
    assert_eq!(found["items"][0]["sub"], sub.as_ref());
    let units = admin.get("/api/v1/units?serial=XYZ0001").await.json();
    let unit = format!("/api/v1/units/{}", units["items"][0]["id"].as_str().unwrap());
    assert_eq!(admin.get(&unit).await.json()["owner"], sub.as_ref());
    assert!(quality.get(&unit).await.json().get("owner").is_none());
}
