//! Every state in which an account may not authenticate, at every door: each grant that the server says it supports,
//! and everything else that takes a person for somebody. A059.

use hosho::base::id::Subject;
use hosho::domain::account::State;
use hosho::domain::account::closure::ClosedBy;
use hosho::domain::permission::Role;
use hosho::service::account::{closing, lifecycle};
use hosho::store;
use serde_json::{Value, json};

use crate::sign_in::{PASSWORD, code_in, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Browser, Server, Shop, text};

const EMAIL: &str = "hanako@mail.example";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CIBA: &str = "urn:openid:params:grant-type:ciba";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// What somebody holds who was active a moment ago.
struct Held {
    server: Server,
    sub: Subject,
    browser: Browser,
    shop: Shop,
    desk: Shop,
    tokens: Value,
    code: String,
    device_code: String,
    user_code: String,
    approved: String,
    waiting: String,
    email_change: Answer,
    email_code: String,
    reset: Answer,
    reset_code: String,
}

impl Held {
    async fn by_somebody_active() -> Self {
        // A session of one factor gets a token for the management API here: it is to be seen dying.
        let server = Server::start_with(&[("HOSHO_SIGN_IN_STAFF_SECOND_FACTOR", "optional")]).await;
        let mut browser = server.browser();
        sign_up(&server, &mut browser, EMAIL).await;
        let address = hosho::domain::account::EmailAddress::parse(EMAIL).unwrap();
        let mut work = server.work();
        let sub = store::account::find_by_email(work.tx(), &address).await.unwrap().unwrap().sub;
        let now = work.now();
        store::admin::staff_role::grant(work.tx(), &sub, Role::Admin, now).await.unwrap();
        work.commit().await.unwrap();
        let scope = "openid email offline_access products management";
        let shop = server.shop_with(json!({"scope": scope})).await;
        let members = json!({
            "redirect_uris": [], "scope": "openid email products", "backchannel_token_delivery_mode": "poll",
            "grant_types": [DEVICE, CIBA, EXCHANGE, "client_credentials"],
        });
        let desk = server.shop_with(members).await;
        let mut work = server.work();
        let (subject, acting) = (shop.id.as_str().into(), desk.id.as_str().into());
        hosho::service::oidc::token_exchange::allow(&mut work, &subject, &acting, "openid email", Vec::new())
            .await
            .unwrap();
        work.commit().await.unwrap();

        let tokens = shop.tokens(&mut browser, scope).await;
        let code = shop.code(&mut browser, &[("scope", scope)]).await;
        let asked = desk.post("/device_authorization", &[("scope", "openid email")]).await.json();
        let page = browser.get("/device").await;
        let page = browser.submit(&page, "user_code", &[("user_code", text(&asked, "user_code"))]).await;
        browser.submit(&page, "device-allow", &[]).await;
        let open = desk.post("/device_authorization", &[("scope", "openid email")]).await.json();
        let fields = [("scope", "openid email"), ("login_hint", EMAIL)];
        let approved = desk.post("/backchannel_authentication", &fields).await.json();
        let list = browser.get("/my/approvals").await;
        let page = browser.get(&list.link("/my/approvals/")).await;
        browser.submit(&page, "approval-allow", &[("decision", "allow")]).await;
        let waiting = desk.post("/backchannel_authentication", &fields).await.json();

        let page = browser.get("/my/email").await;
        let email_change = browser.submit(&page, "email-ask", &[("email", "hanako@other.example")]).await;
        let email_code = code_in(&server.last_letter_to("hanako@other.example").await.text);
        let mut reader = server.browser();
        let page = reader.get("/recover").await;
        let reset = reader.submit(&page, "email", &[("email", EMAIL)]).await;
        let reset_code = code_in(&server.last_letter_to(EMAIL).await.text);
        browser.cookies.insert("reader".to_owned(), reader.cookies["hosho_browser"].clone());
        Self {
            device_code: text(&asked, "device_code").to_owned(),
            user_code: text(&open, "user_code").to_owned(),
            approved: text(&approved, "auth_req_id").to_owned(),
            waiting: text(&waiting, "auth_req_id").to_owned(),
            server,
            sub,
            browser,
            shop,
            desk,
            tokens,
            code,
            email_change,
            email_code,
            reset,
            reset_code,
        }
    }

    async fn bring_into(&self, state: State) {
        let mut work = self.server.work();
        let now = work.now();
        match state {
            State::Active => {}
            State::Unverified => {
                store::account::set_state(work.tx(), &self.sub, State::Active, state, now).await.unwrap();
            }
            State::Suspended => drop(lifecycle::suspend(&mut work, &self.sub).await.unwrap()),
            State::Closed => drop(closing::close(&mut work, &self.sub, ClosedBy::Staff, None).await.unwrap()),
        }
        work.commit().await.unwrap();
    }

    fn token(&self, name: &str) -> &str {
        text(&self.tokens, name)
    }

