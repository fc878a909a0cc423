//! Another address for an account. The new one counts once its code or link was answered by somebody who is signed in
//! to that account; then every session ends, and the letter to the old address can bring that back for some days.
//! No page tells whether an address has an account already: its letters do.

use crate::app::Work;
use crate::base::digest::{base64url, fingerprint, hmac_sha256, same};
use crate::base::id::Subject;
use crate::base::{Locale, Refusal, Result, Timestamp};
use crate::domain::account::email_change::{EmailChange, EmailChangeId};
use crate::domain::account::{Account, EmailAddress, Field, HeldEmail, State};
use crate::domain::auth::proof::{self, CODE_DIGITS, Outcome};
use crate::domain::event::Event;
use crate::domain::letter::{Content, Letter};
use crate::i18n::format;
use crate::service::account::{closing, lifecycle, profile};
use crate::service::auth::throttle::{self, What};
use crate::store;
use crate::store::account::{email_address, email_change};

/// What became of asking for another address.
pub enum Asked {
    /// If a letter was due, it is on its way.
    Sent(EmailChangeId),
    /// It is the address of now.
    Same,
    /// Too much was asked from this network.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
}

/// Ask for another address. A letter goes there: with a code and a link, or saying that it has an account already.
pub async fn ask(work: &mut Work, sub: &Subject, address: &EmailAddress, page: Locale) -> Result<Asked> {
    let account = store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    if account.verified_email() == Some(address) {
        return Ok(Asked::Same);
    }
    if let Err(until) = throttle::reserve(work, What::Network).await? {
        return Ok(Asked::Slow { until });
    }
    // Neither may one account write to many, nor many to one.
    let by_account = throttle::reserve(work, What::Letters(sub.as_ref())).await?.is_ok();
    let may_write = throttle::reserve(work, What::Letters(&address.normal())).await?.is_ok() && by_account;
    let now = work.now();
    email_address::let_go(work.tx(), address, now).await?;
    let is_free = email_address::owner(work.tx(), address).await?.is_none_or(|owner| owner == *sub);
    email_change::end_waiting(work.tx(), sub, now).await?;

    let lifetime = work.app().config.sign_in.code;
    let change = EmailChange {
        id: work.new_id(),
        sub: sub.clone(),
        address: address.clone(),
        old_address: None,
        expires_at: proof::ends_at(now, lifetime),
        undo_until: None,
    };
    let (code, token) = (work.random().digits(CODE_DIGITS), work.random().token());
    let (code_hash, link_hash) = (hash_of(work, &change.id, &code), fingerprint(&token));
    let provable = (is_free && may_write).then_some((code_hash.as_str(), link_hash.as_str()));
    email_change::insert(work.tx(), &change, provable.unzip(), now).await?;
    work.record(Event::new("email.change_asked").about("account", sub).of(sub));
    if may_write {
        let issuer = &work.app().config.top.issuer;
        let content = match is_free {
            true => Content::EmailChangeCode {
                code,
                link: issuer.at(&format!("/my/email/confirm?token={token}")),
                minutes: u32::try_from(change.expires_at.since(now).as_secs() / 60).unwrap_or(u32::MAX),
            },
            false => Content::EmailTaken { sign_in: issuer.at("/sign-in"), recover: issuer.at("/recover") },
        };
        let locale = account.locale().unwrap_or(page);
        work.send(Letter { to: address.wire(), locale, content });
    }
    Ok(Asked::Sent(change.id))
}

/// A wish of this account that waits for its code.
pub async fn waiting(work: &mut Work, sub: &Subject, id: &EmailChangeId) -> Result<Option<EmailChange>> {
    let now = work.now();
    email_change::find_open(work.tx(), id, sub, now).await
}

/// Try a code. The try is counted and committed before the code is compared. Refused as a conflict if the address
/// became another account's meanwhile.
pub async fn try_code(work: &mut Work, sub: &Subject, id: &EmailChangeId, typed: &str) -> Result<Outcome> {
    let (now, most) = (work.now(), i64::from(work.app().config.sign_in.code_failures));
    let counted = email_change::count_try(work.tx(), id, sub, now, most).await?;
    work.settle().await?;
    let Some(tried) = counted else { return Ok(Outcome::Over) };
    let entered = proof::parse_code(typed).map(|code| hash_of(work, id, &code)).unwrap_or_default();
    if !tried.code_hash.as_deref().is_some_and(|kept| same(kept, &entered)) {
        let tries_left = (most - tried.tries).max(0);
        return Ok(if tries_left == 0 { Outcome::Over } else { Outcome::Wrong { tries_left } });
    }
    Ok(if complete(work, id).await? { Outcome::Proven } else { Outcome::Over })
}

