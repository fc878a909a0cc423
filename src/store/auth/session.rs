//! Browser sessions. One that ends is deleted.

use std::time::Duration;

use crate::base::id::{SessionId, Subject};
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::account::{Standing, State};
use crate::domain::auth::{Acr, Amr, Proofs, Session};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct SessionRow {
        id: SessionId,
        sub: Subject,
        auth_time: Timestamp,
        acr: String,
        amr: String,
        proofs: String,
        renewed_at: Timestamp,
        started_at: Timestamp,
        seen_at: Timestamp,
        idle: i64,
        ends_at: Timestamp,
        stays: bool,
        user_agent: String,
        network: String,
        state: String,
        signed_out_at: Timestamp,
    }
}

/// A session as it is listed, with the standing of its account.
pub struct Kept {
    /// The session.
    pub session: Session,
    /// When it began.
    pub started_at: Timestamp,
    /// The browser it began in.
    pub user_agent: String,
    /// The network it was last used in, shortened.
    pub network: String,
    /// Whether its account still honours it.
    pub standing: Standing,
}

impl TryFrom<SessionRow> for Kept {
    type Error = Error;

    fn try_from(row: SessionRow) -> Result<Self> {
        let acr = Acr::from_value(&row.acr).ok_or_else(|| Fault::new("a session has an unknown acr"))?;
        let state = State::from_word(&row.state).ok_or_else(|| Fault::new("an account has an unknown state"))?;
        let session = Session {
            id: row.id,
            sub: row.sub,
            auth_time: row.auth_time,
            acr,
            amr: Amr::from_text(&row.amr),
            proofs: Proofs::from_text(&row.proofs),
            renewed_at: row.renewed_at,
            seen_at: row.seen_at,
            idle: Duration::from_millis(u64::try_from(row.idle).unwrap_or(0)),
            ends_at: row.ends_at,
            stays: row.stays,
        };
        let standing = Standing { state, signed_out_at: row.signed_out_at };
        Ok(Self { session, started_at: row.started_at, user_agent: row.user_agent, network: row.network, standing })
    }
}

