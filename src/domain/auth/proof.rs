//! One-time proofs sent by mail: a short code to type, and a link that works on any device.
//! Each is for one purpose and one address; opening the link shows a page, and only the button on it counts,
//! so that a mail scanner that follows links does not use it up.

use std::time::Duration;

use crate::base::Timestamp;
use crate::base::time::minutes;

crate::id! {
    /// One proof that was sent.
    ProofId,
}

/// How many digits a code has.
pub const CODE_DIGITS: usize = 6;

/// How often a code may be tried before a new one must be sent.
pub const TRIES: i64 = 5;

/// No proof lives longer than this, whatever the settings say.
pub const LONGEST: Duration = minutes(30);

/// What a proof is for. A proof for one thing is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Open an account with this address.
    SignUp,
    /// Set a new password for the account of this address.
    ResetPassword,
}

impl Purpose {
    /// The word that is stored.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::ResetPassword => "reset_password",
        }
    }
}

/// What became of a code that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the right one.
    Proven,
    /// It is not; so many tries are left.
    Wrong {
        /// Tries that are left for this code.
        tries_left: i64,
    },
    /// The proof is over: too old, used, tried too often, or replaced by a newer one.
    Over,
}

/// Read a code as typed: full-width digits, blanks and hyphens are understood. `None` if it cannot be one.
pub fn parse_code(text: &str) -> Option<String> {
    if text.len() > 100 {
        return None;
    }
    let code: String = crate::base::text::nfkc(text)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | 'ー' | '‐'))
        .collect();
    (code.len() == CODE_DIGITS && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// When a proof made now ends.
pub fn ends_at(now: Timestamp, lifetime: Duration) -> Timestamp {
    now.plus(lifetime.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_understood_as_typed() {
        assert_eq!(parse_code("０１２ ３４５").as_deref(), Some("012345"));
        assert_eq!(parse_code("012-345").as_deref(), Some("012345"));
        for bad in ["", "12345", "1234567", "12345a", &"1".repeat(200)] {
            assert_eq!(parse_code(bad), None, "{bad}");
        }
    }

    #[test]
    fn no_setting_makes_a_proof_live_longer_than_half_an_hour() {
        let now = Timestamp::from_seconds(0);
        assert_eq!(ends_at(now, minutes(10)), now.plus(minutes(10)));
        assert_eq!(ends_at(now, minutes(600)), now.plus(minutes(30)));
    }
}
