//! One plan of the certification suite as far as this repository can run it: a client registered as the suite's is, a
//! browser that does what the suite's does (it signs in and allows where a page asks), and the checks of each module.

pub mod modules;

use std::collections::BTreeMap;
use std::sync::Arc;

use hosho::base::id::Subject;
use hosho::domain::account::EmailAddress;
use hosho::service::account::claims::read;
use hosho::service::account::open::{NewAccount, open};
use hosho::service::auth::given_password;
use serde_json::{Map, Value, json};

use crate::sign_in::PASSWORD;
use crate::support::{Answer, Browser, Server, Shop, claims};

/// The seed account of the suite.
const EMAIL: &str = "conformance@op.example";
const ACCOUNT: &str = include_str!("../../../../conformance/account.json");

/// What the suite sends by itself: neither PKCE nor a mode.
const WITHOUT_PKCE: [(&str, &str); 2] = [("code_challenge", ""), ("code_challenge_method", "")];

/// A plan with one response type and one response mode.
pub struct Plan {
    pub server: Arc<Server>,
    pub client: Shop,
    pub kind: &'static str,
    pub mode: &'static str,
    pub browser: Browser,
    verifier: &'static str,
}

/// A visit to the authorization endpoint, and what was seen on the way back.
pub struct Visit {
    pub answer: Answer,
    pub saw_sign_in: bool,
    pub saw_consent: bool,
}

/// Everything that one visit led to.
pub struct Outcome {
    pub saw_sign_in: bool,
    pub fields: BTreeMap<String, String>,
    /// The ID tokens, that of the front channel first.
    pub id_tokens: Vec<String>,
    /// The access tokens, that of the front channel first.
    pub access_tokens: Vec<String>,
    /// The answer of the token endpoint.
    pub tokens: Value,
}

