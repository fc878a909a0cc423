//! Letters about sign-ins from elsewhere, and what became of their links.

use crate::base::id::{SessionId, Subject};
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// A letter about a sign-in.
    pub struct Notice {
        /// Whose account it was.
        pub sub: Subject,
        /// The address that the letter went to, as compared.
        pub normal: String,
        /// The session that began.
        pub session_id: SessionId,
        /// Browser and system, by names that we know; empty where we do not.
        pub device: String,
        /// The network, shortened.
        pub network: String,
        /// When it was.
        pub signed_in_at: Timestamp,
        /// Until when its link is good.
        pub expires_at: Timestamp,
    }
}

/// Keep what the link of a letter is about.
pub async fn insert(tx: &mut Tx, link_hash: &str, notice: &Notice) -> Result<()> {
    sql("INSERT INTO sign_in_notice (link_hash, sub, normal, session_id, device, network, signed_in_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
    .bind(link_hash)
    .bind(&notice.sub)
    .bind(&notice.normal)
    .bind(&notice.session_id)
    .bind(&notice.device)
    .bind(&notice.network)
    .bind(notice.signed_in_at)
    .bind(notice.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// What a link is about; looking uses nothing up, since mail scanners look too.
pub async fn find(tx: &mut Tx, link_hash: &str, now: Timestamp) -> Result<Option<Notice>> {
    sql("SELECT sub, normal, session_id, device, network, signed_in_at, expires_at
           FROM sign_in_notice
          WHERE link_hash = $1 AND denied_at IS NULL AND $2 < expires_at")
    .bind(link_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// It was somebody else: once.
pub async fn deny(tx: &mut Tx, link_hash: &str, now: Timestamp) -> Result<Option<Notice>> {
    sql("UPDATE sign_in_notice SET denied_at = $2
          WHERE link_hash = $1 AND denied_at IS NULL AND $2 < expires_at
      RETURNING sub, normal, session_id, device, network, signed_in_at, expires_at")
    .bind(link_hash)
    .bind(now)
    .optional(tx)
    .await
}

/// Forget letters whose links are over.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM sign_in_notice WHERE expires_at <= $1").bind(now).run(tx).await
}
