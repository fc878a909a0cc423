//! Forgetting what is over. Nothing becomes valid or invalid by it: every use compares its own time.

use crate::app::Work;
use crate::base::Result;
use crate::base::time::days;
use crate::store::account::email_change;
use crate::store::auth::{
    attempt, known_browser, known_network, passkey_ceremony, password, proof, session, sign_in_code, sign_in_notice,
    totp, trusted_browser, try_counter, upstream_journey, upstream_newcomer, used_work,
};

/// Forget sessions, attempts, proofs, challenges, letters about sign-ins and changes of addresses that are over, counters
/// of two days ago, and browsers and networks not seen for half a year.
pub async fn purge(work: &mut Work) -> Result<()> {
    let now = work.now();
    session::purge(work.tx(), now).await?;
    attempt::purge(work.tx(), now).await?;
    proof::purge(work.tx(), now).await?;
    totp::purge(work.tx(), now).await?;
    sign_in_code::purge(work.tx(), now).await?;
    trusted_browser::purge(work.tx(), now).await?;
    passkey_ceremony::purge(work.tx(), now).await?;
    try_counter::purge(work.tx(), now.minus(days(2))).await?;
    upstream_journey::purge(work.tx(), now).await?;
    upstream_newcomer::purge(work.tx(), now).await?;
    email_change::purge(work.tx(), now).await?;
    known_browser::purge(work.tx(), now.minus(days(180))).await?;
    known_network::purge(work.tx(), now.minus(days(180))).await?;
    sign_in_notice::purge(work.tx(), now).await?;
    used_work::purge(work.tx(), now).await?;
    // Not forgotten but counted: those who signed in meanwhile have hashes of our own.
    password::count_works(work.tx()).await?;
    Ok(())
}
