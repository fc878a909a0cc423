//! Accounts that come along from another system: from CSV and the exports of three others, with what is wrong with
//! them, more than once, and after the process was killed.

use std::io::Write as _;

use hosho::domain::account::{Account, EmailAddress, Field, State};
use hosho::domain::auth::foreign_hash::FirebaseParameters;
use hosho::service::admin::account_import::{Became, Format, Summary, Told, Wish, import};
use hosho::store;
use http::StatusCode;
use serde_json::json;
use tempfile::NamedTempFile;

use crate::sign_in::sign_in;
use crate::support::Server;

const PASSWORD: &str = "violet kettle under 9 roofs";
const BCRYPT: &str = "$2b$10$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC";

pub fn file(bytes: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes.as_ref()).unwrap();
    file
}

pub fn wish(format: Format) -> Wish {
    Wish {
        format,
        source: "old".to_owned(),
        dry_run: false,
        keep_sub: false,
        wrap_weak: false,
        resume: false,
        firebase: None,
        passwords: None,
    }
}

/// Import; what is said of every row.
pub async fn run(server: &Server, bytes: impl AsRef<[u8]>, wish: Wish) -> (Summary, Vec<Told>) {
    let (file, mut told) = (file(bytes), Vec::new());
    let mut tell = |row: &Told| {
        told.push(row.clone());
        Ok(())
    };
    let summary = import(&server.app, file.path(), wish, &mut tell).await.unwrap().unwrap();
    (summary, told)
}

fn counts(summary: &Summary) -> (u64, u64, u64) {
    (summary.added, summary.known, summary.refused)
}

/// Row, column and reason of everything that was refused.
fn refused(told: &[Told]) -> Vec<(u64, &'static str, &'static str)> {
    let errors = |told: &Told| match &told.became {
        Became::Refused(errors) => errors.iter().map(|error| (told.row, error.column, error.reason)).collect(),
        Became::Added(_) | Became::Known(_) => vec![],
    };
    told.iter().flat_map(errors).collect()
}

pub async fn account(server: &Server, email: &str) -> Option<Account> {
    let address = EmailAddress::parse(email).unwrap();
    store::account::find_by_email(server.work().tx(), &address).await.unwrap()
}

async fn kept_hash(server: &Server, account: &Account) -> String {
    store::auth::password::find(server.work().tx(), &account.sub).await.unwrap().unwrap().hash
}

/// The password signs in, and is ours afterwards.
async fn signs_in(server: &Server, email: &str, password: &str) {
    let imported = account(server, email).await.unwrap_or_else(|| panic!("{email}"));
    assert!(kept_hash(server, &imported).await.starts_with("imported:"), "{email}");
    let answer = sign_in(&mut server.browser(), email, password).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{email}");
    assert!(kept_hash(server, &imported).await.starts_with("$argon2id$"), "{email}");
}

fn csv() -> String {
    format!(
        "email,email_verified,password_hash,family_name,given_name,family_name_kana,phone_number,state,created_at\n\
         hanako@mail.example,true,{BCRYPT},山田,花子,ﾔﾏﾀﾞ,090-1234-5678,,2019-04-01T09:00:00+09:00\n\
         Taro@Mail.Example,no,{BCRYPT},髙橋,太郎,,,,\n\
         jiro@mail.example,1,,鈴木,二郎,,,suspended,\n"
    )
}

