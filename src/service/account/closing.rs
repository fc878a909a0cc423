//! Closing an account and coming back to it. A closed account is dead at once, everywhere; its owner comes back for some
//! days, by the link of the letter or after proving who they are at the sign-in.

use crate::app::Work;
use crate::base::digest::{base64url, hmac_sha256, same};
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::account::closure::{ClosedBy, Closure, ClosureId};
use crate::domain::account::{Account, State};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::service::account::{lifecycle, tell};
use crate::store;

/// Close an account.
pub async fn close(work: &mut Work, sub: &Subject, closed_by: ClosedBy, reason: Option<&str>) -> Result<Closure> {
    let now = work.now();
    let (account, was) = lifecycle::end(work, sub, reason).await?;
    let closure = Closure {
        id: work.new_id(),
        sub: account.sub,
        closed_at: now,
        closed_by,
        was,
        undo_until: now.plus(work.app().config.account.close_undo),
        erased_at: None,
    };
    store::account::closure::insert(work.tx(), &closure).await?;
    store::account::email_address::hold_all(work.tx(), sub, closure.undo_until).await?;
    let link = come_back_link(work, &closure);
    tell::owner(work, sub, |reader| Content::AccountClosed { until: reader.moment(closure.undo_until), link }).await?;
    Ok(closure)
}

/// The closure of an account whose owner may still come back.
pub async fn undoable(work: &mut Work, sub: &Subject) -> Result<Option<Closure>> {
    let now = work.now();
    let closure = store::account::closure::of(work.tx(), sub).await?;
    Ok(closure.filter(|closure| closure.can_be_undone_at(now)))
}

/// What a link or an offer carries: it opens the account again, and nothing else. Whoever uses it signs in afterwards.
pub fn token(work: &Work, closure: &Closure) -> String {
    format!("{}.{}", closure.id, mac(work, &closure.id))
}

/// The closure of a token, while its owner may come back. Looking changes nothing.
pub async fn look(work: &mut Work, token: &str) -> Result<Option<Closure>> {
    let Some((id, proof)) = token.split_once('.') else { return Ok(None) };
    let id = ClosureId::from(id);
    if !same(mac(work, &id), proof) {
        return Ok(None);
    }
    let now = work.now();
    let closure = store::account::closure::find(work.tx(), &id).await?;
    Ok(closure.filter(|closure| closure.can_be_undone_at(now)))
}

/// Come back by a token; `false` if that is over.
pub async fn come_back(work: &mut Work, token: &str) -> Result<bool> {
    match look(work, token).await? {
        Some(closure) => reopen(work, &closure.sub, None).await.map(|_| true),
        None => Ok(false),
    }
}

/// Open a closed account again, into the state it was closed in. Refused once the time for it is over.
pub async fn reopen(work: &mut Work, sub: &Subject, reason: Option<&str>) -> Result<Account> {
    let now = work.now();
    let closure = store::account::closure::of(work.tx(), sub).await?.ok_or(Refusal::Conflict("not_closed"))?;
    if !store::account::closure::undo(work.tx(), sub, now).await? {
        return Err(Refusal::Conflict("erased").into());
    }
    if !store::account::set_state(work.tx(), sub, State::Closed, closure.was, now).await? {
        return Err(Refusal::Conflict("changed_meanwhile").into());
    }
    store::account::email_address::end_hold(work.tx(), sub, closure.undo_until).await?;
    let event = Event::new("account.reopened").about("account", sub).of(sub);
    let event = event.change("state", Some(State::Closed.word()), Some(closure.was.word()));
    work.record(match reason {
        Some(reason) => event.change("reason", None, Some(reason)),
        None => event,
    });
    Ok(store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?)
}

/// The address of the page on which the owner comes back.
pub fn come_back_link(work: &Work, closure: &Closure) -> String {
    work.app().config.top.issuer.at(&format!("/come-back?token={}", token(work, closure)))
}

fn mac(work: &Work, id: &ClosureId) -> String {
    base64url(hmac_sha256(&*work.app().kek.derive("come-back"), id.as_ref()))
}
