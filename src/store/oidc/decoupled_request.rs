//! Requests that are decided elsewhere than where they were made, by the hash of what their client polls with.

use std::time::Duration;

use crate::base::id::{ClientId, Subject};
use crate::base::{Error, Fault, Result, Timestamp};
use crate::oidc::decoupled::{Allowed, Decision, DecoupledRequest, DecoupledRequestId, Kind, Pace};
use crate::oidc::scope::Scope;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct RequestRow {
        id: DecoupledRequestId,
        kind: String,
        client_id: ClientId,
        scope: String,
        resource: String,
        asked_at: Timestamp,
        expires_at: Timestamp,
        pause: i64,
        polled_at: Option<Timestamp>,
        state: String,
        decided_at: Option<Timestamp>,
        sub: Option<Subject>,
        allowed_scope: Option<String>,
        auth_time: Option<Timestamp>,
        acr: Option<String>,
        amr: Option<String>,
        redeemed_at: Option<Timestamp>,
    }
}

impl RequestRow {
    /// The columns of a request that was allowed are there together.
    fn allowed(&mut self) -> Option<Allowed> {
        Some(Allowed {
            sub: self.sub.take()?,
            scope: Scope::from_stored(&self.allowed_scope.take()?),
            auth_time: self.auth_time?,
            acr: self.acr.take()?,
            amr: words(&self.amr.take()?),
            at: self.decided_at?,
        })
    }
}

impl TryFrom<RequestRow> for DecoupledRequest {
    type Error = Error;

    fn try_from(mut row: RequestRow) -> Result<Self> {
        let unreadable = |id: &DecoupledRequestId| Fault::new(format!("decoupled request {id} cannot be read"));
        let kind = Kind::from_word(&row.kind).ok_or_else(|| unreadable(&row.id))?;
        let decision = match row.state.as_str() {
            "open" => None,
            "denied" => Some(Decision::Denied),
            _ => Some(Decision::Allowed(row.allowed().ok_or_else(|| unreadable(&row.id))?)),
        };
        Ok(Self {
            id: row.id,
            kind,
            client: row.client_id,
            scope: Scope::from_stored(&row.scope),
            resource: words(&row.resource),
            asked_at: row.asked_at,
            expires_at: row.expires_at,
            pace: Pace {
                pause: Duration::from_millis(u64::try_from(row.pause).unwrap_or(0)),
                polled_at: row.polled_at,
            },
            decision,
            redeemed_at: row.redeemed_at,
        })
    }
}

/// Write down a request that was just made.
pub async fn insert(tx: &mut Tx, request: &DecoupledRequest, code_hash: &str) -> Result<()> {
    sql("INSERT INTO decoupled_request (id, kind, code_hash, client_id, scope, resource, asked_at, expires_at, pause,
                                        state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')")
    .bind(&request.id)
    .bind(request.kind.word())
    .bind(code_hash)
    .bind(&request.client)
    .bind(request.scope.to_string())
    .bind(request.resource.join(" "))
    .bind(request.asked_at)
    .bind(request.expires_at)
    .bind(millis(request.pace.pause))
    .run(tx)
    .await?;
    Ok(())
}

/// A request by what its client polls with, decided or not, over or not.
pub async fn find_by_code(tx: &mut Tx, kind: Kind, code_hash: &str) -> Result<Option<DecoupledRequest>> {
    sql("SELECT id, kind, client_id, scope, resource, asked_at, expires_at, pause, polled_at, state, decided_at, sub,
                allowed_scope, auth_time, acr, amr, redeemed_at
           FROM decoupled_request WHERE code_hash = $1 AND kind = $2")
    .bind(code_hash)
    .bind(kind.word())
    .optional::<RequestRow>(tx)
    .await?
    .map(DecoupledRequest::try_from)
    .transpose()
}

/// A request by its name, decided or not, over or not.
pub async fn find(tx: &mut Tx, id: &DecoupledRequestId) -> Result<Option<DecoupledRequest>> {
    sql("SELECT id, kind, client_id, scope, resource, asked_at, expires_at, pause, polled_at, state, decided_at, sub,
                allowed_scope, auth_time, acr, amr, redeemed_at
           FROM decoupled_request WHERE id = $1")
    .bind(id)
    .optional::<RequestRow>(tx)
    .await?
    .map(DecoupledRequest::try_from)
    .transpose()
}

/// The client has tried; `false` if it tried twice at once and another try was noted.
pub async fn set_pace(tx: &mut Tx, id: &DecoupledRequestId, from: Pace, to: Pace) -> Result<bool> {
    let changed = sql("UPDATE decoupled_request SET pause = $4, polled_at = $5
                        WHERE id = $1 AND pause = $2 AND polled_at IS NOT DISTINCT FROM $3")
    .bind(id)
    .bind(millis(from.pause))
    .bind(from.polled_at)
    .bind(millis(to.pause))
    .bind(to.polled_at);
    Ok(changed.run(tx).await? == 1)
}

/// Somebody said yes; `false` if it was decided before or is over.
pub async fn allow(tx: &mut Tx, id: &DecoupledRequestId, allowed: &Allowed) -> Result<bool> {
    let changed = sql("UPDATE decoupled_request
                          SET state = 'allowed', decided_at = $2, sub = $3, allowed_scope = $4, auth_time = $5,
                              acr = $6, amr = $7
                        WHERE id = $1 AND state = 'open' AND expires_at > $2")
    .bind(id)
    .bind(allowed.at)
    .bind(&allowed.sub)
    .bind(allowed.scope.to_string())
    .bind(allowed.auth_time)
    .bind(&allowed.acr)
    .bind(allowed.amr.join(" "));
    Ok(changed.run(tx).await? == 1)
}

/// Somebody said no; `false` if it was decided before or is over.
pub async fn deny(tx: &mut Tx, id: &DecoupledRequestId, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE decoupled_request SET state = 'denied', decided_at = $2
                        WHERE id = $1 AND state = 'open' AND expires_at > $2");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// Fetch its tokens; `false` if somebody was faster.
pub async fn redeem(tx: &mut Tx, id: &DecoupledRequestId, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE decoupled_request SET redeemed_at = $2
                        WHERE id = $1 AND state = 'allowed' AND redeemed_at IS NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// Take back what a person allowed a client and the client has not fetched yet.
pub async fn void_of_client(tx: &mut Tx, sub: &Subject, client: &ClientId, now: Timestamp) -> Result<u64> {
    sql("UPDATE decoupled_request
            SET state = 'denied', decided_at = $3, sub = NULL, allowed_scope = NULL, auth_time = NULL, acr = NULL,
                amr = NULL
          WHERE sub = $1 AND client_id = $2 AND state = 'allowed' AND redeemed_at IS NULL")
    .bind(sub)
    .bind(client)
    .bind(now)
    .run(tx)
    .await
}

/// Forget requests that were over before `before`. Until then one that was used is told from one that never was.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("DELETE FROM decoupled_request WHERE expires_at <= $1").bind(before).run(tx).await
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