    /// Whether one way to get tokens for the person is open.
    async fn is_open(&self, grant: &str) -> bool {
        let access_token = self.token("access_token");
        let answer = match grant {
            "authorization_code" => self.shop.exchange(&self.code).await,
            "refresh_token" => self.shop.refresh(self.token("refresh_token")).await,
            DEVICE => self.desk.post("/token", &[("grant_type", DEVICE), ("device_code", &self.device_code)]).await,
            CIBA => {
                let waiting = [("grant_type", CIBA), ("auth_req_id", self.waiting.as_str())];
                assert_ne!(self.desk.post("/token", &waiting).await.status, 200, "nobody has approved it");
                self.desk.post("/token", &[("grant_type", CIBA), ("auth_req_id", &self.approved)]).await
            }
            EXCHANGE => {
                let fields = [
                    ("grant_type", EXCHANGE),
                    ("subject_token", access_token),
                    ("subject_token_type", ACCESS_TOKEN),
                    ("scope", "openid"),
                ];
                self.desk.post("/token", &fields).await
            }
            // Nobody's account: a client for itself.
            "client_credentials" => {
                let answer = self.desk.post("/token", &[("grant_type", "client_credentials")]).await;
                assert_eq!(answer.status, 200, "{}", answer.text);
                return false;
            }
            // From the authorization endpoint, which asks for the session like for a code.
            "implicit" => return self.authorizes().await,
            other => panic!("{other} is a new grant: say here how it is tried"),
        };
        assert!(matches!(answer.status.as_u16(), 200 | 400), "{grant}: {} {}", answer.status, answer.text);
        answer.status == 200
    }

    async fn authorizes(&self) -> bool {
        let answer = self.browser.clone().fetch(&self.shop.asks(&[("prompt", "none"), ("scope", "openid")])).await;
        match answer.location_parameter("error") {
            Some(error) => {
                assert_eq!(error, "login_required");
                false
            }
            None => answer.location_parameter("code").is_some(),
        }
    }

    /// Every other door by its name, and whether it is open.
    async fn doors(&mut self) -> Vec<(&'static str, bool)> {
        let access_token = self.token("access_token").to_owned();
        let mut doors = vec![
            ("session", is_signed_in(&mut self.browser).await),
            ("authorize without a page", self.authorizes().await),
            ("userinfo", self.shop.userinfo(&access_token).await.status == 200),
            ("introspection", self.shop.introspect(&access_token).await["active"] == true),
            ("registry API", self.shop.get("/registry/v1/me/units", &access_token).await.status == 200),
            ("management API", self.shop.get("/api/v1/accounts", &access_token).await.status == 200),
        ];
        let fields = [("scope", "openid email"), ("login_hint", EMAIL)];
        doors.push(("being asked", self.desk.post("/backchannel_authentication", &fields).await.status == 200));
        let page = self.browser.clone().get("/device").await;
        let mut browser = self.browser.clone();
        let page = browser.submit(&page, "user_code", &[("user_code", &self.user_code)]).await;
        doors.push(("connecting a device", page.find("#device-allow").is_some()));
        let mut reader = self.server.browser();
        reader.cookies.insert("hosho_browser".to_owned(), self.browser.cookies["reader"].clone());
        let page = reader.submit(&self.reset, "code", &[("code", &self.reset_code)]).await;
        doors.push(("a new password by an older letter", page.find("#new_password").is_some()));
        let mut stranger = self.server.browser();
        sign_in(&mut stranger, EMAIL, PASSWORD).await;
        doors.push(("password", is_signed_in(&mut stranger).await));
        // The last one: it ends every session.
        let mut browser = self.browser.clone();
        let fields = [("code", self.email_code.as_str())];
        let changed = browser.submit_once(&self.email_change, "code-submit", &fields).await;
        doors.push(("another address", changed.location().is_some_and(|to| to.contains("email-changed"))));
        doors
    }
}

#[tokio::test]
async fn only_an_active_account_gets_through_any_door_a059() {
    for state in State::ALL {
        let open = state.may_authenticate().is_ok();
        let mut held = Held::by_somebody_active().await;
        held.bring_into(state).await;
        let discovery = held.server.browser().get("/.well-known/openid-configuration").await.json();
        let grants = discovery["grant_types_supported"].as_array().unwrap();
        assert!(grants.len() >= 5, "{grants:?}");
        for grant in grants.iter().map(|grant| grant.as_str().unwrap()) {
            let expected = open && grant != "client_credentials";
            assert_eq!(held.is_open(grant).await, expected, "{grant}, {}", state.word());
        }
        for (door, is_open) in held.doors().await {
            // Somebody unverified signs in by proving the address: a new password does that.
            let proves = state == State::Unverified && door == "a new password by an older letter";
            assert_eq!(is_open, open || proves, "{door}, {}", state.word());
        }
    }
}
