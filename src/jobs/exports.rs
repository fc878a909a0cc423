//! Makes the copies that people asked for, one after the other.

use std::sync::Arc;

use crate::app::App;
use crate::base::Result;
use crate::service::admin::export;

/// Make every copy that waits; how many were made.
pub async fn make_exports(app: &Arc<App>) -> Result<usize> {
    let mut count = 0;
    while export::make_next(app).await? {
        count += 1;
    }
    Ok(count)
}
