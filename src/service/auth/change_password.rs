//! Changing a password while signed in. Other sessions end, refresh families die, this browser gets a new session.

use std::sync::Arc;

use crate::app::Work;
use crate::base::{Locale, Refusal, Result, Timestamp};
use crate::domain::account::Account;
use crate::domain::auth::password::{Password, Weakness};
use crate::domain::auth::{Factor, Session};
use crate::domain::event::Event;
use crate::domain::letter::{Content, Letter};
use crate::service::account::lifecycle;
use crate::service::auth::Visit;
use crate::service::auth::finish::Welcome;
use crate::service::auth::flow;
use crate::service::auth::throttle::{self, What};
use crate::store;

/// What became of it.
pub enum Change {
    /// Changed; the browser has a new session.
    Done(Box<Welcome>),
    /// The password of now is wrong.
    WrongCurrent,
    /// The new password was not accepted.
    Weak(Vec<Weakness>),
    /// Too many tries.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
}

/// Change the password of the person who is signed in.
pub async fn change(work: &mut Work, visit: Visit<'_>, session: &Session, current: &str, new: &str) -> Result<Change> {
    let account = store::account::find(work.tx(), &session.sub).await?.ok_or(Refusal::NotFound)?;
    let kept = store::auth::password::find(work.tx(), &session.sub).await?;
    let name = account.email.as_ref().map(|email| email.address.normal()).unwrap_or_default();
    let counted = match throttle::reserve(work, What::KnownBrowser(&name, visit.browser_hash)).await? {
        Ok(key) => key,
        Err(until) => return Ok(Change::Slow { until }),
    };
    work.settle().await?;

    let app = Arc::clone(work.app());
    let hash = kept.as_ref().map(|row| row.hash.clone());
    if !app.passwords.compare(Password::enter(current), hash).await?.is_right {
        return Ok(Change::WrongCurrent);
    }
    let mut forbidden = account.personal_words();
    forbidden.push(app.config.top.display_name.clone());
    let hash = match app.passwords.choose(new, forbidden).await? {
        Ok(hash) => hash,
        Err(weaknesses) => return Ok(Change::Weak(weaknesses)),
    };

    // The session may have been ended, or the password changed, while this one was hashed.
    let unchanged =
        store::auth::password::find(work.tx(), &session.sub).await?.map(|row| row.hash) == kept.map(|row| row.hash);
    if !unchanged || store::auth::session::find(work.tx(), &session.id).await?.is_none() {
        return Err(Refusal::Unauthenticated.into());
    }
    let now = work.now();
    throttle::clear(work, &counted).await?;
    store::auth::password::set(work.tx(), &session.sub, &hash, now).await?;
    lifecycle::void_everything(work, &session.sub).await?;
    store::auth::known_browser::forget(work.tx(), &session.sub).await?;
    work.record(Event::new("password.changed").about("account", &session.sub).of(&session.sub));
    tell_owner(work, &account, visit.locale);
    Ok(Change::Done(Box::new(flow::renew(work, visit, session, Some(Factor::Password)).await?)))
}

/// The letter that every change of a password is followed by.
pub(super) fn tell_owner(work: &mut Work, account: &Account, page: Locale) {
    let Some(email) = &account.email else { return };
    let locale = account.locale().unwrap_or(page);
    let settings = &work.app().config.top;
    let zone = account.profile.get(crate::domain::account::Field::Zoneinfo).unwrap_or(&settings.time_zone);
    let at = crate::i18n::format::date_time(locale, work.now(), zone);
    let content = Content::PasswordChanged { at, recover: settings.issuer.at("/recover") };
    work.send(Letter { to: email.address.wire(), locale, content });
}
