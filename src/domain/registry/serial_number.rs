//! A serial number as a person typed it, and the one form in which it is compared.

use crate::base::text;

/// A serial number: what was typed, and what is left when width, case, hyphens and blanks are folded.
/// Which of its letters may be misread digits is the business of a [`super::serial_scheme::SerialScheme`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialNumber {
    raw: String,
    folded: String,
}

/// Why a text cannot be a serial number of any scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SerialNumberError {
    /// Nothing is left without blanks and hyphens.
    Empty,
    /// Longer than any label.
    TooLong,
    /// It holds signs that no label carries.
    Unreadable,
}

/// The longest text that is looked at, in characters.
pub const MAX_TYPED: usize = 100;
/// The longest normalised form.
pub const MAX_NORMALISED: usize = 40;

impl SerialNumber {
    /// Fold width (NFKC) and case, drop hyphens and blanks, and keep the text as it was typed.
    pub fn parse(typed: &str) -> Result<Self, SerialNumberError> {
        let raw = typed.trim();
        // NFKC can make a text many times longer, so the length is looked at before as well.
        if raw.chars().count() > MAX_TYPED {
            return Err(SerialNumberError::TooLong);
        }
        if !text::is_storable(raw, false) {
            return Err(SerialNumberError::Unreadable);
        }
        let folded: String = text::nfkc(raw).chars().filter(|&c| !is_skipped(c)).flat_map(char::to_uppercase).collect();
        if folded.is_empty() {
            return Err(SerialNumberError::Empty);
        }
        if !folded.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(SerialNumberError::Unreadable);
        }
        if folded.len() > MAX_NORMALISED {
            return Err(SerialNumberError::TooLong);
        }
        Ok(Self { raw: raw.to_owned(), folded })
    }

    /// As typed, without blanks at the ends.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Upper-case ASCII without hyphens and blanks.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

/// Hyphens of every kind, blanks, and the invisible characters that come along when text is copied.
/// The long vowel mark is here because it lies on the hyphen's key of a Japanese keyboard.
fn is_skipped(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '_'
                | '\u{00AD}'
                | '\u{2010}'..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2500}'
                | '\u{30FC}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2060}'
                | '\u{FEFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Result<String, SerialNumberError> {
        SerialNumber::parse(text).map(|serial| serial.folded)
    }

    #[test]
    fn every_spelling_of_one_serial_meets() {
        for spelling in [
            "ABC123",
            "abc-123",
            "ＡＢＣ１２３",
            " abc 123 ",
            "ａｂｃ－１２３",
            "ABCー123",
            "ABCｰ123",
            "ABC‐123",
            "ABC−123",
            "ABC\u{3000}123",
            "ABC\u{200B}123\u{FEFF}",
            "a_b_c_1_2_3",
        ] {
            assert_eq!(folded(spelling).as_deref(), Ok("ABC123"), "{spelling:?}");
        }
    }

    #[test]
    fn the_typed_text_is_kept() {
        assert_eq!(SerialNumber::parse(" ａｂｃ-１ ").unwrap().raw(), "ａｂｃ-１");
    }

    #[test]
    fn what_no_label_carries_is_refused() {
        assert_eq!(folded(" - "), Err(SerialNumberError::Empty));
        assert_eq!(folded(""), Err(SerialNumberError::Empty));
        assert_eq!(folded("AB\0C"), Err(SerialNumberError::Unreadable));
        assert_eq!(folded("製造番号"), Err(SerialNumberError::Unreadable));
        assert_eq!(folded("АВС123"), Err(SerialNumberError::Unreadable), "Cyrillic look-alikes");
        assert_eq!(folded(&"1".repeat(41)), Err(SerialNumberError::TooLong));
        assert_eq!(folded(&"-".repeat(101)), Err(SerialNumberError::TooLong));
        assert_eq!(folded(&"ﷺ".repeat(100)), Err(SerialNumberError::Unreadable));
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["ＡＢＣ-１２３", "x100/9.8+7", "①②③"] {
            let once = folded(text).unwrap();
            assert_eq!(folded(&once).as_deref(), Ok(once.as_str()));
        }
    }
}
