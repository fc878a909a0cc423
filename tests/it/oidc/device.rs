//! Devices without a browser: the code that they show, the page on which a person decides, polling. RFC 8628;
//! A038, A040, A049, A059, A069–A071 of the attack list.

use hosho::base::id::ClientId;
use hosho::base::time::{minutes, seconds};
use hosho::domain::account::closure::ClosedBy;
use hosho::service;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Server, Shop, claims, rounds, text};

pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// An appliance of the maker's own, without a browser and without a secret.
async fn television(server: &Server) -> Shop {
    television_with(server, json!({})).await
}

async fn television_with(server: &Server, differences: Value) -> Shop {
    let mut members = json!({
        "client_name": "Living TV", "client_name#ja": "リビングテレビ", "redirect_uris": [],
        "grant_types": [GRANT, "refresh_token"], "token_endpoint_auth_method": "none",
        "scope": "openid email products offline_access", "application_type": "native",
    });
    members.as_object_mut().unwrap().extend(differences.as_object().unwrap().clone());
    server.shop_with(members).await
}

async fn ask(television: &Shop, scope: &str) -> Value {
    let answer = television.post("/device_authorization", &[("scope", scope)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn poll(television: &Shop, device_code: &str) -> Answer {
    television.post("/token", &[("grant_type", GRANT), ("device_code", device_code)]).await
}

/// Type a code; the page that follows.
async fn enter(browser: &mut Browser, typed: &str) -> Answer {
    let page = browser.get("/device").await;
    browser.submit(&page, "user_code", &[("user_code", typed)]).await
}

/// Type the code and say yes.
async fn connect(browser: &mut Browser, asked: &Value) {
    let page = enter(browser, text(asked, "user_code")).await;
    let done = browser.submit(&page, "device-allow", &[]).await;
    assert_eq!(done.find("h1").as_deref(), Some("接続しました"), "{}", done.text);
}

fn assert_refused(answer: &Answer, code: &str) {
    assert_eq!(answer.refusal(), (400, code.to_owned()), "{}", answer.text);
}

#[tokio::test]
async fn a_person_types_the_code_and_the_device_gets_tokens_that_outlive_the_browser() {
    let server = Server::start().await;
    let television = television(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let answer = television.post("/device_authorization", &[("scope", "openid email")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control")), (200, Some("no-store")));
    let asked = answer.json();
    assert_eq!(asked["verification_uri"], "http://localhost:8080/device");
    assert_eq!((asked["expires_in"].as_u64(), asked["interval"].as_u64()), (Some(600), Some(5)));
    assert_eq!(text(&asked, "device_code").len(), 43);
    let device_code = text(&asked, "device_code");
    assert_refused(&poll(&television, device_code).await, "authorization_pending");

    // In full width, in small letters and without its hyphen.
    let typed: String = text(&asked, "user_code").replace('-', "").to_lowercase();
    let wide: String = typed.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect();
    let page = enter(&mut hanako.browser, &wide).await;
    assert_eq!(page.find("h1").as_deref(), Some("リビングテレビ を接続しますか"), "{}", page.text);
    let done = hanako.browser.submit(&page, "device-allow", &[]).await;
    assert!(done.text.contains("リビングテレビ の画面に戻ってください"), "{}", done.text);

    server.clock.advance(seconds(5));
    let tokens = poll(&television, device_code).await;
    assert_eq!((tokens.status.as_u16(), tokens.header("cache-control")), (200, Some("no-store")), "{}", tokens.text);
    let tokens = tokens.json();
    assert_eq!(text(&tokens, "scope"), "openid email");
    let id_token = claims(text(&tokens, "id_token"));
    assert_eq!((id_token["sub"].as_str(), id_token["acr"].as_str()), (Some(hanako.sub.as_ref()), Some("aal1")));
    assert!(id_token["auth_time"].is_i64() && id_token.get("sid").is_none(), "{id_token}");

    // Signing out where the code was typed concerns that browser only.
    let page = hanako.browser.get("/sign-out").await;
    hanako.browser.submit(&page, "logout-confirm", &[]).await;
    let access_token = text(&tokens, "access_token");
    assert_eq!(television.userinfo(access_token).await.json()["email"], "hanako@example.jp");
    let fresh = television.refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(fresh.status, 200, "{}", fresh.text);
    assert_refused(&poll(&television, device_code).await, "invalid_grant");
    assert_eq!(television.userinfo(access_token).await.status, 200, "asking once more revokes nothing");
}

#[tokio::test]
async fn somebody_signed_out_signs_in_first_and_comes_back() {
    let server = Server::start().await;
    let television = television(&server).await;
    let sub = server.customer("hanako@example.jp").await;
    let mut browser = server.browser();
    let asked = ask(&television, "openid").await;
    let sign_in = enter(&mut browser, text(&asked, "user_code")).await;
    assert!(sign_in.path.starts_with("/sign-in?attempt="), "{}", sign_in.path);
    assert!(sign_in.text.contains("リビングテレビ"), "it says who asks");
    server.sign_in(&mut browser, &sub).await;
    let page = browser.get(&sign_in.path).await;
    assert_eq!(page.find("#user-code").as_deref(), Some(text(&asked, "user_code")), "{}", page.text);
    let done = browser.submit(&page, "device-deny", &[]).await;
    assert_eq!(done.find("h1").as_deref(), Some("接続しませんでした"));
    assert_refused(&poll(&television, text(&asked, "device_code")).await, "access_denied");
}

#[tokio::test]
async fn a_scanned_address_fills_in_the_code_and_nothing_else_a069() {
    let server = Server::start().await;
    let television = television(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let asked = ask(&television, "openid email products").await;
    let address = text(&asked, "verification_uri_complete").replace("http://localhost:8080", "");
    let scanned = hanako.browser.get(&address).await;
    assert!(scanned.text.contains(text(&asked, "user_code")), "{}", scanned.text);
    server.clock.advance(seconds(5));
    assert_refused(&poll(&television, text(&asked, "device_code")).await, "authorization_pending");

    // The maker's own client, a person who is signed in: asked all the same, with everything that is wanted.
    let page = hanako.browser.submit(&scanned, "user_code", &[]).await;
    for said in
        ["リビングテレビ", text(&asked, "user_code"), "メールアドレス", "登録した製品", "いまお使いのネットワーク"]
    {
        assert!(page.text.contains(said), "{said} is not said: {}", page.text);
    }
    assert!(page.find("#device-deny").is_some());
    server.clock.advance(seconds(5));
    assert_refused(&poll(&television, text(&asked, "device_code")).await, "authorization_pending");
    // Even for a sign-in alone.
    let asked = ask(&television, "openid").await;
    let page = enter(&mut hanako.browser, text(&asked, "user_code")).await;
    assert!(page.find("#device-allow").is_some());
}

#[tokio::test]
async fn the_page_says_that_the_device_is_elsewhere() {
    let server = Server::start_with(&[("HOSHO_SERVER_TRUSTED_PROXIES", "127.0.0.0/8")]).await;
    let television = television(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let headers = [
        ("x-forwarded-for", "203.0.113.9"),
        ("user-agent", "Mozilla/5.0 (Web0S; Linux/SmartTV) <script>alert(1)</script>"),
    ];
    let asked = television.post_with("/device_authorization", &[("scope", "openid")], &headers).await.json();
    let page = enter(&mut hanako.browser, text(&asked, "user_code")).await;
    assert!(page.text.contains("別のネットワーク（203.0.113.9）") && page.text.contains("webOS"), "{}", page.text);
    assert!(!page.text.contains("<script>alert"));
}

/// (A022) of what is decided about a device.
#[tokio::test]
async fn a_request_is_shown_where_its_code_was_typed_and_nowhere_else() {
    let server = Server::start().await;
    let television = television(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let mut mallory = server.person("mallory@example.jp").await;
    let asked = ask(&television, "openid").await;
    let page = enter(&mut mallory.browser, text(&asked, "user_code")).await;
    let passed_on = hanako.browser.get(&page.path).await;
    assert_eq!(passed_on.status, 404);
    assert_eq!(passed_on.find("h1").as_deref(), Some("このコードは使えません"));
    let (_, mut fields) = page.form("device-allow", &[]);
    let own = hanako.browser.get("/device").await.form("user_code", &[]).1;
    fields.retain(|(name, _)| name != "csrf");
    fields.extend(own.into_iter().filter(|(name, _)| name == "csrf"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = hanako.browser.post(&page.path, &pairs).await;
    assert_eq!(answer.status, 404);
    assert_refused(&poll(&television, text(&asked, "device_code")).await, "authorization_pending");
    // Whoever types it last has it; what was decided is decided once.
    connect(&mut hanako.browser, &asked).await;
    assert_eq!(mallory.browser.submit(&page, "device-deny", &[]).await.status, 404);
    server.clock.advance(seconds(5));
    let tokens = poll(&television, text(&asked, "device_code")).await.json();
    assert_eq!(claims(text(&tokens, "id_token"))["sub"], hanako.sub.as_ref());
}

#[tokio::test]
async fn impatience_is_answered_by_slow_down_and_lateness_by_expired_token_a071() {
    let server = Server::start().await;
    let (television, other) = (television(&server).await, television_with(&server, json!({})).await);
    let asked = ask(&television, "openid").await;
    let device_code = text(&asked, "device_code");
    for (pause, code) in [
        (0, "authorization_pending"),
        (5, "authorization_pending"),
        (4, "slow_down"),
        (9, "slow_down"),
        (15, "authorization_pending"),
        (10, "slow_down"),
        (20, "authorization_pending"),
    ] {
        server.clock.advance(seconds(pause));
        assert_refused(&poll(&television, device_code).await, code);
        assert_refused(&poll(&other, device_code).await, "invalid_grant");
    }
    server.clock.advance(minutes(9));
    assert_refused(&poll(&television, device_code).await, "expired_token");
    assert_refused(&poll(&television, "unknown").await, "invalid_grant");
    assert_refused(&television.post("/token", &[("grant_type", GRANT)]).await, "invalid_request");
    let mut hanako = server.person("hanako@example.jp").await;
    let page = enter(&mut hanako.browser, text(&asked, "user_code")).await;
    assert_eq!(page.status, 422, "its code has ended too");
}

/// (A071): thirty-two tries at once, at two instances.
#[tokio::test]
async fn what_was_allowed_gives_tokens_once_a071() {
    let server = Server::start().await;
    let television = television(&server).await;
    let (_app, site) = server.another_instance().await;
    let televisions = [television.clone(), television.at(site)];
    let mut hanako = server.person("hanako@example.jp").await;
    for _ in 0..rounds(6) {
        let asked = ask(&television, "openid").await;
        connect(&mut hanako.browser, &asked).await;
        let tries: Vec<_> = (0..32)
            .map(|index| {
                let (television, code) = (televisions[index % 2].clone(), text(&asked, "device_code").to_owned());
                tokio::spawn(async move { poll(&television, &code).await })
            })
            .collect();
        let mut issued = Vec::new();
        for one in tries {
            let answer = one.await.unwrap();
            match answer.status.as_u16() {
                200 => issued.push(answer.json()),
                _ => assert_refused(&answer, "invalid_grant"),
            }
        }
        assert_eq!(issued.len(), 1);
        assert_eq!(television.userinfo(text(&issued[0], "access_token")).await.status, 200);
    }
}

/// Two tries at once while nobody has decided: one of them is impatient.
#[tokio::test]
async fn tries_at_once_do_not_get_around_the_pause_a071() {
    let server = Server::start().await;
    let television = television(&server).await;
    let (_app, site) = server.another_instance().await;
    let televisions = [television.clone(), television.at(site)];
    for _ in 0..rounds(6) {
        let asked = ask(&television, "openid").await;
        let tries: Vec<_> = (0..4)
            .map(|index| {
                let (television, code) = (televisions[index % 2].clone(), text(&asked, "device_code").to_owned());
                tokio::spawn(async move { poll(&television, &code).await.refusal().1 })
            })
            .collect();
        let mut pending = 0;
        for one in tries {
            match one.await.unwrap().as_str() {
                "authorization_pending" => pending += 1,
                other => assert_eq!(other, "slow_down"),
            }
        }
        assert_eq!(pending, 1);
    }
}

#[tokio::test]
async fn a_browser_has_five_tries_until_every_code_of_now_has_ended_a070() {
    let server = Server::start().await;
    let television = television(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let asked = ask(&television, "openid").await;
    for wrong in ["BBBB-BBBB", "BBBB-BBBC", "BBBB-BBBD", "BBBB-BBBF", "BBBB-BBBG"] {
        assert_eq!(enter(&mut hanako.browser, wrong).await.status, 422);
        // What cannot be a code is no try.
        assert_eq!(enter(&mut hanako.browser, "AEIOU").await.status, 422);
    }
    let slow = enter(&mut hanako.browser, text(&asked, "user_code")).await;
    assert_eq!(slow.status, 429, "the right code comes too late: {}", slow.text);
    assert!(slow.text.contains("新しいコードを表示"), "{}", slow.text);
    server.clock.advance(minutes(10));
    let asked = ask(&television, "openid").await;
    connect(&mut hanako.browser, &asked).await;
    // Right ones count nowhere.
    for _ in 0..7 {
        let asked = ask(&television, "openid").await;
        assert!(enter(&mut hanako.browser, text(&asked, "user_code")).await.find("#device-allow").is_some());
    }
}

#[tokio::test]
async fn a_thousand_guesses_from_many_places_are_slowed_down_and_people_with_an_account_are_not_a070() {
    let server = Server::start_with(&[
        ("HOSHO_SERVER_TRUSTED_PROXIES", "127.0.0.0/8"),
        ("HOSHO_LIMIT_USER_CODES", "60"),
        ("HOSHO_LIMIT_DEVICES_PER_MINUTE", "1000"),
    ])
    .await;
    let television = television(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    // One network: ten in a minute, however many browsers it invents.
    let mut taken = 0;
    for number in 0..20 {
        let mut stranger = server.browser();
        stranger.headers.push(("x-forwarded-for", "198.51.100.1".to_owned()));
        taken += u32::from(enter(&mut stranger, &code(number)).await.status == 422);
    }
    assert_eq!(taken, 10);
    // Many networks: sixty in a minute.
    for number in 20..120 {
        let mut stranger = server.browser();
        stranger.headers.push(("x-forwarded-for", format!("203.0.113.{number}")));
        taken += u32::from(enter(&mut stranger, &code(number)).await.status == 422);
    }
    assert_eq!(taken, 60);
    hanako.browser.headers.push(("x-forwarded-for", "192.0.2.7".to_owned()));
    let asked = ask(&television, "openid").await;
    connect(&mut hanako.browser, &asked).await;
    server.clock.advance(minutes(1));
    assert_eq!(enter(&mut server.browser(), &code(1)).await.status, 422, "a minute later");
}

fn code(number: usize) -> String {
    let letters = b"BCDFGHJKLMNPQRSTVWXZ";
    let letter = |place: u32| char::from(letters[number / 20_usize.pow(place) % 20]);
    format!("ZZZZZ{}{}{}", letter(2), letter(1), letter(0))
}

#[tokio::test]
async fn guesses_at_once_do_not_get_around_the_limit_a070() {
    let server = Server::start().await;
    let mut stranger = server.browser();
    let page = stranger.get("/device").await;
    let (action, fields) = page.form("user_code", &[]);
    let tries: Vec<_> = (0..40)
        .map(|number| {
            let (mut browser, mut fields, action) = (stranger.clone(), fields.clone(), action.clone());
            fields.retain(|(name, _)| name != "user_code");
            fields.push(("user_code".to_owned(), code(number)));
            tokio::spawn(async move {
                let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                browser.post(&action, &pairs).await.status.as_u16()
            })
        })
        .collect();
    let mut taken = 0;
    for one in tries {
        taken += u32::from(one.await.unwrap() == 422);
    }
    assert_eq!(taken, 5);
}

#[tokio::test]
async fn a_device_gets_what_was_allowed_and_asks_for_no_more_than_it_registered_a049() {
    let server = Server::start().await;
    let television = television(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    for wider in ["openid profile", "management", "bogus", "admin:all", "openid warranty", "a\"b"] {
        let answer = television.post("/device_authorization", &[("scope", wider)]).await;
        assert_refused(&answer, "invalid_scope");
    }
    let asked = ask(&television, "openid email").await;
    connect(&mut hanako.browser, &asked).await;
    let wider = [("grant_type", GRANT), ("device_code", text(&asked, "device_code")), ("scope", "openid products")];
    let tokens = television.post("/token", &wider).await.json();
    assert_eq!(text(&tokens, "scope"), "openid email", "what is asked while polling changes nothing");

    // What the client loses between the yes and its try is not given either.
    let asked = ask(&television, "openid email").await;
    connect(&mut hanako.browser, &asked).await;
    let metadata = json!({
        "redirect_uris": [], "grant_types": [GRANT, "refresh_token"], "token_endpoint_auth_method": "none",
        "scope": "openid", "id_token_signed_response_alg": "ES256",
    });
    let mut work = server.work();
    service::oidc::client::update(&mut work, &television.id.as_str().into(), &metadata.to_string()).await.unwrap();
    work.commit().await.unwrap();
    assert_refused(&poll(&television, text(&asked, "device_code")).await, "invalid_grant");
}

#[tokio::test]
async fn the_management_api_is_for_staff_here_too() {
    let server = Server::start().await;
    let tool = television_with(&server, json!({"scope": "openid management"})).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let asked = ask(&tool, "openid management").await;
    let page = enter(&mut hanako.browser, text(&asked, "user_code")).await;
    assert!(!page.text.contains("管理機能"), "{}", page.text);
    hanako.browser.submit(&page, "device-allow", &[]).await;
    let tokens = poll(&tool, text(&asked, "device_code")).await.json();
    assert_eq!(text(&tokens, "scope"), "openid");
}

#[tokio::test]
async fn a_client_that_is_not_registered_for_it_or_does_not_prove_itself_gets_nothing_a048() {
    let server = Server::start().await;
    let shop = server.shop().await;
    assert_refused(&shop.post("/device_authorization", &[("scope", "openid")]).await, "unauthorized_client");
    let answer = shop.post("/token", &[("grant_type", GRANT), ("device_code", "x")]).await;
    assert_refused(&answer, "unauthorized_client");
    let confidential = television_with(&server, json!({"token_endpoint_auth_method": "client_secret_basic"})).await;
    let nameless = confidential.send("/device_authorization", &[("client_id", &confidential.id)], &[]).await;
    assert_eq!(nameless.refusal(), (401, "invalid_client".to_owned()));
    let unknown = confidential.send("/device_authorization", &[("client_id", "nobody")], &[]).await;
    assert_eq!(unknown.refusal(), (401, "invalid_client".to_owned()));
    assert_eq!(server.browser().fetch("/device_authorization").await.status, 405);
    let answer = confidential.post("/device_authorization", &[("authorization_details", "[{\"type\":\"x\"}]")]).await;
    assert_refused(&answer, "invalid_authorization_details");
}

/// (A038): each artefact at the doors of the others opens nothing and loses nothing.
#[tokio::test]
async fn codes_of_devices_open_no_other_door_a038() {
    let server = Server::start().await;
    let television = television_with(
        &server,
        json!({"grant_types": [GRANT, "refresh_token", "authorization_code"],
               "redirect_uris": ["https://shop.example/cb"]}),
    )
    .await;
    let mut hanako = server.person("hanako@example.jp").await;
    let asked = ask(&television, "openid").await;
    let (device_code, user_code) = (text(&asked, "device_code"), text(&asked, "user_code"));
    connect(&mut hanako.browser, &asked).await;
    for code in [device_code, user_code] {
        assert_refused(&television.exchange(code).await, "invalid_grant");
        assert_refused(&television.refresh(code).await, "invalid_grant");
        assert_eq!(television.userinfo(code).await.status, 401);
        assert_eq!(hanako.browser.get(&format!("/sign-up/confirm?token={code}")).await.status, 410);
        assert_eq!(television.post("/revoke", &[("token", code)]).await.status, 200);
    }
    assert_refused(&poll(&television, user_code).await, "invalid_grant");
    assert_eq!(enter(&mut hanako.browser, device_code).await.status, 422);
    let tokens = poll(&television, device_code).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text);

    // The other way round: a code, a refresh token and an access token are no device codes.
    let tokens = tokens.json();
    let code = television.code(&mut hanako.browser, &[]).await;
    for other in [code.as_str(), text(&tokens, "refresh_token"), text(&tokens, "access_token")] {
        assert_refused(&poll(&television, other).await, "invalid_grant");
    }
    assert_eq!(television.exchange(&code).await.status, 200);
    assert_eq!(television.refresh(text(&tokens, "refresh_token")).await.status, 200);
}

/// (A040)
#[tokio::test]
async fn no_code_stands_in_the_database_a040() {
    let server = Server::start().await;
    let television = television(&server).await;
    let asked = ask(&television, "openid").await;
    let dump = server.dump().await;
    let user_code = text(&asked, "user_code");
    for secret in [text(&asked, "device_code"), user_code, &user_code.replace('-', "")] {
        assert!(!dump.contains(secret), "{secret}");
    }
}

/// (A059), (A060): each state of the account and of the client, before and after the yes and after the tokens.
#[tokio::test]
async fn every_state_that_stops_a_person_or_a_client_stops_a_device_a059() {
    let server = Server::start().await;
    for (number, state) in ["suspended", "closed", "signed out everywhere", "client off"].into_iter().enumerate() {
        for moment in ["before the yes", "before the tokens", "after the tokens"] {
            let television = television(&server).await;
            let name = format!("hanako{number}{}@example.jp", moment.len());
            let mut hanako = server.person(&name).await;
            let asked = ask(&television, "openid").await;
            let page = enter(&mut hanako.browser, text(&asked, "user_code")).await;
            let mut tokens = Value::Null;
            if moment != "before the yes" {
                hanako.browser.submit(&page, "device-allow", &[]).await;
            }
            if moment == "after the tokens" {
                tokens = poll(&television, text(&asked, "device_code")).await.json();
            }
            server.clock.advance(seconds(5));
            stop(&server, state, &hanako.sub, &television).await;

            let what = format!("{state} {moment}");
            if moment == "before the yes" {
                let answer = hanako.browser.submit(&page, "device-allow", &[]).await;
                assert_ne!(answer.find("h1").as_deref(), Some("接続しました"), "{what}");
            }
            let answer = poll(&television, text(&asked, "device_code")).await;
            let expected = match (state, moment) {
                ("client off", _) => "invalid_client",
                (_, "before the yes") => "authorization_pending",
                _ => "invalid_grant",
            };
            assert_eq!(answer.refusal().1, expected, "{what}: {}", answer.text);
            if moment == "after the tokens" {
                assert_ne!(television.refresh(text(&tokens, "refresh_token")).await.status, 200, "{what}");
                assert_eq!(television.userinfo(text(&tokens, "access_token")).await.status, 401, "{what}");
            }
        }
    }
}

/// Put an account or a client into a state in which nothing of it counts.
pub async fn stop(server: &Server, state: &str, sub: &hosho::base::id::Subject, client: &Shop) {
    let client = ClientId::from(client.id.as_str());
    let mut work = server.work();
    match state {
        "suspended" => drop(service::account::lifecycle::suspend(&mut work, sub).await.unwrap()),
        "closed" => drop(service::account::closing::close(&mut work, sub, ClosedBy::Owner, None).await.unwrap()),
        "signed out everywhere" => service::auth::session::sign_out_everywhere(&mut work, sub).await.unwrap(),
        "client off" => drop(service::oidc::client::disable(&mut work, &client).await.unwrap()),
        other => panic!("no such state: {other}"),
    }
    work.commit().await.unwrap();
}

#[tokio::test]
async fn its_owner_is_told_sees_it_among_the_apps_and_takes_it_back() {
    let server = Server::start().await;
    let television = television(&server).await;
    let mut hanako = server.person("hanako@example.jp").await;
    let asked = ask(&television, "openid email").await;
    connect(&mut hanako.browser, &asked).await;
    assert!(hanako.browser.get("/my/apps").await.find(".empty").is_some(), "nothing was fetched yet");
    let tokens = poll(&television, text(&asked, "device_code")).await.json();
    let letter = server.last_letter_to("hanako@example.jp").await;
    assert_eq!(letter.subject, "機器が接続されました");
    assert!(letter.text.contains("リビングテレビ") && letter.text.contains("/my/apps"), "{}", letter.text);

    let page = hanako.browser.get("/my/apps").await;
    let line = page.find(".list li").unwrap();
    assert!(line.contains("リビングテレビ") && line.contains("メールアドレス") && !line.contains("製品"), "{line}");
    // One that was allowed and not fetched yet goes with it.
    let next = ask(&television, "openid").await;
    connect(&mut hanako.browser, &next).await;
    hanako.browser.submit(&page, "client", &[]).await;
    assert_refused(&television.refresh(text(&tokens, "refresh_token")).await, "invalid_grant");
    assert_eq!(television.userinfo(text(&tokens, "access_token")).await.status, 401);
    assert_refused(&poll(&television, text(&next, "device_code")).await, "access_denied");
    let dump = server.dump().await;
    for event in ["device_request.allowed", "device.connected", "consent.revoked"] {
        assert!(dump.contains(event), "{event}");
    }
}

#[tokio::test]
async fn requests_are_forgotten_a_day_after_their_end_and_one_network_cannot_make_too_many() {
    let server = Server::start_with(&[("HOSHO_LIMIT_DEVICES_PER_MINUTE", "3")]).await;
    let television = television(&server).await;
    for _ in 0..3 {
        ask(&television, "openid").await;
    }
    let answer = television.post("/device_authorization", &[("scope", "openid")]).await;
    assert_eq!((answer.status.as_u16(), answer.refusal().1.as_str()), (429, "temporarily_unavailable"));
    let count = async || {
        let statement = "SELECT COUNT(*) AS count FROM device_request";
        let mut work = server.work();
        hosho::store::query::sql(statement).one::<hosho::store::query::Count>(work.tx()).await.unwrap().count
    };
    assert_eq!(count().await, 3);
    server.clock.advance(minutes(24 * 60 + 11));
    hosho::jobs::remove_what_expired(&server.app).await.unwrap();
    assert_eq!(count().await, 0);
}
