//! The `claims` parameter: single claims asked for by name. OpenID Connect Core §5.5.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::acr::Acr;
use super::error::OAuthError;

/// `{"userinfo": {…}, "id_token": {…}}` has three levels, a claim's `values` a fourth; one to spare.
const DEEPEST: usize = 6;
/// Most claims asked for in one place.
const MOST_CLAIMS: usize = 100;

/// The claims asked for, by where they are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsRequest {
    /// Wanted from the userinfo endpoint.
    pub userinfo: BTreeMap<String, ClaimRequest>,
    /// Wanted in the ID token.
    pub id_token: BTreeMap<String, ClaimRequest>,
}

/// How one claim is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimRequest {
    /// The client says that it cannot go on without it.
    pub essential: bool,
    /// The values that would do; empty means any.
    pub values: Vec<Value>,
}

impl ClaimsRequest {
    /// Read the parameter. Members that the standard does not define are ignored.
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        let Some(text) = text else { return Ok(Self::default()) };
        let malformed = || OAuthError::invalid_request("claims is not a claims request object");
        if depth(text) > DEEPEST {
            return Err(malformed());
        }
        let Ok(Value::Object(members)) = serde_json::from_str(text) else { return Err(malformed()) };
        Ok(Self {
            userinfo: place(&members, "userinfo").ok_or_else(malformed)?,
            id_token: place(&members, "id_token").ok_or_else(malformed)?,
        })
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.userinfo.is_empty() && self.id_token.is_empty()
    }

    /// The names asked for anywhere.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.userinfo.keys().chain(self.id_token.keys()).map(String::as_str)
    }

    /// Keep only the claims of which `keep` approves.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.userinfo.retain(|name, _| keep(name));
        self.id_token.retain(|name, _| keep(name));
    }

    /// The lowest level that an essential `acr` accepts: `None` if not asked for, `Some(None)` if asked
    /// for with values of which we know none.
    /// [OpenID Connect Core §5.5.1.1](https://openid.net/specs/openid-connect-core-1_0.html#acrSemantics)
    pub fn essential_acr(&self) -> Option<Option<Acr>> {
        let acr = self.id_token.get("acr").filter(|acr| acr.essential && !acr.values.is_empty())?;
        Some(acr.values.iter().filter_map(|value| Acr::from_text(value.as_str()?)).min())
    }

    /// The subject that must be the one signed in, if the client names one.
    pub fn subject(&self) -> Option<&str> {
        let place = self.id_token.get("sub").or_else(|| self.userinfo.get("sub"))?;
        place.values.first()?.as_str()
    }

    /// Whether `auth_time` must be in the ID token.
    pub fn wants_auth_time(&self) -> bool {
        self.id_token.get("auth_time").is_some_and(|claim| claim.essential)
    }

    /// The request as JSON, to keep with the grant.
    pub fn to_json(&self) -> String {
        let mut members = Map::new();
        for (name, place) in [("userinfo", &self.userinfo), ("id_token", &self.id_token)] {
            if !place.is_empty() {
                let claims = place.iter().map(|(claim, wish)| (claim.clone(), wish.to_json())).collect();
                members.insert(name.to_owned(), Value::Object(claims));
            }
        }
        Value::Object(members).to_string()
    }
}

impl ClaimRequest {
    fn parse(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(Self::default()),
            Value::Object(members) => {
                let essential = match members.get("essential") {
                    None => false,
                    Some(flag) => flag.as_bool()?,
                };
                let mut values: Vec<Value> = members.get("value").cloned().into_iter().collect();
                if let Some(more) = members.get("values") {
                    values.extend(more.as_array()?.iter().cloned());
                }
                Some(Self { essential, values })
            }
            _ => None,
        }
    }

    fn to_json(&self) -> Value {
        let mut members = Map::new();
        if self.essential {
            members.insert("essential".to_owned(), Value::Bool(true));
        }
        if !self.values.is_empty() {
            members.insert("values".to_owned(), Value::Array(self.values.clone()));
        }
        if members.is_empty() { Value::Null } else { Value::Object(members) }
    }
}

fn place(members: &Map<String, Value>, name: &str) -> Option<BTreeMap<String, ClaimRequest>> {
    match members.get(name) {
        None | Some(Value::Null) => Some(BTreeMap::new()),
        Some(Value::Object(claims)) if claims.len() <= MOST_CLAIMS => {
            claims.iter().map(|(claim, wish)| Some((claim.clone(), ClaimRequest::parse(wish)?))).collect()
        }
        Some(_) => None,
    }
}

/// How deep objects and arrays are nested, without building them first.
fn depth(text: &str) -> usize {
    let (mut deepest, mut open, mut quoted, mut escaped) = (0, 0usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => open += 1,
            b'}' | b']' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"{"userinfo": {"given_name": {"essential": true}, "nickname": null, "http://x/y": {"odd": 1}},
        "id_token": {"auth_time": {"essential": true}, "acr": {"values": ["phr", "aal2"], "essential": true},
                     "sub": {"value": "abc"}}, "other": 5}"#;

    #[test]
    fn the_example_of_the_standard_is_understood() {
        let claims = ClaimsRequest::parse(Some(EXAMPLE)).unwrap();
        assert!(claims.userinfo["given_name"].essential);
        assert!(!claims.userinfo["nickname"].essential);
        assert!(claims.wants_auth_time());
        assert_eq!(claims.essential_acr(), Some(Some(Acr::Aal2)));
        assert_eq!(claims.subject(), Some("abc"));
        assert_eq!(ClaimsRequest::parse(Some(&claims.to_json())).unwrap(), claims);
    }

    #[test]
    fn an_essential_acr_that_nobody_knows_is_told_apart_from_none() {
        let claims = ClaimsRequest::parse(Some(r#"{"id_token":{"acr":{"essential":true,"value":"x"}}}"#)).unwrap();
        assert_eq!(claims.essential_acr(), Some(None));
        assert_eq!(ClaimsRequest::default().essential_acr(), None);
    }

    #[test]
    fn malformed_and_deep_requests_are_refused() {
        let deep = format!("{{\"userinfo\":{}1{}}}", "[".repeat(9000), "]".repeat(9000));
        for bad in ["", "[]", "1", "{", r#"{"userinfo":[]}"#, r#"{"userinfo":{"a":1}}"#, r#"{"id_token":"x"}"#, &deep] {
            assert!(ClaimsRequest::parse(Some(bad)).is_err(), "{}", &bad[..bad.len().min(40)]);
        }
        assert!(ClaimsRequest::parse(None).unwrap().is_empty());
    }
}
