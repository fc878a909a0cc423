//! RFC 9396 with the type `product_ownership`: units are chosen one by one, and every use is checked against what the
//! customer holds and still allows at that moment.

use hosho::base::id::Subject;
use hosho::domain::registry::RegistrationId;
use hosho::service::oidc::client::RegisterError;
use hosho::service::registry::register_unit::Outcome;
use hosho::service::registry::review;
use serde_json::{Value, json};

use crate::registry::shelf::{self, claim, registered};
use crate::support::{Answer, Browser, Server, Shop, claims, text};

const REGISTRY: &str = "http://localhost:8080/registry/v1";

/// A server with a catalogue, a customer with two air conditioners, and an application that may ask for single units.
struct Scene {
    server: Server,
    shop: Shop,
    hanako: Subject,
    browser: Browser,
}

async fn scene() -> Scene {
    scene_with(json!({"hosho_first_party": false})).await
}

async fn scene_with(members: Value) -> Scene {
    let server = shelf::server().await;
    let mut metadata = json!({"authorization_details_types": ["product_ownership"]});
    metadata.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let shop = server.shop_with(metadata).await;
    let hanako = server.customer("hanako@example.jp").await;
    for serial in ["AB000001", "AB000002"] {
        registered(&server, &hanako, claim("X100", serial)).await;
    }
    let mut browser = server.browser();
    server.sign_in(&mut browser, &hanako).await;
    Scene { server, shop, hanako, browser }
}

/// An element of a request.
fn wish(members: &Value) -> Value {
    let mut element = json!({"type": "product_ownership", "actions": ["read_unit"]});
    element.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    element
}

fn details(elements: &[Value]) -> String {
    Value::Array(elements.to_vec()).to_string()
}

/// The field of the unit whose serial number ends so.
fn field(page: &Answer, ending: &str) -> String {
    let fields = page.attributes(".check-unit input", "name");
    let shown = |field: &String| page.find(&format!("label[for='{field}']")).unwrap_or_default();
    fields.into_iter().find(|field| shown(field).ends_with(ending)).unwrap_or_else(|| panic!("{}", page.text))
}

fn ticked(page: &Answer) -> Vec<String> {
    page.attributes(".check-unit input[checked]", "name")
}

fn asks(page: &Answer) -> bool {
    page.find("#consent-deny").is_some()
}

impl Scene {
    async fn ask(&mut self, given: &[(&str, &str)]) -> Answer {
        self.browser.get(&self.shop.asks(given)).await
    }

    /// Ask for units, and choose those whose serial numbers end so.
    async fn choose(&mut self, given: &[(&str, &str)], endings: &[&str]) -> Answer {
        let page = self.ask(given).await;
        let fields: Vec<String> = endings.iter().map(|ending| field(&page, ending)).collect();
        let untick = ticked(&page);
        let mut sent: Vec<(&str, &str)> = untick.iter().map(|name| (name.as_str(), "")).collect();
        sent.retain(|(name, _)| !fields.iter().any(|own| own == name));
        sent.extend(fields.iter().map(|name| (name.as_str(), "on")));
        self.browser.submit(&page, "consent-allow", &sent).await
    }