/// Run a module once for each response type of a plan.
pub async fn each(kinds: &[&'static str], mode: &'static str, module: impl AsyncFn(&mut Plan)) {
    let server = Arc::new(Server::start_compatible().await);
    seed(&server).await;
    for kind in kinds {
        module(&mut Plan::start(&server, kind, mode).await).await;
    }
}

/// The account that has every standard claim.
pub async fn seed(server: &Server) -> Subject {
    let given: Map<String, Value> = serde_json::from_str(ACCOUNT).unwrap();
    let (profile, unknown) = read(&given).unwrap();
    assert_eq!(unknown, Vec::<String>::new());
    let mut work = server.work();
    let hashed = given_password::hash(&mut work, PASSWORD).await.unwrap();
    let email = EmailAddress::parse(EMAIL).unwrap();
    let account = open(&mut work, NewAccount { email, verified: true, profile }).await.unwrap();
    given_password::set(&mut work, &account.sub, &hashed).await.unwrap();
    work.commit().await.unwrap();
    account.sub
}

impl Plan {
    async fn start(server: &Arc<Server>, kind: &'static str, mode: &'static str) -> Self {
        let client = Self::register(server, kind, json!({})).await;
        let browser = server.browser();
        Self { server: Arc::clone(server), client, kind, mode, browser, verifier: "" }
    }

    /// A client like the suite's, with other metadata where it says so.
    async fn register(server: &Server, kind: &str, differences: Value) -> Shop {
        let code = ["authorization_code", "refresh_token"].iter().filter(|_| kind.contains("code"));
        let front = ["implicit"].iter().filter(|_| kind.contains("token"));
        let mut members = json!({
            "hosho_profile": "compatible", "hosho_first_party": false, "id_token_signed_response_alg": "RS256",
            "response_types": [kind], "grant_types": code.chain(front).collect::<Vec<_>>(),
            "scope": "openid profile email address phone offline_access",
        });
        members.as_object_mut().unwrap().extend(differences.as_object().unwrap().clone());
        server.shop_with(members).await
    }

    /// Another client of the same plan, in the same browser.
    pub async fn other_client(&self, differences: Value) -> Self {
        let client = Self::register(&self.server, self.kind, differences).await;
        Self { client, server: Arc::clone(&self.server), browser: self.browser.clone(), ..*self }
    }

    /// Whether an access token can be had at all.
    pub fn has_userinfo(&self) -> bool {
        self.kind != "id_token"
    }

    /// Whether the ID token comes through the browser.
    pub fn has_front_id_token(&self) -> bool {
        self.kind.contains("id_token")
    }

    /// The parameters of the plan's requests, with others where they are given.
    pub fn asks(&self, given: &[(&str, &str)]) -> String {
        let usual = [("response_type", self.kind), ("response_mode", self.mode)];
        let usual = WITHOUT_PKCE.into_iter().chain(usual);
        let usual = usual.filter(|(name, _)| !given.iter().any(|(own, _)| own == name));
        self.client.asks(&usual.chain(given.iter().copied()).collect::<Vec<_>>())
    }

    /// Go to an address and do there what each page asks.
    pub async fn visit(&mut self, address: &str) -> Visit {
        let answer = self.browser.get(address).await;
        self.go_on(answer).await
    }

    /// Go on from a page.
    pub async fn go_on(&mut self, mut answer: Answer) -> Visit {
        let (mut saw_sign_in, mut saw_consent) = (false, false);
        if answer.find("#login-submit").is_some() {
            saw_sign_in = true;
            let fields = [("username", EMAIL), ("password", PASSWORD)];
            answer = self.browser.submit(&answer, "login-submit", &fields).await;
        }
        if answer.find("#consent-allow").is_some() {
            saw_consent = true;
            answer = self.browser.submit(&answer, "consent-allow", &[]).await;
        }
        Visit { answer, saw_sign_in, saw_consent }
    }

    /// Ask, and check that the answer is where the response type and the mode say.
    pub async fn ask(&mut self, given: &[(&str, &str)]) -> Visit {
        let visit = self.visit(&self.asks(given)).await;
        self.is_in_its_place(&visit.answer);
        visit
    }

    fn is_in_its_place(&self, answer: &Answer) {
        let location = answer.location().unwrap_or_default();
        let begins = match self.mode {
            "form_post" => "",
            _ if self.kind.contains("token") => "https://shop.example/cb#",
            _ => "https://shop.example/cb?",
        };
        let (kind, status) = (self.kind, answer.status);
        assert!(location.starts_with(begins), "{kind}: {status} {location}\n{}", answer.text);
        assert_eq!(location.is_empty(), self.mode == "form_post", "{kind}: {status} {location}\n{}", answer.text);
    }

    /// Ask and take everything that follows from the answer.
    pub async fn flow(&mut self, given: &[(&str, &str)]) -> Outcome {
        let visit = self.ask(given).await;
        let fields = visit.answer.delivered();
        assert_eq!(fields.get("error"), None, "{}: {fields:?}", self.kind);
        let state = given.iter().find(|(name, _)| *name == "state").map_or("a state", |(_, state)| state);
        assert_eq!(fields["state"], state);
        let tokens = match fields.get("code") {
            Some(code) => {
                let answer = self.exchange(code).await;
                assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")));
                answer.json()
            }
            None => Value::Null,
        };
        let of_both = |name: &str| {
            let back = tokens[name].as_str().map(str::to_owned);
            fields.get(name).cloned().into_iter().chain(back).collect::<Vec<String>>()
        };
        let (id_tokens, access_tokens) = (of_both("id_token"), of_both("access_token"));
        Outcome { saw_sign_in: visit.saw_sign_in, id_tokens, access_tokens, fields, tokens }
    }

    /// Exchange a code as the suite does.
    pub async fn exchange(&self, code: &str) -> Answer {
        self.client.exchange_with(code, &[("code_verifier", self.verifier)]).await
    }

    /// From now on exchange codes with this verifier.
    pub fn verify_with(&mut self, verifier: &'static str) {
        self.verifier = verifier;
    }
}

impl Outcome {
    /// The claims of the first ID token.
    pub fn id_token(&self) -> Value {
        claims(&self.id_tokens[0])
    }
}
