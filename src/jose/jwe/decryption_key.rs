//! Our own private keys that others encrypt for. They are of another type than
//! [`SigningKey`](crate::jose::SigningKey), so that neither does the other's work.

use std::fmt;

use aes_kw::{KeyInit as _, KwAes128};
use p256::SecretKey;
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use rsa::sha2::Sha256;
use rsa::traits::PublicKeyParts as _;
use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

use super::agreement::{Parties, agree, ephemeral, point_of, public_half};
use super::{ContentEncryption, KeyManagement};
use crate::base::random::Random;
use crate::base::{Fault, Result};
use crate::jose::PublicKey;
use crate::jose::draw::Draw;
use crate::jose::jwk::write_jwk;
use crate::jose::thumbprint::thumbprint;

/// A private key, ready to decrypt.
pub struct DecryptionKey {
    public: EncryptionJwk,
    secret: Secret,
}

enum Secret {
    Rsa(Box<rsa::PrivateKey>),
    P256(SecretKey),
}

/// The public half with its name: what others encrypt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionJwk {
    /// The key's name: its RFC 7638 thumbprint.
    pub kid: String,
    /// What it is made for.
    pub algorithm: KeyManagement,
    /// The key.
    pub key: PublicKey,
}

/// How the key of a content came along.
pub(super) struct Delivery<'a> {
    /// What both sides know.
    pub parties: Parties<'a>,
    /// `epk`.
    pub ephemeral: Option<&'a PublicKey>,
    /// The encrypted key; empty where both sides come to it by themselves.
    pub encrypted: &'a [u8],
}

impl DecryptionKey {
    /// The algorithms that a key is kept for. The P-256 key serves both ways of agreeing.
    pub const KEPT: [KeyManagement; 2] = [KeyManagement::RsaOaep256, KeyManagement::EcdhEs];

    /// Make a new private key and return its PKCS #8 document. RSA takes a good part of a second:
    /// call it on a blocking thread.
    pub fn generate(algorithm: KeyManagement, random: &Random) -> Result<Zeroizing<Vec<u8>>> {
        let failed = |error: rsa::pkcs8::Error| Fault::because("an encryption key could not be written", error);
        let document = match algorithm {
            KeyManagement::RsaOaep256 => rsa::PrivateKey::new(&mut Draw(random), 2048)
                .map_err(|error| Fault::because("an RSA key could not be made", error))?
                .to_pkcs8_der(),
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw => ephemeral(random).to_pkcs8_der(),
        };
        Ok(document.map_err(failed)?.to_bytes())
    }

    /// Read a private key from its PKCS #8 document.
    pub fn from_pkcs8(algorithm: KeyManagement, pkcs8: &[u8]) -> Result<Self> {
        let unreadable = |error: rsa::pkcs8::Error| Fault::because("an encryption key could not be read", error);
        let (secret, key) = match algorithm {
            KeyManagement::RsaOaep256 => {
                let private = rsa::PrivateKey::from_pkcs8_der(pkcs8).map_err(unreadable)?;
                let key = PublicKey::Rsa { n: minimal(&private.n_bytes()), e: minimal(&private.e_bytes()) };
                (Secret::Rsa(Box::new(private)), key)
            }
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw => {
                let private = SecretKey::from_pkcs8_der(pkcs8).map_err(unreadable)?;
                let key = public_half(&private);
                (Secret::P256(private), key)
            }
        };
        Ok(Self { public: EncryptionJwk { kid: thumbprint(&key), algorithm, key }, secret })
    }

    /// The public half.
    pub fn public(&self) -> &EncryptionJwk {
        &self.public
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        &self.public.kid
    }

    /// What it is made for.
    pub fn algorithm(&self) -> KeyManagement {
        self.public.algorithm
    }

    /// Whether it is of the type that the algorithm needs.
    pub fn fits(&self, algorithm: KeyManagement) -> bool {
        match self.secret {
            Secret::Rsa(_) => algorithm == KeyManagement::RsaOaep256,
            Secret::P256(_) => matches!(algorithm, KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw),
        }
    }

