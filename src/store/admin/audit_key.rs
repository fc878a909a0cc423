//! The keys that private values in audit entries are sealed under, one for each person.

use crate::base::Result;
use crate::base::id::Subject;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct KeyRow {
        sealed: Vec<u8>,
    }
}

/// The sealed key of a person.
pub async fn find(tx: &mut Tx, sub: &Subject) -> Result<Option<Vec<u8>>> {
    let row = sql("SELECT sealed FROM audit_key WHERE sub = $1").bind(sub).optional::<KeyRow>(tx).await?;
    Ok(row.map(|row| row.sealed))
}

/// Keep a sealed key, where the person exists, was not erased and has none.
pub async fn insert(tx: &mut Tx, sub: &Subject, sealed: Vec<u8>) -> Result<()> {
    sql("INSERT INTO audit_key (sub, sealed)
         SELECT a.sub, $2 FROM account a
          WHERE a.sub = $1
            AND NOT EXISTS (SELECT 1 FROM account_closure c WHERE c.sub = a.sub AND c.erased_at IS NOT NULL)
         ON CONFLICT DO NOTHING")
    .bind(sub)
    .bind(sealed)
    .run(tx)
    .await?;
    Ok(())
}
