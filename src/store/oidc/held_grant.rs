//! A grant with everything that decides whether it still counts, in one statement: its account, its client, its
//! session, and what the request brought (a code, a refresh token, an access token).

use std::time::Duration;

use crate::base::id::{ClientId, GrantId, Subject};
use crate::base::{Error, Fault, Result, Timestamp};
use crate::domain::account::{Standing, State};
use crate::oidc::claims_locales::ClaimsLocales;
use crate::oidc::claims_request::ClaimsRequest;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::grant::{Grant, IssuedCode};
use crate::oidc::pkce::CodeChallenge;
use crate::oidc::refresh_token_family::{Family, Generation};
use crate::oidc::scope::Scope;
use crate::oidc::token::authorization_code::BoundCode;
use crate::row;
use crate::store::db::Tx;
use crate::store::oidc::grant::{details_and_actor, name_of, session_of};
use crate::store::query::{FromRow, Row, sql};

/// A grant and the state of what it depends on.
#[derive(Clone, Debug)]
pub struct HeldGrant {
    /// The grant.
    pub grant: Grant,
    /// Whether its account still honours it.
    pub standing: Standing,
    /// Whether its client is switched off.
    pub client_disabled: bool,
    /// Until when the session lives that it was given in; `None` where the session has ended.
    pub session_alive_until: Option<Timestamp>,
}

impl HeldGrant {
    /// Whether it counts. Every code, refresh and access token that hangs on a grant asks this one function.
    pub fn is_in_force_at(&self, now: Timestamp) -> bool {
        let session_counts = self.grant.outlives_session || self.session_alive_until.is_some_and(|until| now < until);
        self.grant.revoked_at.is_none()
            && !self.client_disabled
            && self.standing.honours(self.grant.created_at)
            && session_counts
    }
}

row! {
    struct HeldGrantRow {
        grant_id: GrantId,
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
        state: String,
        signed_out_at: Timestamp,
        disabled_at: Option<Timestamp>,
        seen_at: Option<Timestamp>,
        idle: Option<i64>,
        ends_at: Option<Timestamp>,
    }
}

impl TryFrom<HeldGrantRow> for HeldGrant {
    type Error = Error;

    fn try_from(row: HeldGrantRow) -> Result<Self> {
        // Most grants ask for no single claims: nothing to read then.
        let claims =
            if row.claims == "{}" { Ok(ClaimsRequest::default()) } else { ClaimsRequest::parse(Some(&row.claims)) };
        let claims = claims
            .map_err(|error| Fault::because(format!("the claims of grant {} cannot be read", row.grant_id), error))?;
        let (authorization_details, act) = details_and_actor(&row.grant_id, &row.authorization_details, &row.act)?;
        let state = State::from_word(&row.state).ok_or_else(|| Fault::new("an account has an unknown state"))?;
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let idle_end = |seen: Timestamp, idle: i64| seen.plus(Duration::from_millis(u64::try_from(idle).unwrap_or(0)));
        let session_alive_until =
            row.seen_at.zip(row.idle).zip(row.ends_at).map(|((seen, idle), ends)| idle_end(seen, idle).min(ends));
        Ok(Self {
            grant: Grant {
                id: row.grant_id,
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
            },
            standing: Standing { state, signed_out_at: row.signed_out_at },
            client_disabled: row.disabled_at.is_some(),
            session_alive_until,
        })
    }
}

/// A code with the grant that it carries.
pub struct HeldCode {
    /// The code, exchanged or not, expired or not.
    pub code: IssuedCode,
    /// Its grant.
    pub held: HeldGrant,
}

row! {
    struct CodeColumns {
        code_client_id: ClientId,
        redirect_uri: String,
        code_challenge: Option<String>,
        dpop_jkt: String,
        nonce: Option<String>,
        code_expires_at: Timestamp,
        consumed_at: Option<Timestamp>,
    }
}

impl FromRow for HeldCode {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let columns = CodeColumns::from_row(row)?;
        let held = HeldGrant::try_from(HeldGrantRow::from_row(row)?)?;
        let code = IssuedCode {
            grant: held.grant.id.clone(),
            bound: BoundCode {
                client: columns.code_client_id,
                redirect_uri: columns.redirect_uri,
                challenge: columns.code_challenge.as_deref().and_then(CodeChallenge::from_text),
                dpop_jkt: Some(columns.dpop_jkt).filter(|jkt| !jkt.is_empty()),
                expires_at: columns.code_expires_at,
            },
            nonce: columns.nonce,
            consumed_at: columns.consumed_at,
        };
        Ok(Self { code, held })
    }
}

/// A family of refresh tokens with its grant.
pub struct HeldFamily {
    /// The family.
    pub family: Family,
    /// Its grant.
    pub held: HeldGrant,
}

row! {
    struct FamilyColumns {
        generation: i64,
        rotated_at: Timestamp,
        idle_until: Timestamp,
        expires_at: Timestamp,
    }
}

