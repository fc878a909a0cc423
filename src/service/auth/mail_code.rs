//! Signing in by a code or a link that is sent by mail. Nothing before the letter tells whether the address has an
//! account, and nothing after it is worth more than one factor.

use crate::app::Work;
use crate::base::digest::{base64url, fingerprint, hmac_sha256, same};
use crate::base::{Fault, Result, Timestamp};
use crate::domain::account::{EmailAddress, State};
use crate::domain::auth::attempt::{AttemptId, OwnPath};
use crate::domain::auth::proof::{self, CODE_DIGITS};
use crate::domain::auth::sign_in_code::{LONGEST, SignInCodeId};
use crate::domain::auth::{Factor, user_agent};
use crate::domain::event::Event;
use crate::domain::letter::{Content, Letter};
use crate::jose::seal::Place;
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::start::{self, Begin};
use crate::service::auth::throttle::{self, What};
use crate::service::auth::{Visit, recover};
use crate::store;
use crate::store::auth::sign_in_code::SignInCodeRow;

/// What became of asking for a code.
pub enum Asked {
    /// If a letter was due, it is on its way.
    Sent(SignInCodeId),
    /// Too much was asked from this network.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
}

/// What became of a code.
pub enum Tried {
    /// It is right, and the sign-in goes on.
    Right(Progress),
    /// It is not; so many tries are left.
    Wrong {
        /// Tries that are left for this code.
        tries_left: i64,
    },
    /// It is over: too old, used, tried too often, or replaced.
    Over,
}

/// What a link leads to.
pub enum Opened {
    /// The browser in which the sign-in began.
    Here(SignInCodeRow),
    /// Another one, which cannot go on with it.
    Elsewhere(SignInCodeRow),
}

/// Ask for a code. Without an attempt one begins here, and leads to my page.
pub async fn ask(
    work: &mut Work,
    visit: Visit<'_>,
    address: &EmailAddress,
    attempt: Option<&AttemptId>,
) -> Result<Asked> {
    if let Err(until) = throttle::reserve(work, What::Network).await? {
        return Ok(Asked::Slow { until });
    }
    let normal = address.normal();
    let may_write = throttle::reserve(work, What::Letters(&normal)).await?.is_ok();
    let account = store::account::find_by_email(work.tx(), address).await?;
    let usable = account.as_ref().filter(|account| matches!(account.state, State::Active | State::Unverified));
    let is_provable = usable.is_some() && may_write;
    let attempt_id = match attempt {
        Some(id) => id.clone(),
        None => start::begin(work, Begin::by_itself(visit.browser_hash, OwnPath::my_page())).await?,
    };
    let now = work.now();
    if may_write {
        store::auth::sign_in_code::void_for_address(work.tx(), &normal, now).await?;
    }
    let (id, code, token): (SignInCodeId, _, _) =
        (work.new_id(), work.random().digits(CODE_DIGITS), work.random().token());
    let sealed = work.app().kek.seal(place(&id), code.as_bytes(), work.random())?;
    let agent: String = work.origin().user_agent.chars().filter(|c| !c.is_control()).take(300).collect();
    let expires_at = now.plus(work.app().config.sign_in.code.min(LONGEST));
    let row = SignInCodeRow {
        id: id.clone(),
        attempt_id,
        browser_hash: visit.browser_hash.to_owned(),
        normal,
        address: address.to_string(),
        sub: usable.map(|account| account.sub.clone()),
        code_hash: is_provable.then(|| hash_of(work, &id, &code)),
        code_sealed: is_provable.then_some(sealed),
        user_agent: agent,
        tries: 0,
        made_at: now,
        expires_at,
    };
    let link_hash = fingerprint(&token);
    store::auth::sign_in_code::insert(work.tx(), &row, is_provable.then_some(link_hash.as_str())).await?;
    let issuer = &work.app().config.top.issuer;
    let content = match (&account, is_provable) {
        (Some(_), true) => Some(Content::SignInCode {
            code,
            link: issuer.at(&format!("/sign-in/mail/link?token={token}")),
            minutes: u32::try_from(expires_at.since(now).as_secs() / 60).unwrap_or(u32::MAX),
            device: user_agent::family(&row.user_agent),
        }),
        (None, false) if may_write => Some(Content::NoAccount { sign_up: issuer.at("/sign-up") }),
        // A stopped account gets no letter; its owner asks support, as the page says to everybody.
        (Some(_), false) | (None, _) => None,
    };
    if let Some(content) = content {
        let locale = account.as_ref().and_then(|account| account.locale()).unwrap_or(visit.locale);
        work.send(Letter { to: address.wire(), locale, content });
    }
    Ok(Asked::Sent(id))
}

