//! Signing in and up with a passkey, and what everybody else gets who tries.

use hosho::base::time::{days, minutes, seconds};
use hosho::domain::account::EmailAddress;
use hosho::service::account::lifecycle;
use hosho::store;
use hosho::store::admin::audit;
use http::StatusCode;
use serde_json::{Value, json};

use super::{PASSWORD, code_in, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Browser, Server, SoftPasskey, claims, text};

const EMAIL: &str = "hanako@mail.example";

/// Sign up with a passkey and nothing else.
pub async fn sign_up_by_passkey(server: &Server, browser: &mut Browser, email: &str) -> SoftPasskey {
    let page = page_after_the_code(server, browser, email).await;
    let mut passkey = SoftPasskey::new();
    let options = browser.passkey_options(&page).await;
    let made = passkey.make(&options);
    let done = browser.answer_passkey(&page, &options, &made).await;
    assert_eq!(done.location().as_deref(), Some("/my"), "{}", done.text);
    passkey
}

async fn page_after_the_code(server: &Server, browser: &mut Browser, email: &str) -> Answer {
    let page = browser.get("/sign-up").await;
    let page = browser.submit(&page, "email", &[("email", email)]).await;
    let code = code_in(&server.last_letter_to(email).await.text);
    browser.submit(&page, "code", &[("code", &code)]).await
}

