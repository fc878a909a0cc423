//! Passwords that are known from breaches: a list becomes a filter, and the filter counts wherever a password is set.

use std::path::Path;

use http::StatusCode;

use super::commands::run;
use crate::sign_in::{PASSWORD, code_in, is_signed_in, sign_in, sign_up};
use crate::support::{Answer, Browser, Server};
use hosho::app::breached::build::build;
use hosho::base::digest::sha1;

const EMAIL: &str = "hanako@mail.example";
/// Strong enough by itself, and in the list.
const KNOWN: &str = "seven lanterns cross the river";
const OTHER: &str = "nine ladders under the bridge";

fn line(password: &str) -> String {
    let hash: String = sha1(password).iter().map(|byte| format!("{byte:02X}")).collect();
    format!("{hash}:17\n")
}

/// A list without an order, with much else in it.
fn list() -> String {
    let others = (0..20_000).map(|number| line(&format!("somebody else's {number}")));
    let mut lines: Vec<String> = others.collect();
    lines.insert(7000, line(KNOWN));
    lines.concat()
}

async fn server(folder: &Path) -> Server {
    let file = folder.join("breached.filter");
    build(list().as_bytes(), &file, 1).unwrap();
    Server::start_with(&[("HOSHO_PASSWORD_BREACHED_FILE", &file.display().to_string())]).await
}

async fn prove(server: &Server, browser: &mut Browser, path: &str) -> Answer {
    let page = browser.get(path).await;
    let page = browser.submit(&page, "email", &[("email", EMAIL)]).await;
    let code = code_in(&server.last_letter_to(EMAIL).await.text);
    browser.submit(&page, "code", &[("code", &code)]).await
}

fn refused(answer: &Answer, sentence: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains(sentence), "{}", answer.text);
}

#[tokio::test]
async fn a_known_password_is_refused_wherever_one_is_set_e3() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path()).await;
    let mut browser = server.browser();
    let page = prove(&server, &mut browser, "/sign-up").await;
    let page = browser.submit(&page, "new_password", &[("new_password", KNOWN)]).await;
    refused(&page, "流出したパスワード");
    browser.submit(&page, "new_password", &[("new_password", PASSWORD)]).await;
    assert!(is_signed_in(&mut browser).await);

    let page = browser.get("/my/security").await;
    let wish = [("password", PASSWORD), ("new_password", KNOWN)];
    refused(&browser.submit(&page, "password-change", &wish).await, "流出したパスワード");

    let mut reader = server.browser().speaking("en");
    let page = prove(&server, &mut reader, "/recover").await;
    let page = reader.submit(&page, "new_password", &[("new_password", KNOWN)]).await;
    refused(&page, "leaked from other services");
    reader.submit(&page, "new_password", &[("new_password", OTHER)]).await;
    assert_eq!(sign_in(&mut reader, EMAIL, OTHER).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_list_of_today_counts_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path()).await;
    let mut browser = server.browser();
    sign_up(&server, &mut browser, EMAIL).await;
    build(line(OTHER).as_bytes(), &folder.path().join("breached.filter"), 1).unwrap();
    let page = browser.get("/my/security").await;
    let wish = [("password", PASSWORD), ("new_password", OTHER)];
    refused(&browser.submit(&page, "password-change", &wish).await, "流出したパスワード");
    let wish = [("password", PASSWORD), ("new_password", KNOWN)];
    let answer = browser.submit(&page, "password-change", &wish).await;
    assert_eq!(answer.status, StatusCode::OK, "it is in no list any more: {}", answer.text);
}

#[tokio::test]
async fn the_operator_builds_the_filter_and_it_counts_for_staff_too() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start().await;
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(path("list.txt"), list()).unwrap();
    std::fs::write(path("hosho.toml"), format!("[password]\nbreached_file = {:?}\n", path("breached.filter"))).unwrap();
    std::fs::write(path("none.toml"), "").unwrap();

    let no_place = run(&server, &["--config", &path("none.toml"), "password", "breached", "import", "-"], "");
    assert!(!no_place.ok && no_place.error.contains("password.breached_file"), "{}", no_place.error);
    let settings = path("hosho.toml");
    let import = |list: &str, input: &str| {
        run(&server, &["--config", &settings, "--json", "password", "breached", "import", list], input)
    };
    let bad = import("-", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8:3\nnot a hash\n");
    assert!(!bad.ok && bad.error.contains("line 2"), "{}", bad.error);
    let built = import(&path("list.txt"), "").json();
    assert_eq!((built["lines"].as_u64(), built["passwords"].as_u64()), (Some(20_001), Some(20_001)));
    assert!(built["false_positive_percent"].as_f64().is_some_and(|percent| percent < 0.5));

    for command in [
        &["account", "create", "--email", "a@mail.example", "--password-stdin"][..],
        &["staff", "create", "--email", "b@mail.example", "--password-stdin", "--role", "auditor"],
    ] {
        let arguments = [&["--config", &settings][..], command].concat();
        let refused = run(&server, &arguments, KNOWN);
        assert!(!refused.ok && refused.error.contains("password_breached"), "{command:?}: {}", refused.error);
        let taken = run(&server, &arguments, OTHER);
        assert!(taken.ok, "{command:?}: {}", taken.error);
    }

    std::fs::write(path("breached.filter"), "something else").unwrap();
    let start = run(
        &server,
        &["--config", &settings, "account", "create", "--email", "c@mail.example", "--password-stdin"],
        OTHER,
    );
    assert!(!start.ok && start.error.contains("password.breached_file"), "{}", start.error);
}
