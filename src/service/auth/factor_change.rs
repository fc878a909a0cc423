//! What follows a change to the ways of signing in: an entry in the log, a letter to the owner, and the end of
//! everything that rests on how it was before.

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::account::Field;
use crate::domain::event::Event;
use crate::domain::letter::{Content, FactorChange, Letter};
use crate::service::account::lifecycle;
use crate::service::auth::Visit;
use crate::store;

/// What changed.
#[derive(Clone, Debug)]
pub enum What {
    /// An authenticator application was added.
    TotpAdded(String),
    /// One was removed.
    TotpRemoved(String),
    /// There is a new list of recovery codes.
    CodesRenewed,
    /// Support took the second factor away.
    Reset,
}

/// The ways of signing in have changed: sessions and what was issued before end, and the owner is told.
pub async fn tell(work: &mut Work, visit: Visit<'_>, sub: &Subject, what: What) -> Result<()> {
    lifecycle::void_everything(work, sub).await?;
    let (event, change) = match what {
        What::TotpAdded(name) => ("factor.added", FactorChange::TotpAdded { name }),
        What::TotpRemoved(name) => ("factor.removed", FactorChange::TotpRemoved { name }),
        What::Reset => ("factor_reset.carried_out", FactorChange::Reset),
        What::CodesRenewed => ("recovery_codes.renewed", FactorChange::CodesRenewed),
    };
    work.record(Event::new(event).about("account", sub).of(sub).change("factor", None, Some(change.word())));
    letter(work, visit, sub, change).await
}

/// A recovery code was used: so many are left.
pub(super) async fn tell_used(work: &mut Work, visit: Visit<'_>, sub: &Subject, left: i64) -> Result<()> {
    work.record(Event::new("recovery_code.used").about("account", sub).of(sub));
    letter(work, visit, sub, FactorChange::CodeUsed { left }).await
}

/// A wrong code, for the log.
pub(super) fn failed(work: &mut Work, sub: &Subject) {
    work.record(Event::new("sign_in.failed").about("sign_in", "second_factor").of(sub));
}

async fn letter(work: &mut Work, visit: Visit<'_>, sub: &Subject, change: FactorChange) -> Result<()> {
    let Some(account) = store::account::find(work.tx(), sub).await? else { return Ok(()) };
    let Some(email) = account.verified_email() else { return Ok(()) };
    let locale = account.locale().unwrap_or(visit.locale);
    let settings = &work.app().config.top;
    let zone = account.profile.get(Field::Zoneinfo).unwrap_or(&settings.time_zone);
    let at = crate::i18n::format::date_time(locale, work.now(), zone);
    let content = Content::FactorChanged { change, at, link: settings.issuer.at("/my/security") };
    work.send(Letter { to: email.wire(), locale, content });
    Ok(())
}
