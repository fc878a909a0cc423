//! By which subject a client goes on to know a person who had another account with it, and what of that account is
//! this one's now.

use crate::base::id::{ClientId, GrantId, Subject};
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct KnownRow {
        known_as: Subject,
    }
}

row! {
    struct ClientRow {
        client_id: ClientId,
    }
}

row! {
    /// A grant that can go to another account.
    pub struct Held {
        /// Its name.
        pub id: GrantId,
        /// By which subject its client knows the person; empty for the account's own.
        pub known_as: String,
    }
}

/// The subject by which a client knows the holder of an account, where it is not the account's own.
pub async fn find(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<Option<Subject>> {
    let row = sql("SELECT known_as FROM former_subject WHERE sub = $1 AND client_id = $2")
        .bind(sub)
        .bind(client)
        .optional::<KnownRow>(tx)
        .await?;
    Ok(row.map(|row| row.known_as))
}

/// The clients that have ever known the holder of an account by its own subject, or still do by another.
pub async fn clients(tx: &mut Tx, sub: &Subject) -> Result<Vec<ClientId>> {
    let rows = sql("SELECT client_id FROM grant_ WHERE sub = $1 AND known_as = ''
                    UNION SELECT client_id FROM consent WHERE sub = $1
                    UNION SELECT client_id FROM former_subject WHERE sub = $1
                    ORDER BY client_id")
    .bind(sub)
    .all::<ClientRow>(tx)
    .await?;
    Ok(rows.into_iter().map(|row| row.client_id).collect())
}

/// From now on the client goes on to know the person by this subject.
pub async fn put(tx: &mut Tx, sub: &Subject, client: &ClientId, known_as: &Subject) -> Result<()> {
    sql("INSERT INTO former_subject (sub, client_id, known_as) VALUES ($1, $2, $3)
         ON CONFLICT (sub, client_id) DO UPDATE SET known_as = excluded.known_as")
    .bind(sub)
    .bind(client)
    .bind(known_as)
    .run(tx)
    .await?;
    Ok(())
}

/// From now on it knows the account by its own.
pub async fn delete(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<()> {
    sql("DELETE FROM former_subject WHERE sub = $1 AND client_id = $2").bind(sub).bind(client).run(tx).await?;
    Ok(())
}

/// The grants of a client for an account that were not taken back.
pub async fn grants(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<Vec<Held>> {
    sql("SELECT id, known_as FROM grant_ WHERE sub = $1 AND client_id = $2 AND revoked_at IS NULL ORDER BY id")
        .bind(sub)
        .bind(client)
        .all(tx)
        .await
}

/// Give a grant to another account.
pub async fn hand_over_grant(tx: &mut Tx, id: &GrantId, from: &Subject, to: &Subject, known_as: &str) -> Result<()> {
    sql("UPDATE grant_ SET sub = $3, known_as = $4 WHERE id = $1 AND sub = $2")
        .bind(id)
        .bind(from)
        .bind(to)
        .bind(known_as)
        .run(tx)
        .await?;
    Ok(())
}

/// Take back what a client was given since under a subject that is another account's again.
pub async fn revoke_grants(
    tx: &mut Tx,
    sub: &Subject,
    client: &ClientId,
    known_as: &Subject,
    now: Timestamp,
) -> Result<()> {
    sql("UPDATE grant_ SET revoked_at = $4
          WHERE sub = $1 AND client_id = $2 AND known_as = $3 AND revoked_at IS NULL")
    .bind(sub)
    .bind(client)
    .bind(known_as)
    .bind(now)
    .run(tx)
    .await?;
    Ok(())
}

/// Give what a person allowed a client to another account; `false` if there is nothing.
pub async fn hand_over_consent(tx: &mut Tx, client: &ClientId, from: &Subject, to: &Subject) -> Result<bool> {
    let changed = sql("UPDATE consent SET sub = $3
                        WHERE client_id = $1 AND sub = $2
                          AND NOT EXISTS (SELECT 1 FROM consent o WHERE o.client_id = $1 AND o.sub = $3)")
    .bind(client)
    .bind(from)
    .bind(to)
    .run(tx)
    .await?;
    Ok(changed == 1)
}
