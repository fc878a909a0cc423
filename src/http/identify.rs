//! Who is asking: the session of a browser, or the bearer of an access token.

use super::extract::call::{Call, Visitor};
use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::domain::account::profile_field::Field;
use crate::domain::actor::Actor;
use crate::domain::permission::Permission;
use crate::oidc::audience::Resource;
use crate::oidc::bearer::token;
use crate::service::oidc::bearer::{Of, bearer};
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

/// The relying party and the customer of an access token for the registry API.
pub async fn app(work: &mut Work, call: &Call, scope: &'static str) -> Result<()> {
    let Ok(token) = token(call.header("authorization"), None) else { return Err(Refusal::Unauthenticated.into()) };
    let Ok(bearer) = bearer(work, token, Resource::Registry).await? else {
        return Err(Refusal::Unauthenticated.into());
    };
    // A client's own token is nobody's: there is no customer whose products it could mean.
    let Of::Person(held) = &bearer.of else { return Err(Refusal::Forbidden.into()) };
    if bearer.has_scope(scope).is_err() {
        return Err(Refusal::Forbidden.into());
    }
    work.set_actor(Actor::App {
        client: bearer.token.client.clone(),
        sub: held.grant.sub.clone(),
        scopes: bearer.token.scope.iter().map(str::to_owned).collect(),
    });
    Ok(())
}

/// The member of staff or the machine client of an access token for the management API.
pub async fn staff(_work: &mut Work, _call: &Call, _permission: Permission) -> Result<()> {
    Err(Refusal::Unauthenticated.into())
}
