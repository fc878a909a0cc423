//! Sealing what the database must not hold in the clear: AES-256-GCM under keys derived (HKDF,
//! RFC 5869) from one key-encryption key that is kept apart from the data. A sealed value is bound
//! to its table, column and row, so that it cannot be moved.

use std::fmt;

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf;
use zeroize::{Zeroize as _, Zeroizing};

use crate::base::random::Random;
use crate::base::{Fault, Result};

/// Where a sealed value lives.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's key.
    pub row: &'a str,
}

/// The key everything sealed depends on. It is never stored with the data.
pub struct KeyEncryptionKey {
    id: [u8; ID],
    derivation: hkdf::Prk,
}

/// Why a sealed value does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unopened {
    /// It was sealed under another key-encryption key.
    OtherKey,
    /// It was changed or moved, or is no sealed value at all.
    Tampered,
}

/// The form of a sealed value: version, id of the key-encryption key, nonce, ciphertext with tag.
const VERSION: u8 = 1;
const ID: usize = 8;
const NONCE: usize = 12;

impl KeyEncryptionKey {
    /// The length of the key in bytes.
    pub const LENGTH: usize = 32;

    /// Take over the 32 bytes of the key.
    pub fn new(mut bytes: [u8; Self::LENGTH]) -> Self {
        let derivation = hkdf::Salt::new(hkdf::HKDF_SHA256, b"hosho").extract(&bytes);
        bytes.zeroize();
        let mut id = [0; ID];
        id.copy_from_slice(&derive(&derivation, &["key id"])[..ID]);
        Self { id, derivation }
    }

    /// A key for one purpose, for instance the one refresh tokens are derived under.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        derive(&self.derivation, &["derived key", purpose])
    }

    /// Seal a value for its place.
    pub fn seal(&self, place: Place<'_>, value: &[u8], random: &Random) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = random.bytes();
        let mut sealed = Vec::with_capacity(1 + ID + NONCE + value.len() + AES_256_GCM.tag_len());
        sealed.push(VERSION);
        sealed.extend(self.id);
        sealed.extend(nonce);
        let mut text = Zeroizing::new(value.to_vec());
        let tag = self
            .cipher(place)?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), place.aad(), text.as_mut_slice())
            .map_err(|_| Fault::new("a value could not be sealed"))?;
        sealed.extend_from_slice(&text);
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Open a value that was sealed for this place.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let [VERSION, rest @ ..] = sealed else { return Err(Unopened::Tampered) };
        let (id, rest) = rest.split_at_checked(ID).ok_or(Unopened::Tampered)?;
        let (nonce, text) = rest.split_at_checked(NONCE).ok_or(Unopened::Tampered)?;
        if id != self.id {
            return Err(Unopened::OtherKey);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened::Tampered)?;
        let cipher = self.cipher(place).map_err(|_| Unopened::Tampered)?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = cipher.open_in_place(nonce, place.aad(), &mut text).map_err(|_| Unopened::Tampered)?.len();
        text.truncate(length);
        Ok(text)
    }

    fn cipher(&self, place: Place<'_>) -> Result<LessSafeKey> {
        let key = derive(&self.derivation, &["seal", place.table, place.column]);
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice())
            .map_err(|_| Fault::new("a sealing key has the wrong length"))?;
        Ok(LessSafeKey::new(key))
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey(***)")
    }
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherKey => "it was sealed under another key-encryption key",
            Self::Tampered => "it was changed or moved since it was sealed",
        })
    }
}

impl std::error::Error for Unopened {}

impl Place<'_> {
    fn aad(&self) -> Aad<String> {
        // Names of tables and columns contain no colon, so no two places are written alike.
        Aad::from(format!("{}:{}:{}", self.table, self.column, self.row))
    }
}

fn derive(derivation: &hkdf::Prk, info: &[&str]) -> Zeroizing<[u8; 32]> {
    // A NUL keeps the parts apart; none contains one.
    let info = info.join("\0");
    let mut key = Zeroizing::new([0; 32]);
    // Both can only fail for outputs longer than 255 blocks.
    #[expect(clippy::expect_used, reason = "32 bytes are one block of HKDF-SHA-256")]
    derivation
        .expand(&[info.as_bytes()], hkdf::HKDF_SHA256)
        .and_then(|output| output.fill(key.as_mut_slice()))
        .expect("32 bytes can be derived");
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Place<'static> = Place { table: "totp", column: "seed", row: "alice" };

    #[test]
    fn a_sealed_value_opens_only_in_its_place() {
        let key = KeyEncryptionKey::new([7; 32]);
        let random = Random::system();
        let sealed = key.seal(SEED, b"secret", &random).unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_eq!(key.open(SEED, &sealed).unwrap().as_slice(), b"secret");
        assert_ne!(sealed, key.seal(SEED, b"secret", &random).unwrap());

        for place in [
            Place { row: "bob", ..SEED },
            Place { column: "other", ..SEED },
            Place { table: "other", ..SEED },
            Place { table: "totp:seed", column: "", row: "alice" },
        ] {
            assert_eq!(key.open(place, &sealed), Err(Unopened::Tampered), "{place:?}");
        }
    }

    #[test]
    fn another_key_or_any_change_is_noticed() {
        let key = KeyEncryptionKey::new([7; 32]);
        let sealed = key.seal(SEED, b"secret", &Random::system()).unwrap();
        assert_eq!(KeyEncryptionKey::new([8; 32]).open(SEED, &sealed), Err(Unopened::OtherKey));
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(key.open(SEED, &changed).is_err(), "byte {index}");
            assert!(key.open(SEED, &sealed[..index]).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let key = KeyEncryptionKey::new([7; 32]);
        assert_ne!(key.derive("one"), key.derive("two"));
        assert_eq!(key.derive("one"), key.derive("one"));
        assert_eq!(format!("{key:?}"), "KeyEncryptionKey(***)");
    }
}
