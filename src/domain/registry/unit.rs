//! One serial-numbered piece: from the factory's list, or provisional until the list has it.

use super::{ProductModelId, UnitId};
use crate::base::digest;
use crate::base::text;
use crate::base::time::Date;

/// One serial-numbered piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The key of the record.
    pub id: UnitId,
    /// What it is a piece of.
    pub model: ProductModelId,
    /// The serial as printed on the label.
    pub serial_label: String,
    /// The serial in its unique form.
    pub serial: String,
    /// The production lot, or empty.
    pub lot: String,
    /// When it was made.
    pub made_on: Option<Date>,
    /// When it left the factory.
    pub shipped_on: Option<Date>,
    /// The hash of the code hidden in its box.
    pub claim_code_hash: Option<String>,
    /// How it became known.
    pub provenance: Provenance,
}

/// How a unit became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// It is in the factory's list.
    Manufactured,
    /// A customer named a serial of valid form that no list has yet.
    Provisional,
}

impl Provenance {
    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manufactured => "manufactured",
            Self::Provisional => "provisional",
        }
    }

    /// The provenance of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "manufactured" => Some(Self::Manufactured),
            "provisional" => Some(Self::Provisional),
            _ => None,
        }
    }
}

/// What a code from the box says about who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Possession {
    /// No code was given, or the unit has none.
    NotShown,
    /// The code of this unit was given.
    Shown,
    /// Another code was given.
    WrongCode,
}

impl Unit {
    /// Compare a typed claim code with the one in the box.
    pub fn possession(&self, typed: Option<&str>) -> Possession {
        match (typed.map(claim_code_hash), &self.claim_code_hash) {
            (Some(typed), Some(hash)) if digest::same(&typed, hash) => Possession::Shown,
            (Some(_), Some(_)) => Possession::WrongCode,
            _ => Possession::NotShown,
        }
    }
}

/// The hash of a claim code, whatever width, case and hyphens it is typed with.
pub fn claim_code_hash(code: &str) -> String {
    let folded: String =
        text::nfkc(code).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    digest::fingerprint(format!("claim-code:{folded}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(code: Option<&str>) -> Unit {
        Unit {
            id: UnitId::from("u"),
            model: ProductModelId::from("m"),
            serial_label: "A-1".into(),
            serial: "A1".into(),
            lot: String::new(),
            made_on: None,
            shipped_on: None,
            claim_code_hash: code.map(claim_code_hash),
            provenance: Provenance::Manufactured,
        }
    }

    #[test]
    fn the_code_in_the_box_proves_possession() {
        let boxed = unit(Some("K7Q2-9XWD"));
        assert_eq!(boxed.possession(Some("ｋ７ｑ２ ９ｘｗｄ")), Possession::Shown);
        assert_eq!(boxed.possession(Some("K7Q2-9XWE")), Possession::WrongCode);
        assert_eq!(boxed.possession(None), Possession::NotShown);
    }

    #[test]
    fn a_code_for_a_unit_without_one_proves_nothing() {
        assert_eq!(unit(None).possession(Some("K7Q2-9XWD")), Possession::NotShown);
    }
}
