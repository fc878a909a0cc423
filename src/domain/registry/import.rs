//! Rows of import files, read one value at a time. What a spreadsheet has damaged is refused with the reason,
//! because a guess would tie the wrong piece to a person.

use super::check_digit::CheckDigit;
use super::gtin::{Gtin, GtinError};
use super::product_model::ModelNo;
use super::serial_number::{SerialNumber, SerialNumberError};
use super::serial_scheme::{SchemeError, SerialFormError, SerialScheme};
use super::warranty_plan::is_code;
use super::{Bilingual, unit};
use crate::base::text;
use crate::base::time::Date;

/// What is wrong with one value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The column's name.
    pub column: &'static str,
    /// A word for the reason, for programs.
    pub reason: &'static str,
    /// A sentence for the author of the file.
    pub explanation: String,
}

/// A row of a model file.
#[derive(Clone, Debug)]
pub struct ModelRow {
    /// The brand's name, or empty.
    pub brand: String,
    /// The model number.
    pub model_no: ModelNo,
    /// The name.
    pub name: Bilingual,
    /// The category, or empty.
    pub category: String,
    /// The trade item number.
    pub gtin: Option<Gtin>,
    /// Where serial numbers are unique; the model number when the file leaves it empty.
    pub namespace: String,
    /// The form of serial numbers.
    pub scheme: SerialScheme,
    /// The first day of sale.
    pub launched_on: Option<Date>,
    /// The code of the warranty plan.
    pub plan: Option<String>,
}

/// A row of a factory list. Its serial is read by the scheme of its model, which the row only names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitRow {
    /// The model number.
    pub model_no: ModelNo,
    /// The serial.
    pub serial: SerialNumber,
    /// The production lot, or empty.
    pub lot: String,
    /// When it was made.
    pub made_on: Option<Date>,
    /// When it left the factory.
    pub shipped_on: Option<Date>,
    /// The hash of the code in the box.
    pub claim_code_hash: Option<String>,
}

/// The columns of a model file.
pub const MODEL_COLUMNS: [&str; 11] = [
    "brand",
    "model_no",
    "name_ja",
    "name_en",
    "category",
    "gtin",
    "serial_namespace",
    "serial_regex",
    "check_digit",
    "launched_on",
    "warranty_plan",
];
/// Without these a model file cannot be read.
pub const MODEL_COLUMNS_NEEDED: [&str; 1] = ["model_no"];
/// The columns of a factory list.
pub const UNIT_COLUMNS: [&str; 6] = ["model_no", "serial", "lot", "made_on", "shipped_on", "claim_code"];
/// Without these a factory list cannot be read.
pub const UNIT_COLUMNS_NEEDED: [&str; 2] = ["model_no", "serial"];

/// The longest name or lot, in characters.
const MAX_TEXT: usize = 200;
/// Years that a date in a file may lie in.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

impl ModelRow {
    /// Read a row; `value` gives the text of a column, empty where the file has no such column.
    pub fn read<'a>(value: impl Fn(&'static str) -> &'a str) -> Result<Self, Vec<RowError>> {
        let mut errors = Vec::new();
        let brand = keep(&mut errors, short_text("brand", value("brand")));
        let model_no = keep(&mut errors, model_no(value("model_no")));
        let name_ja = keep(&mut errors, short_text("name_ja", value("name_ja")));
        let name_en = keep(&mut errors, short_text("name_en", value("name_en")));
        let category = keep(&mut errors, short_text("category", value("category")));
        let gtin = keep(&mut errors, optional(value("gtin"), gtin));
        let namespace = keep(&mut errors, optional(value("serial_namespace"), namespace));
        let check_digit = keep(&mut errors, check_digit(value("check_digit")));
        let scheme = check_digit.and_then(|check| keep(&mut errors, scheme(value("serial_regex"), check)));
        let launched_on = keep(&mut errors, optional(value("launched_on"), |text| date("launched_on", text)));
        let plan = keep(&mut errors, optional(value("warranty_plan"), plan_code));
        match (brand, model_no, name_ja, name_en, category, gtin, namespace, scheme, launched_on, plan) {
            (
                Some(brand),
                Some(model_no),
                Some(name_ja),
                Some(name_en),
                Some(category),
                Some(gtin),
                Some(namespace),
                Some(scheme),
                Some(launched_on),
                Some(plan),
            ) if errors.is_empty() => {
                let name = Bilingual::new(&name_ja, &name_en).or_else(|| Bilingual::new(model_no.printed(), ""));
                let Some(name) = name else { return Err(errors) };
                let namespace = namespace.unwrap_or_else(|| model_no.key().to_owned());
                Ok(Self { brand, model_no, name, category, gtin, namespace, scheme, launched_on, plan })
            }
            _ => Err(errors),
        }
    }
}

