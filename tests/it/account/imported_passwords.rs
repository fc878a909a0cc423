//! Passwords that another system hashed: they sign in as they did there, and are ours afterwards.

use hosho::base::Timestamp;
use hosho::base::id::Subject;
use hosho::domain::auth::foreign_hash::work::Digest;
use hosho::domain::auth::foreign_hash::{FirebaseParameters, ForeignHash};
use hosho::domain::auth::kept_password;
use hosho::store;
use http::StatusCode;

use crate::sign_in::sign_in;
use crate::support::Server;

const PASSWORD: &str = "violet kettle under 9 roofs";

/// A customer who has the password of another system.
async fn customer(server: &Server, email: &str, hash: &str) -> Subject {
    let sub = server.customer(email).await;
    let foreign = hash.strip_prefix("imported:").map(|text| ForeignHash::read(text).unwrap());
    let mut work = server.work();
    let kind = foreign.map(|foreign| foreign.work().text());
    let at = Timestamp::from_seconds(1_600_000_000);
    store::auth::password::import(work.tx(), &sub, hash, kind.as_deref(), at).await.unwrap();
    store::auth::password::count_works(work.tx()).await.unwrap();
    work.commit().await.unwrap();
    sub
}

async fn kept(server: &Server, sub: &Subject) -> String {
    let mut work = server.work();
    store::auth::password::find(work.tx(), sub).await.unwrap().unwrap().hash
}

async fn works(server: &Server) -> Vec<(String, i64)> {
    let mut work = server.work();
    store::auth::password::count_works(work.tx()).await.unwrap();
    let works = store::auth::password::works(work.tx()).await.unwrap();
    works.into_iter().map(|row| (row.work, row.held)).collect()
}

#[tokio::test]
async fn a_password_of_another_system_signs_in_and_is_ours_afterwards() {
    let server = Server::start_with(&[("HOSHO_SIGN_IN_NETWORK_TRIES", "1000")]).await;
    let bytes = |text: &str| base64::Engine::decode(&base64::engine::general_purpose::STANDARD, text).unwrap();
    let salt = bytes("AAECAwQFBgcICQoLDA0ODw==");
    let keycloak = |digest, iterations, hash: &str| {
        ForeignHash::pbkdf2(digest, iterations, &salt, &bytes(hash)).unwrap().text().to_owned()
    };
    let project = FirebaseParameters::read(
        "base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==, base64_salt_separator: Bw==, rounds: 8, mem_cost: 14",
    )
    .unwrap();
    let firebase = bytes("lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==");
    let firebase = ForeignHash::firebase(&project, &bytes("42xEC+ixf3L2lw=="), &firebase).unwrap().text().to_owned();
    let k256 = "zVoc9jDnsjSLdIQiL8ewpLQOLg3OwgD42+oro1cbiUcqqvhThS7VFsPIynvSan4rlARK0yxHcOOmFX2R+c5T/Q==";
    let k512 = "SljL/eHPNCMoU1tuXk3eQ4XSeZOQwGxOzTSjwGBqFRCX/Ru3YRcLBrjVh4/sUU1Ianmep3wz5SVg6nuc5iHlSg==";
    for (name, hash, password) in [
        ("php", "$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq".to_owned(), "rasmuslerdorf"),
        ("keycloak-27500", keycloak(Digest::Sha256, 27_500, k256), PASSWORD),
        ("keycloak-210000", keycloak(Digest::Sha512, 210_000, k512), PASSWORD),
        ("firebase", firebase, "user1password"),
        ("django", "pbkdf2_sha256$260000$seasalt$YlZ2Vggtqdc61YjArZuoApoBh9JNGYoDRBUGu6tcJQo=".to_owned(), "lètmein"),
        (
            "argon2i",
            "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA".to_owned(),
            "password",
        ),
        (
            "scrypt",
            "$scrypt$ln=14,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$my6yv8NTBm7WsjdErdjqWXA0bd4eu1Zxwv8XkrK/d/8".to_owned(),
            PASSWORD,
        ),
        ("ssha", "{SSHA}u3atzceamewATCw2BGo6z8AzwcABAgMEBQYHCA==".to_owned(), PASSWORD),
    ] {
        let email = format!("{name}@mail.example");
        let imported = kept_password::imported(&ForeignHash::read(&hash).unwrap());
        let sub = customer(&server, &email, &imported).await;
        let wrong = sign_in(&mut server.browser(), &email, "another password").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(kept(&server, &sub).await, imported, "{name}: a wrong password changes nothing");
        assert_eq!(works(&server).await.len(), 1 + usize::from(name != "php"), "{name}");

        let right = sign_in(&mut server.browser(), &email, password).await;
        assert_eq!(right.status, StatusCode::SEE_OTHER, "{name}");
        assert!(kept(&server, &sub).await.starts_with("$argon2id$v=19$m=7168,t=1,p=1$"), "{name}");
        assert_eq!(works(&server).await, [], "{name}: nothing of another system is left");
        assert_eq!(sign_in(&mut server.browser(), &email, password).await.status, StatusCode::SEE_OTHER, "{name}");
    }
}

