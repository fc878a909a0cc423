//! `kill -9` during load: every acknowledged registration is there afterwards, and no code is redeemed twice.
//! `HOSHO_TEST_ROUNDS` sets how often (3 by default).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::json;

use super::shop::Shop;
use crate::support::{Browser, rounds};

/// What the clients of the program know for certain.
#[derive(Default)]
struct Journal {
    next: AtomicU32,
    registered: Mutex<BTreeSet<String>>,
    /// Codes with whether an answer said that they were redeemed.
    codes: Mutex<Vec<(String, bool)>>,
}

async fn register(browser: &mut Browser, token: &str, serial: &str) -> Option<StatusCode> {
    let body = json!({"model": "X100", "serial": serial, "purchased_on": "2025-11-22"});
    let request = Request::post("/registry/v1/me/registrations")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    Some(browser.try_send(request).await?.status)
}

/// Every serial number of the account, page by page.
async fn units(browser: &mut Browser, token: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut path = "/registry/v1/me/units?limit=100".to_owned();
    loop {
        let request =
            Request::get(&path).header("authorization", format!("Bearer {token}")).body(Body::empty()).unwrap();
        let page = browser.send(request).await.json();
        found.extend(page["units"].as_array().unwrap().iter().map(|unit| unit["unit_ref"].to_string()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/registry/v1/me/units?limit=100&cursor={cursor}"),
            None => return found,
        }
    }
}

async fn register_until_killed(shop: Arc<Shop>, journal: Arc<Journal>, token: String) {
    let mut browser = Browser::of_program(&shop.issuer);
    loop {
        let serial = format!("KL{:06}", journal.next.fetch_add(1, Ordering::SeqCst));
        match register(&mut browser, &token, &serial).await {
            Some(status) => {
                assert_eq!(status, StatusCode::CREATED, "{serial}");
                journal.registered.lock().unwrap().insert(serial);
            }
            None => return,
        }
    }
}

async fn redeem_until_killed(shop: Arc<Shop>, journal: Arc<Journal>, mut browser: Browser) {
    while let Some(code) = shop.code(&mut browser).await {
        let answer = shop.redeem(&mut browser, &code).await;
        let is_redeemed = answer.as_ref().is_some_and(|answer| answer.status == StatusCode::OK);
        journal.codes.lock().unwrap().push((code, is_redeemed));
        if answer.is_none() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9() {
    let rounds = rounds(3);
    let shop = Arc::new(Shop::set_up());
    let journal = Arc::new(Journal::default());
    let limits = [("HOSHO_LIMIT_SERIALS_PER_HOUR", "1000000")];
    let mut serving = shop.place.serve_with(&limits);
    let mut browser = shop.sign_in().await;
    for round in 0..rounds {
        let token = shop.token(&mut browser).await;
        let mut tasks = Vec::new();
        for _ in 0..3 {
            tasks.push(tokio::spawn(register_until_killed(Arc::clone(&shop), Arc::clone(&journal), token.clone())));
        }
        tasks.push(tokio::spawn(redeem_until_killed(Arc::clone(&shop), Arc::clone(&journal), browser.clone())));
        tokio::time::sleep(Duration::from_millis(400 + 130 * round)).await;
        serving.signal("KILL");
        for task in tasks {
            task.await.unwrap();
        }
        drop(serving);
        serving = shop.place.serve_with(&limits);

        let token = shop.token(&mut browser).await;
        let kept = units(&mut browser, &token).await;
        let registered = journal.registered.lock().unwrap().clone();
        assert!(!registered.is_empty() && kept.len() >= registered.len(), "{} of {}", kept.len(), registered.len());
        for serial in &registered {
            // Registered already, or the acknowledged row would be gone and this would be "created".
            assert_eq!(register(&mut browser, &token, serial).await, Some(StatusCode::CONFLICT), "{serial}");
        }
        let codes = std::mem::take(&mut *journal.codes.lock().unwrap());
        for (code, is_redeemed) in codes {
            let again = shop.redeem(&mut browser, &code).await.unwrap();
            if is_redeemed {
                assert_eq!(again.json()["error"], "invalid_grant", "redeemed twice: {code}");
            }
            assert_eq!(shop.redeem(&mut browser, &code).await.unwrap().json()["error"], "invalid_grant");
        }
    }
}
