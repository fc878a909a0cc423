//! Encrypted tokens in compact form. RFC 7516, RFC 7518 §4 and §5, RFC 7519 §5.2 (nested tokens).
//!
//! No crate offers this without OpenSSL, so it is composed of ring (AES-GCM, HMAC, SHA-256), `rsa` (OAEP in
//! constant time), `p256`, `aes` with `cbc`, and `aes-kw`. `RSA1_5`, `dir`, PBES2 and `zip` are left out: each has been
//! an attack by itself (RFC 8725 §3.2 and §3.6).

mod agreement;
pub mod algorithm;
mod content;
pub mod decrypt;
pub mod decryption_key;
pub mod decryption_ring;
pub mod encrypt;

use std::fmt;

pub use algorithm::{ContentEncryption, KeyManagement};
pub use decrypt::{Encrypted, Opened};
pub use decryption_key::DecryptionKey;
pub use decryption_ring::DecryptionRing;
pub use encrypt::Recipient;

/// Why an encrypted token is not accepted. Once a private key is used there is one error only, so that nobody
/// learns where it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JweError {
    /// Longer than any token of its kind.
    TooLarge,
    /// Not a compact JWE of canonical base64url, or its header is not JSON without repeated members.
    Malformed,
    /// A header member that is not accepted (`crit`, `zip`), is missing or of the wrong type.
    Header,
    /// Not an `alg` or `enc` that is accepted.
    Algorithm,
    /// No key of this name and algorithm.
    Key,
    /// It does not open.
    Unopened,
}

/// Whether a token is encrypted rather than signed: it has five parts
/// ([RFC 7516 §9](https://www.rfc-editor.org/rfc/rfc7516#section-9)).
pub fn is_encrypted(token: &str) -> bool {
    token.bytes().filter(|byte| *byte == b'.').count() == 4
}

impl fmt::Display for JweError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the encrypted token is too long",
            Self::Malformed => "the encrypted token is malformed",
            Self::Header => "the encrypted token's header is not accepted",
            Self::Algorithm => "the encrypted token's algorithms are not accepted",
            Self::Key => "the encrypted token's key is not known",
            Self::Unopened => "the encrypted token cannot be opened",
        })
    }
}

impl std::error::Error for JweError {}

#[cfg(test)]
mod tests;
