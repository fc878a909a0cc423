//! Tells clients that people have decided: one after the other, at once, and a few times more where nobody answers.

use std::sync::Arc;

use crate::app::App;
use crate::base::Result;
use crate::service::oidc::ciba_notification;

/// Tell every client that is due; how many were tried.
pub async fn tell_due(app: &Arc<App>) -> Result<usize> {
    let mut count = 0;
    while ciba_notification::tell_next(app).await? {
        count += 1;
    }
    Ok(count)
}
