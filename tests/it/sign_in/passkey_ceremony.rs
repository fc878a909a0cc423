//! One table of everything that an answer may have wrong, and challenges that count once. A141, A142.

use hosho::base::time::{minutes, seconds};
use http::StatusCode;
use serde_json::{Value, json};

use super::passkey::sign_up_by_passkey;
use super::sign_up;
use crate::support::passkey::{BACKED_UP, BACKUP_ELIGIBLE, Draft, PRESENT, VERIFIED, cose_es256};
use crate::support::{Server, SoftPasskey, rounds};
use hosho::store::query::{Count, sql};

const EMAIL: &str = "hanako@mail.example";

type Deviation = (&'static str, fn(&mut Draft));

/// What both ceremonies refuse.
const BOTH: &[Deviation] = &[
    ("another type", |d| d.client_data["type"] = json!("webauthn.other")),
    ("no type", |d| d.client_data["type"] = Value::Null),
    ("another challenge", |d| d.client_data["challenge"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
    ("an empty challenge", |d| d.client_data["challenge"] = json!("")),
    ("a challenge that is no base64url", |d| d.client_data["challenge"] = json!("***")),
    ("another origin", |d| d.client_data["origin"] = json!("https://evil-example.com")),
    ("an origin that begins like ours", |d| d.client_data["origin"] = json!("http://localhost:8080.evil.tld")),
    ("a part of ours", |d| d.client_data["origin"] = json!("http://sub.localhost:8080")),
    ("another scheme", |d| d.client_data["origin"] = json!("https://localhost:8080")),
    ("another port", |d| d.client_data["origin"] = json!("http://localhost:8081")),
    ("the null origin", |d| d.client_data["origin"] = json!("null")),
    ("no origin", |d| d.client_data["origin"] = Value::Null),
    ("a frame of another site", |d| d.client_data["crossOrigin"] = json!(true)),
    ("a page above ours", |d| d.client_data["topOrigin"] = json!("https://evil.example")),
    ("another relying party", |d| d.rp_id = "evil.example".to_owned()),
    ("nobody present", |d| d.flags &= !PRESENT),
    ("nobody verified", |d| d.flags &= !VERIFIED),
    ("backed up and not able to be", |d| d.flags = (d.flags | BACKED_UP) & !BACKUP_ELIGIBLE),
    ("bytes behind the data", |d| d.extra = vec![0]),
    ("extensions that are none", |d| {
        d.flags |= 0x80;
        d.extra = vec![0x01];
    }),
];

const MAKING: &[Deviation] = &[
    ("the other ceremony", |d| d.client_data["type"] = json!("webauthn.get")),
    ("an algorithm that was not offered", |d| d.cose = cose_es256(-47, &[1; 32], &[1; 32])),
    ("a key of another length", |d| d.cose = cose_es256(-7, &[1; 31], &[1; 32])),
    ("no passkey at all", |d| d.flags &= !0x40),
    ("a name of 1024 bytes", |d| d.credential_id = vec![7; 1024]),
    ("no name", |d| d.credential_id = Vec::new()),
    ("an unknown attestation format", |d| d.format = "something"),
    ("a format of another authenticator", |d| d.format = "fido-u2f"),
    ("packed without a signature", |d| d.format = "packed"),
    ("none with a signature", |d| d.attests = true),
    ("packed signed by another key", |d| (d.format, d.attests, d.forged) = ("packed", true, true)),
];

const USING: &[Deviation] = &[
    ("the other ceremony", |d| d.client_data["type"] = json!("webauthn.create")),
    ("another key", |d| d.forged = true),
    ("able to be backed up now", |d| d.flags |= BACKUP_ELIGIBLE),
    ("another person", |d| d.user_handle = Some(b"somebody else".to_vec())),
    ("an empty owner", |d| d.user_handle = Some(Vec::new())),
    ("no owner", |d| d.user_handle = None),
    ("another passkey's name", |d| d.credential_id = vec![7; 32]),
    ("a passkey inside", |d| {
        d.flags |= 0x40;
    }),
];

/// (A141)
#[tokio::test]
async fn a_passkey_with_any_one_thing_wrong_is_not_kept_a141() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up_by_passkey(&server, &mut browser, EMAIL).await;
    for (what, deviate) in BOTH.iter().chain(MAKING) {
        let page = browser.get("/my/security/passkeys/add").await;
        let options = browser.passkey_options(&page).await;
        let made = SoftPasskey::new().make_with(&options, deviate);
        let answer = browser.answer_passkey(&page, &options, &made).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(passkeys(&server).await, 1, "{what}");
    }
    let mut signing_for_itself = SoftPasskey::new();
    let page = browser.get("/my/security/passkeys/add").await;
    let options = browser.passkey_options(&page).await;
    let made = signing_for_itself.make_with(&options, |d| (d.format, d.attests) = ("packed", true));
    assert_eq!(browser.answer_passkey(&page, &options, &made).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.add_passkey(&mut SoftPasskey::new()).await.status, StatusCode::SEE_OTHER);
    assert_eq!(passkeys(&server).await, 3, "without anything wrong it is");
}

/// (A141)
#[tokio::test]
async fn a_sign_in_with_any_one_thing_wrong_is_refused_a141() {
    let server = Server::start().await;
    let mut passkey = sign_up_by_passkey(&server, &mut server.browser(), EMAIL).await;
    for (what, deviate) in BOTH.iter().chain(USING) {
        let mut browser = server.browser();
        let page = browser.get("/sign-in").await;
        let options = browser.passkey_options(&page).await;
        let used = passkey.answer_with(&options, deviate);
        let answer = browser.answer_passkey(&page, &options, &used).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert!(!browser.cookies.contains_key("hosho_session"), "{what}");
    }
    assert_eq!(server.browser().sign_in_by_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
}

/// (A141)
#[tokio::test]
async fn a_passkey_of_one_person_is_not_taken_for_another_a141() {
    let server = Server::start().await;
    let mut passkey = sign_up_by_passkey(&server, &mut server.browser(), EMAIL).await;
    let (credential, handle) = (passkey.credential_id.clone(), passkey.user_handle.clone());
    // Mallory claims a name that is taken, with a key of her own.
    let mut mallory = server.browser();
    sign_up(&server, &mut mallory, "mallory@mail.example").await;
    let mut own = SoftPasskey::new();
    own.credential_id = credential;
    assert_eq!(mallory.add_passkey(&mut own).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    own.user_handle = handle;
    assert_eq!(server.browser().sign_in_by_passkey(&mut own).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(server.browser().sign_in_by_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn every_algorithm_that_is_offered_works() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up_by_passkey(&server, &mut browser, EMAIL).await;
    let page = browser.get("/my/security/passkeys/add").await;
    let offered = browser.passkey_options(&page).await["publicKey"]["pubKeyCredParams"].clone();
    let parameter = |alg: i64| json!({"type": "public-key", "alg": alg});
    assert_eq!(offered, json!([parameter(-7), parameter(-8), parameter(-257)]));
    for mut passkey in [SoftPasskey::new(), SoftPasskey::eddsa(), SoftPasskey::rs256()] {
        assert_eq!(browser.add_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
        assert_eq!(server.browser().sign_in_by_passkey(&mut passkey).await.status, StatusCode::SEE_OTHER);
    }
}

/// (A141) Whatever else is sent in its place.
#[tokio::test]
async fn what_is_no_answer_at_all_gets_the_page_again_a141() {
    let server = Server::start().await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    let good = |kind: &str, raw: &str| json!({"id": "AAAA", "rawId": raw, "type": kind, "response": {}}).to_string();
    let deep = format!("{}{}", "[".repeat(8000), "]".repeat(8000));
    for answer in ["x", "{}", "[]", "null", "\"\"", &good("public-key", "AAAA"), &good("password", "AAAA"), &deep] {
        for path in ["/my/security/passkeys/add", "/sign-in"] {
            let mut browser = if path == "/sign-in" { server.browser() } else { browser.clone() };
            let page = browser.get(path).await;
            let options = browser.passkey_options(&page).await;
            let ceremony = options["ceremony"].as_str().unwrap();
            let sent =
                browser.submit_once(&page, "credential", &[("ceremony", ceremony), ("credential", answer)]).await;
            assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {answer:.40}");
        }
    }
}

async fn passkeys(server: &Server) -> i64 {
    sql("SELECT COUNT(*) AS count FROM passkey").one::<Count>(server.work().tx()).await.unwrap().count
}

/// (A142)
#[tokio::test]
async fn a_challenge_counts_once_in_its_browser_for_its_ceremony_and_five_minutes_a142() {
    let server = Server::start().await;
    let mut owner = server.browser();
    let mut passkey = sign_up_by_passkey(&server, &mut owner, EMAIL).await;
    let refused = StatusCode::UNPROCESSABLE_ENTITY;

    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let options = browser.passkey_options(&page).await;
    let answer = passkey.answer(&options);
    // In another browser it is nothing, and stays good for its own.
    let mut other = server.browser();
    let theirs = other.get("/sign-in").await;
    assert_eq!(other.answer_passkey(&theirs, &options, &answer).await.status, refused);
    let before = browser.clone();
    assert_eq!(browser.answer_passkey(&page, &options, &answer).await.status, StatusCode::SEE_OTHER);
    let mut again = before;
    assert_eq!(again.answer_passkey(&page, &options, &answer).await.status, refused, "a second time");

    // A wrong answer uses the challenge up too.
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let options = browser.passkey_options(&page).await;
    let wrong = passkey.answer_with(&options, |draft| draft.forged = true);
    assert_eq!(browser.answer_passkey(&page, &options, &wrong).await.status, refused);
    let right = passkey.answer(&options);
    assert_eq!(browser.answer_passkey(&page, &options, &right).await.status, refused);

    // That of another ceremony: the challenge under which a passkey is added does not sign in.
    let add = owner.get("/my/security/passkeys/add").await;
    let to_add = owner.passkey_options(&add).await;
    let mut asked = options.clone();
    asked["publicKey"]["challenge"] = to_add["publicKey"]["challenge"].clone();
    asked["ceremony"] = to_add["ceremony"].clone();
    let answer = passkey.answer(&asked);
    let mut signed_out = owner.clone();
    signed_out.cookies.remove("hosho_session");
    let page = signed_out.get("/sign-in").await;
    assert_eq!(signed_out.answer_passkey(&page, &asked, &answer).await.status, refused);

    // Until five minutes are over.
    for (wait, expected) in [(seconds(299), StatusCode::SEE_OTHER), (minutes(5), refused)] {
        let mut browser = server.browser();
        let page = browser.get("/sign-in").await;
        let options = browser.passkey_options(&page).await;
        server.clock.advance(wait);
        let answer = passkey.answer(&options);
        assert_eq!(browser.answer_passkey(&page, &options, &answer).await.status, expected);
    }
}

/// (A142)
#[tokio::test]
async fn of_many_answers_at_once_one_counts_on_two_instances_a142() {
    let server = Server::start().await;
    let mut passkey = sign_up_by_passkey(&server, &mut server.browser(), EMAIL).await;
    let (_, other_site) = server.another_instance().await;
    for _ in 0..rounds(3) {
        let mut browser = server.browser();
        let page = browser.get("/sign-in").await;
        let options = browser.passkey_options(&page).await;
        let answer = passkey.answer(&options);
        let (ceremony, answer) = (options["ceremony"].as_str().unwrap().to_owned(), answer.to_string());
        let all: Vec<_> = (0..32)
            .map(|number| {
                let mut browser = match number % 2 {
                    0 => browser.clone(),
                    _ => browser.at(other_site.clone()),
                };
                let (page, ceremony, answer) = (page.clone(), ceremony.clone(), answer.clone());
                tokio::spawn(async move {
                    let fields = [("ceremony", ceremony.as_str()), ("credential", answer.as_str())];
                    browser.submit_once(&page, "credential", &fields).await.status
                })
            })
            .collect();
        let mut welcomed = 0;
        for one in all {
            match one.await.unwrap() {
                StatusCode::SEE_OTHER => welcomed += 1,
                status => assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY),
            }
        }
        assert_eq!(welcomed, 1);
    }
}

/// (A142)
#[tokio::test]
async fn a_challenge_is_kept_on_the_server_and_in_no_cookie_a142() {
    let server = Server::start().await;
    let mut browser = server.browser();
    let page = browser.get("/sign-in").await;
    let before = browser.cookies.clone();
    let answer = browser.ask_passkey(&page, &[]).await;
    assert_eq!(browser.cookies, before);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let kept = sql("SELECT COUNT(*) AS count FROM passkey_ceremony").one::<Count>(server.work().tx()).await.unwrap();
    assert_eq!(kept.count, 1);
}
