//! Passkeys of an account: what is kept of one, the ceremonies in which they are made and used, and what a count of
//! uses that did not go on means. Web Authentication Level 3, §4 (credential record) and §6.1.1.

use std::time::Duration;

use super::proof::ProofId;
use crate::base::Timestamp;
use crate::base::id::Subject;
use crate::base::text::is_storable;
use crate::base::time::{days, minutes};

crate::id! {
    /// A passkey, as pages name it.
    PasskeyId,
    /// A challenge that waits for its answer.
    CeremonyId,
}

/// How long a challenge waits for its answer.
pub const LIFETIME: Duration = minutes(5);

/// For how long "not now" holds.
pub const POSTPONED: Duration = days(30);

/// How many passkeys an account may have. Browsers send the whole list back and forth.
pub const MOST: usize = 50;

/// A passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    /// As pages name it.
    pub id: PasskeyId,
    /// Whose it is.
    pub sub: Subject,
    /// As authenticators name it, in base64url.
    pub credential_id: String,
    /// What its authenticator says to be its owner.
    pub user_handle: Vec<u8>,
    /// Its key, as the authenticator sent it.
    pub public_key: Vec<u8>,
    /// How often it was used; 0 where that is not counted.
    pub sign_count: u32,
    /// How its authenticator can be reached.
    pub transports: Vec<String>,
    /// Whether it can leave the device that made it.
    pub backup_eligible: bool,
    /// Whether it has.
    pub backed_up: bool,
    /// Whether the device checked who was there when it was made.
    pub user_verified: bool,
    /// The kind of authenticator, as a UUID.
    pub aaguid: String,
    /// As its owner calls it.
    pub name: Name,
    /// When it was added.
    pub added_at: Timestamp,
    /// When somebody last signed in with it.
    pub used_at: Option<Timestamp>,
}

/// What a challenge is for. An answer to one for another purpose is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Add a passkey to the account that is signed in.
    Add,
    /// The same by the browser itself, just after a sign-in by password.
    Upgrade,
    /// Open an account with it.
    SignUp,
    /// Sign in, whoever it is.
    SignIn,
    /// Go on with a sign-in of somebody who is known by now.
    SecondFactor,
}

impl Purpose {
    const ALL: [Self; 5] = [Self::Add, Self::Upgrade, Self::SignUp, Self::SignIn, Self::SecondFactor];

    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Upgrade => "upgrade",
            Self::SignUp => "sign_up",
            Self::SignIn => "sign_in",
            Self::SecondFactor => "second_factor",
        }
    }

    /// The purpose of a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }
}

/// A challenge that waits for its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ceremony {
    /// Its name in forms.
    pub id: CeremonyId,
    /// What for.
    pub purpose: Purpose,
    /// What the authenticator signs.
    pub challenge: Vec<u8>,
    /// The browser that was asked.
    pub browser_hash: String,
    /// Whose it is; at sign-up, who will be opened.
    pub sub: Option<Subject>,
    /// The proof of the address, at sign-up.
    pub proof: Option<ProofId>,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// What a passkey is called by its owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Longest name, in characters.
    pub const LONGEST: usize = 60;

    /// A name as typed, or the word for what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        match () {
            () if text.is_empty() => Err("required"),
            () if text.chars().count() > Self::LONGEST => Err("too_long"),
            () if !is_storable(text, false) => Err("control_characters"),
            () => Ok(Self(text.to_owned())),
        }
    }

    /// A name that we make up, or that was kept.
    pub fn known(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the count of uses tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// It went on, or there is none.
    Fine,
    /// It did not go on: somebody may have a copy.
    Stale,
}

/// [§6.1.1](https://www.w3.org/TR/webauthn-3/#sctn-sign-counter): a passkey that counts goes on counting. One that is
/// copied between devices says 0 for ever.
pub fn judge_count(kept: u32, told: u32) -> Count {
    if told > kept || (told == 0 && kept == 0) { Count::Fine } else { Count::Stale }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (A144)
    #[test]
    fn a_count_goes_on_or_is_never_there_a144() {
        for (kept, told, expected) in [
            (0, 0, Count::Fine),
            (0, 1, Count::Fine),
            (4, 9, Count::Fine),
            (4, 4, Count::Stale),
            (4, 3, Count::Stale),
            (4, 0, Count::Stale),
        ] {
            assert_eq!(judge_count(kept, told), expected, "{kept} then {told}");
        }
    }

    #[test]
    fn a_name_is_short_and_visible() {
        assert_eq!(Name::parse("  会社の鍵 ").unwrap().as_str(), "会社の鍵");
        assert_eq!(Name::parse("<b>Key</b>").unwrap().as_str(), "<b>Key</b>");
        assert_eq!(Name::parse(" "), Err("required"));
        assert_eq!(Name::parse(&"鍵".repeat(61)), Err("too_long"));
        assert_eq!(Name::parse("a\u{7}b"), Err("control_characters"));
    }

    #[test]
    fn the_stored_words_read_back() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::from_word(purpose.word()), Some(purpose));
        }
    }
}
