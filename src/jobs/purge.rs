//! Removes rows that are past their retention. Nothing depends on it: what has expired is refused by its own
//! clock, whether or not the row is still there.

use std::sync::Arc;

use crate::app::{App, Work};
use crate::base::Result;
use crate::base::time::days;
use crate::{service, store};

/// Remove them, one kind after the other.
pub async fn remove_what_expired(app: &Arc<App>) -> Result<()> {
    let mut work = Work::for_job(app, "purge");
    let now = work.now();
    store::outbox::purge(work.tx(), now.minus(days(7))).await?;
    store::oidc::revoked_token::purge(work.tx(), now).await?;
    store::oidc::used_jti::purge(work.tx(), now).await?;
    // Families are kept a while, so that an old token is told apart from one that never was.
    store::oidc::refresh_token_family::purge(work.tx(), now.minus(days(7))).await?;
    store::oidc::authorization_request::purge(work.tx(), now).await?;
    // Pages that were opened with a pushed request may still be answered, and only once.
    store::oidc::pushed_request::purge(work.tx(), now.minus(app.config.token.request)).await?;
    // Codes are kept a while too: one that comes again is known as a replay.
    store::oidc::code::purge(work.tx(), now.minus(days(1))).await?;
    store::oidc::decoupled_request::purge(work.tx(), now.minus(days(1))).await?;
    store::oidc::grant::purge(work.tx(), now.minus(days(30))).await?;
    service::oidc::register_client::purge(&mut work).await?;
    store::registry::idempotent_request::purge(work.tx(), now.minus(days(1))).await?;
    store::oidc::logout_party::purge(work.tx(), now).await?;
    service::admin::account_merge::finish_due(&mut work).await?;
    store::account::data_export::purge(work.tx(), now).await?;
    service::auth::purge::purge(&mut work).await?;
    work.commit().await
}
