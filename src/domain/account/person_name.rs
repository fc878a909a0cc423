//! Names of people, in the scripts they are written in: 姓 and 名, their カナ, or given and family name.

use crate::base::text::nfkc;

/// Longest name that is kept, in characters.
const LONGEST: usize = 100;

/// Why a text is not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// Longer than is kept.
    TooLong,
    /// A character that is never part of a name: control characters, and those that turn the direction of
    /// the text around and so could make one name look like another.
    Characters,
    /// Something else than kana where the reading is asked.
    Kana,
}

impl NameError {
    /// The word for the reason.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooLong => "too_long",
            Self::Characters => "control_characters",
            Self::Kana => "kana",
        }
    }
}

/// A name as its owner writes it; `None` if nothing was entered. Only surrounding blanks are dropped:
/// Unicode normalisation would replace rare kanji of family registers by their common relatives.
pub fn parse(text: &str) -> Result<Option<String>, NameError> {
    let name = text.trim();
    if name.chars().nth(LONGEST).is_some() {
        return Err(NameError::TooLong);
    }
    if name.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(NameError::Characters);
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// The reading of a name, in full-width katakana however it was typed.
pub fn parse_kana(text: &str) -> Result<Option<String>, NameError> {
    let Some(name) = parse(text)? else { return Ok(None) };
    let kana: String = nfkc(&name).chars().map(katakana).collect();
    if kana.chars().nth(LONGEST).is_some() {
        return Err(NameError::TooLong);
    }
    if !kana.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー' | '・' | '゠' | ' ')) {
        return Err(NameError::Kana);
    }
    Ok(Some(kana))
}

/// Whether a name is written in kanji or kana, so that the family name comes first and it is the
/// `ja-Hani-JP` form as it stands.
pub fn is_japanese(name: &str) -> bool {
    name.chars().any(|c| matches!(c, '\u{3005}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'))
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        _ => c,
    }
}

/// Marks of direction and blanks of no width. The variation selectors that choose between forms of one
/// kanji are not among them, and the joiners that some scripts need are not either.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_kanji_stay_as_they_are() {
        assert_eq!(parse("　神﨑 ").unwrap().as_deref(), Some("神﨑"));
        assert_eq!(parse(" ").unwrap(), None);
    }

    #[test]
    fn readings_become_full_width_katakana() {
        for typed in ["やまだ", "ヤマダ", "ﾔﾏﾀﾞ"] {
            assert_eq!(parse_kana(typed).unwrap().as_deref(), Some("ヤマダ"), "{typed}");
        }
        assert_eq!(parse_kana("ジョン・ヴェルヌ").unwrap().as_deref(), Some("ジョン・ヴェルヌ"));
        assert_eq!(parse_kana("山田"), Err(NameError::Kana));
        assert_eq!(parse_kana("Yamada"), Err(NameError::Kana));
    }

    #[test]
    fn names_hold_no_trick_characters() {
        for bad in ["a\r\nBcc:x", "a\0", "evil\u{202e}txt", "a\u{200b}b"] {
            assert_eq!(parse(bad), Err(NameError::Characters), "{bad:?}");
        }
        assert_eq!(parse(&"あ".repeat(101)), Err(NameError::TooLong));
    }

    #[test]
    fn the_script_is_recognised() {
        for japanese in ["山田", "さくら", "サクラ", "佐々木"] {
            assert!(is_japanese(japanese), "{japanese}");
        }
        assert!(!is_japanese("Müller"));
    }
}
