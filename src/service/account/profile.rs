//! Changing what an account says about its owner.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{FieldError, Refusal, Result};
use crate::domain::account::search::search_text;
use crate::domain::account::{Account, Field};
use crate::domain::event::Event;
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
            event = event.change(field.claim(), old, new);
        }
    }
    if event.changes.is_empty() {
        return Ok(account);
    }
    account.updated_at = work.now();
    let search = search_text(&account);
    store::account::set_profile(work.tx(), &account, &search).await?;
    store::account::search::clear(work.tx(), sub).await?;
    store::account::search::index(work.tx(), sub, &search).await?;
    work.record(event);
    Ok(account)
}
