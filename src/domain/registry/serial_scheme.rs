//! What serial numbers of a model look like: a pattern on the normalised form, and a check digit.

use regex::{Regex, RegexBuilder};

use super::check_digit::CheckDigit;
use super::serial_number::SerialNumber;

/// The form of the serial numbers of a model.
#[derive(Clone, Debug)]
pub struct SerialScheme {
    pattern: String,
    regex: Option<Regex>,
    check_digit: CheckDigit,
}

/// A serial number as a scheme reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The form that is unique in the namespace.
    pub normalised: String,
    /// Width, case, hyphens or blanks were folded.
    pub respelled: bool,
    /// Letters and digits that look alike and were read the way the scheme allows.
    pub swapped: Vec<Swap>,
}

/// One character that was read as its look-alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Which character of the normalised form, from 1.
    pub place: usize,
    /// As typed.
    pub typed: char,
    /// As read.
    pub read: char,
}

/// Why a serial number is not one of this scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SerialFormError {
    /// The pattern does not fit.
    Form,
    /// It fits when zeros are put in front: a spreadsheet took them away.
    LeadingZerosLost,
    /// The check digit does not fit.
    CheckDigit,
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemeError {
    /// Longer than [`MAX_PATTERN`].
    TooLong,
    /// Serial numbers are compared without hyphens and blanks; this pattern asks for one.
    AsksForHyphen,
    /// Not a regular expression, or one that is too large; the sentence says why.
    Pattern(String),
}

/// The longest pattern, in bytes.
pub const MAX_PATTERN: usize = 200;
/// How much memory one compiled pattern may take, in bytes.
const MAX_COMPILED: usize = 1 << 20;
/// With more look-alikes than this in one serial, no other reading is tried (2^10 readings).
const MAX_LOOK_ALIKES: usize = 10;
/// How many lost zeros are looked for.
const MAX_LOST_ZEROS: usize = 8;

impl SerialScheme {
    /// A scheme from its pattern, which must fit the whole normalised form. An empty pattern fits everything.
    pub fn new(pattern: &str, check_digit: CheckDigit) -> Result<Self, SchemeError> {
        let pattern = pattern.trim();
        if pattern.len() > MAX_PATTERN {
            return Err(SchemeError::TooLong);
        }
        if asks_for_hyphen(pattern) {
            return Err(SchemeError::AsksForHyphen);
        }
        let regex = if pattern.is_empty() {
            None
        } else {
            let whole = RegexBuilder::new(&format!("^(?:{pattern})$"))
                .case_insensitive(true)
                .size_limit(MAX_COMPILED)
                .dfa_size_limit(MAX_COMPILED)
                .nest_limit(20)
                .build()
                .map_err(|error| SchemeError::Pattern(error.to_string()))?;
            Some(whole)
        };
        Ok(Self { pattern: pattern.to_owned(), regex, check_digit })
    }

    /// The pattern as it was given.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// How the last character is computed.
    pub fn check_digit(&self) -> CheckDigit {
        self.check_digit
    }

    /// Read a serial number. O and 0, I and 1 are exchanged only where the pattern refuses the one that was
    /// typed and takes the other, and only if that leaves a single reading.
    pub fn understand(&self, serial: &SerialNumber) -> Result<Understood, SerialFormError> {
        let folded = serial.folded();
        let normalised = if self.fits(folded) {
            folded.to_owned()
        } else {
            self.other_reading(folded).ok_or_else(|| self.why_not(folded))?
        };
        if !self.check_digit.holds(&normalised) {
            return Err(SerialFormError::CheckDigit);
        }
        let swapped = folded
            .chars()
            .zip(normalised.chars())
            .enumerate()
            .filter(|(_, (typed, read))| typed != read)
            .map(|(place, (typed, read))| Swap { place: place + 1, typed, read })
            .collect();
        Ok(Understood { respelled: serial.raw() != folded, normalised, swapped })
    }

    fn fits(&self, text: &str) -> bool {
        self.regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }

    /// The only reading that fits; where several do, the check digit may still tell which one.
    fn other_reading(&self, folded: &str) -> Option<String> {
        let places: Vec<usize> =
            folded.char_indices().filter(|&(_, c)| look_alike(c).is_some()).map(|(place, _)| place).collect();
        if places.is_empty() || places.len() > MAX_LOOK_ALIKES {
            return None;
        }
        let readings: Vec<String> =
            (1u32..1 << places.len()).map(|choice| reading(folded, &places, choice)).filter(|r| self.fits(r)).collect();
        if readings.len() == 1 {
            return readings.into_iter().next();
        }
        let mut checked = readings.into_iter().filter(|reading| self.check_digit.holds(reading));
        let only = checked.next()?;
        checked.next().is_none().then_some(only)
    }

    fn why_not(&self, folded: &str) -> SerialFormError {
        let zeros_help = folded.bytes().all(|b| b.is_ascii_digit())
            && (1..=MAX_LOST_ZEROS).any(|zeros| {
                let filled = format!("{}{folded}", "0".repeat(zeros));
                self.fits(&filled) && self.check_digit.holds(&filled)
            });
        if zeros_help { SerialFormError::LeadingZerosLost } else { SerialFormError::Form }
    }
}

/// `folded` with the look-alikes at those `places` exchanged whose bit is set in `choice`.
fn reading(folded: &str, places: &[usize], choice: u32) -> String {
    folded
        .char_indices()
        .map(|(place, c)| match places.iter().position(|&p| p == place) {
            Some(bit) if choice & (1 << bit) != 0 => look_alike(c).unwrap_or(c),
            _ => c,
        })
        .collect()
}

fn look_alike(c: char) -> Option<char> {
    match c {
        'O' => Some('0'),
        '0' => Some('O'),
        'I' => Some('1'),
        '1' => Some('I'),
        _ => None,
    }
}

/// A hyphen or blank outside of a character class can never be met by a normalised serial.
fn asks_for_hyphen(pattern: &str) -> bool {
    let mut in_class = false;
    let mut escaped = false;
    for c in pattern.chars() {
        match c {
            '-' | ' ' if !in_class => return true,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
#[path = "serial_scheme_tests.rs"]
mod tests;
