//! Products as their owner sees them: registration, unit, model, and what the warranty counts from, in one row.

use super::unknown_word;
use crate::base::id::{ClientId, Subject};
use crate::base::time::Date;
use crate::base::{Result, Timestamp};
use crate::domain::registry::registration::{Reason, State};
use crate::domain::registry::warranty::{Anchor, Dates, Proof};
use crate::domain::registry::warranty_plan::Zone;
use crate::domain::registry::{Bilingual, RegistrationId, UnitId, WarrantyId, WarrantyPlanId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct ProductRow {
        registration: RegistrationId,
        unit: UnitId,
        state: String,
        reasons: String,
        client: Option<ClientId>,
        serial_typed: String,
        possession_shown: bool,
        dealer: String,
        purchased_on: Option<Date>,
        declared_on: Date,
        created_at: Timestamp,
        serial_label: String,
        made_on: Option<Date>,
        shipped_on: Option<Date>,
        claim_code_hash: Option<String>,
        model_no: String,
        name_ja: String,
        name_en: String,
        brand: Option<String>,
        category: Option<String>,
        gtin: Option<String>,
        held_from: Option<Date>,
        warranty: Option<WarrantyId>,
        plan: Option<WarrantyPlanId>,
        anchor_on: Option<Date>,
        anchor_proof: Option<String>,
        warranty_purchased_on: Option<Date>,
        warranty_declared_on: Option<Date>,
        zone: Option<String>,
    }
}

/// A product of somebody, or a claim of theirs that waits.
#[derive(Clone, Debug)]
pub struct Product {
    /// The registration.
    pub registration: RegistrationId,
    /// The unit.
    pub unit: UnitId,
    /// Where the registration stands.
    pub state: State,
    /// Why it waits.
    pub reasons: Vec<Reason>,
    /// The relying party it was made through.
    pub client: Option<ClientId>,
    /// The serial as typed.
    pub serial_typed: String,
    /// The serial as on the label; as typed when no factory list has it.
    pub serial: String,
    /// The code in the box was given.
    pub possession_shown: bool,
    /// The unit has a code in its box.
    pub has_claim_code: bool,
    /// Where it was bought, or empty.
    pub dealer: String,
    /// When it was bought.
    pub purchased_on: Option<Date>,
    /// When it was registered, where the claimant was.
    pub declared_on: Date,
    /// When it was registered.
    pub created_at: Timestamp,
    /// The model number.
    pub model_no: String,
    /// The model's name.
    pub name: Bilingual,
    /// The brand, or empty.
    pub brand: String,
    /// The category, or empty.
    pub category: String,
    /// The trade item number.
    pub gtin: Option<String>,
    /// The first day of holding it, once it is held.
    pub held_from: Option<Date>,
    /// What the unit was promised; only for who holds it.
    pub warranty: Option<Promise>,
}

/// What a unit was promised.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The warranty.
    pub id: WarrantyId,
    /// The published version of the plan.
    pub plan: WarrantyPlanId,
    /// The plan's zone.
    pub zone: Zone,
    /// What it counts from.
    pub anchor: Anchor,
    /// The dates the anchor was found in.
    pub dates: Dates,
}

