//! Reading what others signed: client assertions, request objects, DPoP proofs, software statements.
//! RFC 7515 §5.2, RFC 7519 §7.2, RFC 8725. The caller pins everything that the token could talk us into: where the
//! key comes from, the algorithms, the `typ` values. Our own tokens are read more strictly by [`super::verify`].

mod decoy;

use serde_json::{Map, Value};

use super::compact::Compact;
use super::foreign_key::{ForeignKey, kid_of};
use super::{Algorithm, Claims, ClientKeys, JwtError, MacAlgorithm, PublicKey};

/// The longest assertion or proof that is looked at.
pub const LONGEST_ASSERTION: usize = 16 * 1024;
/// The longest request object that is looked at.
pub const LONGEST_REQUEST_OBJECT: usize = 64 * 1024;

/// What makes a signature count, with the algorithms that may be used.
#[derive(Clone, Copy, Debug)]
pub enum Trust<'a> {
    /// A key of the client's set.
    Keys(&'a ClientKeys, &'a [Algorithm]),
    /// A secret that the client and we know. Only who pins such an algorithm passes a secret, so no public key is
    /// ever taken for one.
    Secret(&'a [u8], &'a [MacAlgorithm]),
    /// The key in the token's own header: it shows that the sender has its private half and nothing else
    /// (RFC 9449 §4.3).
    Header(&'a [Algorithm]),
    /// Nothing: the work of checking is done, with a key that proves nothing, and the answer is no. For a sender who is
    /// not known, so that the time it takes does not tell who is.
    Nothing(&'a [Algorithm]),
}

/// What the caller expects of a token.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// What makes its signature count.
    pub trust: Trust<'a>,
    /// The `typ` values it may have, without `application/`.
    pub typ: &'a [&'a str],
    /// Whether it may do without `typ`.
    pub typ_may_be_absent: bool,
    /// How long it may be, in bytes.
    pub longest: usize,
}

/// A token whose signature was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Foreign {
    /// What it says.
    pub claims: Claims,
    /// How it was signed.
    pub algorithm: SignedWith,
    /// The name of the client's key, where the key has one.
    pub kid: Option<String>,
    /// The public key it was signed with; none where it was a secret.
    pub key: Option<PublicKey>,
}

/// An algorithm of either kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedWith {
    /// A signature.
    Signature(Algorithm),
    /// A code with a shared secret.
    Mac(MacAlgorithm),
}

impl SignedWith {
    /// The name in the `alg` member.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature(algorithm) => algorithm.name(),
            Self::Mac(algorithm) => algorithm.name(),
        }
    }
}

impl Expected<'_> {
    /// Check form, header and signature. Whom the claims are from and for, and when, is the caller's to ask.
    pub fn read(&self, token: &str) -> Result<Foreign, JwtError> {
        let token = Compact::split(token, self.longest)?;
        let header = Header::read(token.header()?)?;
        self.check_typ(&header)?;
        let (signed, signature) = (token.signed.as_bytes(), token.signature()?);
        let (algorithm, kid, key, is_good) = match self.trust {
            Trust::Keys(keys, allowed) => {
                let algorithm = header.algorithm(allowed)?;
                let key = keys.verifying(algorithm, header.named_key()?)?;
                let is_good = key.key.verifies(algorithm, signed, &signature);
                (SignedWith::Signature(algorithm), key.kid.clone(), Some(key.key.clone()), is_good)
            }
            Trust::Secret(secret, allowed) => {
                let algorithm = header.mac(allowed)?;
                header.named_key()?;
                if secret.len() < algorithm.shortest_secret() {
                    return Err(JwtError::Secret);
                }
                (SignedWith::Mac(algorithm), None, None, algorithm.verifies(secret, signed, &signature))
            }
            Trust::Header(allowed) => {
                let algorithm = header.algorithm(allowed)?;
                let key = header.jwk()?;
                if !key.may_verify(algorithm) {
                    return Err(JwtError::Algorithm);
                }
                let is_good = key.key.verifies(algorithm, signed, &signature);
                (SignedWith::Signature(algorithm), None, Some(key.key), is_good)
            }
            Trust::Nothing(allowed) => {
                let algorithm = header.algorithm(allowed)?;
                decoy::key(algorithm).verifies(algorithm, signed, &signature);
                return Err(JwtError::Signature);
            }
        };
        if !is_good {
            return Err(JwtError::Signature);
        }
        Ok(Foreign { claims: token.claims()?, algorithm, kid, key })
    }

    /// Compared without regard to case, with or without `application/`
    /// ([RFC 7515 §4.1.9](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9)).
    fn check_typ(&self, header: &Header) -> Result<(), JwtError> {
        let typ = match header.0.get("typ") {
            None if self.typ_may_be_absent => return Ok(()),
            Some(Value::String(typ)) => typ.to_ascii_lowercase(),
            None | Some(_) => return Err(JwtError::Typ),
        };
        let short = typ.strip_prefix("application/").unwrap_or(&typ);
        if self.typ.iter().any(|accepted| accepted.eq_ignore_ascii_case(short)) { Ok(()) } else { Err(JwtError::Typ) }
    }
}

