//! What happened to somebody's record, for themselves: who looked at it or changed it, what, and when.

use std::sync::Arc;

use crate::app::{Work, private_audit};
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::admin::audit::Entry;
use crate::store;

/// The youngest entries about somebody before the one of a number; only those of others where that is wanted. One more
/// than asked for tells whether there are more.
pub async fn list(work: &mut Work, sub: &Subject, by_others: bool, before: i64, limit: u32) -> Result<Vec<Entry>> {
    let mut found = store::admin::audit::about(work.tx(), sub, by_others, before, limit + 1).await?;
    let app = Arc::clone(work.app());
    private_audit::open(work.tx(), &app, &mut found).await?;
    Ok(found)
}
