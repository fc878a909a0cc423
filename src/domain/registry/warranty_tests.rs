//! End dates of warranties: worked examples of the Civil Code and properties over 28 years.

use jiff::ToSpan as _;
use jiff::civil::date;

use super::*;
use crate::domain::registry::warranty_plan::{Line, Zone};

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn terms(start: StartRule) -> Terms {
    let line = |component: &str, months| Line {
        component: component.into(),
        name: Bilingual::new(component, component).unwrap(),
        months,
        covers: vec![Covers::Parts],
    };
    Terms {
        code: "STD".into(),
        version: 1,
        name: Bilingual::new("標準保証", "Standard").unwrap(),
        region: "JP".into(),
        zone: Zone::parse("Asia/Tokyo").unwrap(),
        start,
        fallback_days: 30,
        first_day_counted: false,
        transferable: true,
        lines: vec![line("body", 12), line("compressor", 60)],
    }
}

const UNKNOWN: Dates = Dates { made_on: None, shipped_on: None, purchased: None, registered_on: date(2026, 3, 1) };

/// Every day from 2000 to 2028.
fn starts() -> impl Iterator<Item = Date> {
    date(2000, 1, 1).series(1.day()).take_while(|day| day.year() <= 2028)
}

#[test]
fn periods_end_as_the_civil_code_says() {
    for (anchor, months, first_day_counted, end) in [
        ("2023-02-28", 12, false, "2024-02-29"),
        ("2024-02-29", 12, false, "2025-02-28"),
        ("2024-02-29", 48, false, "2028-02-29"),
        ("2025-01-30", 1, false, "2025-02-28"),
        ("2025-01-31", 1, false, "2025-02-28"),
        ("2025-04-30", 1, false, "2025-05-31"),
        ("2026-08-31", 6, false, "2027-02-28"),
        ("2025-11-22", 12, false, "2026-11-22"),
        ("2025-11-22", 12, true, "2026-11-21"),
        ("2025-11-22", 60, false, "2030-11-22"),
        ("2024-02-29", 12, true, "2025-02-28"),
        ("2025-12-31", 12, false, "2026-12-31"),
        ("2026-01-01", 12, true, "2026-12-31"),
    ] {
        assert_eq!(ends_on(day(anchor), months, first_day_counted), Some(day(end)), "{anchor} +{months}");
    }
}

#[test]
fn a_later_anchor_never_ends_earlier() {
    for months in [1, 6, 12, 13, 60] {
        for counted in [false, true] {
            let ends: Vec<Date> = starts().map(|start| ends_on(start, months, counted).unwrap()).collect();
            assert!(ends.windows(2).all(|pair| pair[0] <= pair[1]), "{months} {counted}");
        }
    }
}

#[test]
fn a_longer_period_always_ends_later() {
    for start in starts() {
        let ends: Vec<Date> = (1..=61).map(|months| ends_on(start, months, false).unwrap()).collect();
        assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "{start}");
    }
}

#[test]
fn counting_the_first_day_ends_one_day_earlier_but_for_month_ends() {
    for start in starts() {
        for months in [1, 12, 60] {
            let (without, with) = (ends_on(start, months, false).unwrap(), ends_on(start, months, true).unwrap());
            let apart = days_between(with, without);
            assert!((0..=4).contains(&apart), "{start} {months}: {with} {without}");
            if start.day() < 27 {
                assert_eq!(apart, 1, "{start} {months}");
            }
        }
    }
}

#[test]
fn the_usual_shortcuts_are_wrong_as_often_as_was_measured() {
    let wrong = |method: fn(Date) -> Date, months| {
        starts().filter(|&start| method(start) != ends_on(start, months, false).unwrap()).count()
    };
    let days = starts().count();
    let share = |count: usize| (count as f64 / days as f64 * 10_000.0).round() / 100.0;
    assert_eq!(share(wrong(|start| start + 1.month(), 1)), 1.37);
    assert_eq!(share(wrong(|start| start + 12.months(), 12)), 0.07);
    assert_eq!(share(wrong(|start| (start + 1.day() + 1.month()) - 1.day(), 1)), 1.84);
    assert!(share(wrong(|start| start + 365.days(), 12)) > 24.0);
}

#[test]
fn bonuses_are_months_from_the_anchor_not_from_the_previous_end() {
    let chained = |start| ends_on(ends_on(start, 1, false).unwrap(), 1, false).unwrap();
    assert!(starts().any(|start| chained(start) != ends_on(start, 2, false).unwrap()));
}

#[test]
fn beyond_the_calendar_there_is_no_end() {
    assert_eq!(ends_on(date(9999, 12, 31), 1, false), None);
    assert_eq!(ends_on(date(9990, 1, 1), 1200, false), None);
}

