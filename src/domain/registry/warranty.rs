//! From when to when a unit is covered, and how each date came about. Civil Code of Japan, art. 138–143:
//! a period of months does not count its first day, and ends the day before the corresponding day, or on the
//! last day of the month where there is no corresponding day.

use super::Bilingual;
use super::warranty_plan::{Covers, StartRule, Terms};
use crate::base::time::Date;

/// The day a warranty is counted from, and what proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The day.
    pub on: Date,
    /// What it rests on.
    pub proof: Proof,
}

/// What the anchor rests on, weakest first: a later one in this list moves the date of an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// Nothing is known but the day of registration.
    Registered,
    /// The day of manufacture, and some days.
    Made,
    /// The day of shipment, and some days.
    Shipped,
    /// The customer says so.
    Declared,
    /// A stamped warranty card.
    WarrantyCard,
    /// A receipt that was accepted.
    Receipt,
    /// The dealer reported the sale.
    DealerSale,
    /// The plan itself counts from this day; nothing better can come.
    Plan,
}

/// What is known about when a unit was made, sent, bought and registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// The day of manufacture.
    pub made_on: Option<Date>,
    /// The day of shipment.
    pub shipped_on: Option<Date>,
    /// The day of purchase, and what proves it.
    pub purchased: Option<(Date, Proof)>,
    /// The day of registration.
    pub registered_on: Date,
}

/// Cover for one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// The maker's code for the component.
    pub component: String,
    /// What people call it.
    pub name: Bilingual,
    /// How long, from the anchor.
    pub months: u16,
    /// For what.
    pub covers: Vec<Covers>,
    /// The last day, included.
    pub ends_on: Date,
}

/// One step of the computation, for the page to put into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The count starts from this day, which rests on this proof.
    From(Anchor),
    /// The anchor is this many days after that day of shipment or manufacture.
    Fallback {
        /// The day of shipment or manufacture.
        after: Date,
        /// The plan's number of days.
        days: u16,
    },
    /// The first day does not count: the count begins on the next day, which is this one.
    FirstDayLeftOut(Date),
    /// The first day counts.
    FirstDayCounted,
    /// So many months later comes this corresponding day; the day before it is the last one.
    Corresponding {
        /// The length of the period.
        months: u16,
        /// The corresponding day.
        day: Date,
    },
    /// So many months later has no corresponding day: the last day of that month is the last one.
    MonthEnd {
        /// The length of the period.
        months: u16,
    },
    /// The last day, included.
    Until(Date),
}

impl Proof {
    /// The word in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Made => "made",
            Self::Shipped => "shipped",
            Self::Declared => "declared",
            Self::WarrantyCard => "warranty_card",
            Self::Receipt => "receipt",
            Self::DealerSale => "dealer_sale",
            Self::Plan => "plan",
        }
    }

    /// The proof of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [
            Self::Registered,
            Self::Made,
            Self::Shipped,
            Self::Declared,
            Self::WarrantyCard,
            Self::Receipt,
            Self::DealerSale,
            Self::Plan,
        ]
        .into_iter()
        .find(|proof| proof.name() == name)
    }

    /// Whether a better proof may still move the date.
    pub fn is_provisional(self) -> bool {
        self <= Self::Declared
    }
}

impl Anchor {
    /// The day to count from: by the plan's rule, and by the best proof there is.
    pub fn find(terms: &Terms, dates: &Dates) -> Self {
        let fallback_days = i64::from(terms.fallback_days);
        let after = |day: Date| day.saturating_add(jiff::Span::new().days(fallback_days));
        let registered = Self { on: dates.registered_on, proof: Proof::Registered };
        let factory = dates
            .shipped_on
            .map(|day| Self { on: after(day), proof: Proof::Shipped })
            .or_else(|| dates.made_on.map(|day| Self { on: after(day), proof: Proof::Made }));
        match terms.start {
            StartRule::Registration => Self { on: dates.registered_on, proof: Proof::Plan },
            StartRule::Shipment => match dates.shipped_on {
                Some(on) => Self { on, proof: Proof::Plan },
                None => factory.unwrap_or(registered),
            },
            StartRule::Purchase => match dates.purchased {
                Some((on, proof)) => Self { on, proof },
                // Nobody registers a piece before it is sold: what is already registered was bought by then.
                None => factory.filter(|anchor| anchor.on <= dates.registered_on).unwrap_or(registered),
            },
        }
    }

