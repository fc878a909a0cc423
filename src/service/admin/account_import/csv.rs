//! Accounts in a CSV file that a person wrote: one row each, columns by the names of the claims.

use crate::base::Timestamp;
use crate::domain::account::Field;
use crate::domain::admin::account_import::{Author, Draft, ImportedAccount};
use crate::domain::registry::import::RowError;

/// What a file may hold.
pub const COLUMNS: [&str; 30] = [
    "source_id",
    "email",
    "email_verified",
    "state",
    "created_at",
    "password_hash",
    "phone_number_verified",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "family_name_kana",
    "given_name_kana",
    "family_name_hani",
    "given_name_hani",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "postal_code",
    "region",
    "locality",
    "street_address",
    "country",
];

/// What it must hold.
pub const COLUMNS_NEEDED: [&str; 1] = ["email"];

/// One row.
pub(super) fn read<'a>(value: impl Fn(&str) -> &'a str) -> Result<ImportedAccount, Vec<RowError>> {
    let mut draft = Draft::new(Author::Person);
    draft.source_id("source_id", value("source_id"));
    draft.email(value("email"));
    draft.verified = is_true(&mut draft, "email_verified", value("email_verified"));
    match value("state").trim() {
        "" | "active" => {}
        "suspended" => draft.is_suspended = true,
        _ => draft.refuse("state", "unknown", "active or suspended"),
    }
    match value("created_at").trim() {
        "" => {}
        text => match Timestamp::from_rfc3339(text) {
            Some(at) => draft.opened_at = Some(at),
            None => draft.refuse("created_at", "date", "a moment is written 2026-11-22T09:00:00+09:00"),
        },
    }
    if !value("password_hash").trim().is_empty() {
        draft.password_text(value("password_hash"));
    }
    let phone_verified = is_true(&mut draft, "phone_number_verified", value("phone_number_verified"));
    draft.phone_verified(phone_verified);
    for column in &COLUMNS[7..] {
        let field = match *column {
            "family_name_kana" => Some(Field::FamilyNameKana),
            "given_name_kana" => Some(Field::GivenNameKana),
            "family_name_hani" => Some(Field::FamilyNameHani),
            "given_name_hani" => Some(Field::GivenNameHani),
            name => Field::of_stored(name),
        };
        if let Some(field) = field {
            draft.field(field, value(column));
        }
    }
    draft.finish()
}

fn is_true(draft: &mut Draft, column: &'static str, text: &str) -> bool {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => true,
        "" | "false" | "no" | "0" => false,
        _ => {
            draft.refuse(column, "unknown", "true or false");
            false
        }
    }
}
