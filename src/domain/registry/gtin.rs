//! Global Trade Item Numbers (JAN, EAN, UPC), kept as fourteen digits. GS1 General Specifications §3.3.2, §7.9.

use super::check_digit::CheckDigit;

/// A GTIN as fourteen digits whose check digit is right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gtin(String);

/// Why a text is not a GTIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GtinError {
    /// Something else than digits.
    NotDigits,
    /// A GTIN has 8, 12, 13 or 14 digits.
    Length,
    /// The number fits when zeros are put in front: a spreadsheet took them away.
    LeadingZerosLost,
    /// The last digit does not follow from those before it.
    CheckDigit,
}

impl Gtin {
    /// Read 8, 12, 13 or 14 digits, in any width, with or without blanks and hyphens.
    pub fn parse(text: &str) -> Result<Self, GtinError> {
        let digits: String = crate::base::text::nfkc(text).chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(GtinError::NotDigits);
        }
        let whole = format!("{digits:0>14}");
        let fits = CheckDigit::Mod10.holds(&whole);
        match digits.len() {
            8 | 12..=14 if fits => Ok(Self(whole)),
            8 | 12..=14 => Err(GtinError::CheckDigit),
            9..=11 if fits => Err(GtinError::LeadingZerosLost),
            _ => Err(GtinError::Length),
        }
    }

    /// Take over what was stored.
    pub fn stored(digits: String) -> Self {
        Self(digits)
    }

    /// All fourteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorter_numbers_are_filled_up_to_fourteen() {
        assert_eq!(Gtin::parse("4006381333931").unwrap().as_str(), "04006381333931");
        assert_eq!(Gtin::parse("036000291452").unwrap().as_str(), "00036000291452");
        assert_eq!(Gtin::parse("９６３８５０７４").unwrap().as_str(), "00000096385074");
        assert_eq!(Gtin::parse("4 006381-333931").unwrap().as_str(), "04006381333931");
    }

    #[test]
    fn every_wrong_number_says_why() {
        assert_eq!(Gtin::parse("4006381333932"), Err(GtinError::CheckDigit));
        assert_eq!(Gtin::parse("36000291452"), Err(GtinError::LeadingZerosLost));
        assert_eq!(Gtin::parse("123"), Err(GtinError::Length));
        assert_eq!(Gtin::parse("123456789012345"), Err(GtinError::Length));
        assert_eq!(Gtin::parse("4.00638E+12"), Err(GtinError::NotDigits));
        assert_eq!(Gtin::parse(""), Err(GtinError::NotDigits));
    }
}
