//! What is linked to an account, by its owner: with a sign-in of a moment ago, a letter and an entry in the log. The last
//! way to sign in stays.

use super::newcomer;
use crate::app::Work;
use crate::base::id::{SessionId, Subject};
use crate::base::{Refusal, Result};
use crate::domain::auth::upstream::{IdentityId, Newcomer, NewcomerId, Told};
use crate::domain::auth::{AttemptId, Factor};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::service::account::tell;
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::recent::{self, Recent};
use crate::service::auth::upstream::journey::{self, Aim, SetOut};
use crate::service::auth::{Visit, session, start};
use crate::store;
use crate::store::auth::upstream_identity;
use crate::store::auth::upstream_identity::Linked as Row;

/// The page of what is linked.
const PAGE: &str = "/my/security/providers";

/// What became of linking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// It is linked.
    Done,
    /// It was linked before.
    Already,
    /// It is linked to another account.
    Others,
    /// The session in which it was asked for is over.
    Over,
}

/// What became of asking for it.
pub enum Begun {
    /// The browser sets out, or the provider does not answer.
    SetOut(SetOut),
    /// The sign-in is too old: once more, and back to the page.
    SignInAgain(AttemptId),
}

/// What became of saying yes.
pub enum Confirmed {
    /// It is linked, and the sign-in goes on that it belonged to.
    Done(Option<Progress>),
    /// The sign-in is too old.
    SignInAgain(AttemptId),
    /// It is linked to another account by now.
    Others,
    /// It is over: too old, or decided already.
    Over,
}

/// What became of unlinking.
pub enum Unlinked {
    /// It is gone.
    Done,
    /// The sign-in is too old to take a way to sign in away.
    SignInAgain(AttemptId),
    /// It is the only way to sign in that there is.
    Last,
}

/// Set out to link a provider to the account of this session.
pub async fn begin(work: &mut Work, visit: Visit<'_>, provider: &str) -> Result<Begun> {
    journey::find(work, provider)?;
    let session = match recent::require(work, visit, PAGE).await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(Begun::SignInAgain(attempt)),
    };
    let aim = Aim::Link(session.sub.clone(), session.id.clone());
    journey::set_out(work, visit, provider, aim).await.map(Begun::SetOut)
}

/// Back from the provider: link it, if the session is still the one that asked.
pub(super) async fn at_once(
    work: &mut Work,
    visit: Visit<'_>,
    (sub, asked_in): (&Subject, &SessionId),
    told: &Told,
) -> Result<Linked> {
    let session = match visit.session {
        Some(cookie) => session::current(work, cookie).await?,
        None => None,
    };
    if session.is_none_or(|session| session.id != *asked_in || session.sub != *sub) {
        return Ok(Linked::Over);
    }
    link(work, sub, told).await
}

/// Somebody new has signed in to the account they have, and says yes.
pub async fn confirm(work: &mut Work, visit: Visit<'_>, id: &NewcomerId) -> Result<Confirmed> {
    let session = match recent::require(work, visit, &format!("/sign-up/with/link?newcomer={id}")).await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(Confirmed::SignInAgain(attempt)),
    };
    let Some(newcomer) = newcomer::find(work, visit, id).await? else { return Ok(Confirmed::Over) };
    let now = work.now();
    let is_first = store::auth::upstream_newcomer::consume(work.tx(), id, visit.browser_hash, now).await?;
    if !is_first {
        return Ok(Confirmed::Over);
    }
    match link(work, &session.sub, &newcomer.told).await? {
        Linked::Done | Linked::Already => go_on(work, visit, &session.sub, &newcomer).await.map(Confirmed::Done),
        Linked::Others => Ok(Confirmed::Others),
        Linked::Over => Ok(Confirmed::Over),
    }
}

/// The sign-in that brought them to the provider: that was proven in it, and whose it is is known now.
async fn go_on(work: &mut Work, visit: Visit<'_>, sub: &Subject, newcomer: &Newcomer) -> Result<Option<Progress>> {
    let Some(id) = &newcomer.attempt else { return Ok(None) };
    let Some(attempt) = start::open(work, id, visit.browser_hash).await? else { return Ok(None) };
    let proof = Proof { sub, factor: Factor::Provider, stay: false };
    flow::prove(work, visit, Some(&attempt.id), proof).await.map(Some)
}

