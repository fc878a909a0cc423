//! `authorization_details`: what is asked for and granted in detail. RFC 9396 §2.

use serde_json::Value;

use super::error::OAuthError;

/// Longest list, as text.
const LONGEST: usize = 16 * 1024;

/// A list of objects, each with a `type`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationDetails(Vec<Value>);

impl AuthorizationDetails {
    /// Read the parameter. [RFC 9396 §5](https://www.rfc-editor.org/rfc/rfc9396#section-5)
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        let Some(text) = text else { return Ok(Self::default()) };
        let malformed = || OAuthError::invalid_authorization_details("authorization_details is not a list of objects");
        let list = (text.len() <= LONGEST).then(|| crate::jose::json::array(text.as_bytes())).flatten();
        let list = list.ok_or_else(malformed)?;
        let typed = |value: &Value| value.get("type").is_some_and(Value::is_string);
        if list.iter().all(typed) { Ok(Self(list)) } else { Err(malformed()) }
    }

    /// What was stored by us.
    pub fn from_stored(text: &str) -> Option<Self> {
        match serde_json::from_str(text).ok()? {
            Value::Array(list) => Some(Self(list)),
            _ => None,
        }
    }

    /// The list.
    pub fn list(&self) -> &[Value] {
        &self.0
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The list as JSON text.
    pub fn to_json(&self) -> String {
        Value::Array(self.0.clone()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_element_has_a_type() {
        let details = AuthorizationDetails::parse(Some(r#"[{"type": "a", "actions": ["read"]}]"#)).unwrap();
        assert_eq!(AuthorizationDetails::from_stored(&details.to_json()), Some(details));
        assert!(AuthorizationDetails::parse(None).unwrap().is_empty());
        for bad in ["", "{}", "[1]", r#"[{"type": 1}]"#, r#"[{"no": "type"}]"#, r#"[{"type":"a","type":"b"}]"#] {
            let error = AuthorizationDetails::parse(Some(bad)).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_authorization_details", "{bad}");
        }
    }
}
