//! The registry API as relying parties use it, and misuse it.

use http::StatusCode;
use serde_json::{Value, json};

use super::app::{App, EVERYTHING, client_on, granted};
use super::shelf::{claim, customer, import_units, registered, server, server_with};
use crate::support::{Answer, Server};

async fn shop<'a>(server: &'a Server, name: &str) -> App<'a> {
    let sub = customer(server, name).await;
    granted(server, &client_on(server, "shop.example").await, &sub, EVERYTHING).await
}

fn body(serial: &str) -> Value {
    json!({"model": "X100", "serial": serial, "purchased_on": "2025-11-22", "dealer": "風電器"})
}

fn is_problem(answer: &Answer) -> bool {
    let kind = answer.header("content-type").unwrap_or_default();
    kind.starts_with("application/problem+json") && answer.json()["status"] == answer.status.as_u16()
}

#[tokio::test]
async fn a_unit_registered_by_an_app_is_told_to_it() {
    let server = server().await;
    let shop = shop(&server, "hanako").await;
    let made = shop.register(&body("ab-000001")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let made_json = made.json();
    assert_eq!((&made_json["state"], &made_json["model"]), (&json!("active"), &json!("X100")));
    assert!(made.header("location").unwrap().ends_with(made_json["registration"].as_str().unwrap()));

    let name = made_json["unit_ref"].as_str().unwrap();
    let units = shop.get("/units").await.json();
    assert_eq!((units["total"].as_i64(), units["units"].as_array().unwrap().len()), (Some(1), 1));
    let expected = json!({
        "unit_ref": name, "model": "X100", "gtin": "04006381333931", "name": "エアコン X100", "category": "aircon",
        "held_since": "2025-11", "in_force": true, "serial": "AB-000001", "purchased_on": "2025-11-22",
        "dealer": "風電器", "recalls_open": 0,
        "cover": [
            {"component": "body", "covers": ["parts", "labour"], "ends_on": "2026-11-22", "in_force": true},
            {"component": "compressor", "covers": ["parts"], "ends_on": "2030-11-22", "in_force": true},
        ],
    });
    assert_eq!(units["units"][0], expected);
    assert_eq!(shop.get(&format!("/units/{name}")).await.json(), expected);
    let cover = shop.get(&format!("/units/{name}/cover")).await.json();
    assert_eq!((&cover["cover"], &cover["as_of"]), (&expected["cover"], &json!("2026-11-22")));

    let listed = shop.get("/registrations").await.json();
    assert_eq!(listed["registrations"], json!([made_json]));
    let one = shop.get(&format!("/registrations/{}", made_json["registration"].as_str().unwrap())).await;
    assert_eq!(one.json(), made_json);
    assert_eq!(shop.userinfo().await["products"], json!([expected]));
}

#[tokio::test]
async fn each_scope_shows_its_own_line() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let client = client_on(&server, "shop.example").await;
    registered(&server, &hanako, claim("X100", "AB000001")).await;
    let lines: [(&str, &[&str]); 3] = [
        ("products.serial", &["serial", "purchased_on", "dealer"]),
        ("warranty", &["cover"]),
        ("recalls", &["recalls_open"]),
    ];
    for (scope, members) in lines {
        let with = granted(&server, &client, &hanako, &format!("products {scope}")).await;
        let told = with.userinfo().await["products"][0].clone();
        for (other, others) in lines {
            for member in others {
                assert_eq!(told.get(member).is_some(), other == scope, "{scope}: {member}");
            }
        }
        assert!(members.iter().all(|member| told.get(member).is_some()));
        let without = granted(&server, &client, &hanako, scope).await;
        assert_eq!(without.userinfo().await.get("products"), None, "{scope}");
        assert_eq!(without.get("/units").await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn above_twenty_units_the_rest_comes_by_a_distributed_claim() {
    let server = server_with(&[("HOSHO_LIMIT_SERIALS_PER_HOUR", "1000")]).await;
    let hanako = customer(&server, "hanako").await;
    let mut list = String::from("model_no,serial\n");
    for number in 0..25 {
        list.push_str(&format!("X100,EF{number:06}\n"));
    }
    import_units(&server, list.as_bytes()).await;
    for number in 0..25 {
        registered(&server, &hanako, claim("X100", &format!("EF{number:06}"))).await;
    }
    let shop = granted(&server, &client_on(&server, "shop.example").await, &hanako, EVERYTHING).await;
    let told = shop.userinfo().await;
    assert_eq!((told["products"].as_array().unwrap().len(), &told["products_total"]), (20, &json!(25)));
    let source = told["_claim_names"]["products_all"].as_str().unwrap();
    assert_eq!(told["_claim_sources"][source]["endpoint"], "http://localhost:8080/registry/v1/me/units");

    let mut names = Vec::new();
    let mut path = "/units?limit=10".to_owned();
    let mut pages = 0;
    loop {
        let page = shop.get(&path).await.json();
        pages += 1;
        names
            .extend(page["units"].as_array().unwrap().iter().map(|unit| unit["unit_ref"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/units?limit=10&cursor={cursor}");
    }
    assert_eq!((pages, names.len()), (3, 25));
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 25);
}

/// (A169)
#[tokio::test]
async fn a_cursor_that_was_edited_forged_or_borrowed_is_refused() {
    let server = server().await;
    let (hanako, taro) = (customer(&server, "hanako").await, customer(&server, "taro").await);
    for serial in ["AB000001", "AB000002"] {
        registered(&server, &hanako, claim("X100", serial)).await;
    }
    let client = client_on(&server, "shop.example").await;
    let (mine, theirs) =
        (granted(&server, &client, &hanako, "products").await, granted(&server, &client, &taro, "products").await);
    let elsewhere = granted(&server, &client_on(&server, "other.example").await, &hanako, "products").await;
    let cursor = mine.get("/units?limit=1").await.json()["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(mine.get(&format!("/units?cursor={cursor}")).await.status, StatusCode::OK);
    for borrower in [&theirs, &elsewhere] {
        assert_eq!(borrower.get(&format!("/units?cursor={cursor}")).await.status, StatusCode::BAD_REQUEST);
    }
    let edited = format!("{}A", &cursor[..cursor.len() - 1]);
    for forged in [edited.as_str(), "", "MTIzOmFiYw", "%27%20OR%201=1--", "%00", &"A".repeat(4000)] {
        let answer = mine.get(&format!("/units?cursor={forged}")).await;
        assert!(answer.status == StatusCode::BAD_REQUEST || cursor == forged, "{forged}: {}", answer.status);
    }
    for limit in ["0", "101", "-1", "x", "1;DROP TABLE unit", "99999999999"] {
        assert_eq!(
            mine.get(&format!("/units?limit={}", limit.replace(' ', "%20"))).await.status,
            StatusCode::BAD_REQUEST
        );
    }
}

/// (A173)
#[tokio::test]
async fn names_of_units_open_nothing_for_anybody_else() {
    let server = server().await;
    let (hanako, taro) = (customer(&server, "hanako").await, customer(&server, "taro").await);
    let client = client_on(&server, "shop.example").await;
    let mine = granted(&server, &client, &hanako, EVERYTHING).await;
    let theirs = granted(&server, &client, &taro, EVERYTHING).await;
    let elsewhere = granted(&server, &client_on(&server, "other.example").await, &hanako, EVERYTHING).await;
    let made = mine.register(&body("AB000001")).await.json();
    let (unit, registration) = (made["unit_ref"].as_str().unwrap(), made["registration"].as_str().unwrap());
    // The same unit has another name elsewhere, and what one app registered is no business of another.
    assert_ne!(elsewhere.get("/units").await.json()["units"][0]["unit_ref"], unit);
    assert_eq!(elsewhere.get("/registrations").await.json()["registrations"], json!([]));

    for stranger in [&theirs, &elsewhere] {
        for path in [format!("/units/{unit}"), format!("/units/{unit}/cover"), format!("/registrations/{registration}")]
        {
            let answer = stranger.get(&path).await;
            let unknown =
                stranger.get(&path.replace(unit, "u_AAAAAAAAAAAAAAAAAAAAAA").replace(registration, "r_A")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            let same = |answer: &Answer| {
                let mut document = answer.json();
                document["instance"] = Value::Null;
                document
            };
            assert_eq!(same(&answer), same(&unknown));
        }
    }
    for hostile in ["%27%20OR%20%271%27=%271", "..%2F..", "u_%00", "%FF%FE", "%F0%9F%98%80"] {
        let answer = mine.get(&format!("/units/{hostile}")).await;
        assert!([400, 404].contains(&answer.status.as_u16()), "{hostile}: {}", answer.status);
    }
}

/// (A173)
#[tokio::test]
async fn without_the_right_token_nothing_is_told() {
    let server = server().await;
    let hanako = customer(&server, "hanako").await;
    let client = client_on(&server, "shop.example").await;
    let reader = granted(&server, &client, &hanako, "products").await;
    assert_eq!(reader.register(&body("AB000001")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.get("/units/u_x/cover").await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.get("/registrations").await.status, StatusCode::FORBIDDEN);
    let broken = App { token: format!("{}x", reader.token), ..granted(&server, &client, &hanako, EVERYTHING).await };
    assert_eq!(broken.get("/units").await.status, StatusCode::UNAUTHORIZED);
    server.clock.advance(hosho::base::time::hours(1));
    assert_eq!(reader.get("/units").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_outcome_has_its_status() {
    let server = server().await;
    let (hanako, taro) = (shop(&server, "hanako").await, shop(&server, "taro").await);
    assert_eq!(hanako.register(&body("AB000001")).await.status, StatusCode::CREATED);

    let again = hanako.register(&body("ＡＢ０００００１")).await;
    assert!(is_problem(&again));
    assert_eq!((again.status, &again.json()["code"]), (StatusCode::CONFLICT, &json!("already_yours")));
    assert!(again.json()["unit_ref"].is_string());

    let held = taro.register(&body("AB000001")).await;
    assert!(is_problem(&held));
    assert_eq!((held.status, &held.json()["code"]), (StatusCode::CONFLICT, &json!("held_by_other")));
    assert_eq!(held.json()["next"], json!(["prove_possession", "wait_for_decision"]));
    // It was kept although the answer is no, and tells nothing of the unit but what was sent.
    let kept = taro.get("/registrations").await.json()["registrations"][0].clone();
    assert_eq!((&kept["state"], &kept["reasons"]), (&json!("disputed"), &json!(["held_by_other"])));
    assert_eq!(kept.get("unit_ref"), None);
    assert_eq!(taro.get("/units").await.json()["total"], 0);

    let unknown = hanako.register(&body("ZZ000001")).await;
    assert_eq!((unknown.status, &unknown.json()["reasons"]), (StatusCode::ACCEPTED, &json!(["unknown_serial"])));
    let early = hanako.register(&json!({"model": "X100", "serial": "AB000002", "purchased_on": "2025-05-01"})).await;
    assert_eq!((early.status, &early.json()["reasons"]), (StatusCode::ACCEPTED, &json!(["before_manufacture"])));

    for (body, code, field, reason) in [
        (body("12"), "serial_form", "serial", "serial_form"),
        (json!({"model": "L7", "serial": "79927391"}), "serial_form", "serial", "check_digit"),
        (json!({"model": "X999", "serial": "AB000002"}), "invalid", "model", "unknown"),
        (
            json!({"model": "X100", "serial": "OK100200", "purchased_on": "2026-11-23"}),
            "invalid",
            "purchased_on",
            "in_future",
        ),
        (
            json!({"model": "X100", "serial": "OK100200", "purchased_on": "1900-01-01"}),
            "invalid",
            "purchased_on",
            "too_long_ago",
        ),
        (
            json!({"model": "X100", "serial": "OK100200", "purchased_on": "2025-02-29"}),
            "invalid",
            "purchased_on",
            "date",
        ),
        (
            json!({"model": "X100", "serial": "OK100200", "purchased_on": "22.11.2025"}),
            "invalid",
            "purchased_on",
            "date",
        ),
        (json!({"model": "X100", "serial": "AB000001", "claim_code": "0000"}), "invalid", "claim_code", "wrong"),
    ] {
        let who = if field == "claim_code" { &taro } else { &hanako };
        let answer = who.register(&body).await;
        assert!(is_problem(&answer), "{}", answer.text);
        let document = answer.json();
        assert_eq!((answer.status, &document["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(code)), "{body}");
        assert_eq!(document["errors"], json!([{"field": field, "reason": reason}]), "{body}");
    }
}

/// (A172)
#[tokio::test]
async fn members_that_only_we_may_set_are_ignored() {
    let server = server().await;
    let (hanako, taro) = (customer(&server, "hanako").await, customer(&server, "taro").await);
    let client = client_on(&server, "shop.example").await;
    let shop = granted(&server, &client, &hanako, EVERYTHING).await;
    let greedy = json!({
        "model": "X100", "serial": "ZZ000009", "purchased_on": "2025-11-22", "sub": taro.to_string(),
        "owner_id": taro.to_string(), "warranty_until": "2099-12-31", "state": "active", "status": "approved",
        "confirmed": true, "channel": "staff",
    });
    assert_eq!(shop.register(&greedy).await.status, StatusCode::ACCEPTED);
    assert_eq!(granted(&server, &client, &taro, EVERYTHING).await.get("/units").await.json()["total"], 0);
    assert_eq!(shop.get("/units").await.json()["total"], 0);
}

/// (A171), (A189)
#[tokio::test]
async fn bodies_that_are_no_request_are_refused_alike() {
    let server = server().await;
    let shop = shop(&server, "hanako").await;
    let nul = json!({"model": "X100", "serial": "AB\u{0}1"}).to_string();
    let deep = format!(r#"{{"model": "X100", "x": {}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    for (bytes, status) in [
        (&b""[..], 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (nul.as_bytes(), 400),
        (br#"{"model": "X100", "serial": "\ud800"}"#, 400),
        (deep.as_bytes(), 400),
        (b"[]", 422),
        (br#"{"model": "X100"}"#, 422),
        (br#"{"model": 1, "serial": "AB000001"}"#, 422),
    ] {
        let answer = shop.post_bytes(bytes, None).await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{}: {}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(60)]),
            answer.text
        );
        assert!(is_problem(&answer));
    }
}

/// (A168)
#[tokio::test]
async fn the_sql_injection_corpus_never_reaches_the_database_as_sql() {
    let server = server_with(&[("HOSHO_LIMIT_SERIALS_PER_HOUR", "1000")]).await;
    let shop = shop(&server, "hanako").await;
    for text in [
        "'",
        "\"",
        "';--",
        "' OR 1=1--",
        "'; DROP TABLE unit;--",
        "\\",
        "%",
        "AB%",
        "1 UNION SELECT 1",
        "＇ OR 1=1",
        "ʼ",
        "/**/",
    ] {
        for member in ["model", "serial", "dealer", "claim_code", "purchased_on"] {
            let mut hostile = body("AB000002");
            hostile[member] = text.into();
            let answer = shop.register(&hostile).await;
            assert!(answer.status.as_u16() < 500, "{member} {text}: {}", answer.text);
        }
        let keyed = shop.post(&body("AB000002").to_string(), Some(text)).await;
        assert!(keyed.status.as_u16() < 500, "key {text}: {}", keyed.text);
    }
    assert_eq!(shop.get("/units").await.json()["total"], 1);
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_answer_for_a_day() {
    let server = server_with(&[("HOSHO_TOKEN_ACCESS", "2d")]).await;
    let shop = shop(&server, "hanako").await;
    let asked = body("AB000001").to_string();
    let first = shop.post(&asked, Some("key-1")).await;
    let second = shop.post(&asked, Some("key-1")).await;
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.json(), second.json());
    assert_eq!(first.header("location"), second.header("location"));

    let other = shop.post(&body("AB000002").to_string(), Some("key-1")).await;
    assert_eq!((other.status, &other.json()["code"]), (StatusCode::CONFLICT, &json!("idempotency_key_reused")));
    assert_eq!(shop.post(&asked, Some("key-2")).await.json()["code"], "already_yours");
    assert_eq!(shop.post(&asked, Some("")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(shop.post(&asked, Some(&"k".repeat(256))).await.status, StatusCode::BAD_REQUEST);

    // Refusals are repeated too, and another customer's key is another key.
    let refused = shop.post(&body("1").to_string(), Some("key-3")).await;
    assert_eq!(shop.post(&body("1").to_string(), Some("key-3")).await.json(), refused.json());
    let taro = customer(&server, "taro").await;
    let theirs = granted(&server, &shop.client, &taro, EVERYTHING).await;
    assert_eq!(theirs.post(&asked, Some("key-1")).await.json()["code"], "held_by_other");

    server.clock.advance(hosho::base::time::days(1));
    assert_eq!(shop.post(&asked, Some("key-1")).await.json()["code"], "already_yours");
}

#[tokio::test]
async fn too_many_tries_are_told_when_to_come_back() {
    let server = server_with(&[("HOSHO_LIMIT_SERIALS_PER_HOUR", "2")]).await;
    let shop = shop(&server, "hanako").await;
    for serial in ["QQ000001", "QQ000002"] {
        shop.register(&body(serial)).await;
    }
    let refused = shop.register(&body("AB000001")).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(is_problem(&refused) && refused.header("retry-after").is_some());
}
