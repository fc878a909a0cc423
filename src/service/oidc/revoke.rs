//! A client gives a token back. RFC 7009. Whatever the token was, the answer is the same.

use std::sync::Arc;

use super::client_auth;
use super::failure::Failure;
use crate::app::Work;
use crate::base::Result;
use crate::domain::event::Event;
use crate::oidc::client::Client;
use crate::oidc::client_auth::Credentials;
use crate::oidc::params::Params;
use crate::oidc::refresh_token_family::RefreshToken;
use crate::oidc::revocation::Revoked;
use crate::store::oidc::{grant, revoked_token};

/// Answer a revocation request; the client that asked.
pub async fn revoke(work: &mut Work, credentials: &Credentials, params: &Params) -> Result<Arc<Client>, Failure> {
    let caller = client_auth::authenticate(work, credentials).await?;
    let app = Arc::clone(work.app());
    match Revoked::parse(params, &app.tokens.refresh)? {
        Revoked::Refresh(token) => refresh_token(work, &caller, &token).await?,
        Revoked::Access(text) => access_token(work, &caller, text).await?,
    }
    Ok(caller)
}

/// With a refresh token goes everything of its grant, access tokens too
/// ([RFC 7009 §2.1](https://www.rfc-editor.org/rfc/rfc7009#section-2.1)).
async fn refresh_token(work: &mut Work, caller: &Client, token: &RefreshToken) -> Result<()> {
    let now = work.now();
    let Some(held) = grant::find(work.tx(), &token.grant).await? else { return Ok(()) };
    // Another client's token stays as it is, and the caller does not learn that it is one.
    if held.client == caller.id && grant::revoke(work.tx(), &held.id, now).await? {
        let event = Event::new("grant.revoked").about("grant", &held.id).of(&held.sub);
        work.record(event.change("client", Some(held.client.as_ref()), None));
    }
    Ok(())
}

async fn access_token(work: &mut Work, caller: &Client, text: &str) -> Result<()> {
    let app = Arc::clone(work.app());
    let Ok(token) = app.tokens.access_token(text, app.keys.ring().all(), &app.server.issuer) else { return Ok(()) };
    if token.client != caller.id || token.is_expired_at(work.now()) {
        return Ok(());
    }
    revoked_token::insert(work.tx(), &token.jti, token.expires_at).await?;
    work.record(Event::new("access_token.revoked").about("access_token", &token.jti));
    Ok(())
}
