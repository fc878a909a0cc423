//! When a browser is asked for a proof of work, and what it is worth: whoever brings one is slowed down as usual, whoever
//! does not, for want of a script or of patience, sooner.

use std::time::Duration;

use crate::app::Work;
use crate::base::digest::{base64url, hmac_sha256, same};
use crate::base::time::minutes;
use crate::base::{Result, Timestamp};
use crate::config::sign_in::ProofOfWork;
pub use crate::domain::auth::proof_of_work::Purpose;
use crate::domain::auth::proof_of_work::{Challenge, bits_for, is_answer};
use crate::service::auth::Visit;
use crate::service::auth::throttle::{self, Key, What};
use crate::store;

/// How long an answer counts: a page may be open for a while.
const LIFETIME: Duration = minutes(15);

/// A challenge for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The text that goes back with the answer.
    pub challenge: String,
    /// How many bits must be zero.
    pub bits: u32,
}

/// What came with a form.
#[derive(Clone, Copy, Debug, Default)]
pub struct Given<'a> {
    /// The challenge.
    pub challenge: &'a str,
    /// The answer, empty where no script found one.
    pub answer: &'a str,
}

/// The challenge that a page carries, where one is asked for at this moment. It is the same for everybody in the network,
/// whoever they write about.
pub async fn ask(work: &mut Work, visit: Visit<'_>, purpose: Purpose) -> Result<Option<Asked>> {
    let Some(bits) = bits(work, purpose).await? else { return Ok(None) };
    let challenge = Challenge { nonce: work.random().id(), bits, expires_at: work.now().plus(LIFETIME) };
    let text = challenge.text();
    let mac = mac_of(work, visit, purpose, &text);
    Ok(Some(Asked { challenge: format!("{text}.{mac}"), bits }))
}

/// Count a request for a letter, or say until when to wait.
pub async fn reserve(
    work: &mut Work,
    visit: Visit<'_>,
    purpose: Purpose,
    given: Given<'_>,
) -> Result<std::result::Result<Key, Timestamp>> {
    let is_paid = is_paid(work, visit, purpose, given).await?;
    match throttle::reserve(work, What::Network).await? {
        Ok(key) if is_paid => Ok(Ok(key)),
        Ok(_) => throttle::reserve(work, What::WithoutWork).await,
        Err(until) => Ok(Err(until)),
    }
}

/// Whether nothing is asked for, or it was done. An answer is used up.
pub(super) async fn is_paid(work: &mut Work, visit: Visit<'_>, purpose: Purpose, given: Given<'_>) -> Result<bool> {
    if bits(work, purpose).await?.is_none() {
        return Ok(true);
    }
    let now = work.now();
    let Some((text, mac)) = given.challenge.rsplit_once('.') else { return Ok(false) };
    let Some(challenge) = Challenge::parse(text) else { return Ok(false) };
    let is_ours = same(mac, mac_of(work, visit, purpose, text));
    if !is_ours || challenge.expires_at <= now || !is_answer(given.challenge, challenge.bits, given.answer) {
        return Ok(false);
    }
    store::auth::used_work::claim(work.tx(), &challenge.nonce, challenge.expires_at).await
}

/// How much is asked for now; nothing where it is not.
async fn bits(work: &mut Work, purpose: Purpose) -> Result<Option<u32>> {
    let settings = &work.app().config.sign_in;
    let (mode, least, free) = (settings.proof_of_work, settings.proof_of_work_bits, settings.proof_of_work_after);
    let free = i64::from(free);
    let (tries, is_needed) = match (mode, purpose) {
        (ProofOfWork::Off, _) => return Ok(None),
        // A password is asked for work while many are being tried, and in no other case.
        (ProofOfWork::Always | ProofOfWork::Auto, Purpose::SignIn) => (0, throttle::is_attacked(work).await?),
        (mode, Purpose::SignUp | Purpose::Recover) => {
            let tries = throttle::tries_of_network(work).await?;
            (tries, mode == ProofOfWork::Always || tries >= free)
        }
    };
    Ok(is_needed.then(|| bits_for(least, tries, free)))
}

/// For one purpose, in one browser.
fn mac_of(work: &Work, visit: Visit<'_>, purpose: Purpose, text: &str) -> String {
    let whole = format!("{}\n{}\n{text}", purpose.word(), visit.browser_hash);
    base64url(hmac_sha256(&*work.app().kek.derive("proof-of-work"), whole))
}
