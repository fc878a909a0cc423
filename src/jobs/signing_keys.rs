//! Looks after the signing keys: takes over those that another process made, and makes successors in time.

use std::sync::Arc;

use crate::app::{App, Work};
use crate::base::Result;
use crate::service;

/// Do it once.
pub async fn keep(app: &Arc<App>) -> Result<()> {
    let mut work = Work::for_job(app, "signing_keys");
    for kid in service::oidc::signing_key::keep(&mut work).await? {
        tracing::info!(kid, "the next signing key was made");
    }
    work.commit().await
}
