//! Passkeys as their standard has them: what a browser is asked, and whether what it answers is good.
//! Web Authentication Level 3, as a relying party.
//!
//! | step | file |
//! |---|---|
//! | §5.1.2: who we are, and which pages may speak for us | [`relying_party`] |
//! | §5.4, §5.5: what a browser is asked | [`options`] |
//! | §5.1: what it answers | [`response`] |
//! | §5.8.1: what it says about the page | [`client_data`] |
//! | §6.1: what the authenticator says about itself | [`authenticator_data`] |
//! | RFC 9052, RFC 9053: the public key | [`public_key`] |
//! | §7.1: a new passkey | [`registration`] |
//! | §7.2: the use of one | [`assertion`] |
//!
//! # Decisions
//! - Nobody is asked for an attestation: people bring the passkeys they have. Formats are `none`, and `packed` where
//!   the passkey signs for itself, which browsers pass on; any other is refused.
//! - `webauthn-rs` 0.6 cannot be built beside `rsa` 0.10 (its `crypto-glue` asks for a feature that only release
//!   candidates of `rsa` had), and it leaves `topOrigin`, the user handle and the length of credential ids to its
//!   caller. The other crates for relying parties are of an older generation, or bring a clock and a generator of
//!   their own. What is left of the standard without attestation is one file a step; signatures are ring's, CBOR is
//!   `minicbor`'s.
//! - Nothing here knows accounts, time or storage: a challenge that was used, is too old or belongs to another
//!   browser never gets here.

pub mod assertion;
pub mod authenticator_data;
pub mod client_data;
pub mod options;
pub mod public_key;
pub mod registration;
pub mod relying_party;
pub mod response;
#[cfg(test)]
mod tests;

pub use public_key::{CoseAlgorithm, PublicKey};
pub use relying_party::RelyingParty;

/// Longest credential id, in bytes: §5.8.3.
pub const LONGEST_CREDENTIAL_ID: usize = 1023;

/// What is wrong with an answer. The person is told none of it; the audit log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deviation {
    /// It cannot be read.
    Malformed,
    /// It is about another ceremony.
    Type,
    /// It answers another challenge.
    Challenge,
    /// It was made on a page that is not ours.
    Origin,
    /// It was made in a frame of another site.
    CrossOrigin,
    /// It is for another relying party.
    RpId,
    /// Nobody was there.
    NotPresent,
    /// The device did not check who was there.
    NotVerified,
    /// It says to be backed up and not to be able to, or changed its mind about the latter.
    Backup,
    /// Its key is of an algorithm that was not offered.
    Algorithm,
    /// Its name is too long.
    CredentialId,
    /// Its attestation is of a format that was not asked for, or is wrong.
    Attestation,
    /// Its signature is not by this passkey's key.
    Signature,
    /// It belongs to another person.
    UserHandle,
}

impl Deviation {
    /// The word for the audit log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Type => "type",
            Self::Challenge => "challenge",
            Self::Origin => "origin",
            Self::CrossOrigin => "cross_origin",
            Self::RpId => "rp_id",
            Self::NotPresent => "not_present",
            Self::NotVerified => "not_verified",
            Self::Backup => "backup",
            Self::Algorithm => "algorithm",
            Self::CredentialId => "credential_id",
            Self::Attestation => "attestation",
            Self::Signature => "signature",
            Self::UserHandle => "user_handle",
        }
    }
}
