//! Authenticator applications: setting one up, proving it, renaming and removing it. RFC 6238.
//!
//! # Decisions
//! - The secret is sealed for its row and shown only until the first code was right. Nothing gives it out after that.
//! - A code is good once. Its step is taken by compare-and-set, and no earlier step counts after it.
//! - Wrong codes are counted for the account, before they are looked at: a new sign-in does not begin a new count.

use zeroize::Zeroizing;

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Fault, Refusal, Result, Timestamp};
use crate::domain::auth::factor::worth;
use crate::domain::auth::totp::{self, MOST, SECRET, TotpId};
use crate::domain::auth::{Acr, Attempt, Factor, proof};
use crate::jose::seal::Place;
use crate::service::auth::factor_change::{self, What};
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::throttle::{self, What as Counted};
use crate::service::auth::{Visit, password, recovery_code, trusted_browser};
use crate::store;
use crate::store::auth::totp::TotpRow;

/// One that waits for its first code, as its page shows it.
pub struct Waiting {
    /// Its name in addresses.
    pub id: TotpId,
    /// The secret to type.
    pub secret: Zeroizing<String>,
    /// The same behind a QR code.
    pub address: Zeroizing<String>,
}

/// What became of a first code.
pub enum First {
    /// From now on the application counts. The first one comes with recovery codes, shown this once.
    Right {
        /// The codes.
        codes: Vec<String>,
    },
    /// The code is wrong.
    Wrong,
    /// The name cannot be shown.
    BadName,
    /// Too many tries.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
    /// Too late, or done before.
    Over,
}

/// What became of a code in a sign-in.
pub enum Taken {
    /// The code is right, and the sign-in goes on.
    Right(Progress),
    /// It is wrong, or was used before.
    Wrong,
    /// Too many tries.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
}

/// Make a secret that waits for its first code; `None` where the account has as many applications as it may.
pub async fn begin(work: &mut Work, sub: &Subject) -> Result<Option<TotpId>> {
    if store::auth::totp::count(work.tx(), sub).await? >= i64::try_from(MOST).unwrap_or(i64::MAX) {
        return Ok(None);
    }
    let (id, now): (TotpId, _) = (work.new_id(), work.now());
    let secret: Zeroizing<[u8; SECRET]> = Zeroizing::new(work.random().bytes());
    let sealed = work.app().kek.seal(place(&id), &*secret, work.random())?;
    let row = TotpRow {
        id: id.clone(),
        sub: sub.clone(),
        name: String::new(),
        sealed,
        last_step: 0,
        made_at: now,
        expires_at: now.plus(totp::SET_UP),
        active_at: None,
        used_at: None,
    };
    store::auth::totp::insert(work.tx(), &row).await?;
    Ok(Some(id))
}

/// What the application has to be told, while it waits for its first code.
pub async fn waiting(work: &mut Work, sub: &Subject, id: &TotpId) -> Result<Option<Waiting>> {
    let now = work.now();
    let Some(row) = store::auth::totp::find_waiting(work.tx(), id, sub, now).await? else { return Ok(None) };
    let secret = opened(work, &row)?;
    let name = password::name_of(work, sub).await?;
    let issuer = &work.app().config.top.display_name;
    let address = totp::address(&secret, issuer, if name.is_empty() { issuer } else { &name });
    Ok(Some(Waiting { id: row.id, secret: Zeroizing::new(totp::readable(&secret)), address: Zeroizing::new(address) }))
}

/// The first code: the application has the secret. Everything that rests on fewer factors ends.
/// The sign-in in which it was set up, if it was in one, goes on.
pub async fn confirm(work: &mut Work, visit: Visit<'_>, sub: &Subject, id: &TotpId, given: Given<'_>) -> Result<First> {
    let Some(name) = totp::name(given.name) else { return Ok(First::BadName) };
    let counted = match throttle::reserve(work, Counted::SecondFactor(sub)).await? {
        Ok(key) => key,
        Err(until) => return Ok(First::Slow { until }),
    };
    let now = work.now();
    let row = store::auth::totp::find_waiting(work.tx(), id, sub, now).await?;
    work.settle().await?;

    let Some(row) = row else { return Ok(First::Over) };
    let now = work.now();
    let secret = opened(work, &row)?;
    let Some(step) = step_of(&secret, given.code, now) else { return Ok(First::Wrong) };
    // Held, so that two that are set up at once count each other.
    store::account::hold(work.tx(), sub).await?;
    let before = store::auth::totp::count(work.tx(), sub).await?;
    if before >= i64::try_from(MOST).unwrap_or(i64::MAX)
        || !store::auth::totp::activate(work.tx(), id, sub, step, &name, now).await?
    {
        return Ok(First::Over);
    }
    throttle::clear(work, &counted).await?;
    let codes = match store::auth::recovery_code::count_left(work.tx(), sub).await? {
        0 => recovery_code::issue(work, sub).await?,
        _ => Vec::new(),
    };
    factor_change::tell(work, visit, sub, What::TotpAdded(name)).await?;
    if let Some(attempt) = given.attempt {
        store::auth::attempt::insert(work.tx(), attempt).await?;
    }
    Ok(First::Right { codes })
}

