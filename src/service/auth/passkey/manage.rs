//! What people do with their passkeys: look at them, name them, remove them.

use crate::app::Work;
use crate::base::id::Subject;
use crate::base::{Refusal, Result};
use crate::domain::auth::PasskeyId;
use crate::domain::auth::attempt::AttemptId;
use crate::domain::auth::passkey::Name;
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::service::account::tell;
use crate::service::auth::recent::{self, Recent};
use crate::service::auth::upstream::link;
use crate::service::auth::{Visit, session};
use crate::store;

/// What became of a removal.
pub enum Removed {
    /// It is gone.
    Done,
    /// The sign-in is too old to take a way to sign in away: once more, and back to the page.
    SignInAgain(AttemptId),
    /// It is the only way to sign in that there is.
    Last,
}

/// Give a passkey another name.
pub async fn rename(work: &mut Work, sub: &Subject, id: &PasskeyId, name: &Name) -> Result<()> {
    let before = store::auth::passkey::find(work.tx(), sub, id).await?.ok_or(Refusal::NotFound)?;
    if !store::auth::passkey::rename(work.tx(), sub, id, name).await? {
        return Err(Refusal::NotFound.into());
    }
    let renamed = Event::new("passkey.renamed").about("passkey", id).of(sub);
    work.record(renamed.private_change("name", Some(before.name.as_str()), Some(name.as_str())));
    Ok(())
}

/// Remove a passkey. Whoever has no other way to sign in keeps it.
pub async fn remove(work: &mut Work, visit: Visit<'_>, id: &PasskeyId) -> Result<Removed> {
    let session = session::of(work, visit).await?;
    let passkey = store::auth::passkey::find(work.tx(), &session.sub, id).await?.ok_or(Refusal::NotFound)?;
    if let Recent::SignInAgain(attempt) =
        recent::require_beside_passkeys(work, visit, &format!("/my/security/passkeys/{id}")).await?
    {
        return Ok(Removed::SignInAgain(attempt));
    }
    let sub = &session.sub;
    // Held, so that of two removals at once the second sees the first.
    store::account::hold(work.tx(), sub).await?.ok_or(Refusal::NotFound)?;
    if !has_another_way(work, sub).await? {
        return Ok(Removed::Last);
    }
    if !store::auth::passkey::delete(work.tx(), sub, id).await? {
        return Err(Refusal::NotFound.into());
    }
    let removed = Event::new("passkey.removed").about("passkey", id).of(sub);
    work.record(removed.private_change("name", Some(passkey.name.as_str()), None));
    let link = work.app().config.top.issuer.at("/my/security");
    let name = passkey.name.as_str().to_owned();
    tell::owner(work, sub, |reader| Content::PasskeyRemoved { name, at: reader.now.clone(), link }).await?;
    Ok(Removed::Done)
}

/// Whether an account could still be signed in to without one of its passkeys.
pub async fn has_another_way(work: &mut Work, sub: &Subject) -> Result<bool> {
    if store::auth::passkey::count(work.tx(), sub).await? > 1 {
        return Ok(true);
    }
    Ok(store::auth::password::find(work.tx(), sub).await?.is_some() || !link::list(work, sub).await?.is_empty())
}
