//! The end of a sign-in: a session under a new token. Whatever token the browser held before is dead. Only
//! [`super::flow`] gets here, since only it knows what was proven.

use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::Subject;
use crate::base::secret::Secret;
use crate::base::{Result, Timestamp};
use crate::domain::auth::Session;
use crate::domain::auth::attempt::OwnPath;
use crate::domain::auth::flow::Reached;
use crate::domain::auth::session::Limits;
use crate::domain::event::Event;
use crate::service::account::{dormant, terms};
use crate::service::auth::{Visit, new_sign_in, session};
use crate::store;

/// A person who has just signed in.
#[derive(Debug)]
pub struct Welcome {
    /// What the session cookie holds.
    pub token: Secret,
    /// The session.
    pub session: Session,
    /// Where the browser goes on.
    pub continue_to: OwnPath,
}

impl Welcome {
    /// How long the browser keeps the cookie, in seconds; `None` until it is closed.
    pub fn cookie_age(&self) -> Option<u64> {
        self.session.stays.then(|| self.session.ends_at.since(self.session.renewed_at).as_secs())
    }
}

/// How somebody signed in.
pub(super) struct Signed<'a> {
    /// Who.
    pub(super) sub: &'a Subject,
    /// What it is worth.
    pub(super) reached: Reached,
    /// "Stay signed in".
    pub(super) stay: bool,
    /// When the session ends in any case, where it rests on one that there was.
    pub(super) ends_at: Option<Timestamp>,
}

/// Begin a session, or begin the same person's session in this browser anew: its name stays, so that what
/// applications hold in it goes on, but its token is another one.
pub(super) async fn finish(
    work: &mut Work,
    visit: Visit<'_>,
    signed: Signed<'_>,
    continue_to: OwnPath,
) -> Result<Welcome> {
    let now = work.now();
    let limits = limits(work, signed.stay);
    let before = match visit.session {
        Some(cookie) => session::current(work, cookie).await?.filter(|session| session.sub == *signed.sub),
        None => None,
    };
    let session = Session {
        id: before.as_ref().map_or_else(|| work.new_id(), |session| session.id.clone()),
        sub: signed.sub.clone(),
        auth_time: signed.reached.auth_time,
        acr: signed.reached.acr,
        amr: signed.reached.amr,
        proofs: signed.reached.proofs,
        renewed_at: now,
        seen_at: now,
        idle: limits.idle,
        ends_at: signed.ends_at.unwrap_or(now.plus(limits.absolute)),
        stays: signed.stay,
    };
    let token = Secret::new(work.random().token());
    let token_hash = fingerprint(token.expose());
    let user_agent: String = work.origin().user_agent.chars().filter(|c| !c.is_control()).take(300).collect();
    let network = new_sign_in::network_of(work);
    match (&before, visit.session) {
        (Some(_), _) => store::auth::session::renew(work.tx(), &session, &token_hash, (&user_agent, &network)).await?,
        (None, old) => {
            // Whatever else the browser held is dead: a planted cookie, or another person's session.
            if let Some(old) = old {
                store::auth::session::delete_by_token(work.tx(), &fingerprint(old.expose())).await?;
            }
            store::auth::session::insert(work.tx(), &session, &token_hash, (&user_agent, &network)).await?;
        }
    }
    dormant::used(work, signed.sub).await?;
    new_sign_in::began(work, visit, &session).await?;
    let started = Event::new("session.started").about("session", &session.id).of(signed.sub);
    let started = started.change("acr", None, Some(session.acr.value()));
    work.record(started.change("amr", None, Some(&session.amr.to_text())));
    let continue_to = after_new_terms(work, signed.sub, continue_to).await?;
    Ok(Welcome { token, session, continue_to })
}

/// What is new in the terms comes before anything else.
async fn after_new_terms(work: &mut Work, sub: &Subject, continue_to: OwnPath) -> Result<OwnPath> {
    if terms::pending(work, sub).await?.is_empty() {
        return Ok(continue_to);
    }
    let next: String = form_urlencoded::byte_serialize(continue_to.as_str().as_bytes()).collect();
    Ok(OwnPath::parse(&format!("/my/agree?next={next}")).unwrap_or(continue_to))
}

fn limits(work: &Work, stay: bool) -> Limits {
    let settings = &work.app().config.session;
    match stay {
        true => Limits { idle: settings.stay_idle, absolute: settings.stay_absolute },
        false => Limits { idle: settings.idle, absolute: settings.absolute },
    }
}
