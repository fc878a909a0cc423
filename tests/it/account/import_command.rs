//! `hosho account import`, as an operator runs it.

use std::time::Duration;

use hosho::store;
use hosho::store::query::{Count, sql};

use super::commands::{run, start};
use super::import::{account, file, many};
use crate::support::{Server, rounds};

async fn count(server: &Server, statement: &'static str) -> i64 {
    sql(statement).one::<Count>(server.work().tx()).await.unwrap().count
}

#[tokio::test]
async fn the_report_says_of_every_row_what_became_of_it() {
    let server = Server::start().await;
    let users =
        file("email,email_verified,name\nhanako@mail.example,true,花子\nnobody,true,x\nTARO@mail.example,,太郎\n");
    let report = tempfile::NamedTempFile::new().unwrap();
    let paths = [users.path(), report.path()].map(|path| path.display().to_string());
    let arguments = ["account", "import", &paths[0], "--format", "hosho-csv", "--report", &paths[1], "--json"];
    let dry = run(&server, &[&arguments[..], &["--dry-run"]].concat(), "").json();
    assert_eq!((&dry["added"], &dry["refused"], &dry["dry_run"]), (&2.into(), &1.into(), &true.into()));
    let lines = std::fs::read_to_string(report.path()).unwrap();
    assert_eq!(
        lines,
        "row,result,sub,column,reason,explanation\n2,added,,,,\n3,refused,,email,not_an_email,no e-mail address\n4,added,,,,\n"
    );
    assert!(account(&server, "hanako@mail.example").await.is_none());

    let done = run(&server, &arguments, "").json();
    assert_eq!((&done["added"], &done["errors"][0]["row"]), (&2.into(), &3.into()));
    let sub = account(&server, "hanako@mail.example").await.unwrap().sub;
    let lines = std::fs::read_to_string(report.path()).unwrap();
    assert!(lines.contains(&format!("\n2,added,{sub},,,\n")), "{lines}");

    let again = run(&server, &["account", "import", &paths[0], "--format", "hosho-csv"], "");
    assert!(again.ok && again.out.starts_with("0 added, 2 known already, 1 refused."), "{}", again.out);
    assert!(again.out.contains("Row 3, email: no e-mail address (not_an_email)"), "{}", again.out);
}

#[tokio::test]
async fn bad_arguments_and_files_are_one_clear_line() {
    let server = Server::start().await;
    let (users, csv) = (file("{\"users\": [{}]}"), file("name\nx\n"));
    let [users, csv] = [users.path(), csv.path()].map(|path| path.display().to_string());
    for (arguments, hint) in [
        (vec![users.as_str(), "--format", "keycloak", "--source", "a b"], "--source"),
        (vec![&users, "--format", "keycloak"], "every row was refused; row 1"),
        (vec!["/nowhere", "--format", "keycloak"], "/nowhere cannot be read"),
        (vec![&csv, "--format", "hosho-csv"], "column email is missing"),
        (vec![&users, "--format", "firebase", "--firebase-parameters", &users], "base64_signer_key"),
        (vec![&users, "--format", "firebase", "--firebase-parameters", "/nowhere"], "/nowhere"),
        (vec![&users, "--format", "auth0", "--passwords", &users], "line 1 holds no"),
        (vec![&users, "--format", "keycloak", "--report", "/nowhere/report.csv"], "/nowhere/report.csv"),
    ] {
        let ran = run(&server, &[&["account", "import"], &arguments[..]].concat(), "");
        assert!(!ran.ok && ran.error.contains(hint), "{arguments:?}: {}", ran.error);
        assert_eq!(ran.error.lines().count(), 1, "{}", ran.error);
    }
    let help = run(&server, &["account", "import", "--help"], "");
    assert!(help.ok && help.out.contains("family_name_kana") && help.out.contains("{SSHA}"));
}

/// Killed at any moment, an import goes on where it was: nobody is missing, nobody is there twice, and what was
/// counted is what is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_was_killed_goes_on() {
    const ACCOUNTS: i64 = 3000;
    for round in 0..rounds(1) {
        let server = Server::start().await;
        let users = file(many(usize::try_from(ACCOUNTS).unwrap()));
        let path = users.path().display().to_string();
        let arguments = ["account", "import", &path, "--format", "hosho-csv", "--json"];
        let mut child = start(&server, &arguments);
        // Until some batches are there; a little longer in every round.
        while count(&server, "SELECT COUNT(*) AS count FROM account").await < 400 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(7 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let before = count(&server, "SELECT COUNT(*) AS count FROM account").await;
        assert!((400..ACCOUNTS).contains(&before), "{before}");
        assert_eq!(count(&server, "SELECT COUNT(*) AS count FROM password").await, before, "nothing is half done");

        let rest = run(&server, &[&arguments[..], &["--resume"]].concat(), "").json();
        assert_eq!((&rest["added"], &rest["known"]), (&(ACCOUNTS - before).into(), &0.into()));
        assert_eq!(rest["skipped"], before);
        let again = run(&server, &arguments, "").json();
        assert_eq!((&again["added"], &again["known"]), (&0.into(), &ACCOUNTS.into()));
        for statement in [
            "SELECT COUNT(*) AS count FROM account",
            "SELECT COUNT(*) AS count FROM email_address",
            "SELECT COUNT(*) AS count FROM password",
            "SELECT COUNT(*) AS count FROM account_source",
            "SELECT COUNT(*) AS count FROM audit_entry WHERE name = 'account.imported'",
            "SELECT added AS count FROM account_import WHERE finished_at IS NOT NULL AND added > 0",
        ] {
            assert_eq!(count(&server, statement).await, ACCOUNTS, "{statement}");
        }
        let works = store::auth::password::works(server.work().tx()).await.unwrap();
        assert_eq!((works[0].work.as_str(), works[0].held), ("bcrypt 10", ACCOUNTS));
    }
}
