//! Who is asking: the session of a browser, or the bearer of an access token.

use http::header::AUTHORIZATION;

use super::extract::call::{Call, Visitor};
use crate::app::Work;
use crate::base::{Error, Refusal, Result};
use crate::domain::account::profile_field::Field;
use crate::domain::actor::Actor;
use crate::domain::permission::{Permission, Role};
use crate::oidc::acr::Acr;
use crate::oidc::audience::Resource;
use crate::oidc::authorization_details::Action;
use crate::oidc::bearer::{Scheme, Unauthorized, token};
use crate::oidc::step_up::Requirement;
use crate::oidc::{OAuthError, scope};
use crate::service::oidc::bearer::{Bearer, Of, bearer};
use crate::service::oidc::unit_access;
use crate::{service, store};

/// The customer of the browser's session, if it has one that is alive.
pub async fn visitor(work: &mut Work, call: &Call) -> Result<Option<Visitor>> {
    let Some(cookie) = &call.browser.session else { return Ok(None) };
    let Some(session) = service::auth::session::current(work, cookie).await? else { return Ok(None) };
    let Some(account) = store::account::find(work.tx(), &session.sub).await? else { return Ok(None) };
    Ok(Some(Visitor {
        name: account.shown_name(),
        locale: account.locale(),
        time_zone: account.profile.get(Field::Zoneinfo).map(str::to_owned),
        sub: session.sub,
        session: session.id,
    }))
}

/// Why a request does not get past the door of an API.
pub enum Stopped {
    /// Its token is missing, not good, or for something else: the answer carries a challenge.
    Bearer(Unauthorized),
    /// Anything else.
    Error(Error),
}

impl From<Unauthorized> for Stopped {
    fn from(unauthorized: Unauthorized) -> Self {
        Self::Bearer(unauthorized)
    }
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refusal> for Stopped {
    fn from(refusal: Refusal) -> Self {
        Self::Error(refusal.into())
    }
}

/// The relying party and the customer of an access token for the registry API. Without the scope, authorization
/// details that allow the action are enough.
pub async fn app(work: &mut Work, call: &Call, scope: &'static str, action: Option<Action>) -> Result<(), Stopped> {
    let bearer = bearer_of(work, call, Resource::Registry).await?;
    // A client's own token is nobody's: there is no customer whose products it could mean.
    let Of::Person(held) = &bearer.of else { return Err(Refusal::Forbidden.into()) };
    let units = unit_access::of(work, &bearer.token, &held.grant).await?;
    let has_detail = action.is_some_and(|action| units.iter().any(|unit| unit_access::allows(unit, action)));
    if !has_detail {
        bearer.has_scope(scope)?;
    }
    work.set_actor(Actor::App {
        client: bearer.token.client.clone(),
        sub: held.grant.sub.clone(),
        scopes: bearer.token.scope.iter().map(str::to_owned).collect(),
        units,
    });
    Ok(())
}

/// The member of staff or the machine client of an access token for the management API. What they may is read
/// now: a role that was taken away is gone with the next request.
pub async fn staff(
    work: &mut Work,
    call: &Call,
    permission: Permission,
    needs_recent_sign_in: bool,
) -> Result<(), Stopped> {
    let bearer = bearer_of(work, call, Resource::Management).await?;
    bearer.has_scope(scope::MANAGEMENT)?;
    let actor = match &bearer.of {
        Of::Person(held) => {
            let sub = held.grant.sub.clone();
            let roles = store::admin::staff_role::of(work.tx(), &sub).await?;
            Actor::Staff { sub, permissions: Role::permissions_of(roles) }
        }
        Of::Client => {
            let client = bearer.token.client.clone();
            // Not from memory: another instance may have taken a role away a moment ago.
            let kept = service::oidc::client::get(work, &client).await?;
            let roles = kept.client.metadata.hosho_roles.iter().filter_map(|role| Role::parse(role));
            Actor::Machine { permissions: Role::permissions_of(roles), client }
        }
    };
    if !actor.may(permission) {
        return Err(Refusal::Forbidden.into());
    }
    if let Actor::Staff { sub, .. } = &actor {
        let wanted = service::auth::flow::wanted_of_staff(work, sub).await?;
        let acr = Acr::from_text(wanted.must.value()).filter(|acr| *acr > Acr::Aal1);
        let max_age = needs_recent_sign_in.then_some(work.app().config.api.recent_sign_in);
        Requirement { max_age, acr }.check(&bearer.token, work.now())?;
    }
    work.set_actor(actor);
    Ok(())
}

/// How the request sends its token, if it does.
pub fn scheme(call: &Call) -> Scheme {
    call.header("authorization").and_then(Scheme::of).unwrap_or(Scheme::Bearer)
}

async fn bearer_of(work: &mut Work, call: &Call, resource: Resource) -> Result<Bearer, Stopped> {
    if call.headers.get_all(AUTHORIZATION).iter().count() > 1 {
        return Err(Unauthorized::from(OAuthError::invalid_request("Authorization is included more than once")).into());
    }
    let sent = token(call.header("authorization"), None)?;
    Ok(bearer(work, sent, &call.possession(), resource).await??)
}
