//! A proof of work: a number that takes a browser a moment to find and the server one hash to check. It makes a thousand
//! letters or passwords dear and one of them cheap.
//!
//! # Decisions
//! - The challenge carries everything and a keyed hash: nothing is kept for pages that are only looked at.
//! - What is hashed is one block, so that a script without any library finds the number in about a second.

use crate::base::Timestamp;
use crate::base::digest::sha256;

/// What a challenge is for; an answer to one is none to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A letter to somebody who signs up.
    SignUp,
    /// A letter to somebody who forgot their password.
    Recover,
    /// A password, while many are being tried everywhere.
    SignIn,
}

impl Purpose {
    /// The word for it in the challenge.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::Recover => "recover",
            Self::SignIn => "sign-in",
        }
    }
}

/// No browser is asked for more: with one bit more the work doubles.
pub const MOST_BITS: u32 = 22;

/// A challenge, without the hash that makes it one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Names it, so that its answer counts once.
    pub nonce: String,
    /// How many bits of the hash must be zero.
    pub bits: u32,
    /// Until when an answer counts.
    pub expires_at: Timestamp,
}

impl Challenge {
    /// As text.
    pub fn text(&self) -> String {
        format!("{}.{}.{}", self.bits, self.expires_at.millis(), self.nonce)
    }

    /// From text; whether it is one of ours is another question.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (bits, expires_at, nonce) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || nonce.is_empty() {
            return None;
        }
        let expires_at = Timestamp::from_millis(expires_at.parse().ok()?);
        Some(Self { nonce: nonce.to_owned(), bits: bits.parse().ok()?, expires_at })
    }
}

/// How many bits are asked for: more the more often something was tried beyond what is free.
pub fn bits_for(least: u32, tries: i64, free: i64) -> u32 {
    let times = u64::try_from(tries / free.max(1)).unwrap_or(0).max(1);
    (least + times.ilog2()).min(MOST_BITS)
}

/// Whether a number answers a challenge: the hash of the challenge's hash and the number begins with enough zero bits.
pub fn is_answer(challenge: &str, bits: u32, answer: &str) -> bool {
    let is_number = !answer.is_empty() && answer.len() <= 19 && answer.bytes().all(|b| b.is_ascii_digit());
    match answer.parse::<u64>() {
        Ok(number) if is_number => zero_bits(&hash(&sha256(challenge), number)) >= bits,
        Ok(_) | Err(_) => false,
    }
}

/// Find the answer, as the script in the browser does.
pub fn solve(challenge: &str, bits: u32) -> u64 {
    let beginning = sha256(challenge);
    (0..u64::MAX).find(|number| zero_bits(&hash(&beginning, *number)) >= bits).unwrap_or(u64::MAX)
}

fn hash(beginning: &[u8; 32], number: u64) -> [u8; 32] {
    let mut block = [0; 40];
    let (first, last) = block.split_at_mut(32);
    first.copy_from_slice(beginning);
    last.copy_from_slice(&number.to_be_bytes());
    sha256(block)
}

fn zero_bits(hash: &[u8; 32]) -> u32 {
    let mut bits = 0;
    for byte in hash {
        bits += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_and_checked() {
        let answer = solve("challenge", 10);
        assert!(is_answer("challenge", 10, &answer.to_string()));
        assert!(!is_answer("challenge", 10, &(answer + 1).to_string()) || answer == u64::MAX);
        assert!(!is_answer("another", 10, &answer.to_string()));
        for odd in ["", "-1", "+1", " 1", "1e3", "x", "99999999999999999999", "１"] {
            assert!(!is_answer("challenge", 0, odd), "{odd:?}");
        }
    }

    #[test]
    fn zero_bits_are_counted_from_the_front() {
        let mut hash = [0xff; 32];
        assert_eq!(zero_bits(&hash), 0);
        hash[0] = 0;
        hash[1] = 0b0001_0000;
        assert_eq!(zero_bits(&hash), 11);
        assert_eq!(zero_bits(&[0; 32]), 256);
    }

    #[test]
    fn who_tries_more_works_more() {
        for (tries, bits) in [(0, 16), (20, 16), (39, 16), (40, 17), (80, 18), (160, 19), (i64::MAX, MOST_BITS)] {
            assert_eq!(bits_for(16, tries, 20), bits, "{tries}");
        }
        assert_eq!(bits_for(16, 7, 0), 18);
    }

    #[test]
    fn a_challenge_is_read_as_it_was_written() {
        let challenge = Challenge { nonce: "abc".into(), bits: 16, expires_at: Timestamp::from_seconds(100) };
        assert_eq!(Challenge::parse(&challenge.text()), Some(challenge));
        for odd in ["", "16", "16.1000", "16.1000.", "16.1000.a.b", "x.1000.a", "16.x.a", "-1.1000.a"] {
            assert_eq!(Challenge::parse(odd), None, "{odd}");
        }
    }
}
