//! Everything that is given out opens its own door only. Each artefact is tried at every door of the others: it is
//! refused there, and afterwards it still does what it is for. A038, A039, A064 of the attack list.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value, json};

use super::device::GRANT as DEVICE;
use crate::sign_in::link_in;
use crate::support::{Answer, Browser, Registered, Server, Shop, text};

const CIBA: &str = "urn:openid:params:grant-type:ciba";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// The doors, by the name of what opens them; nothing opens two but where it says so.
const DOORS: &[(&str, &[&str])] = &[
    ("exchange a code", &["code"]),
    ("refresh", &["refresh token"]),
    ("fetch for a device", &["device code"]),
    ("fetch what was asked elsewhere", &["auth_req_id"]),
    ("exchange a token", &["access token"]),
    ("introspect", &["access token", "refresh token"]),
    ("revoke", &["access token", "refresh token"]),
    ("userinfo", &["access token"]),
    ("userinfo by form", &["access token"]),
    ("registry", &["access token"]),
    ("management", &[]),
    ("read a registration", &["registration access token"]),
    ("register", &["initial access token"]),
    ("come with a name", &["pushed name"]),
    ("type a code", &["user code"]),
    ("hint at somebody", &["id token"]),
    ("sign out by a hint", &["id token"]),
    ("open a session", &["session"]),
    ("prove a client", &["client secret"]),
    ("assert a client", &[]),
    ("go on with a request", &["request"]),
    ("see a request", &["request"]),
    ("confirm an address", &["sign-up link"]),
    ("set a password", &["recovery link"]),
];

/// What the doors belong to.
struct House {
    server: Server,
    shop: Shop,
    other: Registered,
    browser: Browser,
}

impl House {
    /// Whether an artefact opens a door.
    async fn opens(&mut self, door: &str, value: &str) -> bool {
        let shop = self.shop.clone();
        let grant = async |fields: &[(&str, &str)]| shop.post("/token", fields).await;
        let answer = match door {
            "exchange a code" => shop.exchange(value).await,
            "refresh" => shop.refresh(value).await,
            "fetch for a device" => grant(&[("grant_type", DEVICE), ("device_code", value)]).await,
            "fetch what was asked elsewhere" => grant(&[("grant_type", CIBA), ("auth_req_id", value)]).await,
            "exchange a token" => {
                let fields = [("grant_type", EXCHANGE), ("subject_token", value), ("subject_token_type", ACCESS_TOKEN)];
                grant(&fields).await
            }
            "introspect" => return shop.introspect(value).await != json!({"active": false}),
            "revoke" => {
                assert_eq!(shop.post("/revoke", &[("token", value)]).await.status, 200);
                return false;
            }
            "userinfo" => shop.userinfo(value).await,
            "userinfo by form" => shop.send("/userinfo", &[("access_token", value)], &[]).await,
            "registry" => shop.get("/registry/v1/me/units", value).await,
            "management" => shop.get("/api/v1/clients", value).await,
            "read a registration" => {
                self.server.about_registration(Method::GET, self.other.uri(), Some(value), "").await
            }
            "register" => {
                let document = json!({"redirect_uris": ["https://new.example/cb"]}).to_string();
                self.server.about_registration(Method::POST, "/register", Some(value), &document).await
            }
            "come with a name" => {
                let name = if value.starts_with("urn:") {
                    value.to_owned()
                } else {
                    format!("urn:ietf:params:oauth:request_uri:{value}")
                };
                let answer = self.browser.fetch(&shop.asks_by(&name)).await;
                return answer.delivered().contains_key("code");
            }
            "type a code" => {
                let page = self.browser.get("/device").await;
                let answer = self.browser.submit_once(&page, "user_code", &[("user_code", value)]).await;
                return answer.status == 303;
            }
            "hint at somebody" => {
                let answer = self.browser.fetch(&shop.asks(&[("id_token_hint", value), ("prompt", "none")])).await;
                return answer.delivered().contains_key("code");
            }
            "sign out by a hint" => {
                let mut stranger = self.server.browser();
                let query = format!("/end_session?id_token_hint={value}&client_id={}", shop.id);
                let answer = stranger.fetch(&query).await;
                return answer.status != 400;
            }
            "open a session" => {
                let mut stranger = self.server.browser();
                stranger.cookies.insert("hosho_session".to_owned(), value.to_owned());
                stranger.fetch("/my/profile").await
            }
            "prove a client" => {
                let mut mine = shop.clone();
                mine.secret = Some(value.to_owned());
                mine.post("/introspect", &[("token", "x")]).await
            }
            "assert a client" => {
                let fields = [
                    ("token", "x"),
                    ("client_id", &shop.id),
                    ("client_assertion", value),
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ];
                shop.send("/introspect", &fields, &[]).await
            }
            "go on with a request" => {
                let answer = self.browser.fetch(&format!("/authorize/{value}")).await;
                return answer.status == 303;
            }
            "see a request" => self.browser.fetch(&format!("/consent?request={value}")).await,
            "confirm an address" => self.confirm("/sign-up/confirm", value).await,
            "set a password" => self.confirm("/recover/confirm", value).await,
            other => panic!("no such door: {other}"),
        };
        assert!(answer.status.as_u16() < 500, "{door}: {}", answer.text);
        answer.status.is_success()
    }

