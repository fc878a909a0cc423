//! Users of `firebase auth:export users.json`.

use serde_json::Value;

use super::claim_names::{flag, text};
use crate::base::Timestamp;
use crate::domain::account::Field;
use crate::domain::admin::account_import::{Author, Draft, ImportedAccount};
use crate::domain::auth::foreign_hash::{FirebaseParameters, ForeignHash, HashError, decode_base64};
use crate::domain::registry::import::RowError;

/// One user.
pub(super) fn read(user: &Value, parameters: Option<&FirebaseParameters>) -> Result<ImportedAccount, Vec<RowError>> {
    let mut draft = Draft::new(Author::System);
    draft.source_id("localId", text(user, "localId"));
    draft.email(text(user, "email"));
    draft.verified = flag(user, "emailVerified");
    draft.is_suspended = flag(user, "disabled");
    draft.opened_at = text(user, "createdAt").parse().ok().map(Timestamp::from_millis);
    draft.field(Field::Name, text(user, "displayName"));
    draft.field(Field::Picture, text(user, "photoUrl"));
    // Firebase keeps no number that was not proved by a code.
    draft.field(Field::PhoneNumber, text(user, "phoneNumber"));
    draft.phone_verified(true);
    match (text(user, "passwordHash"), parameters) {
        ("", _) => {}
        (_, None) => draft.refuse(
            "passwordHash",
            "firebase_parameters",
            "the project's password hash parameters are needed to compare its hashes",
        ),
        (hash, Some(parameters)) => {
            let salt = decode_base64(text(user, "salt"));
            let read = match (salt, decode_base64(hash)) {
                (Some(salt), Some(hash)) => ForeignHash::firebase(parameters, &salt, &hash),
                _ => Err(HashError::Malformed("passwordHash and salt are base64")),
            };
            draft.password(read);
        }
    }
    for linked in user["providerUserInfo"].as_array().into_iter().flatten() {
        let provider = text(linked, "providerId");
        if !matches!(provider, "password" | "phone" | "") {
            draft.identity(provider, text(linked, "rawId"));
        }
    }
    if !text(user, "customAttributes").is_empty() {
        draft.note("customAttributes", "not_taken_over", "custom claims have no counterpart here");
    }
    if user["mfaInfo"].as_array().is_some_and(|factors| !factors.is_empty()) {
        draft.note("mfaInfo", "not_taken_over", "second factors are set up anew");
    }
    draft.finish()
}
