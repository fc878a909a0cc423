//! Signing in by password, in two units of work: the try is counted and committed before the secret is looked at.
//! Every path does the same: an unknown name, a wrong password, an empty one and a stopped account all cost one
//! count, one hash and one entry in the audit log, and all get the same answer.

use crate::app::Work;
use crate::base::{Result, Timestamp};
use crate::domain::account::EmailAddress;
use crate::domain::auth::password::Password;
use crate::domain::auth::{Acr, Amr, Attempt};
use crate::domain::event::Event;
use crate::service::auth::Visit;
use crate::service::auth::finish::{self, Proven, Welcome};
use crate::service::auth::throttle::{self, What};
use crate::store;

/// What was entered.
pub struct Entered<'a> {
    /// The name as typed.
    pub username: &'a str,
    /// The password as typed.
    pub password: &'a str,
    /// "Stay signed in".
    pub stay: bool,
}

/// What became of it.
pub enum SignIn {
    /// Signed in.
    Welcome(Box<Welcome>),
    /// Name or password is wrong; which one is not said.
    Wrong,
    /// Too many tries.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
}

/// Sign in.
pub async fn sign_in(
    work: &mut Work,
    visit: Visit<'_>,
    entered: Entered<'_>,
    attempt: Option<&Attempt>,
) -> Result<SignIn> {
    let name = comparable(entered.username);
    let known = store::auth::known_browser::is_known(work.tx(), &name, visit.browser_hash).await?;
    let kept = store::auth::password::find_by_email(work.tx(), &name).await?;
    let by_name = match known {
        true => What::KnownBrowser(&name, visit.browser_hash),
        false => What::Account(&name),
    };
    // The network first: whoever has to wait there cannot go on to slow down one name after another.
    let by_network = match throttle::reserve(work, What::Network).await? {
        Ok(key) => key,
        Err(until) => return Ok(SignIn::Slow { until }),
    };
    let by_name = match throttle::reserve(work, by_name).await? {
        Ok(key) => key,
        Err(until) => return Ok(SignIn::Slow { until }),
    };
    work.settle().await?;

    let hash = kept.as_ref().map(|row| row.hash.clone());
    let app = std::sync::Arc::clone(work.app());
    let compared = app.passwords.compare(Password::enter(entered.password), hash).await?;

    let sub = match kept {
        Some(row) if compared.is_right => {
            // The account first: a password that is being changed at this moment is then the new one.
            let standing = store::account::hold(work.tx(), &row.sub).await?;
            let unchanged =
                store::auth::password::find(work.tx(), &row.sub).await?.is_some_and(|now| now.hash == row.hash);
            let admitted = unchanged && standing.is_some_and(|standing| standing.state.may_authenticate().is_ok());
            if admitted && let Some(rehashed) = &compared.rehashed {
                store::auth::password::rehash(work.tx(), &row, rehashed).await?;
            }
            admitted.then_some(row.sub)
        }
        Some(_) | None => None,
    };
    let Some(sub) = sub else {
        work.record(Event::new("sign_in.failed").about("sign_in", ""));
        return Ok(SignIn::Wrong);
    };
    throttle::clear(work, &by_name).await?;
    throttle::take_back(work, &by_network).await?;
    let proven = Proven { sub: &sub, acr: Acr::Aal1, amr: Amr::password(), stay: entered.stay };
    Ok(SignIn::Welcome(Box::new(finish::finish(work, visit, proven, attempt).await?)))
}

/// One spelling of a name, so that all spellings share one counter. What is no address is never found.
fn comparable(username: &str) -> String {
    match EmailAddress::parse(username) {
        Ok(address) => address.normal(),
        Err(_) => crate::base::text::search_form(&username.chars().take(254).collect::<String>()).replace('\0', ""),
    }
}
