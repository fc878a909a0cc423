//! Somebody came back from another provider and is linked to no account. They open one, or sign in to the one they have
//! and link it. Nothing happens by itself.
//!
//! # Decisions
//! - An address that the provider vouches for and nobody has opens an account. One that an account has opens nothing: its
//!   owner signs in, with everything the account asks for, and then says yes.
//! - Where no address was vouched for, a letter proves one. So it does where an account waits for its address to be
//!   proved: the word of another provider does not open what somebody else may have prepared (or imported), and when
//!   the letter does, nothing that was in it before opens it any more.

use super::told_json;
use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Fault, Refusal, Result};
use crate::domain::account::{EmailAddress, Field, Profile, State};
use crate::domain::auth::attempt::OwnPath;
use crate::domain::auth::proof::{ProofId, Purpose};
use crate::domain::auth::upstream::{DECIDING, Newcomer, NewcomerId, Told};
use crate::domain::auth::{AttemptId, Factor};
use crate::jose::Place;
use crate::service::account::lifecycle;
use crate::service::account::open::{self, NewAccount};
use crate::service::account::terms;
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::proof_of_work::Given;
use crate::service::auth::sign_up::{self, Asked};
use crate::service::auth::start::{self, Begin};
use crate::service::auth::upstream::link;
use crate::service::auth::{Visit, proof};
use crate::store;
use crate::store::account::{email_address, email_change};
use crate::store::auth::proof::ProofRow;
use crate::store::auth::upstream_newcomer::{self, NewcomerRow};
use crate::store::auth::{known_browser, password, upstream_identity};

/// What can become of somebody.
pub enum Standing {
    /// An account can be opened with this address.
    Open(EmailAddress),
    /// This address has an account.
    Taken(EmailAddress),
    /// An address has to be proved first; this one was told.
    Ask(Option<EmailAddress>),
}

/// What became of opening an account.
pub enum Opened {
    /// It is there, and the sign-in goes on.
    Done(Progress),
    /// Its address is not proved, or not free any more.
    NotYet,
    /// It is over: too old, or decided already.
    Over,
}

/// Keep what was told until it is decided what becomes of it.
pub(super) async fn welcome(
    work: &mut Work,
    visit: Visit<'_>,
    told: &Told,
    attempt: Option<&AttemptId>,
) -> Result<NewcomerId> {
    let id: NewcomerId = work.new_id();
    let sealed = work.app().kek.seal(place(&id), &told_json::write(told)?, work.random())?;
    let (now, expires_at) = (work.now(), work.now().plus(DECIDING));
    if let Some(email) = told.verified_email() {
        email_address::let_go(work.tx(), email, now).await?;
    }
    upstream_newcomer::insert(work.tx(), &id, visit.browser_hash, (sealed, attempt), expires_at).await?;
    Ok(id)
}

/// Somebody who is deciding, in their browser. A provider that is not there any more brings nobody.
pub async fn find(work: &mut Work, visit: Visit<'_>, id: &NewcomerId) -> Result<Option<Newcomer>> {
    let now = work.now();
    let row = upstream_newcomer::find_open(work.tx(), id, visit.browser_hash, now).await?;
    row.map(|row| read(work, row)).transpose().map(|found| found.filter(|newcomer| is_known(work, newcomer)))
}

/// The one whose address a letter has just proved.
pub async fn of_proof(work: &mut Work, visit: Visit<'_>, id: &ProofId) -> Result<Option<NewcomerId>> {
    let now = work.now();
    Ok(upstream_newcomer::find_by_proof(work.tx(), id, visit.browser_hash, now).await?.map(|row| row.id))
}

/// What can become of them.
pub async fn standing(work: &mut Work, visit: Visit<'_>, newcomer: &Newcomer) -> Result<Standing> {
    if let Some(id) = &newcomer.proof
        && let Some(proven) = proof::proven(work, visit, id, Purpose::SignUp).await?
    {
        return Ok(Standing::Open(address_of(&proven)?));
    }
    let Some(email) = newcomer.told.verified_email().cloned() else {
        return Ok(Standing::Ask(newcomer.told.email.clone()));
    };
    match store::account::find_by_email(work.tx(), &email).await? {
        None => Ok(match email_address::owner(work.tx(), &email).await? {
            // Somebody gave it up and can still have it back.
            Some(_) => Standing::Ask(None),
            None => Standing::Open(email),
        }),
        Some(account) if account.state == State::Unverified => Ok(Standing::Ask(Some(email))),
        Some(_) => Ok(Standing::Taken(email)),
    }
}

/// Whether people may open accounts with what they came with.
pub fn may_open(work: &Work, newcomer: &Newcomer) -> bool {
    let app = work.app();
    let provider = app.upstreams.find(&newcomer.told.identity.provider);
    app.config.sign_in.sign_up && provider.is_some_and(|provider| provider.settings().sign_up)
}

