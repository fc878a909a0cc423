//! Who held a unit, and from when to when. A unit has at most one open period; the past is never overwritten.

use super::{OwnershipId, ProductModelId, RegistrationId, UnitId};
use crate::base::id;
use crate::base::time::Date;

/// One period in which one person held one unit. Model, lot and date of manufacture are carried along, so
/// that the owners of an affected lot are found without joining fifty million units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// The key of the record.
    pub id: OwnershipId,
    /// What was held.
    pub unit: UnitId,
    /// By whom.
    pub sub: id::Subject,
    /// The registration it came from.
    pub registration: RegistrationId,
    /// The unit's model.
    pub model: ProductModelId,
    /// The unit's lot, or empty.
    pub lot: String,
    /// When the unit was made.
    pub made_on: Option<Date>,
    /// The first day.
    pub held_from: Date,
    /// The end, once it has come.
    pub ended: Option<Ending>,
}

/// How a period ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The first day on which it was no longer held: periods that follow each other share this day.
    pub on: Date,
    /// Why.
    pub by: EndedBy,
}

/// Why a period ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndedBy {
    /// The holder gave it away or no longer has it.
    Holder,
    /// A dispute was decided for somebody else.
    Dispute,
    /// Staff corrected a mistake.
    Correction,
    /// The account was erased.
    Erasure,
}

impl EndedBy {
    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Dispute => "dispute",
            Self::Correction => "correction",
            Self::Erasure => "erasure",
        }
    }
}

impl Ownership {
    /// Whether it was held on that day.
    pub fn covers(&self, day: Date) -> bool {
        self.held_from <= day && self.ended.is_none_or(|ending| day < ending.on)
    }

    /// End the period; `None` if it has ended already. A period cannot end before it began.
    pub fn end(self, on: Date, by: EndedBy) -> Option<Self> {
        if self.ended.is_some() {
            return None;
        }
        Some(Self { ended: Some(Ending { on: on.max(self.held_from), by }), ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn held_from(day: Date) -> Ownership {
        Ownership {
            id: OwnershipId::from("o"),
            unit: UnitId::from("u"),
            sub: id::Subject::from("hanako"),
            registration: RegistrationId::from("r"),
            model: ProductModelId::from("m"),
            lot: String::new(),
            made_on: None,
            held_from: day,
            ended: None,
        }
    }

    #[test]
    fn the_day_of_the_change_belongs_to_the_next_holder() {
        let past = held_from(date(2025, 11, 22)).end(date(2026, 1, 1), EndedBy::Holder).unwrap();
        assert!(past.covers(date(2025, 12, 31)));
        assert!(!past.covers(date(2026, 1, 1)));
        assert!(!past.covers(date(2025, 11, 21)));
        assert!(held_from(date(2026, 1, 1)).covers(date(2026, 1, 1)));
    }

    #[test]
    fn a_period_ends_once() {
        let past = held_from(date(2025, 11, 22)).end(date(2025, 1, 1), EndedBy::Dispute).unwrap();
        assert_eq!(past.ended.unwrap().on, date(2025, 11, 22));
        assert_eq!(past.end(date(2027, 1, 1), EndedBy::Holder), None);
    }
}