/// What was typed there was hashed as it was typed; here it is normalised first.
#[tokio::test]
async fn a_password_in_wide_letters_signs_in_before_and_after() {
    let server = Server::start().await;
    let (wide, plain) = ("ｖｉｏｌｅｔ　ｋｅｔｔｌｅ", "violet kettle");
    let bytes = hosho::base::digest::sha256(wide);
    let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let foreign = ForeignHash::read(&format!("{{SHA256}}{hash}")).unwrap();
    let email = "wide@mail.example";
    customer(&server, email, &kept_password::imported(&foreign)).await;
    assert_eq!(sign_in(&mut server.browser(), email, plain).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&mut server.browser(), email, wide).await.status, StatusCode::SEE_OTHER);
    for typed in [wide, plain] {
        assert_eq!(sign_in(&mut server.browser(), email, typed).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_quick_hash_can_be_wrapped_so_that_it_lies_nowhere() {
    let server = Server::start().await;
    let foreign = ForeignHash::read("{SSHA}u3atzceamewATCw2BGo6z8AzwcABAgMEBQYHCA==").unwrap();
    let wrapped = server.app.passwords.wrap(foreign).await.unwrap();
    assert!(wrapped.starts_with("wrapped:sha1,last,"), "{wrapped}");
    let email = "wrapped@mail.example";
    let sub = customer(&server, email, &wrapped).await;
    assert_eq!(works(&server).await, [], "it costs what our own do");
    assert_eq!(sign_in(&mut server.browser(), email, "another").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(sign_in(&mut server.browser(), email, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert!(kept(&server, &sub).await.starts_with("$argon2id$"));
    assert_eq!(sign_in(&mut server.browser(), email, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

/// (A107): among hashes of another system, a name that nobody has costs what theirs do, and looks the same.
#[tokio::test]
async fn names_without_an_account_cost_what_imported_accounts_do_a107() {
    let server = Server::start().await;
    let hash = "imported:$2b$10$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC";
    customer(&server, "imported@mail.example", hash).await;
    assert_eq!(works(&server).await, [("bcrypt 10".to_owned(), 1)]);
    let answers = [
        sign_in(&mut server.browser(), "imported@mail.example", "another").await,
        sign_in(&mut server.browser(), "absent@mail.example", "another").await,
        sign_in(&mut server.browser(), "imported@mail.example", "").await,
    ];
    for answer in &answers {
        assert_eq!((answer.status, answer.find("main")), (answers[0].status, answers[0].find("main")));
    }
}

/// Two sign-ins at once, and a password that is changed meanwhile: nothing is lost.
#[tokio::test]
async fn a_hash_that_was_changed_meanwhile_is_not_replaced() {
    let server = Server::start().await;
    let hash = "imported:{SSHA}u3atzceamewATCw2BGo6z8AzwcABAgMEBQYHCA==";
    let sub = customer(&server, "raced@mail.example", hash).await;
    let mut work = server.work();
    let seen = store::auth::password::find(work.tx(), &sub).await.unwrap().unwrap();
    let now = work.now();
    store::auth::password::set(work.tx(), &sub, "$argon2id$new", now).await.unwrap();
    store::auth::password::rehash(work.tx(), &seen, "$argon2id$late").await.unwrap();
    work.commit().await.unwrap();
    assert_eq!(kept(&server, &sub).await, "$argon2id$new");
    assert_eq!(works(&server).await, []);
    let mut browsers = [server.browser(), server.browser()];
    customer(&server, "twice@mail.example", hash).await;
    let [one, two] = &mut browsers;
    let (one, two) =
        tokio::join!(sign_in(one, "twice@mail.example", PASSWORD), sign_in(two, "twice@mail.example", PASSWORD));
    // Whoever comes second finds another hash than the one it compared, and compares again.
    assert_eq!([one.status, two.status], [StatusCode::SEE_OTHER; 2]);
}
