//! Algorithms with a secret that both sides know: HMAC with SHA-2. RFC 7518 §3.2.
//! They are apart from [`Algorithm`](super::Algorithm), so that no list of signature algorithms can hold one
//! and no public key can be taken for a secret (RFC 8725 §2.1).

use ring::hmac;

/// How a token is authenticated with a shared secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MacAlgorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl MacAlgorithm {
    /// Every algorithm, in the order the metadata lists them.
    pub const ALL: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];

    /// The name in the `alg` member.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// Read an `alg` name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The least length of a secret in bytes: that of the hash
    /// ([RFC 7518 §3.2](https://www.rfc-editor.org/rfc/rfc7518#section-3.2)).
    pub const fn shortest_secret(self) -> usize {
        match self {
            Self::Hs256 => 32,
            Self::Hs384 => 48,
            Self::Hs512 => 64,
        }
    }

    /// Whether `code` was made over `message` with the secret; compared in constant time.
    pub fn verifies(self, secret: &[u8], message: &[u8], code: &[u8]) -> bool {
        let hash = match self {
            Self::Hs256 => hmac::HMAC_SHA256,
            Self::Hs384 => hmac::HMAC_SHA384,
            Self::Hs512 => hmac::HMAC_SHA512,
        };
        secret.len() >= self.shortest_secret() && hmac::verify(&hmac::Key::new(hash, secret), message, code).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::from_base64url;

    #[test]
    fn the_example_of_the_rfc_verifies() {
        // RFC 7515, Appendix A.1.
        let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let message = concat!(
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.",
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        );
        let (secret, code) =
            (from_base64url(secret).unwrap(), from_base64url("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap());
        assert!(MacAlgorithm::Hs256.verifies(&secret, message.as_bytes(), &code));
        assert!(!MacAlgorithm::Hs256.verifies(&secret, message.as_bytes(), &code[..16]));
        assert!(!MacAlgorithm::Hs512.verifies(&secret, message.as_bytes(), &code));
        assert!(!MacAlgorithm::Hs256.verifies(&secret[1..], message.as_bytes(), &code));
    }

    #[test]
    fn a_secret_is_at_least_as_long_as_the_hash() {
        for algorithm in MacAlgorithm::ALL {
            assert_eq!(MacAlgorithm::parse(algorithm.name()), Some(algorithm));
            let hash = match algorithm {
                MacAlgorithm::Hs256 => hmac::HMAC_SHA256,
                MacAlgorithm::Hs384 => hmac::HMAC_SHA384,
                MacAlgorithm::Hs512 => hmac::HMAC_SHA512,
            };
            for (length, is_enough) in [(algorithm.shortest_secret(), true), (algorithm.shortest_secret() - 1, false)] {
                let secret = vec![7; length];
                let code = hmac::sign(&hmac::Key::new(hash, &secret), b"message");
                assert_eq!(algorithm.verifies(&secret, b"message", code.as_ref()), is_enough, "{algorithm:?}");
            }
        }
    }
}
