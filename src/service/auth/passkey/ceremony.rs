//! Challenges: kept when a browser is asked, claimed by the answer before it is looked at. Web Authentication Level 3,
//! §13.4.3.

use crate::app::Work;
use crate::base::Result;
use crate::base::digest::{base64url, from_base64url};
use crate::base::id::Subject;
use crate::domain::auth::Passkey;
use crate::domain::auth::passkey::{Ceremony, CeremonyId, LIFETIME, Purpose};
use crate::domain::auth::proof::ProofId;
use crate::service::auth::Visit;
use crate::store;
use crate::webauthn::options::Known;

/// What a browser is asked, and under which name it answers.
pub struct Asked<O> {
    /// The name of the ceremony.
    pub id: CeremonyId,
    /// The options.
    pub options: O,
}

/// How long the browser may take, for its own clock.
pub(super) fn milliseconds() -> u64 {
    u64::try_from(LIFETIME.as_millis()).unwrap_or(u64::MAX)
}

/// For whom a challenge is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct For<'a> {
    /// The account, where that is known.
    pub(super) sub: Option<&'a Subject>,
    /// The proof of the address, at sign-up.
    pub(super) proof: Option<&'a ProofId>,
}

/// Keep a new challenge.
pub(super) async fn open(work: &mut Work, visit: Visit<'_>, purpose: Purpose, whom: For<'_>) -> Result<Ceremony> {
    let ceremony = Ceremony {
        id: work.new_id(),
        purpose,
        challenge: work.random().bytes::<32>().to_vec(),
        browser_hash: visit.browser_hash.to_owned(),
        sub: whom.sub.cloned(),
        proof: whom.proof.cloned(),
        expires_at: work.now().plus(LIFETIME),
    };
    store::auth::passkey_ceremony::insert(work.tx(), &ceremony).await?;
    Ok(ceremony)
}

/// Claim a challenge, once and for good: no transaction is open afterwards, and a second answer finds nothing.
pub(super) async fn claim(
    work: &mut Work,
    visit: Visit<'_>,
    id: &CeremonyId,
    purposes: &[Purpose],
) -> Result<Option<Ceremony>> {
    let now = work.now();
    let claimed = store::auth::passkey_ceremony::claim(work.tx(), id, visit.browser_hash, now).await?;
    work.settle().await?;
    Ok(claimed.filter(|ceremony| purposes.contains(&ceremony.purpose)))
}

/// Passkeys as a browser is told of them.
pub(super) fn known(passkeys: &[Passkey]) -> Vec<Known> {
    let known = |passkey: &Passkey| {
        let id = from_base64url(&passkey.credential_id)?;
        Some(Known { id, transports: passkey.transports.clone() })
    };
    passkeys.iter().filter_map(known).collect()
}

/// The name of a credential as it is kept.
pub(super) fn kept_name(credential_id: &[u8]) -> String {
    base64url(credential_id)
}
