//! The act of claiming a unit: what is decided at once, what waits for a person, and what is kept.

use std::ops::RangeInclusive;

use super::unit::Possession;
use super::{RegistrationId, UnitId};
use crate::base::Timestamp;
use crate::base::id::{ClientId, Subject};
use crate::base::time::Date;

/// One act of claiming a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The key of the record.
    pub id: RegistrationId,
    /// What is claimed.
    pub unit: UnitId,
    /// By whom.
    pub sub: Subject,
    /// Where it stands.
    pub state: State,
    /// Why it waits.
    pub reasons: Vec<Reason>,
    /// Through what.
    pub channel: Channel,
    /// The serial as typed.
    pub serial_typed: String,
    /// The code in the box was given.
    pub possession_shown: bool,
    /// Where it was bought, or empty.
    pub dealer: String,
    /// When it was bought.
    pub purchased_on: Option<Date>,
    /// Today, where the claimant was.
    pub declared_on: Date,
    /// When.
    pub created_at: Timestamp,
}

/// Through what a unit was claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channel {
    /// The customer, on my page.
    MyPage,
    /// A relying party, with the customer's grant.
    App(ClientId),
    /// A member of staff, for the customer.
    Staff,
}

/// Where a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits for the factory's list or for a person who looks at it.
    Pending,
    /// It made its holder the owner.
    Active,
    /// Somebody else holds the unit; the claim waits for a decision.
    Disputed,
    /// A person decided against it.
    Rejected,
    /// The claimant took it back.
    Withdrawn,
    /// It was active, and the ownership that came from it has ended.
    Ended,
}

/// Why a registration waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The serial has a valid form, and no factory list has it yet.
    UnknownSerial,
    /// The purchase would lie before the day the piece was made.
    BeforeManufacture,
    /// The purchase would lie before the model was sold.
    BeforeLaunch,
    /// Somebody else holds the unit.
    HeldByOther,
}

/// What a claimant says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The day of purchase, if it is known.
    pub purchased_on: Option<Date>,
    /// Today, where the claimant is.
    pub declared_on: Date,
    /// The claimant has seen the questions about an unlikely date, and stands by it.
    pub confirmed: bool,
}

/// What is known about the unit that is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether a factory list has the serial.
    pub in_factory_list: bool,
    /// When the piece was made.
    pub made_on: Option<Date>,
    /// When the model was first sold.
    pub launched_on: Option<Date>,
    /// Who holds it.
    pub holder: Option<Subject>,
    /// The claimant's own open registration of it.
    pub open_claim: Option<State>,
    /// What the code from the box says.
    pub possession: Possession,
}

/// What becomes of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The claimant becomes the owner.
    Activate,
    /// It is kept until the reasons are cleared.
    Review(Vec<Reason>),
    /// Somebody else holds the unit: the claim is kept, and the holder keeps every right meanwhile.
    Dispute(Vec<Next>),
    /// Somebody else holds the unit, and the claimant's earlier claim still waits.
    StillDisputed(Vec<Next>),
    /// The claimant holds it or waits for it already.
    AlreadyYours(State),
    /// Unlikely, and not yet confirmed: ask first, keep nothing.
    Ask(Vec<Reason>),
    /// A field cannot be right.
    Refuse(Wrong),
}

/// What a claimant can do next about a unit that somebody else holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send the claim again with the code from the box.
    ProvePossession,
    /// Nothing: a person decides, and a letter tells the decision.
    WaitForDecision,
}

/// What cannot be right about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The purchase lies in the future.
    InFuture,
    /// The purchase lies before anything that could be registered.
    TooLongAgo,
    /// The code is not the one in this unit's box.
    ClaimCode,
}

/// Years in which somebody may have bought what they register today.
const YEARS_OF_PURCHASE: RangeInclusive<i16> = 1950..=9999;