/// What a token says before anything was checked: good for finding whose key or which rule to check it with, and
/// for nothing else.
#[derive(Clone, Debug)]
pub struct Unverified {
    header: Map<String, Value>,
    payload: Map<String, Value>,
}

impl Unverified {
    /// Take a token of at most `longest` bytes apart.
    pub fn read(token: &str, longest: usize) -> Result<Self, JwtError> {
        let token = Compact::split(token, longest)?;
        Ok(Self { header: token.header()?, payload: token.payload()? })
    }

    /// The header's `alg`.
    pub fn algorithm(&self) -> Option<&str> {
        self.header.get("alg").and_then(Value::as_str)
    }

    /// A claim that is a text, such as the `iss` whose keys are to be found.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.payload.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }
}

/// The members of a header that asks for nothing unusual.
struct Header(Map<String, Value>);

impl Header {
    /// Extensions are refused, known ones too: nothing here needs one. Other members are ignored
    /// (RFC 7515 §4), `jku`, `x5u` and `x5c` among them: they are never looked up.
    fn read(members: Map<String, Value>) -> Result<Self, JwtError> {
        if ["crit", "b64"].iter().any(|name| members.contains_key(*name)) {
            return Err(JwtError::Header);
        }
        Ok(Self(members))
    }

    fn alg(&self) -> &str {
        self.0.get("alg").and_then(Value::as_str).unwrap_or_default()
    }

    fn algorithm(&self, allowed: &[Algorithm]) -> Result<Algorithm, JwtError> {
        Algorithm::known_as(self.alg()).filter(|algorithm| allowed.contains(algorithm)).ok_or(JwtError::Algorithm)
    }

    fn mac(&self, allowed: &[MacAlgorithm]) -> Result<MacAlgorithm, JwtError> {
        MacAlgorithm::parse(self.alg()).filter(|algorithm| allowed.contains(algorithm)).ok_or(JwtError::Algorithm)
    }

    /// The name of the key. A key that comes along is refused where keys are named: it must not even look as if it
    /// could count.
    fn named_key(&self) -> Result<Option<&str>, JwtError> {
        if self.0.contains_key("jwk") {
            return Err(JwtError::Header);
        }
        kid_of(&self.0).map_err(|_| JwtError::Header)
    }

    /// The public key that came along.
    fn jwk(&self) -> Result<ForeignKey, JwtError> {
        let jwk = self.0.get("jwk").and_then(Value::as_object).ok_or(JwtError::Header)?;
        ForeignKey::parse(jwk).map_err(|_| JwtError::Header)
    }
}

#[cfg(test)]
mod tests;
