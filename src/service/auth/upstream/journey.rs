//! The way to another provider and back. Nothing about it is in the browser but its own cookie, and in the addresses
//! nothing but `state`.
//!
//! # Decisions
//! - `nonce` and PKCE verifier are derived from `state` under a key of ours: what is stored gives none of them away.
//! - A form that a provider's page posts comes without our cookies, as it must: they are `SameSite=Lax`. What it says is
//!   kept, and the browser comes once more, by a redirect, with its cookie. Who brings somebody else's `state` or code
//!   into this browser gets nowhere.
//! - The journey is used up and committed before the provider is asked: a code is tried once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::link::{self, Linked};
use super::newcomer;
use crate::app::{App, Work};
use crate::base::digest::{base64url, fingerprint, hmac_sha256};
use crate::base::id::{SessionId, Subject};
use crate::base::time::minutes;
use crate::base::{Fault, Refusal, Result};
use crate::domain::auth::throttle::Network;
use crate::domain::auth::upstream::{Journey, LIFETIME, NewcomerId, Told};
use crate::domain::auth::{AttemptId, Factor};
use crate::domain::event::Event;
use crate::gateway::upstream::{Failed, Provider, Trip, names_of_form};
use crate::jose::Place;
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::{Visit, start};
use crate::store::auth::{upstream_identity, upstream_journey};
use crate::store::ephemeral::Allowance;

/// What a journey is for.
pub enum Aim {
    /// To sign in.
    SignIn(Option<AttemptId>),
    /// To link the provider to the account of this session.
    Link(Subject, SessionId),
}

/// What became of setting out.
pub enum SetOut {
    /// The browser goes there.
    To(String),
    /// The provider does not answer.
    Unavailable,
}

/// What a provider sent along with the browser.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Answer {
    /// `code`
    pub code: Option<String>,
    /// `error`
    pub error: Option<String>,
    /// `iss` (RFC 9207)
    pub iss: Option<String>,
    /// `user`, Apple's own.
    pub user: Option<String>,
}

/// What became of coming back.
pub enum CameBack {
    /// The person is known, and the sign-in goes on.
    Known(Progress, Option<AttemptId>),
    /// They are not linked to an account yet.
    New(NewcomerId),
    /// It was linked, or not, to the account of the session.
    Link(Linked),
    /// It came to nothing.
    Nothing(Why, Return),
    /// It is over: too old, used, or another browser's.
    Over,
}

/// Why it came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The person did not want to.
    Denied,
    /// The provider does not answer.
    Unavailable,
    /// What it said does not count.
    Failed,
}

/// Where somebody returns to who came back with nothing.
pub enum Return {
    /// To a sign-in.
    SignIn(Option<AttemptId>),
    /// To my page.
    Links,
}

/// Set out.
pub async fn set_out(work: &mut Work, visit: Visit<'_>, provider: &str, aim: Aim) -> Result<SetOut> {
    let provider = find(work, provider)?;
    limit(work).await?;
    let state = work.random().token();
    let (attempt, link) = match aim {
        Aim::SignIn(attempt) => (attempt, None),
        Aim::Link(sub, session) => (None, Some((sub, session))),
    };
    let asked_anew = match &attempt {
        Some(id) => start::open(work, id, visit.browser_hash).await?.is_some_and(|attempt| attempt.reauthenticate),
        None => false,
    };
    work.settle().await?;

    let carried = Carried::of(work.app(), &provider, &state);
    let address = match provider.request(carried.trip(&state), visit.locale, asked_anew).await {
        Ok(address) => address,
        Err(why) => {
            log(&provider, &why);
            return Ok(SetOut::Unavailable);
        }
    };
    let journey = Journey {
        provider: provider.settings().id.clone(),
        browser_hash: visit.browser_hash.to_owned(),
        attempt,
        link,
        expires_at: work.now().plus(LIFETIME),
    };
    upstream_journey::insert(work.tx(), &fingerprint(&state), &journey).await?;
    Ok(SetOut::To(address))
}

/// Keep what a provider's page posted, until the browser comes with its cookie. Whatever `state` says, the browser is
/// sent on: only there it turns out whether it means anything.
pub async fn keep(work: &mut Work, provider: &str, state: &str, answer: &Answer) -> Result<()> {
    let provider = find(work, provider)?;
    let hash = fingerprint(state);
    let answer = serde_json::to_vec(answer).map_err(|error| Fault::because("an answer cannot be written", error))?;
    let sealed = work.app().kek.seal(place(&hash), &answer, work.random())?;
    let now = work.now();
    upstream_journey::keep_answer(work.tx(), &hash, &provider.settings().id, sealed, now).await?;
    Ok(())
}

