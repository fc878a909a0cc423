//! The compact form: three parts of canonical base64url, of which the first two are JSON. RFC 7515 §7.1.

use serde_json::{Map, Value};

use super::{Claims, JwtError, json};
use crate::base::digest::from_base64url;

/// A token taken apart; nothing of it is believed yet.
pub(super) struct Compact<'a> {
    /// What the signature is over.
    pub signed: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Compact<'a> {
    /// Take a token of at most `longest` bytes apart.
    pub fn split(token: &'a str, longest: usize) -> Result<Self, JwtError> {
        if token.len() > longest {
            return Err(JwtError::TooLarge);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwtError::Malformed)?;
        if payload.contains('.') {
            return Err(JwtError::Malformed);
        }
        Ok(Self { signed, header, payload, signature })
    }

    /// The members of the header.
    pub fn header(&self) -> Result<Map<String, Value>, JwtError> {
        object(self.header)
    }

    /// The bytes of the signature.
    pub fn signature(&self) -> Result<Vec<u8>, JwtError> {
        from_base64url(self.signature).ok_or(JwtError::Malformed)
    }

    /// The members of the payload.
    pub fn payload(&self) -> Result<Map<String, Value>, JwtError> {
        object(self.payload)
    }

    /// The claims, for who has checked the signature.
    pub fn claims(&self) -> Result<Claims, JwtError> {
        self.payload().map(Claims::new)
    }
}

fn object(encoded: &str) -> Result<Map<String, Value>, JwtError> {
    from_base64url(encoded).and_then(|bytes| json::object(&bytes)).ok_or(JwtError::Malformed)
}
