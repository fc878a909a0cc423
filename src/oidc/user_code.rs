//! The code that a device shows and a person types. RFC 8628 §6.1: twenty consonants, so that no word comes of it and
//! no letter is taken for another; eight of them are 34 bits, which limits on tries make enough (§5.1).

use std::fmt;

use crate::base::random::Random;
use crate::base::text::nfkc;

/// The letters.
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// How many of them.
const LENGTH: usize = 8;
/// Where the hyphen is shown.
const HALF: usize = LENGTH / 2;

/// A code: shown as `XXXX-XXXX`, compared without the hyphen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A new one.
    pub fn random(random: &Random) -> Self {
        let letter = |_| char::from(ALPHABET[random.below(ALPHABET.len() as u64) as usize]);
        Self((0..LENGTH).map(letter).collect())
    }

    /// Read a code as people type it: in any case and width, with or without blanks and hyphens.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 200 {
            return None;
        }
        let typed: String = nfkc(text).chars().filter(|c| !is_separator(*c)).collect();
        let letters = typed.to_uppercase();
        let fits = letters.len() == LENGTH && letters.bytes().all(|letter| ALPHABET.contains(&letter));
        fits.then_some(Self(letters))
    }

    /// The letters alone, as they are hashed.
    pub fn letters(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", &self.0[..HALF], &self.0[HALF..])
    }
}

/// Blanks, and what keyboards offer for a hyphen: hyphen-minus, hyphens and dashes, minus, the long vowel mark.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = UserCode::parse("WDJB-MJHT").unwrap();
        assert_eq!((code.letters(), code.to_string().as_str()), ("WDJBMJHT", "WDJB-MJHT"));
        for typed in
            ["wdjbmjht", " wdjb mjht ", "ＷＤＪＢ－ＭＪＨＴ", "ｗｄｊｂ　ｍｊｈｔ", "wdjbーmjht", "W-D-J-B—MJHT"]
        {
            assert_eq!(UserCode::parse(typed), Some(code.clone()), "{typed}");
        }
        for other in ["", "WDJB-MJH", "WDJB-MJHTX", "WDJB-MJHA", "WDJB-MJH1", "WDJB_MJHT", "ＷＤＪＢ－ＭＪＨあ"]
        {
            assert_eq!(UserCode::parse(other), None, "{other}");
        }
        assert_eq!(UserCode::parse(&"W".repeat(1000)), None);
    }

    #[test]
    fn codes_are_drawn_from_all_letters_a070() {
        let random = Random::seeded(1);
        let drawn: String = (0..200).map(|_| UserCode::random(&random).letters().to_owned()).collect();
        assert!(ALPHABET.iter().all(|letter| drawn.contains(char::from(*letter))));
        let code = UserCode::random(&random);
        assert_eq!(UserCode::parse(&code.to_string()), Some(code));
    }
}
