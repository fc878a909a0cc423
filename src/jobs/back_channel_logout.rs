//! Tells applications that sessions have ended: one after the other, at least once, tried again with growing pauses.

use std::sync::Arc;

use crate::app::App;
use crate::base::Result;
use crate::service::oidc::back_channel_logout;

/// Tell every application that is due; how many were tried.
pub async fn tell_due(app: &Arc<App>) -> Result<usize> {
    let mut count = 0;
    while back_channel_logout::tell_next(app).await? {
        count += 1;
    }
    Ok(count)
}
