//! Users of a Keycloak realm export (`kc.sh export`, whole or `…-users-N.json`).

use serde_json::Value;

use super::claim_names::{flag, take_claim, text};
use crate::base::Timestamp;
use crate::domain::account::Field;
use crate::domain::admin::account_import::{Author, Draft, ImportedAccount};
use crate::domain::auth::foreign_hash::work::Digest;
use crate::domain::auth::foreign_hash::{ForeignHash, HashError, decode_base64};
use crate::domain::registry::import::RowError;

const MALFORMED: HashError = HashError::Malformed("secretData and credentialData do not hold a whole hash");

/// One element of `users`.
pub(super) fn read(user: &Value) -> Result<ImportedAccount, Vec<RowError>> {
    let mut draft = Draft::new(Author::System);
    if !text(user, "serviceAccountClientId").is_empty() {
        draft.refuse("serviceAccountClientId", "service_account", "a client's account, not a person's");
    }
    draft.source_id("id", text(user, "id"));
    // Where the name is the address, some realms leave the latter out.
    let email = Some(text(user, "email")).filter(|email| !email.is_empty());
    draft.email(email.or(Some(text(user, "username")).filter(|name| name.contains('@'))).unwrap_or_default());
    draft.verified = flag(user, "emailVerified");
    draft.is_suspended = user.get("enabled") == Some(&Value::Bool(false));
    draft.opened_at = user["createdTimestamp"].as_i64().map(Timestamp::from_millis);
    draft.field(Field::FamilyName, text(user, "lastName"));
    draft.field(Field::GivenName, text(user, "firstName"));
    attributes(&mut draft, &user["attributes"]);
    for credential in list(user, "credentials") {
        take_credential(&mut draft, credential);
    }
    for linked in list(user, "federatedIdentities") {
        draft.identity(text(linked, "identityProvider"), text(linked, "userId"));
    }
    for action in list(user, "requiredActions") {
        match action.as_str().unwrap_or_default() {
            "VERIFY_EMAIL" => draft.verified = false,
            "UPDATE_PASSWORD" => {
                draft.forget_password();
                draft.note("requiredActions", "new_password", "a new password was asked for: the old one is left out");
            }
            _ => draft.note("requiredActions", "not_taken_over", "a required action that has no counterpart here"),
        }
    }
    draft.finish()
}

fn list<'a>(user: &'a Value, member: &str) -> impl Iterator<Item = &'a Value> {
    user[member].as_array().into_iter().flatten()
}

fn attributes(draft: &mut Draft, attributes: &Value) {
    let mut left_out = false;
    for (name, values) in attributes.as_object().into_iter().flatten() {
        let value = values.get(0).unwrap_or(values);
        left_out |= !take_claim(draft, name, value);
    }
    if left_out {
        draft.note("attributes", "not_taken_over", "attributes that are no standard claims");
    }
}

fn take_credential(draft: &mut Draft, credential: &Value) {
    match text(credential, "type") {
        "password" if credential.get("value").is_some() => {
            draft.note("credentials", "not_taken_over", "a password that is not hashed is not taken over");
        }
        "password" => {
            draft.password_set_at = credential["createdDate"].as_i64().map(Timestamp::from_millis);
            draft.password(password(credential));
        }
        "otp" | "totp" | "hotp" | "recovery-authn-codes" => {
            draft.note("credentials", "not_taken_over", "one-time passwords are set up anew");
        }
        "webauthn" | "webauthn-passwordless" => {
            draft.note("credentials", "not_taken_over", "passkeys belong to the old site and are set up anew");
        }
        _ => draft.note("credentials", "not_taken_over", "a credential of a kind that is not known"),
    }
}

/// The hash of a credential, in the form of today or in the flat one of exports before version 8.
fn password(credential: &Value) -> Result<ForeignHash, HashError> {
    let inner = |member: &str| serde_json::from_str::<Value>(text(credential, member)).ok();
    let (secret, data) = match (inner("secretData"), inner("credentialData")) {
        (Some(secret), Some(data)) => (secret, data),
        (None, None) => {
            let secret =
                serde_json::json!({"value": text(credential, "hashedSaltedValue"), "salt": text(credential, "salt")});
            (secret, credential.clone())
        }
        _ => return Err(MALFORMED),
    };
    let iterations = data["hashIterations"].as_u64().and_then(|count| u32::try_from(count).ok()).ok_or(MALFORMED)?;
    let (salt, value) = (text(&secret, "salt"), text(&secret, "value"));
    let digest = match text(&data, "algorithm") {
        "pbkdf2" | "" => Digest::Sha1,
        "pbkdf2-sha256" => Digest::Sha256,
        "pbkdf2-sha512" => Digest::Sha512,
        "argon2" => return argon2(&data["additionalParameters"], iterations, (salt, value)),
        _ => return Err(HashError::Unknown),
    };
    let decoded = |text: &str| decode_base64(text).ok_or(MALFORMED);
    ForeignHash::pbkdf2(digest, iterations, &decoded(salt)?, &decoded(value)?)
}

