//! Signing up with a passkey and no password: the address has been proved, the passkey is made, and with both the
//! account is opened.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::auth::Factor;
use crate::domain::auth::passkey::{CeremonyId, Purpose};
use crate::domain::auth::proof::{self as proven, ProofId};
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::passkey::ceremony::{self, Asked, For};
use crate::service::auth::passkey::{add, relying_party};
use crate::service::auth::{Visit, proof, sign_up};
use crate::store;
use crate::webauthn::options::{self, CreationOptions, User};

/// What became of an answer.
pub enum Step {
    /// The account is there, and the sign-in goes on.
    Done(Progress),
    /// The passkey was not accepted.
    Wrong,
    /// The proof is over: too old or used.
    Over,
}

/// Ask for the passkey of an account that will be opened with it. Who that will be is decided here, since the
/// authenticator is told.
pub async fn ask(work: &mut Work, visit: Visit<'_>, id: &ProofId) -> Result<Option<Asked<CreationOptions>>> {
    let (_, party) = relying_party(work)?;
    let waiting = proof::proven(work, visit, id, proven::Purpose::SignUp).await?;
    let Some(waiting) = waiting else { return Ok(None) };
    let sub: Subject = waiting.sub.unwrap_or_else(|| work.new_id());
    let whom = For { sub: Some(&sub), proof: Some(id) };
    let opened = ceremony::open(work, visit, Purpose::SignUp, whom).await?;
    let user = User { handle: add::handle_of(&sub), name: &waiting.address, display_name: &waiting.address };
    let timing = (ceremony::milliseconds(), false);
    let options = options::creation(&party, &opened.challenge, &user, &[], timing);
    Ok(Some(Asked { id: opened.id, options }))
}

/// Take the answer, and with it open the account.
pub async fn complete(
    work: &mut Work,
    visit: Visit<'_>,
    id: &ProofId,
    (ceremony, response): (&CeremonyId, &str),
) -> Result<Step> {
    if proof::proven(work, visit, id, proven::Purpose::SignUp).await?.is_none() {
        return Ok(Step::Over);
    }
    let claimed = ceremony::claim(work, visit, ceremony, &[Purpose::SignUp]).await?;
    let Some(claimed) = claimed.filter(|claimed| claimed.proof.as_ref() == Some(id)) else { return Ok(Step::Wrong) };
    let Some(credential) = add::verified(work, &claimed, response)? else { return Ok(Step::Wrong) };
    let Some(sub) = claimed.sub else { return Ok(Step::Wrong) };

    let Some(used) = sign_up::use_up(work, visit, id).await? else { return Ok(Step::Over) };
    let sub = sign_up::account_of(work, visit, &used, Some(sub)).await?;
    // What waited for its address to be proved may have got a password from somebody else.
    store::auth::password::delete(work.tx(), &sub).await?;
    let Some(passkey) = add::keep(work, &sub, credential, None).await? else {
        // Somebody has this very passkey: nothing of the account may stay.
        return Err(Refusal::Conflict("passkey_taken").into());
    };
    let attempt = sign_up::attempt_of(work, visit, &used).await?;
    let proof = Proof { sub: &sub, factor: Factor::of_passkey(&passkey), stay: false };
    Ok(Step::Done(flow::prove(work, visit, attempt.as_ref(), proof).await?))
}
