//! What staff do with customers' accounts. Whatever of a record is shown is recorded with the names of the fields.

use super::outranks;
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::text::is_storable;
use crate::base::{Error, Refusal, Result, Timestamp};
use crate::domain::account::closure::{ClosedBy, Closure};
use crate::domain::account::hold::Hold;
use crate::domain::account::search::query;
use crate::domain::account::{Account, State};
use crate::domain::actor::Actor;
use crate::domain::event::Event;
use crate::domain::permission::Role;
use crate::domain::registry::serial_number::SerialNumber;
use crate::service::account::{closing, erase, holds, lifecycle};
use crate::service::auth::factor_reset;
use crate::store;
use crate::store::account::erasure::KeptRecord;
use crate::store::admin::{account_list, staff_role};

/// What staff look for.
#[derive(Clone, Debug)]
pub enum Search {
    /// A part of a name in any script, of an address, of a telephone or customer number.
    Text(String),
    /// The serial number of something they registered.
    Serial(String),
    /// Everybody, or everybody in one state.
    State(Option<State>),
}

/// An account as staff see it.
pub struct Shown {
    /// The account.
    pub account: Account,
    /// How it ends, if it was closed.
    pub closure: Option<Closure>,
    /// What keeps it from being erased.
    pub holds: Vec<Hold>,
    /// What is kept of it, once it was erased.
    pub kept: Vec<KeptRecord>,
}

/// The fields that a line of a list shows.
const LISTED: &[&str] = &["customer_number", "state", "name", "email"];

/// Accounts that are looked for, in the order of their subjects, after one of them.
pub async fn list(work: &mut Work, search: &Search, after: Option<&Subject>, limit: u32) -> Result<Vec<Account>> {
    let found = match search {
        Search::Text(typed) => {
            let wanted = query(typed);
            if wanted.is_empty() {
                return Err(Error::invalid("q", "too_short"));
            }
            store::account::search::find(work.tx(), &wanted, after, limit).await?
        }
        Search::Serial(typed) => match SerialNumber::parse(typed) {
            Ok(serial) => account_list::by_serial(work.tx(), serial.folded(), after, limit).await?,
            Err(_) => return Err(Error::invalid("serial", "serial_form")),
        },
        Search::State(state) => {
            account_list::list(work.tx(), state.map(State::word).unwrap_or_default(), after, limit).await?
        }
    };
    Ok(found)
}

/// Say that accounts were shown in a list.
pub fn listed(work: &mut Work, accounts: &[Account]) {
    for account in accounts {
        work.record(Event::new("account.listed").about("account", &account.sub).of(&account.sub).showing(LISTED));
    }
}

/// One account with everything it says, and how it ends.
pub async fn show(work: &mut Work, sub: &Subject) -> Result<Shown> {
    let now = work.now();
    let mut closure = store::account::closure::of(work.tx(), sub).await?;
    // What is due is gone for whoever looks, whether or not the job has come by.
    if closure.as_ref().is_some_and(|closure| closure.is_to_be_erased_at(now)) && erase::erase(work, sub).await? {
        closure = store::account::closure::of(work.tx(), sub).await?;
    }
    let account = store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    let mut fields = vec!["customer_number", "state", "email"];
    fields.extend(account.profile.values().map(|(field, _)| field.claim()));
    work.record(Event::new("account.shown").about("account", sub).of(sub).showing(&fields));
    let holds = holds::in_force(work, sub).await?;
    let kept = store::account::erasure::kept(work.tx(), sub).await?;
    Ok(Shown { account, closure, holds, kept })
}

/// Stop an account: its sessions end and everything that was issued to it is void.
pub async fn suspend(work: &mut Work, sub: &Subject, reason: &str) -> Result<Account> {
    let reason = reason_of(reason)?;
    may_stop(work, sub).await?;
    lifecycle::suspend_because(work, sub, reason).await
}

/// Close an account for its owner, who may come back like anybody who closed their own.
pub async fn close(work: &mut Work, sub: &Subject, reason: &str) -> Result<Closure> {
    let reason = reason_of(reason)?;
    may_stop(work, sub).await?;
    closing::close(work, sub, ClosedBy::Staff, Some(reason)).await
}

/// Keep an account from being erased.
pub async fn hold(work: &mut Work, sub: &Subject, reason: &str, ends_at: Option<Timestamp>) -> Result<Hold> {
    let reason = reason_of(reason)?;
    if ends_at.is_some_and(|ends_at| ends_at <= work.now()) {
        return Err(Error::invalid("ends_at", "past"));
    }
    holds::place(work, sub, reason, ends_at).await
}

/// Let a stopped account go on, or a closed one as long as its owner may come back.
pub async fn restore(work: &mut Work, sub: &Subject, reason: &str) -> Result<Account> {
    let reason = reason_of(reason)?;
    let roles = staff_role::of(work.tx(), sub).await?;
    outranks(work.actor(), roles)?;
    if store::account::standing(work.tx(), sub).await?.is_some_and(|standing| standing.state == State::Closed) {
        return closing::reopen(work, sub, Some(reason)).await;
    }
    lifecycle::restore_because(work, sub, reason).await
}

/// Take away a second factor that a customer has lost; when it will happen. The operator does it for staff.
pub async fn reset_second_factor(work: &mut Work, sub: &Subject, reason: &str) -> Result<Timestamp> {
    let reason = reason_of(reason)?;
    if !staff_role::of(work.tx(), sub).await?.is_empty() {
        return Err(Refusal::Conflict("is_staff").into());
    }
    let due_at = factor_reset::ask(work, sub).await?;
    let asked = Event::new("factor_reset.asked").about("account", sub).of(sub);
    work.record(asked.change("reason", None, Some(reason)));
    Ok(due_at)
}

/// Staff are stopped by staff who may do all that they may, never by themselves, and never the last administrator.
async fn may_stop(work: &mut Work, sub: &Subject) -> Result<()> {
    let roles = staff_role::of(work.tx(), sub).await?;
    if matches!(work.actor(), Actor::Staff { sub: own, .. } if own == sub) {
        return Err(Refusal::Conflict("own_account").into());
    }
    let is_admin = roles.contains(&Role::Admin);
    outranks(work.actor(), roles)?;
    if is_admin && staff_role::count_others(work.tx(), sub, Role::Admin).await? == 0 {
        return Err(Refusal::Conflict("last_administrator").into());
    }
    Ok(())
}

const LONGEST_REASON: usize = 500;

pub(super) fn reason_of(text: &str) -> Result<&str> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("reason", "required"));
    }
    if text.chars().count() > LONGEST_REASON {
        return Err(Error::invalid("reason", "too_long"));
    }
    if !is_storable(text, true) {
        return Err(Error::invalid("reason", "control_character"));
    }
    Ok(text)
}
