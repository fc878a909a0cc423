//! Looks after the keys that others encrypt with: takes over those that another process made, and makes successors.

use std::sync::Arc;

use crate::app::{App, Work};
use crate::base::Result;
use crate::service;

/// Do it once.
pub async fn keep(app: &Arc<App>) -> Result<()> {
    let mut work = Work::for_job(app, "encryption_keys");
    for kid in service::oidc::encryption_key::keep(&mut work).await? {
        tracing::info!(kid, "the next encryption key was made");
    }
    work.commit().await
}