/// The session that a cookie opens, whatever its age.
pub async fn find_by_token(tx: &mut Tx, token_hash: &str) -> Result<Option<Kept>> {
    sql("SELECT s.id, s.sub, s.auth_time, s.acr, s.amr, s.proofs, s.renewed_at, s.started_at, s.seen_at,
                s.idle, s.ends_at, s.stays, s.user_agent, s.network, a.state, a.signed_out_at
           FROM session s JOIN account a ON a.sub = s.sub
          WHERE s.token_hash = $1")
    .bind(token_hash)
    .optional::<SessionRow>(tx)
    .await?
    .map(Kept::try_from)
    .transpose()
}

/// One session by its id: for what hangs on it, such as a refresh family.
pub async fn find(tx: &mut Tx, id: &SessionId) -> Result<Option<Kept>> {
    sql("SELECT s.id, s.sub, s.auth_time, s.acr, s.amr, s.proofs, s.renewed_at, s.started_at, s.seen_at,
                s.idle, s.ends_at, s.stays, s.user_agent, s.network, a.state, a.signed_out_at
           FROM session s JOIN account a ON a.sub = s.sub
          WHERE s.id = $1")
    .bind(id)
    .optional::<SessionRow>(tx)
    .await?
    .map(Kept::try_from)
    .transpose()
}

/// The sessions of an account, the youngest first.
pub async fn list(tx: &mut Tx, sub: &Subject) -> Result<Vec<Kept>> {
    sql("SELECT s.id, s.sub, s.auth_time, s.acr, s.amr, s.proofs, s.renewed_at, s.started_at, s.seen_at,
                s.idle, s.ends_at, s.stays, s.user_agent, s.network, a.state, a.signed_out_at
           FROM session s JOIN account a ON a.sub = s.sub
          WHERE s.sub = $1
       ORDER BY s.started_at DESC, s.id
          LIMIT 200")
    .bind(sub)
    .all::<SessionRow>(tx)
    .await?
    .into_iter()
    .map(Kept::try_from)
    .collect()
}

/// Begin a session.
pub async fn insert(
    tx: &mut Tx,
    session: &Session,
    token_hash: &str,
    (user_agent, network): (&str, &str),
) -> Result<()> {
    sql("INSERT INTO session (id, token_hash, sub, auth_time, acr, amr, started_at, seen_at, idle, ends_at, stays,
                              user_agent, proofs, renewed_at, network)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12, $13, $14)")
    .bind(&session.id)
    .bind(token_hash)
    .bind(&session.sub)
    .bind(session.auth_time)
    .bind(session.acr.value())
    .bind(session.amr.to_text())
    .bind(session.seen_at)
    .bind(i64::try_from(session.idle.as_millis()).unwrap_or(i64::MAX))
    .bind(session.ends_at)
    .bind(session.stays)
    .bind(user_agent)
    .bind(session.proofs.to_text())
    .bind(session.renewed_at)
    .bind(network)
    .run(tx)
    .await?;
    Ok(())
}

/// Its owner signed in again: another token opens it from now on.
pub async fn renew(
    tx: &mut Tx,
    session: &Session,
    token_hash: &str,
    (user_agent, network): (&str, &str),
) -> Result<()> {
    sql("UPDATE session
            SET token_hash = $2, auth_time = $3, acr = $4, amr = $5, seen_at = $6, idle = $7, ends_at = $8, stays = $9,
                user_agent = $10, proofs = $11, renewed_at = $12, network = $13
          WHERE id = $1")
    .bind(&session.id)
    .bind(token_hash)
    .bind(session.auth_time)
    .bind(session.acr.value())
    .bind(session.amr.to_text())
    .bind(session.seen_at)
    .bind(i64::try_from(session.idle.as_millis()).unwrap_or(i64::MAX))
    .bind(session.ends_at)
    .bind(session.stays)
    .bind(user_agent)
    .bind(session.proofs.to_text())
    .bind(session.renewed_at)
    .bind(network)
    .run(tx)
    .await?;
    Ok(())
}

/// A sign-in that had nothing to add ended in it.
pub async fn set_renewed(tx: &mut Tx, id: &SessionId, now: Timestamp) -> Result<()> {
    sql("UPDATE session SET renewed_at = $2 WHERE id = $1").bind(id).bind(now).run(tx).await?;
    Ok(())
}

/// Write down that it was used, and in which network.
pub async fn set_seen(tx: &mut Tx, id: &SessionId, network: &str, now: Timestamp) -> Result<()> {
    sql("UPDATE session SET seen_at = $2, network = $3 WHERE id = $1 AND seen_at < $2")
        .bind(id)
        .bind(now)
        .bind(network)
        .run(tx)
        .await?;
    Ok(())
}

/// End one session of an account; `false` if the account has no such session.
pub async fn delete(tx: &mut Tx, sub: &Subject, id: &SessionId) -> Result<bool> {
    Ok(sql("DELETE FROM session WHERE sub = $1 AND id = $2").bind(sub).bind(id).run(tx).await? == 1)
}

/// End the session that a cookie opens.
pub async fn delete_by_token(tx: &mut Tx, token_hash: &str) -> Result<bool> {
    Ok(sql("DELETE FROM session WHERE token_hash = $1").bind(token_hash).run(tx).await? == 1)
}

/// End every session of an account but one; how many there were.
pub async fn delete_others(tx: &mut Tx, sub: &Subject, id: &SessionId) -> Result<u64> {
    sql("DELETE FROM session WHERE sub = $1 AND id <> $2").bind(sub).bind(id).run(tx).await
}

/// End every session of an account; how many there were.
pub async fn delete_all(tx: &mut Tx, sub: &Subject) -> Result<u64> {
    sql("DELETE FROM session WHERE sub = $1").bind(sub).run(tx).await
}

/// Forget sessions that are over. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    sql("DELETE FROM session WHERE ends_at <= $1 OR seen_at + idle <= $1").bind(now).run(tx).await
}
