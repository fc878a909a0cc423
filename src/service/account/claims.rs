//! What an account says about its owner, as JSON by claim name: OpenID Connect Core §5.1, everything but `sub`.
//! Which of it a relying party gets is the protocol's business.

use serde_json::{Map, Value};

use crate::domain::account::profile::ClaimValue;
use crate::domain::account::{Account, HeldEmail, Profile};

/// All claims of an account.
pub fn of(account: &Account) -> Map<String, Value> {
    let mut claims: Map<String, Value> =
        account.profile.claims().into_iter().map(|(name, value)| (name.to_owned(), json(value))).collect();
    if let Some(HeldEmail { address, verified }) = &account.email {
        claims.insert("email".to_owned(), address.to_string().into());
        claims.insert("email_verified".to_owned(), (*verified).into());
    }
    claims.insert("updated_at".to_owned(), account.updated_at.seconds().into());
    claims
}

/// Read a profile from claims given as JSON. Claims that no profile has are named in the second part.
pub fn read(claims: &Map<String, Value>) -> Result<(Profile, Vec<String>), String> {
    let mut known: Vec<(&str, ClaimValue)> = Vec::new();
    let mut unknown: Vec<String> = Vec::new();
    for (name, value) in claims {
        match claim_value(value) {
            Some(value) => known.push((name, value)),
            None => unknown.push(name.clone()),
        }
    }
    let (profile, others) =
        Profile::from_claims(known).map_err(|wrong| format!("{}: {}", wrong.claim, wrong.error.word()))?;
    unknown.extend(others.into_iter().map(str::to_owned));
    Ok((profile, unknown))
}

fn json(value: ClaimValue) -> Value {
    match value {
        ClaimValue::Text(text) => text.into(),
        ClaimValue::Flag(flag) => flag.into(),
        ClaimValue::Object(members) => {
            Value::Object(members.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect())
        }
    }
}

fn claim_value(value: &Value) -> Option<ClaimValue> {
    /// The members of `address`, by the names that outlive the JSON they are read from.
    const MEMBERS: [&str; 6] = ["formatted", "street_address", "locality", "region", "postal_code", "country"];
    match value {
        Value::String(text) => Some(ClaimValue::Text(text.clone())),
        Value::Bool(flag) => Some(ClaimValue::Flag(*flag)),
        Value::Object(members) => {
            let text = |name: &'static str| Some((name, members.get(name)?.as_str()?.to_owned()));
            Some(ClaimValue::Object(MEMBERS.into_iter().filter_map(text).collect()))
        }
        Value::Null | Value::Number(_) | Value::Array(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_read_and_unknown_ones_named() {
        let Value::Object(claims) = serde_json::json!({
            "family_name": "山田",
            "address": {"postal_code": "1000001"},
            "points": 12,
            "colour": "blue",
        }) else {
            panic!("an object")
        };
        let (profile, unknown) = read(&claims).unwrap();
        assert_eq!(unknown, ["points", "colour"]);
        assert_eq!(profile.full_name().as_deref(), Some("山田"));
        let Value::Object(wrong) = serde_json::json!({"zoneinfo": "Mars"}) else { panic!("an object") };
        assert_eq!(read(&wrong), Err("zoneinfo: time_zone".to_owned()));
    }
}
