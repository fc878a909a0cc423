//! Opening what others encrypted for us: request objects. RFC 7516 §5.2, RFC 9101 §6.1.

use serde_json::{Map, Value};

use super::agreement::Parties;
use super::content::Sealed;
use super::decryption_key::Delivery;
use super::{ContentEncryption, DecryptionRing, JweError, KeyManagement, content};
use crate::base::Timestamp;
use crate::base::digest::from_base64url;
use crate::base::random::Random;
use crate::jose::foreign_key::kid_of;
use crate::jose::{ForeignKey, PublicKey, json};

/// The longest encrypted request object that is looked at: one of the longest, and what encryption adds.
pub const LONGEST_ENCRYPTED: usize = 96 * 1024;

/// An encrypted token taken apart, whose header asks for nothing that is not supported.
#[derive(Debug)]
pub struct Encrypted<'a> {
    /// `alg`.
    pub algorithm: KeyManagement,
    /// `enc`.
    pub encryption: ContentEncryption,
    /// The name of our key.
    pub kid: Option<String>,
    protected: &'a str,
    ephemeral: Option<PublicKey>,
    sender: Vec<u8>,
    recipient: Vec<u8>,
    key: Vec<u8>,
    sealed: Sealed,
}

/// A token out of its encryption; whoever made it had our public key, as everybody has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The nested token.
    pub token: String,
    /// How its key came along.
    pub algorithm: KeyManagement,
    /// How it was encrypted.
    pub encryption: ContentEncryption,
}

impl<'a> Encrypted<'a> {
    /// Take a token of at most `longest` bytes apart. No private key is touched.
    pub fn read(token: &'a str, longest: usize) -> Result<Self, JweError> {
        if token.len() > longest {
            return Err(JweError::TooLarge);
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [protected, key, iv, text, tag] = parts.as_slice() else { return Err(JweError::Malformed) };
        let bytes = |part: &str| from_base64url(part).ok_or(JweError::Malformed);
        let header = Header(json::object(&bytes(protected)?).ok_or(JweError::Malformed)?);
        let algorithm = KeyManagement::parse(header.text("alg")).ok_or(JweError::Algorithm)?;
        let encryption = ContentEncryption::parse(header.text("enc")).ok_or(JweError::Algorithm)?;
        header.refuse_the_unusual()?;
        Ok(Self {
            algorithm,
            encryption,
            kid: kid_of(&header.0).map_err(|_| JweError::Header)?.map(str::to_owned),
            protected,
            ephemeral: if algorithm == KeyManagement::RsaOaep256 { None } else { Some(header.ephemeral()?) },
            sender: header.bytes("apu")?,
            recipient: header.bytes("apv")?,
            key: bytes(key)?,
            sealed: Sealed { iv: bytes(iv)?, text: bytes(text)?, tag: bytes(tag)? },
        })
    }

    /// Open the token with a key of ours.
    pub fn open(&self, ring: &DecryptionRing, random: &Random, now: Timestamp) -> Result<Opened, JweError> {
        let keys = ring.opening(self.algorithm, self.kid.as_deref(), now);
        if keys.is_empty() {
            return Err(JweError::Key);
        }
        let parties = Parties {
            algorithm: self.algorithm,
            encryption: self.encryption,
            sender: &self.sender,
            recipient: &self.recipient,
        };
        let delivery = Delivery { parties, ephemeral: self.ephemeral.as_ref(), encrypted: &self.key };
        let plaintext = keys.into_iter().find_map(|key| {
            let key = key.content_key(&delivery, random);
            content::open(self.encryption, &key, self.protected.as_bytes(), &self.sealed)
        });
        let token = plaintext.and_then(|plaintext| String::from_utf8(plaintext.to_vec()).ok());
        let token = token.ok_or(JweError::Unopened)?;
        Ok(Opened { token, algorithm: self.algorithm, encryption: self.encryption })
    }
}

struct Header(Map<String, Value>);

impl Header {
    fn text(&self, name: &str) -> &str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Extensions and compression are refused; a content that says what it is must be a token.
    fn refuse_the_unusual(&self) -> Result<(), JweError> {
        let is_unusual = ["crit", "zip", "b64"].iter().any(|name| self.0.contains_key(*name));
        let is_token = self.0.get("cty").is_none_or(|cty| {
            cty.as_str().is_some_and(|cty| ["JWT", "application/jwt"].iter().any(|jwt| cty.eq_ignore_ascii_case(jwt)))
        });
        if is_unusual || !is_token { Err(JweError::Header) } else { Ok(()) }
    }

    /// `epk`: a point on the curve, or the agreement would tell about our key
    /// ([RFC 8725 §3.4](https://www.rfc-editor.org/rfc/rfc8725#section-3.4)).
    fn ephemeral(&self) -> Result<PublicKey, JweError> {
        let jwk = self.0.get("epk").and_then(Value::as_object).ok_or(JweError::Header)?;
        let key = ForeignKey::parse(jwk).map_err(|_| JweError::Header)?.key;
        if matches!(key, PublicKey::P256(_)) { Ok(key) } else { Err(JweError::Header) }
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, JweError> {
        match self.0.get(name) {
            None => Ok(Vec::new()),
            Some(value) => value.as_str().and_then(from_base64url).ok_or(JweError::Header),
        }
    }
}
