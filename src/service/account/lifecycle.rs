//! Stopping, restoring and ending accounts. What is stopped is stopped at once: sessions end, and everything
//! that was issued before is void.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::account::lifecycle::WrongState;
use crate::domain::account::{Account, State};
use crate::domain::event::Event;
use crate::store;

/// Stop an account.
pub async fn suspend(work: &mut Work, sub: &Subject) -> Result<Account> {
    step(work, sub, ("account.suspended", None), State::suspended).await
}

/// Stop an account for a reason, which stands in the audit entry.
pub async fn suspend_because(work: &mut Work, sub: &Subject, reason: &str) -> Result<Account> {
    step(work, sub, ("account.suspended", Some(reason)), State::suspended).await
}

/// Let a stopped account go on. Its owner signs in again.
pub async fn restore(work: &mut Work, sub: &Subject) -> Result<Account> {
    step(work, sub, ("account.restored", None), State::restored).await
}

/// Let a stopped account go on for a reason, which stands in the audit entry.
pub async fn restore_because(work: &mut Work, sub: &Subject, reason: &str) -> Result<Account> {
    step(work, sub, ("account.restored", Some(reason)), State::restored).await
}

/// End an account, and give the state it was in. [`closing`](super::closing) does everything else that belongs to it.
pub(super) async fn end(work: &mut Work, sub: &Subject, reason: Option<&str>) -> Result<(Account, State)> {
    let was = store::account::standing(work.tx(), sub).await?.ok_or(Refusal::NotFound)?.state;
    let account = step(work, sub, ("account.closed", reason), State::closed).await?;
    Ok((account, was))
}

/// End every session of an account and make void what was issued to it: codes, grants, refresh families, sign-ins on
/// their way, and the trust in browsers.
pub async fn void_everything(work: &mut Work, sub: &Subject) -> Result<()> {
    let now = work.now();
    store::account::sign_out_everywhere(work.tx(), sub, now).await?;
    store::auth::session::delete_all(work.tx(), sub).await?;
    store::auth::trusted_browser::forget(work.tx(), sub).await?;
    store::auth::attempt::delete_all(work.tx(), sub).await?;
    store::auth::sign_in_code::void_for_account(work.tx(), sub, now).await?;
    store::auth::proof::void_for_account(work.tx(), sub, now).await
}

async fn step(
    work: &mut Work,
    sub: &Subject,
    (name, reason): (&'static str, Option<&str>),
    step: impl Fn(State) -> Result<State, WrongState>,
) -> Result<Account> {
    let now = work.now();
    let mut account = store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    let before = account.state;
    account.state = step(before).map_err(|WrongState(state)| Refusal::Conflict(state.word()))?;
    if !store::account::set_state(work.tx(), sub, before, account.state, now).await? {
        return Err(Refusal::Conflict("changed_meanwhile").into());
    }
    if account.state.may_authenticate().is_err() {
        void_everything(work, sub).await?;
    }
    let change = Event::new(name).about("account", sub).of(sub);
    let change = change.change("state", Some(before.word()), Some(account.state.word()));
    work.record(match reason {
        Some(reason) => change.change("reason", None, Some(reason)),
        None => change,
    });
    Ok(account)
}
