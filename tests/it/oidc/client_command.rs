//! `hosho client …`, as a script runs it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Run the program in a folder of its own.
fn run(folder: &TempDir, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hosho"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn json_of(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_client_is_registered_shown_changed_and_switched_off() {
    let folder = tempfile::tempdir().unwrap();
    let metadata = json!({"client_name": "Shop", "redirect_uris": ["https://shop.example/cb"]}).to_string();

    let created = json_of(&run(&folder, &["client", "create", "--json"], &metadata));
    let (id, secret) = (created["client_id"].as_str().unwrap(), created["client_secret"].as_str().unwrap());
    assert_eq!(created["client_secret_expires_at"], 0);
    assert_eq!(created["redirect_uris"], json!(["https://shop.example/cb"]));
    assert_eq!(secret.len(), 43);

    let shown = json_of(&run(&folder, &["client", "show", id, "--json"], ""));
    assert_eq!(shown["client_name"], "Shop");
    assert!(shown.get("client_secret").is_none());

    let rotated = json_of(&run(&folder, &["client", "rotate-secret", id, "--json"], ""));
    assert_ne!(rotated["client_secret"].as_str(), Some(secret));

    std::fs::write(folder.path().join("new.json"), metadata.replace("Shop", "Store")).unwrap();
    let updated = json_of(&run(&folder, &["client", "update", id, "new.json", "--json"], ""));
    assert_eq!(updated["client_name"], "Store");
    assert!(updated.get("client_secret").is_none(), "the secret stays");

    json_of(&run(&folder, &["client", "disable", id, "--json"], ""));
    let list = json_of(&run(&folder, &["client", "list", "--json"], ""));
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert!(list[0]["hosho_disabled_at"].is_number());
}

#[test]
fn who_may_act_for_whose_people_is_allowed_listed_and_denied() {
    let folder = tempfile::tempdir().unwrap();
    let shop = json!({"client_name": "Shop", "redirect_uris": ["https://shop.example/cb"]}).to_string();
    let grants = ["urn:ietf:params:oauth:grant-type:token-exchange"];
    let agent = json!({"client_name": "Agent", "redirect_uris": [], "grant_types": grants}).to_string();
    let id = |metadata: &str| {
        let created = json_of(&run(&folder, &["client", "create", "--json"], metadata));
        created["client_id"].as_str().unwrap().to_owned()
    };
    let (shop, agent) = (id(&shop), id(&agent));
    let registry = "http://localhost:8080/registry/v1";
    let allow = ["client", "exchange", "allow", &shop, &agent, "--scope", "products", "--audience", registry, "--json"];
    let allowed = json_of(&run(&folder, &allow, ""));
    assert_eq!((&allowed["scope"], &allowed["audience"]), (&json!("products"), &json!([registry])));
    assert_eq!(json_of(&run(&folder, &["client", "exchange", "list", "--json"], "")), json!([allowed]));
    json_of(&run(&folder, &["client", "exchange", "deny", &shop, &agent, "--json"], ""));
    assert_eq!(json_of(&run(&folder, &["client", "exchange", "list", "--json"], "")), json!([]));
    for (arguments, word) in [
        (["deny", &shop, &agent, "--json"].to_vec(), "may not act"),
        (["allow", &shop, &agent, "--scope", "management"].to_vec(), "management"),
        (["allow", &agent, &shop, "--scope", "products"].to_vec(), "not registered"),
        (["allow", "nobody", &agent, "--scope", "products"].to_vec(), "no such client"),
    ] {
        let output = run(&folder, &[["client", "exchange"].as_slice(), &arguments].concat(), "");
        let line = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && line.contains(word) && line.lines().count() == 1, "{arguments:?}: {line}");
    }
}

#[test]
fn bad_metadata_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, input, word) in [
        (&["client", "create"][..], r#"{"redirect_uris": ["https://*.shop.example/cb"]}"#, "invalid_redirect_uri"),
        (&["client", "create"], "not json", "invalid_client_metadata"),
        (&["client", "create"], r#"{"redirect_uris": ["https://a/"], "hosho_roles": ["root"]}"#, "hosho_roles"),
        (&["client", "create", "absent.json"], "", "absent.json"),
        (&["client", "show", "nobody"], "", "nobody"),
    ] {
        let output = run(&folder, arguments, input);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && output.stdout.is_empty());
        assert_eq!(complaint.trim_end().lines().count(), 1, "{complaint}");
        assert!(complaint.contains(word), "{complaint}");
    }
}

#[test]
fn a_resource_server_is_registered_shown_replaced_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let orders = json!({
        "uri": "https://orders.example", "name": {"ja": "ご注文", "en": "Orders"},
        "scopes": [{"scope": "orders.read", "name": {"ja": "履歴を見る", "en": "See your orders"}}],
    });
    let create = |body: &Value| run(&folder, &["resource", "create", "--json"], &body.to_string());
    let created = json_of(&create(&orders));
    assert_eq!((&created["uri"], &created["open"]), (&json!("https://orders.example"), &json!(false)));
    let mut open = orders.clone();
    open["open"] = json!(true);
    let replaced = json_of(&create(&open));
    assert_eq!((&replaced["id"], &replaced["open"]), (&created["id"], &json!(true)));

    let metadata = json!({"redirect_uris": ["https://shop.example/cb"], "scope": "openid orders.read bogus"});
    let client = json_of(&run(&folder, &["client", "create", "--json"], &metadata.to_string()));
    assert_eq!(client["scope"], "openid orders.read");

    for name in ["https://orders.example", created["id"].as_str().unwrap()] {
        assert_eq!(json_of(&run(&folder, &["resource", "show", name, "--json"], "")), replaced);
    }
    assert_eq!(json_of(&run(&folder, &["resource", "list", "--json"], "")), json!([replaced]));
    let listed = run(&folder, &["resource", "list"], "");
    assert!(String::from_utf8_lossy(&listed.stdout).contains("orders.read, open to every client"));
    for (arguments, input, said) in [
        (&["resource", "create"][..], r#"{"uri": "x", "name": {"ja": "x"}, "scopes": []}"#, "uri: an absolute URI"),
        (&["resource", "create"], r#"{"uri": "x"}"#, "body: missing field"),
        (&["resource", "create"], "", "EOF"),
        (&["resource", "show", "https://other.example"], "", "there is no resource server https://other.example"),
        (&["resource", "delete", "x"], "", "there is no resource server x"),
    ] {
        let refused = run(&folder, arguments, input);
        let line = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && line.contains(said), "{arguments:?}: {line}");
        assert_eq!(line.trim().lines().count(), 1, "{line}");
    }
    assert!(run(&folder, &["resource", "delete", "https://orders.example"], "").status.success());
    assert_eq!(json_of(&run(&folder, &["resource", "list", "--json"], "")), json!([]));
}
