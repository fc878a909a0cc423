//! The one way to a session: a proof is written into the attempt it belongs to, and the rules say what comes next.
//! Nothing else ends a sign-in.
//!
//! # Decisions
//! - Who proves a factor (a password, a code, a passkey) comes here with the account it belongs to, in the unit of work
//!   in which the proof was used up: both happen or neither.
//! - An attempt moves on by compare-and-set. Of two proofs at once the second is added to what the first left.

use std::collections::BTreeSet;

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::config::sign_in::SecondFactor;
use crate::domain::auth::attempt::{Attempt, AttemptId, OwnPath};
use crate::domain::auth::flow::{self, Enrolled, Facts, Next, Reached, Wanted};
use crate::domain::auth::{Acr, Factor, Proofs, Session};
use crate::service::account::closing;
use crate::service::auth::finish::{self, Signed, Welcome};
use crate::service::auth::start::{self, Begin};
use crate::service::auth::{Visit, factor_reset, new_sign_in, session, trusted_browser};
use crate::store;

/// A factor that an account has just proven.
#[derive(Clone, Copy, Debug)]
pub struct Proof<'a> {
    /// Whose it is.
    pub sub: &'a Subject,
    /// By what.
    pub factor: Factor,
    /// "Stay signed in", where the page asked.
    pub stay: bool,
}

/// Where a sign-in stands after a step.
pub enum Progress {
    /// Somebody has to say who they are.
    Begin,
    /// It has ended in a session.
    Welcome(Box<Welcome>),
    /// It goes on.
    Next(AttemptId),
    /// It goes on where it leads, and the session is the one that there was.
    Same(OwnPath),
    /// The proof was of another account than the one before, and counts for nothing.
    Another(AttemptId),
    /// The account was closed a short while ago, and its owner may come back to it.
    Closed {
        /// What opens the account again, see [`closing::token`].
        token: String,
    },
    /// It is over: too old, ended in another tab, or the account may not sign in.
    Over,
}

/// What a page of a sign-in needs to know.
pub struct Standing {
    /// Whose sign-in it is, once that is known.
    pub sub: Option<Subject>,
    /// What comes next.
    pub next: Next,
    /// What this attempt has proven.
    pub proven: Proofs,
}

/// A step that is repeated so often because others move the same attempt will not come through.
const ROUNDS: usize = 20;

/// A factor was proven. Without an attempt one begins here, and leads to my page.
pub async fn prove(
    work: &mut Work,
    visit: Visit<'_>,
    attempt: Option<&AttemptId>,
    proof: Proof<'_>,
) -> Result<Progress> {
    let standing = store::account::hold(work.tx(), proof.sub).await?;
    if standing.is_none_or(|standing| standing.state.may_authenticate().is_err()) {
        return Ok(match closing::undoable(work, proof.sub).await? {
            Some(closure) => Progress::Closed { token: closing::token(work, &closure) },
            None => Progress::Over,
        });
    }
    factor_reset::carry_out(work, visit, proof.sub).await?;
    let id = match attempt {
        Some(id) => id.clone(),
        None => start::begin(work, Begin::by_itself(visit.browser_hash, OwnPath::my_page())).await?,
    };
    let now = work.now();
    for _ in 0..ROUNDS {
        let Some(before) = start::open(work, &id, visit.browser_hash).await? else { return Ok(Progress::Over) };
        let known = counting_session(work, visit, &before).await?.map(|session| session.sub);
        let Ok(mut after) = before.proven(proof.sub, proof.factor, known.as_ref(), now) else {
            return Ok(Progress::Another(id));
        };
        after.stay |= proof.stay;
        if store::auth::attempt::advance(work.tx(), &before, &after, now).await? {
            return go_on(work, visit, &after).await;
        }
    }
    Ok(Progress::Over)
}

