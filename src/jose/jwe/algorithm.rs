//! The algorithms of encryption. RFC 7518 §4.1 and §5.1.

/// How the key that the content is encrypted with gets to its reader: the `alg` member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyManagement {
    /// RSAES-OAEP with SHA-256.
    RsaOaep256,
    /// An agreement on P-256; what is agreed on is the key.
    EcdhEs,
    /// An agreement on P-256; what is agreed on wraps the key.
    EcdhEsA128Kw,
}

impl KeyManagement {
    /// Every algorithm, in the order the metadata lists them.
    pub const ALL: [Self; 3] = [Self::RsaOaep256, Self::EcdhEs, Self::EcdhEsA128Kw];

    /// The name in the `alg` member.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RsaOaep256 => "RSA-OAEP-256",
            Self::EcdhEs => "ECDH-ES",
            Self::EcdhEsA128Kw => "ECDH-ES+A128KW",
        }
    }

    /// Read an `alg` name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// How the content is encrypted: the `enc` member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContentEncryption {
    /// AES-128-CBC with HMAC-SHA-256: what is used where only an `alg` was registered
    /// (OpenID Connect Dynamic Client Registration §2).
    #[default]
    A128CbcHs256,
    /// AES-256-CBC with HMAC-SHA-512.
    A256CbcHs512,
    /// AES-128-GCM.
    A128Gcm,
    /// AES-256-GCM.
    A256Gcm,
}

impl ContentEncryption {
    /// Every algorithm, in the order the metadata lists them.
    pub const ALL: [Self; 4] = [Self::A128CbcHs256, Self::A256CbcHs512, Self::A128Gcm, Self::A256Gcm];

    /// The name in the `enc` member.
    pub const fn name(self) -> &'static str {
        match self {
            Self::A128CbcHs256 => "A128CBC-HS256",
            Self::A256CbcHs512 => "A256CBC-HS512",
            Self::A128Gcm => "A128GCM",
            Self::A256Gcm => "A256GCM",
        }
    }

    /// Read an `enc` name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The length of its key in bytes.
    pub const fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A128CbcHs256 | Self::A256Gcm => 32,
            Self::A256CbcHs512 => 64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact_and_old_algorithms_have_none_a082() {
        for algorithm in KeyManagement::ALL {
            assert_eq!(KeyManagement::parse(algorithm.name()), Some(algorithm));
        }
        for algorithm in ContentEncryption::ALL {
            assert_eq!(ContentEncryption::parse(algorithm.name()), Some(algorithm));
        }
        for other in ["", "RSA1_5", "RSA-OAEP", "dir", "A128KW", "PBES2-HS256+A128KW", "ecdh-es", "none", "A128GCMKW"] {
            assert_eq!(KeyManagement::parse(other), None, "{other}");
        }
        for other in ["", "A128CBC", "A128CBC+HS256", "a128gcm", "none", "A192GCM"] {
            assert_eq!(ContentEncryption::parse(other), None, "{other}");
        }
        assert_eq!(ContentEncryption::default().name(), "A128CBC-HS256");
    }
}
