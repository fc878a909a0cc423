//! Taking away a second factor that its owner has lost, after a day in which they can stop it.
//! The ladder is in [`crate::domain::auth::factor_reset`].

use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::Subject;
use crate::base::{Locale, Refusal, Result, Timestamp};
use crate::domain::account::Field;
use crate::domain::auth::factor_reset::{COOLING_OFF, FactorReset};
use crate::domain::event::Event;
use crate::domain::letter::{Content, Letter};
use crate::service::auth::factor_change::{self, What};
use crate::service::auth::{Visit, flow};
use crate::store;

/// Ask for it, for a customer who was recognised; when it will happen. The owner is told.
pub async fn ask(work: &mut Work, sub: &Subject) -> Result<Timestamp> {
    let account = store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    account.state.may_authenticate().map_err(|_| Refusal::Conflict("account_is_stopped"))?;
    if !flow::enrolled(work, sub).await?.two {
        return Err(Refusal::Conflict("no_second_factor").into());
    }
    let now = work.now();
    let reset = FactorReset { id: work.new_id(), asked_at: now, due_at: now.plus(COOLING_OFF) };
    let token = work.random().token();
    if !store::auth::factor_reset::insert(work.tx(), sub, &reset, &fingerprint(&token)).await? {
        return Err(Refusal::Conflict("asked_already").into());
    }
    if let Some(email) = account.verified_email() {
        let settings = &work.app().config.top;
        let locale = account.locale().unwrap_or(Locale::Ja);
        let zone = account.profile.get(Field::Zoneinfo).unwrap_or(&settings.time_zone);
        let content = Content::FactorResetAsked {
            at: crate::i18n::format::date_time(locale, reset.due_at, zone),
            keep: settings.issuer.at(&format!("/keep-second-factor?token={token}")),
        };
        work.send(Letter { to: email.wire(), locale, content });
    }
    Ok(reset.due_at)
}

/// The one that is open for an account.
pub async fn open(work: &mut Work, sub: &Subject) -> Result<Option<FactorReset>> {
    store::auth::factor_reset::find_open(work.tx(), sub).await
}

/// What a link stops. Looking stops nothing.
pub async fn look(work: &mut Work, token: &str) -> Result<Option<FactorReset>> {
    Ok(store::auth::factor_reset::find_by_link(work.tx(), &fingerprint(token)).await?.map(|(_, reset)| reset))
}

/// The owner keeps the second factor, by the link of the letter.
pub async fn keep_by_link(work: &mut Work, token: &str) -> Result<bool> {
    match store::auth::factor_reset::find_by_link(work.tx(), &fingerprint(token)).await? {
        Some((sub, reset)) => keep(work, &sub, &reset).await,
        None => Ok(false),
    }
}

/// The owner keeps the second factor, on my page.
pub async fn keep_own(work: &mut Work, sub: &Subject) -> Result<bool> {
    match open(work, sub).await? {
        Some(reset) => keep(work, sub, &reset).await,
        None => Ok(false),
    }
}

/// The day is over: with the next sign-in the second factor is gone.
pub(super) async fn carry_out(work: &mut Work, visit: Visit<'_>, sub: &Subject) -> Result<()> {
    let now = work.now();
    let due = open(work, sub).await?.filter(|reset| reset.is_due_at(now));
    let Some(reset) = due else { return Ok(()) };
    if !store::auth::factor_reset::end(work.tx(), &reset.id, true, now).await? {
        return Ok(());
    }
    store::auth::totp::delete_all(work.tx(), sub).await?;
    store::auth::recovery_code::delete_all(work.tx(), sub).await?;
    factor_change::tell(work, visit, sub, What::Reset).await
}

async fn keep(work: &mut Work, sub: &Subject, reset: &FactorReset) -> Result<bool> {
    let now = work.now();
    let is_kept = store::auth::factor_reset::end(work.tx(), &reset.id, false, now).await?;
    if is_kept {
        work.record(Event::new("factor_reset.stopped").about("account", sub).of(sub));
    }
    Ok(is_kept)
}
