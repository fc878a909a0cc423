//! Public keys as JSON Web Keys. RFC 7517, RFC 7518 §6 (RSA and P-256), RFC 8037 (Ed25519).
//! There is no type for a private JWK: private keys leave the process only sealed.

use ring::signature;
use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::Algorithm;
use crate::base::digest::base64url;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA, big-endian without leading zeros.
    Rsa {
        /// The modulus.
        n: Vec<u8>,
        /// The exponent.
        e: Vec<u8>,
    },
    /// A point on P-256: `0x04`, x, y.
    P256([u8; 65]),
    /// Ed25519.
    Ed25519([u8; 32]),
}

/// A public key with its name and the one algorithm it is used with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    /// The key's name: its RFC 7638 thumbprint.
    pub kid: String,
    /// What it verifies; nothing else.
    pub algorithm: Algorithm,
    /// The key.
    pub key: PublicKey,
}

impl PublicKey {
    /// Whether `signature` was made over `message` by this key's private half with `algorithm`.
    pub fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match (self, algorithm) {
            (Self::Rsa { n, e }, Algorithm::Rs256) => signature::RsaPublicKeyComponents { n, e }
                .verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
            (Self::Rsa { n, e }, Algorithm::Ps256) => signature::RsaPublicKeyComponents { n, e }
                .verify(&signature::RSA_PSS_2048_8192_SHA256, message, signature)
                .is_ok(),
            (Self::P256(point), Algorithm::Es256) => {
                signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)
                    .verify(message, signature)
                    .is_ok()
            }
            (Self::Ed25519(key), Algorithm::EdDsa) => {
                signature::UnparsedPublicKey::new(&signature::ED25519, key).verify(message, signature).is_ok()
            }
            (Self::Rsa { .. } | Self::P256(_) | Self::Ed25519(_), _) => false,
        }
    }

    /// Whether keys of this type are used with the algorithm.
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa { .. } => matches!(algorithm, Algorithm::Rs256 | Algorithm::Ps256),
            Self::P256(_) => algorithm == Algorithm::Es256,
            Self::Ed25519(_) => algorithm == Algorithm::EdDsa,
        }
    }

    /// The required members of the key's JWK in lexicographic order, as RFC 7638 §3.2 hashes them.
    pub fn required_members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Rsa { n, e } => vec![("e", base64url(e)), ("kty", "RSA".to_owned()), ("n", base64url(n))],
            Self::P256(point) => vec![
                ("crv", "P-256".to_owned()),
                ("kty", "EC".to_owned()),
                ("x", base64url(&point[1..33])),
                ("y", base64url(&point[33..])),
            ],
            Self::Ed25519(key) => {
                vec![("crv", "Ed25519".to_owned()), ("kty", "OKP".to_owned()), ("x", base64url(key))]
            }
        }
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_jwk(serializer, &self.kid, "sig", self.algorithm.name(), &self.key)
    }
}

/// A public key as a JSON Web Key.
pub(super) fn write_jwk<S: Serializer>(
    serializer: S,
    kid: &str,
    purpose: &str,
    algorithm: &str,
    key: &PublicKey,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("kid", kid)?;
    map.serialize_entry("use", purpose)?;
    map.serialize_entry("alg", algorithm)?;
    for (name, value) in key.required_members() {
        map.serialize_entry(name, &value)?;
    }
    map.end()
}
