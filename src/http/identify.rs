//! Who is asking: the session of a browser, or the bearer of an access token.

use super::extract::call::{Call, Visitor};
use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::domain::account::profile_field::Field;
use crate::domain::permission::Permission;
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
pub async fn app(_work: &mut Work, _call: &Call, _scope: &'static str) -> Result<()> {
    Err(Refusal::Unauthenticated.into())
}

/// The member of staff or the machine client of an access token for the management API.
pub async fn staff(_work: &mut Work, _call: &Call, _permission: Permission) -> Result<()> {
    Err(Refusal::Unauthenticated.into())
}
