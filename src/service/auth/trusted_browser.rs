//! Browsers that their owner trusts: for a while the second factor of the account is not asked for there. What an
//! application or an operator wants beyond one factor is asked for all the same.

use std::time::Duration;

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::auth::flow::Wanted;
use crate::domain::auth::user_agent;
use crate::domain::event::Event;
use crate::service::auth::{Visit, flow};
use crate::store;

/// Whether this browser is trusted with the account.
pub(super) async fn is_trusted(work: &mut Work, visit: Visit<'_>, sub: &Subject) -> Result<bool> {
    if work.app().config.sign_in.trusted_browser == Duration::ZERO {
        return Ok(false);
    }
    let (family, now) = (user_agent::family(&work.origin().user_agent), work.now());
    store::auth::trusted_browser::is_trusted(work.tx(), sub, visit.browser_hash, &family, now).await
}

/// For how many days the person may trust the browser; `None` where they may not.
pub async fn days_offered(work: &mut Work, sub: &Subject) -> Result<Option<u64>> {
    let days = work.app().config.sign_in.trusted_browser.as_secs() / 86_400;
    let is_known = !user_agent::family(&work.origin().user_agent).is_empty();
    let is_staff = flow::wanted_of_staff(work, sub).await? != Wanted::NOTHING;
    Ok((days > 0 && is_known && !is_staff).then_some(days))
}

/// The second factor was just proven here, and its owner trusts the browser.
pub(super) async fn trust(work: &mut Work, visit: Visit<'_>, sub: &Subject) -> Result<()> {
    if days_offered(work, sub).await?.is_none() {
        return Ok(());
    }
    let (family, now) = (user_agent::family(&work.origin().user_agent), work.now());
    let until = now.plus(work.app().config.sign_in.trusted_browser);
    store::auth::trusted_browser::put(work.tx(), sub, visit.browser_hash, &family, (now, until)).await?;
    work.record(Event::new("browser.trusted").about("account", sub).of(sub));
    Ok(())
}

/// How many browsers are trusted with an account.
pub async fn count(work: &mut Work, sub: &Subject) -> Result<i64> {
    let now = work.now();
    store::auth::trusted_browser::count(work.tx(), sub, now).await
}

/// Trust no browser any more.
pub async fn forget(work: &mut Work, sub: &Subject) -> Result<()> {
    store::auth::trusted_browser::forget(work.tx(), sub).await?;
    work.record(Event::new("browsers.forgotten").about("account", sub).of(sub));
    Ok(())
}