/// The person would rather not do what was only wished for.
pub async fn skip(work: &mut Work, visit: Visit<'_>, id: &AttemptId) -> Result<Progress> {
    let now = work.now();
    for _ in 0..ROUNDS {
        let Some(before) = start::open(work, id, visit.browser_hash).await? else { return Ok(Progress::Over) };
        let standing = stand(work, visit, &before).await?;
        let may_skip = match &standing.next {
            Next::Prove { may_skip, .. } | Next::Enrol { may_skip, .. } => *may_skip,
            Next::Begin | Next::Done(_) => false,
        };
        if !may_skip {
            return Ok(Progress::Next(id.clone()));
        }
        let mut after = before.clone();
        after.step += 1;
        after.sub = standing.sub;
        after.wanted.wish = after.wanted.must;
        if store::auth::attempt::advance(work.tx(), &before, &after, now).await? {
            return go_on(work, visit, &after).await;
        }
    }
    Ok(Progress::Over)
}

/// Go on with an attempt to which nothing was added: to its next page, or to its end where the session that there is has
/// all that is wanted, or all that the account can reach.
pub async fn resume(work: &mut Work, visit: Visit<'_>, id: &AttemptId) -> Result<Progress> {
    let Some(attempt) = start::open(work, id, visit.browser_hash).await? else { return Ok(Progress::Over) };
    if attempt.proofs.is_empty()
        && let Some(session) = counting_session(work, visit, &attempt).await?
        && attempt.wanted.and(wanted_of_staff(work, &session.sub).await?).is_met_by(session.acr)
    {
        return stay(work, &attempt, &session).await;
    }
    go_on(work, visit, &attempt).await
}

/// Where an attempt stands.
pub async fn stand(work: &mut Work, visit: Visit<'_>, attempt: &Attempt) -> Result<Standing> {
    Ok(look(work, visit, attempt).await?.0)
}

/// A session goes on under another token after a change on my page that ended all of them. It is worth what it was worth
/// before, and what its owner has just proven.
pub async fn renew(work: &mut Work, visit: Visit<'_>, session: &Session, proven: Option<Factor>) -> Result<Welcome> {
    let now = work.now();
    let proofs = match proven {
        Some(factor) => session.proofs.and(factor, now),
        None => session.proofs.clone(),
    };
    let (acr, amr, auth_time) = (session.acr, session.amr.clone(), proofs.oldest().unwrap_or(now));
    let reached = Reached::by(proofs.clone()).unwrap_or(Reached { acr, amr, auth_time, proofs });
    let signed = Signed { sub: &session.sub, reached, stay: session.stays, ends_at: None };
    // It is the browser of before, whatever was forgotten with the change.
    new_sign_in::remember(work, visit, &session.sub).await?;
    finish::finish(work, visit, signed, OwnPath::my_page()).await
}

async fn go_on(work: &mut Work, visit: Visit<'_>, attempt: &Attempt) -> Result<Progress> {
    let (standing, carried) = look(work, visit, attempt).await?;
    let (reached, sub) = match (standing.next, standing.sub) {
        (Next::Done(reached), Some(sub)) => (reached, sub),
        (Next::Begin, _) | (_, None) => return Ok(Progress::Begin),
        (Next::Prove { .. } | Next::Enrol { .. }, Some(_)) => return Ok(Progress::Next(attempt.id.clone())),
    };
    if let (true, Some(session)) = (attempt.proofs.is_empty(), &carried) {
        return stay(work, attempt, session).await;
    }
    // Of two tabs that take the last step at once, one ends the attempt.
    if !store::auth::attempt::consume(work.tx(), &attempt.id).await? {
        return Ok(Progress::Over);
    }
    // What was asked in addition makes a session stronger, and not longer.
    let rests_on = carried.filter(|_| reached.proofs.factors().any(|factor| !attempt.proofs.contains(factor)));
    let stays = rests_on.as_ref().is_some_and(|session| session.stays);
    let ends_at = rests_on.map(|session| session.ends_at);
    let signed = Signed { sub: &sub, reached, stay: attempt.stay || stays, ends_at };
    let welcome = finish::finish(work, visit, signed, attempt.continue_to.clone()).await?;
    Ok(Progress::Welcome(Box::new(welcome)))
}

