//! Subject identifiers: the same for every client, or one per sector. OpenID Connect Core §8.

use crate::base::digest;
use crate::base::id::Subject;

/// How a client knows people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubjectType {
    /// By the account's own subject.
    #[default]
    Public,
    /// By a subject that only the clients of one sector share.
    Pairwise,
}

impl SubjectType {
    /// Both, as listed in the metadata.
    pub const ALL: [Self; 2] = [Self::Public, Self::Pairwise];

    /// The value in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Pairwise => "pairwise",
        }
    }
}

/// The key under which pairwise subjects are derived. It must stay the same for as long as the
/// installation lives, and secret: whoever has it can link the sectors.
#[derive(Clone)]
pub struct PairwiseKey([u8; 32]);

impl PairwiseKey {
    /// Wrap a key.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The subject that a sector sees.
    /// [OpenID Connect Core §8.1](https://openid.net/specs/openid-connect-core-1_0.html#PairwiseAlg)
    pub fn subject(&self, sector: &str, account: &Subject) -> String {
        // A zero byte can be in neither part, so no two pairs give the same message.
        digest::base64url(digest::hmac_sha256(&self.0, format!("subject\0{sector}\0{account}")))
    }
}

impl std::fmt::Debug for PairwiseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pairwise_subject_is_stable_in_a_sector_and_differs_across() {
        let (key, account) = (PairwiseKey::new([7; 32]), Subject::from("abc"));
        let here = key.subject("shop.example", &account);
        assert_eq!(here, key.subject("shop.example", &account));
        assert_ne!(here, key.subject("club.example", &account));
        assert_ne!(here, key.subject("shop.example", &Subject::from("abd")));
        assert_ne!(here, PairwiseKey::new([8; 32]).subject("shop.example", &account));
    }
}
