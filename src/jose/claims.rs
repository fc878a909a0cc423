//! The claims of a token whose signature was checked, read by their types. RFC 7519 §4, RFC 8725 §3.8 to §3.10.

use std::time::Duration;

use serde_json::{Map, Value};

use super::JwtError;
use crate::base::Timestamp;

/// The claims of a token whose signature was checked, read by their types.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(Map<String, Value>);

/// The moments that a token says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// `exp`: it ends.
    pub expires: Option<Timestamp>,
    /// `nbf`: it begins.
    pub begins: Option<Timestamp>,
    /// `iat`: it was made.
    pub issued: Option<Timestamp>,
}

impl Claims {
    /// Only the readers of this folder make claims: whoever holds some knows that a signature was checked.
    pub(super) fn new(members: Map<String, Value>) -> Self {
        Self(members)
    }

    /// Every claim as it was written.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }

    /// Every claim as it was written, to keep.
    pub fn into_members(self) -> Map<String, Value> {
        self.0
    }

    /// A text that must be there and not be empty.
    pub fn text(&self, name: &'static str) -> Result<&str, JwtError> {
        self.optional_text(name)?.filter(|text| !text.is_empty()).ok_or(JwtError::Claim(name))
    }

    /// A text that may be absent; another type is an error.
    pub fn optional_text(&self, name: &'static str) -> Result<Option<&str>, JwtError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or(JwtError::Claim(name)),
        }
    }

    /// A truth value that may be absent; another type is an error.
    pub fn flag(&self, name: &'static str) -> Result<Option<bool>, JwtError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_bool().map(Some).ok_or(JwtError::Claim(name)),
        }
    }

    /// An object that may be absent; another type is an error.
    pub fn object(&self, name: &'static str) -> Result<Option<&Map<String, Value>>, JwtError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => value.as_object().map(Some).ok_or(JwtError::Claim(name)),
        }
    }

    /// An array of texts that may be absent; another type, of the array or of an element, is an error.
    pub fn texts(&self, name: &'static str) -> Result<Option<Vec<&str>>, JwtError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        let texts = value.as_array().and_then(|elements| elements.iter().map(Value::as_str).collect());
        texts.map(Some).ok_or(JwtError::Claim(name))
    }

    /// A moment (`NumericDate`) that must be there: seconds since 1970, with a fraction perhaps.
    pub fn moment(&self, name: &'static str) -> Result<Timestamp, JwtError> {
        self.optional_moment(name)?.ok_or(JwtError::Claim(name))
    }

    /// A moment that may be absent; another type is an error.
    pub fn optional_moment(&self, name: &'static str) -> Result<Option<Timestamp>, JwtError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(value) => moment(value).map(Some).ok_or(JwtError::Claim(name)),
        }
    }

    /// `aud` as a list: a text, or an array of texts that is not empty (RFC 7519 §4.1.3).
    pub fn audience(&self) -> Result<Vec<&str>, JwtError> {
        let wrong = JwtError::Claim("aud");
        let audience = match self.0.get("aud").ok_or(wrong)? {
            Value::String(one) => vec![one.as_str()],
            Value::Array(several) => several.iter().map(Value::as_str).collect::<Option<Vec<_>>>().ok_or(wrong)?,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => return Err(wrong),
        };
        if audience.is_empty() || audience.iter().any(|one| one.is_empty()) {
            return Err(wrong);
        }
        Ok(audience)
    }

    /// `iss` must be this issuer.
    pub fn issued_by(&self, issuer: &str) -> Result<(), JwtError> {
        if self.text("iss")? == issuer { Ok(()) } else { Err(JwtError::Issuer) }
    }

    /// `exp` must lie in the future. No leeway: the clock that wrote it is ours.
    pub fn unexpired(&self, now: Timestamp) -> Result<Timestamp, JwtError> {
        let expires = self.moment("exp")?;
        if now < expires { Ok(expires) } else { Err(JwtError::Expired) }
    }
    /// The moments of a token that another clock wrote: it has not ended, and neither began nor was made
    /// later than `leeway` from now. Only a clock that runs ahead is forgiven: an end is an end.
    pub fn timely(&self, now: Timestamp, leeway: Duration) -> Result<Times, JwtError> {
        let times = Times {
            expires: self.optional_moment("exp")?,
            begins: self.optional_moment("nbf")?,
            issued: self.optional_moment("iat")?,
        };
        if times.expires.is_some_and(|end| end <= now) {
            return Err(JwtError::Expired);
        }
        let latest = now.plus(leeway);
        if times.begins.max(times.issued).is_some_and(|start| start > latest) {
            return Err(JwtError::Early);
        }
        Ok(times)
    }
}

