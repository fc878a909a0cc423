//! A sign-in step by step: from what was proven, what the account has and what is wanted to the next step, or to the
//! end and what it is worth. OpenID Connect Core §2 (`acr`, `amr`, `auth_time`), RFC 9470.
//!
//! # Decisions
//! - A step is never named by the browser: it follows from what was proven. Nothing that is sent can skip one.
//! - What a live session of the same account proved counts beside what this attempt proved, so that only what is missing
//!   is asked. To add a way to sign in it does not count: that takes proofs of this very attempt.
//! - An account that has chosen a second factor is asked for it at every door, whatever is wanted.
//! - What is wanted and cannot be reached by this account is not pretended: the sign-in ends with what it is worth, and
//!   whoever wanted more finds that out from the class.

use std::collections::BTreeSet;

use super::factor::{Factor, Proofs, are_two, worth};
use super::{Acr, Amr};
use crate::base::Timestamp;

/// The classes that a sign-in aims at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// It does not end below this one, if the account can reach it.
    pub must: Acr,
    /// This one is asked for too; the person may say "not now".
    pub wish: Acr,
}

impl Wanted {
    /// Nothing beyond a sign-in.
    pub const NOTHING: Self = Self { must: Acr::Aal1, wish: Acr::Aal1 };

    /// At least this class.
    pub const fn must(acr: Acr) -> Self {
        Self { must: acr, wish: Acr::Aal1 }
    }

    /// This class if the person likes.
    pub const fn wish(acr: Acr) -> Self {
        Self { must: Acr::Aal1, wish: acr }
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { must: self.must.max(other.must), wish: self.wish.max(other.wish) }
    }

    /// Whether a session of this class has all of it.
    pub fn is_met_by(self, acr: Acr) -> bool {
        acr >= self.must && acr >= self.wish
    }
}

/// The ways that an account has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// All that can be proven, whether or not it was asked for.
    pub factors: BTreeSet<Factor>,
    /// Whether the account has chosen to be asked for a second factor.
    pub two: bool,
}

impl Enrolled {
    /// These factors; one that only ever completes a sign-in is there because it was chosen to be asked for.
    pub fn of(factors: impl IntoIterator<Item = Factor>) -> Self {
        let factors: BTreeSet<Factor> = factors.into_iter().collect();
        let two = factors.iter().any(|factor| factor.may_complete() && !factor.may_begin());
        Self { factors, two }
    }

    fn has(&self, factor: Factor) -> bool {
        self.factors.contains(&factor)
    }
}

/// Everything the next step depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What was proven in this attempt.
    pub proven: &'a Proofs,
    /// What the live session of the same account in this browser proved, as far as it counts.
    pub carried: &'a Proofs,
    /// What the account has.
    pub enrolled: &'a Enrolled,
    /// What is wanted.
    pub wanted: Wanted,
    /// Whether this browser is trusted with the account: its own second factor is then not asked for.
    pub trusted: bool,
    /// What can be set up on the way.
    pub offered: &'a [Factor],
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Somebody has to say who they are.
    Begin,
    /// One of these has to be proven, the best first.
    Prove {
        /// What helps.
        choices: Vec<Factor>,
        /// Whether the person may go on without.
        may_skip: bool,
    },
    /// One of these has to be set up.
    Enrol {
        /// What would do.
        choices: Vec<Factor>,
        /// Whether the person may go on without.
        may_skip: bool,
    },
    /// It is enough, or all there is.
    Done(Reached),
}

/// What a sign-in is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Its class.
    pub acr: Acr,
    /// Its methods.
    pub amr: Amr,
    /// When the oldest of what it rests on was proven.
    pub auth_time: Timestamp,
    /// What it rests on.
    pub proofs: Proofs,
}

impl Reached {
    /// What proofs are worth; `None` if there are none.
    pub fn by(proofs: Proofs) -> Option<Self> {
        Some(Self { acr: proofs.acr()?, amr: proofs.amr(), auth_time: proofs.oldest()?, proofs })
    }
}

/// Decide the next step.
pub fn next(facts: &Facts<'_>) -> Next {
    let all = facts.proven.with(facts.carried);
    let Some(reached) = Reached::by(all) else { return Next::Begin };
    let proofs = &reached.proofs;
    if facts.enrolled.two && !facts.trusted && !proofs.are_two() {
        let choices = completing(facts, proofs);
        return match choices.is_empty() {
            // What was carried over is worth nothing by itself, and the account has nothing beside it.
            true => Next::Begin,
            false => Next::Prove { choices, may_skip: false },
        };
    }
    for (level, may_skip) in [(facts.wanted.must, false), (facts.wanted.wish, true)] {
        if reached.acr >= level {
            continue;
        }
        let choices = leading_to(proofs, facts.enrolled, level);
        if !choices.is_empty() {
            return Next::Prove { choices, may_skip };
        }
        if let Some(step) = enrolling(facts, &reached, level, may_skip) {
            return step;
        }
    }
    Next::Done(reached)
}

/// What satisfies an account that is asked for a second factor.
fn completing(facts: &Facts<'_>, proofs: &Proofs) -> Vec<Factor> {
    nearer(proofs, facts.enrolled, |factors| are_two(factors.iter().copied()))
}

/// What brings proofs nearer to a class: one more, or the first of two more. Empty where the account's own factors do
/// not lead there.
fn leading_to(proofs: &Proofs, enrolled: &Enrolled, level: Acr) -> Vec<Factor> {
    nearer(proofs, enrolled, |factors| worth(factors.iter().copied()) >= Some(level))
}

/// The factors that are enough beside what was proven, or else those that are with one more.
fn nearer(proofs: &Proofs, enrolled: &Enrolled, is_enough: impl Fn(&[Factor]) -> bool) -> Vec<Factor> {
    let open: Vec<Factor> = enrolled.factors.iter().copied().filter(|factor| !proofs.contains(*factor)).collect();
    let reaches = |more: &[Factor]| {
        let all: Vec<Factor> = proofs.factors().chain(more.iter().copied()).collect();
        is_enough(&all)
    };
    let at_once: Vec<Factor> = open.iter().copied().filter(|factor| reaches(&[*factor])).collect();
    if !at_once.is_empty() {
        return at_once;
    }
    let with_another = |factor: &Factor| open.iter().any(|other| reaches(&[*factor, *other]));
    open.iter().copied().filter(with_another).collect()
}

/// Setting up what is missing. Whoever does it has just proven as much as this account can: a session that was left
/// open is not enough to add a way in.
fn enrolling(facts: &Facts<'_>, reached: &Reached, level: Acr, may_skip: bool) -> Option<Next> {
    let all = || reached.proofs.factors().chain(facts.enrolled.factors.iter().copied());
    let is_new = |factor: &Factor| !facts.enrolled.has(*factor);
    let would_do = |factor: &Factor| worth(all().chain([*factor])) >= Some(level);
    let choices: Vec<Factor> = facts.offered.iter().copied().filter(is_new).filter(would_do).collect();
    if choices.is_empty() {
        return None;
    }
    if facts.proven.acr() >= Some(reached.acr) {
        return Some(Next::Enrol { choices, may_skip });
    }
    let again = leading_to(facts.proven, facts.enrolled, reached.acr);
    (!again.is_empty()).then_some(Next::Prove { choices: again, may_skip })
}

#[cfg(test)]
#[path = "flow_tests.rs"]
mod tests;
