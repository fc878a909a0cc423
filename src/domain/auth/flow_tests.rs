//! What is asked next, for whom; and thousands of sign-ins taken at random.

use super::*;
use crate::base::random::Random;
use Factor::{MailCode, Passkey, Password, Provider, RecoveryCode, SmsCode, Totp};

fn at(second: i64) -> Timestamp {
    Timestamp::from_seconds(second)
}

fn proofs(factors: &[Factor]) -> Proofs {
    factors.iter().fold(Proofs::default(), |proofs, factor| proofs.and(*factor, at(100)))
}

/// The next step of an attempt in which `proven` was proven.
fn step(proven: &[Factor], carried: &[Factor], has: &[Factor], wanted: Wanted) -> Next {
    next(&Facts {
        proven: &proofs(proven),
        carried: &proofs(carried),
        enrolled: &Enrolled::of(has.iter().copied()),
        wanted,
        trusted: false,
        offered: &[Totp],
    })
}

fn prove(choices: &[Factor], may_skip: bool) -> Next {
    Next::Prove { choices: choices.to_vec(), may_skip }
}

/// The class in which it ended.
fn ended(next: &Next) -> Acr {
    match next {
        Next::Done(reached) => reached.acr,
        other => panic!("it goes on with {other:?}"),
    }
}

const PLAIN: &[Factor] = &[Password, MailCode];
const TWO: &[Factor] = &[Password, MailCode, Totp, RecoveryCode];

#[test]
fn one_factor_is_enough_where_nothing_else_was_chosen_or_wanted() {
    assert_eq!(step(&[], &[], PLAIN, Wanted::NOTHING), Next::Begin);
    for first in PLAIN {
        assert_eq!(ended(&step(&[*first], &[], PLAIN, Wanted::NOTHING)), Acr::Aal1);
    }
}

/// (A117), (A118)
#[test]
fn an_account_with_a_second_factor_is_asked_for_it_at_every_door_a117() {
    for door in [Password, MailCode, Provider] {
        assert_eq!(step(&[door], &[], TWO, Wanted::NOTHING), prove(&[Totp, RecoveryCode], false), "{door:?}");
    }
    assert_eq!(ended(&step(&[Password, RecoveryCode], &[], TWO, Wanted::NOTHING)), Acr::Aal2);
    assert_eq!(ended(&step(&[Passkey], &[], TWO, Wanted::NOTHING)), Acr::Phr);
    let again = step(&[Password, MailCode], &[], TWO, Wanted::NOTHING);
    assert_eq!(again, prove(&[Totp, RecoveryCode], false), "mail is no second factor");
    let ended_by_mail = step(&[MailCode, Totp], &[], TWO, Wanted::NOTHING);
    assert_eq!(ended(&ended_by_mail), Acr::Aal1, "two proofs of one kind are not called two factors");
}

/// (A118)
#[test]
fn a_telephone_that_came_first_is_not_its_own_second_factor_a118() {
    let has = Enrolled { factors: BTreeSet::from([Password, SmsCode]), two: true };
    let facts = |proven: &Proofs| {
        let carried = Proofs::default();
        let offered: &[Factor] = &[];
        next(&Facts { proven, carried: &carried, enrolled: &has, wanted: Wanted::NOTHING, trusted: false, offered })
    };
    assert_eq!(facts(&proofs(&[SmsCode])), prove(&[Password], false));
    assert_eq!(facts(&proofs(&[Password])), prove(&[SmsCode], false));
    assert_eq!(ended(&facts(&proofs(&[Password, SmsCode]))), Acr::Aal2);
}

#[test]
fn a_step_up_asks_only_for_what_is_missing() {
    let wanted = Wanted::must(Acr::Aal2);
    assert_eq!(step(&[], &[Password], TWO, wanted), prove(&[Totp, RecoveryCode], false));
    assert_eq!(ended(&step(&[Totp], &[Password], TWO, wanted)), Acr::Aal2);
    assert_eq!(step(&[], &[MailCode, Totp], TWO, wanted), prove(&[Password], false));
    let both = next(&Facts {
        proven: &Proofs::of(Totp, at(500)),
        carried: &Proofs::of(Password, at(100)),
        enrolled: &Enrolled::of(TWO.iter().copied()),
        wanted,
        trusted: false,
        offered: &[],
    });
    let Next::Done(reached) = both else { panic!("{both:?}") };
    assert_eq!(reached.auth_time, at(100), "as old as its oldest part");
    assert_eq!(reached.amr.values(), ["pwd", "otp", "mfa"]);
}

#[test]
fn where_the_account_has_too_little_it_is_set_up_on_the_way() {
    let enrol = |may_skip| Next::Enrol { choices: vec![Totp], may_skip };
    assert_eq!(step(&[Password], &[], PLAIN, Wanted::must(Acr::Aal2)), enrol(false));
    assert_eq!(step(&[Password], &[], PLAIN, Wanted::wish(Acr::Aal2)), enrol(true));
    // By mail: with an application beside it that is not two factors yet, but with the password it will be.
    assert_eq!(step(&[MailCode], &[], PLAIN, Wanted::must(Acr::Aal2)), enrol(false));
    assert_eq!(step(&[MailCode, Totp], &[], TWO, Wanted::must(Acr::Aal2)), prove(&[Password], false));
}

