//! A profile as the JSON text of its column: one member for each value, by the name of its claim.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::base::{Fault, Result};
use crate::domain::account::{Field, Profile};

const PHONE_VERIFIED: &str = "phone_number_verified";

pub(super) fn write(profile: &Profile) -> String {
    let mut members: BTreeMap<&str, Value> =
        profile.values().map(|(field, text)| (field.claim(), text.into())).collect();
    if profile.phone_verified() {
        members.insert(PHONE_VERIFIED, true.into());
    }
    serde_json::to_string(&members).unwrap_or_else(|_| "{}".to_owned())
}

pub(super) fn read(text: &str) -> Result<Profile> {
    let members: BTreeMap<String, Value> =
        serde_json::from_str(text).map_err(|error| Fault::because("a profile cannot be read", error))?;
    let phone_verified = members.get(PHONE_VERIFIED) == Some(&Value::Bool(true));
    let values = members.into_iter().filter_map(|(name, value)| match value {
        Value::String(text) => Some((Field::of_stored(&name)?, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    });
    Ok(Profile::restore(values, phone_verified))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::profile::ClaimValue;

    #[test]
    fn a_profile_reads_back() {
        let text = |value: &str| ClaimValue::Text(value.to_owned());
        let (profile, _) = Profile::from_claims([
            ("family_name", text("山田")),
            ("family_name#ja-Kana-JP", text("ヤマダ")),
            ("phone_number", text("+819012345678")),
            ("phone_number_verified", ClaimValue::Flag(true)),
            ("address", ClaimValue::Object(vec![("postal_code", "100-0001".to_owned())])),
        ])
        .unwrap();
        assert_eq!(read(&write(&profile)).unwrap(), profile);
    }
}
