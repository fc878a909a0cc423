//! The offer to make a passkey, after a sign-in without one.

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::auth::passkey::POSTPONED;
use crate::store;

/// Whether to offer it: to somebody who has no passkey and did not say "not now" lately.
pub async fn is_due(work: &mut Work, sub: &Subject) -> Result<bool> {
    if work.app().relying_party.is_none() || store::auth::passkey::count(work.tx(), sub).await? > 0 {
        return Ok(false);
    }
    let now = work.now();
    Ok(store::auth::passkey::postponed_until(work.tx(), sub).await?.is_none_or(|until| until <= now))
}

/// "Not now": in whichever browser they sign in, they are left alone for a while.
pub async fn postpone(work: &mut Work, sub: &Subject) -> Result<()> {
    let until = work.now().plus(POSTPONED);
    store::auth::passkey::postpone(work.tx(), sub, until).await
}
