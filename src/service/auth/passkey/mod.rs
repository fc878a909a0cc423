//! Passkeys: making one, signing in with one, and what their owner can do with them.

pub mod add;
pub mod ceremony;
pub mod manage;
pub mod offer;
pub mod sign_in;
pub mod sign_up;

use std::sync::Arc;

use crate::app::{App, Work};
use crate::base::{Refusal, Result};
use crate::webauthn::RelyingParty;

/// Who we are to authenticators. Under an issuer without a name, as in a trial by address, there are no passkeys.
pub(super) fn relying_party(work: &Work) -> Result<(Arc<App>, RelyingParty)> {
    let app = Arc::clone(work.app());
    match app.relying_party.clone() {
        Some(party) => Ok((app, party)),
        None => Err(Refusal::NotFound.into()),
    }
}
