//! Grants: what every token of one sign-on hangs on.

use serde_json::Value;

use crate::base::id::{ClientId, GrantId, Id as _, SessionId, Subject};
use crate::base::{Error, Fault, Result, Timestamp};
use crate::oidc::authorization_details::AuthorizationDetails;
use crate::oidc::claims_locales::ClaimsLocales;
use crate::oidc::claims_request::ClaimsRequest;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::grant::Grant;
use crate::oidc::scope::Scope;
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct GrantRow {
        id: GrantId,
        sub: Subject,
        known_as: String,
        client_id: ClientId,
        scope: String,
        claims: String,
        claims_locales: String,
        resource: String,
        authorization_details: String,
        session_id: String,
        is_offline: bool,
        auth_time: Timestamp,
        acr: String,
        amr: String,
        wants_auth_time: bool,
        confirmation: String,
        act: String,
        created_at: Timestamp,
        revoked_at: Option<Timestamp>,
    }
}

row! {
    struct ScopeRow {
        scope: String,
    }
}

row! {
    /// A client that holds something of a person.
    pub struct Holder {
        /// The client.
        pub client_id: ClientId,
        /// Since when.
        pub since: Timestamp,
        /// When it was last given something.
        pub latest: Timestamp,
    }
}

impl TryFrom<GrantRow> for Grant {
    type Error = Error;

    fn try_from(row: GrantRow) -> Result<Self> {
        let claims = ClaimsRequest::parse(Some(&row.claims))
            .map_err(|error| Fault::because(format!("the claims of grant {} cannot be read", row.id), error))?;
        let (authorization_details, act) = details_and_actor(&row.id, &row.authorization_details, &row.act)?;
        Ok(Self {
            id: row.id,
            sub: row.sub,
            known_as: name_of(row.known_as),
            client: row.client_id,
            scope: Scope::from_stored(&row.scope),
            claims,
            claims_locales: ClaimsLocales::parse(Some(&row.claims_locales)),
            resource: words(&row.resource),
            authorization_details,
            session: session_of(row.session_id),
            outlives_session: row.is_offline,
            auth_time: row.auth_time,
            acr: row.acr,
            amr: words(&row.amr),
            wants_auth_time: row.wants_auth_time,
            confirmation: Confirmation::from_stored(&row.confirmation),
            act,
            created_at: row.created_at,
            revoked_at: row.revoked_at,
        })
    }
}

/// Write down a grant.
pub async fn insert(tx: &mut Tx, grant: &Grant) -> Result<()> {
    sql("INSERT INTO grant_ (id, sub, client_id, scope, claims, claims_locales, resource, authorization_details,
                             session_id, is_offline, auth_time, acr, amr, wants_auth_time, confirmation, act,
                             created_at, known_as)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)")
    .bind(&grant.id)
    .bind(&grant.sub)
    .bind(&grant.client)
    .bind(grant.scope.to_string())
    .bind(grant.claims.to_json())
    .bind(grant.claims_locales.to_string())
    .bind(grant.resource.join(" "))
    .bind(grant.authorization_details.to_json())
    .bind(grant.session.as_ref().map_or("", SessionId::as_ref))
    .bind(grant.outlives_session)
    .bind(grant.auth_time)
    .bind(&grant.acr)
    .bind(grant.amr.join(" "))
    .bind(grant.wants_auth_time)
    .bind(grant.confirmation.as_ref().map(Confirmation::to_stored).unwrap_or_default())
    .bind(grant.act.as_ref().map(Value::to_string).unwrap_or_default())
    .bind(grant.created_at)
    .bind(grant.known_as.as_ref().map_or("", Subject::as_ref))
    .run(tx)
    .await?;
    Ok(())
}

/// From now on its refresh tokens need the proof of a key.
pub async fn set_confirmation(tx: &mut Tx, id: &GrantId, key: &Confirmation) -> Result<()> {
    sql("UPDATE grant_ SET confirmation = $2 WHERE id = $1").bind(id).bind(key.to_stored()).run(tx).await?;
    Ok(())
}

