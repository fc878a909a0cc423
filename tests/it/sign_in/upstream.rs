//! Signing in with another provider: what each service does, and what becomes of somebody who comes for the first time.

use hosho::base::time::seconds;
use hosho::gateway::fetch::{FetchError, scripted::Reply};
use hosho::jose::{Algorithm, SigningKey};
use http::{Request, StatusCode};
use serde_json::{Value, json};

use super::{PASSWORD, code_in, is_signed_in, sign_in};
use crate::support::{Answer, Browser, CLIENT, SECRET, Server, StandIn, Way, claims};

pub async fn server() -> Server {
    Server::start_with(&StandIn::settings()).await
}

pub fn hanako() -> Value {
    json!({"email": "hanako@example.jp", "email_verified": true, "family_name": "山田", "given_name": "花子"})
}

/// What the token endpoint was asked.
fn asked_for_tokens(server: &Server) -> hosho::gateway::fetch::scripted::Asked {
    server.web.asked().into_iter().rev().find(|asked| asked.url.ends_with("/token")).expect("the code is exchanged")
}

/// Whether a letter to an address says this.
pub async fn was_told(server: &Server, address: &str, words: &str) -> bool {
    server
        .letters()
        .await
        .iter()
        .any(|letter| letter.to == address && (letter.subject.contains(words) || letter.text.contains(words)))
}

/// Open an account from the page of somebody new.
pub async fn open(browser: &mut Browser, page: &Answer) -> Answer {
    browser.submit(page, "newcomer-open", &[]).await
}

#[tokio::test]
async fn somebody_whose_address_the_provider_vouches_for_opens_an_account_without_a_password() {
    let (server, corp) = (server().await, StandIn::corp());
    let mut browser = server.browser();
    corp.publish(&server, &json!({}));
    let way = corp.set_out(&mut browser).await;
    assert_eq!(way.address.as_str().split('?').next(), Some("https://idp.example/authorize"));
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", &corp.redirect_uri()),
        ("scope", "openid profile email"),
        ("code_challenge_method", "S256"),
        ("ui_locales", "ja"),
    ] {
        assert_eq!(way.asks(name).as_deref(), Some(value), "{name}");
    }
    assert!(way.state.len() >= 43 && way.nonce.len() >= 43 && way.asks("code_challenge").unwrap().len() == 43);
    corp.tell(&server, &way, &hanako());
    let page = corp.come_back(&mut browser, &way).await;
    assert!(page.path.starts_with("/sign-up/with?newcomer="), "{}", page.path);
    assert_eq!(page.find("dd").as_deref(), Some("hanako@example.jp"));
    assert!(!is_signed_in(&mut browser).await, "nothing happens before the button is pressed");

    let asked = asked_for_tokens(&server);
    assert_eq!(asked.field("code").as_deref(), Some("a-code"));
    assert_eq!(asked.field("redirect_uri"), Some(corp.redirect_uri()));
    let challenge = hosho::base::digest::fingerprint(asked.field("code_verifier").unwrap());
    assert_eq!(way.asks("code_challenge"), Some(challenge));
    assert!(asked.bearer.unwrap().starts_with("Basic "), "the default of discovery");

    open(&mut browser, &page).await;
    let profile = browser.get("/my/profile").await;
    assert!(profile.text.contains("value=\"山田\"") && profile.text.contains("hanako@example.jp"), "{}", profile.text);

    // The next time it is one step, whatever the address is by then.
    let mut elsewhere = server.browser();
    let told = json!({"email": "other@example.jp", "email_verified": true});
    let page = corp.sign_in(&server, &mut elsewhere, &told).await;
    assert_eq!(page.path, "/my", "{}", page.text);
    assert!(elsewhere.get("/my/profile").await.text.contains("hanako@example.jp"));
}

