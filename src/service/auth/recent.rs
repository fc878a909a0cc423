//! Something that must not happen in a browser that was left open: whoever wants it has signed in a short while ago, or
//! signs in once more and comes back.

use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::domain::auth::Session;
use crate::domain::auth::attempt::{AttemptId, OwnPath};
use crate::service::auth::start::{self, Begin};
use crate::service::auth::{Visit, session};
use crate::store;

/// Whether the person behind a session may go on.
pub enum Recent {
    /// They signed in a short while ago.
    Yes(Box<Session>),
    /// They sign in once more, and come back.
    SignInAgain(AttemptId),
}

/// Ask for a recent sign-in; a new one leads back to `page`.
pub async fn require(work: &mut Work, visit: Visit<'_>, page: &str) -> Result<Recent> {
    let cookie = visit.session.ok_or(Refusal::Unauthenticated)?;
    let session = session::current(work, cookie).await?.ok_or(Refusal::Unauthenticated)?;
    let since = work.now().minus(work.app().config.account.recent_sign_in);
    if session.is_authenticated_since(since) {
        return Ok(Recent::Yes(Box::new(session)));
    }
    work.allow_writing().await?;
    let account = store::account::find(work.tx(), &session.sub).await?.ok_or(Refusal::NotFound)?;
    let continue_to = OwnPath::parse(page).unwrap_or_else(OwnPath::my_page);
    let begin = Begin {
        login_hint: account.email.map(|email| email.address.to_string()),
        reauthenticate: true,
        ..Begin::by_itself(visit.browser_hash, continue_to)
    };
    Ok(Recent::SignInAgain(start::begin(work, begin).await?))
}
