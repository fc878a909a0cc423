//! Rows of `signing_key`.

use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// A key, sealed.
    pub struct SigningKeyRow {
        /// Its name.
        pub kid: String,
        /// What it signs with.
        pub algorithm: String,
        /// PKCS #8, sealed.
        pub private_key: Vec<u8>,
        /// When it was made.
        pub made_at: Timestamp,
        /// From when on it signs.
        pub signs_from: Timestamp,
    }
}

row! {
    /// Only the name.
    pub struct KidRow {
        /// The key's name.
        pub kid: String,
    }
}

/// Every key.
pub async fn list(tx: &mut Tx) -> Result<Vec<SigningKeyRow>> {
    sql("SELECT kid, algorithm, private_key, made_at, signs_from FROM signing_key ORDER BY kid").all(tx).await
}

/// The names of all keys, to see whether any came or went since.
pub async fn names(tx: &mut Tx) -> Result<Vec<KidRow>> {
    sql("SELECT kid FROM signing_key ORDER BY kid").all(tx).await
}

/// Keep a new key.
pub async fn insert(tx: &mut Tx, key: SigningKeyRow) -> Result<()> {
    sql("INSERT INTO signing_key (kid, algorithm, private_key, made_at, signs_from) VALUES ($1, $2, $3, $4, $5)")
        .bind(key.kid)
        .bind(key.algorithm)
        .bind(key.private_key)
        .bind(key.made_at)
        .bind(key.signs_from)
        .run(tx)
        .await?;
    Ok(())
}

/// Forget a key; `false` if somebody else did.
pub async fn delete(tx: &mut Tx, kid: &str) -> Result<bool> {
    Ok(sql("DELETE FROM signing_key WHERE kid = $1").bind(kid).run(tx).await? == 1)
}