/// What was typed when an application was set up.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// Its first code.
    pub code: &'a str,
    /// What to call it.
    pub name: &'a str,
    /// The sign-in in which it is set up.
    pub attempt: Option<&'a Attempt>,
}

/// What was typed in a sign-in.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    /// The code.
    pub code: &'a str,
    /// Whether this browser is not to be asked again for a while.
    pub trust: bool,
}

/// A code as a step of a sign-in.
pub async fn take(work: &mut Work, visit: Visit<'_>, attempt: &Attempt, given: Code<'_>) -> Result<Taken> {
    let sub = flow::stand(work, visit, attempt).await?.sub.ok_or(Refusal::NotFound)?;
    let counted = match throttle::reserve(work, Counted::SecondFactor(&sub)).await? {
        Ok(key) => key,
        Err(until) => return Ok(Taken::Slow { until }),
    };
    work.settle().await?;

    let now = work.now();
    for row in store::auth::totp::list(work.tx(), &sub).await? {
        let secret = opened(work, &row)?;
        let Some(step) = step_of(&secret, given.code, now) else { continue };
        if store::auth::totp::take(work.tx(), &row.id, step, now).await? {
            throttle::clear(work, &counted).await?;
            if given.trust {
                trusted_browser::trust(work, visit, &sub).await?;
            }
            let proof = Proof { sub: &sub, factor: Factor::Totp, stay: false };
            return Ok(Taken::Right(flow::prove(work, visit, Some(&attempt.id), proof).await?));
        }
    }
    factor_change::failed(work, &sub);
    Ok(Taken::Wrong)
}

/// Call one something else; `false` where the name cannot be shown.
pub async fn rename(work: &mut Work, sub: &Subject, id: &TotpId, name: &str) -> Result<bool> {
    let Some(name) = totp::name(name) else { return Ok(false) };
    if !store::auth::totp::rename(work.tx(), id, sub, &name).await? {
        return Err(Refusal::NotFound.into());
    }
    Ok(true)
}

/// Whether one of so many can go: staff keep a second factor.
pub async fn can_remove(work: &mut Work, sub: &Subject) -> Result<bool> {
    let count = store::auth::totp::count(work.tx(), sub).await?;
    let staff = flow::wanted_of_staff(work, sub).await?;
    let mut left = flow::enrolled(work, sub).await?.factors;
    if count <= 1 {
        left.retain(|factor| !factor.may_complete());
    }
    Ok(staff.is_met_by(worth(left).unwrap_or(Acr::Aal1)))
}

/// Remove one. With the last one the recovery codes go, which stand in its place.
pub async fn remove(work: &mut Work, visit: Visit<'_>, sub: &Subject, id: &TotpId) -> Result<()> {
    store::account::hold(work.tx(), sub).await?;
    let all = store::auth::totp::list(work.tx(), sub).await?;
    let Some(row) = all.iter().find(|row| row.id == *id) else { return Err(Refusal::NotFound.into()) };
    if !can_remove(work, sub).await? {
        return Err(Refusal::Conflict("last_factor").into());
    }
    if !store::auth::totp::delete(work.tx(), id, sub).await? {
        return Err(Refusal::NotFound.into());
    }
    if all.len() == 1 {
        store::auth::recovery_code::delete_all(work.tx(), sub).await?;
    }
    factor_change::tell(work, visit, sub, What::TotpRemoved(row.name.clone())).await
}

fn step_of(secret: &[u8; SECRET], typed: &str, now: Timestamp) -> Option<i64> {
    totp::step_of(secret, &proof::parse_code(typed)?, now)
}

fn opened(work: &Work, row: &TotpRow) -> Result<Zeroizing<[u8; SECRET]>> {
    let unreadable = || Fault::new(format!("the secret of authenticator {} cannot be read", row.id));
    let opened = work.app().kek.open(place(&row.id), &row.sealed).map_err(|_| unreadable())?;
    let secret: [u8; SECRET] = opened.as_slice().try_into().map_err(|_| unreadable())?;
    Ok(Zeroizing::new(secret))
}

fn place(id: &TotpId) -> Place<'_> {
    Place { table: "totp", column: "sealed", row: id.as_ref() }
}
