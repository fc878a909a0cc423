//! What becomes of claims.

use jiff::civil::date;

use super::*;

const TODAY: Date = date(2026, 11, 22);

fn bought(on: Date) -> Declaration {
    Declaration { purchased_on: Some(on), declared_on: TODAY, confirmed: false }
}

fn listed() -> Circumstances {
    Circumstances {
        in_factory_list: true,
        made_on: Some(date(2025, 6, 1)),
        launched_on: Some(date(2025, 4, 1)),
        holder: None,
        open_claim: None,
        possession: Possession::NotShown,
    }
}

fn decide(declaration: Declaration, known: &Circumstances) -> Opening {
    open(&declaration, known, &Subject::from("hanako"))
}

#[test]
fn a_listed_unit_that_nobody_holds_becomes_yours() {
    assert_eq!(decide(bought(date(2025, 11, 22)), &listed()), Opening::Activate);
    assert_eq!(decide(bought(TODAY), &listed()), Opening::Activate);
    let unknown_date = Declaration { purchased_on: None, declared_on: TODAY, confirmed: false };
    assert_eq!(decide(unknown_date, &listed()), Opening::Activate);
}

#[test]
fn an_unknown_serial_waits_and_is_never_a_dead_end() {
    let unknown = Circumstances { in_factory_list: false, made_on: None, ..listed() };
    assert_eq!(decide(bought(date(2025, 11, 22)), &unknown), Opening::Review(vec![Reason::UnknownSerial]));
    let waiting = Circumstances { open_claim: Some(State::Pending), ..unknown };
    assert_eq!(decide(bought(date(2025, 11, 22)), &waiting), Opening::AlreadyYours(State::Pending));
}

#[test]
fn a_purchase_in_the_future_is_refused_whatever_else_is_true() {
    let held = Circumstances { holder: Some(Subject::from("taro")), ..listed() };
    for known in [listed(), held] {
        assert_eq!(decide(bought(date(2026, 11, 23)), &known), Opening::Refuse(Wrong::InFuture));
        assert_eq!(decide(bought(date(1900, 1, 1)), &known), Opening::Refuse(Wrong::TooLongAgo));
    }
}

#[test]
fn a_purchase_before_manufacture_or_launch_asks_and_then_goes_to_review() {
    for (on, reasons) in [
        (date(2025, 5, 1), vec![Reason::BeforeManufacture]),
        (date(2025, 3, 1), vec![Reason::BeforeManufacture, Reason::BeforeLaunch]),
    ] {
        assert_eq!(decide(bought(on), &listed()), Opening::Ask(reasons.clone()));
        let confirmed = Declaration { confirmed: true, ..bought(on) };
        assert_eq!(decide(confirmed, &listed()), Opening::Review(reasons));
    }
    let unlisted = Circumstances { in_factory_list: false, made_on: None, ..listed() };
    let confirmed = Declaration { confirmed: true, ..bought(date(2025, 3, 1)) };
    assert_eq!(decide(confirmed, &unlisted), Opening::Review(vec![Reason::UnknownSerial, Reason::BeforeLaunch]));
}

#[test]
fn a_unit_that_somebody_holds_is_kept_for_a_decision() {
    let held = Circumstances { holder: Some(Subject::from("taro")), ..listed() };
    assert_eq!(
        decide(bought(date(2025, 11, 22)), &held),
        Opening::Dispute(vec![Next::ProvePossession, Next::WaitForDecision])
    );
    let shown = Circumstances { possession: Possession::Shown, ..held.clone() };
    assert_eq!(decide(bought(date(2025, 11, 22)), &shown), Opening::Dispute(vec![Next::WaitForDecision]));
    let again = Circumstances { open_claim: Some(State::Disputed), ..shown };
    assert_eq!(decide(bought(date(2025, 11, 22)), &again), Opening::StillDisputed(vec![Next::WaitForDecision]));
}

#[test]
fn what_is_yours_is_yours() {
    let mine = Circumstances { holder: Some(Subject::from("hanako")), open_claim: Some(State::Active), ..listed() };
    assert_eq!(decide(bought(date(2025, 11, 22)), &mine), Opening::AlreadyYours(State::Active));
}

#[test]
fn a_wrong_code_from_the_box_is_told() {
    let wrong = Circumstances { possession: Possession::WrongCode, ..listed() };
    assert_eq!(decide(bought(date(2025, 11, 22)), &wrong), Opening::Refuse(Wrong::ClaimCode));
    assert_eq!(Wrong::ClaimCode.field(), ("claim_code", "wrong"));
}

#[test]
fn an_old_purchase_is_accepted() {
    let old = Circumstances { made_on: None, launched_on: None, ..listed() };
    assert_eq!(decide(bought(date(1985, 1, 1)), &old), Opening::Activate);
}

#[test]
fn names_go_there_and_back() {
    for name in ["pending", "active", "disputed", "rejected", "withdrawn", "ended"] {
        assert_eq!(State::from_name(name).unwrap().name(), name);
    }
    for name in ["unknown_serial", "before_manufacture", "before_launch", "held_by_other"] {
        assert_eq!(Reason::from_name(name).unwrap().name(), name);
    }
    assert!(State::Disputed.is_open() && State::Disputed.waits());
    assert!(State::Active.is_open() && !State::Active.waits());
    assert!(!State::Ended.is_open());
}
