//! Letters about sign-ins from a browser or a network that an account was not signed in to from before, and the answer
//! "this was not me": whoever it was is out, and the password they may know is worth nothing.
//!
//! # Decisions
//! - The link works without a session, since its reader may be the one who is locked out. Opening it does nothing: mail
//!   scanners open links too.
//! - A password that is taken away is set anew by mail, like a forgotten one: there is one such way, not two.
//! - The browser in which a new password was set by mail is a known one; its first sign-in is no news to its owner.

use crate::app::Work;
use crate::base::Result;
use crate::base::digest::{base64url, fingerprint, hmac_sha256};
use crate::base::id::Subject;
use crate::config::sign_in::SignInLetters;
use crate::domain::account::EmailAddress;
use crate::domain::auth::new_sign_in::{Known, Novelty, shown_network, wide_network};
use crate::domain::auth::{Session, user_agent};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::i18n::Words;
use crate::service::account::{lifecycle, tell};
use crate::service::auth::Visit;
use crate::store;
use crate::store::account::email_change;
use crate::store::auth::sign_in_notice::{self, Notice};
use crate::store::auth::{known_browser, known_network};

/// What became of a link of such a letter.
pub enum Denied {
    /// Whoever it was is out.
    Out {
        /// Whether the account has another address by now than the one the letter went to: then that comes first.
        has_moved: bool,
    },
    /// It is too old, or was used.
    Over,
}

/// The network that a request comes from as its owner sees it; empty where there is none.
pub(super) fn network_of(work: &Work) -> String {
    work.origin().address.map(shown_network).unwrap_or_default()
}

/// A session has begun: its owner is told if it is from elsewhere, and the place is a known one from now on.
pub(super) async fn began(work: &mut Work, visit: Visit<'_>, session: &Session) -> Result<()> {
    let sub = &session.sub;
    let (browser, any_browser) = known_browser::is_known_to(work.tx(), sub, visit.browser_hash).await?;
    let hash = network_hash(work);
    let (network, any_network) = known_network::is_known(work.tx(), sub, &hash).await?;
    let novelty = Known { browser, any_browser, network, any_network }.novelty();
    remember(work, visit, sub).await?;
    let is_wanted = match (work.app().config.sign_in.new_sign_in_letters, novelty) {
        (SignInLetters::Off, _) | (_, None) | (SignInLetters::Browser, Some(Novelty::Network)) => return Ok(()),
        (SignInLetters::Network, Some(novelty)) | (SignInLetters::Browser, Some(novelty @ Novelty::Browser)) => novelty,
    };
    tell_owner(work, session, is_wanted).await
}

/// Browser and network are places of an account from now on.
pub(super) async fn remember(work: &mut Work, visit: Visit<'_>, sub: &Subject) -> Result<()> {
    let (hash, now) = (network_hash(work), work.now());
    known_browser::remember(work.tx(), sub, visit.browser_hash, now).await?;
    known_network::remember(work.tx(), sub, &hash, now).await
}

/// What a link is about, while it is good.
pub async fn look(work: &mut Work, token: &str) -> Result<Option<Notice>> {
    let now = work.now();
    sign_in_notice::find(work.tx(), &fingerprint(token), now).await
}

/// It was somebody else. Every session ends, what applications hold is void, no browser is an old friend, and the
/// password opens nothing until a new one is set by mail.
pub async fn deny(work: &mut Work, token: &str) -> Result<Denied> {
    let now = work.now();
    let Some(notice) = sign_in_notice::deny(work.tx(), &fingerprint(token), now).await? else {
        return Ok(Denied::Over);
    };
    let sub = &notice.sub;
    store::account::hold(work.tx(), sub).await?;
    store::auth::password::remove(work.tx(), sub).await?;
    email_change::end_waiting(work.tx(), sub, now).await?;
    lifecycle::void_everything(work, sub).await?;
    known_browser::forget(work.tx(), sub).await?;
    known_network::forget(work.tx(), sub, now).await?;
    work.record(Event::new("sign_in.denied").about("session", &notice.session_id).of(sub));
    let account = store::account::find(work.tx(), sub).await?;
    let address = account.and_then(|account| account.email).map(|email| email.address.normal());
    Ok(Denied::Out { has_moved: address.as_ref() != Some(&notice.normal) })
}

async fn tell_owner(work: &mut Work, session: &Session, novelty: Novelty) -> Result<()> {
    let account = store::account::find(work.tx(), &session.sub).await?;
    let Some(address) = account.as_ref().and_then(|account| account.verified_email()).map(EmailAddress::normal) else {
        return Ok(());
    };
    let now = work.now();
    let token = work.random().token();
    let notice = Notice {
        sub: session.sub.clone(),
        normal: address,
        session_id: session.id.clone(),
        device: user_agent::family(&work.origin().user_agent),
        network: network_of(work),
        signed_in_at: now,
        expires_at: now.plus(work.app().config.sign_in.not_me),
    };
    sign_in_notice::insert(work.tx(), &fingerprint(&token), &notice).await?;
    let told = Event::new("sign_in.told").about("session", &session.id).of(&session.sub);
    work.record(told.change("new", None, Some(novelty.word())));
    let link = work.app().config.top.issuer.at(&format!("/sign-in/not-me?token={token}"));
    tell::owner(work, &session.sub, |reader| {
        let words = Words::of(reader.locale);
        Content::NewSignIn {
            at: reader.now.clone(),
            device: if notice.device.is_empty() { words.not_me_unknown_device() } else { notice.device },
            network: if notice.network.is_empty() { words.not_me_unknown_network() } else { notice.network },
            link,
        }
    })
    .await
}

fn network_hash(work: &Work) -> String {
    let wide = work.origin().address.map(wide_network).unwrap_or_default();
    base64url(hmac_sha256(&*work.app().kek.derive("known-network"), wide))
}
