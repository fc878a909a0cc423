//! The names under which other systems keep what are standard claims here.

use serde_json::Value;

use crate::domain::account::Field;
use crate::domain::admin::account_import::Draft;

/// A member that is text; anything else is nothing.
pub(super) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// A member that is true, or the text for it.
pub(super) fn flag(value: &Value, member: &str) -> bool {
    value.get(member).is_some_and(|value| value == &Value::Bool(true) || value.as_str() == Some("true"))
}

/// Take over what is a claim by any of its names; `false` if it is none.
pub(super) fn take_claim(draft: &mut Draft, name: &str, value: &Value) -> bool {
    if matches!(name, "phone_number_verified" | "phoneNumberVerified") {
        draft.phone_verified(value == &Value::Bool(true) || value.as_str() == Some("true"));
        return true;
    }
    let field = Field::of_claim(name).or_else(|| Field::of_address(name)).or_else(|| other_name(name));
    match (field, value.as_str()) {
        (Some(field), Some(text)) => draft.field(field, text),
        _ => return false,
    }
    true
}

fn other_name(name: &str) -> Option<Field> {
    Some(match name {
        "phoneNumber" | "phone" | "mobile" => Field::PhoneNumber,
        "street" => Field::StreetAddress,
        "city" => Field::Locality,
        "postalCode" | "zip" => Field::PostalCode,
        "birthday" | "dateOfBirth" => Field::Birthdate,
        "family_name_kana" | "lastNameKana" => Field::FamilyNameKana,
        "given_name_kana" | "firstNameKana" => Field::GivenNameKana,
        _ => return None,
    })
}
