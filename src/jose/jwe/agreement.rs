//! Agreeing on a key: ECDH on P-256 with an ephemeral key, then the Concat KDF. RFC 7518 §4.6, NIST SP 800-56A §5.8.1.

use p256::elliptic_curve::Generate as _;
use p256::{PublicKey as Point, SecretKey};
use ring::digest::{Context, SHA256};
use zeroize::Zeroizing;

use super::{ContentEncryption, KeyManagement};
use crate::base::random::Random;
use crate::jose::PublicKey;
use crate::jose::draw::Draw;

/// What both sides put into the derivation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parties<'a> {
    /// `alg`.
    pub algorithm: KeyManagement,
    /// `enc`.
    pub encryption: ContentEncryption,
    /// `apu`: about the sender.
    pub sender: &'a [u8],
    /// `apv`: about the recipient.
    pub recipient: &'a [u8],
}

/// A key for one token.
pub(super) fn ephemeral(random: &Random) -> SecretKey {
    SecretKey::generate_from_rng(&mut Draw(random))
}

/// The public half of a private key.
pub(super) fn public_half(secret: &SecretKey) -> PublicKey {
    let mut point = [0; 65];
    point.copy_from_slice(&secret.public_key().to_sec1_bytes());
    PublicKey::P256(point)
}

/// The other side's point, if it is one on the curve.
pub(super) fn point_of(key: &PublicKey) -> Option<Point> {
    match key {
        PublicKey::P256(point) => Point::from_sec1_bytes(point).ok(),
        PublicKey::Rsa { .. } | PublicKey::Ed25519(_) => None,
    }
}

/// The key that both sides come to.
pub(super) fn agree(own: &SecretKey, other: &Point, parties: Parties<'_>) -> Zeroizing<Vec<u8>> {
    let shared = own.diffie_hellman(other);
    // What the agreement yields encrypts the content, or wraps the key that does.
    let (purpose, length) = match parties.algorithm {
        KeyManagement::EcdhEsA128Kw => (KeyManagement::EcdhEsA128Kw.name(), 16),
        KeyManagement::EcdhEs | KeyManagement::RsaOaep256 => {
            (parties.encryption.name(), parties.encryption.key_length())
        }
    };
    concat_kdf(shared.raw_secret_bytes(), length, &[purpose.as_bytes(), parties.sender, parties.recipient])
}

/// `length` bytes derived from a secret; every part of `info` is preceded by its length, and the derived length in
/// bits follows. [RFC 7518 §4.6.2](https://www.rfc-editor.org/rfc/rfc7518#section-4.6.2)
fn concat_kdf(secret: &[u8], length: usize, info: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes();
    let mut derived = Zeroizing::new(Vec::with_capacity(length + SHA256.output_len()));
    for round in 1.. {
        if derived.len() >= length {
            break;
        }
        let mut hash = Context::new(&SHA256);
        hash.update(&number(round));
        hash.update(secret);
        for part in info {
            hash.update(&number(part.len()));
            hash.update(part);
        }
        hash.update(&number(length * 8));
        derived.extend_from_slice(hash.finish().as_ref());
    }
    derived.truncate(length);
    derived
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::{base64url, from_base64url};

    fn secret(d: &str) -> SecretKey {
        SecretKey::from_slice(&from_base64url(d).unwrap()).unwrap()
    }

    #[test]
    fn alice_and_bob_come_to_the_key_of_rfc_7518_appendix_c() {
        let alice = secret("0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");
        let bob = secret("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
        let PublicKey::P256(point) = public_half(&alice) else { panic!("a point") };
        assert_eq!(base64url(&point[1..33]), "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0");
        let parties = Parties {
            algorithm: KeyManagement::EcdhEs,
            encryption: ContentEncryption::A128Gcm,
            sender: b"Alice",
            recipient: b"Bob",
        };
        let ours = agree(&bob, &point_of(&public_half(&alice)).unwrap(), parties);
        assert_eq!(base64url(&*ours), "VqqN6vgjbSBcIijNcacQGg");
        assert_eq!(agree(&alice, &bob.public_key(), parties), ours);

        let other = |parties| agree(&bob, &alice.public_key(), parties);
        for changed in [
            Parties { sender: b"", ..parties },
            Parties { sender: b"AliceB", recipient: b"ob", ..parties },
            Parties { algorithm: KeyManagement::EcdhEsA128Kw, ..parties },
        ] {
            assert_ne!(other(changed), ours, "{changed:?}");
        }
    }

    #[test]
    fn as_much_is_derived_as_is_needed() {
        let (alice, bob) = (ephemeral(&Random::system()), ephemeral(&Random::system()));
        for encryption in ContentEncryption::ALL {
            let parties = Parties { algorithm: KeyManagement::EcdhEs, encryption, sender: b"", recipient: b"" };
            assert_eq!(agree(&alice, &bob.public_key(), parties).len(), encryption.key_length());
        }
        assert_eq!(point_of(&PublicKey::P256([4; 65])), None, "not on the curve");
    }
}
