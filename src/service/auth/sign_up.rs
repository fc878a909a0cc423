//! Signing up: an e-mail address, a code or link sent there, a password, and the person is signed in.
//! Nothing before the letter tells whether the address has an account.

use std::sync::Arc;

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Fault, Refusal, Result, Timestamp};
use crate::domain::account::{EmailAddress, Field, Profile, State};
use crate::domain::auth::Factor;
use crate::domain::auth::attempt::AttemptId;
use crate::domain::auth::password::Weakness;
use crate::domain::auth::proof::{ProofId, Purpose};
use crate::domain::letter::{Content, Letter};
use crate::service::account::open::{self, NewAccount};
use crate::service::account::terms;
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::proof::{self, Wish};
use crate::service::auth::proof_of_work::{self, Given};
use crate::service::auth::throttle::{self, What};
use crate::service::auth::{Visit, start};
use crate::store;
use crate::store::auth::proof::ProofRow;

/// What became of asking for a letter.
pub enum Asked {
    /// If a letter was due, it is on its way.
    Sent(ProofId),
    /// Too much was asked from this network.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
}

/// What became of the last step.
pub enum Step {
    /// The account is there, and the sign-in goes on.
    Done(Progress),
    /// The password was not accepted.
    Weak(Vec<Weakness>),
    /// The proof is over: too old or used.
    Over,
}

/// Ask for an account: the letter to the address says how to go on, or that there is one already.
pub async fn ask(
    work: &mut Work,
    visit: Visit<'_>,
    address: &EmailAddress,
    attempt: Option<&AttemptId>,
    given: Given<'_>,
) -> Result<Asked> {
    if !work.app().config.sign_in.sign_up {
        return Err(Refusal::NotFound.into());
    }
    if let Err(until) = proof_of_work::reserve(work, visit, proof_of_work::Purpose::SignUp, given).await? {
        return Ok(Asked::Slow { until });
    }
    let may_write = throttle::reserve(work, What::Letters(&address.normal())).await?.is_ok();
    let now = work.now();
    store::account::email_address::let_go(work.tx(), address, now).await?;
    let account = store::account::find_by_email(work.tx(), address).await?;
    // An account that waits for its address to be proved is opened by proving it.
    let is_free = account.as_ref().is_none_or(|account| account.state == State::Unverified);
    let wish = Wish {
        purpose: Purpose::SignUp,
        address,
        sub: account.as_ref().map(|account| &account.sub),
        attempt,
        provable: is_free && may_write,
    };
    let sent = proof::issue(work, visit, wish).await?;
    if may_write {
        let issuer = &work.app().config.top.issuer;
        let content = match is_free {
            true => Content::SignUpCode {
                code: sent.code,
                link: issuer.at(&format!("/sign-up/confirm?token={}", sent.token)),
                minutes: sent.minutes,
            },
            false => Content::AlreadyRegistered { sign_in: issuer.at("/sign-in"), recover: issuer.at("/recover") },
        };
        let locale = account.as_ref().and_then(|account| account.locale()).unwrap_or(visit.locale);
        work.send(Letter { to: address.wire(), locale, content });
    }
    Ok(Asked::Sent(sent.id))
}

/// The last step: a password, and with it the account and a session.
pub async fn complete(work: &mut Work, visit: Visit<'_>, id: &ProofId, password: &str) -> Result<Step> {
    let Some(waiting) = proof::proven(work, visit, id, Purpose::SignUp).await? else { return Ok(Step::Over) };
    work.settle().await?;

    let app = Arc::clone(work.app());
    let forbidden = vec![waiting.address.clone(), app.config.top.display_name.clone()];
    let hash = match app.passwords.choose(password, forbidden).await? {
        Ok(hash) => hash,
        Err(weaknesses) => return Ok(Step::Weak(weaknesses)),
    };

    let now = work.now();
    let Some(used) = use_up(work, visit, id).await? else { return Ok(Step::Over) };
    let sub = account_of(work, visit, &used, None).await?;
    store::auth::password::set(work.tx(), &sub, &hash, now).await?;
    let attempt = attempt_of(work, visit, &used).await?;
    let proof = Proof { sub: &sub, factor: Factor::Password, stay: false };
    Ok(Step::Done(flow::prove(work, visit, attempt.as_ref(), proof).await?))
}

/// Use a proof up, and with it every other that was sent to the address.
pub(super) async fn use_up(work: &mut Work, visit: Visit<'_>, id: &ProofId) -> Result<Option<ProofRow>> {
    let now = work.now();
    let used = store::auth::proof::consume(work.tx(), id, Purpose::SignUp, visit.browser_hash, now).await?;
    if let Some(used) = &used {
        store::auth::proof::void_for_address(work.tx(), &used.normal, Purpose::SignUp, now).await?;
        throttle::clear_account(work, &used.normal).await?;
    }
    Ok(used)
}

/// The sign-in that a proof belongs to, if it is still this browser's.
pub(super) async fn attempt_of(work: &mut Work, visit: Visit<'_>, used: &ProofRow) -> Result<Option<AttemptId>> {
    match &used.attempt_id {
        Some(id) => Ok(start::open(work, id, visit.browser_hash).await?.map(|attempt| attempt.id)),
        None => Ok(None),
    }
}

/// The account that a proof opens: a new one, with the subject that was promised if one was, or the one that waited
/// for it.
pub(super) async fn account_of(
    work: &mut Work,
    visit: Visit<'_>,
    used: &ProofRow,
    promised: Option<Subject>,
) -> Result<Subject> {
    let email = EmailAddress::parse(&used.address).map_err(|_| Fault::new("a proof has no address"))?;
    let Some(sub) = &used.sub else {
        let mut profile = Profile::default();
        // The language of the page they signed up on; it can be changed on the profile page.
        let _ = profile.set(Field::Locale, visit.locale.tag());
        let sub = open::open_as(work, promised, NewAccount { email, verified: true, profile }).await?.sub;
        terms::accept_at_sign_up(work, &sub, visit.locale).await?;
        return Ok(sub);
    };
    let now = work.now();
    if !store::account::set_state(work.tx(), sub, State::Unverified, State::Active, now).await? {
        return Err(Refusal::Conflict("changed_meanwhile").into());
    }
    store::account::email_address::verify(work.tx(), sub, &email, now).await?;
    terms::accept_at_sign_up(work, sub, visit.locale).await?;
    Ok(sub.clone())
}
