//! Accounts that nobody uses, where the operator has a policy for them: their owners are told, and where nobody comes,
//! they are closed and erased like any other. Never while something keeps the account.

use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::base::time::days;
use crate::domain::account::closure::ClosedBy;
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::service::account::{closing, holds, tell};
use crate::store::account::dormancy;

/// An account is used: by a sign-in, or in a session. Written down once a day.
pub async fn used(work: &mut Work, sub: &Subject) -> Result<()> {
    let now = work.now();
    dormancy::set_used(work.tx(), sub, now, now.minus(days(1))).await
}

/// Tell the owners of accounts that were not used for as long as the policy says; how many. A page of accounts at a time.
pub async fn tell_owners(work: &mut Work, after: &str) -> Result<Option<Subject>> {
    let now = work.now();
    let Some(dormant_after) = work.app().config.account.dormant_after else { return Ok(None) };
    let closes_at = now.plus(work.app().config.account.dormant_notice);
    let found = dormancy::unused(work.tx(), now.minus(dormant_after), now, after).await?;
    for sub in &found {
        if holds::in_force(work, sub).await?.is_empty() && dormancy::tell(work.tx(), sub, now, closes_at).await? {
            work.record(Event::new("account.dormancy_told").about("account", sub).of(sub));
            let link = work.app().config.top.issuer.at("/sign-in");
            tell::owner(work, sub, |reader| Content::AccountUnused { until: reader.moment(closes_at), link }).await?;
        }
    }
    Ok(found.into_iter().last())
}

/// Close the accounts whose owners were told and have not come; those that were used since are forgotten about.
pub async fn close_unused(work: &mut Work, after: &str) -> Result<Option<Subject>> {
    let now = work.now();
    dormancy::forget_used(work.tx()).await?;
    if work.app().config.account.dormant_after.is_none() {
        return Ok(None);
    }
    let found = dormancy::to_close(work.tx(), now, after).await?;
    for sub in &found {
        if holds::in_force(work, sub).await?.is_empty() {
            closing::close(work, sub, ClosedBy::Policy, None).await?;
        }
    }
    Ok(found.into_iter().last())
}
