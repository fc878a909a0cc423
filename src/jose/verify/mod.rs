//! Reading the tokens Hosho signed itself, strictly. RFC 7515 §5.2, RFC 7519 §7.2, RFC 8725.
//! Each kind of token has one decode function, which names its `typ`, its algorithms and the claims
//! it needs; all of them read through [`Claims::verified`]. What others signed is read by [`super::foreign`].

use std::fmt;

use serde_json::{Map, Value};

use super::compact::Compact;
use super::{Algorithm, Claims, KeySet, Typ};

/// Why a token is not accepted. For logs and tests: the sender learns only that it is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwtError {
    /// Longer than any token of its kind.
    TooLarge,
    /// Not a compact JWS of canonical base64url and JSON without repeated members.
    Malformed,
    /// A header member that this kind of token must not have (`crit`, `b64`, `jwk`, …), or of the wrong type.
    Header,
    /// Not this kind of token.
    Typ,
    /// Not an algorithm for this kind of token, or not the one of the key.
    Algorithm,
    /// No key of this name. A client's key set may be older than the key.
    Key,
    /// The token names no key, and several would fit.
    Ambiguous,
    /// The shared secret is too short for the algorithm (RFC 7518 §3.2).
    Secret,
    /// The signature does not fit.
    Signature,
    /// A claim is absent or of the wrong type.
    Claim(&'static str),
    /// `exp` has passed.
    Expired,
    /// `nbf` or `iat` lies in the future.
    Early,
    /// From another issuer.
    Issuer,
    /// For another audience.
    Audience,
}

/// The longest token that is looked at.
const LONGEST: usize = 16 * 1024;

impl Claims {
    /// Check form, header and signature, and give the claims.
    pub fn verified(token: &str, typ: Typ, algorithms: &[Algorithm], keys: &KeySet) -> Result<Self, JwtError> {
        let token = Compact::split(token, LONGEST)?;
        let header = Header::read(&token.header()?)?;
        if header.typ != typ.name() {
            return Err(JwtError::Typ);
        }
        let algorithm = Algorithm::parse(&header.alg).ok_or(JwtError::Algorithm)?;
        let key = keys.find(&header.kid).ok_or(JwtError::Key)?;
        // The key says which algorithm it is used with; the header only repeats it.
        if !algorithms.contains(&algorithm) || key.algorithm != algorithm {
            return Err(JwtError::Algorithm);
        }
        if !key.key.verifies(algorithm, token.signed.as_bytes(), &token.signature()?) {
            return Err(JwtError::Signature);
        }
        token.claims()
    }
}

struct Header {
    typ: String,
    alg: String,
    kid: String,
}

impl Header {
    /// Our headers have these three members and no other, so that nothing can ask for
    /// extensions (`crit`, `b64`) or bring a key along (`jwk`, `jku`, `x5u`, `x5c`).
    fn read(members: &Map<String, Value>) -> Result<Self, JwtError> {
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
            Self::Ambiguous => f.write_str("the token does not say which of several keys signed it"),
            Self::Secret => f.write_str("the secret is too short for the token's algorithm"),
            Self::Signature => f.write_str("the token's signature does not fit"),
            Self::Claim(name) => write!(f, "the token's {name} is absent or of the wrong type"),
            Self::Expired => f.write_str("the token has expired"),
            Self::Early => f.write_str("the token is not valid yet"),
            Self::Issuer => f.write_str("the token is from another issuer"),
            Self::Audience => f.write_str("the token is for another audience"),
        }
    }
}

impl std::error::Error for JwtError {}

#[cfg(test)]
mod tests;