/// The year 9999: later moments are no dates, and must not overflow milliseconds.
const LAST_SECOND: i64 = 253_402_300_799;

/// Whole seconds, or a number with a fraction (RFC 7519 §2); neither a text nor a negative number is a moment.
fn moment(value: &Value) -> Option<Timestamp> {
    if let Some(seconds) = value.as_i64() {
        return (0..=LAST_SECOND).contains(&seconds).then(|| Timestamp::from_seconds(seconds));
    }
    let seconds = value.as_f64()?;
    (0.0..=LAST_SECOND as f64).contains(&seconds).then(|| Timestamp::from_millis((seconds * 1000.0) as i64))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base::time::seconds;
    use crate::jose::json;

    const NOW: Timestamp = Timestamp::from_seconds(1000);

    /// Claims of the tests, as if a signature had been checked.
    pub(crate) fn claims(text: &str) -> Claims {
        Claims::new(json::object(text.as_bytes()).unwrap())
    }

    #[test]
    fn another_type_is_an_error_and_absence_is_not_a078() {
        for value in ["1", "null", "[]", "{}", "\"true\""] {
            assert_eq!(claims(&format!(r#"{{"x":{value}}}"#)).flag("x"), Err(JwtError::Claim("x")), "{value}");
        }
        for value in ["1", "null", "[]", "true", "\"{}\""] {
            assert_eq!(claims(&format!(r#"{{"x":{value}}}"#)).object("x"), Err(JwtError::Claim("x")), "{value}");
        }
        for value in ["1", "null", "{}", "true", "\"a\"", "[1]", "[\"a\",null]", "[[\"a\"]]"] {
            assert_eq!(claims(&format!(r#"{{"x":{value}}}"#)).texts("x"), Err(JwtError::Claim("x")), "{value}");
        }
        let none = claims("{}");
        assert!(none.flag("x") == Ok(None) && none.object("x") == Ok(None) && none.texts("x") == Ok(None));
        assert_eq!(claims(r#"{"x":false}"#).flag("x"), Ok(Some(false)));
        assert_eq!(claims(r#"{"x":{"y":1}}"#).object("x").unwrap().unwrap()["y"], 1);
        assert_eq!(claims(r#"{"x":["a","b"]}"#).texts("x"), Ok(Some(vec!["a", "b"])));
        assert_eq!(claims(r#"{"x":1}"#).members(), &claims(r#"{"x":1}"#).into_members());
    }

    #[test]
    fn a_moment_may_have_a_fraction() {
        assert_eq!(claims(r#"{"iat":1000.25}"#).moment("iat"), Ok(Timestamp::from_millis(1_000_250)));
        for value in ["-0.5", "1e30", "253402300800", "253402300800.5"] {
            let claims = claims(&format!(r#"{{"iat":{value}}}"#));
            assert_eq!(claims.moment("iat"), Err(JwtError::Claim("iat")), "{value}");
        }
    }

    #[test]
    fn a_clock_that_runs_ahead_is_forgiven_and_an_end_is_not() {
        for (text, expected) in [
            (r#"{}"#, Ok(())),
            (r#"{"exp":1001}"#, Ok(())),
            (r#"{"exp":1000}"#, Err(JwtError::Expired)),
            (r#"{"exp":999}"#, Err(JwtError::Expired)),
            (r#"{"iat":1010,"nbf":1010}"#, Ok(())),
            (r#"{"iat":1010.5}"#, Err(JwtError::Early)),
            (r#"{"nbf":1011}"#, Err(JwtError::Early)),
            (r#"{"iat":1,"nbf":1011}"#, Err(JwtError::Early)),
            (r#"{"exp":"1001"}"#, Err(JwtError::Claim("exp"))),
            (r#"{"nbf":null}"#, Err(JwtError::Claim("nbf"))),
            (r#"{"iat":true}"#, Err(JwtError::Claim("iat"))),
        ] {
            assert_eq!(claims(text).timely(NOW, seconds(10)).map(|_| ()), expected, "{text}");
        }
        let times = claims(r#"{"exp":1300,"iat":990}"#).timely(NOW, seconds(10)).unwrap();
        assert_eq!(times.expires, Some(Timestamp::from_seconds(1300)));
        assert_eq!((times.begins, times.issued), (None, Some(Timestamp::from_seconds(990))));
    }
}