#[tokio::test]
async fn a_csv_file_brings_accounts_in_utf_8_and_cp932() {
    let cp932 = encoding_rs::SHIFT_JIS.encode(&csv()).0.into_owned();
    for bytes in [csv().into_bytes(), format!("\u{FEFF}{}", csv()).into_bytes(), cp932] {
        let server = Server::start().await;
        let (summary, told) = run(&server, &bytes, wish(Format::Csv)).await;
        assert_eq!(counts(&summary), (3, 0, 0), "{told:?}");
        let hanako = account(&server, "hanako@mail.example").await.unwrap();
        assert_eq!(hanako.state, State::Active);
        assert_eq!(hanako.profile.full_name().as_deref(), Some("山田 花子"));
        assert_eq!(hanako.profile.get(Field::FamilyNameKana), Some("ヤマダ"));
        assert_eq!(hanako.opened_at.to_string(), "2019-04-01T00:00:00Z");
        assert_eq!(account(&server, "jiro@mail.example").await.unwrap().state, State::Suspended);
        signs_in(&server, "hanako@mail.example", PASSWORD).await;

        let taro = account(&server, "taro@mail.example").await.unwrap();
        assert_eq!((taro.state, taro.profile.get(Field::FamilyName)), (State::Unverified, Some("髙橋")));
        let answer = sign_in(&mut server.browser(), "taro@mail.example", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "an address that was not proved does not sign in");
        let mut work = server.work();
        let found = store::account::search::find(work.tx(), "山田花子", None, 10).await.unwrap();
        assert_eq!(found.len(), 1, "staff find who was imported");
    }
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_leaves_nothing() {
    let server = Server::start().await;
    server.customer("jiro@mail.example").await;
    let before = server.dump().await;
    let (dry, dry_told) = run(&server, csv(), Wish { dry_run: true, ..wish(Format::Csv) }).await;
    assert_eq!(counts(&dry), (2, 0, 1));
    assert_eq!(refused(&dry_told), [(4, "email", "email_taken")]);
    assert_eq!(server.dump().await, before);

    let (first, told) = run(&server, csv(), wish(Format::Csv)).await;
    assert_eq!((counts(&first), refused(&told)), (counts(&dry), refused(&dry_told)));
    let (again, _) = run(&server, csv(), wish(Format::Csv)).await;
    assert_eq!(counts(&again), (0, 2, 1), "a second run makes nobody twice");
    let (other, told) = run(&server, csv(), Wish { source: "other".to_owned(), ..wish(Format::Csv) }).await;
    assert_eq!(counts(&other), (0, 0, 3), "another system's account of the same address is another one");
    let Became::Refused(errors) = &told[0].became else { panic!("{told:?}") };
    let hanako = account(&server, "hanako@mail.example").await.unwrap();
    assert!(errors[0].explanation.contains(hanako.sub.as_ref()), "the report names who has the address");
}

#[tokio::test]
async fn what_is_wrong_with_a_row_harms_no_other() {
    let server = Server::start().await;
    let long = "あ".repeat(101);
    let mut text =
        "source_id,email,email_verified,password_hash,name,zoneinfo,state,created_at,phone_number\n".to_owned();
    for row in [
        "1,good@mail.example,true,,Good,,,,",
        "2,GOOD@mail.example,true,,Twice,,,,",
        "1,other@mail.example,true,,Same name,,,,",
        "4,nobody,true,,,,,,",
        "5,,true,,,,,,",
        "6,six@mail.example,perhaps,,,,,,",
        "7,seven@mail.example,,$2b$31$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC,,,,,",
        "8,eight@mail.example,,open sesame,,,,,",
        "9,nine@mail.example,,,\"=HYPERLINK(\"\"https://evil.example\"\")\",,,,",
        &format!("10,ten@mail.example,,,{long},,,,"),
        "11,eleven@mail.example,,,a\u{7}b,Mars/Olympus,deleted,yesterday,9.01E+09",
        "12,twelve@mail.example",
        "a\u{0}b,zero@mail.example,,,,,,,",
        "14,last@mail.example,true,,Last,,,,",
    ] {
        text.push_str(row);
        text.push('\n');
    }
    let (summary, told) = run(&server, &text, wish(Format::Csv)).await;
    assert_eq!(counts(&summary), (2, 0, 12));
    assert_eq!(
        refused(&told),
        [
            (3, "email", "duplicate"),
            (4, "source_id", "duplicate"),
            (5, "email", "not_an_email"),
            (6, "email", "required"),
            (7, "email_verified", "unknown"),
            (8, "password_hash", "too_costly_hash"),
            (9, "password_hash", "unknown_hash"),
            (10, "name", "formula"),
            (11, "name", "too_long"),
            (12, "state", "unknown"),
            (12, "created_at", "date"),
            (12, "name", "control_characters"),
            (12, "zoneinfo", "time_zone"),
            (12, "phone_number", "phone"),
            (13, "", "columns"),
            (14, "source_id", "control_character"),
        ]
    );
    assert_eq!(summary.failures.len(), 16);
    assert!(account(&server, "last@mail.example").await.is_some());
}

/// Two users of a realm as Keycloak exports them.
fn realm() -> String {
    let salt = "AAECAwQFBgcICQoLDA0ODw==";
    let user = |name: &str, algorithm: &str, iterations: u32, value: &str| {
        json!({
            "id": format!("id-of-{name}"), "username": name, "email": format!("{name}@mail.example"),
            "emailVerified": true, "enabled": true, "createdTimestamp": 1_588_880_747_548_i64, "totp": false,
            "firstName": "花子", "lastName": "山田", "requiredActions": [], "realmRoles": ["default-roles-x"],
            "attributes": {"locale": ["ja"], "phoneNumber": ["+819012345678"]},
            "credentials": [{
                "id": "c", "type": "password", "createdDate": 1_588_880_747_000_i64,
                "secretData": json!({"value": value, "salt": salt, "additionalParameters": {}}).to_string(),
                "credentialData": json!({"hashIterations": iterations, "algorithm": algorithm,
                                         "additionalParameters": {}}).to_string(),
            }],
            "federatedIdentities": [{"identityProvider": "google", "userId": "117", "userName": "hanako"}],
        })
    };
    let k256 = "zVoc9jDnsjSLdIQiL8ewpLQOLg3OwgD42+oro1cbiUcqqvhThS7VFsPIynvSan4rlARK0yxHcOOmFX2R+c5T/Q==";
    let k512 = "SljL/eHPNCMoU1tuXk3eQ4XSeZOQwGxOzTSjwGBqFRCX/Ru3YRcLBrjVh4/sUU1Ianmep3wz5SVg6nuc5iHlSg==";
    let service = json!({"id": "s", "username": "service-account-shop", "serviceAccountClientId": "shop"});
    let users = [user("old", "pbkdf2-sha256", 27_500, k256), user("new", "pbkdf2-sha512", 210_000, k512), service];
    serde_json::to_string_pretty(&json!({"realm": "maker", "clients": [{"id": "x"}], "users": users, "roles": {}}))
        .unwrap()
}

#[tokio::test]
async fn a_realm_of_keycloak_signs_in_as_it_did() {
    let server = Server::start().await;
    let (summary, told) = run(&server, realm(), Wish { keep_sub: true, ..wish(Format::Keycloak) }).await;
    assert_eq!(counts(&summary), (2, 0, 1), "{told:?}");
    assert_eq!(refused(&told)[0], (3, "serviceAccountClientId", "service_account"));
    for name in ["old", "new"] {
        let email = format!("{name}@mail.example");
        signs_in(&server, &email, PASSWORD).await;
        let account = account(&server, &email).await.unwrap();
        assert_eq!(account.sub.as_ref(), format!("id-of-{name}"), "relying parties know the subject already");
        assert_eq!(account.opened_at.millis(), 1_588_880_747_548);
        let linked = store::account::imported_identity::of(server.work().tx(), &account.sub).await.unwrap();
        assert_eq!((linked[0].provider.as_str(), linked[0].provider_subject.as_str()), ("google", "117"));
    }
    let other = realm().replace("@mail", "@other").replace("id-of-new", "id of new");
    let wish = Wish { keep_sub: true, source: "another".to_owned(), ..wish(Format::Keycloak) };
    let (_, told) = run(&server, other, wish).await;
    assert_eq!(refused(&told)[..2], [(1, "source_id", "sub_taken"), (2, "source_id", "sub_form")]);
}

#[tokio::test]
async fn an_export_of_auth0_finds_its_hashes_in_a_file_of_their_own() {
    let server = Server::start().await;
    let users = [
        json!({"user_id": "auth0|60425dc43519d90068f82973", "email": "one@mail.example", "email_verified": true,
               "name": "one@mail.example", "given_name": "Ada", "family_name": "Müller", "nickname": "one",
               "picture": "https://pictures.example/one.png", "created_at": "2021-03-05T16:33:56.000Z",
               "identities": [{"provider": "auth0", "user_id": "60425dc43519d90068f82973"},
                              {"provider": "google-oauth2", "user_id": 117, "isSocial": true}],
               "user_metadata": {"birthdate": "1990-01-31", "shoe_size": 43}}),
        json!({"user_id": "google-oauth2|118", "email": "two@mail.example", "email_verified": true, "blocked": true,
               "identities": [{"provider": "google-oauth2", "user_id": "118"}], "multifactor": ["guardian"]}),
        json!({"user_id": "auth0|3", "email": "three@mail.example", "email_verified": false, "passwordHash": "x"}),
    ];
    let users = users.map(|user| format!("{user}\n")).concat();
    let hash = json!({"_id": {"$oid": "60425dc43519d90068f82973"}, "email": "one@mail.example", "passwordHash": BCRYPT,
                      "tenant": "maker", "connection": "Username-Password-Authentication"});
    let hashes = file(format!("{hash}\n"));
    let with = |passwords| Wish { passwords, ..wish(Format::Auth0) };
    let (summary, told) = run(&server, &users, with(Some(hashes.path().to_owned()))).await;
    assert_eq!(counts(&summary), (2, 0, 1), "{told:?}");
    assert_eq!((summary.incomplete, refused(&told)), (2, vec![(3, "password_hash", "unknown_hash")]));
    let one = account(&server, "one@mail.example").await.unwrap();
    assert_eq!(one.profile.full_name().as_deref(), Some("Ada Müller"));
    assert_eq!(one.profile.get(Field::Birthdate), Some("1990-01-31"));
    assert_eq!(account(&server, "two@mail.example").await.unwrap().state, State::Suspended);
    signs_in(&server, "one@mail.example", PASSWORD).await;

    let broken = file("{\"_id\": {}}\n");
    let path = file(&users);
    let outcome = import(&server.app, path.path(), with(Some(broken.path().to_owned())), &mut |_| Ok(())).await;
    assert!(outcome.unwrap().unwrap_err().0.contains("line 1"));
}

#[tokio::test]
async fn an_export_of_firebase_needs_the_projects_parameters() {
    let server = Server::start().await;
    // The example that Firebase publishes with its own implementation.
    let users = json!({"users": [
        {"localId": "IskBHrPKlrTFIyMzMcYC0WnVXkc2", "email": "one@mail.example", "emailVerified": true,
         "passwordHash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
         "salt": "42xEC+ixf3L2lw==", "displayName": "花子", "createdAt": "1588880747548", "lastSignedInAt": "0",
         "phoneNumber": "+819012345678",
         "providerUserInfo": [{"providerId": "google.com", "rawId": "117"}, {"providerId": "password", "rawId": "x"}]},
        {"localId": "anonymous", "createdAt": "1588880747548"},
        {"localId": "2", "email": "two@mail.example", "disabled": true, "createdAt": "-9", "photoUrl": "http://x.example/"},
    ]})
    .to_string();
    let (without, told) = run(&server, &users, wish(Format::Firebase)).await;
    assert_eq!(counts(&without), (1, 0, 2));
    assert_eq!(refused(&told), [(1, "passwordHash", "firebase_parameters"), (2, "email", "required")]);
    let console = "hash_config {\n  algorithm: SCRYPT,\n  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,\n  base64_salt_separator: Bw==,\n  rounds: 8,\n  mem_cost: 14,\n}\n";
    let firebase = Some(FirebaseParameters::read(console).unwrap());
    let (with, _) = run(&server, &users, Wish { firebase, ..wish(Format::Firebase) }).await;
    assert_eq!(counts(&with), (1, 1, 1));
    let one = account(&server, "one@mail.example").await.unwrap();
    assert!(one.profile.phone_verified());
    signs_in(&server, "one@mail.example", "user1password").await;
    assert!(!server.dump().await.contains("jxspr8Ki0RYycVU8"), "the project's key is not kept");
    let two = account(&server, "two@mail.example").await.unwrap();
    assert_eq!((two.state, two.opened_at), (State::Suspended, server.clock.now()));
}

#[tokio::test]
async fn quick_hashes_can_be_wrapped_on_the_way() {
    let server = Server::start().await;
    let hash = "u3atzceamewATCw2BGo6z8AzwcABAgMEBQYHCA==";
    let text = format!("email,email_verified,password_hash\nquick@mail.example,true,{{SSHA}}{hash}\n");
    let wish = Wish { wrap_weak: true, ..wish(Format::Csv) };
    assert_eq!(counts(&run(&server, &text, wish).await.0), (1, 0, 0));
    let quick = account(&server, "quick@mail.example").await.unwrap();
    assert!(kept_hash(&server, &quick).await.starts_with("wrapped:sha1,last,"));
    assert_eq!(sign_in(&mut server.browser(), "quick@mail.example", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert!(kept_hash(&server, &quick).await.starts_with("$argon2id$"));
}

#[tokio::test]
async fn what_is_no_export_is_said_and_never_a_panic() {
    let server = Server::start().await;
    for format in Format::ALL {
        for bytes in [
            &b""[..],
            b"\xff\xfe",
            b"PK\x03\x04",
            b"[",
            b"[1, null, \"x\", [], {}, {\"email\": 7}]",
            b"{\"users\": 7}",
            b"{\"users\": [{\"email\": \"a\\u0000@mail.example\"}]}",
            b"{\"users\": [{\"email\": {\"a\": 1}, \"credentials\": [[]], \"attributes\": {\"a\": [[]]}}]}",
            b"{\"email\": \"x\"}\n\xff\xff\n",
            b"email\n\xff\xff\n",
        ] {
            let (file, mut rows) = (file(bytes), 0);
            let mut tell = |told: &Told| {
                rows += 1;
                assert!(matches!(told.became, Became::Refused(_)), "{told:?}");
                Ok(())
            };
            match import(&server.app, file.path(), wish(format), &mut tell).await.unwrap() {
                Ok(summary) => assert_eq!((summary.added, summary.refused), (0, rows), "{bytes:?}"),
                Err(error) => assert!(!error.0.is_empty()),
            }
        }
    }
    let missing = std::path::Path::new("/nowhere/users.json");
    let outcome = import(&server.app, missing, wish(Format::Keycloak), &mut |_| Ok(())).await.unwrap();
    assert!(outcome.unwrap_err().0.contains("/nowhere/users.json"));
}

pub fn many(count: usize) -> String {
    let mut text = "email,email_verified,password_hash,family_name,given_name\n".to_owned();
    for number in 0..count {
        text.push_str(&format!("user{number:05}@mail.example,true,{BCRYPT},山田,花子{number}\n"));
    }
    text
}

/// Two operators at once: everybody is there once, and each run says so of what it did.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_at_once_make_nobody_twice() {
    let server = Server::start().await;
    let text = many(450);
    let ((one, _), (two, _)) =
        tokio::join!(run(&server, &text, wish(Format::Csv)), run(&server, &text, wish(Format::Csv)));
    assert_eq!((one.added + two.added, one.known + two.known), (450, 450));
    assert_eq!(one.refused + two.refused, 0);
}

#[tokio::test]
async fn the_audit_log_names_every_account_and_the_run() {
    let server = Server::start().await;
    run(&server, csv(), wish(Format::Csv)).await;
    let mut work = server.work();
    let entries = store::admin::audit::list_after(work.tx(), 0, 100).await.unwrap();
    let imported: Vec<_> = entries.iter().filter(|entry| entry.name == "account.imported").collect();
    assert_eq!(imported.len(), 3);
    drop(work);
    let hanako = account(&server, "hanako@mail.example").await.unwrap();
    assert_eq!(imported[0].subject.as_deref(), Some(hanako.sub.as_ref()));
    let finished = entries.iter().find(|entry| entry.name == "account_import.finished").unwrap();
    assert!(finished.details.contains("\"3\""), "{}", finished.details);
    assert!(!entries.iter().any(|entry| entry.details.contains("$2b$")), "no hash in the log (A125)");
}

/// A person who was imported without a proved address proves it by asking for a new password.
#[tokio::test]
async fn an_unverified_account_comes_alive_through_its_mailbox() {
    let server = Server::start().await;
    run(&server, csv(), wish(Format::Csv)).await;
    let mut browser = server.browser();
    let page = browser.get("/recover").await;
    let page = browser.submit(&page, "email", &[("email", "taro@mail.example")]).await;
    let code = crate::sign_in::code_in(&server.last_letter_to("taro@mail.example").await.text);
    let page = browser.submit(&page, "code", &[("code", &code)]).await;
    browser.submit_once(&page, "new_password", &[("new_password", "seven lanterns cross the river")]).await;
    assert_eq!(account(&server, "taro@mail.example").await.unwrap().state, State::Active);
    let answer = sign_in(&mut server.browser(), "taro@mail.example", "seven lanterns cross the river").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}