/// Come back.
pub async fn come_back(
    work: &mut Work,
    visit: Visit<'_>,
    provider: &str,
    (state, answer): (&str, Answer),
) -> Result<CameBack> {
    let provider = find(work, provider)?;
    let (hash, now) = (fingerprint(state), work.now());
    let id = provider.settings().id.clone();
    let used = upstream_journey::consume(work.tx(), &hash, &id, visit.browser_hash, now).await?;
    work.settle().await?;
    let Some((journey, posted)) = used else { return Ok(CameBack::Over) };
    let answer = match posted {
        Some(sealed) => opened(work, &hash, &sealed)?,
        None => answer,
    };
    let app = Arc::clone(work.app());
    let told = match ask(&app, &provider, state, &answer).await {
        Ok(told) => told,
        Err(why) => {
            work.record(Event::new("sign_in.failed").about("upstream", &id));
            let back = match journey.link {
                Some(_) => Return::Links,
                None => Return::SignIn(journey.attempt),
            };
            return Ok(CameBack::Nothing(why, back));
        }
    };
    match journey.link {
        Some((sub, session)) => Ok(CameBack::Link(link::at_once(work, visit, (&sub, &session), &told).await?)),
        None => sign_in(work, visit, journey.attempt, &told).await,
    }
}

/// Whoever is linked has given one proof. Whether it is enough is not for here to say.
async fn sign_in(work: &mut Work, visit: Visit<'_>, attempt: Option<AttemptId>, told: &Told) -> Result<CameBack> {
    let Some(sub) = upstream_identity::owner(work.tx(), &told.identity).await? else {
        return newcomer::welcome(work, visit, told, attempt.as_ref()).await.map(CameBack::New);
    };
    let now = work.now();
    upstream_identity::set_used(work.tx(), &told.identity, now).await?;
    // The attempt may have ended while the person was away: then this sign-in leads to my page.
    let attempt = match attempt {
        Some(id) => start::open(work, &id, visit.browser_hash).await?.map(|attempt| attempt.id),
        None => None,
    };
    let proof = Proof { sub: &sub, factor: Factor::Provider, stay: false };
    Ok(CameBack::Known(flow::prove(work, visit, attempt.as_ref(), proof).await?, attempt))
}

/// Ask the provider who it is.
async fn ask(app: &App, provider: &Provider, state: &str, answer: &Answer) -> Result<Told, Why> {
    let failed = |why: Failed| {
        log(provider, &why);
        match why {
            Failed::Unavailable => Why::Unavailable,
            Failed::Untrusted(_) => Why::Failed,
        }
    };
    provider.sent(answer.iss.as_deref()).await.map_err(failed)?;
    let code = match (&answer.error, &answer.code) {
        // Apple has a word of its own for it.
        (Some(error), _) if matches!(error.as_str(), "access_denied" | "user_cancelled_authorize") => {
            return Err(Why::Denied);
        }
        (None, Some(code)) => code,
        (Some(_), _) | (None, None) => return Err(Why::Failed),
    };
    let carried = Carried::of(app, provider, state);
    let mut told = provider.redeem(carried.trip(state), code).await.map_err(failed)?;
    if let Some(user) = answer.user.as_deref().filter(|_| told.names.is_empty()) {
        told.names = names_of_form(user);
    }
    Ok(told)
}

/// What goes along with `state` and is derived from it.
struct Carried {
    nonce: String,
    verifier: String,
    callback: String,
}

impl Carried {
    fn of(app: &App, provider: &Provider, state: &str) -> Self {
        let derived = |purpose| base64url(hmac_sha256(&*app.kek.derive(purpose), state));
        Self {
            nonce: derived("upstream nonce"),
            verifier: derived("upstream verifier"),
            callback: app.config.top.issuer.at(&provider.settings().callback()),
        }
    }

    fn trip<'a>(&'a self, state: &'a str) -> Trip<'a> {
        Trip { state, nonce: &self.nonce, verifier: &self.verifier, callback: &self.callback }
    }
}

pub(super) fn find(work: &Work, id: &str) -> Result<Arc<Provider>> {
    work.app().upstreams.find(id).cloned().ok_or_else(|| Refusal::NotFound.into())
}

fn place(state_hash: &str) -> Place<'_> {
    Place { table: "upstream_journey", column: "answer", row: state_hash }
}

fn opened(work: &Work, state_hash: &str, sealed: &[u8]) -> Result<Answer> {
    let bytes = work.app().kek.open(place(state_hash), sealed).map_err(|_| Fault::new("an answer cannot be opened"))?;
    serde_json::from_slice(&bytes).map_err(|error| Fault::because("an answer cannot be read", error).into())
}

fn log(provider: &Provider, why: &Failed) {
    let provider = provider.settings().id.as_str();
    match why {
        Failed::Unavailable => tracing::warn!(provider, "a provider did not answer"),
        Failed::Untrusted(why) => tracing::warn!(provider, why, "what a provider said does not count"),
    }
}

/// Each journey makes a row, and may make a provider be asked.
async fn limit(work: &mut Work) -> Result<()> {
    let app = Arc::clone(work.app());
    let network = work.origin().address.map(|address| Network::of(address).as_str().to_owned()).unwrap_or_default();
    let key = format!("upstream:{network}");
    match app.ephemeral.count(&key, app.config.limit.upstream_per_minute, minutes(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
