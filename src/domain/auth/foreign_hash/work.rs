//! What comparing a password with a foreign hash costs: the function and its parameters, without salt and hash.
//! It bounds what an import may bring, and lets the same work be done where there is nothing to compare.

use std::num::NonZeroU32;

use aes::Aes256;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit as _, StreamCipher as _};
use md5::Digest as _;
use ring::{digest, pbkdf2};

use super::HashError;

/// A function with its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// bcrypt with its cost, a logarithm.
    Bcrypt(u32),
    /// Argon2 (RFC 9106), by variant, version, memory in KiB, passes and lanes.
    Argon2(argon2::Algorithm, argon2::Version, u32, u32, u32),
    /// scrypt (RFC 7914), by the logarithm of N, r and p.
    Scrypt(u8, u32, u32),
    /// PBKDF2 (RFC 8018 §5.2), by the function and the iterations.
    Pbkdf2(Digest, u32),
    /// phpass, by the logarithm of its iterations of MD5.
    Phpass(u32),
    /// One digest, with the salt before or after the password: quick to guess.
    Quick(Digest, SaltIs),
}

/// The digests of other systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

/// Where the salt of one digest stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaltIs {
    /// `digest(salt + password)`
    First,
    /// `digest(password + salt)`
    Last,
}

/// bcrypt of cost 14 takes about a second.
const MOST_BCRYPT: u32 = 14;
/// Memory of one comparison, in KiB: 128 MiB.
const MOST_KIB: u64 = 128 * 1024;
/// Memory times passes, in KiB.
const MOST_KIB_PASSES: u64 = 1024 * 1024;
const MOST_LANES: u32 = 16;
/// Iterations times blocks of output.
const MOST_ITERATIONS: u64 = 4_000_000;
const MOST_PHPASS: u32 = 20;

impl Digest {
    const ALL: [Self; 4] = [Self::Md5, Self::Sha1, Self::Sha256, Self::Sha512];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }

    /// The digest of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|digest| digest.name() == name)
    }

    /// Bytes of output.
    pub const fn size(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    fn of(self, parts: [&[u8]; 2]) -> Vec<u8> {
        let algorithm = match self {
            Self::Md5 => return md5::Md5::new().chain_update(parts[0]).chain_update(parts[1]).finalize().to_vec(),
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => &digest::SHA256,
            Self::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, &parts.concat()).as_ref().to_vec()
    }
}

impl Work {
    /// Whether one comparison stays within bounds.
    pub(super) fn check(self, salt: &[u8]) -> Result<(), HashError> {
        match self {
            Self::Bcrypt(cost) if !(4..=31).contains(&cost) => {
                Err(HashError::Malformed("bcrypt has a cost of 4 to 31"))
            }
            Self::Bcrypt(cost) if cost > MOST_BCRYPT => Err(HashError::TooCostly("bcrypt is taken up to a cost of 14")),
            Self::Argon2(_, _, kib, passes, lanes) => {
                if kib < 8 * lanes.max(1) || passes == 0 || lanes == 0 || salt.len() < argon2::MIN_SALT_LEN {
                    return Err(HashError::Malformed(
                        "Argon2 has m of at least 8 p, t and p of at least 1, and a salt of 8 bytes",
                    ));
                }
                let (kib, passes) = (u64::from(kib), u64::from(passes));
                if kib > MOST_KIB || kib * passes > MOST_KIB_PASSES || lanes > MOST_LANES {
                    return Err(HashError::TooCostly(
                        "Argon2 is taken up to 128 MiB, 1 GiB over all passes, and 16 lanes",
                    ));
                }
                Ok(())
            }
            Self::Scrypt(log_n, r, p) => {
                if log_n == 0 || r == 0 || p == 0 {
                    return Err(HashError::Malformed("scrypt has N of at least 2, r and p of at least 1"));
                }
                // N blocks of 128 r bytes; time grows with p as well.
                let kib = 1_u64.checked_shl(u32::from(log_n)).and_then(|n| n.checked_mul(u64::from(r))).map(|n| n / 8);
                let all = kib.and_then(|kib| kib.checked_mul(u64::from(p)));
                if log_n > 24 || kib.is_none_or(|kib| kib > MOST_KIB) || all.is_none_or(|all| all > MOST_KIB_PASSES) {
                    return Err(HashError::TooCostly("scrypt is taken up to 128 MiB, and 1 GiB over all p"));
                }
                Ok(())
            }
            Self::Pbkdf2(Digest::Md5, _) => {
                Err(HashError::Malformed("PBKDF2 is taken with SHA-1, SHA-256 and SHA-512"))
            }
            Self::Pbkdf2(_, 0) => Err(HashError::Malformed("PBKDF2 has at least one iteration")),
            // At most 256 bytes are compared: 13 blocks of SHA-1.
            Self::Pbkdf2(_, iterations) if u64::from(iterations) > MOST_ITERATIONS => {
                Err(HashError::TooCostly("PBKDF2 is taken up to 4,000,000 iterations over all blocks of its output"))
            }
            Self::Phpass(log) if log > MOST_PHPASS => {
                Err(HashError::TooCostly("phpass is taken up to 2^20 iterations"))
            }
            Self::Bcrypt(_) | Self::Pbkdf2(..) | Self::Phpass(_) | Self::Quick(..) => Ok(()),
        }
    }

