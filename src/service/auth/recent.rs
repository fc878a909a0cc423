//! Something that must not happen in a browser that was left open: whoever wants it has just signed in, with as much as
//! their account is capable of, or does so once more and comes back.

use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::attempt::{AttemptId, OwnPath};
use crate::domain::auth::factor::worth;
use crate::domain::auth::flow::Wanted;
use crate::domain::auth::{Acr, Factor, Session};
use crate::service::auth::start::{self, Begin};
use crate::service::auth::{Visit, flow, password, session};

/// Whether the person behind a session may go on.
pub enum Recent {
    /// They signed in a short while ago.
    Yes(Box<Session>),
    /// They sign in once more, and come back.
    SignInAgain(AttemptId),
}

/// Ask for a recent sign-in; a new one leads back to `page`.
pub async fn require(work: &mut Work, visit: Visit<'_>, page: &str) -> Result<Recent> {
    require_by(work, visit, page, |_| true).await
}

/// The same with as much as the account is capable of without its passkeys: whoever has lost the only one must be able
/// to take it away.
pub async fn require_beside_passkeys(work: &mut Work, visit: Visit<'_>, page: &str) -> Result<Recent> {
    require_by(work, visit, page, |factor| !factor.is_passkey()).await
}

async fn require_by(work: &mut Work, visit: Visit<'_>, page: &str, counts: fn(&Factor) -> bool) -> Result<Recent> {
    let session = session::of(work, visit).await?;
    let strongest = worth(flow::enrolled(work, &session.sub).await?.factors.into_iter().filter(counts));
    let since = work.now().minus(work.app().config.account.recent_sign_in);
    if session.proofs.since(since).acr() >= strongest.or(Some(Acr::Aal1)) {
        return Ok(Recent::Yes(Box::new(session)));
    }
    work.allow_writing().await?;
    let name = password::name_of(work, &session.sub).await?;
    let continue_to = OwnPath::parse(page).unwrap_or_else(OwnPath::my_page);
    let begin = Begin {
        login_hint: Some(name).filter(|name| !name.is_empty()),
        reauthenticate: true,
        wanted: Wanted::must(strongest.unwrap_or(Acr::Aal1)),
        ..Begin::by_itself(visit.browser_hash, continue_to)
    };
    Ok(Recent::SignInAgain(start::begin(work, begin).await?))
}
