//! Rows of `encryption_key`.

use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::oidc::signing_key::KidRow;
use crate::store::query::sql;

row! {
    /// A key, sealed.
    pub struct EncryptionKeyRow {
        /// Its name.
        pub kid: String,
        /// What it is made for.
        pub algorithm: String,
        /// PKCS #8, sealed.
        pub private_key: Vec<u8>,
        /// When it was made.
        pub made_at: Timestamp,
    }
}

/// Every key.
pub async fn list(tx: &mut Tx) -> Result<Vec<EncryptionKeyRow>> {
    sql("SELECT kid, algorithm, private_key, made_at FROM encryption_key ORDER BY kid").all(tx).await
}

/// The names of all keys, to see whether any came or went since.
pub async fn names(tx: &mut Tx) -> Result<Vec<KidRow>> {
    sql("SELECT kid FROM encryption_key ORDER BY kid").all(tx).await
}

/// Keep a new key.
pub async fn insert(tx: &mut Tx, key: EncryptionKeyRow) -> Result<()> {
    sql("INSERT INTO encryption_key (kid, algorithm, private_key, made_at) VALUES ($1, $2, $3, $4)")
        .bind(key.kid)
        .bind(key.algorithm)
        .bind(key.private_key)
        .bind(key.made_at)
        .run(tx)
        .await?;
    Ok(())
}

/// Forget a key; `false` if somebody else did.
pub async fn delete(tx: &mut Tx, kid: &str) -> Result<bool> {
    Ok(sql("DELETE FROM encryption_key WHERE kid = $1").bind(kid).run(tx).await? == 1)
}
