//! The signature algorithms Hosho signs with. RFC 7518 §3.1, RFC 8037 §3.1 (Ed25519 only).

use ring::digest;

use crate::base::digest::base64url;

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: the default of ID tokens (OpenID Connect Core §2).
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256: what access tokens are signed with.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Every algorithm a key is kept for, in the order the metadata lists them.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// The name in the `alg` member.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Read an `alg` name. Names are case-sensitive (RFC 7515 §4.1.1), and `none` is not among them.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// Read an `alg` name that somebody else wrote: EdDSA may have its newer, exact name there too
    /// ([RFC 9864 §2.2](https://www.rfc-editor.org/rfc/rfc9864#section-2.2)).
    pub fn known_as(name: &str) -> Option<Self> {
        if name == "Ed25519" { Some(Self::EdDsa) } else { Self::parse(name) }
    }

    /// The left half of the hash of a token or code: `at_hash` and `c_hash`, by the hash of the
    /// algorithm that signs the ID token.
    /// [OpenID Connect Core §3.1.3.6](https://openid.net/specs/openid-connect-core-1_0.html#CodeIDToken)
    pub fn half_hash(self, value: &str) -> String {
        let hash = match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => &digest::SHA256,
            // Ed25519 is defined over SHA-512 (RFC 8032 §5.1).
            Self::EdDsa => &digest::SHA512,
        };
        let full = digest::digest(hash, value.as_bytes());
        base64url(&full.as_ref()[..full.as_ref().len() / 2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.name()), Some(algorithm));
        }
        for other in ["none", "None", "nOnE", "", "rs256", "HS256", "RS512", "ES256K", "ed25519", "Ed448"] {
            assert_eq!(Algorithm::parse(other), None, "{other}");
            assert_eq!(Algorithm::known_as(other), None, "{other}");
        }
        assert_eq!(Algorithm::known_as("Ed25519"), Some(Algorithm::EdDsa));
        assert_eq!(Algorithm::parse("Ed25519"), None);
    }

    #[test]
    fn the_half_hash_of_the_standard_example_is_right() {
        // OpenID Connect Core, Appendix A.3.
        assert_eq!(Algorithm::Rs256.half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(Algorithm::EdDsa.half_hash("x").len(), 43);
    }
}
