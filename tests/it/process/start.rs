//! What the program refuses to start with (A199), and what its first start makes.

use std::os::unix::fs::PermissionsExt as _;

use super::program::{Place, get};

/// The sentence on standard error of a command that must fail.
fn complaint(place: &Place, variables: &[(&str, &str)]) -> String {
    let output = place.command(&["serve"]).envs(variables.iter().copied()).output().unwrap();
    assert!(!output.status.success(), "{variables:?} was accepted");
    String::from_utf8(output.stderr).unwrap()
}

/// (A199)
#[test]
fn unsafe_settings_are_refused_by_name() {
    for (variable, value, named) in [
        ("HOSHO_ISSUER", "http://id.example", "issuer (variable HOSHO_ISSUER)"),
        ("HOSHO_TOKEN_CODE", "10m", "token.code"),
        ("HOSHO_SESION_IDLE", "1h", "HOSHO_SESION_IDLE"),
        ("HOSHO_KEY_ENCRYPTION_KEY", "c2hvcnQ=", "key_encryption_key"),
        ("HOSHO_KEY_ENCRYPTION_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "key_encryption_key"),
        ("HOSHO_DATABASE_URL", "mysql://x", "database.url"),
        ("HOSHO_MAIL_URL", "pigeon://x", "mail.url"),
        ("HOSHO_FETCH_CA_FILE", "/nowhere/ca.pem", "fetch.ca_file"),
        ("HOSHO_FETCH_ALLOW_HOSTS", "*", "fetch.allow_hosts"),
    ] {
        let sentence = complaint(&Place::new(), &[(variable, value)]);
        assert!(sentence.contains(named), "{variable}={value}: {sentence}");
        assert_eq!(sentence.lines().count(), 1, "{sentence}");
    }
}

/// (A199)
#[test]
fn a_misspelt_setting_is_named_with_its_line() {
    let place = Place::new();
    std::fs::write(place.folder.path().join("hosho.toml"), "# ours\n[token]\nacces = '5m'\n").unwrap();
    let sentence = complaint(&place, &[]);
    assert!(sentence.contains("token.acces (./hosho.toml, line 3)"), "{sentence}");
}

#[test]
fn keys_and_data_are_for_their_owner_only() {
    let place = Place::new();
    let serving = place.serve();
    for file in ["keys/key-encryption.key", "data/hosho.db"] {
        let mode = std::fs::metadata(place.folder.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    drop(serving);

    let key = place.folder.path().join("keys/key-encryption.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(complaint(&place, &[]).contains("0600"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::remove_file(&key).unwrap();
    // A new key would be made, and does not open what the old one sealed.
    let sentence = complaint(&place, &[]);
    assert!(sentence.contains("key"), "{sentence}");
}

#[test]
fn every_command_helps_and_complains() {
    let place = Place::new();
    for command in [
        "serve", "migrate", "config", "audit", "mail", "client", "account", "staff", "plan", "model", "unit", "key",
        "openapi", "demo",
    ] {
        let output = place.run(&[command, "--help"]);
        assert!(output.status.success(), "{command} --help");
        assert!(String::from_utf8(output.stdout).unwrap().contains("Usage"), "{command} --help");
    }
    let output = place.run(&["no-such-command"]);
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(place.run(&["--version"]).status.success());
    assert!(place.run(&["config", "check"]).status.success());
    let settings = String::from_utf8(place.run(&["config"]).stdout).unwrap();
    assert!(settings.contains("[token]") && settings.contains("# access = \"10m\""), "{settings}");
}

#[test]
fn metrics_have_a_listener_of_their_own() {
    let place = Place::new();
    let metrics = Place::new().address;
    let serving = place.serve_with(&[("HOSHO_METRICS_LISTEN", &metrics.to_string())]);
    assert!(serving.try_get("/metrics").unwrap().starts_with("HTTP/1.1 404"));
    let page = get(metrics, "/metrics").unwrap();
    assert!(page.contains("hosho_requests_total"), "{page}");
}

#[test]
fn a_tampered_audit_chain_is_reported() {
    let place = Place::new();
    let input = "correct horse battery staple 42";
    let made = place.run_with_input(
        &["staff", "create", "--email", "admin@example.com", "--password-stdin", "--role", "admin", "--json"],
        input,
    );
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert!(place.run(&["audit", "verify"]).status.success());
    let database = rusqlite::Connection::open(place.folder.path().join("data/hosho.db")).unwrap();
    database.execute("UPDATE audit_entry SET object_id = 'somebody-else' WHERE seq = 1", []).unwrap();
    let output = place.run(&["audit", "verify"]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("entry 1"));
}

#[test]
fn the_files_for_the_conformance_suite_are_accepted() {
    let place = Place::new();
    let file = |name: &str| format!("{}/conformance/{name}", env!("CARGO_MANIFEST_DIR"));
    for name in ["basic", "basic-post"] {
        let written = std::fs::read_to_string(file(&format!("clients/{name}.json"))).unwrap();
        // What the driver fills in.
        let filled = [("suite", "https://suite.example"), ("alias", "hosho"), ("name", name)]
            .into_iter()
            .fold(written, |text, (placeholder, value)| text.replace(&format!("${{{placeholder}}}"), value));
        let output = place.run_with_input(&["client", "create", "--json"], &filled);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let claims = file("account.json");
    let arguments =
        ["account", "create", "--email", "conformance@example.com", "--password-stdin", "--claims", &claims];
    let output = place.run_with_input(&arguments, "correct horse battery staple 42");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
