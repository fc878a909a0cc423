//! The public key of a passkey: a COSE key with the members that Web Authentication Level 3, §5.8.5 wants and no
//! others. RFC 9052 §7, RFC 9053 §7, RFC 8230 §4.

use minicbor::Decoder;
use minicbor::decode::Error as CborError;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

use super::Deviation;

/// The algorithms that passkeys may have, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoseAlgorithm {
    /// ECDSA on P-256 with SHA-256: what nearly all passkeys have.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256: Windows Hello on older machines.
    Rs256,
}

impl CoseAlgorithm {
    /// All, as they are offered.
    pub const ALL: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// The number in the COSE registry.
    pub const fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }
}

/// A public key as the authenticator sent it, known to be one that we can verify with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    cose: Vec<u8>,
    material: Material,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    /// An uncompressed point.
    Es256([u8; 65]),
    EdDsa([u8; 32]),
    Rs256 {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

/// The members of a key by their labels: `kty`, `alg`, and what `-1`, `-2` and `-3` mean for the type.
#[derive(Default)]
struct Members<'b> {
    kind: Option<i64>,
    algorithm: Option<i64>,
    curve: Option<i64>,
    first: Option<&'b [u8]>,
    second: Option<&'b [u8]>,
    third: Option<&'b [u8]>,
}

impl PublicKey {
    /// The key that stands at the beginning of `bytes`, and how many bytes it takes.
    pub fn read(bytes: &[u8]) -> Result<(Self, usize), Deviation> {
        let mut decoder = Decoder::new(bytes);
        let members = Members::read(&mut decoder).map_err(|_| Deviation::Malformed)?;
        let used = decoder.position();
        let material = members.material()?;
        let cose = bytes.get(..used).ok_or(Deviation::Malformed)?.to_vec();
        Ok((Self { cose, material }, used))
    }

    /// A key that was kept.
    pub fn from_cose(bytes: &[u8]) -> Result<Self, Deviation> {
        match Self::read(bytes)? {
            (key, used) if used == bytes.len() => Ok(key),
            _ => Err(Deviation::Malformed),
        }
    }

    /// The bytes to keep.
    pub fn cose(&self) -> &[u8] {
        &self.cose
    }

    /// Its algorithm.
    pub fn algorithm(&self) -> CoseAlgorithm {
        match self.material {
            Material::Es256(_) => CoseAlgorithm::Es256,
            Material::EdDsa(_) => CoseAlgorithm::EdDsa,
            Material::Rs256 { .. } => CoseAlgorithm::Rs256,
        }
    }

    /// Whether it made this signature.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Deviation> {
        let verified = match &self.material {
            Material::Es256(point) => {
                UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Material::EdDsa(point) => UnparsedPublicKey::new(&signature::ED25519, point).verify(message, signature),
            Material::Rs256 { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.map_err(|_| Deviation::Signature)
    }
}

impl<'b> Members<'b> {
    fn read(decoder: &mut Decoder<'b>) -> Result<Self, CborError> {
        let mut members = Self::default();
        let count = decoder.map()?.ok_or_else(|| CborError::message("a map of indefinite length"))?;
        for _ in 0..count {
            let repeated = match decoder.i64()? {
                1 => members.kind.replace(decoder.i64()?).is_some(),
                3 => members.algorithm.replace(decoder.i64()?).is_some(),
                -1 if members.kind == Some(3) => members.first.replace(decoder.bytes()?).is_some(),
                -1 => members.curve.replace(decoder.i64()?).is_some(),
                -2 => members.second.replace(decoder.bytes()?).is_some(),
                -3 => members.third.replace(decoder.bytes()?).is_some(),
                _ => return Err(CborError::message("a member that no passkey has")),
            };
            if repeated {
                return Err(CborError::message("a member is there twice"));
            }
        }
        Ok(members)
    }

    fn material(&self) -> Result<Material, Deviation> {
        match (self.kind, self.algorithm, self.curve, self.first, self.second, self.third) {
            (Some(2), Some(-7), Some(1), None, Some(x), Some(y)) if x.len() == 32 && y.len() == 32 => {
                let mut point = [4; 65];
                point[1..33].copy_from_slice(x);
                point[33..].copy_from_slice(y);
                Ok(Material::Es256(point))
            }
            (Some(1), Some(-8), Some(6), None, Some(x), None) => {
                Ok(Material::EdDsa(x.try_into().map_err(|_| Deviation::Malformed)?))
            }
            (Some(3), Some(-257), None, Some(n), Some(e), None) => Ok(Material::Rs256 { n: n.to_vec(), e: e.to_vec() }),
            (Some(_), Some(algorithm), ..) if !CoseAlgorithm::ALL.iter().any(|own| own.number() == algorithm) => {
                Err(Deviation::Algorithm)
            }
            _ => Err(Deviation::Malformed),
        }
    }
}