impl FromRow for HeldFamily {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let columns = FamilyColumns::from_row(row)?;
        let held = HeldGrant::try_from(HeldGrantRow::from_row(row)?)?;
        let generation = Generation::from_number(columns.generation)
            .ok_or_else(|| Fault::new(format!("grant {} has a generation that is none", held.grant.id)))?;
        let family = Family {
            generation,
            rotated_at: columns.rotated_at,
            idle_until: columns.idle_until,
            expires_at: columns.expires_at,
        };
        Ok(Self { family, held })
    }
}

/// A grant as an access token finds it.
pub struct HeldToken {
    /// Its grant.
    pub held: HeldGrant,
    /// Whether this one token was taken back.
    pub is_revoked: bool,
    /// Whether the client that it was issued to is not switched off: after an exchange it is another one than the
    /// grant's.
    pub bearer_is_on: bool,
}

row! {
    struct TokenColumns {
        token_revoked: bool,
        bearer_is_on: bool,
    }
}

impl FromRow for HeldToken {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let TokenColumns { token_revoked, bearer_is_on } = TokenColumns::from_row(row)?;
        let held = HeldGrant::try_from(HeldGrantRow::from_row(row)?)?;
        Ok(Self { held, is_revoked: token_revoked, bearer_is_on })
    }
}

row! {
    /// The client of an access token without a grant.
    pub struct MachineToken {
        /// When the client was switched off.
        pub disabled_at: Option<Timestamp>,
        /// Whether this one token was taken back.
        pub token_revoked: bool,
    }
}

/// A code by its hash, with its grant.
pub async fn of_code(tx: &mut Tx, hash: &str) -> Result<Option<HeldCode>> {
    sql("SELECT k.client_id AS code_client_id, k.redirect_uri, k.code_challenge, k.dpop_jkt, k.nonce,
                k.expires_at AS code_expires_at, k.consumed_at,
                g.id AS grant_id, g.sub, g.known_as, g.client_id, g.scope, g.claims, g.claims_locales, g.resource,
                g.authorization_details, g.session_id, g.is_offline, g.auth_time, g.acr, g.amr, g.wants_auth_time,
                g.confirmation, g.act, g.created_at, g.revoked_at,
                a.state, a.signed_out_at, c.disabled_at, s.seen_at, s.idle, s.ends_at
           FROM authorization_code k
           JOIN grant_ g ON g.id = k.grant_id
           JOIN account a ON a.sub = g.sub
           JOIN client c ON c.id = g.client_id
           LEFT JOIN session s ON s.id = g.session_id
          WHERE k.hash = $1")
    .bind(hash)
    .optional(tx)
    .await
}

/// The refresh tokens of a grant, with it.
pub async fn of_family(tx: &mut Tx, grant: &GrantId) -> Result<Option<HeldFamily>> {
    sql("SELECT f.generation, f.rotated_at, f.idle_until, f.expires_at,
                g.id AS grant_id, g.sub, g.known_as, g.client_id, g.scope, g.claims, g.claims_locales, g.resource,
                g.authorization_details, g.session_id, g.is_offline, g.auth_time, g.acr, g.amr, g.wants_auth_time,
                g.confirmation, g.act, g.created_at, g.revoked_at,
                a.state, a.signed_out_at, c.disabled_at, s.seen_at, s.idle, s.ends_at
           FROM refresh_token_family f
           JOIN grant_ g ON g.id = f.grant_id
           JOIN account a ON a.sub = g.sub
           JOIN client c ON c.id = g.client_id
           LEFT JOIN session s ON s.id = g.session_id
          WHERE f.grant_id = $1")
    .bind(grant)
    .optional(tx)
    .await
}

/// The grant of an access token.
pub async fn of_token(tx: &mut Tx, grant: &GrantId, jti: &str, bearer: &ClientId) -> Result<Option<HeldToken>> {
    sql("SELECT EXISTS (SELECT 1 FROM revoked_token r WHERE r.jti = $2) AS token_revoked,
                EXISTS (SELECT 1 FROM client b WHERE b.id = $3 AND b.disabled_at IS NULL) AS bearer_is_on,
                g.id AS grant_id, g.sub, g.known_as, g.client_id, g.scope, g.claims, g.claims_locales, g.resource,
                g.authorization_details, g.session_id, g.is_offline, g.auth_time, g.acr, g.amr, g.wants_auth_time,
                g.confirmation, g.act, g.created_at, g.revoked_at,
                a.state, a.signed_out_at, c.disabled_at, s.seen_at, s.idle, s.ends_at
           FROM grant_ g
           JOIN account a ON a.sub = g.sub
           JOIN client c ON c.id = g.client_id
           LEFT JOIN session s ON s.id = g.session_id
          WHERE g.id = $1")
    .bind(grant)
    .bind(jti)
    .bind(bearer)
    .optional(tx)
    .await
}

/// The client of an access token that it got for itself.
pub async fn of_machine(tx: &mut Tx, client: &ClientId, jti: &str) -> Result<Option<MachineToken>> {
    sql("SELECT c.disabled_at, EXISTS (SELECT 1 FROM revoked_token r WHERE r.jti = $2) AS token_revoked
           FROM client c WHERE c.id = $1")
    .bind(client)
    .bind(jti)
    .optional(tx)
    .await
}
