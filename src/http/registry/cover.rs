//! Cover in words: the bar, the lines of the table, and the steps by which a date came about.

use crate::domain::registry::warranty::{Anchor, Proof, Step, days_between};
use crate::domain::registry::warranty_plan::Covers;
use crate::http::part::{Badge, Cover, CoverState};
use crate::i18n::{Words, format};
use crate::service::registry::my_products::{CoverLine, ProductCard};

/// One line of the table of cover.
#[derive(Clone, Debug)]
pub(super) struct CoverRow {
    pub part: String,
    pub covers: String,
    pub length: String,
    pub until: String,
    pub badge: Badge,
    pub steps: Vec<String>,
}

/// A line as words and a bar.
fn bar(words: Words, label: String, line: &CoverLine) -> Cover {
    let end = format::date(words.locale(), line.ends_on);
    match format::days_left(words.locale(), line.days_left) {
        Some(left) => {
            let (share, state) = Cover::standing(line.days_left, days_between(line.starts_on, line.ends_on));
            Cover { state, label, left, until: Some(words.cover_until(end)), share }
        }
        None => Cover {
            state: CoverState::Over,
            label,
            left: words.cover_over(),
            until: Some(words.cover_ended_on(end)),
            share: 0,
        },
    }
}

/// The one line that stands for all: named after its part where the plan has several.
pub(super) fn headline(words: Words, card: &ProductCard) -> Option<Cover> {
    let line = card.headline()?;
    let label = if line.in_force && card.cover.len() > 1 {
        words.cover_of(line.name.in_locale(words.locale()))
    } else {
        words.cover()
    };
    Some(bar(words, label, line))
}

/// A line of the table.
pub(super) fn row(words: Words, line: &CoverLine) -> CoverRow {
    let locale = words.locale();
    let covers: Vec<String> = line.covers.iter().map(|covers| covered(words, *covers)).collect();
    CoverRow {
        part: line.name.in_locale(locale).to_owned(),
        covers: covers.join(&words.covers_join()),
        length: format::duration_in_months(locale, i64::from(line.months)),
        until: format::date(locale, line.ends_on),
        badge: match format::days_left(locale, line.days_left) {
            None => Badge::plain(words.cover_over()),
            Some(left) => match Cover::standing(line.days_left, 1).1 {
                CoverState::Soon => Badge::warn(left),
                CoverState::Good | CoverState::Over => Badge::good(left),
            },
        },
        steps: line.steps.iter().map(|step| sentence(words, step)).collect(),
    }
}

fn covered(words: Words, covers: Covers) -> String {
    match covers {
        Covers::Parts => words.covers_parts(),
        Covers::Labour => words.covers_labour(),
        Covers::Visit => words.covers_visit(),
        Covers::Shipping => words.covers_shipping(),
    }
}

fn sentence(words: Words, step: &Step) -> String {
    let locale = words.locale();
    let date = |day| format::date(locale, day);
    let length = |months: &u16| format::duration_in_months(locale, i64::from(*months));
    match step {
        Step::From(anchor) => from(words, anchor),
        Step::Fallback { after, days } => words.step_fallback(date(*after), days),
        Step::FirstDayLeftOut(begin) => words.step_first_day_left_out(date(*begin)),
        Step::FirstDayCounted => words.step_first_day_counted(),
        Step::Corresponding { months, day } => words.step_corresponding(length(months), date(*day)),
        Step::MonthEnd { months } => words.step_month_end(length(months)),
        Step::Until(last) => words.step_until(date(*last)),
    }
}

fn from(words: Words, anchor: &Anchor) -> String {
    let date = format::date(words.locale(), anchor.on);
    match anchor.proof {
        Proof::Plan => words.step_from_plan(date),
        Proof::DealerSale => words.step_from_dealer_sale(date),
        Proof::Receipt => words.step_from_receipt(date),
        Proof::WarrantyCard => words.step_from_warranty_card(date),
        Proof::Declared => words.step_from_declared(date),
        Proof::Shipped => words.step_from_shipped(date),
        Proof::Made => words.step_from_made(date),
        Proof::Registered => words.step_from_registered(date),
    }
}