/// What the audit log says of each event of a name, in its order: the value of the change.
async fn told(server: &Server, name: &str) -> Vec<String> {
    let entries = audit::list_after(server.work().tx(), 0, 1000).await.unwrap();
    let details = entries.iter().filter(|entry| entry.name == name).map(|entry| entry.details.as_str());
    let changes = details.map(|text| serde_json::from_str::<Value>(text).unwrap()["changes"][0]["after"].clone());
    changes.map(|value| value.as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn somebody_signs_up_with_a_code_and_a_passkey_and_never_has_a_password() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let mut passkey = sign_up_by_passkey(&server, &mut browser, EMAIL).await;
    assert!(is_signed_in(&mut browser).await);
    let security = browser.get("/my/security").await;
    assert!(security.find("[name=new_password]").is_none(), "there is no password to change");
    assert_eq!(security.attributes("[data-passkeys] .list a", "href").len(), 1);

    let mut elsewhere = server.browser();
    let done = elsewhere.sign_in_by_passkey(&mut passkey).await;
    assert_eq!(done.location().as_deref(), Some("/my"));
    assert!(is_signed_in(&mut elsewhere).await);
    assert_eq!(sign_in(&mut server.browser(), EMAIL, PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_passkey_signs_in_to_the_app_that_asked_and_its_token_tells_how() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let mut bound = sign_up_by_passkey(&server, &mut server.browser(), EMAIL).await;
    let mut synced = SoftPasskey::synced();
    let mut browser = server.browser();
    browser.sign_in_by_passkey(&mut bound).await;
    assert_eq!(browser.add_passkey(&mut synced).await.status, StatusCode::SEE_OTHER);
    for (passkey, amr) in [(&mut bound, json!(["hwk", "user", "mfa"])), (&mut synced, json!(["swk", "user", "mfa"]))] {
        let mut browser = server.browser();
        let page = browser.get(&shop.asks(&[("acr_values", "phr")])).await;
        let options = browser.passkey_options(&page).await;
        let answer = passkey.answer(&options);
        let sent = browser.answer_passkey(&page, &options, &answer).await;
        let code = browser.follow(sent).await.code();
        let token = claims(text(&shop.exchange(&code).await.json(), "id_token"));
        assert_eq!((&token["acr"], &token["amr"]), (&json!("phr"), &amr));
    }
}

#[tokio::test]
async fn the_page_is_made_for_autofill_and_works_without_a_script() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    for selector in [
        "form[data-passkey=use][data-autofill] input[autocomplete='username webauthn']",
        "form[data-passkey=use] button[data-passkey-button][hidden][type=button]",
        "form[data-passkey=use] input[type=hidden][name=credential]",
        "script[src$='/passkey.js']",
    ] {
        assert!(page.find(selector).is_some(), "{selector}");
    }
    sign_up(&server, &mut server.browser(), EMAIL).await;
    assert_eq!(sign_in(&mut browser, EMAIL, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// (A108), (A143)
#[tokio::test]
async fn what_a_browser_is_asked_tells_nothing_about_anybody_a108() {
    let server = Server::start().await;
    sign_up_by_passkey(&server, &mut server.browser(), EMAIL).await;
    let mut seen: Vec<Value> = Vec::new();
    for hint in [EMAIL, "nobody@mail.example"] {
        let shop = server.own_app("shop").await;
        let mut browser = server.browser();
        let page = browser.get(&shop.asks(&[("login_hint", hint)])).await;
        let answer = browser.ask_passkey(&page, &[("username", hint)]).await;
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let mut options = answer.json();
        assert_eq!(options["publicKey"]["userVerification"], "required");
        assert_eq!(options["publicKey"]["allowCredentials"], json!([]), "only those that the browser finds itself");
        options["publicKey"]["challenge"] = Value::Null;
        options["ceremony"] = Value::Null;
        seen.push(options);
    }
    assert_eq!(seen[0], seen[1]);
}

/// What an application asks that does not do with less than a passkey.
fn wants_phr() -> String {
    json!({"id_token": {"acr": {"essential": true, "value": "phr"}}}).to_string()
}

/// (A143), (A117)
#[tokio::test]
async fn a_passkey_goes_on_with_the_sign_in_of_its_owner_and_of_nobody_else_a143() {
    let server = Server::start().await;
    let shop = server.shop().await;
    let (mut own, mut others) = (SoftPasskey::new(), SoftPasskey::synced());
    for (email, passkey) in [(EMAIL, &mut own), ("mallory@mail.example", &mut others)] {
        let mut browser = server.browser();
        sign_up(&server, &mut browser, email).await;
        browser.add_passkey(passkey).await;
    }
    let begin = async || {
        let mut browser = server.browser();
        let page = browser.get(&shop.asks(&[("claims", &wants_phr())])).await;
        let entered = [("username", EMAIL), ("password", PASSWORD)];
        let step = browser.submit(&page, "login-submit", &entered).await;
        assert!(step.path.starts_with("/sign-in/passkey?attempt="), "{}", step.path);
        assert!(!browser.cookies.contains_key("hosho_session"), "a password alone is not enough here");
        (browser, step)
    };
    let (mut browser, step) = begin().await;
    let options = browser.passkey_options(&step).await;
    let allowed = &options["publicKey"]["allowCredentials"];
    assert_eq!(allowed.as_array().map(Vec::len), Some(1), "only those of the person who is signing in");
    // Another person's passkey, over whatever it says to be.
    for handle in [others.user_handle.clone(), own.user_handle.clone(), None] {
        let options = browser.passkey_options(&step).await;
        let answer = others.answer_with(&options, |draft| draft.user_handle = handle);
        let refused = browser.answer_passkey(&step, &options, &answer).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!browser.cookies.contains_key("hosho_session"));
    }
    // The challenge of Mallory's own sign-in does not complete Hanako's either.
    let mut mallory = server.browser();
    let page = mallory.get("/sign-in").await;
    let theirs = mallory.passkey_options(&page).await;
    let answer = others.answer(&theirs);
    assert_eq!(browser.answer_passkey(&step, &theirs, &answer).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    // Where the person is known, the authenticator need not say whose it is.
    for handle in [None, own.user_handle.clone()] {
        let (mut browser, step) = begin().await;
        let options = browser.passkey_options(&step).await;
        let answer = own.answer_with(&options, |draft| draft.user_handle = handle);
        let sent = browser.answer_passkey(&step, &options, &answer).await;
        let code = browser.follow(sent).await.code();
        let token = claims(text(&shop.exchange(&code).await.json(), "id_token"));
        assert_eq!((&token["acr"], &token["amr"]), (&json!("phr"), &json!(["hwk", "user", "pwd", "mfa"])));
    }
}

/// (A145)
#[tokio::test]
async fn a_removed_passkey_and_one_of_a_stopped_account_get_the_same_answer_as_an_unknown_one_a145() {
    let server = Server::start().await;
    let mut removed = SoftPasskey::new();
    let mut browser = server.browser();
    sign_up(&server, &mut browser, "taro@mail.example").await;
    browser.add_passkey(&mut removed).await;
    let security = browser.get("/my/security").await;
    let own = security.attributes("[data-passkeys] .list a", "href").remove(0);
    let page = browser.get(&own).await;
    browser.submit(&page, "passkey-remove", &[]).await;

    let mut stopped = sign_up_by_passkey(&server, &mut server.browser(), EMAIL).await;
    let mut work = server.work();
    let address = EmailAddress::parse(EMAIL).unwrap();
    let sub = store::account::find_by_email(work.tx(), &address).await.unwrap().unwrap().sub;
    lifecycle::suspend(&mut work, &sub).await.unwrap();
    work.commit().await.unwrap();

    let mut unknown = SoftPasskey::new();
    unknown.user_handle = Some(b"somebody".to_vec());
    let mut seen = Vec::new();
    for passkey in [&mut removed, &mut stopped, &mut unknown] {
        let mut browser = server.browser();
        let answer = browser.sign_in_by_passkey(passkey).await;
        let headers: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        seen.push((answer.status, headers, answer.find("main"), browser.cookies.keys().cloned().collect::<Vec<_>>()));
    }
    assert_eq!(seen[0].0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
    assert_eq!(told(&server, "sign_in.failed").await, ["unknown", "stopped", "unknown"], "the audit log knows");
}

/// (A144)
#[tokio::test]
async fn a_count_that_does_not_go_on_is_noted_and_refused_or_let_in_as_the_operator_decides_a144() {
    for (setting, expected) in [("true", StatusCode::UNPROCESSABLE_ENTITY), ("false", StatusCode::SEE_OTHER)] {
        let server = Server::start_with(&[("HOSHO_PASSKEY_REFUSE_OLD_COUNT", setting)]).await;
        let mut passkey = sign_up_by_passkey(&server, &mut server.browser(), EMAIL).await;
        assert_eq!(server.browser().sign_in_by_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
        passkey.count = Some(1);
        assert_eq!(server.browser().sign_in_by_passkey(&mut passkey).await.status, expected);
        assert_eq!(told(&server, "passkey.count_stale").await, ["2"]);
    }
}

/// (A144)
#[tokio::test]
async fn a_passkey_that_never_counts_signs_in_again_and_again_a144() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let mut passkey = SoftPasskey::synced();
    browser.add_passkey(&mut passkey).await;
    for _ in 0..3 {
        assert_eq!(server.browser().sign_in_by_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
    }
}

/// (A114)
#[tokio::test]
async fn whoever_guesses_passwords_does_not_keep_the_holder_of_a_passkey_out() {
    let server =
        Server::start_with(&[("HOSHO_SIGN_IN_ACCOUNT_FAILURES", "3"), ("HOSHO_SIGN_IN_NETWORK_TRIES", "5")]).await;
    let mut passkey = sign_up_by_passkey(&server, &mut server.browser(), EMAIL).await;
    for _ in 0..6 {
        sign_in(&mut server.browser(), EMAIL, "wrong").await;
    }
    assert_eq!(sign_in(&mut server.browser(), EMAIL, "wrong").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(server.browser().sign_in_by_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
}

/// (A146)
#[tokio::test]
async fn signing_up_needs_the_proof_of_the_address_of_this_browser_and_this_moment_a146() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = page_after_the_code(&server, &mut browser, EMAIL).await;
    let mut passkey = SoftPasskey::new();
    let options = browser.passkey_options(&page).await;
    let made = passkey.make(&options);

    // Another browser has neither the proof nor the challenge.
    let mut other = server.browser();
    let foreign = page_after_the_code(&server, &mut other, "taro@mail.example").await;
    let refused = other.answer_passkey(&foreign, &options, &made).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let proof = page.form("credential", &[]).1.into_iter().find(|(name, _)| name == "proof").unwrap().1;
    let stolen = other.ask_passkey(&foreign, &[]).await.json();
    assert!(stolen["publicKey"]["user"]["name"] == "taro@mail.example");
    let refused = other.submit_once(&foreign, "credential", &[("proof", &proof)]).await;
    assert_eq!(refused.status, StatusCode::GONE);

    // The proof ends, and with it the way to an account.
    server.clock.advance(minutes(16));
    let options_later = browser.ask_passkey(&page, &[]).await;
    assert!(options_later.json()["go"].is_string());
    assert_eq!(browser.answer_passkey(&page, &options, &made).await.status, StatusCode::GONE);
    let mut work = server.work();
    let address = EmailAddress::parse(EMAIL).unwrap();
    assert!(store::account::find_by_email(work.tx(), &address).await.unwrap().is_none());
}

#[tokio::test]
async fn a_passkey_that_failed_leaves_the_password_as_the_way_to_sign_up() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = page_after_the_code(&server, &mut browser, EMAIL).await;
    let mut passkey = SoftPasskey::new();
    let options = browser.passkey_options(&page).await;
    let made = passkey.make_with(&options, |draft| draft.rp_id = "evil.example".to_owned());
    let again = browser.answer_passkey(&page, &options, &made).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.find(".notice-bad").is_some());
    let done = browser.submit_once(&again, "new_password", &[("new_password", PASSWORD)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
}

#[tokio::test]
async fn a_passkey_is_offered_after_a_password_and_not_now_holds_for_thirty_days() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let able = [("username", EMAIL), ("password", PASSWORD), ("passkeys", "on")];
    let enter = async |browser: &mut Browser| {
        let page = browser.get("/sign-in").await;
        browser.submit_once(&page, "login-submit", &able).await
    };
    // A browser that cannot is not asked.
    assert_eq!(sign_in(&mut server.browser(), EMAIL, PASSWORD).await.location().as_deref(), Some("/my"));

    let mut browser = server.browser();
    let sent = enter(&mut browser).await;
    assert!(sent.location().unwrap().starts_with("/my/security/passkey-offer?next=%2Fmy"));
    let offer = browser.follow(sent).await;
    assert!(offer.find("form[data-by-itself] [data-passkey-button]").is_some());
    let on = browser.submit_once(&offer, "passkey-later", &[]).await;
    assert_eq!(on.location().as_deref(), Some("/my"));

    server.clock.advance(days(30).checked_sub(seconds(1)).unwrap());
    assert_eq!(enter(&mut server.browser()).await.location().as_deref(), Some("/my"), "in no browser");
    server.clock.advance(seconds(1));
    let mut browser = server.browser();
    let sent = enter(&mut browser).await;
    let offer = browser.follow(sent).await;

    let mut passkey = SoftPasskey::synced();
    let options = browser.passkey_options(&offer).await;
    let made = passkey.make(&options);
    let on = browser.answer_passkey(&offer, &options, &made).await;
    assert_eq!(on.location().as_deref(), Some("/my"));
    assert_eq!(enter(&mut server.browser()).await.location().as_deref(), Some("/my"), "whoever has one is not asked");
}

#[tokio::test]
async fn the_offer_leads_on_to_where_the_sign_in_leads_and_never_elsewhere() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let shop = server.own_app("shop").await;
    let mut browser = server.browser();
    let page = browser.get(&shop.asks(&[])).await;
    let able = [("username", EMAIL), ("password", PASSWORD), ("passkeys", "on")];
    let offer = browser.submit(&page, "login-submit", &able).await;
    let on = browser.submit(&offer, "passkey-later", &[]).await;
    assert!(!on.code().is_empty());
    for evil in ["https://evil.example/", "//evil.example", "/\\evil.example", ""] {
        let mut browser = browser.clone();
        let on = browser.submit_once(&offer, "passkey-later", &[("next", evil)]).await;
        assert_eq!(on.location().as_deref(), Some("/my"), "{evil}");
    }
}

/// A browser makes one by itself for somebody who has just signed in by password: nobody needs to be there then, but
/// whoever signs in with it does.
#[tokio::test]
async fn a_passkey_that_a_browser_made_by_itself_still_needs_its_owner_to_sign_in() {
    let server = Server::start().await;
    sign_up(&server, &mut server.browser(), EMAIL).await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let able = [("username", EMAIL), ("password", PASSWORD), ("passkeys", "on")];
    let offer = browser.submit(&page, "login-submit", &able).await;
    let mut passkey = SoftPasskey::synced();
    for (fields, expected) in
        [(&[][..], StatusCode::UNPROCESSABLE_ENTITY), (&[("by_itself", "on")], StatusCode::SEE_OTHER)]
    {
        let options = browser.ask_passkey(&offer, fields).await.json();
        let made = passkey.make_with(&options, |draft| draft.flags &= !0x05);
        assert_eq!(browser.answer_passkey(&offer, &options, &made).await.status, expected);
    }
    let mut elsewhere = server.browser();
    let page = elsewhere.get("/sign-in").await;
    let options = elsewhere.passkey_options(&page).await;
    let unverified = passkey.answer_with(&options, |draft| draft.flags &= !0x04);
    let refused = elsewhere.answer_passkey(&page, &options, &unverified).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(elsewhere.sign_in_by_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn under_an_address_without_a_name_there_are_no_passkeys() {
    let server = Server::start_with(&[("HOSHO_ISSUER", "http://127.0.0.1:8080")]).await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    assert!(page.find("[data-passkey]").is_none() && page.find("#login-submit").is_some());
    for path in ["/.well-known/webauthn", "/.well-known/passkey-endpoints"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

/// (A148)
#[tokio::test]
async fn the_well_known_documents_say_exactly_what_is_set_a148() {
    let print = vec!["AB"; 32].join(":");
    let android = format!("com.example.app={print}");
    let server = Server::start_with(&[
        ("HOSHO_PASSKEY_RELATED_ORIGINS", "https://brand.example,https://another.example"),
        ("HOSHO_PASSKEY_APPLE_APPS", "A1B2C3D4E5.com.example.app"),
        ("HOSHO_PASSKEY_ANDROID_APPS", &android),
    ])
    .await;
    let mut browser = server.browser();
    let link = json!({
        "relation": ["delegate_permission/common.get_login_creds"],
        "target": {
            "namespace": "android_app", "package_name": "com.example.app", "sha256_cert_fingerprints": [print],
        },
    });
    let origins = ["http://localhost:8080", "https://brand.example", "https://another.example"];
    for (name, expected) in [
        ("webauthn", json!({"origins": origins})),
        (
            "passkey-endpoints",
            json!({
                "enroll": "http://localhost:8080/my/security/passkeys/add",
                "manage": "http://localhost:8080/my/security",
            }),
        ),
        ("apple-app-site-association", json!({"webcredentials": {"apps": ["A1B2C3D4E5.com.example.app"]}})),
        ("assetlinks.json", json!([link])),
    ] {
        let answer = browser.fetch(&format!("/.well-known/{name}")).await;
        assert_eq!(answer.header("content-type"), Some("application/json"), "{name}");
        assert_eq!(answer.json(), expected, "{name}");
    }
    let plain = Server::start().await;
    for name in ["apple-app-site-association", "assetlinks.json"] {
        let answer = plain.browser().fetch(&format!("/.well-known/{name}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}");
    }
}