impl UnitRow {
    /// Read a row; `value` gives the text of a column, empty where the file has no such column.
    pub fn read<'a>(value: impl Fn(&'static str) -> &'a str) -> Result<Self, Vec<RowError>> {
        let mut errors = Vec::new();
        let model_no = keep(&mut errors, model_no(value("model_no")));
        let serial = keep(&mut errors, serial(value("serial")));
        let lot = keep(&mut errors, short_text("lot", value("lot")));
        let made_on = keep(&mut errors, optional(value("made_on"), |text| date("made_on", text)));
        let shipped_on = keep(&mut errors, optional(value("shipped_on"), |text| date("shipped_on", text)));
        let claim_code_hash = keep(&mut errors, optional(value("claim_code"), claim_code));
        match (model_no, serial, lot, made_on, shipped_on, claim_code_hash) {
            (Some(model_no), Some(serial), Some(lot), Some(made_on), Some(shipped_on), Some(claim_code_hash)) => {
                if let (Some(made), Some(shipped)) = (made_on, shipped_on)
                    && shipped < made
                {
                    return Err(vec![error("shipped_on", "before_made_on", "the unit was shipped before it was made")]);
                }
                Ok(Self { model_no, serial, lot, made_on, shipped_on, claim_code_hash })
            }
            _ => Err(errors),
        }
    }

    /// Read the serial by the scheme of its model.
    pub fn normalised(&self, scheme: &SerialScheme) -> Result<String, RowError> {
        scheme.understand(&self.serial).map(|understood| understood.normalised).map_err(|reason| match reason {
            SerialFormError::LeadingZerosLost => {
                error("serial", "leading_zeros_lost", "a spreadsheet removed leading zeros: format the column as text")
            }
            SerialFormError::CheckDigit => error("serial", "check_digit", "the check digit does not fit"),
            SerialFormError::Form => error("serial", "serial_form", "it does not have the form of the model's serials"),
        })
    }
}

fn error(column: &'static str, reason: &'static str, explanation: impl Into<String>) -> RowError {
    RowError { column, reason, explanation: explanation.into() }
}

fn keep<T>(errors: &mut Vec<RowError>, value: Result<T, RowError>) -> Option<T> {
    value.map_err(|error| errors.push(error)).ok()
}

fn optional<T>(text: &str, read: impl Fn(&str) -> Result<T, RowError>) -> Result<Option<T>, RowError> {
    if text.trim().is_empty() { Ok(None) } else { read(text).map(Some) }
}

fn short_text(column: &'static str, value: &str) -> Result<String, RowError> {
    let value = value.trim();
    if value.chars().count() > MAX_TEXT {
        return Err(error(column, "too_long", format!("at most {MAX_TEXT} characters")));
    }
    if !text::is_storable(value, false) {
        return Err(error(column, "control_character", "control characters cannot be stored"));
    }
    not_scientific(column, value)?;
    Ok(value.to_owned())
}

fn model_no(value: &str) -> Result<ModelNo, RowError> {
    not_scientific("model_no", value)?;
    if value.trim().is_empty() {
        return Err(error("model_no", "required", "the model number is missing"));
    }
    ModelNo::parse(value).ok_or_else(|| error("model_no", "too_long", "at most 60 printable characters"))
}

fn serial(value: &str) -> Result<SerialNumber, RowError> {
    not_scientific("serial", value)?;
    SerialNumber::parse(value).map_err(|reason| match reason {
        SerialNumberError::Empty => error("serial", "required", "the serial number is missing"),
        SerialNumberError::TooLong => error("serial", "too_long", "at most 40 letters and digits"),
        SerialNumberError::Unreadable => {
            error("serial", "serial_form", "only letters, digits and . / + # and the like")
        }
    })
}

