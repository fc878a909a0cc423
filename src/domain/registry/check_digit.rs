//! Check characters at the end of serial numbers. Luhn is ISO/IEC 7812-1 annex B, `mod10` the GS1 General
//! Specifications §7.9, `mod37_36` ISO/IEC 7064 MOD 37,36; `mod11` is the weighted sum of ISBN-10.

/// How the last character of a serial number follows from those before it.
///
/// The decimal methods look at digits only: letters of a serial such as `KX0012345` do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckDigit {
    /// The serial has none.
    None,
    /// Every second digit doubled, from the right.
    Luhn,
    /// Weights 3 and 1 from the right, as in a GTIN.
    Mod10,
    /// Weights 2, 3, 4 … from the right; ten is written `X`.
    Mod11,
    /// Letters and digits together, with one check letter or digit.
    Mod37_36,
}

impl CheckDigit {
    /// All of them, in the order in which a person chooses.
    pub const ALL: [Self; 5] = [Self::None, Self::Luhn, Self::Mod10, Self::Mod11, Self::Mod37_36];

    /// The name in import files and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Luhn => "luhn",
            Self::Mod10 => "mod10",
            Self::Mod11 => "mod11",
            Self::Mod37_36 => "mod37_36",
        }
    }

    /// The method of that name; empty means none.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.trim().to_ascii_lowercase().replace([' ', '-', ','], "_").as_str() {
            "" | "none" => Some(Self::None),
            "luhn" => Some(Self::Luhn),
            "mod10" | "gtin" => Some(Self::Mod10),
            "mod11" => Some(Self::Mod11),
            "mod37_36" | "iso7064_mod37_36" | "iso7064_mod_37_36" => Some(Self::Mod37_36),
            _ => None,
        }
    }

    /// Whether the last character fits those before it.
    pub fn holds(self, text: &str) -> bool {
        if self == Self::None {
            return true;
        }
        let Some(last) = text.chars().last() else { return false };
        let before = &text[..text.len() - last.len_utf8()];
        self.character_for(before) == Some(last.to_ascii_uppercase())
    }

    /// The check character that belongs behind `text`; `None` without a method or without anything to count.
    pub fn character_for(self, text: &str) -> Option<char> {
        match self {
            Self::None => None,
            Self::Luhn => decimal(text).map(|digits| luhn(&digits)),
            Self::Mod10 => decimal(text).map(|digits| mod10(&digits)),
            Self::Mod11 => decimal(text).map(|digits| mod11(&digits)),
            Self::Mod37_36 => mod37_36(text),
        }
    }
}

/// The digits of the text, last one first; `None` if there are none.
fn decimal(text: &str) -> Option<Vec<u32>> {
    let digits: Vec<u32> = text.chars().rev().filter_map(|c| c.to_digit(10)).collect();
    (!digits.is_empty()).then_some(digits)
}

fn luhn(digits: &[u32]) -> char {
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(place, &digit)| match (place % 2 == 0, digit) {
            (true, 5..) => digit * 2 - 9,
            (true, _) => digit * 2,
            (false, _) => digit,
        })
        .sum();
    digit_character((10 - sum % 10) % 10)
}

fn mod10(digits: &[u32]) -> char {
    let sum: u32 = digits.iter().enumerate().map(|(place, &digit)| digit * if place % 2 == 0 { 3 } else { 1 }).sum();
    digit_character((10 - sum % 10) % 10)
}

fn mod11(digits: &[u32]) -> char {
    let sum: u32 = (2u32..).zip(digits).map(|(weight, &digit)| weight * digit).sum();
    match (11 - sum % 11) % 11 {
        10 => 'X',
        value => digit_character(value),
    }
}

const ALPHANUMERIC: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn mod37_36(text: &str) -> Option<char> {
    let values: Vec<u32> = text.chars().filter_map(|c| c.to_digit(36)).collect();
    if values.is_empty() {
        return None;
    }
    let mut product = 36;
    for value in values {
        let sum = match (product + value) % 36 {
            0 => 36,
            other => other,
        };
        product = sum * 2 % 37;
    }
    Some(char::from(ALPHANUMERIC[((37 - product) % 36) as usize]))
}

fn digit_character(value: u32) -> char {
    char::from_digit(value, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_hold() {
        for (method, text) in [
            (CheckDigit::Luhn, "79927398713"),
            (CheckDigit::Luhn, "4111111111111111"),
            (CheckDigit::Mod10, "4006381333931"),
            (CheckDigit::Mod10, "036000291452"),
            (CheckDigit::Mod11, "0306406152"),
            (CheckDigit::Mod11, "097522980X"),
            (CheckDigit::Mod37_36, "A12425GABC1234002M"),
            (CheckDigit::None, "anything"),
        ] {
            assert!(method.holds(text), "{method:?} {text}");
        }
    }

    #[test]
    fn a_single_wrong_digit_is_always_found() {
        for method in [CheckDigit::Luhn, CheckDigit::Mod10, CheckDigit::Mod11, CheckDigit::Mod37_36] {
            let body = "KX00123456";
            let whole = format!("{body}{}", method.character_for(body).unwrap());
            assert!(method.holds(&whole));
            for place in 2..body.len() {
                for digit in '0'..='9' {
                    let mut wrong: Vec<char> = whole.chars().collect();
                    if wrong[place] != digit {
                        wrong[place] = digit;
                        let wrong: String = wrong.into_iter().collect();
                        assert!(!method.holds(&wrong), "{method:?} {wrong}");
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_to_count_is_not_valid() {
        assert!(!CheckDigit::Luhn.holds(""));
        assert!(!CheckDigit::Luhn.holds("7"));
        assert!(!CheckDigit::Mod37_36.holds("A"));
    }

    #[test]
    fn names_go_there_and_back() {
        for method in CheckDigit::ALL {
            assert_eq!(CheckDigit::from_name(method.name()), Some(method));
        }
        assert_eq!(CheckDigit::from_name(""), Some(CheckDigit::None));
        assert_eq!(CheckDigit::from_name("ISO7064 MOD37,36"), Some(CheckDigit::Mod37_36));
        assert_eq!(CheckDigit::from_name("crc"), None);
    }
}