    /// Whether whoever steals such a hash tries millions of passwords a second.
    pub const fn is_quick_to_guess(self) -> bool {
        matches!(self, Self::Quick(..))
    }

    /// Do the same work for nothing.
    pub fn spend(self, password: &[u8]) {
        let length = if let Self::Pbkdf2(digest, _) = self { digest.size() } else { 32 };
        std::hint::black_box(self.derive(password, &[0; 16], length));
    }

    /// The work of one among many, where each is named with the number of hashes that cost it: an even draw over all
    /// 64 bits finds each as often as it is held. What is none of these (our own) is `None`.
    pub fn drawn_from<'a>(shares: impl Iterator<Item = (&'a str, u64)> + Clone, draw: u64) -> Option<Self> {
        let all: u128 = shares.clone().map(|(_, held)| u128::from(held)).sum();
        // In 1..=all: the place in the row of all hashes.
        let place = ((u128::from(draw) * all) >> 64) + 1;
        let mut passed = 0;
        for (text, held) in shares {
            passed += u128::from(held);
            if place <= passed {
                return Self::from_text(text);
            }
        }
        None
    }

    /// What it makes of a password.
    pub(crate) fn derive(self, password: &[u8], salt: &[u8], length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        // A derivation that is refused (its parameters were checked before) leaves something that no hash is.
        let refused = || vec![];
        match self {
            Self::Bcrypt(cost) => {
                // It hashes the zero that ends a C string too, and reads no more than 72 bytes.
                let mut text = password.to_vec();
                text.push(0);
                text.truncate(72);
                let Ok(salt) = <[u8; 16]>::try_from(salt) else { return refused() };
                bcrypt::bcrypt(cost, salt, &text)[..23].to_vec()
            }
            Self::Argon2(algorithm, version, kib, passes, lanes) => {
                let Ok(params) = argon2::Params::new(kib, passes, lanes, Some(length)) else { return refused() };
                let hasher = argon2::Argon2::new(algorithm, version, params);
                if hasher.hash_password_into(password, salt, &mut out).is_ok() { out } else { refused() }
            }
            Self::Scrypt(log_n, r, p) => {
                let Ok(params) = scrypt::Params::new(log_n, r, p) else { return refused() };
                if scrypt::scrypt(password, salt, &params, &mut out).is_ok() { out } else { refused() }
            }
            Self::Pbkdf2(digest, iterations) => {
                let algorithm = match digest {
                    Digest::Md5 => return refused(),
                    Digest::Sha1 => pbkdf2::PBKDF2_HMAC_SHA1,
                    Digest::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
                    Digest::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
                };
                let Some(iterations) = NonZeroU32::new(iterations) else { return refused() };
                pbkdf2::derive(algorithm, iterations, salt, password, &mut out);
                out
            }
            Self::Phpass(log) => {
                let mut hash = Digest::Md5.of([salt, password]);
                for _ in 0..1_u64 << log.min(MOST_PHPASS) {
                    hash = Digest::Md5.of([&hash, password]);
                }
                hash
            }
            Self::Quick(digest, SaltIs::First) => digest.of([salt, password]),
            Self::Quick(digest, SaltIs::Last) => digest.of([password, salt]),
        }
    }

    /// The text by which hashes that cost the same are counted.
    pub fn text(self) -> String {
        match self {
            Self::Bcrypt(cost) => format!("bcrypt {cost}"),
            Self::Argon2(algorithm, version, kib, passes, lanes) => {
                format!("{} {} {kib} {passes} {lanes}", algorithm.as_str(), u32::from(version))
            }
            Self::Scrypt(log_n, r, p) => format!("scrypt {log_n} {r} {p}"),
            Self::Pbkdf2(digest, iterations) => format!("pbkdf2 {} {iterations}", digest.name()),
            Self::Phpass(log) => format!("phpass {log}"),
            Self::Quick(digest, _) => format!("quick {}", digest.name()),
        }
    }

    /// Read such a text.
    pub fn from_text(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split(' ').collect();
        let work = match *words.as_slice() {
            ["bcrypt", cost] => Self::Bcrypt(cost.parse().ok()?),
            ["scrypt", log_n, r, p] => Self::Scrypt(log_n.parse().ok()?, r.parse().ok()?, p.parse().ok()?),
            ["pbkdf2", digest, iterations] => Self::Pbkdf2(Digest::from_name(digest)?, iterations.parse().ok()?),
            ["phpass", log] => Self::Phpass(log.parse().ok()?),
            ["quick", digest] => Self::Quick(Digest::from_name(digest)?, SaltIs::Last),
            [variant, version, kib, passes, lanes] => Self::Argon2(
                variant.parse().ok()?,
                argon2::Version::try_from(version.parse::<u32>().ok()?).ok()?,
                kib.parse().ok()?,
                passes.parse().ok()?,
                lanes.parse().ok()?,
            ),
            _ => return None,
        };
        work.check(&[0; 16]).is_ok().then_some(work)
    }
}

/// The beginning of the key stream of AES-256 in counter mode from zero.
pub(super) fn key_stream(key: &[u8], length: usize) -> Vec<u8> {
    let mut stream = vec![0; length];
    if let Ok(mut cipher) = Ctr128BE::<Aes256>::new_from_slices(key, &[0; 16]) {
        cipher.apply_keystream(&mut stream);
    }
    stream
}
