//! What a provider says about a person, read with the services' own ways in mind.

use serde_json::{Map, Value};

use crate::config::upstream::{Preset, Upstream};
use crate::domain::account::{EmailAddress, Field};
use crate::domain::auth::upstream::{Identity, Told};

/// From the claims of an ID token whose signature was checked.
pub(super) fn of_claims(settings: &Upstream, subject: &str, claims: &Map<String, Value>) -> Told {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let identity =
        Identity { provider: settings.id.clone(), issuer: settings.issuer.clone(), subject: subject.to_owned() };
    Told {
        identity,
        email: text("email").and_then(|email| EmailAddress::parse(email).ok()),
        email_verified: is_verified(settings.preset, claims.get("email_verified")),
        names: names(settings.preset, claims),
    }
}

/// Whether an address counts as proved. Nothing but `true` says so; Apple documents that it may be written as a text.
/// LINE never says it, and its people prove the address by a letter of ours.
fn is_verified(preset: Preset, claim: Option<&Value>) -> bool {
    match (preset, claim) {
        (_, Some(Value::Bool(flag))) => *flag,
        (Preset::Apple, Some(Value::String(text))) => text == "true",
        _ => false,
    }
}

fn names(preset: Preset, claims: &Map<String, Value>) -> Vec<(Field, String)> {
    const FIELDS: [(&str, Field); 5] = [
        ("family_name", Field::FamilyName),
        ("given_name", Field::GivenName),
        ("family_name#ja-Kana-JP", Field::FamilyNameKana),
        ("given_name#ja-Kana-JP", Field::GivenNameKana),
        ("nickname", Field::Nickname),
    ];
    let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let taken = |(name, field): (&str, Field)| Some((field, text(name)?.to_owned()));
    let mut names: Vec<_> = FIELDS.into_iter().filter_map(taken).collect();
    // What LINE calls a name is what people chose to be called in their chats.
    if let (Preset::Line, Some(name)) = (preset, text("name")) {
        names.push((Field::Nickname, name.to_owned()));
    }
    names
}

/// The names in the form that Apple sends with the first consent, and never again. Nobody signed it: names are all
/// that is taken from it.
pub fn names_of_form(user: &str) -> Vec<(Field, String)> {
    let Ok(Value::Object(user)) = serde_json::from_str(user) else { return Vec::new() };
    let text = |name: &str| user.get("name")?.get(name)?.as_str().map(str::to_owned);
    let parts = [(Field::FamilyName, text("lastName")), (Field::GivenName, text("firstName"))];
    parts.into_iter().filter_map(|(field, value)| Some((field, value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// (A134)
    #[test]
    fn only_true_says_that_an_address_was_proved_a134() {
        for (claim, oidc, apple, line) in [
            (Some(json!(true)), true, true, true),
            (Some(json!("true")), false, true, false),
            (Some(json!(false)), false, false, false),
            (Some(json!("false")), false, false, false),
            (Some(json!("True")), false, false, false),
            (Some(json!(1)), false, false, false),
            (Some(json!(null)), false, false, false),
            (Some(json!([true])), false, false, false),
            (None, false, false, false),
        ] {
            for (preset, expected) in [(Preset::Oidc, oidc), (Preset::Apple, apple), (Preset::Line, line)] {
                assert_eq!(is_verified(preset, claim.as_ref()), expected, "{preset:?} {claim:?}");
            }
        }
    }

    #[test]
    fn a_form_gives_names_and_nothing_else() {
        let form = r#"{"name":{"firstName":"花子","lastName":"山田"},"email":"victim@example.jp"}"#;
        let expected = [(Field::FamilyName, "山田".to_owned()), (Field::GivenName, "花子".to_owned())];
        assert_eq!(names_of_form(form), expected);
        for odd in ["", "{", "[]", "{}", r#"{"name":"x"}"#, r#"{"name":{"firstName":1}}"#] {
            assert!(names_of_form(odd).is_empty(), "{odd}");
        }
    }
}