/// Send the letter that proves an address. For one that has an account it says so, and nothing else does.
pub async fn ask(
    work: &mut Work,
    visit: Visit<'_>,
    newcomer: &Newcomer,
    address: &EmailAddress,
    given: Given<'_>,
) -> Result<Asked> {
    if !may_open(work, newcomer) {
        return Err(Refusal::NotFound.into());
    }
    let attempt = newcomer.attempt.as_ref();
    let asked = sign_up::ask(work, visit, address, attempt, given).await?;
    if let Asked::Sent(proof) = &asked {
        upstream_newcomer::set_proof(work.tx(), &newcomer.id, proof).await?;
    }
    Ok(asked)
}

/// Open an account with what was told. Refused as a conflict if somebody was faster.
pub async fn open(work: &mut Work, visit: Visit<'_>, newcomer: &Newcomer) -> Result<Opened> {
    if !may_open(work, newcomer) {
        return Err(Refusal::NotFound.into());
    }
    let Standing::Open(email) = standing(work, visit, newcomer).await? else { return Ok(Opened::NotYet) };
    let now = work.now();
    if !upstream_newcomer::consume(work.tx(), &newcomer.id, visit.browser_hash, now).await? {
        return Ok(Opened::Over);
    }
    let used = match &newcomer.proof {
        Some(id) => store::auth::proof::consume(work.tx(), id, Purpose::SignUp, visit.browser_hash, now).await?,
        None => None,
    };
    let waiting = used.as_ref().and_then(|used| used.sub.clone());
    let sub = match waiting {
        Some(sub) => take_over(work, &sub, &email).await?,
        None => {
            let profile = profile_of(&newcomer.told, visit);
            open::open(work, NewAccount { email: email.clone(), verified: true, profile }).await?.sub
        }
    };
    store::auth::proof::void_for_address(work.tx(), &email.normal(), Purpose::SignUp, now).await?;
    terms::accept_at_sign_up(work, &sub, visit.locale).await?;
    if !link::insert(work, &sub, &newcomer.told).await? {
        // Another tab was faster: nothing of the account may stay.
        return Err(Refusal::Conflict("linked_already").into());
    }
    let attempt = match &newcomer.attempt {
        Some(id) => start::open(work, id, visit.browser_hash).await?.map(|attempt| attempt.id),
        None => None,
    };
    let proof = Proof { sub: &sub, factor: Factor::Provider, stay: false };
    Ok(Opened::Done(flow::prove(work, visit, attempt.as_ref(), proof).await?))
}

/// They have an account: they sign in to it, whatever it asks for, and come back to say yes.
pub async fn sign_in_first(work: &mut Work, visit: Visit<'_>, newcomer: &Newcomer) -> Result<AttemptId> {
    let path = format!("/sign-up/with/link?newcomer={}", newcomer.id);
    let continue_to = OwnPath::parse(&path).unwrap_or_else(OwnPath::my_page);
    let begin = Begin {
        login_hint: newcomer.told.email.as_ref().map(EmailAddress::to_string),
        reauthenticate: true,
        ..Begin::by_itself(visit.browser_hash, continue_to)
    };
    start::begin(work, begin).await
}

/// An account that waited for its address to be proved, and now belongs to whoever proved it. Nothing that somebody
/// else may have put into it opens it any more.
async fn take_over(work: &mut Work, sub: &Subject, email: &EmailAddress) -> Result<Subject> {
    let now = work.now();
    if !store::account::set_state(work.tx(), sub, State::Unverified, State::Active, now).await? {
        return Err(Refusal::Conflict("changed_meanwhile").into());
    }
    lifecycle::void_everything(work, sub).await?;
    password::remove(work.tx(), sub).await?;
    upstream_identity::delete_all(work.tx(), sub).await?;
    known_browser::forget(work.tx(), sub).await?;
    email_change::end_all(work.tx(), sub, now).await?;
    email_address::verify(work.tx(), sub, email, now).await?;
    Ok(sub.clone())
}

/// What the provider told, as far as a profile takes it.
fn profile_of(told: &Told, visit: Visit<'_>) -> Profile {
    let mut profile = Profile::default();
    let _ = profile.set(Field::Locale, visit.locale.tag());
    for (field, text) in &told.names {
        let _ = profile.set(*field, text);
    }
    profile
}

fn address_of(proven: &ProofRow) -> Result<EmailAddress> {
    EmailAddress::parse(&proven.address).map_err(|_| Fault::new("a proof has no address").into())
}

fn is_known(work: &Work, newcomer: &Newcomer) -> bool {
    let identity = &newcomer.told.identity;
    work.app().upstreams.know(&identity.provider, &identity.issuer)
}

fn read(work: &Work, row: NewcomerRow) -> Result<Newcomer> {
    let bytes =
        work.app().kek.open(place(&row.id), &row.told).map_err(|_| Fault::new("what was told cannot be opened"))?;
    let told = told_json::read(&bytes)?;
    Ok(Newcomer { id: row.id, told, attempt: row.attempt_id, proof: row.proof_id, expires_at: row.expires_at })
}

fn place(id: &NewcomerId) -> Place<'_> {
    Place { table: "upstream_newcomer", column: "told", row: id.as_ref() }
}
