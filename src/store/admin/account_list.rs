//! Accounts as staff list them.

use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::account::Account;
use crate::store::account::AccountRow;
use crate::store::db::Tx;
use crate::store::query::sql;

/// Accounts in one state (in any, where it is empty) after a subject, in the order of subjects.
pub async fn list(tx: &mut Tx, state: &str, after: Option<&Subject>, limit: u32) -> Result<Vec<Account>> {
    sql("SELECT a.sub, a.customer_number, a.state, a.profile, a.opened_at, a.updated_at, a.signed_out_at,
                e.address, e.verified_at
           FROM account a
           LEFT JOIN email_address e ON e.sub = a.sub AND e.is_primary AND e.released_at IS NULL
          WHERE a.sub > $2 AND (a.state = $1 OR $1 = '')
       ORDER BY a.sub
          LIMIT $3")
    .bind(state)
    .bind(after.map(AsRef::as_ref).unwrap_or_default())
    .bind(limit)
    .all::<AccountRow>(tx)
    .await?
    .into_iter()
    .map(Account::try_from)
    .collect()
}

/// The accounts that hold, or wait for, a unit of that serial number in its folded form, whatever the model.
pub async fn by_serial(tx: &mut Tx, serial: &str, after: Option<&Subject>, limit: u32) -> Result<Vec<Account>> {
    sql("SELECT a.sub, a.customer_number, a.state, a.profile, a.opened_at, a.updated_at, a.signed_out_at,
                e.address, e.verified_at
           FROM account a
           LEFT JOIN email_address e ON e.sub = a.sub AND e.is_primary AND e.released_at IS NULL
          WHERE a.sub > $2
            AND a.sub IN (SELECT r.sub FROM registration r
                            JOIN unit u ON u.id = r.unit
                           WHERE u.serial = $1 AND r.state IN ('pending', 'active', 'disputed'))
       ORDER BY a.sub
          LIMIT $3")
    .bind(serial)
    .bind(after.map(AsRef::as_ref).unwrap_or_default())
    .bind(limit)
    .all::<AccountRow>(tx)
    .await?
    .into_iter()
    .map(Account::try_from)
    .collect()
}
