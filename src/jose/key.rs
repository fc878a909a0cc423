//! Signing keys: made here, kept as PKCS #8 (RFC 5958), used as key pairs that are parsed once.

use std::fmt;

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use rsa::pkcs8::EncodePrivateKey as _;
use zeroize::Zeroizing;

use super::draw::Draw;
use super::sign::Headers;
use super::thumbprint::thumbprint;
use super::{Algorithm, Jwk, PublicKey};
use crate::base::random::Random;
use crate::base::{Fault, Result};

/// A private key, ready to sign.
pub struct SigningKey {
    public: Jwk,
    pair: Pair,
    pub(super) headers: Headers,
}

enum Pair {
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Make a new private key and return its PKCS #8 document. RSA takes a good part of a second:
    /// call it on a blocking thread.
    pub fn generate(algorithm: Algorithm, random: &Random) -> Result<Zeroizing<Vec<u8>>> {
        let failed = || Fault::new("a signing key could not be made");
        let pkcs8 = match algorithm {
            // ring signs with RSA but cannot make the key.
            Algorithm::Rs256 | Algorithm::Ps256 => {
                let key = rsa::PrivateKey::new(&mut Draw(random), 2048)
                    .map_err(|error| Fault::because("an RSA key could not be made", error))?;
                let document =
                    key.to_pkcs8_der().map_err(|error| Fault::because("an RSA key could not be written", error))?;
                document.as_bytes().to_vec()
            }
            Algorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &ring_random())
                .map_err(|_| failed())?
                .as_ref()
                .to_vec(),
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&ring_random()).map_err(|_| failed())?.as_ref().to_vec(),
        };
        Ok(Zeroizing::new(pkcs8))
    }

    /// Read a private key from its PKCS #8 document.
    pub fn from_pkcs8(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self> {
        let unreadable = |error: ring::error::KeyRejected| Fault::because("a signing key could not be read", error);
        let (pair, key) = match algorithm {
            Algorithm::Rs256 | Algorithm::Ps256 => {
                let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(unreadable)?;
                let public = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                let encoding: &'static dyn RsaEncoding =
                    if algorithm == Algorithm::Rs256 { &RSA_PKCS1_SHA256 } else { &RSA_PSS_SHA256 };
                (Pair::Rsa(pair, encoding), PublicKey::Rsa { n: public.n, e: public.e })
            }
            Algorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &ring_random())
                    .map_err(unreadable)?;
                let mut point = [0; 65];
                point.copy_from_slice(pair.public_key().as_ref());
                (Pair::P256(pair), PublicKey::P256(point))
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(unreadable)?;
                let mut key = [0; 32];
                key.copy_from_slice(pair.public_key().as_ref());
                (Pair::Ed25519(pair), PublicKey::Ed25519(key))
            }
        };
        let kid = thumbprint(&key);
        let headers = Headers::new(algorithm, &kid);
        Ok(Self { public: Jwk { kid, algorithm, key }, pair, headers })
    }

    /// The same key by the name that somebody else gave it: letters and digits.
    #[must_use]
    pub fn called(self, name: &str) -> Self {
        let kid: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let headers = Headers::new(self.public.algorithm, &kid);
        Self { public: Jwk { kid, ..self.public }, headers, ..self }
    }

    /// The public half.
    pub fn public(&self) -> &Jwk {
        &self.public
    }

    /// The key's name.
    pub fn kid(&self) -> &str {
        &self.public.kid
    }

    /// What it signs with.
    pub fn algorithm(&self) -> Algorithm {
        self.public.algorithm
    }

    /// Sign a message.
    pub(super) fn signature(&self, message: &[u8]) -> Result<Vec<u8>> {
        let failed = |_| Fault::new("a token could not be signed");
        Ok(match &self.pair {
            Pair::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*encoding, &ring_random(), message, &mut signature).map_err(failed)?;
                signature
            }
            Pair::P256(pair) => pair.sign(&ring_random(), message).map_err(failed)?.as_ref().to_vec(),
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({} {})", self.algorithm().name(), self.kid())
    }
}

#[expect(clippy::disallowed_methods, reason = "ring signs with its own generator only; the type is sealed")]
fn ring_random() -> SystemRandom {
    SystemRandom::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_signs_what_its_public_half_verifies() {
        for algorithm in Algorithm::ALL {
            let pkcs8 = SigningKey::generate(algorithm, &Random::system()).unwrap();
            let key = SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap();
            let signature = key.signature(b"message").unwrap();
            assert!(key.public().key.verifies(algorithm, b"message", &signature), "{algorithm:?}");
            assert!(!key.public().key.verifies(algorithm, b"messagE", &signature), "{algorithm:?}");
            for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
                assert!(!key.public().key.verifies(other, b"message", &signature), "{algorithm:?} as {other:?}");
            }
            assert!(!format!("{key:?}").contains("pair"));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for algorithm in Algorithm::ALL {
            assert!(SigningKey::from_pkcs8(algorithm, b"nonsense").is_err());
        }
    }
}
