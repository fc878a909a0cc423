//! Which page comes next. OpenID Connect Core §3.1.2.3 to §3.1.2.6.

use super::AuthorizationRequest;
use super::request::WantedAcr;
use crate::base::Timestamp;
use crate::base::time::seconds;
use crate::oidc::acr::Acr;
use crate::oidc::client::Client;
use crate::oidc::consent;
use crate::oidc::error::OAuthError;
use crate::oidc::scope::Scope;

/// The browser's session as this client would see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// `sub` for this client.
    pub sub: String,
    /// When the person was last recognised.
    pub auth_time: Timestamp,
    /// How surely.
    pub acr: Acr,
    /// When a sign-in last ended in the session, with whatever it asked for.
    pub renewed_at: Timestamp,
}

/// Everything the decision depends on.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// What is asked for.
    pub request: &'a AuthorizationRequest,
    /// Who asks.
    pub client: &'a Client,
    /// When it was first asked: what must happen anew must happen after this.
    pub asked_at: Timestamp,
    /// Who sits at the browser, as far as known.
    pub session: Option<SignedIn>,
    /// Whom the client expects (`id_token_hint`).
    pub expected: Option<&'a str>,
    /// What this person allowed this client before.
    pub remembered: &'a Scope,
    /// Whether this very request was consented to.
    pub consented: bool,
    /// The level below which this person gets nothing of what is asked for.
    pub least: Option<Acr>,
    /// Whether the units that its authorization details are about are still to be chosen.
    pub must_choose: bool,
}

/// The next step of an authorization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// Recognise the person.
    SignIn {
        /// Even though there is a session.
        again: bool,
        /// Start with making an account.
        create: bool,
        /// How surely.
        wanted: WantedAcr,
    },
    /// Ask for consent.
    Consent(Scope),
    /// Everything is there: answer with a code.
    Done,
    /// It cannot be.
    Refuse(OAuthError),
}

/// Decide the next step. With `prompt=none` a page becomes the error that names it.
pub fn decide(facts: &Facts<'_>, now: Timestamp) -> Interaction {
    match needed(facts, now) {
        Interaction::SignIn { .. } if facts.request.prompt.none => {
            Interaction::Refuse(OAuthError::login_required("the person must sign in"))
        }
        Interaction::Consent(_) if facts.request.prompt.none => {
            Interaction::Refuse(OAuthError::consent_required("the person must be asked for consent"))
        }
        other => other,
    }
}

fn needed(facts: &Facts<'_>, now: Timestamp) -> Interaction {
    let prompt = facts.request.prompt;
    let mut wanted = facts.request.wanted_acr();
    wanted.essential = wanted.essential.max(facts.least);
    let Some(session) = &facts.session else {
        return Interaction::SignIn { again: false, create: prompt.create, wanted };
    };
    // A session that is older than the request cannot be what the request asked for: going back in the
    // browser and sending an old step again changes nothing.
    let is_fresh = session.auth_time >= facts.asked_at;
    let wants_fresh = prompt.login || prompt.select_account || prompt.create || is_too_old(facts, session, now);
    if wants_fresh && !is_fresh {
        return Interaction::SignIn { again: true, create: prompt.create, wanted };
    }
    if let Some(next) = stepping_up(facts, session, wanted) {
        return next;
    }
    let expected = [facts.expected, facts.request.claims.subject()];
    if expected.into_iter().flatten().any(|sub| sub != session.sub) {
        return Interaction::Refuse(OAuthError::login_required("another person is signed in"));
    }
    match consent::to_ask(facts.request, facts.client, facts.remembered, facts.consented) {
        Some(scope) => Interaction::Consent(scope),
        // Choosing is asked of the users of the maker's own applications too.
        None if facts.must_choose => Interaction::Consent(Scope::default()),
        None => Interaction::Done,
    }
}

/// A level above the session's is asked for once. What could not be reached then is refused where it is essential, and
/// left where it is not (RFC 9470 §5). Nobody is shown a page for a wish where none may be shown.
fn stepping_up(facts: &Facts<'_>, session: &SignedIn, wanted: WantedAcr) -> Option<Interaction> {
    let was_asked = session.renewed_at >= facts.asked_at;
    let is_unmet = |acr: Option<Acr>| acr.is_some_and(|acr| session.acr < acr);
    let step_up = Interaction::SignIn { again: false, create: false, wanted };
    match (is_unmet(wanted.essential), is_unmet(wanted.voluntary)) {
        (true, _) if was_asked => {
            let sentence = "the sign-in did not reach the requested acr";
            Some(Interaction::Refuse(OAuthError::unmet_authentication_requirements(sentence)))
        }
        (true, _) => Some(step_up),
        (false, true) if !was_asked && !facts.request.prompt.none => Some(step_up),
        (false, _) => None,
    }
}

/// [OpenID Connect Core §3.1.2.1](https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest): `max_age`; zero
/// means the same as `prompt=login`.
fn is_too_old(facts: &Facts<'_>, session: &SignedIn, now: Timestamp) -> bool {
    facts.request.max_age.is_some_and(|max_age| max_age == 0 || session.auth_time.plus(seconds(max_age.into())) < now)
}

#[cfg(test)]
mod tests;
