//! What people do with their passkeys: add, name, remove. Who may, and what they and their browser are told.

use hosho::base::digest::base64url;
use hosho::base::time::{minutes, seconds};
use hosho::domain::auth::passkey::Name;
use http::StatusCode;
use serde_json::{Value, json};

use crate::sign_in::passkey::sign_up_by_passkey;
use crate::sign_in::{PASSWORD, sign_in, sign_up};
use crate::support::{Answer, Browser, Server, SoftPasskey, rounds};

const EMAIL: &str = "hanako@mail.example";

/// The pages of the passkeys that somebody has.
async fn own(browser: &mut Browser) -> Vec<String> {
    browser.get("/my/security").await.attributes("[data-passkeys] .list a", "href")
}

fn signals(page: &Answer) -> Value {
    serde_json::from_str(&page.attributes("[data-passkeys]", "data-passkeys").remove(0)).unwrap()
}

#[tokio::test]
async fn several_passkeys_are_added_named_and_removed_and_the_owner_is_told() {
    let server = Server::start().await;
    let mut browser = server.browser().speaking("en");
    sign_up(&server, &mut browser, EMAIL).await;
    let (mut first, mut second) = (SoftPasskey::new(), SoftPasskey::synced());
    second.aaguid = *b"SAMSUNG\0\0\0\0\0\0\0\0\0";

    let page = browser.get("/my/security/passkeys/add").await;
    let options = browser.passkey_options(&page).await;
    let (ceremony, made) = (options["ceremony"].as_str().unwrap().to_owned(), first.make(&options).to_string());
    let fields = [("name", "Key on the shelf"), ("ceremony", &ceremony), ("credential", &made)];
    let done = browser.submit(&page, "credential", &fields).await;
    assert_eq!(done.find(".notice-good .notice-title").as_deref(), Some("Done: The passkey was added"));
    assert!(server.last_letter_to(EMAIL).await.text.contains("\"Key on the shelf\""));

    // The list is in the order in which they were added. Whoever has a passkey adds another with it.
    server.clock.advance(seconds(1));
    let refused = browser.get("/my/security/passkeys/add").await;
    assert_eq!(refused.path.split('?').next(), Some("/sign-in"));
    let mut browser = server.browser().speaking("en");
    browser.sign_in_by_passkey(&mut first).await;
    browser.add_passkey(&mut second).await;
    let security = browser.get("/my/security").await;
    let names: Vec<String> = own(&mut browser).await;
    assert_eq!(names.len(), 2);
    assert!(security.find("[data-passkeys] .list").unwrap().contains("Samsung Pass"), "named after where it is kept");
    let accepted = &signals(&security)["accepted"][0];
    assert_eq!(accepted["rpId"], "localhost");
    assert_eq!(accepted["userId"], json!(base64url(first.user_handle.as_ref().unwrap())));
    assert_eq!(accepted["allAcceptedCredentialIds"].as_array().unwrap().len(), 2);

    let page = browser.get(&names[1]).await;
    let renamed = browser.submit(&page, "passkey-rename", &[("name", "Telephone")]).await;
    assert_eq!(renamed.find("h1").as_deref(), Some("Telephone"));
    let removed = browser.submit(&renamed, "passkey-remove", &[]).await;
    assert_eq!(removed.find(".notice-good .notice-title").as_deref(), Some("Done: The passkey was removed"));
    let accepted = &signals(&removed)["accepted"][0]["allAcceptedCredentialIds"];
    assert_eq!(*accepted, json!([base64url(&first.credential_id)]), "the browser is told what is left");
    assert!(server.last_letter_to(EMAIL).await.text.contains("\"Telephone\""));
    assert_eq!(server.browser().sign_in_by_passkey(&mut second).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(server.browser().sign_in_by_passkey(&mut first).await.status, StatusCode::SEE_OTHER);
}

/// (A148)
#[tokio::test]
async fn names_are_inert_and_what_there_is_is_not_made_again_a148() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let page = browser.get("/my/profile").await;
    browser.submit(&page, "family_name", &[("family_name", "<img src=x onerror=alert(1)>")]).await;
    let mut passkey = SoftPasskey::new();
    browser.add_passkey(&mut passkey).await;
    let mut browser = server.browser();
    browser.sign_in_by_passkey(&mut passkey).await;

    let page = browser.get("/my/security/passkeys/add").await;
    let answer = browser.ask_passkey(&page, &[]).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    let options = &answer.json()["publicKey"];
    assert_eq!(options["user"]["displayName"], "<img src=x onerror=alert(1)>", "as text, for a dialog that shows text");
    assert_eq!(options["user"]["name"], EMAIL);
    let known =
        json!([{"type": "public-key", "id": base64url(&passkey.credential_id), "transports": ["hybrid", "internal"]}]);
    assert_eq!(options["excludeCredentials"], known);
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["attestation"], "none");

    let own = own(&mut browser).await.remove(0);
    let page = browser.get(&own).await;
    let page = browser.submit(&page, "passkey-rename", &[("name", "\"><script>alert(1)</script>")]).await;
    assert_eq!(page.find("h1").as_deref(), Some("\"><script>alert(1)</script>"));
    for page in [page, browser.get("/my/security").await] {
        assert!(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"), "{}", page.text);
    }
}

