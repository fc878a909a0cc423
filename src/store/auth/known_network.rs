//! Wide networks from which an account was signed in to, as keyed hashes.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct Counts {
        this_one: i64,
        all_of_them: i64,
    }
}

/// Whether an account was signed in to from a network, and whether from any.
pub async fn is_known(tx: &mut Tx, sub: &Subject, network_hash: &str) -> Result<(bool, bool)> {
    let counts = sql("SELECT COUNT(CASE WHEN network_hash = $2 THEN 1 END) AS this_one, COUNT(*) AS all_of_them
                        FROM known_network WHERE sub = $1")
    .bind(sub)
    .bind(network_hash)
    .one::<Counts>(tx)
    .await?;
    Ok((counts.this_one > 0, counts.all_of_them > 0))
}

/// Remember a network from which somebody has just signed in.
pub async fn remember(tx: &mut Tx, sub: &Subject, network_hash: &str, now: Timestamp) -> Result<()> {
    sql("INSERT INTO known_network (sub, network_hash, seen_at) VALUES ($1, $2, $3)
         ON CONFLICT (sub, network_hash) DO UPDATE SET seen_at = excluded.seen_at")
    .bind(sub)
    .bind(network_hash)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Forget every network of an account but that there was one: the next sign-in is then from elsewhere.
pub async fn forget(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<()> {
    sql("DELETE FROM known_network WHERE sub = $1").bind(sub).run(tx).await?;
    remember(tx, sub, "", now).await
}

/// Forget networks not seen since before `then`. The last one stays, by which the account is not taken for a new one.
pub async fn purge(tx: &mut Tx, then: Timestamp) -> Result<u64> {
    sql("DELETE FROM known_network
          WHERE seen_at < $1
            AND EXISTS (SELECT 1 FROM known_network later
                         WHERE later.sub = known_network.sub AND later.seen_at > known_network.seen_at)")
    .bind(then)
    .run(tx)
    .await
}
