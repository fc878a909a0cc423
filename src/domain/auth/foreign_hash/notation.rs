//! The notations of password hashes: the modular crypt format of bcrypt and phpass, PHC strings (and passlib's
//! older form of PBKDF2), LDAP's `{SSHA}` (RFC 2307) and its like, and what Django writes.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::work::{Digest, SaltIs, Work};
use super::{After, Before, ForeignHash, HashError};

const MALFORMED: HashError = HashError::Malformed("the hash is not whole: its parts do not fit its notation");

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Read a text by what it begins with.
pub(super) fn read(text: &str) -> Result<ForeignHash, HashError> {
    if let Some(rest) = text.strip_prefix("$wp") {
        return bcrypt(text, rest, Before::WordPress);
    }
    if text.starts_with("$2") {
        return bcrypt(text, text, Before::Nothing);
    }
    if text.starts_with("$P$") || text.starts_with("$H$") {
        return phpass(text);
    }
    if let Some(rest) = text.strip_prefix('{') {
        return ldap(text, rest);
    }
    match text.strip_prefix('$') {
        Some(rest) => phc(text, rest),
        None => django(text),
    }
}

/// Base64 with or without padding, in the alphabet of RFC 4648 §4, of §5, or with passlib's dot for the plus.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    let plain = text.replace(['-', '.'], "+").replace('_', "/");
    GeneralPurpose::new(&alphabet::STANDARD, LENIENT).decode(plain).ok()
}

fn decoded(text: &str) -> Result<Vec<u8>, HashError> {
    base64(text).ok_or(MALFORMED)
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, HashError> {
    text.parse().map_err(|_| MALFORMED)
}

/// A hash of which nothing is done before or after.
fn plain(text: &str, work: Work, salt: Vec<u8>, hash: Vec<u8>) -> ForeignHash {
    ForeignHash { text: text.to_owned(), work, before: Before::Nothing, after: After::Hash, salt, hash }
}

/// `$2b$12$` and 22 characters of salt and 31 of hash.
fn bcrypt(text: &str, crypt: &str, before: Before) -> Result<ForeignHash, HashError> {
    let mut parts = crypt.split('$');
    let (Some(""), Some(variant), Some(cost), Some(rest), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(MALFORMED);
    };
    // 2x marks hashes of a broken implementation, which other ones cannot compare.
    if !matches!(variant, "2a" | "2b" | "2y") || cost.len() != 2 || rest.len() != 53 {
        return Err(MALFORMED);
    }
    let engine = GeneralPurpose::new(&alphabet::BCRYPT, LENIENT);
    let part = |text: &str| engine.decode(text).map_err(|_| MALFORMED);
    let (salt, hash) = (part(&rest[..22])?, part(&rest[22..])?);
    Ok(ForeignHash { before, ..plain(text, Work::Bcrypt(number(cost)?), salt, hash) })
}

/// `$P$`, one character for the iterations, eight of salt and 22 of hash.
fn phpass(text: &str) -> Result<ForeignHash, HashError> {
    let rest = text.as_bytes().get(3..).filter(|rest| rest.len() == 31).ok_or(MALFORMED)?;
    let digit = |byte: u8| CRYPT_DIGITS.bytes().position(|digit| digit == byte).ok_or(MALFORMED);
    let log = u32::try_from(digit(rest[0])?).map_err(|_| MALFORMED)?;
    // Groups of four characters hold three bytes, the lowest first.
    let mut hash = Vec::with_capacity(18);
    for group in rest[9..].chunks(4) {
        let mut value = 0_usize;
        for (place, byte) in group.iter().enumerate() {
            value |= digit(*byte)? << (6 * place);
        }
        hash.extend((0..group.len() - 1).map(|place| u8::try_from(value >> (8 * place) & 0xff).unwrap_or_default()));
    }
    Ok(plain(text, Work::Phpass(log), rest[1..9].to_vec(), hash))
}

const CRYPT_DIGITS: &str = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `{SSHA}` and the digest followed by the salt, in base64.
fn ldap(text: &str, rest: &str) -> Result<ForeignHash, HashError> {
    let (scheme, value) = rest.split_once('}').ok_or(HashError::Unknown)?;
    let (digest, salted) = match scheme.to_ascii_uppercase().as_str() {
        "MD5" => (Digest::Md5, false),
        "SMD5" => (Digest::Md5, true),
        "SHA" => (Digest::Sha1, false),
        "SSHA" => (Digest::Sha1, true),
        "SHA256" => (Digest::Sha256, false),
        "SSHA256" => (Digest::Sha256, true),
        "SHA512" => (Digest::Sha512, false),
        "SSHA512" => (Digest::Sha512, true),
        _ => return Err(HashError::Unknown),
    };
    let bytes = decoded(value)?;
    if bytes.len() < digest.size() || (bytes.len() > digest.size()) != salted {
        return Err(MALFORMED);
    }
    let (hash, salt) = bytes.split_at(digest.size());
    Ok(plain(text, Work::Quick(digest, SaltIs::Last), salt.to_vec(), hash.to_vec()))
}

/// `$name$parameters$salt$hash`
fn phc(text: &str, rest: &str) -> Result<ForeignHash, HashError> {
    let parts: Vec<&str> = rest.split('$').collect();
    match *parts.as_slice() {
        [variant @ ("argon2i" | "argon2d" | "argon2id"), version, parameters, salt, hash] => {
            let version = number::<u32>(version.strip_prefix("v=").ok_or(MALFORMED)?)?;
            argon2(text, (variant, version), parameters, (salt, hash))
        }
        // Before version 1.3 the notation had no version.
        [variant @ ("argon2i" | "argon2d" | "argon2id"), parameters, salt, hash] => {
            argon2(text, (variant, 0x10), parameters, (salt, hash))
        }
        [name @ ("scrypt" | "firebase-scrypt"), parameters, salt, hash] => {
            let get = |name| parameter(parameters, name);
            let work = Work::Scrypt(number(get("ln")?)?, number(get("r")?)?, number(get("p")?)?);
            let after = if name == "scrypt" { After::Hash } else { After::KeyStream };
            Ok(ForeignHash { after, ..plain(text, work, decoded(salt)?, decoded(hash)?) })
        }
        [name, parameters, salt, hash] if name.starts_with("pbkdf2") => {
            let digest = match name {
                "pbkdf2" | "pbkdf2-sha1" => Digest::Sha1,
                "pbkdf2-sha256" => Digest::Sha256,
                "pbkdf2-sha512" => Digest::Sha512,
                _ => return Err(HashError::Unknown),
            };
            let iterations = if parameters.contains('=') { parameter(parameters, "i")? } else { parameters };
            pbkdf2(text, (digest, number(iterations)?), decoded(salt)?, decoded(hash)?)
        }
        _ => Err(HashError::Unknown),
    }
}

fn argon2(
    text: &str,
    (variant, version): (&str, u32),
    parameters: &str,
    (salt, hash): (&str, &str),
) -> Result<ForeignHash, HashError> {
    // A key or further data would take part in the hash, and we have neither.
    if parameters.split(',').count() != 3 {
        return Err(HashError::Malformed("Argon2 is taken with m, t and p, without a key and further data"));
    }
    let algorithm = variant.parse().map_err(|_| MALFORMED)?;
    let version = ::argon2::Version::try_from(version).map_err(|_| MALFORMED)?;
    let get = |name| number(parameter(parameters, name)?);
    let work = Work::Argon2(algorithm, version, get("m")?, get("t")?, get("p")?);
    Ok(plain(text, work, decoded(salt)?, decoded(hash)?))
}

fn pbkdf2(
    text: &str,
    (digest, iterations): (Digest, u32),
    salt: Vec<u8>,
    hash: Vec<u8>,
) -> Result<ForeignHash, HashError> {
    let blocks = u64::try_from(hash.len().div_ceil(digest.size())).unwrap_or(u64::MAX);
    let all = u64::from(iterations).saturating_mul(blocks);
    // The bound counts what is computed, which is more than the iterations where the output has several blocks.
    Work::Pbkdf2(digest, u32::try_from(all).unwrap_or(u32::MAX)).check(&salt)?;
    Ok(plain(text, Work::Pbkdf2(digest, iterations), salt, hash))
}

fn parameter<'a>(parameters: &'a str, name: &str) -> Result<&'a str, HashError> {
    let mut found = parameters.split(',').filter_map(|pair| pair.split_once('=')).filter(|(key, _)| *key == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Ok(value),
        _ => Err(MALFORMED),
    }
}

