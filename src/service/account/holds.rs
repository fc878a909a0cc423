//! What keeps an account from being erased. Everything that erases asks here; a recall that concerns the owner will
//! join those that staff place.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result, Timestamp};
use crate::domain::account::hold::{Hold, HoldId};
use crate::domain::event::Event;
use crate::store;

/// Those in force, oldest first.
pub async fn in_force(work: &mut Work, sub: &Subject) -> Result<Vec<Hold>> {
    let now = work.now();
    store::account::hold::in_force(work.tx(), sub, now).await
}

/// Place one.
pub async fn place(work: &mut Work, sub: &Subject, reason: &str, ends_at: Option<Timestamp>) -> Result<Hold> {
    let now = work.now();
    if store::account::standing(work.tx(), sub).await?.is_none() {
        return Err(Refusal::NotFound.into());
    }
    let hold = Hold { id: work.new_id(), reason: reason.to_owned(), placed_at: now, ends_at };
    store::account::hold::insert(work.tx(), sub, &hold).await?;
    work.record(Event::new("account.hold_placed").about("account", sub).of(sub).change("reason", None, Some(reason)));
    Ok(hold)
}

/// Lift one.
pub async fn lift(work: &mut Work, id: &HoldId) -> Result<()> {
    let now = work.now();
    let sub = store::account::hold::lift(work.tx(), id, now).await?.ok_or(Refusal::NotFound)?;
    work.record(Event::new("account.hold_lifted").about("account", &sub).of(&sub));
    Ok(())
}
