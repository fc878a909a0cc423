//! Codes and links by mail that begin a sign-in.

use crate::base::id::Subject;
use crate::base::{Result, Timestamp};
use crate::domain::auth::attempt::AttemptId;
use crate::domain::auth::sign_in_code::SignInCodeId;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// A code that was sent.
    pub struct SignInCodeRow {
        /// Its name in addresses.
        pub id: SignInCodeId,
        /// The sign-in it is for.
        pub attempt_id: AttemptId,
        /// The browser that the sign-in goes on in.
        pub browser_hash: String,
        /// The address as compared.
        pub normal: String,
        /// The address as written.
        pub address: String,
        /// The account.
        pub sub: Option<Subject>,
        /// Keyed hash of the code.
        pub code_hash: Option<String>,
        /// The code, sealed.
        pub code_sealed: Option<Vec<u8>>,
        /// The browser that asked.
        pub user_agent: String,
        /// How often the code was tried.
        pub tries: i64,
        /// When it was made.
        pub made_at: Timestamp,
        /// When it ends.
        pub expires_at: Timestamp,
    }
}

/// Keep a code.
pub async fn insert(tx: &mut Tx, row: &SignInCodeRow, link_hash: Option<&str>) -> Result<()> {
    sql("INSERT INTO sign_in_code (id, attempt_id, browser_hash, normal, address, sub, code_hash, link_hash, code_sealed,
                                   user_agent, tries, made_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12)")
    .bind(&row.id)
    .bind(&row.attempt_id)
    .bind(&row.browser_hash)
    .bind(&row.normal)
    .bind(&row.address)
    .bind(row.sub.as_ref())
    .bind(row.code_hash.as_deref())
    .bind(link_hash)
    .bind(row.code_sealed.clone())
    .bind(&row.user_agent)
    .bind(row.made_at)
    .bind(row.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// One that is neither used nor over, in the browser it belongs to.
pub async fn find_open(
    tx: &mut Tx,
    id: &SignInCodeId,
    browser_hash: &str,
    now: Timestamp,
) -> Result<Option<SignInCodeRow>> {
    sql("SELECT id, attempt_id, browser_hash, normal, address, sub, code_hash, code_sealed, user_agent, tries, made_at,
                expires_at
           FROM sign_in_code
          WHERE id = $1 AND browser_hash = $2 AND used_at IS NULL AND $3 < expires_at")
    .bind(id)
    .bind(browser_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// The one that a link is for, while it is good; looking does not use it up.
pub async fn find_by_link(tx: &mut Tx, link_hash: &str, now: Timestamp) -> Result<Option<SignInCodeRow>> {
    sql("SELECT id, attempt_id, browser_hash, normal, address, sub, code_hash, code_sealed, user_agent, tries, made_at,
                expires_at
           FROM sign_in_code
          WHERE link_hash = $1 AND used_at IS NULL AND $2 < expires_at")
    .bind(link_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// Count one try, before the code is looked at. Gives the row while tries are left.
pub async fn count_try(
    tx: &mut Tx,
    id: &SignInCodeId,
    browser_hash: &str,
    now: Timestamp,
    most: i64,
) -> Result<Option<SignInCodeRow>> {
    sql("UPDATE sign_in_code SET tries = tries + 1
          WHERE id = $1 AND browser_hash = $2 AND used_at IS NULL AND $3 < expires_at AND tries < $4
      RETURNING id, attempt_id, browser_hash, normal, address, sub, code_hash, code_sealed, user_agent, tries, made_at,
                expires_at")
    .bind(id)
    .bind(browser_hash)
    .bind(now)
    .bind(most)
    .optional(tx)
    .await
}

/// Use a code in its browser, once.
pub async fn consume(tx: &mut Tx, id: &SignInCodeId, browser_hash: &str, now: Timestamp) -> Result<bool> {
    let used = sql("UPDATE sign_in_code SET used_at = $3
                     WHERE id = $1 AND browser_hash = $2 AND used_at IS NULL AND $3 < expires_at")
    .bind(id)
    .bind(browser_hash)
    .bind(now)
    .run(tx)
    .await?;
    Ok(used == 1)
}

/// Make void what was sent to an address and not used: a newer one takes its place.
pub async fn void_for_address(tx: &mut Tx, normal: &str, now: Timestamp) -> Result<()> {
    sql("UPDATE sign_in_code SET used_at = $2 WHERE normal = $1 AND used_at IS NULL")
        .bind(normal)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// Make void what was sent for an account and not used.
pub async fn void_for_account(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<()> {
    sql("UPDATE sign_in_code SET used_at = $2 WHERE sub = $1 AND used_at IS NULL").bind(sub).bind(now).run(tx).await?;
    Ok(())
}

/// Forget those that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM sign_in_code WHERE expires_at <= $1").bind(now).run(tx).await
}
