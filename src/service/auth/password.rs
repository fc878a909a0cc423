//! Signing in by password, in two units of work: the try is counted and committed before the secret is looked at.
//! Every path does the same: an unknown name, a wrong password, an empty one and a stopped account all cost one
//! count, one hash and one entry in the audit log, and all get the same answer.

use crate::app::passwords::Compared;
use crate::app::{App, Work};
use crate::base::digest::hmac_sha256;
use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::config::sign_in::ProofOfWork;
use crate::domain::account::{EmailAddress, State};
use crate::domain::auth::password::Password;
use crate::domain::auth::{Attempt, AttemptId, Factor, foreign_hash};
use crate::domain::event::Event;
use crate::service::account::closing;
use crate::service::auth::Visit;
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::proof_of_work::{self, Given, Purpose};
use crate::service::auth::throttle::{self, Key, What};
use crate::store;
use crate::store::auth::password::{PasswordRow, WorkRow};

/// What was entered.
pub struct Entered<'a> {
    /// The name as typed.
    pub username: &'a str,
    /// The password as typed.
    pub password: &'a str,
    /// "Stay signed in".
    pub stay: bool,
    /// The proof of work, where one came.
    pub given: Given<'a>,
}

/// What became of it.
pub enum SignIn {
    /// The password is right, and the sign-in goes on.
    Right(Progress),
    /// Name or password is wrong; which one is not said.
    Wrong,
    /// Too many tries.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
}

/// Sign in.
pub async fn sign_in(
    work: &mut Work,
    visit: Visit<'_>,
    entered: Entered<'_>,
    attempt: Option<&AttemptId>,
) -> Result<SignIn> {
    let name = comparable(entered.username);
    let known = store::auth::known_browser::is_known(work.tx(), &name, visit.browser_hash).await?;
    let kept = store::auth::password::find_by_email(work.tx(), &name).await?;
    let works = store::auth::password::works(work.tx()).await?;
    let by_name = match known {
        true => What::KnownBrowser(&name, visit.browser_hash),
        false => What::Account(&name),
    };
    // The network first: whoever has to wait there cannot go on to slow down one name after another.
    let by_network = match throttle::reserve(work, What::Network).await? {
        Ok(key) => key,
        Err(until) => return Ok(SignIn::Slow { until }),
    };
    let by_name = match throttle::reserve(work, by_name).await? {
        Ok(key) => key,
        Err(until) => return Ok(SignIn::Slow { until }),
    };
    // A browser that is known here is none of those that try stolen lists.
    let guesses = match known {
        true => Vec::new(),
        false => match reserve_guess(work, visit, entered.given).await? {
            Ok(keys) => keys,
            Err(until) => return Ok(SignIn::Slow { until }),
        },
    };
    work.settle().await?;

    let hash = kept.as_ref().map(|row| row.hash.clone());
    let app = std::sync::Arc::clone(work.app());
    let spend = work_of_nobody(&app, &works, &name);
    let compared = app.passwords.compare_or_spend(Password::enter(entered.password), hash, spend).await?;

    let sub = match kept {
        Some(row) if compared.is_right => match admit(work, &row, &compared).await? {
            Admission::Admitted => Some(row.sub),
            Admission::Barred => None,
            // Another sign-in has replaced an old hash meanwhile, or it is another password now: that one counts.
            Admission::Changed(row) => {
                work.settle().await?;
                let password = Password::enter(entered.password);
                let compared = app.passwords.compare(password, Some(row.hash.clone())).await?;
                let is_admitted =
                    compared.is_right && matches!(admit(work, &row, &compared).await?, Admission::Admitted);
                is_admitted.then_some(row.sub)
            }
        },
        Some(_) | None => None,
    };
    let Some(sub) = sub else {
        work.record(Event::new("sign_in.failed").about("sign_in", ""));
        return Ok(SignIn::Wrong);
    };
    throttle::clear(work, &by_name).await?;
    throttle::take_back(work, &by_network).await?;
    for key in &guesses {
        throttle::take_back(work, key).await?;
    }
    let proof = Proof { sub: &sub, factor: Factor::Password, stay: entered.stay };
    Ok(SignIn::Right(flow::prove(work, visit, attempt, proof).await?))
}

