//! Recovery codes: a list that is shown once, each code good once in place of the second factor.

use crate::app::Work;
use crate::base::digest::{base64url, hmac_sha256};
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::auth::recovery_code::{self, COUNT};
use crate::domain::auth::{Attempt, Factor};
use crate::service::auth::Visit;
use crate::service::auth::factor_change::{self, What};
use crate::service::auth::flow::{self, Proof};
use crate::service::auth::throttle::{self, What as Counted};
use crate::service::auth::totp::Taken;
use crate::store;

/// A new list, in place of the old one. Only hashes of it are kept.
pub(super) async fn issue(work: &mut Work, sub: &Subject) -> Result<Vec<String>> {
    let now = work.now();
    store::auth::recovery_code::delete_all(work.tx(), sub).await?;
    let mut codes = Vec::new();
    for _ in 0..COUNT {
        let code = recovery_code::write(work.random().bytes());
        let hash = hash_of(work, sub, &code.replace('-', ""));
        store::auth::recovery_code::insert(work.tx(), sub, &hash, now).await?;
        codes.push(code);
    }
    Ok(codes)
}

/// A new list that its owner asked for. An account without a second factor has nothing for it to stand in for.
pub async fn renew(work: &mut Work, visit: Visit<'_>, sub: &Subject) -> Result<Vec<String>> {
    store::account::hold(work.tx(), sub).await?;
    if store::auth::totp::count(work.tx(), sub).await? == 0 {
        return Err(Refusal::Conflict("no_second_factor").into());
    }
    let codes = issue(work, sub).await?;
    factor_change::tell(work, visit, sub, What::CodesRenewed).await?;
    Ok(codes)
}

/// A code as a step of a sign-in.
pub async fn take(work: &mut Work, visit: Visit<'_>, attempt: &Attempt, typed: &str) -> Result<Taken> {
    let sub = flow::stand(work, visit, attempt).await?.sub.ok_or(Refusal::NotFound)?;
    let counted = match throttle::reserve(work, Counted::SecondFactor(&sub)).await? {
        Ok(key) => key,
        Err(until) => return Ok(Taken::Slow { until }),
    };
    work.settle().await?;

    let now = work.now();
    let hash = recovery_code::parse(typed).map(|code| hash_of(work, &sub, &code)).unwrap_or_default();
    if !store::auth::recovery_code::consume(work.tx(), &sub, &hash, now).await? {
        factor_change::failed(work, &sub);
        return Ok(Taken::Wrong);
    }
    throttle::clear(work, &counted).await?;
    let left = store::auth::recovery_code::count_left(work.tx(), &sub).await?;
    factor_change::tell_used(work, visit, &sub, left).await?;
    let proof = Proof { sub: &sub, factor: Factor::RecoveryCode, stay: false };
    Ok(Taken::Right(flow::prove(work, visit, Some(&attempt.id), proof).await?))
}

/// Keyed, and bound to the account: a stolen table gives nothing to compare with.
fn hash_of(work: &Work, sub: &Subject, code: &str) -> String {
    base64url(hmac_sha256(&*work.app().kek.derive("recovery-code"), format!("{sub}\n{code}")))
}
