//! A program with an account, a client and a factory list, and a person who signs in to it.

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use super::program::Place;
use crate::support::{Answer, Browser};

pub const CALLBACK: &str = "http://localhost:9999/callback";
pub const VERIFIER: &str = "a-verifier-that-is-long-enough-for-the-standard-0123";
pub const PASSWORD: &str = "correct horse battery staple 42";
pub const SCOPE: &str = "openid products registry.register offline_access";

/// The program with an account, a client and a factory list.
pub struct Shop {
    pub place: Place,
    pub issuer: String,
    pub client: Value,
}

impl Shop {
    pub fn set_up() -> Self {
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
            "token_endpoint_auth_method": "client_secret_post",
        });
        let client = run(&place, &["client", "create"], &metadata.to_string());
        Self { issuer, client, place }
    }

    pub async fn sign_in(&self) -> Browser {
        let mut browser = Browser::of_program(&self.issuer);
        let page = browser.get("/sign-in").await;
        let fields = [("username", "hanako@example.com"), ("password", PASSWORD)];
        browser.submit(&page, "login-submit", &fields).await;
        browser
    }

    /// An authorization code, or `None` where the program was killed meanwhile.
    pub async fn code(&self, browser: &mut Browser) -> Option<String> {
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

    pub async fn redeem(&self, browser: &mut Browser, code: &str) -> Option<Answer> {
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

    pub async fn token(&self, browser: &mut Browser) -> String {
        let code = self.code(browser).await.expect("a code");
        let answer = self.redeem(browser, &code).await.unwrap();
        answer.json()["access_token"].as_str().expect("an access token").to_owned()
    }
}

pub fn run(place: &Place, arguments: &[&str], input: &str) -> Value {
    let mut all = arguments.to_vec();
    all.push("--json");
    let output = place.run_with_input(&all, input);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