    /// Whether `other` may replace this anchor: it rests on a better proof, or on the same one corrected.
    pub fn gives_way_to(&self, other: &Self) -> bool {
        other.proof >= self.proof
    }
}

/// The last day, included, of a period of `months` from `anchor`; `None` beyond the year 9999.
pub fn ends_on(anchor: Date, months: u16, first_day_counted: bool) -> Option<Date> {
    let begin = if first_day_counted { anchor } else { anchor.tomorrow().ok()? };
    let (year, month) = month_after(begin, months)?;
    match Date::new(year, month, begin.day()) {
        Ok(corresponding) => corresponding.yesterday().ok(),
        Err(_) => Some(Date::new(year, month, 1).ok()?.last_of_month()),
    }
}

/// The cover of every component of a plan, from one anchor.
pub fn covers(terms: &Terms, anchor: &Anchor) -> Vec<Cover> {
    terms
        .lines
        .iter()
        .map(|line| Cover {
            component: line.component.clone(),
            name: line.name.clone(),
            months: line.months,
            covers: line.covers.clone(),
            ends_on: ends_on(anchor.on, line.months, terms.first_day_counted).unwrap_or(Date::MAX),
        })
        .collect()
}

impl Cover {
    /// Whether it holds on that day, which is today in the plan's zone.
    pub fn in_force(&self, today: Date) -> bool {
        self.ends_on >= today
    }

    /// How many days are left after today: zero on the last day, negative when it is over.
    pub fn days_left(&self, today: Date) -> i64 {
        days_between(today, self.ends_on)
    }
}

/// Whole days from one date to another; negative when the other is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// How the last day of a period came about, in the order in which one would count it on a calendar.
pub fn explain(terms: &Terms, dates: &Dates, anchor: &Anchor, months: u16) -> Vec<Step> {
    let mut steps = Vec::with_capacity(5);
    let factory_day = match anchor.proof {
        Proof::Shipped => dates.shipped_on,
        Proof::Made => dates.made_on,
        _ => None,
    };
    if let Some(after) = factory_day {
        steps.push(Step::Fallback { after, days: terms.fallback_days });
    }
    steps.push(Step::From(*anchor));
    let begin = if terms.first_day_counted { Some(anchor.on) } else { anchor.on.tomorrow().ok() };
    match begin {
        Some(_) if terms.first_day_counted => steps.push(Step::FirstDayCounted),
        Some(begin) => steps.push(Step::FirstDayLeftOut(begin)),
        None => {}
    }
    if let Some((begin, (year, month))) = begin.and_then(|begin| Some((begin, month_after(begin, months)?))) {
        match Date::new(year, month, begin.day()) {
            Ok(day) => steps.push(Step::Corresponding { months, day }),
            Err(_) => steps.push(Step::MonthEnd { months }),
        }
    }
    if let Some(last) = ends_on(anchor.on, months, terms.first_day_counted) {
        steps.push(Step::Until(last));
    }
    steps
}

/// Year and month, so many months after the month of `day`.
fn month_after(day: Date, months: u16) -> Option<(i16, i8)> {
    let count = i32::from(day.year()) * 12 + i32::from(day.month()) - 1 + i32::from(months);
    Some((i16::try_from(count / 12).ok()?, i8::try_from(count % 12).ok()? + 1))
}

#[cfg(test)]
#[path = "warranty_tests.rs"]
mod tests;