/// The wish that a link is for, if it is this account's. Looking uses nothing up: mail scanners look too.
pub async fn look(work: &mut Work, sub: &Subject, token: &str) -> Result<Option<EmailChange>> {
    let now = work.now();
    email_change::find_by_link(work.tx(), &fingerprint(token), sub, now).await
}

/// The button behind the link was pressed; `false` if it is over, or another account's.
pub async fn take_link(work: &mut Work, sub: &Subject, token: &str) -> Result<bool> {
    match look(work, sub, token).await? {
        Some(change) => complete(work, &change.id).await,
        None => Ok(false),
    }
}

/// The change that the link of a letter to an old address can undo.
pub async fn look_at_undo(work: &mut Work, token: &str) -> Result<Option<EmailChange>> {
    let now = work.now();
    email_change::find_undoable(work.tx(), &fingerprint(token), now).await
}

/// Bring the old address back; `false` if that is over. Whoever made the change is out: sessions end, and the password
/// of now is worth nothing, since they may know it.
pub async fn undo(work: &mut Work, token: &str) -> Result<bool> {
    let now = work.now();
    let Some(change) = email_change::undo(work.tx(), &fingerprint(token), now).await? else { return Ok(false) };
    let sub = &change.sub;
    let (Some(old), Some(mut account)) = (change.old_address, store::account::find(work.tx(), sub).await?) else {
        return Ok(false);
    };
    // Closed by whoever made the change: it opens again; what was erased does not come back.
    if account.state == State::Closed {
        if closing::undoable(work, sub).await?.is_none() {
            return Ok(false);
        }
        closing::reopen(work, sub, None).await?;
    }
    email_address::release_others(work.tx(), sub, &old, now).await?;
    if !email_address::bring_back(work.tx(), sub, &old).await? {
        return Ok(false);
    }
    // The ways back of other changes would bring in what this one threw out.
    email_change::end_all(work.tx(), sub, now).await?;
    store::auth::password::remove(work.tx(), sub).await?;
    shut_out(work, sub).await?;
    account.email = Some(HeldEmail { address: old.clone(), verified: true });
    profile::keep(work, &mut account).await?;
    work.record(Event::new("email.change_undone").about("account", sub).of(sub));
    let recover = work.app().config.top.issuer.at("/recover");
    let content = Content::EmailBroughtBack { at: moment(work, &account, now), recover };
    let locale = account.locale().unwrap_or(Locale::Ja);
    work.send(Letter { to: old.wire(), locale, content });
    Ok(true)
}

/// The new address is proved: it takes the place of the old one.
async fn complete(work: &mut Work, id: &EmailChangeId) -> Result<bool> {
    let now = work.now();
    let Some(change) = email_change::complete(work.tx(), id, now).await? else { return Ok(false) };
    let sub = &change.sub;
    let mut account = store::account::find(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    let undo_until = now.plus(work.app().config.account.email_undo);
    email_address::let_go(work.tx(), &change.address, now).await?;
    email_address::step_down(work.tx(), sub, undo_until).await?;
    email_address::take(work.tx(), sub, &change.address, now).await?;
    shut_out(work, sub).await?;
    let old = account.email.replace(HeldEmail { address: change.address.clone(), verified: true });
    profile::keep(work, &mut account).await?;
    let (before, after) = (old.as_ref().map(|old| old.address.to_string()), change.address.to_string());
    let event = Event::new("email.changed").about("account", sub).of(sub);
    work.record(event.private_change("email", before.as_deref(), Some(&after)));
    // An address that was never proved gets no power over the account.
    if let Some(old) = old.filter(|old| old.verified) {
        let token = work.random().token();
        email_change::allow_undo(work.tx(), id, &old.address, (&fingerprint(&token), undo_until)).await?;
        let content = Content::EmailChanged {
            at: moment(work, &account, now),
            until: moment(work, &account, undo_until),
            undo: work.app().config.top.issuer.at(&format!("/email/undo?token={token}")),
        };
        let locale = account.locale().unwrap_or(Locale::Ja);
        work.send(Letter { to: old.address.wire(), locale, content });
    }
    Ok(true)
}

/// Everybody who is signed in signs in again, and no browser is an old friend.
async fn shut_out(work: &mut Work, sub: &Subject) -> Result<()> {
    lifecycle::void_everything(work, sub).await?;
    store::auth::known_browser::forget(work.tx(), sub).await
}

fn moment(work: &Work, account: &Account, at: Timestamp) -> String {
    let zone = account.profile.get(Field::Zoneinfo).unwrap_or(&work.app().config.top.time_zone);
    format::date_time(account.locale().unwrap_or(Locale::Ja), at, zone)
}

/// Six digits are few: a keyed hash, so that a stolen table does not give them away.
fn hash_of(work: &Work, id: &EmailChangeId, code: &str) -> String {
    base64url(hmac_sha256(&*work.app().kek.derive("email-change-code"), format!("{id}\n{code}")))
}
