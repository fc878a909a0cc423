//! Signing out at a client's wish, and who is told about it. OpenID Connect RP-Initiated Logout 1.0, Front-Channel
//! Logout 1.0; [`back_channel_logout`](super::back_channel_logout) tells clients by itself.

use std::sync::Arc;

use crate::app::Work;
use crate::base::Result;
use crate::base::id::{ClientId, SessionId, Subject};
use crate::base::secret::Secret;
use crate::domain::auth::Session;
use crate::oidc::client::Client;
use crate::oidc::id_token::IdTokenHint;
use crate::oidc::logout::front_channel;
use crate::oidc::logout::rp_initiated::{Current, Hint, Logout, Wish, decide};
use crate::oidc::params::Params;
use crate::service;
use crate::store;

/// What happens, and who asked.
pub struct Decided {
    /// What happens.
    pub logout: Logout,
    /// Who asked, where that is known.
    pub client: Option<Arc<Client>>,
    /// Whether somebody is signed in at all.
    pub is_signed_in: bool,
}

/// Decide about a wish to sign out. Nothing has ended yet.
pub async fn consider(work: &mut Work, cookie: Option<&Secret>, params: &Params) -> Result<Decided> {
    let session = current(work, cookie).await?;
    let app = Arc::clone(work.app());
    let decoded =
        params.get("id_token_hint").map(|token| IdTokenHint::decode(token, app.keys.ring().all(), &app.server.issuer));
    let hint = match &decoded {
        None => Hint::Absent,
        Some(Err(_)) => Hint::Forged,
        Some(Ok(hint)) => Hint::Ours(hint),
    };
    let named_client = params.get("client_id").map(str::to_owned).or_else(|| match hint {
        Hint::Ours(hint) => Some(hint.aud.clone()),
        Hint::Absent | Hint::Forged => None,
    });
    let client = match named_client {
        Some(id) => service::oidc::client::find(work, &ClientId::from(id.as_str())).await?,
        None => None,
    };
    // Nothing leads to the addresses of one that was switched off.
    let client = client.filter(|client| !client.disabled);
    let sub = match (&session, &client) {
        (Some(session), Some(client)) => {
            let name = named(work, &session.sub, &client.id).await?;
            Some(client.subject(&app.pairwise, &name))
        }
        (Some(_) | None, _) => None,
    };
    let now = session.as_ref().map(|session| Current { sid: session.id.to_string(), sub });
    let logout = decide(&Wish {
        hint,
        client_id: params.get("client_id"),
        client: client.as_deref(),
        post_logout_redirect_uri: params.get("post_logout_redirect_uri"),
        state: params.get("state"),
        session: now.as_ref(),
    });
    Ok(Decided { logout, client, is_signed_in: session.is_some() })
}

/// A client takes part in a session: it is to be told when the session ends.
pub(super) async fn join(work: &mut Work, client: &Client, session: &SessionId, name: &Subject) -> Result<()> {
    if !client.metadata.logout.is_any() {
        return Ok(());
    }
    let (id, now) = (work.random().id(), work.now());
    let sub = client.subject(&work.app().pairwise, name);
    store::oidc::logout_party::join(work.tx(), &id, session, (&client.id, &sub), now).await
}

/// The subject by which a client knows the holder of an account, before it is made pairwise.
pub(super) async fn named(work: &mut Work, sub: &Subject, client: &ClientId) -> Result<Subject> {
    let former = store::oidc::former_subject::find(work.tx(), sub, client).await?;
    Ok(former.unwrap_or_else(|| sub.clone()))
}

/// End the session of this browser, and what was given in it but does not outlive it. The addresses that the browser
/// is to load so that its applications know are the answer; those of the back channel are told by themselves.
pub async fn end(work: &mut Work, cookie: Option<&Secret>) -> Result<Vec<String>> {
    let Some(cookie) = cookie else { return Ok(Vec::new()) };
    work.allow_writing().await?;
    let Some(session) = current(work, Some(cookie)).await? else { return Ok(Vec::new()) };
    let frames = front_channel(work, &session).await?;
    if service::auth::session::sign_out(work, cookie).await?.is_some() {
        let now = work.now();
        store::oidc::grant::revoke_of_session(work.tx(), &session.id, now).await?;
        // Whoever must be told is told from what is committed.
        work.settle().await?;
        work.app().logout_ready.notify_one();
    }
    Ok(frames)
}

async fn front_channel(work: &mut Work, session: &Session) -> Result<Vec<String>> {
    let app = Arc::clone(work.app());
    let mut frames = Vec::new();
    for party in store::oidc::logout_party::of_session(work.tx(), &session.id).await? {
        let client = service::oidc::client::find(work, &party.client_id).await?;
        let Some(client) = client.filter(|client| !client.disabled) else { continue };
        frames.extend(front_channel::address(&client.metadata.logout, &app.server.issuer, &party.sid));
    }
    Ok(frames)
}

async fn current(work: &mut Work, cookie: Option<&Secret>) -> Result<Option<Session>> {
    match cookie {
        Some(cookie) => service::auth::session::current(work, cookie).await,
        None => Ok(None),
    }
}
