//! Writing accounts that come from another system, many in one unit of work.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::Arc;

use super::restore::restore;
use super::{Became, Row, Told, Wish};
use crate::app::{App, Work};
use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::account::{Account, CustomerNumber};
use crate::domain::admin::account_import::{ImportedAccount, ImportedHash, as_subject};
use crate::domain::auth::kept_password::{self, KeptPassword};
use crate::domain::event::Event;
use crate::domain::registry::import::RowError;
use crate::service::account::open::{self, Number};
use crate::store;
use crate::store::account::{email_address, imported_identity, source};

/// What earlier rows of the same file said. Hashes only: millions of addresses must not be held in memory.
#[derive(Default)]
pub(super) struct Seen(HashMap<u64, u64>);

impl Seen {
    /// Refuse a row that repeats an earlier one.
    pub(super) fn look(&mut self, mut row: Row) -> Row {
        let Ok(account) = &row.read else { return row };
        let email = account.email.as_ref().map(|email| email.address.normal());
        let email = email.map(|normal| ("email", hash_of(("email", normal))));
        let name = ("source_id", hash_of(("source_id", &account.source_id)));
        for (column, hash) in email.into_iter().chain([name]) {
            match self.0.entry(hash) {
                Entry::Vacant(place) => {
                    place.insert(row.number);
                }
                Entry::Occupied(earlier) if *earlier.get() != row.number => {
                    let explanation = format!("row {} of this file has the same", earlier.get());
                    row.read = Err(vec![RowError { column, reason: "duplicate", explanation }]);
                    return row;
                }
                Entry::Occupied(_) => {}
            }
        }
        row
    }
}

fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// A row of which everything slow is done.
pub(super) struct Prepared {
    pub(super) number: u64,
    read: Result<Box<ImportedAccount>, Vec<RowError>>,
    /// The hash as the table will hold it, and what comparing it costs.
    password: Option<(String, Option<String>)>,
}

impl Prepared {
    pub(super) async fn make(app: &Arc<App>, row: Row, wish: &Wish) -> Result<Self> {
        let hash = row.read.as_ref().ok().and_then(|account| account.hash.clone());
        let password = match hash {
            None => None,
            Some(ImportedHash::Ours(text)) => {
                let work = KeptPassword::read(&text).and_then(|kept| kept.work()).map(|work| work.text());
                Some((text, work))
            }
            Some(ImportedHash::Foreign(foreign)) => {
                let work = foreign.work();
                match wish.wrap_weak && !wish.dry_run && work.is_quick_to_guess() {
                    true => Some((app.passwords.wrap(foreign).await?, None)),
                    false => Some((kept_password::imported(&foreign), Some(work.text()))),
                }
            }
        };
        Ok(Self { number: row.number, read: row.read, password })
    }
}

/// Write the rows; a dry run only looks. Fails as a conflict where somebody else was faster.
pub(super) async fn write(work: &mut Work, wish: &Wish, rows: &[Prepared]) -> Result<Vec<Told>> {
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let (became, left_out) = match &row.read {
            Err(errors) => (Became::Refused(errors.clone()), Vec::new()),
            Ok(account) => {
                let became = take(work, wish, account, row.password.as_ref()).await?;
                let mut left_out = Vec::new();
                if let Became::Added(sub) = &became {
                    left_out.clone_from(&account.notes);
                    if let (Some(sub), Some(carried)) = (sub, &account.carried) {
                        left_out.extend(restore(work, sub, carried).await?);
                    }
                }
                (became, left_out)
            }
        };
        told.push(Told { row: row.number, became, left_out });
    }
    Ok(told)
}

async fn take(
    work: &mut Work,
    wish: &Wish,
    account: &ImportedAccount,
    password: Option<&(String, Option<String>)>,
) -> Result<Became> {
    if let Some(sub) = source::find(work.tx(), &wish.source, &account.source_id).await? {
        return Ok(Became::Known(sub));
    }
    let now = work.now();
    if let Some(email) = &account.email {
        email_address::let_go(work.tx(), &email.address, now).await?;
        if let Some(owner) = email_address::owner(work.tx(), &email.address).await? {
            return Ok(refused("email", "email_taken", format!("account {owner} has this address")));
        }
    }
    if let Some(carried) = &account.carried
        && store::account::find_by_number(work.tx(), &carried.number).await?.is_some()
    {
        return Ok(refused("customer_number", "number_taken", "an account here has this number".to_owned()));
    }
    let sub = match wish.keep_sub || account.carried.is_some() {
        false => None,
        true => match as_subject(&account.source_id) {
            None => return Ok(refused("source_id", "sub_form", "the name cannot be a subject".to_owned())),
            Some(sub) if store::account::standing(work.tx(), &sub).await?.is_some() => {
                return Ok(refused("source_id", "sub_taken", "an account here has this subject".to_owned()));
            }
            Some(sub) => Some(sub),
        },
    };
    if wish.dry_run {
        return Ok(Became::Added(None));
    }
    open(work, wish, account, (sub, password)).await.map(|sub| Became::Added(Some(sub)))
}

async fn open(
    work: &mut Work,
    wish: &Wish,
    imported: &ImportedAccount,
    (sub, password): (Option<Subject>, Option<&(String, Option<String>)>),
) -> Result<Subject> {
    let now = work.now();
    let past = |at: Option<Timestamp>| at.filter(|at| at.millis() > 0 && *at <= now).unwrap_or(now);
    let (number, is_fixed) = match &imported.carried {
        Some(carried) => (carried.number.clone(), Number::Fixed),
        None => (CustomerNumber::random(work.random()), Number::Any),
    };
    let account = Account {
        sub: sub.unwrap_or_else(|| work.new_id()),
        number,
        state: imported.state,
        profile: imported.profile.clone(),
        email: imported.email.clone(),
        opened_at: past(imported.opened_at),
        updated_at: imported.carried.as_ref().map_or(now, |carried| past(Some(carried.updated_at))),
        signed_out_at: Timestamp::from_millis(0),
    };
    let account = open::take_in(work, account, is_fixed).await?;
    let sub = account.sub;
    if !source::insert(work.tx(), &sub, &wish.source, &imported.source_id, now).await? {
        return Err(crate::base::Refusal::Conflict("imported_meanwhile").into());
    }
    if let Some((hash, kind)) = password {
        let set_at = past(imported.password_set_at);
        store::auth::password::import(work.tx(), &sub, hash, kind.as_deref(), set_at).await?;
    }
    for identity in &imported.identities {
        imported_identity::insert(work.tx(), &sub, &identity.provider, &identity.subject, now).await?;
    }
    let event = Event::new("account.imported").about("account", &sub).of(&sub);
    let event = event.change("source", None, Some(&wish.source));
    work.record(event.change("state", None, Some(imported.state.word())));
    Ok(sub)
}

fn refused(column: &'static str, reason: &'static str, explanation: String) -> Became {
    Became::Refused(vec![RowError { column, reason, explanation }])
}
