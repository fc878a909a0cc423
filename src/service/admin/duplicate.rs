//! Finding accounts that look like one person's (名寄せ). Whoever changed since the last look is compared with those
//! who share a key; nobody waits for it.

use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::Subject;
use crate::base::time::seconds;
use crate::base::{Refusal, Result, Timestamp};
use crate::domain::account::Account;
use crate::domain::account::duplicate::{Duplicate, DuplicateId, pair};
use crate::domain::account::likeness::{POSSIBLE, Traits};
use crate::domain::event::Event;
use crate::service::admin::account::reason_of;
use crate::store;
use crate::store::admin::likeness::Progress;
use crate::store::admin::{duplicate, likeness};

/// Accounts looked at in one unit of work, so that SQLite's writer is free again soon.
const AT_ONCE: u32 = 20;
/// Accounts that may share a key: a key that more share says nothing.
const CROWD: u32 = 50;

/// Look at some of the accounts that changed since the last look; `false` when there are no more.
pub async fn look(work: &mut Work) -> Result<bool> {
    // What another transaction is writing at this moment has a moment of change that lies behind.
    let until = work.now().minus(seconds(30));
    let seen = likeness::progress(work.tx()).await?;
    if likeness::changed(work.tx(), &seen, until, 1).await?.is_empty() {
        return Ok(false);
    }
    let progress = likeness::hold_progress(work.tx()).await?;
    let changed = likeness::changed(work.tx(), &progress, until, AT_ONCE).await?;
    let Some(last) = changed.last() else { return Ok(false) };
    let progress = Progress { changed_at: last.updated_at, sub: last.sub.clone() };
    for account in &changed {
        compare(work, account).await?;
    }
    likeness::set_progress(work.tx(), &progress).await?;
    Ok(true)
}

/// Look at all of them again from the beginning, some at a time.
pub async fn start_over(work: &mut Work) -> Result<()> {
    likeness::hold_progress(work.tx()).await?;
    let nobody = Progress { changed_at: Timestamp::from_millis(0), sub: Subject::from("") };
    likeness::set_progress(work.tx(), &nobody).await?;
    work.record(Event::new("duplicate.search_started").about("duplicate", ""));
    Ok(())
}

async fn compare(work: &mut Work, account: &Account) -> Result<()> {
    likeness::clear(work.tx(), &account.sub).await?;
    duplicate::forget_open(work.tx(), &account.sub).await?;
    if account.state == crate::domain::account::State::Closed {
        return Ok(());
    }
    let mine = traits(work, account).await?;
    let mut met: Vec<Subject> = Vec::new();
    for key in mine.keys() {
        let key = fingerprint(&key);
        likeness::insert(work.tx(), &account.sub, &key).await?;
        let sharing = likeness::sharing(work.tx(), &account.sub, &key, CROWD + 1).await?;
        if sharing.len() <= CROWD as usize {
            met.extend(sharing);
        }
    }
    met.sort_by(|one, other| one.as_ref().cmp(other.as_ref()));
    met.dedup();
    for sub in met {
        let Some(other) = store::account::find(work.tx(), &sub).await? else { continue };
        let theirs = traits(work, &other).await?;
        let likeness = mine.likeness(&theirs);
        if likeness.score >= POSSIBLE
            && let Some(accounts) = pair(&account.sub, &other.sub)
        {
            let duplicate = Duplicate { id: work.new_id(), accounts, likeness, found_at: work.now() };
            duplicate::put(work.tx(), &duplicate).await?;
        }
    }
    Ok(())
}

async fn traits(work: &mut Work, account: &Account) -> Result<Traits> {
    Ok(Traits::of(account, likeness::units(work.tx(), &account.sub).await?))
}

/// A pair with both accounts.
pub struct Found {
    /// The pair.
    pub duplicate: Duplicate,
    /// Its accounts, in the same order.
    pub accounts: Vec<Account>,
}

/// Open pairs of at least a score, the most alike first, after one of them.
pub async fn list(work: &mut Work, least: u8, after: Option<(u8, &str)>, limit: u32) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for duplicate in duplicate::list(work.tx(), least, after, limit).await? {
        let mut accounts = Vec::new();
        for sub in &duplicate.accounts {
            accounts.extend(store::account::find(work.tx(), sub).await?);
        }
        found.push(Found { duplicate, accounts });
    }
    Ok(found)
}

/// Say that the accounts of a pair are two people's. It is not put forward again.
pub async fn dismiss(work: &mut Work, id: &DuplicateId, reason: &str) -> Result<()> {
    let reason = reason_of(reason)?;
    let now = work.now();
    let by = work.actor().named().1.to_owned();
    let pair = duplicate::find_open(work.tx(), id).await?.ok_or(Refusal::NotFound)?;
    if !duplicate::dismiss(work.tx(), id, &by, reason, now).await? {
        return Err(Refusal::Conflict("changed_meanwhile").into());
    }
    for sub in &pair.accounts {
        let event = Event::new("duplicate.dismissed").about("duplicate", id).of(sub);
        work.record(event.change("reason", None, Some(reason)));
    }
    Ok(())
}
