//! Sending one-time proofs and taking them: by the code, or by the button behind the link.

use crate::app::Work;
use crate::base::Result;
use crate::base::digest::{base64url, fingerprint, hmac_sha256, same};
use crate::base::id::Subject;
use crate::domain::account::EmailAddress;
use crate::domain::auth::attempt::AttemptId;
use crate::domain::auth::proof::{self, CODE_DIGITS, Outcome, ProofId, Purpose};
use crate::service::auth::Visit;
use crate::store;
use crate::store::auth::proof::{NewProof, ProofRow};

/// A proof to send.
pub struct Wish<'a> {
    /// What for.
    pub purpose: Purpose,
    /// To which address.
    pub address: &'a EmailAddress,
    /// For which account.
    pub sub: Option<&'a Subject>,
    /// The sign-in it belongs to.
    pub attempt: Option<&'a AttemptId>,
    /// Whether it can be proven at all. Where there is nothing to prove, a proof is kept all the same: the page that
    /// asks for the code must not tell whether an account exists.
    pub provable: bool,
}

/// A proof as the letter says it.
pub struct Sent {
    /// Its name in addresses.
    pub id: ProofId,
    /// To type.
    pub code: String,
    /// What the link carries.
    pub token: String,
    /// How long both are good.
    pub minutes: u32,
}

/// Make a proof and keep what is needed to recognise it.
pub async fn issue(work: &mut Work, visit: Visit<'_>, wish: Wish<'_>) -> Result<Sent> {
    let now = work.now();
    let expires_at = proof::ends_at(now, work.app().config.sign_in.code);
    let id: ProofId = work.new_id();
    let (code, token) = (work.random().digits(CODE_DIGITS), work.random().token());
    let (code_hash, link_hash) = (hash_of(work, &id, &code), fingerprint(&token));
    let new = NewProof {
        id: &id,
        purpose: wish.purpose,
        normal: &wish.address.normal(),
        address: &wish.address.to_string(),
        sub: wish.sub,
        code_hash: wish.provable.then_some(code_hash.as_str()),
        link_hash: wish.provable.then_some(link_hash.as_str()),
        browser_hash: visit.browser_hash,
        attempt_id: wish.attempt,
        made_at: now,
        expires_at,
    };
    store::auth::proof::insert(work.tx(), &new).await?;
    let minutes = u32::try_from(expires_at.since(now).as_secs() / 60).unwrap_or(u32::MAX);
    Ok(Sent { id, code, token, minutes })
}

/// Try a code. The try is counted and committed before the code is compared.
pub async fn try_code(
    work: &mut Work,
    visit: Visit<'_>,
    id: &ProofId,
    purpose: Purpose,
    typed: &str,
) -> Result<Outcome> {
    let now = work.now();
    let most = i64::from(work.app().config.sign_in.code_failures);
    let counted = store::auth::proof::count_try(work.tx(), id, purpose, visit.browser_hash, now, most).await?;
    work.settle().await?;
    let Some(proof) = counted else { return Ok(Outcome::Over) };
    let entered = proof::parse_code(typed).map(|code| hash_of(work, id, &code)).unwrap_or_default();
    let is_right = proof.code_hash.as_deref().is_some_and(|kept| same(kept, &entered));
    if !is_right {
        let tries_left = (most - proof.tries).max(0);
        return Ok(if tries_left == 0 { Outcome::Over } else { Outcome::Wrong { tries_left } });
    }
    let now = work.now();
    Ok(if store::auth::proof::set_proven(work.tx(), id, now).await? { Outcome::Proven } else { Outcome::Over })
}

/// The address a link is for, while it is good. Looking uses nothing up: mail scanners look too.
pub async fn look_at_link(work: &mut Work, token: &str, purpose: Purpose) -> Result<Option<ProofRow>> {
    let now = work.now();
    store::auth::proof::find_by_link(work.tx(), &fingerprint(token), purpose, now).await
}

/// The button behind a link was pressed: this browser goes on with it.
pub async fn take_link(work: &mut Work, visit: Visit<'_>, token: &str, purpose: Purpose) -> Result<Option<ProofId>> {
    let now = work.now();
    let proof =
        store::auth::proof::prove_by_link(work.tx(), &fingerprint(token), purpose, visit.browser_hash, now).await?;
    Ok(proof.map(|proof| proof.id))
}

/// A proof that waits for its code or for what comes after it, in the browser it belongs to.
pub async fn waiting(work: &mut Work, visit: Visit<'_>, id: &ProofId, purpose: Purpose) -> Result<Option<ProofRow>> {
    let now = work.now();
    store::auth::proof::find_open(work.tx(), id, purpose, visit.browser_hash, now).await
}

/// A proof that has been proven and not yet used, in the browser it belongs to.
pub async fn proven(work: &mut Work, visit: Visit<'_>, id: &ProofId, purpose: Purpose) -> Result<Option<ProofRow>> {
    Ok(waiting(work, visit, id, purpose).await?.filter(|proof| proof.proven_at.is_some()))
}

/// Six digits are few: a keyed hash, so that a stolen table does not give them away.
fn hash_of(work: &Work, id: &ProofId, code: &str) -> String {
    base64url(hmac_sha256(&*work.app().kek.derive("proof-code"), format!("{id}\n{code}")))
}
