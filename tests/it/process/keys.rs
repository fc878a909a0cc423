//! The commands that show the keys and make new ones.

use serde_json::{Value, json};

use super::program::Place;
use crate::support::text;

#[test]
fn encryption_keys_are_listed_and_rotated_like_signing_keys() {
    let place = Place::new();
    assert!(place.run(&["migrate"]).status.success());
    let list = || -> Vec<Value> {
        let output = place.run(&["key", "list", "--json"]);
        let keys: Value = serde_json::from_slice(&output.stdout).unwrap();
        keys.as_array().unwrap().iter().filter(|key| text(key, "use") == "enc").cloned().collect()
    };
    let first = list();
    assert_eq!(first.len(), 2);
    assert!(first.iter().all(|key| text(key, "state") == "published"));
    let output = place.run(&["key", "rotate", "--algorithm", "ECDH-ES", "--json"]);
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let states: Vec<Value> = list().iter().map(|key| json!([key["alg"], key["state"]])).collect();
    assert_eq!(made["made"].as_array().unwrap().len(), 1);
    let expected = [("RSA-OAEP-256", "published"), ("ECDH-ES", "decrypting"), ("ECDH-ES", "published")];
    assert_eq!(states, expected.map(|(alg, state)| json!([alg, state])));
    let wrong = place.run(&["key", "rotate", "--algorithm", "RSA1_5"]);
    assert!(!wrong.status.success());
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("RSA-OAEP-256"));
}