#[tokio::test]
async fn line_signs_with_the_channel_secret_names_no_key_and_may_tell_no_address() {
    let (server, line) = (server().await, StandIn::line());
    let mut browser = server.browser();
    let page = line.sign_in(&server, &mut browser, &json!({"name": "はなちゃん", "amr": ["linesso"]})).await;
    assert!(page.find("#newcomer-open").is_none(), "{}", page.text);
    let asked = asked_for_tokens(&server);
    assert_eq!(asked.field("client_secret").as_deref(), Some(SECRET), "LINE reads the body only");
    assert_eq!((asked.field("client_id").as_deref(), asked.bearer), (Some(CLIENT), None));

    let page = browser.submit(&page, "newcomer-ask", &[("email", "no address")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = browser.submit(&page, "newcomer-ask", &[("email", "hanako@example.jp")]).await;
    assert!(page.path.starts_with("/sign-up/code?proof="), "{}", page.path);
    let code = code_in(&server.last_letter_to("hanako@example.jp").await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    assert_eq!(page.find("dd").as_deref(), Some("hanako@example.jp"), "{}", page.text);
    let page = open(&mut browser, &page).await;
    assert_eq!(page.path, "/my", "{}", page.text);
    assert!(browser.get("/my/profile").await.text.contains("はなちゃん"));
    assert_eq!(line.sign_in(&server, &mut server.browser(), &json!({})).await.path, "/my");
}

#[tokio::test]
async fn yahoo_japan_tells_address_and_names_at_userinfo() {
    let (server, yahoo) = (server().await, StandIn::yahoo_japan());
    let userinfo = |sub: &str| {
        Reply::json(&json!({
            "sub": sub, "email": "hanako@example.jp", "email_verified": true, "family_name": "山田",
            "family_name#ja-Kana-JP": "ヤマダ",
        }))
    };
    let audience = json!({"aud": [CLIENT]});
    server.web.answer(&yahoo.at("/userinfo"), userinfo("somebody else"));
    let page = yahoo.sign_in(&server, &mut server.browser(), &audience).await;
    assert!(page.path.contains("notice=provider-failed"), "{}", page.path);

    server.web.answer(&yahoo.at("/userinfo"), userinfo("person-1"));
    let mut browser = server.browser();
    let page = yahoo.sign_in(&server, &mut browser, &audience).await;
    let asked = server.web.asked().into_iter().rev().find(|asked| asked.url.ends_with("/userinfo")).unwrap();
    assert_eq!(asked.bearer.as_deref(), Some("Bearer an-access-token"));
    open(&mut browser, &page).await;
    assert!(browser.get("/my/profile").await.text.contains("value=\"ヤマダ\""));

    // Where it does not answer, a letter proves the address.
    server.web.fail(&yahoo.at("/userinfo"), FetchError::TimedOut);
    let told = json!({"aud": [CLIENT], "sub": "person-2"});
    let page = yahoo.sign_in(&server, &mut server.browser(), &told).await;
    assert!(page.find("#newcomer-ask").is_some(), "{}", page.text);
}

#[tokio::test]
async fn google_vouches_for_addresses_and_an_issuer_that_is_not_quite_its_own_is_another_one() {
    let (server, google) = (server().await, StandIn::google());
    let page = google.sign_in(&server, &mut server.browser(), &hanako()).await;
    assert_eq!(page.find("dd").as_deref(), Some("hanako@example.jp"), "{}", page.text);
    for issuer in ["accounts.google.com", "https://accounts.google.com/", "https://accounts.google.com.evil.example"] {
        let mut told = hanako();
        told["iss"] = json!(issuer);
        let page = google.sign_in(&server, &mut server.browser(), &told).await;
        assert!(page.path.contains("notice=provider-failed"), "{issuer}: {}", page.path);
    }
}

/// A server that Apple gave a key, with the public half of it.
async fn apple_server(folder: &tempfile::TempDir) -> (Server, SigningKey) {
    use base64::Engine as _;
    let pkcs8 = SigningKey::generate(Algorithm::Es256, &hosho::base::random::Random::system()).unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode(&*pkcs8);
    let path = folder.path().join("AuthKey.p8");
    std::fs::write(&path, format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")).unwrap();
    let path = path.display().to_string();
    let server = Server::start_with(&[
        ("HOSHO_UPSTREAM_APPLE_CLIENT_ID", CLIENT),
        ("HOSHO_UPSTREAM_APPLE_TEAM_ID", "TEAM123456"),
        ("HOSHO_UPSTREAM_APPLE_KEY_ID", "KEY1234567"),
        ("HOSHO_UPSTREAM_APPLE_KEY_FILE", &path),
    ])
    .await;
    (server, SigningKey::from_pkcs8(Algorithm::Es256, &pkcs8).unwrap())
}

/// What Apple's page makes the browser post: across sites, so without cookies that are `SameSite=Lax`.
async fn post_from_apple(server: &Server, fields: &[(&str, &str)]) -> Answer {
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::post("/sign-in/with/apple/callback")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://appleid.apple.com")
        .header("sec-fetch-site", "cross-site")
        .body(body.into());
    server.browser().send(request.unwrap()).await
}

#[tokio::test]
async fn apple_posts_across_sites_takes_a_secret_that_is_made_anew_and_tells_the_name_once() {
    let folder = tempfile::tempdir().unwrap();
    let (server, key) = apple_server(&folder).await;
    let (apple, mut browser) = (StandIn::apple(), server.browser());
    apple.publish(&server, &json!({}));
    let way = apple.set_out(&mut browser).await;
    assert_eq!(way.asks("response_mode").as_deref(), Some("form_post"));
    assert_eq!(way.asks("scope").as_deref(), Some("openid name email"));
    apple.tell(&server, &way, &json!({"email": "x7@privaterelay.appleid.com", "email_verified": "true"}));

    let user = r#"{"name":{"firstName":"花子","lastName":"山田"},"email":"victim@example.jp"}"#;
    let fields = [("code", "a-code"), ("state", way.state.as_str()), ("user", user)];
    let answer = post_from_apple(&server, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.header("set-cookie").is_none(), "the browser keeps the name that its pages are bound to");
    let location = answer.location().unwrap();
    assert!(!location.contains("code=") && !location.contains("user"), "{location}");
    assert!(!server.dump().await.contains("victim@example.jp"), "what waits is sealed");

    // The code and the name are worth nothing in another browser.
    let other = server.browser().get(&location).await;
    assert_eq!(other.status, StatusCode::BAD_REQUEST, "{}", other.text);
    let page = browser.get(&location).await;
    assert_eq!(page.find("dd").as_deref(), Some("x7@privaterelay.appleid.com"), "{}", page.text);
    let secret = asked_for_tokens(&server).field("client_secret").unwrap();
    let (header, rest) = secret.split_once('.').unwrap();
    let header: Value = serde_json::from_slice(&hosho::base::digest::from_base64url(header).unwrap()).unwrap();
    assert_eq!((&header["alg"], &header["kid"]), (&json!("ES256"), &json!("KEY1234567")));
    let signature = hosho::base::digest::from_base64url(rest.split_once('.').unwrap().1).unwrap();
    let signed = secret.rsplit_once('.').unwrap().0;
    assert!(key.public().key.verifies(Algorithm::Es256, signed.as_bytes(), &signature));
    let said = claims(&secret);
    assert_eq!(
        (&said["iss"], &said["sub"], &said["aud"]),
        (&json!("TEAM123456"), &json!(CLIENT), &json!(apple.issuer))
    );
    let now = server.clock.now().seconds();
    assert!(said["exp"].as_i64().unwrap() > now && said["exp"].as_i64().unwrap() - now <= 15_777_000);

    open(&mut browser, &page).await;
    let profile = browser.get("/my/profile").await.text;
    assert!(profile.contains("value=\"花子\"") && profile.contains("value=\"山田\"") && !profile.contains("victim"));

    // Years later a new secret is made by itself.
    server.clock.advance(hosho::base::time::days(800));
    let mut browser = server.browser();
    let way = apple.set_out(&mut browser).await;
    apple.tell(&server, &way, &json!({}));
    let answer = post_from_apple(&server, &[("code", "a-code"), ("state", &way.state)]).await;
    assert_eq!(browser.get(&answer.location().unwrap()).await.path, "/my");
    let renewed = claims(&asked_for_tokens(&server).field("client_secret").unwrap());
    assert!(renewed["exp"].as_i64().unwrap() > server.clock.now().seconds());
}

#[tokio::test]
async fn a_post_that_nobody_waits_for_and_a_person_who_says_no_come_to_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (server, _) = apple_server(&folder).await;
    let (apple, mut browser) = (StandIn::apple(), server.browser());
    apple.publish(&server, &json!({}));
    for state in ["", "unknown", "%"] {
        let answer = post_from_apple(&server, &[("code", "a-code"), ("state", state)]).await;
        let page = browser.get(&answer.location().unwrap()).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{state}: {}", page.text);
    }
    assert_eq!(post_from_apple(&server, &[("state", &"x".repeat(201))]).await.status, StatusCode::BAD_REQUEST);
    let way = apple.set_out(&mut browser).await;
    let fields = [("error", "user_cancelled_authorize"), ("state", way.state.as_str())];
    let answer = post_from_apple(&server, &fields).await;
    // What was posted first counts.
    post_from_apple(&server, &[("code", "another-code"), ("state", &way.state)]).await;
    let page = browser.get(&answer.location().unwrap()).await;
    assert_eq!(page.path, "/sign-in?notice=provider-denied");
    assert!(page.find(".notice").is_some() && page.find("#login-submit").is_some(), "{}", page.text);
}

#[tokio::test]
async fn who_says_no_or_meets_an_error_is_back_where_they_began_with_a_sentence() {
    let (server, corp) = (server().await, StandIn::corp());
    let shop = server.own_app("shop").await;
    corp.publish(&server, &json!({}));
    for (error, word) in [("access_denied", "denied"), ("server_error", "failed"), ("login_required", "failed")] {
        let mut browser = server.browser();
        let page = browser.get(&shop.asks(&[])).await;
        let way = Way::of(&browser.submit_once(&page, "with-corp", &[]).await);
        let back = browser.get(&corp.callback(&[("error", error), ("state", &way.state)])).await;
        assert!(back.path.ends_with(&format!("&notice=provider-{word}")), "{}", back.path);
        assert!(back.path.contains("attempt=") && back.find(".notice").is_some(), "{}", back.text);
        // The sign-in goes on from there, to the application that asked for it.
        corp.publish(&server, &json!({}));
        let way = Way::of(&browser.submit_once(&back, "with-corp", &[]).await);
        corp.tell(
            &server,
            &way,
            &json!({"sub": error, "email": format!("{error}@example.jp"), "email_verified": true}),
        );
        let page = corp.come_back(&mut browser, &way).await;
        let answer = open(&mut browser, &page).await;
        assert!(answer.location().is_some_and(|to| to.starts_with(&shop.redirect_uri)), "{:?}", answer.location());
    }
}

#[tokio::test]
async fn a_provider_that_is_down_takes_nothing_else_along() {
    let (server, corp) = (server().await, StandIn::corp());
    let mut browser = server.browser();
    super::sign_up(&server, &mut browser, "taro@example.jp").await;
    server.web.take_asked();
    let page = server.browser().get("/sign-in").await;
    assert_eq!((page.status, server.web.take_asked().len()), (StatusCode::OK, 0), "buttons ask nobody");
    let mut stranger = server.browser();
    let page = stranger.get("/sign-in").await;
    let back = stranger.submit(&page, "with-corp", &[]).await;
    assert_eq!(back.path, "/sign-in?notice=provider-unavailable");
    assert!(back.find(".notice").is_some());
    assert_eq!(sign_in(&mut stranger, "taro@example.jp", PASSWORD).await.status, StatusCode::SEE_OTHER);

    // It is not asked again at once, and is once it answers.
    server.web.take_asked();
    stranger.submit(&page, "with-corp", &[]).await;
    assert_eq!(server.web.take_asked().len(), 0);
    corp.publish(&server, &json!({}));
    server.clock.advance(seconds(11));
    let way = corp.set_out(&mut server.browser()).await;
    assert!(way.address.as_str().starts_with("https://idp.example/authorize"));
    // What it said is still good while it is down later.
    server.clock.advance(hosho::base::time::hours(3));
    server.web.fail("idp.example", FetchError::TimedOut);
    server.web.fail(&corp.at("/.well-known/openid-configuration"), FetchError::TimedOut);
    assert!(corp.set_out(&mut server.browser()).await.address.as_str().starts_with("https://idp.example/"));
}

#[tokio::test]
async fn every_button_is_named_as_its_service_asks_in_both_languages() {
    let server = server().await;
    for (language, names) in [
        ("ja", ["Google でログイン", "LINEでログイン", "Yahoo! JAPAN IDでログイン", "社員ID でサインイン"]),
        ("en", ["Sign in with Google", "Log in with LINE", "Log in with Yahoo! JAPAN ID", "Sign in with Staff ID"]),
    ] {
        let mut browser = server.browser().speaking(language);
        for path in ["/sign-in", "/sign-up"] {
            let page = browser.get(path).await;
            let found = ["google", "line", "yahoo_japan", "corp"].map(|id| page.find(&format!("#with-{id}")).unwrap());
            assert_eq!(found, names, "{path}");
        }
    }
    let mut browser = server.browser();
    let answer = browser.post("/sign-in/with/corp", &[]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "a form of another site sets nobody out");
    assert_eq!(browser.get("/sign-in/with/nobody/callback?state=x&code=x").await.status, StatusCode::NOT_FOUND);
}

/// (A117): whoever has a second factor is asked for it at this door, too; and another provider may be the step that is
/// missing.
#[tokio::test]
async fn a_second_factor_is_asked_for_after_another_provider_too_a117() {
    let (server, corp) = (server().await, StandIn::corp());
    let shop = server.shop().await;
    let mut browser = server.browser();
    let page = corp.sign_in(&server, &mut browser, &hanako()).await;
    open(&mut browser, &page).await;
    let second = server.add_totp(&mut browser).await;
    server.clock.advance(seconds(30));

    let mut browser = server.browser();
    let page = corp.sign_in(&server, &mut browser, &json!({})).await;
    assert!(page.path.starts_with("/sign-in/totp?") && !is_signed_in(&mut browser).await, "{}", page.path);
    let code = second.app.code(server.clock.now());
    assert_eq!(browser.submit(&page, "code", &[("code", &code)]).await.path, "/my");
    let tokens = shop.tokens(&mut browser, "openid").await;
    let id_token = claims(crate::support::text(&tokens, "id_token"));
    assert_eq!((&id_token["acr"], &id_token["amr"]), (&json!("aal2"), &json!(["otp", "mfa"])));
}