    /// The tokens for units whose serial numbers end so.
    async fn tokens(&mut self, given: &[(&str, &str)], endings: &[&str]) -> Value {
        let code = self.choose(given, endings).await.code();
        let answer = self.shop.exchange(&code).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    async fn api(&self, tokens: &Value, path: &str) -> Answer {
        self.shop.get(&format!("/registry/v1/me{path}"), text(tokens, "access_token")).await
    }
}

fn units(tokens: &Value) -> Vec<String> {
    let list = tokens["authorization_details"].as_array().cloned().unwrap_or_default();
    list.iter().map(|detail| text(detail, "identifier").to_owned()).collect()
}

fn problem(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_customer_chooses_one_unit_and_the_app_reaches_no_other() {
    let mut scene = scene().await;
    let asked = details(&[wish(&json!({"datatypes": ["model", "serial"], "models": ["x100"], "purpose": "診断 <b>"}))]);
    let given = [("authorization_details", asked.as_str())];
    let page = scene.ask(&given).await;
    assert!(page.text.contains("診断 &#60;b&#62;"), "{}", page.text);
    assert_eq!((page.attributes(".check-unit input", "name").len(), ticked(&page).len()), (2, 0));
    let tokens = scene.tokens(&given, &["0002"]).await;
    let expected = json!([{"type": "product_ownership", "locations": [REGISTRY], "actions": ["read_unit"],
                           "datatypes": ["model", "serial"], "identifier": units(&tokens)[0]}]);
    assert_eq!(tokens["authorization_details"], expected);
    let token = text(&tokens, "access_token");
    assert_eq!(claims(token)["authorization_details"], expected);
    assert_eq!(scene.shop.introspect(token).await["authorization_details"], expected);
    let refresh = scene.shop.introspect(text(&tokens, "refresh_token")).await;
    assert_eq!(refresh["authorization_details"], expected);

    let listed = scene.api(&tokens, "/units").await.json();
    assert_eq!((&listed["total"], listed["units"].as_array().unwrap().len()), (&json!(1), 1));
    let unit = scene.api(&tokens, &format!("/units/{}", units(&tokens)[0])).await.json();
    assert_eq!((&unit["serial"], unit.get("cover")), (&json!("AB-000002"), None));
    assert_eq!(listed["units"][0], unit);
    let both = scene.tokens(&[("scope", "openid products")], &[]).await;
    let every = scene.api(&both, "/units").await.json();
    for other in every["units"].as_array().unwrap().iter().map(|unit| text(unit, "unit_ref")) {
        let path = format!("/units/{other}");
        let expected = if other == units(&tokens)[0] { (200, "") } else { (403, "insufficient_scope") };
        assert_eq!(problem(&scene.api(&tokens, &path).await), (expected.0, expected.1.to_owned()));
        // The action was not allowed, not even with the chosen one.
        assert_eq!(scene.api(&tokens, &format!("{path}/cover")).await.status, 403);
    }
    assert_eq!(problem(&scene.api(&tokens, "/units/u_nothing").await).1, "insufficient_scope");
    assert_eq!(scene.api(&tokens, "/registrations").await.status, 403);
}

#[tokio::test]
async fn details_are_enough_without_any_scope() {
    let mut scene = scene().await;
    let cover = json!({"actions": ["read_unit", "read_cover"], "datatypes": ["model", "cover"]});
    let asked = details(&[wish(&cover)]);
    let tokens = scene.tokens(&[("scope", ""), ("authorization_details", &asked)], &["0001", "0002"]).await;
    assert_eq!((tokens.get("scope"), tokens.get("id_token")), (None, None));
    assert_eq!(units(&tokens).len(), 2);
    for unit in units(&tokens) {
        let covered = scene.api(&tokens, &format!("/units/{unit}/cover")).await.json();
        assert_eq!(covered["cover"][0]["component"], "body");
        let told = scene.api(&tokens, &format!("/units/{unit}")).await.json();
        assert_eq!((told["cover"].is_array(), told.get("serial")), (true, None));
    }
    let userinfo = scene.shop.userinfo(text(&tokens, "access_token")).await;
    assert_eq!(userinfo.refusal(), (403, "insufficient_scope".to_owned()));
}

#[tokio::test]
async fn scope_and_details_add_up() {
    let mut scene = scene().await;
    let asked = details(&[wish(&json!({"datatypes": ["model", "serial"]}))]);
    let given = [("scope", "openid products"), ("authorization_details", asked.as_str())];
    let tokens = scene.tokens(&given, &["0001"]).await;
    let listed = scene.api(&tokens, "/units").await.json();
    let chosen = &units(&tokens)[0];
    for unit in listed["units"].as_array().unwrap() {
        assert_eq!(unit.get("serial").is_some(), text(unit, "unit_ref") == chosen);
        let alone = scene.api(&tokens, &format!("/units/{}", text(unit, "unit_ref"))).await;
        assert_eq!(alone.json(), *unit);
    }
    assert_eq!(listed["units"].as_array().unwrap().len(), 2);
    assert_eq!(scene.api(&tokens, "/units/u_nothing").await.status, 404);
}

#[tokio::test]
async fn what_is_malformed_unknown_or_not_registered_is_refused_at_the_client() {
    let mut scene = scene().await;
    for bad in [
        "x".to_owned(),
        "{}".to_owned(),
        details(&[json!({"type": "payment_initiation"})]),
        details(&[wish(&json!({"actions": ["open_case"]}))]),
        details(&[wish(&json!({"privileges": ["all"]}))]),
        details(&[wish(&json!({"locations": ["http://localhost:8080/api/v1"]}))]),
        details(&[wish(&json!({"models": ["NO-SUCH"]}))]),
        details(&vec![wish(&json!({})); 6]),
    ] {
        let answer = scene.ask(&[("authorization_details", &bad)]).await;
        assert_eq!(answer.error().as_deref(), Some("invalid_authorization_details"), "{bad}");
    }
    let other = scene.server.shop_with(json!({"hosho_first_party": false})).await;
    let asked = details(&[wish(&json!({}))]);
    let answer = scene.browser.get(&other.asks(&[("authorization_details", &asked)])).await;
    assert_eq!(answer.error().as_deref(), Some("invalid_authorization_details"));
    let twice = format!("{}&authorization_details=%5B%5D", scene.shop.asks(&[("authorization_details", &asked)]));
    assert_eq!(scene.browser.get(&twice).await.error().as_deref(), Some("invalid_request"));
    let machine =
        scene.shop.post("/token", &[("grant_type", "client_credentials"), ("authorization_details", &asked)]).await;
    assert_eq!(machine.refusal(), (400, "invalid_authorization_details".to_owned()));
}

/// (A028)
#[tokio::test]
async fn a_choice_is_checked_against_what_the_customer_holds_now() {
    let mut scene = scene().await;
    let taro = shelf::customer(&scene.server, "taro").await;
    registered(&scene.server, &taro, claim("X100", "OK100200")).await;
    let asked = details(&[wish(&json!({}))]);
    let page = scene.ask(&[("authorization_details", &asked)]).await;
    let own = field(&page, "0001");

    let mut theirs = scene.server.browser();
    scene.server.sign_in(&mut theirs, &taro).await;
    let their_page = theirs.get(&scene.shop.asks(&[("authorization_details", &asked)])).await;
    let their_unit = field(&their_page, "0200");
    for forged in [their_unit.as_str(), "unit.0.u_nothing", "unit.1.u_nothing", &own.replace("unit.0", "unit.7")] {
        let again = scene.browser.submit(&page, "consent-allow", &[(&own, "on"), (forged, "on")]).await;
        assert_eq!((again.status.as_u16(), again.location()), (422, None), "{forged}");
        assert_eq!(ticked(&again), std::slice::from_ref(&own), "what was ticked stays");
    }
    let nothing = scene.browser.submit(&page, "consent-allow", &[]).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.find("#error-summary").unwrap().contains("製品を選んで"), "{}", nothing.text);

    // A unit that another took over between the page and the answer is not given.
    let lost = field(&page, "0002");
    hand_over(&scene.server, &taro, "AB000002").await;
    let late = scene.browser.submit(&page, "consent-allow", &[(&lost, "on")]).await;
    assert_eq!(late.status, 422);
    let answer = scene.browser.submit(&late, "consent-allow", &[(&own, "on")]).await;
    let tokens = scene.shop.exchange(&answer.code()).await.json();
    assert_eq!(units(&tokens), [own.trim_start_matches("unit.0.")]);
}

/// Somebody else claims a unit, and staff decide for them.
async fn hand_over(server: &Server, to: &Subject, serial: &str) -> RegistrationId {
    let Outcome::HeldByOther(id, _) = registered(server, to, claim("X100", serial)).await else {
        panic!("somebody holds {serial}")
    };
    let mut work = server.work();
    review::accept(&mut work, &id).await.unwrap();
    work.commit().await.unwrap();
    id
}

#[tokio::test]
async fn the_same_units_are_given_again_silently_and_a_new_one_is_asked_about() {
    let mut scene = scene_with(json!({"hosho_first_party": true})).await;
    let asked = details(&[wish(&json!({"purpose": "Diagnosis"}))]);
    let silent = [("authorization_details", asked.as_str()), ("prompt", "none")];
    assert_eq!(scene.ask(&silent).await.error().as_deref(), Some("consent_required"));
    // Users of the maker's own applications choose too; nothing else is asked of them.
    let page = scene.ask(&silent[..1]).await;
    assert!(asks(&page) && page.find("ul.list").is_none(), "{}", page.text);
    let first = units(&scene.tokens(&silent[..1], &["0001"]).await);
    let again = scene.ask(&silent).await.code();
    assert_eq!(units(&scene.shop.exchange(&again).await.json()), first);

    // Less for the same purpose is covered; more, or another purpose, is not.
    for (other, is_new) in [
        (json!({"purpose": "Diagnosis", "identifier": first[0]}), false),
        (json!({"purpose": "Diagnosis", "models": ["X100"]}), false),
        (json!({"purpose": "Sales"}), true),
        (json!({}), true),
        (json!({"purpose": "Diagnosis", "datatypes": ["model", "serial"]}), true),
    ] {
        let other = details(&[wish(&other)]);
        let answer = scene.ask(&[("authorization_details", &other), ("prompt", "none")]).await;
        assert_eq!(answer.error().is_some(), is_new, "{other}");
    }
    registered(&scene.server, &scene.hanako, claim("X100", "OK100200")).await;
    assert_eq!(scene.ask(&silent).await.error().as_deref(), Some("consent_required"));
    let page = scene.ask(&silent[..1]).await;
    assert_eq!(ticked(&page), [field(&page, "0001")], "what was chosen before is ticked, what is new is not");
}

#[tokio::test]
async fn a_single_match_is_ticked_and_what_matches_nothing_says_what_to_do() {
    let mut scene = scene().await;
    let lamp = details(&[wish(&json!({"models": ["L7"]}))]);
    let given = [("authorization_details", lamp.as_str())];
    let page = scene.ask(&given).await;
    assert!(asks(&page) && page.find("#consent-allow").is_none(), "{}", page.text);
    assert!(page.find(".notice").unwrap().contains("L7"), "{}", page.text);
    assert_eq!(page.attributes(".notice a", "href")[0], "/my/products/add");
    let denied = scene.browser.submit(&page, "consent-deny", &[]).await;
    assert_eq!(denied.error().as_deref(), Some("access_denied"));

    let page = scene.ask(&given).await;
    registered(&scene.server, &scene.hanako, claim("L7", "79927398")).await;
    let again = scene.browser.get(&page.attributes(".notice a", "href")[1]).await;
    assert_eq!(ticked(&again).len(), 1, "{}", again.text);
    let answer = scene.browser.submit(&again, "consent-allow", &[]).await;
    assert_eq!(units(&scene.shop.exchange(&answer.code()).await.json()).len(), 1);
}

/// (A049)
#[tokio::test]
async fn exchange_and_refresh_can_narrow_and_never_widen() {
    let mut scene = scene().await;
    let cover = json!({"actions": ["read_unit", "read_cover"], "datatypes": ["model", "cover"]});
    let asked = details(&[wish(&cover)]);
    let given = [("authorization_details", asked.as_str())];
    let code = scene.choose(&given, &["0001", "0002"]).await.code();
    let wider = details(&[wish(&json!({"datatypes": ["model", "serial"]}))]);
    let refused = scene.shop.exchange_with(&code, &[("authorization_details", &wider)]).await;
    assert_eq!(refused.refusal(), (400, "invalid_authorization_details".to_owned()));
    // The code is still good: nothing was used up for a mistake.
    let unit_only = details(&[wish(&json!({}))]);
    let tokens = scene.shop.exchange_with(&code, &[("authorization_details", &unit_only)]).await.json();
    assert_eq!(units(&tokens).len(), 2);
    assert_eq!(tokens["authorization_details"][0]["actions"], json!(["read_unit"]));
    let path = format!("/units/{}/cover", units(&tokens)[0]);
    assert_eq!(scene.api(&tokens, &path).await.status, 403);

    // The grant stays whole: the next token has all of it, or what is asked for then.
    let whole = scene.shop.refresh(text(&tokens, "refresh_token")).await.json();
    assert_eq!(whole["authorization_details"][0]["actions"], json!(["read_unit", "read_cover"]));
    assert_eq!(scene.api(&whole, &path).await.status, 200);
    let one = details(&[wish(&json!({"actions": ["read_cover"], "identifier": units(&tokens)[1]}))]);
    let token = text(&whole, "refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token), ("authorization_details", one.as_str())];
    let narrow = scene.shop.post("/token", &fields).await.json();
    assert_eq!(units(&narrow), units(&tokens)[1..]);
    let token = text(&narrow, "refresh_token");
    for (bad, code) in [
        (details(&[wish(&json!({"identifier": "u_other"}))]), "invalid_authorization_details"),
        ("[{}]".to_owned(), "invalid_authorization_details"),
    ] {
        let fields =
            [("grant_type", "refresh_token"), ("refresh_token", token), ("authorization_details", bad.as_str())];
        assert_eq!(scene.shop.post("/token", &fields).await.refusal(), (400, code.to_owned()));
    }
}

/// (A065)
#[tokio::test]
async fn a_token_for_another_audience_carries_no_details() {
    let mut scene = scene().await;
    let asked = details(&[wish(&json!({}))]);
    let tokens = scene.tokens(&[("authorization_details", &asked)], &["0001"]).await;
    let token = text(&tokens, "refresh_token");
    let issuer = [("grant_type", "refresh_token"), ("refresh_token", token), ("resource", "http://localhost:8080")];
    let other = scene.shop.post("/token", &issuer).await.json();
    assert_eq!(other.get("authorization_details"), None);
    assert_eq!(claims(text(&other, "access_token")).get("authorization_details"), None);
    assert_eq!(scene.api(&other, "/units").await.status, 401);
    assert_eq!(scene.shop.introspect(text(&other, "access_token")).await.get("authorization_details"), None);
    let fields =
        [("grant_type", "refresh_token"), ("refresh_token", text(&other, "refresh_token")), ("resource", REGISTRY)];
    let back = scene.shop.post("/token", &fields).await.json();
    assert_eq!(claims(text(&back, "access_token"))["aud"], REGISTRY);
    assert_eq!(units(&back).len(), 1);
}

#[tokio::test]
async fn a_unit_that_is_no_longer_held_says_so_and_stays_lost() {
    let mut scene = scene().await;
    let cover = json!({"actions": ["read_unit", "read_cover"], "datatypes": ["model", "cover"]});
    let tokens = scene.tokens(&[("authorization_details", &details(&[wish(&cover)]))], &["0001", "0002"]).await;
    let listed = scene.api(&tokens, "/units").await.json();
    let names: Vec<&str> = listed["units"].as_array().unwrap().iter().map(|unit| text(unit, "unit_ref")).collect();
    let taro = shelf::customer(&scene.server, "taro").await;
    hand_over(&scene.server, &taro, "AB000002").await;
    let mut answers = Vec::new();
    for name in &names {
        for path in [format!("/units/{name}"), format!("/units/{name}/cover")] {
            answers.push(problem(&scene.api(&tokens, &path).await));
        }
    }
    let lost = (403, "unit_no_longer_held".to_owned());
    assert_eq!(answers.iter().filter(|answer| **answer == lost).count(), 2, "{answers:?}");
    assert_eq!(answers.iter().filter(|answer| answer.0 == 200).count(), 2, "{answers:?}");
    assert_eq!(scene.api(&tokens, "/units").await.json()["total"], 1);

    // Held again, by another registration: what was allowed then was about the first time.
    hand_over(&scene.server, &scene.hanako, "AB000002").await;
    assert_eq!(scene.api(&tokens, "/units").await.json()["total"], 1);
    let refreshed = scene.shop.refresh(text(&tokens, "refresh_token")).await.json();
    assert_eq!(scene.api(&refreshed, "/units").await.json()["total"], 1);
}

/// (A057)
#[tokio::test]
async fn what_an_app_may_see_stands_on_my_page_and_can_be_taken_back_one_by_one() {
    let mut scene = scene().await;
    let asked = details(&[wish(&json!({"datatypes": ["model", "serial"]}))]);
    let given = [("authorization_details", asked.as_str())];
    let tokens = scene.tokens(&given, &["0001", "0002"]).await;
    let apps = scene.browser.get("/my/apps").await;
    for shown in ["シリアル番号の末尾 0001", "シリアル番号の末尾 0002", "シリアル番号、購入日、購入店"]
    {
        assert!(apps.find(".seen-units").unwrap().contains(shown), "{}", apps.text);
    }
    let gone = apps.attributes(".seen-unit input[name='unit']", "value")[0].clone();
    let after = scene.browser.submit(&apps, "unit", &[("unit", &gone)]).await;
    assert!(after.find(".notice").unwrap().contains("見せない"), "{}", after.text);
    assert_eq!(after.attributes(".seen-unit input[name='unit']", "value").len(), 1);

    let mut answers = Vec::new();
    for unit in units(&tokens) {
        answers.push(problem(&scene.api(&tokens, &format!("/units/{unit}")).await));
    }
    answers.sort();
    assert_eq!(answers, [(200, String::new()), (403, "insufficient_scope".to_owned())]);
    // Asked again, it gives what is left, without a word.
    let silent = [given[0], ("prompt", "none")];
    let code = scene.ask(&silent).await.code();
    assert_eq!(units(&scene.shop.exchange(&code).await.json()).len(), 1);

    let apps = scene.browser.get("/my/apps").await;
    scene.browser.submit(&apps, "client", &[]).await;
    assert_eq!(scene.api(&tokens, "/units").await.status, 401);
    assert_eq!(scene.ask(&silent).await.error().as_deref(), Some("consent_required"));
    let repeated = scene.browser.submit(&apps, "unit", &[("unit", &gone)]).await;
    assert_eq!(repeated.status, 404);
}

#[tokio::test]
async fn choosing_again_takes_back_what_is_passed_over() {
    let mut scene = scene().await;
    let asked = details(&[wish(&json!({}))]);
    let tokens = scene.tokens(&[("authorization_details", &asked)], &["0001", "0002"]).await;
    assert_eq!(scene.api(&tokens, "/units").await.json()["total"], 2);
    let fewer = scene.tokens(&[("authorization_details", &asked), ("prompt", "consent")], &["0002"]).await;
    assert_eq!(units(&fewer).len(), 1);
    assert_eq!(scene.api(&tokens, "/units").await.json()["total"], 1, "the older token sees no more than the new one");
}

#[tokio::test]
async fn a_client_that_loses_the_type_loses_the_grant() {
    let mut scene = scene().await;
    let asked = details(&[wish(&json!({}))]);
    let tokens = scene.tokens(&[("authorization_details", &asked)], &["0001"]).await;
    let metadata = json!({"redirect_uris": [scene.shop.callback], "hosho_first_party": false,
                          "grant_types": ["authorization_code", "refresh_token"]});
    let mut work = scene.server.work();
    let id = scene.shop.id.as_str().into();
    hosho::service::oidc::client::update(&mut work, &id, &metadata.to_string()).await.unwrap();
    work.commit().await.unwrap();
    let refused = scene.shop.refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(refused.refusal(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn several_wishes_are_answered_each_for_itself() {
    let mut scene = scene().await;
    let wishes = [
        wish(&json!({"purpose": "Diagnosis", "datatypes": ["model", "serial"]})),
        wish(&json!({"purpose": "Cover", "actions": ["read_cover"]})),
        wish(&json!({"models": ["L7"]})),
    ];
    let asked = details(&wishes);
    let given = [("authorization_details", asked.as_str())];
    let page = scene.ask(&given).await;
    let boxes = page.attributes(".check-unit input", "name");
    let of = |position: &str| boxes.iter().find(|name| name.starts_with(position)).unwrap().as_str();
    let one = scene.browser.submit(&page, "consent-allow", &[(of("unit.0"), "on")]).await;
    assert_eq!(one.status, 422, "each wish that can be answered needs an answer");
    let both = [(of("unit.0"), "on"), (of("unit.1"), "on")];
    let tokens = scene.shop.exchange(&scene.browser.submit(&page, "consent-allow", &both).await.code()).await.json();
    let actions: Vec<&Value> =
        tokens["authorization_details"].as_array().unwrap().iter().map(|detail| &detail["actions"]).collect();
    assert_eq!(actions, [&json!(["read_unit"]), &json!(["read_cover"])]);
    assert!(!scene.ask(&[given[0], ("prompt", "none")]).await.code().is_empty());
}

#[tokio::test]
async fn the_metadata_names_the_type_and_registrations_name_no_other() {
    let server = Server::start().await;
    let document = server.browser().fetch("/.well-known/openid-configuration").await.json();
    assert_eq!(document["authorization_details_types_supported"], json!(["product_ownership"]));
    let metadata = json!({"redirect_uris": ["https://rp.example/cb"], "authorization_details_types": ["payment"]});
    let mut work = server.work();
    let refused = hosho::service::oidc::client::create(&mut work, &metadata.to_string()).await;
    let Err(RegisterError::Metadata(error)) = refused else { panic!("an unknown type was registered") };
    assert_eq!(error.code.as_str(), "invalid_client_metadata");
}

#[tokio::test]
async fn details_can_be_pushed_and_are_checked_then() {
    let mut scene = scene().await;
    let asked = details(&[wish(&json!({}))]);
    let pushed = scene.shop.pushed(&[("authorization_details", &asked)]).await;
    let page = scene.browser.get(&pushed).await;
    let unit = field(&page, "0001");
    let answer = scene.browser.submit(&page, "consent-allow", &[(&unit, "on")]).await;
    assert_eq!(units(&scene.shop.exchange(&answer.code()).await.json()).len(), 1);
    let bad = details(&[wish(&json!({"actions": ["open_case"]}))]);
    let refused = scene.shop.push(&[("authorization_details", &bad)]).await;
    assert_eq!(refused.refusal(), (400, "invalid_authorization_details".to_owned()));
}

#[tokio::test]
async fn single_units_come_in_pages_too() {
    let mut scene = scene().await;
    let asked = details(&[wish(&json!({}))]);
    let tokens = scene.tokens(&[("authorization_details", &asked)], &["0001", "0002"]).await;
    let first = scene.api(&tokens, "/units?limit=1").await.json();
    let cursor = text(&first, "next_cursor");
    let second = scene.api(&tokens, &format!("/units?limit=1&cursor={cursor}")).await.json();
    assert_eq!((second.get("next_cursor"), &second["total"]), (None, &json!(2)));
    assert_ne!(first["units"][0]["unit_ref"], second["units"][0]["unit_ref"]);
}
