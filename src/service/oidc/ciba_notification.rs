//! Telling a client that a person has decided. OpenID Connect CIBA §10.2 (ping).
//!
//! # Decisions
//! - The message says that there is something to fetch, and not what: a denial is told like a consent.
//! - An address that answers with an error has been told; only where nobody answered, or a server failed, it is tried
//!   again, twice, and never after the request is over. Redirects are not followed.

use std::sync::Arc;

use serde_json::json;

use crate::app::{App, Work};
use crate::base::secret::Secret;
use crate::base::time::seconds;
use crate::base::{Fault, Result};
use crate::gateway::fetch::{FetchError, Purpose};
use crate::jose::seal::Place;
use crate::oidc::client::Client;
use crate::oidc::decoupled::DecoupledRequestId;
use crate::store::oidc::backchannel_request::{self, Due};

/// How often a client is told at most.
const MOST_TRIES: i64 = 3;

/// What a client is told with, as it is kept: the two secrets, sealed.
pub(super) fn seal(work: &Work, id: &DecoupledRequestId, auth_req_id: &Secret, token: &Secret) -> Result<Vec<u8>> {
    let app = work.app();
    app.kek.seal(place(id), format!("{}\n{}", auth_req_id.expose(), token.expose()).as_bytes(), &app.random)
}

/// Tell one client that is due; `false` if none is.
pub async fn tell_next(app: &Arc<App>) -> Result<bool> {
    // The claim is committed before the client is asked: nothing slow happens inside a transaction.
    let mut work = Work::for_job(app, "ciba_notification");
    let now = work.now();
    let Some(due) = backchannel_request::claim(work.tx(), now).await? else { return Ok(false) };
    let client = app.clients.find(work.tx(), &app.kek, &due.client_id, now).await?;
    work.commit().await?;

    let again = match client.filter(|client| !client.disabled && now < due.expires_at) {
        Some(client) => !tell(app, &client, &due).await?,
        None => false,
    };
    let mut work = Work::for_job(app, "ciba_notification");
    if again && due.notify_tries < MOST_TRIES {
        let next_at = work.now().plus(seconds(2));
        backchannel_request::postpone(work.tx(), &due.id, next_at).await?;
    } else {
        backchannel_request::told(work.tx(), &due.id).await?;
    }
    work.commit().await?;
    Ok(true)
}

/// Whether nothing more is to be done.
async fn tell(app: &Arc<App>, client: &Client, due: &Due) -> Result<bool> {
    let Some(uri) = &client.metadata.ciba.notification_endpoint else { return Ok(true) };
    let unreadable = || Fault::new(format!("the notification of request {} cannot be read", due.id));
    let opened = app.kek.open(place(&due.id), &due.notification).map_err(|_| unreadable())?;
    let text = std::str::from_utf8(&opened).map_err(|_| unreadable())?;
    let (auth_req_id, token) = text.split_once('\n').ok_or_else(unreadable)?;
    let body = json!({"auth_req_id": auth_req_id});
    let sent = app.fetch.post_json(Purpose::CibaNotification, uri, &body, Some(&Secret::new(token))).await;
    let Err(error) = sent else { return Ok(true) };
    tracing::warn!(client = %client.id, reason = error.name(), "a client was not told of a decision");
    Ok(is_final(error))
}

/// What another try would not change.
fn is_final(error: FetchError) -> bool {
    match error {
        FetchError::Status(status) => status < 500,
        FetchError::Url | FetchError::NotPublic | FetchError::MediaType | FetchError::TooLarge => true,
        FetchError::Unreachable | FetchError::TimedOut => false,
    }
}

fn place(id: &DecoupledRequestId) -> Place<'_> {
    Place { table: "backchannel_request", column: "notification", row: id.as_ref() }
}
