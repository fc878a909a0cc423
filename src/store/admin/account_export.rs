//! What hangs on an account, as an operator takes it along.

use crate::base::id::{ClientId, Subject};
use crate::base::time::Date;
use crate::base::{Result, Timestamp};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    /// An address that the account has or that is held for it.
    pub struct AddressRow {
        /// As its owner writes it.
        pub address: String,
        /// Whether letters go there.
        pub is_primary: bool,
        /// When it was added.
        pub added_at: Timestamp,
        /// When it was proved.
        pub verified_at: Option<Timestamp>,
    }
}

row! {
    /// What the person allowed an application.
    pub struct ConsentRow {
        /// The application.
        pub client_id: ClientId,
        /// Scopes, with blanks between them.
        pub scope: String,
        /// When it was first given.
        pub given_at: Timestamp,
        /// When it changed last.
        pub updated_at: Timestamp,
    }
}

row! {
    /// A grant that was not revoked.
    pub struct GrantRow {
        /// The application.
        pub client_id: ClientId,
        /// Scopes, with blanks between them.
        pub scope: String,
        /// Whether it outlives the session.
        pub is_offline: bool,
        /// When it was given.
        pub created_at: Timestamp,
    }
}

row! {
    /// A registration with its unit, and what came of it.
    pub struct RegistrationRow {
        /// The model.
        pub model_no: String,
        /// The serial as compared.
        pub serial: String,
        /// The serial as on the label.
        pub serial_label: String,
        /// `manufactured` or `provisional`.
        pub provenance: String,
        /// Where it stands.
        pub state: String,
        /// Why it waits.
        pub reasons: String,
        /// Through what.
        pub channel: String,
        /// Through which application.
        pub client: Option<ClientId>,
        /// The serial as typed.
        pub serial_typed: String,
        /// The code in the box was given.
        pub possession_shown: bool,
        /// Where it was bought.
        pub dealer: String,
        /// When it was bought.
        pub purchased_on: Option<Date>,
        /// The claimant's date on that day.
        pub declared_on: Date,
        /// When.
        pub created_at: Timestamp,
        /// The first day on which the unit was held.
        pub held_from: Option<Date>,
        /// The first day on which it was no longer held.
        pub held_to: Option<Date>,
        /// The plan that was promised with it.
        pub plan_code: Option<String>,
        /// The version of that.
        pub plan_version: Option<i64>,
        /// What the promise counts from.
        pub anchor_on: Option<Date>,
        /// How that is known.
        pub anchor_proof: Option<String>,
    }
}

/// The addresses of an account.
pub async fn addresses(tx: &mut Tx, sub: &Subject) -> Result<Vec<AddressRow>> {
    sql("SELECT address, is_primary, added_at, verified_at FROM email_address
          WHERE sub = $1 AND released_at IS NULL ORDER BY is_primary DESC, normal")
    .bind(sub)
    .all(tx)
    .await
}

/// What its owner allowed applications.
pub async fn consents(tx: &mut Tx, sub: &Subject) -> Result<Vec<ConsentRow>> {
    sql("SELECT client_id, scope, given_at, updated_at FROM consent WHERE sub = $1 ORDER BY client_id")
        .bind(sub)
        .all(tx)
        .await
}

/// Grants of an account that were not revoked.
pub async fn grants(tx: &mut Tx, sub: &Subject) -> Result<Vec<GrantRow>> {
    sql("SELECT client_id, scope, is_offline, created_at FROM grant_
          WHERE sub = $1 AND revoked_at IS NULL ORDER BY created_at, id")
    .bind(sub)
    .all(tx)
    .await
}

/// Everything its owner ever registered.
pub async fn registrations(tx: &mut Tx, sub: &Subject) -> Result<Vec<RegistrationRow>> {
    sql("SELECT m.model_no AS model_no, u.serial AS serial, u.serial_label AS serial_label,
                u.provenance AS provenance, r.state AS state, r.reasons AS reasons, r.channel AS channel,
                r.client AS client, r.serial_typed AS serial_typed, r.possession_shown AS possession_shown,
                r.dealer AS dealer, r.purchased_on AS purchased_on, r.declared_on AS declared_on,
                r.created_at AS created_at, o.held_from AS held_from, o.held_to AS held_to,
                p.code AS plan_code, p.version AS plan_version, w.anchor_on AS anchor_on,
                w.anchor_proof AS anchor_proof
           FROM registration r
           JOIN unit u ON u.id = r.unit
           JOIN product_model m ON m.id = u.model
           LEFT JOIN ownership o ON o.registration = r.id
           LEFT JOIN warranty w ON w.registration = r.id AND w.state = 'given'
           LEFT JOIN warranty_plan p ON p.id = w.plan
          WHERE r.sub = $1
          ORDER BY r.created_at, u.serial, r.id")
    .bind(sub)
    .all(tx)
    .await
}

/// Take over a consent with its dates, unless there is one.
pub async fn insert_consent(tx: &mut Tx, sub: &Subject, row: &ConsentRow) -> Result<()> {
    sql("INSERT INTO consent (sub, client_id, scope, given_at, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING")
    .bind(sub)
    .bind(&row.client_id)
    .bind(&row.scope)
    .bind(row.given_at)
    .bind(row.updated_at)
    .run(tx)
    .await?;
    Ok(())
}
