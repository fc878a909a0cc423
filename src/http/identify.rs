//! Who is asking: the session of a browser, or the bearer of an access token.

use super::extract::call::{Call, Visitor};
use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::domain::permission::Permission;

/// The customer of the browser's session, if it has one that is alive.
pub async fn visitor(_work: &mut Work, call: &Call) -> Result<Option<Visitor>> {
    if call.browser.session.is_none() {
        return Ok(None);
    }
    Ok(None)
}

/// The relying party and the customer of an access token for the registry API.
pub async fn app(_work: &mut Work, _call: &Call, _scope: &'static str) -> Result<()> {
    Err(Refusal::Unauthenticated.into())
}

/// The member of staff or the machine client of an access token for the management API.
pub async fn staff(_work: &mut Work, _call: &Call, _permission: Permission) -> Result<()> {
    Err(Refusal::Unauthenticated.into())
}