/// The session that there is has all that can be had.
async fn stay(work: &mut Work, attempt: &Attempt, session: &Session) -> Result<Progress> {
    work.allow_writing().await?;
    let now = work.now();
    if !store::auth::attempt::consume(work.tx(), &attempt.id).await? {
        return Ok(Progress::Over);
    }
    store::auth::session::set_renewed(work.tx(), &session.id, now).await?;
    Ok(Progress::Same(attempt.continue_to.clone()))
}

/// Where an attempt stands, with the session whose proofs count in it.
async fn look(work: &mut Work, visit: Visit<'_>, attempt: &Attempt) -> Result<(Standing, Option<Session>)> {
    let session = counting_session(work, visit, attempt).await?;
    let sub = attempt.sub.clone().or_else(|| session.as_ref().map(|session| session.sub.clone()));
    let Some(sub) = sub else {
        return Ok((Standing { sub: None, next: Next::Begin, proven: Proofs::default() }, None));
    };
    let since = work.now().minus(work.app().config.sign_in.step_up_keeps);
    let carried = session.as_ref().map(|session| session.proofs.since(since)).unwrap_or_default();
    let enrolled = enrolled(work, &sub).await?;
    let next = flow::next(&Facts {
        proven: &attempt.proofs,
        carried: &carried,
        enrolled: &enrolled,
        wanted: attempt.wanted.and(wanted_of_staff(work, &sub).await?),
        trusted: trusted_browser::is_trusted(work, visit, &sub).await?,
        offered: OFFERED,
    });
    let session = session.filter(|_| !carried.is_empty());
    Ok((Standing { sub: Some(sub), next, proven: attempt.proofs.clone() }, session))
}

/// What can be set up during a sign-in.
const OFFERED: &[Factor] = &[Factor::Totp];

/// What an account has. Every factor that can be proven has its line here.
pub async fn enrolled(work: &mut Work, sub: &Subject) -> Result<Enrolled> {
    let mut factors = BTreeSet::new();
    if store::auth::password::find(work.tx(), sub).await?.is_some() {
        factors.insert(Factor::Password);
    }
    if work.app().relying_party.is_some() {
        let passkeys = store::auth::passkey::list(work.tx(), sub).await?;
        factors.extend(passkeys.iter().map(Factor::of_passkey));
    }
    if work.app().config.sign_in.mail_code {
        let account = store::account::find(work.tx(), sub).await?;
        if account.is_some_and(|account| account.verified_email().is_some()) {
            factors.insert(Factor::MailCode);
        }
    }
    if store::auth::totp::count(work.tx(), sub).await? > 0 {
        factors.insert(Factor::Totp);
        if store::auth::recovery_code::count_left(work.tx(), sub).await? > 0 {
            factors.insert(Factor::RecoveryCode);
        }
    }
    let linked = store::auth::upstream_identity::list(work.tx(), sub).await?;
    if linked.iter().any(|row| work.app().upstreams.know(&row.provider, &row.issuer)) {
        factors.insert(Factor::Provider);
    }
    Ok(Enrolled::of(factors))
}

/// What is wanted of a person whatever they sign in for: of staff a second factor, unless the operator decided otherwise.
pub async fn wanted_of_staff(work: &mut Work, sub: &Subject) -> Result<Wanted> {
    let is_required = work.app().config.sign_in.staff_second_factor == SecondFactor::Required;
    let is_staff = is_required && !store::admin::staff_role::of(work.tx(), sub).await?.is_empty();
    Ok(if is_staff { Wanted::must(Acr::Aal2) } else { Wanted::NOTHING })
}

/// The session of this browser, where it counts in the attempt: unless everything must be proven anew, and of the same
/// account.
async fn counting_session(work: &mut Work, visit: Visit<'_>, attempt: &Attempt) -> Result<Option<Session>> {
    let session = match (attempt.reauthenticate, visit.session) {
        (false, Some(cookie)) => session::current(work, cookie).await?,
        (true, _) | (_, None) => None,
    };
    Ok(session.filter(|session| attempt.sub.as_ref().is_none_or(|sub| *sub == session.sub)))
}
