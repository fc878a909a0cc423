//! `kill -9` during load: every acknowledged registration is there afterwards, and no code is redeemed twice.
//! `HOSHO_TEST_ROUNDS` sets how often (3 by default).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::program::Place;
use crate::support::{Answer, Browser};

const CALLBACK: &str = "http://localhost:9999/callback";
const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-standard-0123";
const PASSWORD: &str = "correct horse battery staple 42";
const SCOPE: &str = "openid products registry.register offline_access";

/// The program with an account, a client and a factory list.
struct Shop {
    place: Place,
    issuer: String,
    client: Value,
}

/// What the clients of the program know for certain.
#[derive(Default)]
struct Journal {
    next: AtomicU32,
    registered: Mutex<BTreeSet<String>>,
    /// Codes with whether an answer said that they were redeemed.
    codes: Mutex<Vec<(String, bool)>>,
}

impl Shop {
    fn set_up() -> Self {
        let place = Place::new();
        let issuer = format!("http://localhost:{}", place.address.port());
        let file = |name: &str, text: String| {
            let path = place.folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let plan = json!([{
            "code": "STD", "version": 1, "name": {"ja": "標準保証", "en": "Standard"}, "region": "JP",
            "zone": "Asia/Tokyo", "start": "purchase", "fallback_days": 30, "first_day_counted": false,
            "transferable": true,
            "lines": [{"component": "body", "name": {"ja": "本体", "en": "Body"}, "months": 12, "covers": ["parts"]}]
        }]);
        let model = "brand,model_no,name_ja,name_en,category,gtin,serial_namespace,serial_regex,check_digit,\
                     launched_on,warranty_plan\nSakura,X100,エアコン,Air conditioner,aircon,,x,[A-Z]{2}[0-9]{6},\
                     none,2020-01-01,STD\n";
        let units: String = (0..20_000).map(|n| format!("X100,KL{n:06},L1,2024-01-01,2024-02-01,\n")).collect();
        let units = format!("model_no,serial,lot,made_on,shipped_on,claim_code\n{units}");
        run(&place, &["plan", "import", &file("plan.json", plan.to_string())], "");
        run(&place, &["model", "import", &file("model.csv", model.to_owned())], "");
        run(&place, &["unit", "import", &file("unit.csv", units)], "");
        run(&place, &["account", "create", "--email", "hanako@example.com", "--password-stdin"], PASSWORD);
        let metadata = json!({
            "client_name": "Shop", "redirect_uris": [CALLBACK], "scope": SCOPE,
            "grant_types": ["authorization_code", "refresh_token"], "hosho_first_party": true,
        });
        let client = run(&place, &["client", "create"], &metadata.to_string());
        Self { issuer, client, place }
    }

    async fn sign_in(&self) -> Browser {
        let mut browser = Browser::of_program(&self.issuer);
        let page = browser.get("/sign-in").await;
        let fields = [("username", "hanako@example.com"), ("password", PASSWORD)];
        browser.submit(&page, "login-submit", &fields).await;
        browser
    }

    /// An authorization code, or `None` where the program was killed meanwhile.
    async fn code(&self, browser: &mut Browser) -> Option<String> {
        let challenge = hosho::base::digest::base64url(hosho::base::digest::sha256(VERIFIER));
        let client_id = self.client["client_id"].as_str().unwrap();
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("response_type", "code"),
                ("client_id", client_id),
                ("redirect_uri", CALLBACK),
                ("scope", SCOPE),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ])
            .finish();
        let request = Request::get(format!("/authorize?{query}")).body(Body::empty()).unwrap();
        let answer = browser.try_send(request).await?;
        answer.location_parameter("code")
    }

    async fn redeem(&self, browser: &mut Browser, code: &str) -> Option<Answer> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
                ("client_id", self.client["client_id"].as_str().unwrap()),
                ("client_secret", self.client["client_secret"].as_str().unwrap()),
            ])
            .finish();
        let request = Request::post("/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .unwrap();
        browser.try_send(request).await
    }

    async fn token(&self, browser: &mut Browser) -> String {
        let code = self.code(browser).await.expect("a code");
        let answer = self.redeem(browser, &code).await.unwrap();
        answer.json()["access_token"].as_str().expect("an access token").to_owned()
    }
}

fn run(place: &Place, arguments: &[&str], input: &str) -> Value {
    let mut all = arguments.to_vec();
    all.push("--json");
    let output = place.run_with_input(&all, input);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
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
        match page["next"].as_str() {
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
    let rounds = std::env::var("HOSHO_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
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
        for (code, is_redeemed) in std::mem::take(&mut *journal.codes.lock().unwrap()) {
            let again = shop.redeem(&mut browser, &code).await.unwrap();
            if is_redeemed {
                assert_eq!(again.json()["error"], "invalid_grant", "redeemed twice: {code}");
            }
            assert_eq!(shop.redeem(&mut browser, &code).await.unwrap().json()["error"], "invalid_grant");
        }
    }
}
