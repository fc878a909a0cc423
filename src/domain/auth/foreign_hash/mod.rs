//! Password hashes that other systems made: read in the notations those systems write, compared, never made.
//! What a person chose there goes on working here, and is replaced by a hash of ours when it is first used.
//!
//! # Decisions
//! - A hash is kept in the notation it came in. What the notation says is bounded when it is taken and again
//!   whenever it is read: no row of an import may make one sign-in cost minutes, or fit every password.
//! - Those systems hashed what was typed. Only what we hash ourselves is normalised first.

mod notation;
pub mod work;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac};

use crate::base::digest::same;
pub use work::Work;

/// The longest text of a hash, in bytes.
const LONGEST: usize = 1024;
/// Fewer bytes could be met by chance.
const SHORTEST_HASH: usize = 16;
/// More bytes than any system keeps of a hash or a salt.
const LONGEST_PART: usize = 256;

/// A hash that another system made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignHash {
    text: String,
    work: Work,
    before: Before,
    after: After,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

/// What is done to a password before it is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Nothing,
    /// Django's `bcrypt_sha256`: the digest in hexadecimal, because bcrypt reads 72 bytes only.
    HexSha256,
    /// `WordPress` from 6.8: an HMAC in base64, for the same reason.
    WordPress,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    Hash,
    /// Firebase encrypts the project's key with the derived one. The key stream alone is kept, so that the
    /// project's key is not.
    KeyStream,
}

/// Why a text cannot be taken over as a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashError {
    /// No notation that is known.
    Unknown,
    /// A known notation whose parts cannot be.
    Malformed(&'static str),
    /// Comparing it would cost too much.
    TooCostly(&'static str),
}

impl HashError {
    /// The word for the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown_hash",
            Self::Malformed(_) => "malformed_hash",
            Self::TooCostly(_) => "too_costly_hash",
        }
    }

    /// The sentence for the author of a file.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Unknown => {
                "a hash in a notation that is not known: bcrypt, Argon2, scrypt, PBKDF2, LDAP, Django, phpass"
            }
            Self::Malformed(why) | Self::TooCostly(why) => why,
        }
    }
}

impl ForeignHash {
    /// Read a hash as another system writes it.
    pub fn read(text: &str) -> Result<Self, HashError> {
        let text = text.trim();
        if text.len() > LONGEST || text.bytes().any(|b| !(0x20..0x7f).contains(&b)) {
            return Err(HashError::Malformed("a hash is at most 1024 printable ASCII characters"));
        }
        let hash = notation::read(text)?;
        if !(SHORTEST_HASH..=LONGEST_PART).contains(&hash.hash.len()) {
            return Err(HashError::Malformed("a hash has 16 to 256 bytes"));
        }
        if hash.salt.len() > LONGEST_PART {
            return Err(HashError::Malformed("a salt has at most 256 bytes"));
        }
        hash.work.check(&hash.salt)?;
        Ok(hash)
    }

    /// PBKDF2 as systems with separate columns keep it.
    pub fn pbkdf2(digest: work::Digest, iterations: u32, salt: &[u8], hash: &[u8]) -> Result<Self, HashError> {
        let (name, salt, hash) = (digest.name(), encode(salt), encode(hash));
        Self::read(&format!("$pbkdf2-{name}$i={iterations}${salt}${hash}"))
    }

    /// scrypt as Firebase modified it: what it derives encrypts the project's key.
    pub fn firebase(parameters: &FirebaseParameters, salt: &[u8], hash: &[u8]) -> Result<Self, HashError> {
        let FirebaseParameters { signer_key, salt_separator, rounds, mem_cost } = parameters;
        if hash.len() != signer_key.len() {
            return Err(HashError::Malformed("the hash is not as long as the project's signer key"));
        }
        let key_stream: Vec<u8> = hash.iter().zip(signer_key).map(|(a, b)| a ^ b).collect();
        let salt = encode(&[salt, salt_separator].concat());
        Self::read(&format!("$firebase-scrypt$ln={mem_cost},r={rounds},p=1${salt}${}", encode(&key_stream)))
    }

    /// The notation it came in.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What comparing it costs.
    pub fn work(&self) -> Work {
        self.work
    }

    /// The hash itself.
    pub fn bytes(&self) -> &[u8] {
        &self.hash
    }

    /// Its salt.
    pub fn salt(&self) -> &[u8] {
        &self.salt
    }

    /// Whether this is the password that was hashed, as it was typed.
    pub fn matches(&self, typed: &[u8]) -> bool {
        same(self.derive(typed), &self.hash)
    }

    /// What a password becomes by this hash's parameters and salt.
    pub fn derive(&self, typed: &[u8]) -> Vec<u8> {
        let prepared = match self.before {
            Before::Nothing => None,
            Before::HexSha256 => Some(hex(digest::digest(&digest::SHA256, typed).as_ref()).into_bytes()),
            Before::WordPress => {
                let key = hmac::Key::new(hmac::HMAC_SHA384, b"wp-sha384");
                let trimmed = typed.trim_ascii();
                Some(STANDARD.encode(hmac::sign(&key, trimmed)).into_bytes())
            }
        };
        let password = prepared.as_deref().unwrap_or(typed);
        match self.after {
            After::Hash => self.work.derive(password, &self.salt, self.hash.len()),
            After::KeyStream => work::key_stream(&self.work.derive(password, &self.salt, 32), self.hash.len()),
        }
    }
}

/// What Firebase shows as the password hash parameters of a project.
#[derive(Clone, PartialEq, Eq)]
pub struct FirebaseParameters {
    /// `base64_signer_key`
    pub signer_key: Vec<u8>,
    /// `base64_salt_separator`
    pub salt_separator: Vec<u8>,
    /// `rounds`: the block size of scrypt.
    pub rounds: u32,
    /// `mem_cost`: the logarithm of scrypt's N.
    pub mem_cost: u8,
}

impl FirebaseParameters {
    /// Read them as the console shows them, or as a JSON object with the same members.
    pub fn read(text: &str) -> Result<Self, String> {
        let value = |name: &str| {
            let after = text.split_once(name)?.1.trim_start_matches(['"', ' ', ':', '=']);
            Some(after.split([',', '\n', '\r', '}', '"', ' ']).next().unwrap_or_default())
        };
        let missing = |name: &str| format!("{name} is missing or cannot be read");
        let bytes = |name: &str| value(name).and_then(notation::base64).ok_or_else(|| missing(name));
        let signer_key = bytes("base64_signer_key")?;
        if signer_key.len() < SHORTEST_HASH {
            return Err(missing("base64_signer_key"));
        }
        let number = |name: &str| value(name).and_then(|text| text.parse::<u32>().ok()).ok_or_else(|| missing(name));
        Ok(Self {
            signer_key,
            salt_separator: bytes("base64_salt_separator")?,
            rounds: number("rounds")?,
            mem_cost: u8::try_from(number("mem_cost")?).map_err(|_| missing("mem_cost"))?,
        })
    }
}

/// Base64 as other systems write it: in any of its alphabets, with or without padding.
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    notation::base64(text)
}

fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).trim_end_matches('=').to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
