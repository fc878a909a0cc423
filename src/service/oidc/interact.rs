//! Coming back from a page: going on with a request that waits, cancelling it, consenting to it.

use std::sync::Arc;

use super::answer;
use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::event::Event;
use crate::oidc::authorize::{Answer, AuthorizationRequestId, Untrusted, checks};
use crate::oidc::client::Client;
use crate::oidc::params::Params;
use crate::oidc::scope::Scope;
use crate::oidc::{OAuthError, consent};
use crate::service;
use crate::service::auth::Visit;
use crate::service::oidc::authorize::{self, Asked, Outcome};
use crate::service::oidc::choice::{self, Element, Ticked, Unfit};
use crate::service::oidc::resource_server;
use crate::store;

/// What the consent page shows.
pub struct Question {
    /// Who asks.
    pub client: Arc<Client>,
    /// For what, all of it.
    pub scope: Scope,
    /// The part that was not allowed before.
    pub new: Scope,
    /// Who is asked.
    pub sub: Subject,
    /// The host that the browser returns to.
    pub returns_to: Option<String>,
    /// The same, where nobody knows who is behind the client: people are warned of it.
    pub unverified: Option<String>,
    /// What can be chosen, where single units are asked for.
    pub choices: Vec<Element>,
}

/// The consent page, or where the browser belongs instead.
pub enum Ask {
    /// Show it.
    Question(Box<Question>),
    /// Somewhere else.
    Else(Outcome),
}

/// What comes of a yes.
pub enum Allowed {
    /// The browser goes on.
    Go(Outcome),
    /// What was chosen does not do: ask again.
    Unfit(Unfit),
}

/// Go on with a request after a page.
pub async fn resume(work: &mut Work, visit: Visit<'_>, id: &AuthorizationRequestId) -> Result<Outcome> {
    match open(work, visit, id).await? {
        Ok(asked) => authorize::go_on(work, visit, asked).await,
        Err(outcome) => Ok(outcome),
    }
}

/// The person does not want to go on.
pub async fn cancel(work: &mut Work, visit: Visit<'_>, id: &AuthorizationRequestId) -> Result<Outcome> {
    match open(work, visit, id).await? {
        Ok(asked) => {
            let client = asked.identified.client.id.clone();
            work.record(Event::new("authorization.denied").about("client", &client));
            authorize::end(work, visit, asked, Err(OAuthError::access_denied("the person said no"))).await
        }
        Err(outcome) => Ok(outcome),
    }
}

/// What to ask the person who is signed in.
pub async fn question(work: &mut Work, visit: Visit<'_>, id: &AuthorizationRequestId) -> Result<Ask> {
    let mut asked = match open(work, visit, id).await? {
        Ok(asked) => asked,
        Err(outcome) => return Ok(Ask::Else(outcome)),
    };
    let Some(sub) = signed_in(work, visit).await? else {
        return authorize::go_on(work, visit, asked).await.map(Ask::Else);
    };
    asked.request.scope = authorize::open_to(work, &sub, &asked.request.scope).await?;
    let client = Arc::clone(&asked.identified.client);
    let remembered = store::oidc::consent::remembered(work.tx(), &sub, &client.id).await?;
    let scope = consent::shown(&asked.request, &client);
    let new = scope.without(&remembered);
    let returns_to = asked.identified.redirect_uri().host();
    let unverified = client.is_unverified().then(|| asked.identified.redirect_uri().named());
    match choice::elements(work, &client, &sub, &asked.request.authorization_details).await? {
        Ok(choices) => {
            let question = Question { client, scope, new, sub, returns_to, unverified, choices };
            Ok(Ask::Question(Box::new(question)))
        }
        Err(error) => authorize::end(work, visit, asked, Err(error)).await.map(Ask::Else),
    }
}

/// The person allows it. What is allowed is what the stored request asks for; the form says only yes, and which
/// units.
pub async fn allow(work: &mut Work, visit: Visit<'_>, id: &AuthorizationRequestId, ticked: &Ticked) -> Result<Allowed> {
    let mut asked = match open(work, visit, id).await? {
        Ok(asked) => asked,
        Err(outcome) => return Ok(Allowed::Go(outcome)),
    };
    let Some(sub) = signed_in(work, visit).await? else {
        return authorize::go_on(work, visit, asked).await.map(Allowed::Go);
    };
    // What the page did not show is not remembered as allowed.
    asked.request.scope = authorize::open_to(work, &sub, &asked.request.scope).await?;
    let client = Arc::clone(&asked.identified.client);
    let elements = match choice::elements(work, &client, &sub, &asked.request.authorization_details).await? {
        Ok(elements) => elements,
        Err(error) => return authorize::end(work, visit, asked, Err(error)).await.map(Allowed::Go),
    };
    if !elements.is_empty()
        && let Err(unfit) = choice::choose(work, &client, &sub, &elements, ticked).await?
    {
        return Ok(Allowed::Unfit(unfit));
    }
    let now = work.now();
    let shown = consent::shown(&asked.request, &client);
    let before = store::oidc::consent::remembered(work.tx(), &sub, &client.id).await?;
    let after = before.and(&shown);
    store::oidc::consent::put(work.tx(), &sub, &client.id, &after, now).await?;
    store::oidc::authorization_request::set_consented(work.tx(), id, &sub).await?;
    let event = Event::new("consent.given").about("client", &client.id).of(&sub);
    work.record(event.change("scope", Some(&before.to_string()), Some(&after.to_string())));
    if let Some(waiting) = &mut asked.waiting {
        waiting.consented_by = Some(sub);
    }
    authorize::go_on(work, visit, asked).await.map(Allowed::Go)
}

/// The request of that name, if it waits for this browser. It is read and checked again: a client that was
/// switched off or lost its URI meanwhile gets nothing.
async fn open(
    work: &mut Work,
    visit: Visit<'_>,
    id: &AuthorizationRequestId,
) -> Result<std::result::Result<Asked, Outcome>> {
    let gone = || Ok(Err(Outcome::Untrusted(Untrusted::GoneRequest)));
    let now = work.now();
    let found = store::oidc::authorization_request::find(work.tx(), id, visit.browser_hash, now).await?;
    let Some(waiting) = found else { return gone() };
    let Ok(params) = Params::parse(&[waiting.parameters.as_bytes()]) else { return gone() };
    let identified = match authorize::identify(work, &params).await? {
        Ok(identified) => identified,
        Err(untrusted) => return Ok(Err(Outcome::Untrusted(untrusted))),
    };
    let resources = resource_server::of_params(work, &params).await?;
    let request = match checks::read(&params, &identified, &work.app().server, &resources) {
        Ok(request) => request,
        Err(error) => return answer::send(work, &identified, &Answer::Error(error), true).await.map(Err),
    };
    let (asked_at, pushed) = (waiting.asked_at, waiting.pushed.clone());
    Ok(Ok(Asked { identified, request, params, asked_at, waiting: Some(waiting), pushed, known_as: None }))
}

async fn signed_in(work: &mut Work, visit: Visit<'_>) -> Result<Option<Subject>> {
    match visit.session {
        Some(cookie) => Ok(service::auth::session::current(work, cookie).await?.map(|session| session.sub)),
        None => Ok(None),
    }
}
