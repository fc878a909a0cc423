//! Users of an Auth0 export (NDJSON, or an array), and the password hashes that Auth0 hands out in a file of their own.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use serde_json::Value;

use super::claim_names::{flag, take_claim, text};
use super::elements;
use crate::base::Timestamp;
use crate::domain::account::Field;
use crate::domain::admin::account_import::{Author, Draft, ImportedAccount};
use crate::domain::registry::import::RowError;
use crate::service::registry::import::FileError;

/// The hashes by the name of the account.
#[derive(Default)]
pub(super) struct Hashes(HashMap<String, String>);

impl Hashes {
    /// Read `{"_id": {"$oid": …}, "passwordHash": …}` from every line.
    pub(super) fn read(path: &Path) -> Result<Self, FileError> {
        let file =
            File::open(path).map_err(|error| FileError(format!("{} cannot be read: {error}", path.display())))?;
        let (mut hashes, mut wrong) = (HashMap::new(), None);
        elements::read(BufReader::new(file), &mut |number, element| {
            let line = element.unwrap_or_default();
            match (text(&line["_id"], "$oid"), text(&line, "passwordHash")) {
                ("", _) | (_, "") => wrong = Some(number),
                (id, hash) => drop(hashes.insert(format!("auth0|{id}"), hash.to_owned())),
            }
            wrong.is_none()
        });
        match wrong {
            Some(number) => {
                Err(FileError(format!("{}: line {number} holds no _id.$oid and passwordHash", path.display())))
            }
            None => Ok(Self(hashes)),
        }
    }
}

/// One user.
pub(super) fn read(user: &Value, hashes: &Hashes) -> Result<ImportedAccount, Vec<RowError>> {
    let mut draft = Draft::new(Author::System);
    let id = text(user, "user_id");
    draft.source_id("user_id", id);
    draft.email(text(user, "email"));
    draft.verified = flag(user, "email_verified");
    draft.is_suspended = flag(user, "blocked");
    draft.opened_at = Timestamp::from_rfc3339(text(user, "created_at"));
    draft.password_set_at = Timestamp::from_rfc3339(text(user, "last_password_reset"));
    for field in [Field::FamilyName, Field::GivenName, Field::Nickname, Field::Picture, Field::PhoneNumber] {
        draft.field(field, text(user, field.claim()));
    }
    // Without a better name Auth0 repeats the address.
    if text(user, "name") != text(user, "email") {
        draft.field(Field::Name, text(user, "name"));
    }
    draft.phone_verified(flag(user, "phone_verified"));
    let own = [text(user, "password_hash"), text(user, "passwordHash")].into_iter().find(|hash| !hash.is_empty());
    if let Some(hash) = own.or_else(|| hashes.0.get(id).map(String::as_str)) {
        draft.password_text(hash);
    }
    for identity in user["identities"].as_array().into_iter().flatten() {
        let subject = &identity["user_id"];
        let subject = subject.as_str().map_or_else(|| subject.to_string(), str::to_owned);
        if text(identity, "provider") != "auth0" {
            draft.identity(text(identity, "provider"), &subject);
        }
    }
    let mut left_out = user["app_metadata"].as_object().is_some_and(|members| !members.is_empty());
    for (name, value) in user["user_metadata"].as_object().into_iter().flatten() {
        left_out |= !take_claim(&mut draft, name, value);
    }
    if left_out {
        draft.note("user_metadata", "not_taken_over", "metadata that are no standard claims");
    }
    if user["multifactor"].as_array().is_some_and(|factors| !factors.is_empty()) {
        draft.note("multifactor", "not_taken_over", "second factors are set up anew");
    }
    draft.finish()
}