/// Count a try of a browser that is not known here, where the counters of one name and one address notice nothing: in its
/// neighbourhood, and everywhere. While many are being tried, it needs a proof of work or waits sooner.
async fn reserve_guess(
    work: &mut Work,
    visit: Visit<'_>,
    given: Given<'_>,
) -> Result<std::result::Result<Vec<Key>, Timestamp>> {
    let mut keys = Vec::new();
    let is_paid = proof_of_work::is_paid(work, visit, Purpose::SignIn, given).await?;
    let was_attacked = throttle::is_attacked(work).await?;
    // Without any proof of work at all, an attack slows down all browsers that nobody knows.
    let has_to_wait = was_attacked && (!is_paid || work.app().config.sign_in.proof_of_work == ProofOfWork::Off);
    let counted: &[What<'_>] = match has_to_wait {
        true => &[What::WithoutWork, What::Neighbourhood, What::Everybody],
        false => &[What::Neighbourhood, What::Everybody],
    };
    for what in counted {
        match throttle::reserve(work, *what).await? {
            Ok(key) => keys.push(key),
            Err(until) => return Ok(Err(until)),
        }
    }
    if !was_attacked && throttle::is_attacked(work).await? {
        work.record(Event::new("sign_in.stuffing_noticed").about("sign_in", ""));
    }
    Ok(Ok(keys))
}

/// The password as a further step, of the person whose sign-in it is.
pub async fn confirm(work: &mut Work, visit: Visit<'_>, attempt: &Attempt, password: &str) -> Result<SignIn> {
    let standing = flow::stand(work, visit, attempt).await?;
    let username = match &standing.sub {
        Some(sub) => name_of(work, sub).await?,
        None => String::new(),
    };
    let entered = Entered { username: &username, password, stay: false, given: Given::default() };
    sign_in(work, visit, entered, Some(&attempt.id)).await
}

/// The name that an account signs in with; empty where it has none.
pub async fn name_of(work: &mut Work, sub: &Subject) -> Result<String> {
    let account = store::account::find(work.tx(), sub).await?;
    Ok(account.and_then(|account| account.email).map(|email| email.address.to_string()).unwrap_or_default())
}

/// What a right password leads to.
enum Admission {
    Admitted,
    Barred,
    /// The password that is kept is not the one that was compared.
    Changed(PasswordRow),
}

/// Ask whether the account may be used, and keep the new hash of its password.
async fn admit(work: &mut Work, row: &PasswordRow, compared: &Compared) -> Result<Admission> {
    // The account first: a password that is being changed at this moment is then the new one.
    let standing = store::account::hold(work.tx(), &row.sub).await?;
    let state = standing.map(|standing| standing.state);
    // Whoever closed their account may come back for a while: the flow asks them.
    let may_come_back = state == Some(State::Closed) && closing::undoable(work, &row.sub).await?.is_some();
    if !may_come_back && state.is_none_or(|state| state.may_authenticate().is_err()) {
        return Ok(Admission::Barred);
    }
    match store::auth::password::find(work.tx(), &row.sub).await? {
        Some(now) if now.hash == row.hash => {}
        Some(now) => return Ok(Admission::Changed(now)),
        None => return Ok(Admission::Barred),
    }
    if let Some(rehashed) = &compared.rehashed {
        store::auth::password::rehash(work.tx(), row, rehashed).await?;
    }
    Ok(Admission::Admitted)
}

/// What is spent on a name that nobody has: the same for one name every time, and over all names as it is over the
/// accounts. While many hashes are still another system's, whose time differs, time tells nobody who has an account.
fn work_of_nobody(app: &App, works: &[WorkRow], name: &str) -> Option<foreign_hash::Work> {
    let drawn = hmac_sha256(&*app.kek.derive("work of nobody"), name);
    let (draw, _) = drawn.split_first_chunk::<8>()?;
    let shares = works.iter().map(|row| (row.work.as_str(), u64::try_from(row.held).unwrap_or_default()));
    foreign_hash::Work::drawn_from(shares, u64::from_be_bytes(*draw))
}

/// One spelling of a name, so that all spellings share one counter. What is no address is never found.
fn comparable(username: &str) -> String {
    match EmailAddress::parse(username) {
        Ok(address) => address.normal(),
        Err(_) => crate::base::text::search_form(&username.chars().take(254).collect::<String>()).replace('\0', ""),
    }
}