    /// Open a link of a letter and press its button.
    async fn confirm(&self, path: &str, value: &str) -> Answer {
        let mut reader = self.server.browser();
        let page = reader.get(&format!("{path}?token={value}")).await;
        if page.find("#confirm-submit").is_none() { page } else { reader.submit(&page, "confirm-submit", &[]).await }
    }
}

/// Everything that can be given out, to one client and one person.
async fn artefacts(house: &mut House) -> Vec<(&'static str, String)> {
    let (server, shop) = (&house.server, house.shop.clone());
    let tokens = shop.tokens(&mut house.browser, "openid products").await;
    let device = shop.post("/device_authorization", &[("scope", "openid")]).await.json();
    let wish = [("scope", "openid"), ("login_hint", "hanako@example.jp")];
    let asked = shop.post("/backchannel_authentication", &wish).await.json();
    let third_party = server.relying_party("waiting", json!({})).await;
    let page = house.browser.get(&third_party.asks(&[])).await;
    let request = page.path.rsplit('=').next().unwrap().to_owned();
    let attempt = server.browser().fetch(&third_party.asks(&[])).await.location_parameter("attempt").unwrap();
    let link = async |path: &str, mark: &str, email: &str| {
        let mut browser = server.browser();
        let page = browser.get(path).await;
        browser.submit(&page, mark, &[("email", email)]).await;
        let link = link_in(&server.last_letter_to(email).await.text);
        link.split_once("token=").unwrap().1.to_owned()
    };
    let pushed = shop.push(&[]).await.json();
    vec![
        ("code", shop.code(&mut house.browser, &[]).await),
        ("refresh token", text(&tokens, "refresh_token").to_owned()),
        ("access token", text(&tokens, "access_token").to_owned()),
        ("id token", text(&tokens, "id_token").to_owned()),
        ("device code", text(&device, "device_code").to_owned()),
        ("user code", text(&device, "user_code").to_owned()),
        ("auth_req_id", text(&asked, "auth_req_id").to_owned()),
        ("pushed name", text(&pushed, "request_uri").to_owned()),
        ("registration access token", house.other.token().to_owned()),
        ("initial access token", super::registration::invitation(server, 1).await),
        ("session", house.browser.cookies["hosho_session"].clone()),
        ("browser", house.browser.cookies["hosho_browser"].clone()),
        ("client secret", shop.secret.clone().unwrap()),
        ("request", request),
        ("attempt", attempt),
        ("sign-up link", link("/sign-up", "email", "new@example.jp").await),
        ("recovery link", link("/recover", "email", "hanako@example.jp").await),
        ("subject", claims_sub(&tokens)),
        ("client id", shop.id.clone()),
    ]
}

fn claims_sub(tokens: &Value) -> String {
    text(&crate::support::claims(text(tokens, "id_token")), "sub").to_owned()
}

