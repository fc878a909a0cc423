//! Which state of a thing somebody saw before they changed it, so that nobody overwrites what they did not see.

use crate::base::id::ClientId;
use crate::base::{Result, Timestamp};
use crate::domain::registry::ProductModelId;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct VersionRow {
        updated_at: Timestamp,
    }
}

/// When a model was last changed.
pub async fn of_product_model(tx: &mut Tx, id: &ProductModelId) -> Result<Option<Timestamp>> {
    let row = sql("SELECT updated_at FROM product_model WHERE id = $1").bind(id).optional::<VersionRow>(tx).await?;
    Ok(row.map(|row| row.updated_at))
}

/// Begin to change a model that was last changed at `seen`; `false` if somebody else did so meanwhile. The row is
/// held until the commit.
pub async fn claim_product_model(tx: &mut Tx, id: &ProductModelId, seen: Timestamp, now: Timestamp) -> Result<bool> {
    let claimed = sql("UPDATE product_model SET updated_at = $3 WHERE id = $1 AND updated_at = $2");
    Ok(claimed.bind(id).bind(seen).bind(after(seen, now)).run(tx).await? == 1)
}

/// The same for a client.
pub async fn claim_client(tx: &mut Tx, id: &ClientId, seen: Timestamp, now: Timestamp) -> Result<bool> {
    let claimed = sql("UPDATE client SET updated_at = $3 WHERE id = $1 AND updated_at = $2");
    Ok(claimed.bind(id).bind(seen).bind(after(seen, now)).run(tx).await? == 1)
}

// Two changes of one millisecond are two versions.
fn after(seen: Timestamp, now: Timestamp) -> Timestamp {
    now.max(seen.plus(std::time::Duration::from_millis(1)))
}
