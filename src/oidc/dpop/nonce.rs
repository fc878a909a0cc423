//! Nonces that we give to who sends proofs, so that a proof cannot be made in advance. RFC 9449 §8 and §9.
//! A nonce is the HMAC of a minute under a key that all instances share: nothing is stored, and each accepts what
//! another one gave.

use std::fmt;

use zeroize::Zeroizing;

use crate::base::Timestamp;
use crate::base::digest::{base64url, hmac_sha256, same};

/// The length of a window in seconds.
const WINDOW: i64 = 60;

/// The maker of nonces.
pub struct Nonces {
    key: Zeroizing<[u8; 32]>,
    issuer: String,
}

impl Nonces {
    /// Under a key, for an issuer: another one's nonces are not ours, even if it has the same key.
    pub fn new(key: Zeroizing<[u8; 32]>, issuer: &str) -> Self {
        Self { key, issuer: issuer.to_owned() }
    }

    /// The nonce to use from now on.
    pub fn current(&self, now: Timestamp) -> String {
        self.of(now.seconds().div_euclid(WINDOW))
    }

    /// Whether a nonce is of this window, of one of the two before, or of the next one: another instance's clock may
    /// run ahead.
    pub fn knows(&self, nonce: &str, now: Timestamp) -> bool {
        let window = now.seconds().div_euclid(WINDOW);
        (window - 2..=window + 1).fold(false, |known, window| known | same(self.of(window), nonce))
    }

    fn of(&self, window: i64) -> String {
        base64url(&hmac_sha256(self.key.as_slice(), format!("{} {window}", self.issuer))[..16])
    }
}

impl fmt::Debug for Nonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Nonces(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::seconds;

    #[test]
    fn a_nonce_is_known_for_two_to_three_minutes_wherever_the_key_is_a100() {
        let nonces = |key: u8, issuer: &str| Nonces::new(Zeroizing::new([key; 32]), issuer);
        let (ours, start) = (nonces(1, "https://id.example"), Timestamp::from_seconds(1_000_020));
        let nonce = ours.current(start);
        assert_eq!(nonce.len(), 22);
        for (later, known) in [(0, true), (59, true), (60, true), (179, true), (180, false), (3600, false)] {
            assert_eq!(nonces(1, "https://id.example").knows(&nonce, start.plus(seconds(later))), known, "{later}");
        }
        assert!(ours.knows(&nonce, start.minus(seconds(60))) && !ours.knows(&nonce, start.minus(seconds(61))));
        assert!(!nonces(1, "https://other.example").knows(&nonce, start));
        assert!(!nonces(2, "https://id.example").knows(&nonce, start));
        assert!(!ours.knows("", start) && !ours.knows(&nonce[..21], start));
    }
}
