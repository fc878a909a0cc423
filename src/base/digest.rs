//! SHA-256, HMAC-SHA-256 and comparison in constant time.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, hmac};

/// SHA-256 of the bytes.
pub fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes.as_ref()).as_ref());
    out
}

/// SHA-1 of the bytes: what lists of passwords from breaches are made of, and good for nothing else.
pub fn sha1(bytes: impl AsRef<[u8]>) -> [u8; 20] {
    let mut out = [0; 20];
    out.copy_from_slice(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes.as_ref()).as_ref());
    out
}

/// SHA-256 of bytes that come piece by piece.
pub struct Sha256(digest::Context);

impl Default for Sha256 {
    fn default() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }
}

impl Sha256 {
    /// Take the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest as base64url without padding.
    pub fn finish(self) -> String {
        base64url(self.0.finish())
    }
}

/// SHA-256 as base64url without padding: how one-time codes and tokens are stored, so that a stolen
/// table holds nothing that can be used.
pub fn fingerprint(secret: impl AsRef<[u8]>) -> String {
    base64url(sha256(secret))
}

/// HMAC-SHA-256 under `key`.
pub fn hmac_sha256(key: &[u8], message: impl AsRef<[u8]>) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message.as_ref()).as_ref());
    out
}

/// Equal, without telling by time where the first difference is.
pub fn same(one: impl AsRef<[u8]>, other: impl AsRef<[u8]>) -> bool {
    // Comparing fixed-length digests hides the lengths too.
    let (one, other) = (sha256(one), sha256(other));
    one.iter().zip(other).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

/// Base64url without padding. [RFC 4648 §5](https://www.rfc-editor.org/rfc/rfc4648#section-5)
pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decode canonical base64url without padding; anything else is `None`.
pub fn from_base64url(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparison_looks_at_everything() {
        assert!(same("secret", "secret"));
        assert!(!same("secret", "secreT"));
        assert!(!same("secret", "secret\0"));
    }

    #[test]
    fn pieces_hash_like_the_whole() {
        let mut pieces = Sha256::default();
        pieces.update(b"open ");
        pieces.update(b"sesame");
        assert_eq!(pieces.finish(), fingerprint("open sesame"));
    }

    #[test]
    fn trailing_bits_are_not_accepted() {
        assert_eq!(from_base64url("QQ"), Some(b"A".to_vec()));
        assert_eq!(from_base64url("QR"), None);
        assert_eq!(from_base64url("QQ=="), None);
    }
}