fn argon2(parameters: &Value, passes: u32, (salt, hash): (&str, &str)) -> Result<ForeignHash, HashError> {
    let first = |name: &str| {
        let value = &parameters[name];
        value.get(0).unwrap_or(value).as_str().unwrap_or_default()
    };
    let version = match first("version") {
        "1.0" => 16,
        "1.3" | "" => 19,
        _ => return Err(HashError::Unknown),
    };
    let (variant, memory, lanes) = (first("type"), first("memory"), first("parallelism"));
    let [salt, hash] = [salt, hash].map(|text| text.trim_end_matches('='));
    ForeignHash::read(&format!("$argon2{variant}$v={version}$m={memory},t={passes},p={lanes}${salt}${hash}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::State;
    use crate::domain::admin::account_import::ImportedHash;
    use serde_json::json;

    const PASSWORD: &str = "violet kettle under 9 roofs";

    fn user(credential: &Value) -> Value {
        json!({
            "id": "0b9c4d0e-2a5b-4f6e-9d3c-1a2b3c4d5e6f", "username": "hanako", "email": "hanako@mail.example",
            "emailVerified": true, "enabled": true, "createdTimestamp": 1_588_880_747_548_i64,
            "firstName": "花子", "lastName": "山田", "credentials": [credential],
            "attributes": {"phoneNumber": ["090-1234-5678"], "locale": ["ja"], "department": ["x"]},
            "federatedIdentities": [{"identityProvider": "google", "userId": "117", "userName": "hanako@gmail.example"}],
        })
    }

    #[test]
    fn hashes_of_three_generations_fit() {
        let value = "zVoc9jDnsjSLdIQiL8ewpLQOLg3OwgD42+oro1cbiUcqqvhThS7VFsPIynvSan4rlARK0yxHcOOmFX2R+c5T/Q==";
        let salt = "AAECAwQFBgcICQoLDA0ODw==";
        let argon2 = r#"{"hashIterations":2,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["65536"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}"#;
        for (credential, password) in [
            (
                json!({"type": "password", "createdDate": 1_588_880_747_000_i64,
                       "secretData": format!("{{\"value\":\"{value}\",\"salt\":\"{salt}\",\"additionalParameters\":{{}}}}"),
                       "credentialData": r#"{"hashIterations":27500,"algorithm":"pbkdf2-sha256","additionalParameters":{}}"#}),
                PASSWORD,
            ),
            (
                json!({"type": "password", "hashedSaltedValue": value, "salt": salt, "hashIterations": 27_500,
                       "algorithm": "pbkdf2-sha256"}),
                PASSWORD,
            ),
            (
                json!({"type": "password", "credentialData": argon2,
                       "secretData": r#"{"value":"CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc=","salt":"c29tZXNhbHQ="}"#}),
                "password",
            ),
        ] {
            let account = read(&user(&credential)).unwrap();
            let Some(ImportedHash::Foreign(hash)) = account.hash else { panic!("{credential}") };
            assert!(hash.matches(password.as_bytes()), "{credential}");
            assert_eq!(account.state, State::Active);
            assert_eq!(account.profile.get(Field::PhoneNumber), Some("+819012345678"));
            assert_eq!(account.identities[0].subject, "117");
            assert_eq!(account.notes[0].column, "attributes");
        }
    }

    #[test]
    fn what_cannot_be_is_said() {
        let reasons = |user: &Value| {
            let errors = read(user).map_or_else(|errors| errors, |account| account.notes);
            errors.iter().map(|error| (error.column, error.reason)).collect::<Vec<_>>()
        };
        assert_eq!(reasons(&json!(7)), [("email", "required")]);
        let mut wrong = user(&json!({"type": "password", "secretData": "{", "credentialData": "{}"}));
        assert_eq!(reasons(&wrong), [("password_hash", "malformed_hash")]);
        wrong["credentials"] = json!([{"type": "password", "secretData": "{\"value\":\"AA\",\"salt\":\"AA\"}",
            "credentialData": "{\"hashIterations\":4000000000,\"algorithm\":\"pbkdf2-sha512\"}"}]);
        assert_eq!(reasons(&wrong)[0].1, "too_costly_hash");
        wrong["credentials"] = json!([{"type": "otp"}, {"type": "password", "value": "open sesame"}, {"type": "x"}, 7]);
        wrong["requiredActions"] = json!(["UPDATE_PASSWORD", "VERIFY_EMAIL", "CONFIGURE_TOTP"]);
        wrong["attributes"] = json!("none");
        let account = read(&wrong).unwrap();
        assert_eq!((account.state, account.notes.len()), (State::Unverified, 6));
        wrong["serviceAccountClientId"] = json!("shop");
        assert_eq!(reasons(&wrong), [("serviceAccountClientId", "service_account")]);
    }
}