/// `algorithm$…` of Django's hashers, old ones included.
fn django(text: &str) -> Result<ForeignHash, HashError> {
    let Some((algorithm, rest)) = text.split_once('$') else { return Err(HashError::Unknown) };
    let parts: Vec<&str> = rest.split('$').collect();
    match (algorithm, parts.as_slice()) {
        ("pbkdf2_sha256" | "pbkdf2_sha1", [iterations, salt, hash]) => {
            let digest = if algorithm == "pbkdf2_sha1" { Digest::Sha1 } else { Digest::Sha256 };
            pbkdf2(text, (digest, number(iterations)?), salt.as_bytes().to_vec(), decoded(hash)?)
        }
        ("scrypt", [n, salt, r, p, hash]) => {
            let n: u64 = number(n)?;
            if !n.is_power_of_two() {
                return Err(MALFORMED);
            }
            let log_n = u8::try_from(n.ilog2()).map_err(|_| MALFORMED)?;
            let work = Work::Scrypt(log_n, number(r)?, number(p)?);
            Ok(plain(text, work, salt.as_bytes().to_vec(), decoded(hash)?))
        }
        ("argon2", _) => phc(text, rest),
        ("bcrypt", _) => bcrypt(text, rest, Before::Nothing),
        ("bcrypt_sha256", _) => bcrypt(text, rest, Before::HexSha256),
        ("md5" | "sha1", [salt, hash]) => {
            let digest = Digest::from_name(algorithm).ok_or(HashError::Unknown)?;
            let hash = from_hex(hash).filter(|hash| hash.len() == digest.size()).ok_or(MALFORMED)?;
            Ok(plain(text, Work::Quick(digest, SaltIs::First), salt.as_bytes().to_vec(), hash))
        }
        _ => Err(HashError::Unknown),
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| text.as_bytes().chunks(2).map(pair).collect::<Option<Vec<u8>>>())?
}
