//! A new password for somebody who cannot sign in. It does not sign in by itself: whoever has the new password
//! signs in with it, so that a further factor is never passed by.

use std::sync::Arc;

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::account::{EmailAddress, State};
use crate::domain::auth::attempt::AttemptId;
use crate::domain::auth::password::Weakness;
use crate::domain::auth::proof::{ProofId, Purpose};
use crate::domain::event::Event;
use crate::domain::letter::{Content, Letter};
use crate::service::account::{closing, lifecycle};
use crate::service::auth::change_password::tell_owner;
use crate::service::auth::proof::{self, Wish};
use crate::service::auth::proof_of_work::{self, Given};
use crate::service::auth::sign_up::Asked;
use crate::service::auth::throttle::{self, What};
use crate::service::auth::{Visit, new_sign_in, start};
use crate::store;

/// What became of the last step.
pub enum Step {
    /// The password is set; the sign-in it belonged to goes on.
    Done {
        /// That sign-in.
        attempt: Option<AttemptId>,
    },
    /// The password was not accepted.
    Weak(Vec<Weakness>),
    /// The proof is over: too old or used.
    Over,
}

/// Ask for a new password: the letter to the address says how to go on, or that there is no account.
pub async fn ask(
    work: &mut Work,
    visit: Visit<'_>,
    address: &EmailAddress,
    attempt: Option<&AttemptId>,
    given: Given<'_>,
) -> Result<Asked> {
    if let Err(until) = proof_of_work::reserve(work, visit, proof_of_work::Purpose::Recover, given).await? {
        return Ok(Asked::Slow { until });
    }
    let may_write = throttle::reserve(work, What::Letters(&address.normal())).await?.is_ok();
    let now = work.now();
    store::account::email_address::let_go(work.tx(), address, now).await?;
    let account = store::account::find_by_email(work.tx(), address).await?;
    let may_come_back = match &account {
        Some(account) if account.state == State::Closed => closing::undoable(work, &account.sub).await?.is_some(),
        Some(_) | None => false,
    };
    let usable =
        account.as_ref().filter(|account| may_come_back || matches!(account.state, State::Active | State::Unverified));
    let provable = usable.is_some() && may_write;
    if may_write {
        store::auth::proof::void_for_address(work.tx(), &address.normal(), Purpose::ResetPassword, now).await?;
    }
    let wish =
        Wish { purpose: Purpose::ResetPassword, address, sub: usable.map(|account| &account.sub), attempt, provable };
    let sent = proof::issue(work, visit, wish).await?;
    let issuer = &work.app().config.top.issuer;
    let content = match (&account, provable) {
        (Some(_), true) => Some(Content::PasswordReset {
            code: sent.code,
            link: issuer.at(&format!("/recover/confirm?token={}", sent.token)),
            minutes: sent.minutes,
        }),
        (None, false) if may_write => Some(Content::NoAccount { sign_up: issuer.at("/sign-up") }),
        // A stopped account gets no letter; its owner asks support, as the page says to everybody.
        (Some(_), false) | (None, _) => None,
    };
    if let Some(content) = content {
        let locale = account.as_ref().and_then(|account| account.locale()).unwrap_or(visit.locale);
        work.send(Letter { to: address.wire(), locale, content });
    }
    Ok(Asked::Sent(sent.id))
}

/// The last step: the new password. Every session ends, everything issued before is void, the owner gets a letter.
pub async fn complete(work: &mut Work, visit: Visit<'_>, id: &ProofId, password: &str) -> Result<Step> {
    let Some(waiting) = proof::proven(work, visit, id, Purpose::ResetPassword).await? else { return Ok(Step::Over) };
    let Some(sub) = waiting.sub else { return Ok(Step::Over) };
    let account = store::account::find(work.tx(), &sub).await?.ok_or(Refusal::NotFound)?;
    work.settle().await?;

    let app = Arc::clone(work.app());
    let mut forbidden = account.personal_words();
    forbidden.push(app.config.top.display_name.clone());
    let hash = match app.passwords.choose(password, forbidden).await? {
        Ok(hash) => hash,
        Err(weaknesses) => return Ok(Step::Weak(weaknesses)),
    };

    let now = work.now();
    let used = store::auth::proof::consume(work.tx(), id, Purpose::ResetPassword, visit.browser_hash, now).await?;
    let Some(used) = used else { return Ok(Step::Over) };
    activate(work, &sub, &account.state, account.email.as_ref().map(|email| &email.address)).await?;
    store::auth::password::set(work.tx(), &sub, &hash, now).await?;
    lifecycle::void_everything(work, &sub).await?;
    store::auth::known_browser::forget(work.tx(), &sub).await?;
    new_sign_in::remember(work, visit, &sub).await?;
    throttle::clear_account(work, &used.normal).await?;
    work.record(Event::new("password.reset").about("account", &sub).of(&sub));
    tell_owner(work, &account, visit.locale);
    // The link may have been opened in another browser than the one the sign-in began in.
    let attempt = match &used.attempt_id {
        Some(id) => start::open(work, id, visit.browser_hash).await?.map(|attempt| attempt.id),
        None => None,
    };
    Ok(Step::Done { attempt })
}

/// Reading a letter sent to the address proves it.
pub(super) async fn activate(
    work: &mut Work,
    sub: &Subject,
    state: &State,
    address: Option<&EmailAddress>,
) -> Result<()> {
    let now = work.now();
    if let (State::Unverified, Some(address)) = (state, address) {
        store::account::set_state(work.tx(), sub, State::Unverified, State::Active, now).await?;
        store::account::email_address::verify(work.tx(), sub, address, now).await?;
    }
    Ok(())
}
