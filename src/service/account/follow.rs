//! Where an account leads that was merged into another: whoever still knows it by its subject or number is brought
//! to the account of the same person.

use crate::app::Work;
use crate::base::Result;
use crate::domain::account::Account;
use crate::store;

/// Merges of merges that are followed; nobody has more accounts than this.
const STEPS: usize = 16;

/// The account itself, or the one that it was merged into.
pub async fn follow(work: &mut Work, mut account: Account) -> Result<Account> {
    for _ in 0..STEPS {
        let Some(sub) = store::admin::account_merge::merged_into(work.tx(), &account.sub).await? else { break };
        let Some(next) = store::account::find(work.tx(), &sub).await? else { break };
        account = next;
    }
    Ok(account)
}