/// Products of one person, newest first, from before a moment. `waiting` adds the claims that wait.
pub async fn list(tx: &mut Tx, sub: &Subject, waiting: bool, before: &Before, limit: u32) -> Result<Vec<Product>> {
    sql("SELECT r.id AS registration, r.unit AS unit, r.state AS state, r.reasons AS reasons,
                r.client AS client, r.serial_typed AS serial_typed, r.possession_shown AS possession_shown,
                r.dealer AS dealer, r.purchased_on AS purchased_on, r.declared_on AS declared_on,
                r.created_at AS created_at,
                u.serial_label AS serial_label, u.made_on AS made_on, u.shipped_on AS shipped_on,
                u.claim_code_hash AS claim_code_hash,
                m.model_no AS model_no, m.name_ja AS name_ja, m.name_en AS name_en, m.brand AS brand,
                m.category AS category, m.gtin AS gtin, o.held_from AS held_from,
                w.id AS warranty, w.plan AS plan, w.anchor_on AS anchor_on, w.anchor_proof AS anchor_proof,
                b.purchased_on AS warranty_purchased_on, b.declared_on AS warranty_declared_on, p.zone AS zone
           FROM registration r
           JOIN unit u ON u.id = r.unit
           JOIN product_model m ON m.id = u.model
           LEFT JOIN ownership o ON o.registration = r.id AND o.held_to IS NULL
           LEFT JOIN warranty w ON w.unit = o.unit AND w.state = 'given'
           LEFT JOIN registration b ON b.id = w.registration
           LEFT JOIN warranty_plan p ON p.id = w.plan
          WHERE r.sub = $1 AND (r.state = 'active' OR ($2 = 'waiting' AND r.state IN ('pending', 'disputed')))
            AND (r.created_at < $3 OR (r.created_at = $3 AND r.id < $4))
          ORDER BY r.created_at DESC, r.id DESC LIMIT $5")
    .bind(sub)
    .bind(if waiting { "waiting" } else { "held" })
    .bind(before.at)
    .bind(&before.id)
    .bind(limit)
    .all::<ProductRow>(tx)
    .await?
    .into_iter()
    .map(product)
    .collect()
}

/// One product of one person, as long as its registration is open.
pub async fn find(tx: &mut Tx, sub: &Subject, registration: &RegistrationId) -> Result<Option<Product>> {
    sql("SELECT r.id AS registration, r.unit AS unit, r.state AS state, r.reasons AS reasons,
                r.client AS client, r.serial_typed AS serial_typed, r.possession_shown AS possession_shown,
                r.dealer AS dealer, r.purchased_on AS purchased_on, r.declared_on AS declared_on,
                r.created_at AS created_at,
                u.serial_label AS serial_label, u.made_on AS made_on, u.shipped_on AS shipped_on,
                u.claim_code_hash AS claim_code_hash,
                m.model_no AS model_no, m.name_ja AS name_ja, m.name_en AS name_en, m.brand AS brand,
                m.category AS category, m.gtin AS gtin, o.held_from AS held_from,
                w.id AS warranty, w.plan AS plan, w.anchor_on AS anchor_on, w.anchor_proof AS anchor_proof,
                b.purchased_on AS warranty_purchased_on, b.declared_on AS warranty_declared_on, p.zone AS zone
           FROM registration r
           JOIN unit u ON u.id = r.unit
           JOIN product_model m ON m.id = u.model
           LEFT JOIN ownership o ON o.registration = r.id AND o.held_to IS NULL
           LEFT JOIN warranty w ON w.unit = o.unit AND w.state = 'given'
           LEFT JOIN registration b ON b.id = w.registration
           LEFT JOIN warranty_plan p ON p.id = w.plan
          WHERE r.id = $2 AND r.sub = $1 AND r.state IN ('active', 'pending', 'disputed')")
    .bind(sub)
    .bind(registration)
    .optional::<ProductRow>(tx)
    .await?
    .map(product)
    .transpose()
}

/// Where a page of products begins.
#[derive(Clone, Debug)]
pub struct Before {
    /// Registered before this moment,
    pub at: Timestamp,
    /// or at it, with an id before this one.
    pub id: String,
}

impl Before {
    /// The newest product comes first.
    pub fn everything() -> Self {
        Self { at: Timestamp::from_millis(i64::MAX), id: String::new() }
    }
}

fn product(row: ProductRow) -> Result<Product> {
    let dates = (row.made_on, row.shipped_on);
    let warranty = match (row.warranty, row.plan, row.zone, row.anchor_on, row.anchor_proof, row.warranty_declared_on) {
        (Some(id), Some(plan), Some(zone), Some(on), Some(proof), Some(registered_on)) => Some(Promise {
            id,
            plan,
            zone: Zone::parse(&zone).ok_or_else(|| unknown_word("zone", &zone))?,
            anchor: Anchor { on, proof: Proof::from_name(&proof).ok_or_else(|| unknown_word("anchor_proof", &proof))? },
            dates: Dates {
                made_on: dates.0,
                shipped_on: dates.1,
                purchased: row.warranty_purchased_on.map(|on| (on, Proof::Declared)),
                registered_on,
            },
        }),
        _ => None,
    };
    Ok(Product {
        registration: row.registration,
        unit: row.unit,
        state: State::from_name(&row.state).ok_or_else(|| unknown_word("state", &row.state))?,
        reasons: super::registration::reasons(&row.reasons)?,
        serial: row.serial_label,
        client: row.client,
        serial_typed: row.serial_typed,
        possession_shown: row.possession_shown,
        has_claim_code: row.claim_code_hash.is_some(),
        dealer: row.dealer,
        purchased_on: row.purchased_on,
        declared_on: row.declared_on,
        created_at: row.created_at,
        model_no: row.model_no,
        name: super::warranty_plan::name(&row.name_ja, &row.name_en)?,
        brand: row.brand.unwrap_or_default(),
        category: row.category.unwrap_or_default(),
        gtin: row.gtin,
        held_from: row.held_from,
        warranty,
    })
}
