//! Wishes for another address, what became of them, and the way back.

use crate::base::id::Subject;
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::account::EmailAddress;
use crate::domain::account::email_change::{EmailChange, EmailChangeId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct EmailChangeRow {
        id: EmailChangeId,
        sub: Subject,
        address: String,
        old_address: Option<String>,
        expires_at: Timestamp,
        undo_until: Option<Timestamp>,
    }
}

row! {
    /// A code that was sent, and how often it was tried.
    pub struct Tried {
        /// Keyed hash of the code; absent where no code was sent.
        pub code_hash: Option<String>,
        /// How often it was tried.
        pub tries: i64,
    }
}

impl TryFrom<EmailChangeRow> for EmailChange {
    type Error = Error;

    fn try_from(row: EmailChangeRow) -> Result<Self> {
        let read = |text: &str| EmailAddress::parse(text).map_err(|_| Fault::new("a wished address cannot be read"));
        Ok(Self {
            address: read(&row.address)?,
            old_address: row.old_address.as_deref().map(read).transpose()?,
            id: row.id,
            sub: row.sub,
            expires_at: row.expires_at,
            undo_until: row.undo_until,
        })
    }
}

/// Keep a wish.
pub async fn insert(
    tx: &mut Tx,
    change: &EmailChange,
    (code_hash, link_hash): (Option<&str>, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    sql("INSERT INTO email_change (id, sub, normal, address, code_hash, link_hash, tries, asked_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8)")
    .bind(&change.id)
    .bind(&change.sub)
    .bind(change.address.normal())
    .bind(change.address.to_string())
    .bind(code_hash)
    .bind(link_hash)
    .bind(now)
    .bind(change.expires_at)
    .run(tx)
    .await?;
    Ok(())
}

/// A wish of an account that waits for its code.
pub async fn find_open(tx: &mut Tx, id: &EmailChangeId, sub: &Subject, now: Timestamp) -> Result<Option<EmailChange>> {
    sql("SELECT id, sub, address, old_address, expires_at, undo_until
           FROM email_change
          WHERE id = $1 AND sub = $2 AND done_at IS NULL AND over_at IS NULL AND $3 < expires_at")
    .bind(id)
    .bind(sub)
    .bind(now)
    .optional::<EmailChangeRow>(tx)
    .await?
    .map(EmailChange::try_from)
    .transpose()
}

/// A wish of an account by the link in its letter; looking uses nothing up.
pub async fn find_by_link(tx: &mut Tx, link_hash: &str, sub: &Subject, now: Timestamp) -> Result<Option<EmailChange>> {
    sql("SELECT id, sub, address, old_address, expires_at, undo_until
           FROM email_change
          WHERE link_hash = $1 AND sub = $2 AND done_at IS NULL AND over_at IS NULL AND $3 < expires_at")
    .bind(link_hash)
    .bind(sub)
    .bind(now)
    .optional::<EmailChangeRow>(tx)
    .await?
    .map(EmailChange::try_from)
    .transpose()
}

/// Count one try of a code, before it is looked at. Gives what to compare while tries are left.
pub async fn count_try(
    tx: &mut Tx,
    id: &EmailChangeId,
    sub: &Subject,
    now: Timestamp,
    most: i64,
) -> Result<Option<Tried>> {
    sql("UPDATE email_change SET tries = tries + 1
          WHERE id = $1 AND sub = $2 AND done_at IS NULL AND over_at IS NULL AND $3 < expires_at AND tries < $4
      RETURNING code_hash, tries")
    .bind(id)
    .bind(sub)
    .bind(now)
    .bind(most)
    .optional(tx)
    .await
}

/// The new address was proved, once.
pub async fn complete(tx: &mut Tx, id: &EmailChangeId, now: Timestamp) -> Result<Option<EmailChange>> {
    sql("UPDATE email_change SET done_at = $2, link_hash = NULL
          WHERE id = $1 AND done_at IS NULL AND over_at IS NULL AND $2 < expires_at
      RETURNING id, sub, address, old_address, expires_at, undo_until")
    .bind(id)
    .bind(now)
    .optional::<EmailChangeRow>(tx)
    .await?
    .map(EmailChange::try_from)
    .transpose()
}

/// Let the letter to the old address bring it back.
pub async fn allow_undo(
    tx: &mut Tx,
    id: &EmailChangeId,
    old: &EmailAddress,
    (undo_hash, undo_until): (&str, Timestamp),
) -> Result<()> {
    sql("UPDATE email_change SET old_address = $2, undo_hash = $3, undo_until = $4 WHERE id = $1")
        .bind(id)
        .bind(old.to_string())
        .bind(undo_hash)
        .bind(undo_until)
        .run(tx)
        .await?;
    Ok(())
}

/// A change that a link can undo now; looking uses nothing up.
pub async fn find_undoable(tx: &mut Tx, undo_hash: &str, now: Timestamp) -> Result<Option<EmailChange>> {
    sql("SELECT id, sub, address, old_address, expires_at, undo_until
           FROM email_change
          WHERE undo_hash = $1 AND over_at IS NULL AND $2 < undo_until")
    .bind(undo_hash)
    .bind(now)
    .optional::<EmailChangeRow>(tx)
    .await?
    .map(EmailChange::try_from)
    .transpose()
}

/// Undo a change, once.
pub async fn undo(tx: &mut Tx, undo_hash: &str, now: Timestamp) -> Result<Option<EmailChange>> {
    sql("UPDATE email_change SET over_at = $2
          WHERE undo_hash = $1 AND over_at IS NULL AND $2 < undo_until
      RETURNING id, sub, address, old_address, expires_at, undo_until")
    .bind(undo_hash)
    .bind(now)
    .optional::<EmailChangeRow>(tx)
    .await?
    .map(EmailChange::try_from)
    .transpose()
}

/// End every wish of an account that waits; what was done can still be undone.
pub async fn end_waiting(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<()> {
    sql("UPDATE email_change SET over_at = $2 WHERE sub = $1 AND done_at IS NULL AND over_at IS NULL")
        .bind(sub)
        .bind(now)
        .run(tx)
        .await?;
    Ok(())
}

/// End every wish of an account and every way back.
pub async fn end_all(tx: &mut Tx, sub: &Subject, now: Timestamp) -> Result<()> {
    sql("UPDATE email_change SET over_at = $2 WHERE sub = $1 AND over_at IS NULL").bind(sub).bind(now).run(tx).await?;
    Ok(())
}

/// Forget what can neither be answered nor undone. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM email_change WHERE expires_at <= $1 AND (undo_until IS NULL OR undo_until <= $1)")
        .bind(now)
        .run(tx)
        .await
}
