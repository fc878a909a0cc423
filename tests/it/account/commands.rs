//! `hosho account` and `hosho staff`, as an operator runs them.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use http::StatusCode;
use serde_json::Value;

use crate::sign_in::{PASSWORD, is_signed_in, sign_in};
use crate::support::{KEY_ENCRYPTION_KEY, Server};

pub(super) struct Ran {
    pub ok: bool,
    pub out: String,
    pub error: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{} {}", self.out, self.error))
    }
}

pub(super) fn run(server: &Server, arguments: &[&str], input: &str) -> Ran {
    let mut child = start(server, arguments);
    // A command that refuses its arguments does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let done = child.wait_with_output().unwrap();
    Ran {
        ok: done.status.success(),
        out: String::from_utf8(done.stdout).unwrap(),
        error: String::from_utf8(done.stderr).unwrap(),
    }
}

/// Start a command beside the server.
pub(super) fn start(server: &Server, arguments: &[&str]) -> Child {
    let top = &server.app.config.top;
    Command::new(env!("CARGO_BIN_EXE_hosho"))
        .args(arguments)
        .env("HOSHO_DATABASE_URL", server.app.config.database_url().expose())
        .env("HOSHO_KEYS_DIR", &top.keys_dir)
        .env("HOSHO_DATA_DIR", &top.data_dir)
        .env(KEY_ENCRYPTION_KEY.0, KEY_ENCRYPTION_KEY.1)
        .env("HOSHO_PASSWORD_MEMORY_KIB", "7168")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn an_account_of_the_operator_signs_in_at_once() {
    let server = Server::start().await;
    let claims = server.app.config.top.data_dir.join("claims.json");
    std::fs::write(&claims, r#"{"family_name": "山田", "given_name": "花子", "locale": "ja", "email_verified": true}"#)
        .unwrap();
    let claims = claims.display().to_string();
    let create =
        ["account", "create", "--email", "hanako@mail.example", "--password-stdin", "--claims", &claims, "--json"];
    let made = run(&server, &create, &format!("{PASSWORD}\n")).json();
    assert!(made["sub"].as_str().is_some_and(|sub| sub.len() == 26));
    assert_eq!(made["customer_number"].as_str().unwrap().len(), "860-9574-2719".len());
    let mut browser = server.browser();
    assert_eq!(sign_in(&mut browser, "hanako@mail.example", PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.get("/my/profile").await.find(".top-name").as_deref(), Some("山田 花子 さん"));

    let again = run(&server, &create, PASSWORD);
    assert!(!again.ok && again.out.is_empty());
    assert_eq!(again.error.lines().count(), 1, "{}", again.error);
    assert!(again.error.contains("already"), "{}", again.error);
}

#[tokio::test]
async fn bad_input_is_one_clear_line() {
    let server = Server::start().await;
    let short = run(&server, &["account", "create", "--email", "a@mail.example", "--password-stdin"], "short");
    assert!(!short.ok && short.error.contains("too_short"), "{}", short.error);
    let address = run(&server, &["account", "create", "--email", "nobody", "--password-stdin"], PASSWORD);
    assert!(!address.ok && address.error.contains("nobody is no e-mail address"), "{}", address.error);
    let claims = server.app.config.top.data_dir.join("claims.json");
    std::fs::write(&claims, r#"{"zoneinfo": "Mars/Olympus"}"#).unwrap();
    let claims = claims.display().to_string();
    let wrong = ["account", "create", "--email", "a@mail.example", "--password-stdin", "--claims", &claims];
    let wrong = run(&server, &wrong, PASSWORD);
    assert!(!wrong.ok && wrong.error.contains("zoneinfo"), "{}", wrong.error);
    let role =
        run(&server, &["staff", "create", "--email", "a@mail.example", "--password-stdin", "--role", "root"], PASSWORD);
    assert!(!role.ok && role.error.contains("there is no role root"), "{}", role.error);
}

#[tokio::test]
async fn staff_are_made_listed_reset_and_stopped() {
    // Their second factor is tested elsewhere.
    let server = Server::start_with(&[("HOSHO_SIGN_IN_STAFF_SECOND_FACTOR", "optional")]).await;
    let make = |email: &'static str, role: &'static str| {
        run(&server, &["staff", "create", "--email", email, "--password-stdin", "--role", role, "--json"], PASSWORD)
    };
    let admin = make("admin@maker.example", "admin").json()["sub"].as_str().unwrap().to_owned();
    assert!(make("support@maker.example", "support").ok);
    let list = run(&server, &["staff", "list", "--json"], "").json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(list[0]["role"], "admin");

    let last = run(&server, &["staff", "disable", &admin], "");
    assert!(!last.ok && last.error.contains("last administrator"), "{}", last.error);

    let mut browser = server.browser();
    sign_in(&mut browser, "support@maker.example", PASSWORD).await;
    assert!(is_signed_in(&mut browser).await);
    let reset = ["staff", "reset", "support@maker.example", "--password-stdin"];
    assert!(run(&server, &reset, "seven lanterns cross the river").ok);
    assert!(!is_signed_in(&mut browser).await, "a new password ends the sessions beside a running server too");
    assert!(run(&server, &["staff", "disable", "support@maker.example"], "").ok);
    let answer = sign_in(&mut browser, "support@maker.example", "seven lanterns cross the river").await;
    assert_ne!(answer.status, StatusCode::SEE_OTHER);
    assert!(!run(&server, &["staff", "disable", "support@maker.example"], "").ok);
}