async fn house() -> House {
    let server =
        Server::start_with(&[("HOSHO_REGISTRATION_MODE", "token"), ("HOSHO_PROTOCOL_CONFORMANCE_HOOKS", "true")]).await;
    let members = json!({
        "grant_types": ["authorization_code", "refresh_token", DEVICE, CIBA, EXCHANGE],
        "backchannel_token_delivery_mode": "poll", "scope": "openid products offline_access",
    });
    let shop = server.shop_with(members).await;
    super::token_exchange::allow(&server, &shop, &shop, "openid products").await;
    let token = super::registration::invitation(&server, 1).await;
    let document = json!({"redirect_uris": ["https://other.example/cb"]}).to_string();
    let told = server.about_registration(Method::POST, "/register", Some(&token), &document).await.json();
    let other = Registered { told, shop: shop.clone() };
    let browser = server.person("hanako@example.jp").await.browser;
    House { server, shop, other, browser }
}

#[tokio::test]
async fn nothing_opens_another_door_and_everything_still_opens_its_own_a038_a064() {
    let mut house = house().await;
    let artefacts = artefacts(&mut house).await;
    for (artefact, value) in &artefacts {
        for (door, keys) in DOORS.iter().filter(|(_, keys)| !keys.contains(artefact)) {
            assert!(!house.opens(door, value).await, "{artefact} opens what only {keys:?} may: {door}");
        }
    }
    // What a person has to decide first is decided now.
    let value = |name: &str| artefacts.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    let mut browser = house.browser.clone();
    let page = browser.get("/device").await;
    let page = browser.submit(&page, "user_code", &[("user_code", &value("user code"))]).await;
    browser.submit(&page, "device-allow", &[]).await;
    let hook = format!("/conformance/ciba?auth_req_id={}&action=allow", value("auth_req_id"));
    let decided = Request::post(hook);
    assert!(browser.send(decided.body(Body::empty()).unwrap()).await.status.is_success());
    for (artefact, value) in &artefacts {
        // A refresh changes nothing for the token itself within its grace; a typed code was used above.
        for (door, _) in DOORS.iter().filter(|(door, keys)| keys.contains(artefact) && *door != "revoke") {
            if *artefact != "user code" {
                assert!(house.opens(door, value).await, "{artefact} does not open its own door any more: {door}");
            }
        }
    }
}

/// (A039): every character of a session, a refresh token and the token of a registration counts, and so does its end.
#[tokio::test]
async fn nothing_that_was_changed_opens_anything_a039() {
    let mut house = house().await;
    let artefacts = artefacts(&mut house).await;
    for (artefact, door) in [
        ("session", "open a session"),
        ("refresh token", "refresh"),
        ("refresh token", "introspect"),
        ("registration access token", "read a registration"),
        ("code", "exchange a code"),
        ("device code", "fetch for a device"),
        ("client secret", "prove a client"),
        ("recovery link", "set a password"),
    ] {
        let value = &artefacts.iter().find(|(known, _)| *known == artefact).unwrap().1;
        for changed in changed(value) {
            assert!(!house.opens(door, &changed).await, "{artefact}: {changed} instead of {value}");
        }
        assert!(door == "fetch for a device" || house.opens(door, value).await, "{artefact} itself");
    }
}

/// The same with each character another one, or in the other case; cut off at each place; and longer.
fn changed(value: &str) -> Vec<String> {
    let mut all = vec![format!("{value}A"), format!("{value}="), format!("A{value}"), value.to_uppercase()];
    for at in 0..value.len() {
        let c = value.as_bytes()[at];
        let other = if c == b'A' { b'B' } else { b'A' };
        let case = if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        for new in [other, case].into_iter().filter(|new| *new != c) {
            let mut bytes = value.as_bytes().to_vec();
            bytes[at] = new;
            all.push(String::from_utf8(bytes).unwrap());
        }
        all.push(value[..at].to_owned());
    }
    all.retain(|changed| !changed.is_empty() && changed != value);
    all
}
