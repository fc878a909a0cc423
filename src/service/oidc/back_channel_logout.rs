//! Telling applications that a session has ended, whoever ended it. OpenID Connect Back-Channel Logout 1.0 §2.5.
//!
//! # Decisions
//! - A session ends by its row being deleted; the applications that took part in it are found by that alone, so that
//!   no way of ending a session can forget them.
//! - A session that ends by its own clock is not told: nobody signed out.

use std::sync::Arc;

use super::sealed;
use crate::app::{App, Work};
use crate::base::Result;
use crate::gateway::fetch::{FetchError, Purpose};
use crate::oidc::client::{Client, Sealed};
use crate::oidc::logout::back_channel::{LogoutTokenClaims, MOST_TRIES, pause_after};
use crate::store::oidc::logout_party::{self, Party};

/// Tell one application that is due; `false` if none is.
pub async fn tell_next(app: &Arc<App>) -> Result<bool> {
    // The claim is committed before the application is asked: nothing slow happens inside a transaction.
    let mut work = Work::for_job(app, "back_channel_logout");
    let now = work.now();
    let Some(party) = logout_party::claim(work.tx(), now).await? else { return Ok(false) };
    let client = app.clients.find(work.tx(), &app.kek, &party.client_id, now).await?;
    work.commit().await?;

    let told = match client.filter(|client| !client.disabled) {
        Some(client) => tell(app, &client, &party).await?,
        None => Told::Never,
    };
    let mut work = Work::for_job(app, "back_channel_logout");
    match told {
        Told::Done | Told::Never => logout_party::remove(work.tx(), &party.id).await?,
        Told::Later => {
            let next_at = work.now().plus(pause_after(party.tries));
            logout_party::postpone(work.tx(), &party.id, next_at).await?;
        }
    }
    work.commit().await?;
    Ok(true)
}

enum Told {
    /// It knows.
    Done,
    /// It did not answer: again later.
    Later,
    /// It does not want to know, or never answered.
    Never,
}

async fn tell(app: &Arc<App>, client: &Client, party: &Party) -> Result<Told> {
    let Some(uri) = &client.metadata.logout.back_channel else { return Ok(Told::Never) };
    let now = app.clock.now();
    let jti = app.random.id();
    let claims = LogoutTokenClaims::new(&app.server.issuer, client.id.as_ref(), &party.sub, &party.sid, (&jti, now));
    let ring = app.keys.ring();
    let token = claims.sign(ring.signing(client.metadata.id_token_signed_response_alg, now)?)?;
    // Encrypted like ID tokens (§2.4); no transaction is open, and none is opened for it.
    let mut work = Work::for_job(app, "back_channel_logout");
    let envelope = match sealed::envelope(&mut work, client, Sealed::IdToken).await? {
        Ok(envelope) => envelope,
        Err(error) => {
            let is_last = party.tries >= MOST_TRIES;
            tracing::warn!(client = %client.id, %error, is_last, "a logout token cannot be encrypted");
            return Ok(if is_last { Told::Never } else { Told::Later });
        }
    };
    let token = envelope.seal(app, token)?;
    let sent = app.fetch.post_form(Purpose::BackchannelLogout, uri, &[("logout_token", &token)]).await;
    let Err(error) = sent else { return Ok(Told::Done) };
    let is_last = party.tries >= MOST_TRIES;
    tracing::warn!(client = %client.id, reason = error.name(), is_last, "an application was not told of a sign-out");
    Ok(if is_last || is_final(error) { Told::Never } else { Told::Later })
}

/// [§2.8](https://openid.net/specs/openid-connect-backchannel-1_0.html#BCResponse): an application that answers 400 has
/// understood and refuses; the same token would be refused again.
fn is_final(error: FetchError) -> bool {
    match error {
        FetchError::Status(status) => (400..500).contains(&status) && status != 408 && status != 429,
        FetchError::Url | FetchError::NotPublic => true,
        FetchError::Unreachable | FetchError::TimedOut | FetchError::MediaType | FetchError::TooLarge => false,
    }
}
