//! Demonstrating proof of possession: a JWT by which the sender of one request shows that it holds a key. RFC 9449.

pub mod nonce;
mod target;

use std::time::Duration;

pub use nonce::Nonces;

use super::error::OAuthError;
use super::once::OneTimeName;
use super::possession::Possession;
use super::server::Server;
use crate::base::Timestamp;
use crate::base::digest::fingerprint;
use crate::base::time::seconds;
use crate::jose::foreign::LONGEST_ASSERTION;
use crate::jose::thumbprint::thumbprint;
use crate::jose::{Algorithm, Claims, Expected, JwtError, Trust};

/// How proofs may be signed, under every profile: no client is so old that it would need RS256 here.
pub const ALGORITHMS: &[Algorithm] = &[Algorithm::Es256, Algorithm::Ps256, Algorithm::EdDsa];

/// How far before or after now a proof may have been made.
const WINDOW: Duration = seconds(60);
/// For how long it is remembered beyond that: the clocks of several instances differ a little.
const MARGIN: Duration = seconds(60);

/// A key that the sender of a request holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of the key.
    pub jkt: String,
    /// The name of the proof, to be used up.
    pub name: OneTimeName,
}

/// What a proof is held against.
#[derive(Clone, Copy)]
pub struct Expectation<'a> {
    /// Ourselves.
    pub server: &'a Server,
    /// Our nonces, where proofs must have one.
    pub nonces: Option<&'a Nonces>,
    /// The access token that comes with the request, at a resource.
    pub access_token: Option<&'a str>,
    /// The moment of the request.
    pub now: Timestamp,
}

impl Expectation<'_> {
    /// The key that a request proves; none if it brings no proof.
    /// [RFC 9449 §4.3](https://www.rfc-editor.org/rfc/rfc9449#section-4.3). That a proof counts once is for the caller
    /// to see to.
    pub fn read(&self, possession: &Possession) -> Result<Option<Proof>, OAuthError> {
        let proof = match possession.proofs.as_slice() {
            [] => return Ok(None),
            [proof] => proof,
            [..] => return Err(OAuthError::invalid_dpop_proof("more than one DPoP proof")),
        };
        let expected = Expected {
            trust: Trust::Header(ALGORITHMS),
            typ: &["dpop+jwt"],
            typ_may_be_absent: false,
            longest: LONGEST_ASSERTION,
        };
        let read = expected.read(proof).map_err(|error| OAuthError::invalid_dpop_proof(unreadable(error)))?;
        let key = read.key.ok_or_else(|| OAuthError::invalid_dpop_proof("the proof has no key"))?;
        let name = self.check(&read.claims, possession)?;
        Ok(Some(Proof { jkt: thumbprint(&key), name }))
    }

    fn check(&self, claims: &Claims, possession: &Possession) -> Result<OneTimeName, OAuthError> {
        let refuse = |why: &'static str| OAuthError::invalid_dpop_proof(why);
        if claims.text("htm").map_err(|_| refuse("the proof has no htm"))? != possession.method {
            return Err(refuse("htm is another method"));
        }
        let htu = claims.text("htu").map_err(|_| refuse("the proof has no htu"))?;
        let addresses = self.server.addresses(&possession.path);
        if !addresses.iter().any(|address| target::are_same(htu, address)) {
            return Err(refuse("htu is another address"));
        }
        if let Some(token) = self.access_token
            && claims.text("ath") != Ok(fingerprint(token).as_str())
        {
            return Err(refuse("ath is not the hash of the access token"));
        }
        let times = claims.timely(self.now, WINDOW).map_err(|error| match error {
            JwtError::Expired => refuse("the proof has expired"),
            JwtError::Early => refuse("the proof is not valid yet"),
            _ => refuse("iat, nbf and exp must be numbers of seconds"),
        })?;
        let made = times.issued.ok_or_else(|| refuse("the proof has no iat"))?;
        if made < self.now.minus(WINDOW) {
            return Err(refuse("the proof was made too long ago"));
        }
        let jti = claims.text("jti").map_err(|_| refuse("the proof has no jti"))?;
        if let Some(nonces) = self.nonces {
            match claims.optional_text("nonce") {
                Ok(Some(nonce)) if nonces.knows(nonce, self.now) => {}
                Ok(_) => return Err(OAuthError::use_dpop_nonce("the proof needs the nonce of this answer")),
                Err(_) => return Err(refuse("nonce must be a string")),
            }
        }
        Ok(OneTimeName { jti: jti.to_owned(), until: made.plus(WINDOW + MARGIN) })
    }
}

/// The answer to a proof that comes again.
pub fn used_before() -> OAuthError {
    OAuthError::invalid_dpop_proof("the proof was used before")
}

/// The key that a code is bound to: named by `dpop_jkt`, proven with the request, or both.
/// [RFC 9449 §10.1](https://www.rfc-editor.org/rfc/rfc9449#section-10.1)
pub fn bound_key(named: Option<&str>, proven: Option<&str>) -> Result<Option<String>, OAuthError> {
    match (named, proven) {
        (Some(named), Some(proven)) if named != proven => {
            Err(OAuthError::invalid_dpop_proof("dpop_jkt is another key than the one of the proof"))
        }
        (named, proven) => Ok(named.or(proven).map(str::to_owned)),
    }
}

fn unreadable(error: JwtError) -> &'static str {
    match error {
        JwtError::TooLarge => "the proof is too long",
        JwtError::Header => "the proof's header has no public key as jwk, or something that it must not have",
        JwtError::Typ => "the proof's typ is not dpop+jwt",
        JwtError::Algorithm => "the proof's algorithm is not accepted",
        JwtError::Signature => "the proof's signature does not fit",
        _ => "the proof is malformed",
    }
}

#[cfg(test)]
mod tests;