/// (A146)
#[tokio::test]
async fn a_passkey_is_added_and_removed_only_shortly_after_a_sign_in_a146() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let add = browser.get("/my/security/passkeys/add").await;
    let mut key = SoftPasskey::new();
    browser.add_passkey(&mut key).await;
    let own = own(&mut browser).await.remove(0);
    let passkey = browser.get(&own).await;

    server.clock.advance(minutes(5) + minutes(1));
    let asked = browser.ask_passkey(&add, &[]).await;
    assert!(asked.json()["go"].as_str().unwrap().starts_with("/sign-in?attempt="));
    let sent = browser.submit_once(&passkey, "passkey-remove", &[]).await;
    assert!(sent.location().unwrap().starts_with("/sign-in?attempt="));
    assert_eq!(self::own(&mut browser).await.len(), 1);

    let again = browser.get("/my/security/passkeys/add").await;
    assert_eq!(again.path.split('?').next(), Some("/sign-in"));
    let fields = [("username", EMAIL), ("password", PASSWORD)];
    let step = browser.submit(&again, "login-submit", &fields).await;
    assert_eq!(step.path.split('?').next(), Some("/sign-in/passkey"), "a password alone adds no passkey to another");
    let options = browser.passkey_options(&step).await;
    let answer = key.answer(&options);
    let sent = browser.answer_passkey(&step, &options, &answer).await;
    let back = browser.follow(sent).await;
    assert!(back.find("#passkey-make").is_some(), "it leads back: {}", back.path);
    let options = browser.passkey_options(&back).await;
    assert!(options["ceremony"].is_string());
}

#[tokio::test]
async fn whoever_has_lost_the_only_passkey_takes_it_away_by_what_is_left() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    browser.add_passkey(&mut SoftPasskey::new()).await;
    server.clock.advance(minutes(10));
    let mut browser = server.browser();
    sign_in(&mut browser, EMAIL, PASSWORD).await;
    let own = own(&mut browser).await.remove(0);
    let page = browser.get(&own).await;
    let done = browser.submit(&page, "passkey-remove", &[]).await;
    assert!(done.find(".notice-good").is_some(), "{}", done.path);
    assert_eq!(browser.add_passkey(&mut SoftPasskey::new()).await.status, StatusCode::SEE_OTHER);
}