/// (A119)
#[test]
fn a_session_that_was_left_open_adds_no_way_in_a119() {
    let wanted = Wanted::must(Acr::Aal2);
    assert_eq!(step(&[], &[Password], PLAIN, wanted), prove(PLAIN, false));
    assert_eq!(step(&[Password], &[Password], PLAIN, wanted), Next::Enrol { choices: vec![Totp], may_skip: false });
}

#[test]
fn what_cannot_be_reached_is_not_pretended() {
    assert_eq!(ended(&step(&[Password], &[], PLAIN, Wanted::must(Acr::Phr))), Acr::Aal1);
    assert_eq!(ended(&step(&[Password, Totp], &[], TWO, Wanted::must(Acr::Phr))), Acr::Aal2);
    let keyed = &[Password, Passkey][..];
    assert_eq!(step(&[Password], &[], keyed, Wanted::must(Acr::Phr)), prove(&[Passkey], false));
    assert_eq!(step(&[Password], &[], keyed, Wanted::wish(Acr::Phr)), prove(&[Passkey], true));
}

#[test]
fn a_trusted_browser_is_spared_what_the_account_chose_and_not_what_is_wanted() {
    let facts = |wanted| {
        let (proven, carried) = (proofs(&[Password]), Proofs::default());
        let enrolled = Enrolled::of(TWO.iter().copied());
        let facts =
            Facts { proven: &proven, carried: &carried, enrolled: &enrolled, wanted, trusted: true, offered: &[] };
        next(&facts)
    };
    assert_eq!(ended(&facts(Wanted::NOTHING)), Acr::Aal1, "and it is not called two factors");
    assert_eq!(facts(Wanted::must(Acr::Aal2)), prove(&[Totp, RecoveryCode], false));
}

/// (A116)
#[test]
fn whatever_is_proven_in_whatever_order_it_ends_with_exactly_that_a116() {
    let random = Random::seeded(116);
    let draw = |below: u8| random.bytes::<1>()[0] % below;
    let some = |one_in: u8| Factor::ALL.into_iter().filter(|_| draw(one_in) == 0).collect::<Vec<_>>();
    let level = || Acr::ALL[usize::from(draw(3))];
    let mut ends = [0; 3];
    for round in 0..20_000 {
        let enrolled = Enrolled::of(some(2));
        let wanted = Wanted { must: level(), wish: level() };
        let carried = if draw(3) == 0 { proofs(&some(4)) } else { Proofs::default() };
        let trusted = draw(4) == 0;
        let offered = some(3);
        let mut proven = Proofs::default();
        for second in 0..10 {
            let facts =
                Facts { proven: &proven, carried: &carried, enrolled: &enrolled, wanted, trusted, offered: &offered };
            let all = proven.with(&carried);
            let has: Vec<Factor> = enrolled.factors.iter().copied().collect();
            match next(&facts) {
                Next::Begin => {
                    let is_stuck = has.iter().all(|factor| all.contains(*factor)) && !all.are_two();
                    assert!(all.is_empty() || (enrolled.two && is_stuck), "round {round}");
                }
                Next::Prove { choices, .. } => {
                    assert!(!choices.is_empty(), "round {round}: a dead end");
                    for choice in choices {
                        assert!(has.contains(&choice), "round {round}: {choice:?} is not there");
                        assert!(!proven.contains(choice), "round {round}: {choice:?} was just proven");
                    }
                }
                Next::Enrol { choices, .. } => {
                    assert!(choices.iter().all(|choice| offered.contains(choice) && !has.contains(choice)));
                    assert!(proven.acr() >= all.acr(), "round {round}: added by a session alone");
                }
                Next::Done(reached) => {
                    assert_eq!(Some(reached.acr), all.acr(), "round {round}");
                    assert_eq!(reached.amr, all.amr(), "round {round}");
                    let own = enrolled.two && !trusted;
                    assert!(!own || all.are_two(), "round {round}: the second factor was passed by");
                    let best = worth(has.iter().copied().chain(all.factors()));
                    assert!(
                        reached.acr >= wanted.must || best < Some(wanted.must),
                        "round {round}: it could do better"
                    );
                    ends[usize::from(reached.acr as u8)] += 1;
                    break;
                }
            }
            // Whatever a browser sends next: any factor of the account, asked for or not.
            if !has.is_empty() {
                proven = proven.and(has[usize::from(draw(u8::try_from(has.len()).unwrap()))], at(100 + second));
            }
        }
    }
    assert!(ends.iter().all(|count| *count > 500), "every class is reached: {ends:?}");
}
