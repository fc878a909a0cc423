//! Sessions while they last: which one a cookie opens, which ones an account has, and ending them.

use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::{SessionId, Subject};
use crate::base::secret::Secret;
use crate::base::{Refusal, Result};
use crate::domain::auth::Session;
use crate::domain::event::Event;
use crate::service::account::{dormant, lifecycle};
use crate::service::auth::{Visit, new_sign_in};
use crate::store;
use crate::store::auth::session::Kept;

/// The session that a cookie opens: alive, and honoured by its account. One statement; once a minute its use is
/// written down with a second one.
pub async fn current(work: &mut Work, cookie: &Secret) -> Result<Option<Session>> {
    let now = work.now();
    let kept = store::auth::session::find_by_token(work.tx(), &fingerprint(cookie.expose())).await?;
    let Some(Kept { session, started_at, standing, .. }) = kept else { return Ok(None) };
    if !session.is_alive_at(now) || !standing.honours(started_at) {
        return Ok(None);
    }
    if session.is_to_be_seen_at(now) {
        work.allow_writing().await?;
        let network = new_sign_in::network_of(work);
        store::auth::session::set_seen(work.tx(), &session.id, &network, now).await?;
        dormant::used(work, &session.sub).await?;
    }
    Ok(Some(session))
}

/// The session of a browser in which somebody is signed in.
pub async fn of(work: &mut Work, visit: Visit<'_>) -> Result<Session> {
    let cookie = visit.session.ok_or(Refusal::Unauthenticated)?;
    current(work, cookie).await?.ok_or_else(|| Refusal::Unauthenticated.into())
}

/// The live sessions of an account, the youngest first.
pub async fn list(work: &mut Work, sub: &Subject) -> Result<Vec<Kept>> {
    let now = work.now();
    let mut sessions = store::auth::session::list(work.tx(), sub).await?;
    sessions.retain(|kept| kept.session.is_alive_at(now) && kept.standing.honours(kept.started_at));
    Ok(sessions)
}

/// End one session of an account. Another account's session does not exist.
pub async fn end(work: &mut Work, sub: &Subject, id: &SessionId) -> Result<()> {
    if !store::auth::session::delete(work.tx(), sub, id).await? {
        return Err(Refusal::NotFound.into());
    }
    work.record(Event::new("session.ended").about("session", id).of(sub));
    Ok(())
}

/// End every session of an account but one, with what was given in them and does not outlive them.
pub async fn end_others(work: &mut Work, session: &Session) -> Result<()> {
    let ended = store::auth::session::delete_others(work.tx(), &session.sub, &session.id).await?;
    let event = Event::new("account.other_sessions_ended").about("account", &session.sub).of(&session.sub);
    work.record(event.change("ended", None, Some(&ended.to_string())));
    Ok(())
}

/// Sign out in this browser. A cookie that opens nothing is no error.
pub async fn sign_out(work: &mut Work, cookie: &Secret) -> Result<Option<Session>> {
    let kept = store::auth::session::find_by_token(work.tx(), &fingerprint(cookie.expose())).await?;
    let Some(Kept { session, .. }) = kept else { return Ok(None) };
    end(work, &session.sub, &session.id).await?;
    Ok(Some(session))
}

/// Sign out everywhere: every session ends, and what was issued to applications is void.
pub async fn sign_out_everywhere(work: &mut Work, sub: &Subject) -> Result<()> {
    lifecycle::void_everything(work, sub).await?;
    work.record(Event::new("account.signed_out_everywhere").about("account", sub).of(sub));
    Ok(())
}
