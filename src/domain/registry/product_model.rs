//! A model in the catalogue: what a maker sells under one model number (型番).

use super::gtin::Gtin;
use super::serial_scheme::SerialScheme;
use super::{Bilingual, ProductModelId};
use crate::base::text;
use crate::base::time::Date;

/// What is sold under one model number.
#[derive(Clone, Debug)]
pub struct ProductModel {
    /// The key of the record.
    pub id: ProductModelId,
    /// The brand's name, or empty.
    pub brand: String,
    /// As printed.
    pub model_no: ModelNo,
    /// What people call it.
    pub name: Bilingual,
    /// The maker's own word for the kind of product (`aircon`), or empty.
    pub category: String,
    /// The trade item number, if it has one.
    pub gtin: Option<Gtin>,
    /// Where its serial numbers are unique: one model, a family or a whole brand.
    pub namespace: String,
    /// The form of its serial numbers.
    pub scheme: SerialScheme,
    /// The first day on which it was sold.
    pub launched_on: Option<Date>,
    /// The plan whose newest version covers its units.
    pub plan: Option<String>,
}

/// A model number as printed, and the form in which two of them are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelNo {
    printed: String,
    key: String,
}

/// The longest model number, in characters.
pub const MAX_MODEL_NO: usize = 60;

impl ModelNo {
    /// Read a model number; `None` for an empty, overlong or unprintable text.
    pub fn parse(text: &str) -> Option<Self> {
        let printed = text.trim();
        if printed.is_empty() || printed.chars().count() > MAX_MODEL_NO || !text::is_storable(printed, false) {
            return None;
        }
        let key: String =
            text::nfkc(printed).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        (!key.is_empty()).then(|| Self { printed: printed.to_owned(), key })
    }

    /// As printed.
    pub fn printed(&self) -> &str {
        &self.printed
    }

    /// Width and case folded, without blanks. Hyphens count: `X-100` and `X1-00` may both exist.
    pub fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_model_number_meet() {
        for text in ["KX-100", " kx-100", "ＫＸ－１００", "KX -100"] {
            assert_eq!(ModelNo::parse(text).unwrap().key(), "KX-100", "{text}");
        }
        assert_eq!(ModelNo::parse(" kx-100").unwrap().printed(), "kx-100");
        assert_ne!(ModelNo::parse("KX100").unwrap().key(), "KX-100");
    }

    #[test]
    fn an_unusable_model_number_is_none() {
        assert_eq!(ModelNo::parse("  "), None);
        assert_eq!(ModelNo::parse("A\0"), None);
        assert_eq!(ModelNo::parse(&"A".repeat(61)), None);
    }
}