/// What is linked to an account, as far as people can sign in with it.
pub async fn list(work: &mut Work, sub: &Subject) -> Result<Vec<Row>> {
    let mut linked = upstream_identity::list(work.tx(), sub).await?;
    let upstreams = &work.app().upstreams;
    linked.retain(|row| upstreams.know(&row.provider, &row.issuer));
    Ok(linked)
}

/// Unlink one. Whoever has no other way to sign in keeps it.
pub async fn unlink(work: &mut Work, visit: Visit<'_>, id: &IdentityId) -> Result<Unlinked> {
    let session = match recent::require(work, visit, PAGE).await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(Unlinked::SignInAgain(attempt)),
    };
    let sub = &session.sub;
    // Held, so that of two at once the second sees what the first has left.
    store::account::hold(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    let linked = list(work, sub).await?;
    let own = linked.iter().find(|row| row.id == *id).ok_or(Refusal::NotFound)?;
    let others = flow::enrolled(work, sub).await?.factors.into_iter().filter(|factor| *factor != Factor::Provider);
    if linked.len() == 1 && !others.into_iter().any(is_lasting) {
        return Ok(Unlinked::Last);
    }
    if !upstream_identity::delete(work.tx(), sub, id).await? {
        return Err(Refusal::NotFound.into());
    }
    work.record(Event::new("identity.unlinked").about("identity", id).of(sub).change(
        "provider",
        Some(&own.provider),
        None,
    ));
    let (provider, link) = (own.provider.clone(), work.app().config.top.issuer.at(PAGE));
    let name = names_of(work, &provider);
    tell::owner(work, sub, |reader| Content::ProviderUnlinked {
        provider: reader.locale.choose(name),
        at: reader.now.clone(),
        link,
    })
    .await?;
    Ok(Unlinked::Done)
}

/// A way to sign in by itself. A mailbox is a way back, and may be lost together with the provider that it is at.
fn is_lasting(factor: Factor) -> bool {
    factor == Factor::Password || factor.is_passkey()
}

async fn link(work: &mut Work, sub: &Subject, told: &Told) -> Result<Linked> {
    let standing = store::account::hold(work.tx(), sub).await?;
    if standing.is_none_or(|standing| standing.state.may_authenticate().is_err()) {
        return Ok(Linked::Over);
    }
    match upstream_identity::owner(work.tx(), &told.identity).await? {
        Some(owner) if owner == *sub => return Ok(Linked::Already),
        Some(_) => return Ok(Linked::Others),
        None => {}
    }
    if !insert(work, sub, told).await? {
        return Ok(Linked::Others);
    }
    let link = work.app().config.top.issuer.at(PAGE);
    let name = names_of(work, &told.identity.provider);
    tell::owner(work, sub, |reader| Content::ProviderLinked {
        provider: reader.locale.choose(name),
        at: reader.now.clone(),
        link,
    })
    .await?;
    Ok(Linked::Done)
}

/// Write it down; `false` if it is linked already.
pub(super) async fn insert(work: &mut Work, sub: &Subject, told: &Told) -> Result<bool> {
    let (id, now): (IdentityId, _) = (work.new_id(), work.now());
    let email = told.email.as_ref().map(ToString::to_string);
    let label = email.as_deref().or_else(|| told.names.first().map(|(_, name)| name.as_str()));
    let label = label.map(|label| label.chars().filter(|c| !c.is_control()).take(254).collect::<String>());
    if !upstream_identity::insert(work.tx(), &id, sub, (&told.identity, label.as_deref()), now).await? {
        return Ok(false);
    }
    let linked = Event::new("identity.linked").about("identity", &id).of(sub);
    work.record(linked.change("provider", None, Some(&told.identity.provider)));
    Ok(true)
}

/// What a provider is called, in Japanese and in English.
fn names_of(work: &Work, provider: &str) -> [String; 2] {
    let found = work.app().upstreams.find(provider);
    found.map(|found| [found.settings().name_ja.clone(), found.settings().name_en.clone()]).unwrap_or_default()
}