#[test]
fn the_best_proof_gives_the_anchor() {
    let purchase = terms(StartRule::Purchase);
    let shipped = Dates { shipped_on: Some(date(2025, 1, 10)), made_on: Some(date(2025, 1, 1)), ..UNKNOWN };
    let bought = Dates { purchased: Some((date(2025, 11, 22), Proof::Declared)), ..shipped };
    let made = Dates { made_on: Some(date(2025, 1, 1)), ..UNKNOWN };
    for (dates, on, proof) in [
        (bought, date(2025, 11, 22), Proof::Declared),
        (shipped, date(2025, 2, 9), Proof::Shipped),
        (made, date(2025, 1, 31), Proof::Made),
        (UNKNOWN, date(2026, 3, 1), Proof::Registered),
    ] {
        assert_eq!(Anchor::find(&purchase, &dates), Anchor { on, proof });
    }
    assert!(Proof::Declared.is_provisional());
    assert!(!Proof::Receipt.is_provisional());
}

#[test]
fn a_fallback_never_lies_behind_the_registration() {
    let dates = Dates { shipped_on: Some(date(2026, 2, 25)), ..UNKNOWN };
    let anchor = Anchor::find(&terms(StartRule::Purchase), &dates);
    assert_eq!(anchor, Anchor { on: date(2026, 3, 1), proof: Proof::Registered });
}

#[test]
fn a_plan_may_count_from_another_day() {
    let dates =
        Dates { shipped_on: Some(date(2025, 1, 10)), purchased: Some((date(2025, 11, 22), Proof::Receipt)), ..UNKNOWN };
    assert_eq!(Anchor::find(&terms(StartRule::Shipment), &dates), Anchor { on: date(2025, 1, 10), proof: Proof::Plan });
    assert_eq!(
        Anchor::find(&terms(StartRule::Registration), &dates),
        Anchor { on: date(2026, 3, 1), proof: Proof::Plan }
    );
    assert_eq!(Anchor::find(&terms(StartRule::Shipment), &UNKNOWN).proof, Proof::Registered);
}

#[test]
fn a_weaker_proof_moves_nothing() {
    let receipt = Anchor { on: date(2025, 11, 22), proof: Proof::Receipt };
    let declared = Anchor { on: date(2025, 12, 22), proof: Proof::Declared };
    assert!(declared.gives_way_to(&receipt));
    assert!(!receipt.gives_way_to(&declared));
}

#[test]
fn cover_holds_through_its_last_day_in_the_zone_of_the_plan() {
    let terms = terms(StartRule::Purchase);
    let cover = covers(&terms, &Anchor { on: date(2025, 11, 22), proof: Proof::Declared });
    assert_eq!(cover.iter().map(|c| c.ends_on).collect::<Vec<_>>(), [date(2026, 11, 22), date(2030, 11, 22)]);

    let body = &cover[0];
    assert!(body.in_force(date(2026, 11, 22)) && !body.in_force(date(2026, 11, 23)));
    assert_eq!(body.days_left(date(2026, 11, 22)), 0);
    assert_eq!(body.days_left(date(2026, 11, 23)), -1);
    assert_eq!(body.days_left(date(2025, 11, 23)), 364);

    // 2026-11-22T15:30Z is the 23rd in Tokyo: what ends on the 22nd is over.
    let evening = crate::base::Timestamp::from_millis(1_795_361_400_000);
    assert!(!body.in_force(terms.zone.today(evening).unwrap()));
    assert!(body.in_force(Zone::parse("UTC").unwrap().today(evening).unwrap()));
}

#[test]
fn every_date_explains_itself() {
    let terms = terms(StartRule::Purchase);
    let bought = Dates { purchased: Some((date(2025, 11, 22), Proof::Declared)), ..UNKNOWN };
    let anchor = Anchor::find(&terms, &bought);
    assert_eq!(
        explain(&terms, &bought, &anchor, 12),
        [
            Step::From(anchor),
            Step::FirstDayLeftOut(date(2025, 11, 23)),
            Step::Corresponding { months: 12, day: date(2026, 11, 23) },
            Step::Until(date(2026, 11, 22)),
        ]
    );

    let shipped = Dates { shipped_on: Some(date(2025, 1, 1)), ..UNKNOWN };
    let anchor = Anchor::find(&terms, &shipped);
    assert_eq!(
        explain(&terms, &shipped, &anchor, 1),
        [
            Step::Fallback { after: date(2025, 1, 1), days: 30 },
            Step::From(Anchor { on: date(2025, 1, 31), proof: Proof::Shipped }),
            Step::FirstDayLeftOut(date(2025, 2, 1)),
            Step::Corresponding { months: 1, day: date(2025, 3, 1) },
            Step::Until(date(2025, 2, 28)),
        ]
    );

    let bought = Dates { purchased: Some((date(2025, 1, 30), Proof::Declared)), ..UNKNOWN };
    let anchor = Anchor::find(&terms, &bought);
    assert_eq!(
        explain(&terms, &bought, &anchor, 1)[2..],
        [Step::MonthEnd { months: 1 }, Step::Until(date(2025, 2, 28))]
    );
}

#[test]
fn the_explanation_ends_with_the_date_itself() {
    let terms = terms(StartRule::Purchase);
    for start in starts() {
        let dates = Dates { purchased: Some((start, Proof::Declared)), ..UNKNOWN };
        let anchor = Anchor::find(&terms, &dates);
        for cover in covers(&terms, &anchor) {
            assert_eq!(explain(&terms, &dates, &anchor, cover.months).last(), Some(&Step::Until(cover.ends_on)));
        }
    }
}
