//! Invitations to register a client: initial access tokens. RFC 7591 §3.

use crate::base::id::InvitationId;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// An invitation, without its token.
    pub struct Invitation {
        /// Its name.
        pub id: InvitationId,
        /// What the operator wants to remember about it.
        pub note: String,
        /// How many clients may be registered with it.
        pub uses: i64,
        /// How many were.
        pub used: i64,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it ends.
        pub expires_at: Timestamp,
        /// When it was taken back.
        pub revoked_at: Option<Timestamp>,
    }
}

impl Invitation {
    /// Whether a client may be registered with it.
    pub fn is_open_at(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.used < self.uses && now < self.expires_at
    }
}

/// Write down an invitation.
pub async fn insert(tx: &mut Tx, invitation: &Invitation, token_hash: &str) -> Result<()> {
    sql("INSERT INTO client_invitation (id, token_hash, note, uses, used, created_at, expires_at)
         VALUES ($1, $2, $3, $4, 0, $5, $6)")
    .bind(&invitation.id)
    .bind(token_hash)
    .bind(&invitation.note)
    .bind(invitation.uses)
    .bind(invitation.created_at)
    .bind(invitation.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// One invitation.
pub async fn find(tx: &mut Tx, id: &InvitationId) -> Result<Option<Invitation>> {
    sql("SELECT id, note, uses, used, created_at, expires_at, revoked_at FROM client_invitation WHERE id = $1")
        .bind(id)
        .optional(tx)
        .await
}

/// The invitation of a token, open or not.
pub async fn of_token(tx: &mut Tx, token_hash: &str) -> Result<Option<Invitation>> {
    sql("SELECT id, note, uses, used, created_at, expires_at, revoked_at FROM client_invitation WHERE token_hash = $1")
        .bind(token_hash)
        .optional(tx)
        .await
}

/// Invitations in the order they were made, after the one given.
pub async fn list(tx: &mut Tx, after: Option<(Timestamp, &InvitationId)>, limit: i64) -> Result<Vec<Invitation>> {
    let (created_at, id) = after.map_or((Timestamp::from_millis(i64::MIN), ""), |(at, id)| (at, id.as_ref()));
    sql("SELECT id, note, uses, used, created_at, expires_at, revoked_at
           FROM client_invitation
          WHERE created_at > $1 OR (created_at = $1 AND id > $2)
       ORDER BY created_at, id
          LIMIT $3")
    .bind(created_at)
    .bind(id)
    .bind(limit)
    .all(tx)
    .await
}

/// Use it once; `false` if it is used up, over or taken back.
pub async fn consume(tx: &mut Tx, id: &InvitationId, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE client_invitation SET used = used + 1
          WHERE id = $1 AND used < uses AND expires_at > $2 AND revoked_at IS NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// Take it back; `false` if it was taken back before or is not there.
pub async fn revoke(tx: &mut Tx, id: &InvitationId, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE client_invitation SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// Forget invitations that ended before `before`.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("DELETE FROM client_invitation WHERE expires_at <= $1").bind(before).run(tx).await
}