/// (A146)
#[tokio::test]
async fn an_answer_counts_only_for_the_account_that_was_asked_a146() {
    let server = Server::start().await;
    let (mut hanako, mut mallory) = (server.browser(), server.browser());
    sign_up(&server, &mut hanako, EMAIL).await;
    sign_up(&server, &mut mallory, "mallory@mail.example").await;
    let page = mallory.get("/my/security/passkeys/add").await;
    let options = mallory.passkey_options(&page).await;
    let made = SoftPasskey::new().make(&options);
    // Hanako's browser is made to send what was made for Mallory.
    let own = hanako.get("/my/security/passkeys/add").await;
    assert_eq!(hanako.answer_passkey(&own, &options, &made).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The same browser under another account: the challenge was for the one before.
    let options = hanako.passkey_options(&own).await;
    let made = SoftPasskey::new().make(&options);
    hanako.cookies.remove("hosho_session");
    sign_in(&mut hanako, "mallory@mail.example", PASSWORD).await;
    let theirs = hanako.get("/my/security/passkeys/add").await;
    assert_eq!(hanako.answer_passkey(&theirs, &options, &made).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(own_count(&mut hanako).await == 0 && own_count(&mut mallory).await == 0);
}

async fn own_count(browser: &mut Browser) -> usize {
    own(browser).await.len()
}

/// (A147)
#[tokio::test]
async fn the_last_way_to_sign_in_is_not_removed_a147() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let mut passkey = sign_up_by_passkey(&server, &mut browser, EMAIL).await;
    let own = own(&mut browser).await.remove(0);
    let page = browser.get(&own).await;
    assert!(page.find("#passkey-remove").is_none(), "the button is not there");
    assert!(!page.link("/recover").is_empty(), "and it says what to do instead");
    let (_, fields) = page.form("passkey-rename", &[]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let refused = browser.post(&format!("{own}/remove"), &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(server.browser().sign_in_by_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
}

/// (A147)
#[tokio::test]
async fn of_two_removals_at_once_one_passkey_stays_a147() {
    let server = Server::start().await;
    for round in 0..rounds(4) {
        let mut browser = server.browser();
        sign_up_by_passkey(&server, &mut browser, &format!("hanako{round}@mail.example")).await;
        browser.add_passkey(&mut SoftPasskey::new()).await;
        let both = own(&mut browser).await;
        assert_eq!(both.len(), 2);
        // Both pages are open before either is sent.
        let mut open = Vec::new();
        for one in both {
            let page = browser.get(&one).await;
            open.push((browser.clone(), page));
        }
        let mut removals = Vec::new();
        for (mut browser, page) in open {
            removals.push(tokio::spawn(async move { browser.submit_once(&page, "passkey-remove", &[]).await.status }));
        }
        let mut statuses = Vec::new();
        for removal in removals {
            statuses.push(removal.await.unwrap());
        }
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
        assert_eq!(own_count(&mut browser).await, 1);
    }
}

/// (A095)
#[tokio::test]
async fn nobody_sees_or_touches_the_passkey_of_another() {
    let server = Server::start().await;
    let (mut hanako, mut mallory) = (server.browser(), server.browser());
    sign_up(&server, &mut hanako, EMAIL).await;
    hanako.add_passkey(&mut SoftPasskey::new()).await;
    let theirs = own(&mut hanako).await.remove(0);
    sign_up(&server, &mut mallory, "mallory@mail.example").await;
    mallory.add_passkey(&mut SoftPasskey::new()).await;
    let page = {
        let own = own(&mut mallory).await.remove(0);
        mallory.get(&own).await
    };
    let (_, fields) = page.form("passkey-rename", &[("name", "mine now")]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(mallory.get(&theirs).await.status, StatusCode::NOT_FOUND);
    for step in ["rename", "remove"] {
        assert_eq!(mallory.post(&format!("{theirs}/{step}"), &fields).await.status, StatusCode::NOT_FOUND, "{step}");
    }
    assert!(!hanako.get(&theirs).await.text.contains("mine now"));
}

#[tokio::test]
async fn a_name_that_cannot_be_is_said_so_and_comes_back() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    browser.add_passkey(&mut SoftPasskey::new()).await;
    let own = own(&mut browser).await.remove(0);
    let long = "鍵".repeat(Name::LONGEST + 1);
    for (typed, field) in [("", "required"), (&long, "too long"), ("a\u{7}b", "control")] {
        let page = browser.get(&own).await;
        let again = browser.submit(&page, "passkey-rename", &[("name", typed)]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(again.find("#name-error").is_some(), "{field}");
    }
}
