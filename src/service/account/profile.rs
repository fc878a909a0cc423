//! Changing what an account says about its owner.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{FieldError, Refusal, Result};
use crate::domain::account::search::search_text;
use crate::domain::account::{Account, Field};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::service::account::tell;
use crate::store;

/// Set some fields from text as typed; an empty text removes a value. Either all are taken or none, and every
/// wrong one is named by its claim.
pub async fn change(work: &mut Work, sub: &Subject, wishes: &[(Field, String)]) -> Result<Account> {
    let mut account = store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    let before = account.profile.clone();
    let mut wrong: Vec<FieldError> = Vec::new();
    for (field, text) in wishes {
        if let Err(error) = account.profile.set(*field, text) {
            wrong.push(FieldError::new(field.claim(), error.word()));
        }
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong).into());
    }
    let mut event = Event::new("account.profile_changed").about("account", sub).of(sub);
    for (field, _) in wishes {
        let (old, new) = (before.get(*field), account.profile.get(*field));
        if old != new {
            event = event.private_change(field.claim(), old, new);
        }
    }
    if event.changes.is_empty() {
        return Ok(account);
    }
    keep(work, &mut account).await?;
    work.record(event);
    if before.get(Field::PhoneNumber).is_some_and(|old| account.profile.get(Field::PhoneNumber) != Some(old)) {
        let link = work.app().config.top.issuer.at("/my/profile");
        tell::owner(work, sub, |reader| Content::PhoneChanged { at: reader.now.clone(), link }).await?;
    }
    Ok(account)
}

/// Keep what an account says, and let staff find it by that.
pub async fn keep(work: &mut Work, account: &mut Account) -> Result<()> {
    account.updated_at = work.now();
    let search = search_text(account);
    store::account::set_profile(work.tx(), account, &search).await?;
    store::account::search::clear(work.tx(), &account.sub).await?;
    store::account::search::index(work.tx(), &account.sub, &search).await
}
