//! Who of the staff has which role. What a role allows is asked at every request, so that taking one away is
//! seen at once.

use crate::base::id::Subject;
use crate::base::{Fault, Result, Timestamp};
use crate::domain::permission::Role;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::{Count, sql};

row! {
    struct RoleRow {
        role: String,
    }
}

/// The roles of a person, of which most people have none.
pub async fn of(tx: &mut Tx, sub: &Subject) -> Result<Vec<Role>> {
    let rows = sql("SELECT role FROM staff_role WHERE sub = $1 ORDER BY role").bind(sub).all::<RoleRow>(tx).await?;
    rows.into_iter()
        .map(|row| Role::parse(&row.role).ok_or_else(|| Fault::new(format!("unknown role {}", row.role)).into()))
        .collect()
}

row! {
    /// A member of staff and one of their roles.
    pub struct StaffRow {
        /// Who.
        pub sub: Subject,
        /// The address they sign in with.
        pub address: Option<String>,
        /// Where the account stands.
        pub state: String,
        /// The role.
        pub role: String,
        /// Since when.
        pub granted_at: Timestamp,
    }
}

/// All of the staff, one row for each role.
pub async fn list(tx: &mut Tx) -> Result<Vec<StaffRow>> {
    sql("SELECT r.sub, e.address, a.state, r.role, r.granted_at
           FROM staff_role r
           JOIN account a ON a.sub = r.sub
           LEFT JOIN email_address e ON e.sub = r.sub AND e.is_primary AND e.released_at IS NULL
       ORDER BY r.granted_at, r.sub, r.role")
    .all(tx)
    .await
}

/// Give a person a role; `false` if they have it already.
pub async fn grant(tx: &mut Tx, sub: &Subject, role: Role, now: Timestamp) -> Result<bool> {
    let added = sql("INSERT INTO staff_role (sub, role, granted_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(sub)
        .bind(role.as_str())
        .bind(now)
        .run(tx)
        .await?;
    Ok(added == 1)
}

/// Take a role from a person; `false` if they did not have it.
pub async fn revoke(tx: &mut Tx, sub: &Subject, role: Role) -> Result<bool> {
    let taken =
        sql("DELETE FROM staff_role WHERE sub = $1 AND role = $2").bind(sub).bind(role.as_str()).run(tx).await?;
    Ok(taken == 1)
}

/// How many people other than this one hold a role with an account that may be used.
pub async fn count_others(tx: &mut Tx, sub: &Subject, role: Role) -> Result<i64> {
    let others = sql("SELECT COUNT(*) AS count FROM staff_role r
           JOIN account a ON a.sub = r.sub
          WHERE r.role = $2 AND r.sub <> $1 AND a.state = 'active'");
    Ok(others.bind(sub).bind(role.as_str()).one::<Count>(tx).await?.count)
}
