//! Reading the tokens Hosho signed itself, strictly. RFC 7515 §5.2, RFC 7519 §7.2, RFC 8725.
//! Each kind of token has one decode function, which names its `typ`, its algorithms and the claims
//! it needs; all of them read through [`Claims::verified`].

use std::fmt;

use serde_json::{Map, Value};

use super::{Algorithm, KeySet, Typ, json};
use crate::base::Timestamp;
use crate::base::digest::from_base64url;

/// Why a token is not accepted. For logs and tests: the sender learns only that it is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtError {
    /// Longer than any token of ours.
    TooLarge,
    /// Not a compact JWS of canonical base64url and JSON without repeated members.
    Malformed,
    /// A header member that tokens of ours do not have (`crit`, `jwk`, `jku`, `x5u`, …).
    Header,
    /// Not this kind of token.
    Typ,
    /// Not an algorithm for this kind of token, or not the one of the key.
    Algorithm,
    /// No key of this name.
    Key,
    /// The signature does not fit.
    Signature,
    /// A claim is absent or of the wrong type.
    Claim(&'static str),
    /// `exp` has passed.
    Expired,
    /// From another issuer.
    Issuer,
    /// For another audience.
    Audience,
}

/// The claims of a token whose signature was checked, read by their types.
#[derive(Clone, Debug)]
pub struct Claims(Map<String, Value>);

/// The longest token that is looked at.
const LONGEST: usize = 16 * 1024;

impl Claims {
    /// Check form, header and signature, and give the claims.
    pub fn verified(token: &str, typ: Typ, algorithms: &[Algorithm], keys: &KeySet) -> Result<Self, JwtError> {
        if token.len() > LONGEST {
            return Err(JwtError::TooLarge);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwtError::Malformed)?;
        if payload.contains('.') {
            return Err(JwtError::Malformed);
        }
        let header = Header::parse(header)?;
        if header.typ != typ.name() {
            return Err(JwtError::Typ);
        }
        let algorithm = Algorithm::parse(&header.alg).ok_or(JwtError::Algorithm)?;
        let key = keys.find(&header.kid).ok_or(JwtError::Key)?;
        // The key says which algorithm it is used with; the header only repeats it.
        if !algorithms.contains(&algorithm) || key.algorithm != algorithm {
            return Err(JwtError::Algorithm);
        }
        let signature = from_base64url(signature).ok_or(JwtError::Malformed)?;
        if !key.key.verifies(algorithm, signed.as_bytes(), &signature) {
            return Err(JwtError::Signature);
        }
        let payload = from_base64url(payload).ok_or(JwtError::Malformed)?;
        json::object(&payload).map(Self).ok_or(JwtError::Malformed)
    }

    /// A claim of any type.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
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

    /// A moment (`NumericDate`) that must be there: a whole number of seconds since 1970.
    pub fn moment(&self, name: &'static str) -> Result<Timestamp, JwtError> {
        self.optional_moment(name)?.ok_or(JwtError::Claim(name))
    }

    /// A moment that may be absent; another type is an error.
    pub fn optional_moment(&self, name: &'static str) -> Result<Option<Timestamp>, JwtError> {
        match self.0.get(name) {
            None => Ok(None),
            // We write whole seconds, so a text, a fraction or a negative number is not ours.
            Some(value) => match value.as_i64() {
                Some(seconds @ 0..=LAST_SECOND) => Ok(Some(Timestamp::from_seconds(seconds))),
                Some(_) | None => Err(JwtError::Claim(name)),
            },
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
}

/// The year 9999: later moments are no dates, and must not overflow milliseconds.
const LAST_SECOND: i64 = 253_402_300_799;

struct Header {
    typ: String,
    alg: String,
    kid: String,
}

impl Header {
    /// Our headers have these three members and no other, so that nothing can ask for
    /// extensions (`crit`, `b64`) or bring a key along (`jwk`, `jku`, `x5u`, `x5c`).
    fn parse(encoded: &str) -> Result<Self, JwtError> {
        let bytes = from_base64url(encoded).ok_or(JwtError::Malformed)?;
        let members = json::object(&bytes).ok_or(JwtError::Malformed)?;
        if members.keys().any(|name| !matches!(name.as_str(), "typ" | "alg" | "kid")) {
            return Err(JwtError::Header);
        }
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            typ: text("typ").ok_or(JwtError::Typ)?,
            alg: text("alg").ok_or(JwtError::Algorithm)?,
            kid: text("kid").ok_or(JwtError::Key)?,
        })
    }
}

impl fmt::Display for JwtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => f.write_str("the token is too long"),
            Self::Malformed => f.write_str("the token is malformed"),
            Self::Header => f.write_str("the token's header has a member it must not have"),
            Self::Typ => f.write_str("it is another kind of token"),
            Self::Algorithm => f.write_str("the token's algorithm is not accepted"),
            Self::Key => f.write_str("the token's key is not known"),
            Self::Signature => f.write_str("the token's signature does not fit"),
            Self::Claim(name) => write!(f, "the token's {name} is absent or of the wrong type"),
            Self::Expired => f.write_str("the token has expired"),
            Self::Issuer => f.write_str("the token is from another issuer"),
            Self::Audience => f.write_str("the token is for another audience"),
        }
    }
}

impl std::error::Error for JwtError {}

#[cfg(test)]
mod tests;
