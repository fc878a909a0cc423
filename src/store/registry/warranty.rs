//! The promise to one unit, and the last day for each component.

use super::unknown_word;
use crate::base::id::Subject;
use crate::base::time::Date;
use crate::base::{Result, Timestamp};
use crate::domain::registry::warranty::{Anchor, Cover, Proof};
use crate::domain::registry::{RegistrationId, UnitId, WarrantyId, WarrantyPlanId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct WarrantyRow {
        id: WarrantyId,
        plan: WarrantyPlanId,
        anchor_on: Date,
        anchor_proof: String,
        registration: RegistrationId,
    }
}

row! {
    struct CoverRow {
        warranty: WarrantyId,
        component: String,
        name_ja: String,
        name_en: String,
        months: u32,
        covers: String,
        ends_on: Date,
    }
}

/// A promise that was given.
#[derive(Clone, Debug)]
pub struct Given {
    /// The key of the record.
    pub id: WarrantyId,
    /// The published version.
    pub plan: WarrantyPlanId,
    /// What it counts from.
    pub anchor: Anchor,
    /// The registration whose dates were used.
    pub registration: RegistrationId,
}

/// What a unit was promised.
pub async fn find_given(tx: &mut Tx, unit: &UnitId) -> Result<Option<Given>> {
    let row =
        sql("SELECT id, plan, anchor_on, anchor_proof, registration FROM warranty WHERE unit = $1 AND state = 'given'")
            .bind(unit)
            .optional::<WarrantyRow>(tx)
            .await?;
    row.map(|row| {
        let proof =
            Proof::from_name(&row.anchor_proof).ok_or_else(|| unknown_word("anchor_proof", &row.anchor_proof))?;
        let anchor = Anchor { on: row.anchor_on, proof };
        Ok(Given { id: row.id, plan: row.plan, anchor, registration: row.registration })
    })
    .transpose()
}

/// Promise a plan to a unit; `false` if something was promised already.
pub async fn insert(tx: &mut Tx, given: &Given, unit: &UnitId, now: Timestamp) -> Result<bool> {
    let added = sql("INSERT INTO warranty (id, unit, plan, anchor_on, anchor_proof, registration, state, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'given', $7)
        ON CONFLICT DO NOTHING")
    .bind(&given.id)
    .bind(unit)
    .bind(&given.plan)
    .bind(given.anchor.on)
    .bind(given.anchor.proof.name())
    .bind(&given.registration)
    .bind(now)
    .run(tx)
    .await?;
    Ok(added == 1)
}

/// Add the cover of one component.
pub async fn insert_cover(tx: &mut Tx, given: &Given, cover: &Cover) -> Result<()> {
    sql("INSERT INTO warranty_cover (warranty, component, plan, anchor_on, months, ends_on)
             VALUES ($1, $2, $3, $4, $5, $6)")
    .bind(&given.id)
    .bind(&cover.component)
    .bind(&given.plan)
    .bind(given.anchor.on)
    .bind(u32::from(cover.months))
    .bind(cover.ends_on)
    .run(tx)
    .await?;
    Ok(())
}

/// Remove the covers of a warranty, before its anchor moves.
pub async fn delete_covers(tx: &mut Tx, id: &WarrantyId) -> Result<()> {
    sql("DELETE FROM warranty_cover WHERE warranty = $1").bind(id).run(tx).await?;
    Ok(())
}

/// Move the anchor of a warranty whose covers were removed.
pub async fn move_anchor(tx: &mut Tx, id: &WarrantyId, anchor: Anchor) -> Result<()> {
    sql("UPDATE warranty SET anchor_on = $2, anchor_proof = $3 WHERE id = $1")
        .bind(id)
        .bind(anchor.on)
        .bind(anchor.proof.name())
        .run(tx)
        .await?;
    Ok(())
}

/// The covers of everything somebody holds, each with its warranty, in the order of the plans' lines.
pub async fn covers_of(tx: &mut Tx, sub: &Subject) -> Result<Vec<(WarrantyId, Cover)>> {
    sql("SELECT c.warranty AS warranty, c.component AS component, l.name_ja AS name_ja, l.name_en AS name_en,
                c.months AS months, l.covers AS covers, c.ends_on AS ends_on
           FROM ownership o
           JOIN warranty w ON w.unit = o.unit AND w.state = 'given'
           JOIN warranty_cover c ON c.warranty = w.id
           JOIN warranty_plan_line l ON l.plan = c.plan AND l.component = c.component
          WHERE o.sub = $1 AND o.held_to IS NULL
          ORDER BY c.warranty, l.position")
    .bind(sub)
    .all::<CoverRow>(tx)
    .await?
    .into_iter()
    .map(cover)
    .collect()
}

/// The covers of one unit, in the order of the plan's lines.
pub async fn covers_of_unit(tx: &mut Tx, unit: &UnitId) -> Result<Vec<(WarrantyId, Cover)>> {
    sql("SELECT c.warranty AS warranty, c.component AS component, l.name_ja AS name_ja, l.name_en AS name_en,
                c.months AS months, l.covers AS covers, c.ends_on AS ends_on
           FROM warranty w
           JOIN warranty_cover c ON c.warranty = w.id
           JOIN warranty_plan_line l ON l.plan = c.plan AND l.component = c.component
          WHERE w.unit = $1 AND w.state = 'given'
          ORDER BY l.position")
    .bind(unit)
    .all::<CoverRow>(tx)
    .await?
    .into_iter()
    .map(cover)
    .collect()
}

fn cover(row: CoverRow) -> Result<(WarrantyId, Cover)> {
    let cover = Cover {
        name: super::warranty_plan::name(&row.name_ja, &row.name_en)?,
        months: u16::try_from(row.months).unwrap_or(u16::MAX),
        covers: super::warranty_plan::covers(&row.covers)?,
        component: row.component,
        ends_on: row.ends_on,
    };
    Ok((row.warranty, cover))
}
