//! Signing in with a passkey, and going on with a sign-in by one. Whatever is wrong, the answer is the same; what it was
//! stands in the audit log.

use std::sync::Arc;

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::account::State;
use crate::domain::auth::attempt::{Attempt, AttemptId};
use crate::domain::auth::passkey::{Ceremony, CeremonyId, Count, Purpose, judge_count};
use crate::domain::auth::{Factor, Passkey};
use crate::domain::event::Event;
use crate::service::account::closing;
use crate::service::auth::Visit;
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::passkey::ceremony::{self, Asked, For};
use crate::service::auth::passkey::relying_party;
use crate::store;
use crate::webauthn::assertion::{self, Kept, Used};
use crate::webauthn::options::{self, RequestOptions};
use crate::webauthn::response::AssertionResponse;
use crate::webauthn::{Deviation, PublicKey};

/// What became of an answer.
pub enum SignIn {
    /// The passkey is good, and the sign-in goes on.
    Right(Progress),
    /// It is not.
    Wrong,
}

/// Why a passkey does not count.
enum Refused {
    /// The challenge was over: too old, used, or another's.
    Over,
    /// The answer is not good.
    Deviation(Deviation),
    /// Nobody has this passkey.
    Unknown,
    /// It is not the person's whose sign-in it is.
    Another,
    /// The account may not sign in.
    Stopped,
    /// Its count did not go on.
    StaleCount,
}

impl Refused {
    const fn word(&self) -> &'static str {
        match self {
            Self::Over => "challenge_over",
            Self::Deviation(deviation) => deviation.word(),
            Self::Unknown => "unknown",
            Self::Another => "another_account",
            Self::Stopped => "stopped",
            Self::StaleCount => "stale_count",
        }
    }
}

/// Ask for a passkey: of whoever it is, so that nobody learns from it who has one; or of the person whose sign-in has
/// begun by other means.
pub async fn ask(work: &mut Work, visit: Visit<'_>, attempt: Option<&Attempt>) -> Result<Asked<RequestOptions>> {
    let (_, party) = relying_party(work)?;
    let sub = match attempt {
        Some(attempt) => flow::stand(work, visit, attempt).await?.sub,
        None => None,
    };
    let (purpose, passkeys) = match &sub {
        Some(sub) => (Purpose::SecondFactor, store::auth::passkey::list(work.tx(), sub).await?),
        None => (Purpose::SignIn, Vec::new()),
    };
    work.allow_writing().await?;
    let opened = ceremony::open(work, visit, purpose, For { sub: sub.as_ref(), proof: None }).await?;
    let known = ceremony::known(&passkeys);
    let options = options::request(&party, &opened.challenge, &known, ceremony::milliseconds());
    Ok(Asked { id: opened.id, options })
}

/// Take the answer. The challenge is claimed and committed before it is looked at.
pub async fn sign_in(
    work: &mut Work,
    visit: Visit<'_>,
    (id, response): (&CeremonyId, &str),
    attempt: Option<&AttemptId>,
    stay: bool,
) -> Result<SignIn> {
    let purposes = [Purpose::SignIn, Purpose::SecondFactor];
    let refused = match ceremony::claim(work, visit, id, &purposes).await? {
        None => (Refused::Over, None),
        Some(claimed) => match judge(work, &claimed, response).await? {
            Ok((passkey, used)) => match admit(work, passkey, used).await? {
                Ok(passkey) => {
                    let proof = Proof { sub: &passkey.sub, factor: Factor::of_passkey(&passkey), stay };
                    return Ok(SignIn::Right(flow::prove(work, visit, attempt, proof).await?));
                }
                Err(refused) => refused,
            },
            Err(refused) => refused,
        },
    };
    let (why, passkey) = refused;
    let failed = Event::new("sign_in.failed").change("passkey", None, Some(why.word()));
    work.record(match &passkey {
        Some(passkey) => failed.about("passkey", &passkey.id).of(&passkey.sub),
        None => failed.about("sign_in", ""),
    });
    Ok(SignIn::Wrong)
}

type Judged<T> = std::result::Result<T, (Refused, Option<Passkey>)>;

/// Whether the answer is good. Nothing is open while its signature is looked at.
async fn judge(work: &mut Work, claimed: &Ceremony, response: &str) -> Result<Judged<(Passkey, Used)>> {
    let (_app, party) = relying_party(work)?;
    let response = match AssertionResponse::parse(response) {
        Ok(response) => response,
        Err(deviation) => return Ok(Err((Refused::Deviation(deviation), None))),
    };
    let name = ceremony::kept_name(&response.credential_id);
    let found = store::auth::passkey::find_by_credential(work.tx(), &name).await?;
    work.settle().await?;
    let Some(passkey) = found else { return Ok(Err((Refused::Unknown, None))) };
    if claimed.sub.as_ref().is_some_and(|sub| *sub != passkey.sub) {
        return Ok(Err((Refused::Another, Some(passkey))));
    }
    let judged = PublicKey::from_cose(&passkey.public_key).and_then(|public_key| {
        let kept = Kept {
            public_key: &public_key,
            user_handle: &passkey.user_handle,
            was_named: claimed.sub.is_some(),
            backup_eligible: passkey.backup_eligible,
        };
        assertion::verify(&party, &claimed.challenge, &kept, &response)
    });
    Ok(match judged {
        Ok(used) => Ok((passkey, used)),
        Err(deviation) => Err((Refused::Deviation(deviation), Some(passkey))),
    })
}

/// Whether it counts at this moment: its account is held, so that whoever stops it or removes the passkey is waited for.
async fn admit(work: &mut Work, passkey: Passkey, used: Used) -> Result<Judged<Passkey>> {
    let sub: &Subject = &passkey.sub;
    let state = store::account::hold(work.tx(), sub).await?.map(|standing| standing.state);
    // Whoever closed their account may come back for a while: the flow asks them.
    let may_come_back = state == Some(State::Closed) && closing::undoable(work, sub).await?.is_some();
    if !may_come_back && state.is_none_or(|state| state.may_authenticate().is_err()) {
        return Ok(Err((Refused::Stopped, Some(passkey))));
    }
    let Some(now) = store::auth::passkey::find(work.tx(), sub, &passkey.id).await? else {
        return Ok(Err((Refused::Unknown, None)));
    };
    if judge_count(now.sign_count, used.sign_count) == Count::Stale {
        let stale = Event::new("passkey.count_stale").about("passkey", &now.id).of(sub);
        let (before, told) = (now.sign_count.to_string(), used.sign_count.to_string());
        work.record(stale.change("sign_count", Some(&before), Some(&told)));
        if Arc::clone(work.app()).config.passkey.refuse_old_count {
            return Ok(Err((Refused::StaleCount, Some(now))));
        }
    }
    let at = work.now();
    store::auth::passkey::set_used(work.tx(), &now.id, used.sign_count, used.backed_up, at).await?;
    Ok(Ok(now))
}
