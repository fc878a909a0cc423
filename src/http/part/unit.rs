//! What an application is told of a single unit, in plain words, and how a person tells two units of one model apart.

use crate::i18n::Words;
use crate::oidc::authorization_details::Datatype;

/// As many letters at the end of a serial number tell a person which of their units is meant.
const ENDING: usize = 4;

/// What a datatype of `product_ownership` tells.
pub fn told_of_unit(words: Words, datatype: Datatype) -> String {
    match datatype {
        Datatype::Model => words.choice_tells_model(),
        Datatype::Serial => words.choice_tells_serial(),
        Datatype::Cover => words.choice_tells_cover(),
    }
}

/// The last letters of a serial number.
pub fn serial_ending(serial: &str) -> String {
    let letters: Vec<char> = serial.chars().filter(|c| c.is_alphanumeric()).collect();
    letters[letters.len().saturating_sub(ENDING)..].iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_shown_by_its_end() {
        assert_eq!(serial_ending("H24A-00 013"), "0013");
        assert_eq!(serial_ending("A-1"), "A1");
        assert_eq!(serial_ending(""), "");
    }
}
