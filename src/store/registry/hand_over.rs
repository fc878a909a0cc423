//! Registrations that go from one account of a person to another, and back. Their ownership goes with them.

use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::registry::{RegistrationId, UnitId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// A registration, as far as it matters here.
    pub struct Held {
        /// Its name.
        pub id: RegistrationId,
        /// The unit.
        pub unit: UnitId,
        /// Its state, as it is stored.
        pub state: String,
        /// Why it waits, as it is stored.
        pub reasons: String,
    }
}

/// Every registration of an account, ended ones too.
pub async fn registrations(tx: &mut Tx, sub: &Subject) -> Result<Vec<Held>> {
    sql("SELECT id, unit, state, reasons FROM registration WHERE sub = $1 ORDER BY created_at, id")
        .bind(sub)
        .all(tx)
        .await
}

/// Give one to another account; `false` if it is not there.
pub async fn registration(tx: &mut Tx, id: &RegistrationId, from: &Subject, to: &Subject) -> Result<bool> {
    let changed = sql("UPDATE registration SET sub = $3 WHERE id = $1 AND sub = $2").bind(id).bind(from).bind(to);
    Ok(changed.run(tx).await? == 1)
}

/// A claim on what the same person holds is withdrawn.
pub async fn withdraw(tx: &mut Tx, id: &RegistrationId) -> Result<bool> {
    let changed = sql("UPDATE registration SET state = 'withdrawn' WHERE id = $1 AND state IN ('pending', 'disputed')");
    Ok(changed.bind(id).run(tx).await? == 1)
}

/// The claim stands again, unless its holder has made another one since.
pub async fn claim_again(tx: &mut Tx, id: &RegistrationId, state: &str, reasons: &str) -> Result<bool> {
    let changed = sql("UPDATE registration SET state = $2, reasons = $3
                        WHERE id = $1 AND state = 'withdrawn'
                          AND NOT EXISTS (SELECT 1 FROM registration o
                                           WHERE o.unit = registration.unit AND o.sub = registration.sub
                                             AND o.state IN ('pending', 'active', 'disputed'))")
    .bind(id)
    .bind(state)
    .bind(reasons)
    .run(tx)
    .await?;
    Ok(changed == 1)
}
