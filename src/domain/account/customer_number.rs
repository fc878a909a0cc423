//! The number a customer reads out on the telephone: ten random digits and a check digit, shown 3-4-4.
//! The check digit is ISO/IEC 7064 MOD 11,10, which catches every wrong digit and nearly every swapped pair.

use std::fmt;

use crate::base::random::Random;
use crate::base::text::nfkc;

/// A customer number with a right check digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CustomerNumber(String);

impl CustomerNumber {
    /// A new number. It does not say how many customers there are, and the next one cannot be guessed.
    pub fn random(random: &Random) -> Self {
        // A leading zero would be lost in a spreadsheet.
        let mut digits = (1 + random.below(9)).to_string();
        digits.push_str(&random.digits(9));
        let check = check_digit(&digits);
        digits.push(check);
        Self(digits)
    }

    /// Read a number as people type it: any width, with hyphens or blanks anywhere.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 200 {
            return None;
        }
        let digits: String = nfkc(text).chars().filter(|c| !is_separator(*c)).collect();
        if digits.len() != 11 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (body, check) = digits.split_at(10);
        check.starts_with(check_digit(body)).then_some(Self(digits))
    }

    /// The eleven digits alone, as they are stored.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CustomerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", &self.0[..3], &self.0[3..7], &self.0[7..])
    }
}

/// Blanks, and what keyboards offer for a hyphen: hyphen-minus, hyphens and dashes, minus, the long vowel mark.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | 'ー')
}

fn check_digit(digits: &str) -> char {
    let mut product = 10;
    for digit in digits.bytes() {
        let sum = (product + u32::from(digit - b'0')) % 10;
        product = (if sum == 0 { 10 } else { sum }) * 2 % 11;
    }
    char::from_digit((11 - product) % 10, 10).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_agrees_with_published_examples() {
        assert_eq!(check_digit("0794"), '5'); // ISO/IEC 7064
        assert_eq!(check_digit("8609574271"), '9'); // the sample German tax number
        assert_eq!(check_digit("4703689281"), '6');
    }

    #[test]
    fn it_is_shown_in_groups_of_three_four_and_four() {
        let number = CustomerNumber::parse("86095742719").unwrap();
        assert_eq!(number.to_string(), "860-9574-2719");
    }

    #[test]
    fn it_is_understood_however_it_is_typed() {
        let number = CustomerNumber::parse("86095742719");
        assert!(number.is_some());
        for typed in ["860-9574-2719", "８６０－９５７４－２７１９", " 860 9574 2719 ", "860ー9574ー2719"]
        {
            assert_eq!(CustomerNumber::parse(typed), number, "{typed}");
        }
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let right = "86095742719";
        for place in 0..right.len() {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = right.chars().collect();
                if wrong[place] != digit {
                    wrong[place] = digit;
                    assert_eq!(CustomerNumber::parse(&wrong.into_iter().collect::<String>()), None);
                }
            }
        }
    }

    #[test]
    fn a_new_number_is_readable_again() {
        let random = Random::system();
        for _ in 0..100 {
            let number = CustomerNumber::random(&random);
            assert_eq!(CustomerNumber::parse(&number.to_string()), Some(number));
        }
    }
}