/// One grant, revoked or not.
pub async fn find(tx: &mut Tx, id: &GrantId) -> Result<Option<Grant>> {
    sql("SELECT id, sub, known_as, client_id, scope, claims, claims_locales, resource, authorization_details, session_id,
                is_offline, auth_time, acr, amr, wants_auth_time, confirmation, act, created_at, revoked_at
           FROM grant_ WHERE id = $1")
    .bind(id)
    .optional::<GrantRow>(tx)
    .await?
    .map(Grant::try_from)
    .transpose()
}

/// The clients that hold something of a person, the latest first.
pub async fn holders(tx: &mut Tx, sub: &Subject) -> Result<Vec<Holder>> {
    sql("SELECT client_id, MIN(given_at) AS since, MAX(given_at) AS latest
           FROM (SELECT client_id, created_at AS given_at FROM grant_ WHERE sub = $1 AND revoked_at IS NULL
                 UNION ALL
                 SELECT client_id, given_at FROM consent WHERE sub = $1
                 UNION ALL
                 SELECT client_id, given_at FROM offered_unit WHERE sub = $1 AND is_chosen = TRUE) AS held
       GROUP BY client_id
       ORDER BY latest DESC, client_id
          LIMIT 200")
    .bind(sub)
    .all(tx)
    .await
}

/// The scopes of what a client holds of a person.
pub async fn scopes(tx: &mut Tx, sub: &Subject, client: &ClientId) -> Result<Scope> {
    let rows = sql("SELECT DISTINCT scope FROM grant_ WHERE sub = $1 AND client_id = $2 AND revoked_at IS NULL")
        .bind(sub)
        .bind(client)
        .all::<ScopeRow>(tx)
        .await?;
    Ok(rows.iter().fold(Scope::default(), |all, row| all.and(&Scope::from_stored(&row.scope))))
}

/// Take one back; `false` if it was taken back before.
pub async fn revoke(tx: &mut Tx, id: &GrantId, now: Timestamp) -> Result<bool> {
    let changed = sql("UPDATE grant_ SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL");
    Ok(changed.bind(id).bind(now).run(tx).await? == 1)
}

/// Take back all that a client holds of a person.
pub async fn revoke_of_client(tx: &mut Tx, sub: &Subject, client: &ClientId, now: Timestamp) -> Result<u64> {
    sql("UPDATE grant_ SET revoked_at = $3 WHERE sub = $1 AND client_id = $2 AND revoked_at IS NULL")
        .bind(sub)
        .bind(client)
        .bind(now)
        .run(tx)
        .await
}

/// Take back all that a client holds, of everybody.
pub async fn revoke_all_of_client(tx: &mut Tx, client: &ClientId, now: Timestamp) -> Result<u64> {
    sql("UPDATE grant_ SET revoked_at = $2 WHERE client_id = $1 AND revoked_at IS NULL")
        .bind(client)
        .bind(now)
        .run(tx)
        .await
}

/// Take back what does not outlive a session that ends.
pub async fn revoke_of_session(tx: &mut Tx, session: &SessionId, now: Timestamp) -> Result<u64> {
    sql("UPDATE grant_ SET revoked_at = $2 WHERE session_id = $1 AND is_offline = FALSE AND revoked_at IS NULL")
        .bind(session)
        .bind(now)
        .run(tx)
        .await
}

/// Forget grants from before `before` on which nothing hangs any more, but for the latest that a client was given for
/// a person: it tells by which subject the client knows them. Nothing depends on when this happens.
pub async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    sql("DELETE FROM grant_
          WHERE created_at <= $1
            AND EXISTS (SELECT 1 FROM grant_ n
                         WHERE n.sub = grant_.sub AND n.client_id = grant_.client_id
                           AND n.created_at > grant_.created_at)
            AND NOT EXISTS (SELECT 1 FROM authorization_code c WHERE c.grant_id = grant_.id)
            AND NOT EXISTS (SELECT 1 FROM refresh_token_family f WHERE f.grant_id = grant_.id)")
    .bind(before)
    .run(tx)
    .await
}

/// The column is empty where the client knows the account's own subject.
pub(super) fn name_of(column: String) -> Option<Subject> {
    (!column.is_empty()).then(|| Subject::from_text(column))
}

/// The column is empty where no session is meant.
pub(super) fn session_of(column: String) -> Option<SessionId> {
    (!column.is_empty()).then(|| SessionId::from_text(column))
}

/// Two columns of JSON that most grants leave empty.
pub(super) fn details_and_actor(
    id: &GrantId,
    details: &str,
    act: &str,
) -> Result<(AuthorizationDetails, Option<Value>)> {
    let unreadable = |what: &str| Fault::new(format!("the {what} of grant {id} cannot be read"));
    let details = match details {
        "[]" => AuthorizationDetails::default(),
        text => AuthorizationDetails::from_stored(text).ok_or_else(|| unreadable("authorization details"))?,
    };
    let act = match act {
        "" => None,
        text => Some(serde_json::from_str(text).map_err(|_| unreadable("actor"))?),
    };
    Ok((details, act))
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
