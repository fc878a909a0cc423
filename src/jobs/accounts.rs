//! Looks after accounts that end: reminds their owners, erases what is due, tells owners of accounts that nobody uses.
//! Whether somebody may come back, and whether an address is free, does not wait for it.

use std::sync::Arc;

use crate::app::{App, Work};
use crate::base::Result;
use crate::service::account::{dormant, erase};
use crate::store;

/// Do what is due once.
pub async fn look_after_accounts(app: &Arc<App>) -> Result<()> {
    let mut work = Work::for_job(app, "accounts");
    while erase::remind(&mut work).await? > 0 {
        work.settle().await?;
    }
    work.settle().await?;
    erase_due(&mut work).await?;
    while erase::let_go_of_kept(&mut work).await? > 0 {
        work.settle().await?;
    }
    let mut after = String::new();
    while let Some(last) = dormant::tell_owners(&mut work, &after).await? {
        work.settle().await?;
        last.as_ref().clone_into(&mut after);
    }
    after.clear();
    while let Some(last) = dormant::close_unused(&mut work, &after).await? {
        work.settle().await?;
        last.as_ref().clone_into(&mut after);
    }
    work.commit().await
}

/// One account in a unit of work: what fails with one does not keep the others.
async fn erase_due(work: &mut Work) -> Result<()> {
    let mut after = String::new();
    loop {
        let now = work.now();
        let due = store::account::closure::to_erase(work.tx(), now, &after).await?;
        let Some(last) = due.last() else { return work.settle().await };
        last.sub.as_ref().clone_into(&mut after);
        for closure in due {
            if let Err(error) = erase::erase(work, &closure.sub).await {
                work.roll_back().await;
                tracing::error!(%error, "an account could not be erased");
            }
            work.settle().await?;
        }
    }
}