    /// The key of a content. Where it does not come out, a random one takes its place, so that what follows is the
    /// same work and the content fails to open
    /// ([RFC 7516 §11.5](https://www.rfc-editor.org/rfc/rfc7516#section-11.5)).
    pub(super) fn content_key(&self, delivery: &Delivery<'_>, random: &Random) -> Zeroizing<Vec<u8>> {
        let encryption = delivery.parties.encryption;
        let substitute = super::encrypt::content_key(encryption, random);
        let key = match &self.secret {
            Secret::Rsa(private) => private
                .oaep_decrypt_with_rng::<Sha256, _>(&mut Draw(random), delivery.encrypted)
                .ok()
                .map(Zeroizing::new),
            Secret::P256(private) => agreed_key(private, delivery),
        };
        key.filter(|key| key.len() == encryption.key_length()).unwrap_or(substitute)
    }
}

fn agreed_key(private: &SecretKey, delivery: &Delivery<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let agreed = agree(private, &point_of(delivery.ephemeral?)?, delivery.parties);
    if delivery.parties.algorithm != KeyManagement::EcdhEsA128Kw {
        // Nothing travels beside an agreement (RFC 7516 §5.2, step 10).
        return delivery.encrypted.is_empty().then_some(agreed);
    }
    unwrap(&agreed, delivery.encrypted, delivery.parties.encryption)
}

fn unwrap(under: &[u8], wrapped: &[u8], encryption: ContentEncryption) -> Option<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new(vec![0; encryption.key_length()]);
    let length = KwAes128::new_from_slice(under).ok()?.unwrap_key(wrapped, &mut key).ok()?.len();
    key.truncate(length);
    Some(key)
}

fn minimal(integer: &[u8]) -> Vec<u8> {
    integer.iter().copied().skip_while(|byte| *byte == 0).collect()
}

impl Serialize for EncryptionJwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_jwk(serializer, &self.kid, "enc", self.algorithm.name(), &self.key)
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DecryptionKey({} {})", self.algorithm().name(), self.kid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::{base64url, from_base64url};

    #[test]
    fn a_key_is_read_as_it_was_made() {
        let random = Random::system();
        for algorithm in DecryptionKey::KEPT {
            let pkcs8 = DecryptionKey::generate(algorithm, &random).unwrap();
            let key = DecryptionKey::from_pkcs8(algorithm, &pkcs8).unwrap();
            assert_eq!((key.algorithm(), key.kid()), (algorithm, thumbprint(&key.public().key).as_str()));
            assert_eq!(DecryptionKey::from_pkcs8(algorithm, &pkcs8).unwrap().public(), key.public());
            assert!(!format!("{key:?}").contains("secret"));
            let jwk = serde_json::to_value(key.public()).unwrap();
            assert_eq!((jwk["use"].as_str(), jwk["alg"].as_str()), (Some("enc"), Some(algorithm.name())));
            assert!(jwk.get("d").is_none());
            assert!(DecryptionKey::from_pkcs8(algorithm, b"nonsense").is_err());
            for other in KeyManagement::ALL {
                let is_same_kind = (other == KeyManagement::RsaOaep256) == (algorithm == KeyManagement::RsaOaep256);
                assert_eq!(key.fits(other), is_same_kind);
                assert_eq!(DecryptionKey::from_pkcs8(other, &pkcs8).is_ok(), is_same_kind);
            }
        }
    }

    #[test]
    fn the_wrapped_key_of_rfc_7516_unwraps() {
        // Appendix A.3.
        let (under, wrapped) = ("GawgguFyGrWKav7AX4VKUg", "6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ");
        let (under, mut wrapped) = (from_base64url(under).unwrap(), from_base64url(wrapped).unwrap());
        let key = unwrap(&under, &wrapped, ContentEncryption::A128CbcHs256).unwrap();
        assert_eq!(base64url(&*key), "BNMfxVSd_P4LZJ36P6pqzmt81C1vawnbyLEA8I-cLM8");
        assert_eq!(unwrap(&under, &wrapped, ContentEncryption::A128Gcm), None, "longer than the key should be");
        wrapped[3] ^= 1;
        assert_eq!(unwrap(&under, &wrapped, ContentEncryption::A128CbcHs256), None);
    }
}