/// Decide what becomes of a claim on a unit whose serial has a valid form.
pub fn open(declaration: &Declaration, known: &Circumstances, claimant: &Subject) -> Opening {
    if let Some(on) = declaration.purchased_on {
        if on > declaration.declared_on {
            return Opening::Refuse(Wrong::InFuture);
        }
        if !YEARS_OF_PURCHASE.contains(&on.year()) {
            return Opening::Refuse(Wrong::TooLongAgo);
        }
    }
    if known.holder.as_ref() == Some(claimant) {
        return Opening::AlreadyYours(State::Active);
    }
    if known.possession == Possession::WrongCode {
        return Opening::Refuse(Wrong::ClaimCode);
    }
    if known.holder.is_some() {
        let next = match known.possession {
            Possession::Shown => vec![Next::WaitForDecision],
            Possession::NotShown | Possession::WrongCode => vec![Next::ProvePossession, Next::WaitForDecision],
        };
        return match known.open_claim {
            Some(_) => Opening::StillDisputed(next),
            None => Opening::Dispute(next),
        };
    }
    if let Some(state) = known.open_claim {
        return Opening::AlreadyYours(state);
    }
    let unlikely = unlikely(declaration, known);
    if !unlikely.is_empty() && !declaration.confirmed {
        return Opening::Ask(unlikely);
    }
    let mut reasons = unlikely;
    if !known.in_factory_list {
        reasons.insert(0, Reason::UnknownSerial);
    }
    if reasons.is_empty() { Opening::Activate } else { Opening::Review(reasons) }
}

/// What makes a date of purchase unlikely.
fn unlikely(declaration: &Declaration, known: &Circumstances) -> Vec<Reason> {
    let Some(on) = declaration.purchased_on else { return Vec::new() };
    let mut reasons = Vec::new();
    if known.made_on.is_some_and(|made_on| on < made_on) {
        reasons.push(Reason::BeforeManufacture);
    }
    if known.launched_on.is_some_and(|launched_on| on < launched_on) {
        reasons.push(Reason::BeforeLaunch);
    }
    reasons
}

impl Channel {
    /// The word in the database, and the client.
    pub fn names(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::MyPage => ("my_page", None),
            Self::App(client) => ("app", Some(client.as_ref())),
            Self::Staff => ("staff", None),
        }
    }

    /// The channel of those names.
    pub fn from_names(name: &str, client: Option<ClientId>) -> Option<Self> {
        match (name, client) {
            ("my_page", None) => Some(Self::MyPage),
            ("app", Some(client)) => Some(Self::App(client)),
            ("staff", None) => Some(Self::Staff),
            _ => None,
        }
    }
}

impl State {
    /// The word in the database and in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Disputed => "disputed",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Ended => "ended",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Active, Self::Disputed, Self::Rejected, Self::Withdrawn, Self::Ended]
            .into_iter()
            .find(|state| state.name() == name)
    }

    /// Whether it still has a future: a person has at most one open registration of a unit.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Active | Self::Disputed)
    }

    /// Whether a person may decide it.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Pending | Self::Disputed)
    }
}

impl Reason {
    /// The word in the database and in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownSerial => "unknown_serial",
            Self::BeforeManufacture => "before_manufacture",
            Self::BeforeLaunch => "before_launch",
            Self::HeldByOther => "held_by_other",
        }
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::UnknownSerial, Self::BeforeManufacture, Self::BeforeLaunch, Self::HeldByOther]
            .into_iter()
            .find(|reason| reason.name() == name)
    }
}

impl Next {
    /// The word in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ProvePossession => "prove_possession",
            Self::WaitForDecision => "wait_for_decision",
        }
    }
}

impl Wrong {
    /// The field, and the word for the reason.
    pub const fn field(self) -> (&'static str, &'static str) {
        match self {
            Self::InFuture => ("purchased_on", "in_future"),
            Self::TooLongAgo => ("purchased_on", "too_long_ago"),
            Self::ClaimCode => ("claim_code", "wrong"),
        }
    }
}

#[cfg(test)]
#[path = "registration_tests.rs"]
mod tests;
