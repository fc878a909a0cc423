//! What a maker promises for a model: one published version of a plan, with a line for each component.

use super::{Bilingual, WarrantyPlanId};
use crate::base::time::Date;
use crate::base::{Timestamp, text};

/// One published version of a plan; it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarrantyPlan {
    /// The key of the record.
    pub id: WarrantyPlanId,
    /// What it promises.
    pub terms: Terms,
}

/// What a version of a plan promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The maker's code (`STD`).
    pub code: String,
    /// From 1.
    pub version: u32,
    /// What people call it.
    pub name: Bilingual,
    /// Where it holds (`JP`).
    pub region: String,
    /// In which zone its days begin and end.
    pub zone: Zone,
    /// What starts it.
    pub start: StartRule,
    /// How many days after shipment a piece is taken to be sold when nobody says when.
    pub fallback_days: u16,
    /// Whether the first day counts. Civil Code of Japan, art. 140: it does not, unless agreed.
    pub first_day_counted: bool,
    /// Whether the next owner has it too.
    pub transferable: bool,
    /// One line for each component.
    pub lines: Vec<Line>,
}

/// What is promised for one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The maker's code for the component (`compressor`).
    pub component: String,
    /// What people call it.
    pub name: Bilingual,
    /// How long.
    pub months: u16,
    /// For what, in the order given.
    pub covers: Vec<Covers>,
}

/// What starts a warranty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartRule {
    /// The day of purchase; when nobody knows it, shipment and some days.
    Purchase,
    /// The day of shipment.
    Shipment,
    /// The day of registration.
    Registration,
}

/// A kind of cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Covers {
    /// Spare parts.
    Parts,
    /// Work.
    Labour,
    /// The technician's way to the customer.
    Visit,
    /// The unit's way to the workshop and back.
    Shipping,
}

/// A zone of the IANA database that is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(String);

/// The longest term, in months: a hundred years.
pub const MAX_MONTHS: u16 = 1200;
/// The most lines a plan has.
pub const MAX_LINES: usize = 100;

impl Zone {
    /// A known zone.
    pub fn parse(name: &str) -> Option<Self> {
        // Any moment will do: what is asked is whether the zone exists.
        Timestamp::from_millis(0).date_in(name).map(|_| Self(name.to_owned()))
    }

    /// The name in the IANA database.
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The date there at that moment.
    pub fn today(&self, now: Timestamp) -> Option<Date> {
        now.date_in(&self.0)
    }
}

/// What is wrong with a plan, as the name of the member and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// The member of the file.
    pub member: &'static str,
    /// What to change.
    pub explanation: String,
}

impl Terms {
    /// Check what no single value shows: codes that can be stored, at least one line, components once each.
    pub fn check(self) -> Result<Self, PlanError> {
        let wrong = |member, explanation: &str| Err(PlanError { member, explanation: explanation.to_owned() });
        if !is_code(&self.code) {
            return wrong("code", "1 to 40 letters, digits, '-', '_' or '.'");
        }
        if self.version == 0 {
            return wrong("version", "versions count from 1");
        }
        if !text::is_storable(&self.region, false) || self.region.len() > 40 {
            return wrong("region", "at most 40 letters");
        }
        if self.lines.is_empty() || self.lines.len() > MAX_LINES {
            return wrong("lines", "1 to 100 lines");
        }
        for (index, line) in self.lines.iter().enumerate() {
            if !is_code(&line.component) {
                return wrong("component", "1 to 40 letters, digits, '-', '_' or '.'");
            }
            if self.lines[..index].iter().any(|earlier| earlier.component == line.component) {
                return wrong("component", &format!("{} appears twice", line.component));
            }
            if line.months == 0 || line.months > MAX_MONTHS {
                return wrong("months", "1 to 1200");
            }
            if line.covers.is_empty() {
                return wrong("covers", "at least one of parts, labour, visit, shipping");
            }
        }
        Ok(self)
    }

    /// `STD@1`, as it is shown to staff.
    pub fn label(&self) -> String {
        format!("{}@{}", self.code, self.version)
    }
}

/// Whether a text can be the code of a plan, a component or a namespace.
pub fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

impl StartRule {
    /// The word in files and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Shipment => "shipment",
            Self::Registration => "registration",
        }
    }

    /// The rule of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "purchase" | "purchase_date" | "purchased_on" => Some(Self::Purchase),
            "shipment" | "shipped_on" => Some(Self::Shipment),
            "registration" => Some(Self::Registration),
            _ => None,
        }
    }
}

impl Covers {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Parts, Self::Labour, Self::Visit, Self::Shipping];

    /// The word in files, in the database and in claims.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Parts => "parts",
            Self::Labour => "labour",
            Self::Visit => "visit",
            Self::Shipping => "shipping",
        }
    }

    /// The kind of cost of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "labor" => Some(Self::Labour),
            _ => Self::ALL.into_iter().find(|kind| kind.name() == name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        Terms {
            code: "STD".into(),
            version: 1,
            name: Bilingual::new("標準保証", "Standard").unwrap(),
            region: "JP".into(),
            zone: Zone::parse("Asia/Tokyo").unwrap(),
            start: StartRule::Purchase,
            fallback_days: 30,
            first_day_counted: false,
            transferable: true,
            lines: vec![Line {
                component: "body".into(),
                name: Bilingual::new("本体", "Body").unwrap(),
                months: 12,
                covers: vec![Covers::Parts, Covers::Labour],
            }],
        }
    }

    #[test]
    fn a_sound_plan_passes() {
        assert_eq!(terms().check().unwrap().label(), "STD@1");
    }

    #[test]
    fn every_fault_names_its_member() {
        type Spoil = fn(&mut Terms);
        let faults: [(Spoil, &str); 8] = [
            (|t| t.code = "標準".into(), "code"),
            (|t| t.version = 0, "version"),
            (|t| t.region = "J\0P".into(), "region"),
            (|t| t.lines.clear(), "lines"),
            (|t| t.lines[0].component.clear(), "component"),
            (|t| t.lines.push(t.lines[0].clone()), "component"),
            (|t| t.lines[0].months = 0, "months"),
            (|t| t.lines[0].covers.clear(), "covers"),
        ];
        for (spoil, member) in faults {
            let mut terms = terms();
            spoil(&mut terms);
            assert_eq!(terms.check().unwrap_err().member, member);
        }
    }

    #[test]
    fn today_is_a_matter_of_the_zone() {
        let evening = Timestamp::from_millis(1_795_361_400_000); // 2026-11-22T15:30:00Z
        let day = |zone| Zone::parse(zone).unwrap().today(evening).unwrap().to_string();
        assert_eq!(day("Asia/Tokyo"), "2026-11-23");
        assert_eq!(day("America/New_York"), "2026-11-22");
        assert_eq!(Zone::parse("Asia/Edo"), None);
    }

    #[test]
    fn names_go_there_and_back() {
        for kind in Covers::ALL {
            assert_eq!(Covers::from_name(kind.name()), Some(kind));
        }
        for rule in [StartRule::Purchase, StartRule::Shipment, StartRule::Registration] {
            assert_eq!(StartRule::from_name(rule.name()), Some(rule));
        }
    }
}