fn gtin(value: &str) -> Result<Gtin, RowError> {
    not_scientific("gtin", value)?;
    Gtin::parse(value).map_err(|reason| match reason {
        GtinError::NotDigits => error("gtin", "not_digits", "a GTIN has digits only"),
        GtinError::Length => error("gtin", "length", "a GTIN has 8, 12, 13 or 14 digits"),
        GtinError::LeadingZerosLost => {
            error("gtin", "leading_zeros_lost", "a spreadsheet removed leading zeros: format the column as text")
        }
        GtinError::CheckDigit => error("gtin", "check_digit", "the last digit does not follow from the others"),
    })
}

fn namespace(value: &str) -> Result<String, RowError> {
    let value = short_text("serial_namespace", value)?;
    if value.chars().count() > 60 {
        return Err(error("serial_namespace", "too_long", "at most 60 characters"));
    }
    Ok(value)
}

fn check_digit(value: &str) -> Result<CheckDigit, RowError> {
    CheckDigit::from_name(value)
        .ok_or_else(|| error("check_digit", "unknown", "one of none, luhn, mod10, mod11, mod37_36"))
}

fn scheme(pattern: &str, check: CheckDigit) -> Result<SerialScheme, RowError> {
    SerialScheme::new(pattern, check).map_err(|reason| match reason {
        SchemeError::TooLong => error("serial_regex", "too_long", "at most 200 characters"),
        SchemeError::AsksForHyphen => error(
            "serial_regex",
            "hyphen",
            "serials are compared in upper case without hyphens and blanks: leave them out of the pattern",
        ),
        SchemeError::Pattern(why) => error("serial_regex", "pattern", why),
    })
}

fn plan_code(value: &str) -> Result<String, RowError> {
    let value = value.trim();
    if is_code(value) {
        Ok(value.to_owned())
    } else {
        Err(error("warranty_plan", "form", "the code of a plan: at most 40 letters, digits, '-', '_' or '.'"))
    }
}

fn claim_code(value: &str) -> Result<String, RowError> {
    not_scientific("claim_code", value)?;
    let count = value.chars().filter(|c| c.is_alphanumeric()).count();
    if (4..=64).contains(&count) {
        Ok(unit::claim_code_hash(value))
    } else {
        Err(error("claim_code", "length", "4 to 64 letters and digits"))
    }
}

/// A date as `2026-11-22`, `2026/11/22` or `2026/1/2`, in any width.
fn date(column: &'static str, value: &str) -> Result<Date, RowError> {
    let value = text::nfkc(value.trim());
    if value.len() == 5 && value.bytes().all(|b| b.is_ascii_digit()) {
        return Err(error(column, "day_number", "a spreadsheet's day number: format the column as text or as a date"));
    }
    let separator = if value.contains('/') { '/' } else { '-' };
    let mut numbers = value.splitn(3, separator);
    let mut number = |digits: std::ops::RangeInclusive<usize>| {
        let part = numbers.next()?;
        (digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i16>().ok())?
    };
    let parts = (number(4..=4), number(1..=2), number(1..=2));
    let (Some(year), Some(month), Some(day)) = parts else {
        return Err(error(column, "date", "a date is written 2026-11-22"));
    };
    if !YEARS.contains(&year) {
        return Err(error(column, "date", "the year lies between 1900 and 2200"));
    }
    let month_and_day = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    month_and_day
        .and_then(|(month, day)| Date::new(year, month, day).ok())
        .ok_or_else(|| error(column, "date", "there is no such day"))
}

/// `1.23E+12`: what a spreadsheet makes of a long number. Its digits are gone for good.
fn not_scientific(column: &'static str, value: &str) -> Result<(), RowError> {
    let value = value.trim();
    let Some((number, exponent)) = value.split_once(['E', 'e']) else { return Ok(()) };
    let is_number = number.contains('.') && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    let signed = exponent.strip_prefix(['+', '-']);
    let is_exponent = signed.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    let is_bare = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && exponent.starts_with('+');
    if is_exponent && (is_number || is_bare) {
        return Err(error(
            column,
            "scientific_notation",
            format!(
                "a spreadsheet turned a long number into {value} and its digits are lost: format the column as text"
            ),
        ));
    }
    Ok(())
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