/// A code that waits to be typed, in the browser it belongs to.
pub async fn waiting(work: &mut Work, visit: Visit<'_>, id: &SignInCodeId) -> Result<Option<SignInCodeRow>> {
    let now = work.now();
    store::auth::sign_in_code::find_open(work.tx(), id, visit.browser_hash, now).await
}

/// Try a code. The try is counted and committed before the code is compared.
pub async fn try_code(work: &mut Work, visit: Visit<'_>, id: &SignInCodeId, typed: &str) -> Result<Tried> {
    let now = work.now();
    let most = i64::from(work.app().config.sign_in.code_failures);
    let counted = store::auth::sign_in_code::count_try(work.tx(), id, visit.browser_hash, now, most).await?;
    work.settle().await?;
    let Some(row) = counted else { return Ok(Tried::Over) };
    let entered = proof::parse_code(typed).map(|code| hash_of(work, id, &code)).unwrap_or_default();
    if !row.code_hash.as_deref().is_some_and(|kept| same(kept, &entered)) {
        work.record(Event::new("sign_in.failed").about("sign_in", "mail_code"));
        let tries_left = (most - row.tries).max(0);
        return Ok(if tries_left == 0 { Tried::Over } else { Tried::Wrong { tries_left } });
    }
    use_up(work, visit, &row).await
}

/// What a link is for, while it is good.
pub async fn open(work: &mut Work, visit: Visit<'_>, token: &str) -> Result<Option<Opened>> {
    let now = work.now();
    let row = store::auth::sign_in_code::find_by_link(work.tx(), &fingerprint(token), now).await?;
    Ok(row.map(|row| match same(&row.browser_hash, visit.browser_hash) {
        true => Opened::Here(row),
        false => Opened::Elsewhere(row),
    }))
}

/// The button behind a link was pressed in the browser in which the sign-in began.
pub async fn take_link(work: &mut Work, visit: Visit<'_>, token: &str) -> Result<Tried> {
    match open(work, visit, token).await? {
        Some(Opened::Here(row)) => use_up(work, visit, &row).await,
        Some(Opened::Elsewhere(_)) | None => Ok(Tried::Over),
    }
}

/// The code, for whoever has opened the link on another device and asks to see it.
pub fn tell(work: &Work, row: &SignInCodeRow) -> Result<String> {
    let unreadable = || Fault::new(format!("the code of {} cannot be read", row.id));
    let sealed = row.code_sealed.as_deref().ok_or_else(unreadable)?;
    let opened = work.app().kek.open(place(&row.id), sealed).map_err(|_| unreadable())?;
    Ok(String::from_utf8(opened.to_vec()).map_err(|_| unreadable())?)
}

async fn use_up(work: &mut Work, visit: Visit<'_>, row: &SignInCodeRow) -> Result<Tried> {
    let now = work.now();
    let Some(sub) = &row.sub else { return Ok(Tried::Over) };
    // The account first: what changes at this moment makes the code void.
    store::account::hold(work.tx(), sub).await?;
    if !store::auth::sign_in_code::consume(work.tx(), &row.id, visit.browser_hash, now).await? {
        return Ok(Tried::Over);
    }
    let Some(account) = store::account::find(work.tx(), sub).await? else { return Ok(Tried::Over) };
    let is_still_theirs = account.email.as_ref().is_some_and(|email| email.address.normal() == row.normal);
    if !is_still_theirs {
        return Ok(Tried::Over);
    }
    recover::activate(work, sub, &account.state, account.email.as_ref().map(|email| &email.address)).await?;
    let proof = Proof { sub, factor: Factor::MailCode, stay: false };
    Ok(Tried::Right(flow::prove(work, visit, Some(&row.attempt_id), proof).await?))
}

fn hash_of(work: &Work, id: &SignInCodeId, code: &str) -> String {
    base64url(hmac_sha256(&*work.app().kek.derive("sign-in-code"), format!("{id}\n{code}")))
}

fn place(id: &SignInCodeId) -> Place<'_> {
    Place { table: "sign_in_code", column: "code_sealed", row: id.as_ref() }
}
