//! Looks for accounts that are one person's, among those that changed.

use std::sync::Arc;

use crate::app::{App, Work};
use crate::base::Result;
use crate::service::admin::duplicate;

/// Look at every account that changed since the last time.
pub async fn look(app: &Arc<App>) -> Result<()> {
    loop {
        let mut work = Work::for_job(app, "duplicates");
        let more = duplicate::look(&mut work).await?;
        work.commit().await?;
        if !more {
            return Ok(());
        }
        // A first look at a large installation takes long: requests come first.
        tokio::task::yield_now().await;
    }
}
