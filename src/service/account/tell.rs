//! A letter to the owner of an account: to the verified address, in the language and the time zone they chose.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Locale, Result, Timestamp};
use crate::domain::account::Field;
use crate::domain::letter::{Content, Letter};
use crate::i18n::format;
use crate::store;

/// What a letter is written for.
pub struct Reader {
    /// The language.
    pub locale: Locale,
    /// This moment in words.
    pub now: String,
    zone: String,
}

impl Reader {
    /// Another moment in words.
    pub fn moment(&self, at: Timestamp) -> String {
        format::date_time(self.locale, at, &self.zone)
    }
}

/// Write to an owner; without a verified address there is no letter.
pub async fn owner(work: &mut Work, sub: &Subject, content: impl FnOnce(&Reader) -> Content) -> Result<()> {
    let Some(account) = store::account::find(work.tx(), sub).await? else { return Ok(()) };
    let Some(to) = account.verified_email() else { return Ok(()) };
    let locale = account.locale().unwrap_or(Locale::Ja);
    let zone = account.profile.get(Field::Zoneinfo).unwrap_or(&work.app().config.top.time_zone).to_owned();
    let reader = Reader { locale, now: format::date_time(locale, work.now(), &zone), zone };
    work.send(Letter { to: to.wire(), locale, content: content(&reader) });
    Ok(())
}
