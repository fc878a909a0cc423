//! Erasing a closed account: what a person said, did and was known by goes; what must be kept stays without a name and
//! with a last day. See [`crate::domain::account::data_map`].

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::time::{Date, days};
use crate::base::{Fault, Locale, Result};
use crate::domain::account::retention::{Facts, Kept};
use crate::domain::account::{CustomerNumber, EmailAddress};
use crate::domain::event::Event;
use crate::domain::letter::{Content, Letter};
use crate::i18n::{Words, format};
use crate::service::account::{closing, holds, tell};
use crate::store;
use crate::store::account::erasure;

/// How long before the erasure its owner is reminded.
const REMINDER: std::time::Duration = days(3);

/// What will be kept, and until when, if the account is erased on a day.
pub async fn to_be_kept(work: &mut Work, sub: &Subject, today: Date) -> Result<Vec<(Kept, i64, Date)>> {
    let products = erasure::handed_over(work.tx(), sub).await?;
    let last_covered = erasure::last_covered(work.tx(), sub).await?;
    let facts = Facts { today, last_handed_over: products.last, last_covered };
    let agreements = erasure::count_agreements(work.tx(), sub).await?;
    let counts = [(Kept::Products, products.count), (Kept::Agreements, agreements)];
    Ok(counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(kept, count)| (kept, count, kept.until(&facts)))
        .collect())
}

/// Erase an account whose time to come back is over, unless something keeps it. `false` if it was not erased.
pub async fn erase(work: &mut Work, sub: &Subject) -> Result<bool> {
    let (now, today) = (work.now(), today(work)?);
    if !holds::in_force(work, sub).await?.is_empty()
        || !store::account::closure::set_erased(work.tx(), sub, now).await?
    {
        return Ok(false);
    }
    let account = store::account::find(work.tx(), sub).await?;
    let locale = account.and_then(|account| account.locale()).unwrap_or(Locale::Ja);
    let address = erasure::last_address(work.tx(), sub).await?.filter(|last| last.verified_at.is_some());
    let kept = to_be_kept(work, sub, today).await?;

    erasure::end_products(work.tx(), sub, today, now).await?;
    erasure::delete_apps(work.tx(), sub).await?;
    erasure::delete_person(work.tx(), sub).await?;
    empty(work, sub).await?;
    // Accounts of the same person that were merged into this one.
    for former in erasure::merged_into(work.tx(), sub).await? {
        erasure::delete_apps(work.tx(), &former).await?;
        erasure::delete_person(work.tx(), &former).await?;
        empty(work, &former).await?;
    }
    for (what, records, until) in &kept {
        erasure::keep(work.tx(), sub, *what, *records, *until).await?;
    }
    work.record(Event::new("account.erased").about("account", sub).of(sub));
    if let Some(address) = address.and_then(|last| EmailAddress::parse(&last.address).ok()) {
        let content = Content::AccountErased { kept: in_words(Words::of(locale), &kept) };
        work.send(Letter { to: address.wire(), locale, content });
    }
    Ok(true)
}

async fn empty(work: &mut Work, sub: &Subject) -> Result<()> {
    for _ in 0..20 {
        let number = CustomerNumber::random(work.random());
        if erasure::empty_account(work.tx(), sub, &number).await? {
            return Ok(());
        }
    }
    Err(Fault::new("no free customer number was found").into())
}

/// What is kept, in one sentence; empty where it is nothing.
pub fn in_words(words: Words, kept: &[(Kept, i64, Date)]) -> String {
    let parts: Vec<String> = kept
        .iter()
        .map(|(what, count, until)| {
            let until = format::date(words.locale(), *until);
            match what {
                Kept::Products => words.kept_products(*count, until),
                Kept::Agreements => words.kept_agreements(*count, until),
                Kept::Choices => words.kept_choices(*count, until),
            }
        })
        .collect();
    parts.join(words.list_separator().as_str())
}

/// Remind owners whose accounts are erased in a few days; how many.
pub async fn remind(work: &mut Work) -> Result<usize> {
    let now = work.now();
    let mut count = 0;
    for closure in store::account::closure::to_remind(work.tx(), now, now.plus(REMINDER)).await? {
        if store::account::closure::set_reminded(work.tx(), &closure.sub, now).await? {
            let link = closing::come_back_link(work, &closure);
            let until = closure.undo_until;
            tell::owner(work, &closure.sub, |reader| Content::ErasureNear { until: reader.moment(until), link })
                .await?;
            count += 1;
        }
    }
    Ok(count)
}

/// Let go of what was kept of erased accounts long enough; how many records.
pub async fn let_go_of_kept(work: &mut Work) -> Result<usize> {
    let today = today(work)?;
    let old = erasure::kept_too_long(work.tx(), today).await?;
    for record in &old {
        erasure::let_go(work.tx(), &record.sub, record.what).await?;
        let event = Event::new("account.kept_record_let_go").about("account", &record.sub).of(&record.sub);
        work.record(event.change("what", Some(record.what.word()), None));
    }
    Ok(old.len())
}

/// Today, where the maker is.
pub fn today(work: &Work) -> Result<Date> {
    let zone = &work.app().config.top.time_zone;
    work.now().date_in(zone).ok_or_else(|| Fault::new(format!("the zone {zone} is not known")).into())
}
