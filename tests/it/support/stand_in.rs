//! Another provider that people sign in with, played on the scripted web as the services document themselves.

use hosho::gateway::fetch::scripted::Reply;
use serde_json::{Value, json};

use super::{Answer, Browser, ISSUER, Server, TestKey, differing};

/// What both sides know of each other.
pub const CLIENT: &str = "the-client";
pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// A provider.
pub struct StandIn {
    pub id: &'static str,
    pub issuer: &'static str,
    pub key: TestKey,
}

/// A browser's way to a provider.
#[derive(Clone, Debug)]
pub struct Way {
    pub address: url::Url,
    pub state: String,
    pub nonce: String,
}

impl Way {
    /// A parameter of the request.
    pub fn asks(&self, name: &str) -> Option<String> {
        self.address.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
    }

    /// Of the answer to a form that set out.
    pub fn of(answer: &Answer) -> Self {
        let location = answer.location().unwrap_or_else(|| panic!("{} {}", answer.status, answer.text));
        let address = url::Url::parse(&location).unwrap_or_else(|_| panic!("no other place: {location}"));
        let parameter = |name: &str| {
            address.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        Self { state: parameter("state"), nonce: parameter("nonce"), address }
    }
}

impl StandIn {
    /// Any provider with discovery, as `[upstream.corp]` of [`StandIn::settings`].
    pub fn corp() -> Self {
        Self { id: "corp", issuer: "https://idp.example", key: TestKey::rs256() }
    }

    /// A second one, `[upstream.other]`.
    pub fn other() -> Self {
        Self { id: "other", issuer: "https://other.example", key: TestKey::rs256() }
    }

    /// Google.
    pub fn google() -> Self {
        Self { id: "google", issuer: "https://accounts.google.com", key: TestKey::rs256() }
    }

    /// LINE: its ID tokens are signed with the channel secret and name no key.
    pub fn line() -> Self {
        Self { id: "line", issuer: "https://access.line.me", key: TestKey::hs256(SECRET) }
    }

    /// Yahoo! JAPAN: addresses and names are at the userinfo endpoint only.
    pub fn yahoo_japan() -> Self {
        Self { id: "yahoo_japan", issuer: "https://auth.login.yahoo.co.jp/yconnect/v2", key: TestKey::rs256() }
    }

    /// Apple: posts its answer.
    pub fn apple() -> Self {
        Self { id: "apple", issuer: "https://appleid.apple.com", key: TestKey::rs256() }
    }

    /// The settings under which all of them are known, but for Apple.
    pub fn settings() -> Vec<(&'static str, &'static str)> {
        vec![
            ("HOSHO_UPSTREAM_CORP_ISSUER", "https://idp.example"),
            ("HOSHO_UPSTREAM_CORP_NAME_JA", "社員ID"),
            ("HOSHO_UPSTREAM_CORP_NAME_EN", "Staff ID"),
            ("HOSHO_UPSTREAM_CORP_CLIENT_ID", CLIENT),
            ("HOSHO_UPSTREAM_CORP_CLIENT_SECRET", SECRET),
            ("HOSHO_UPSTREAM_OTHER_ISSUER", "https://other.example"),
            ("HOSHO_UPSTREAM_OTHER_NAME_JA", "べつのID"),
            ("HOSHO_UPSTREAM_OTHER_NAME_EN", "Other ID"),
            ("HOSHO_UPSTREAM_OTHER_CLIENT_ID", CLIENT),
            ("HOSHO_UPSTREAM_OTHER_CLIENT_SECRET", SECRET),
            ("HOSHO_UPSTREAM_GOOGLE_CLIENT_ID", CLIENT),
            ("HOSHO_UPSTREAM_GOOGLE_CLIENT_SECRET", SECRET),
            ("HOSHO_UPSTREAM_LINE_CLIENT_ID", CLIENT),
            ("HOSHO_UPSTREAM_LINE_CLIENT_SECRET", SECRET),
            ("HOSHO_UPSTREAM_YAHOO_JAPAN_CLIENT_ID", CLIENT),
            ("HOSHO_UPSTREAM_YAHOO_JAPAN_CLIENT_SECRET", SECRET),
        ]
    }

    /// Where its endpoints are.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.issuer)
    }

    /// Answer to discovery, with other members where `differences` says so.
    pub fn publish(&self, server: &Server, differences: &Value) {
        let metadata = json!({
            "issuer": self.issuer,
            "authorization_endpoint": self.at("/authorize"),
            "token_endpoint": self.at("/token"),
            "userinfo_endpoint": self.at("/userinfo"),
            "jwks_uri": self.at("/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        });
        let metadata = differing(metadata, differences);
        server.web.answer(&self.at("/.well-known/openid-configuration"), Reply::json(&metadata));
        let keys = if self.key.alg == "HS256" { json!({"keys": []}) } else { self.key.jwks() };
        server.web.answer(&self.at("/jwks"), Reply::json(&keys));
    }

    /// Press its button on the sign-in page.
    pub async fn set_out(&self, browser: &mut Browser) -> Way {
        let page = browser.get("/sign-in").await;
        Way::of(&browser.submit_once(&page, &format!("with-{}", self.id), &[]).await)
    }

    /// The claims about a person, for this way.
    pub fn claims(&self, server: &Server, way: &Way, differences: &Value) -> Value {
        let now = server.clock.now().seconds();
        let usual = json!({
            "iss": self.issuer, "sub": "person-1", "aud": CLIENT, "nonce": way.nonce, "iat": now, "exp": now + 300,
        });
        differing(usual, differences)
    }

    /// From now on the token endpoint gives this ID token.
    pub fn give(&self, server: &Server, id_token: &str) {
        let tokens = json!({
            "access_token": "an-access-token", "token_type": "Bearer", "expires_in": 3600, "id_token": id_token,
        });
        server.web.answer(&self.at("/token"), Reply::json(&tokens));
    }

    /// The same for a person.
    pub fn tell(&self, server: &Server, way: &Way, differences: &Value) {
        let header = if self.key.alg == "HS256" { json!({"kid": null, "typ": "JWT"}) } else { json!({}) };
        let id_token = self.key.sign(&self.claims(server, way, differences), &header);
        self.give(server, &id_token);
    }

    /// The path that the browser comes back by.
    pub fn callback(&self, query: &[(&str, &str)]) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("/sign-in/with/{}/callback?{query}", self.id)
    }

    /// Come back with a code; the page that it leads to.
    pub async fn come_back(&self, browser: &mut Browser, way: &Way) -> Answer {
        browser.get(&self.callback(&[("code", "a-code"), ("state", &way.state)])).await
    }

    /// The whole way of a person of whom this is told.
    pub async fn sign_in(&self, server: &Server, browser: &mut Browser, told: &Value) -> Answer {
        self.publish(server, &json!({}));
        let way = self.set_out(browser).await;
        self.tell(server, &way, told);
        self.come_back(browser, &way).await
    }

    /// Where it sends the browser back to, as it has to be registered there.
    pub fn redirect_uri(&self) -> String {
        format!("{ISSUER}/sign-in/with/{}/callback", self.id)
    }
}
