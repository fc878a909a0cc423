//! The end of a sign-in: a session under a new token. Whatever token the browser held before is dead.

use crate::app::Work;
use crate::base::Result;
use crate::base::digest::fingerprint;
use crate::base::id::Subject;
use crate::base::secret::Secret;
use crate::domain::auth::attempt::{Attempt, OwnPath};
use crate::domain::auth::session::Limits;
use crate::domain::auth::{Acr, Amr, Session};
use crate::domain::event::Event;
use crate::service::auth::{Visit, session};
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
        self.session.stays.then(|| self.session.ends_at.since(self.session.auth_time).as_secs())
    }
}

/// How somebody signed in.
pub struct Proven<'a> {
    /// Who.
    pub sub: &'a Subject,
    /// How strong that was.
    pub acr: Acr,
    /// By which methods.
    pub amr: Amr,
    /// "Stay signed in".
    pub stay: bool,
}

/// Begin a session, or begin the same person's session in this browser anew: its name stays, so that what
/// applications hold in it goes on, but its token is another one.
pub async fn finish(
    work: &mut Work,
    visit: Visit<'_>,
    proven: Proven<'_>,
    attempt: Option<&Attempt>,
) -> Result<Welcome> {
    let now = work.now();
    let limits = limits(work, proven.stay);
    let before = match visit.session {
        Some(cookie) => session::current(work, cookie).await?.filter(|session| session.sub == *proven.sub),
        None => None,
    };
    let session = Session {
        id: before.as_ref().map_or_else(|| work.new_id(), |session| session.id.clone()),
        sub: proven.sub.clone(),
        auth_time: now,
        acr: proven.acr,
        amr: proven.amr,
        seen_at: now,
        idle: limits.idle,
        ends_at: now.plus(limits.absolute),
        stays: proven.stay,
    };
    let token = Secret::new(work.random().token());
    let token_hash = fingerprint(token.expose());
    let user_agent: String = work.origin().user_agent.chars().filter(|c| !c.is_control()).take(300).collect();
    match (&before, visit.session) {
        (Some(_), _) => store::auth::session::renew(work.tx(), &session, &token_hash, &user_agent).await?,
        (None, old) => {
            // Whatever else the browser held is dead: a planted cookie, or another person's session.
            if let Some(old) = old {
                store::auth::session::delete_by_token(work.tx(), &fingerprint(old.expose())).await?;
            }
            store::auth::session::insert(work.tx(), &session, &token_hash, &user_agent).await?;
        }
    }
    store::auth::known_browser::remember(work.tx(), proven.sub, visit.browser_hash, now).await?;
    let continue_to = match attempt {
        Some(attempt) => {
            store::auth::attempt::consume(work.tx(), &attempt.id).await?;
            attempt.continue_to.clone()
        }
        None => OwnPath::my_page(),
    };
    let started = Event::new("session.started").about("session", &session.id).of(proven.sub);
    work.record(started.change("amr", None, Some(&session.amr.to_text())));
    Ok(Welcome { token, session, continue_to })
}

fn limits(work: &Work, stay: bool) -> Limits {
    let settings = &work.app().config.session;
    match stay {
        true => Limits { idle: settings.stay_idle, absolute: settings.stay_absolute },
        false => Limits { idle: settings.idle, absolute: settings.absolute },
    }
}
