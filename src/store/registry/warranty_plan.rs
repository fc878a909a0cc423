//! Warranty plans: published versions and their lines.

use super::unknown_word;
use crate::base::{Result, Timestamp};
use crate::domain::registry::warranty_plan::{Covers, Line, StartRule, Terms, WarrantyPlan, Zone};
use crate::domain::registry::{Bilingual, WarrantyPlanId};
use crate::row;
use crate::store::db::Tx;
use crate::store::query::sql;

row! {
    struct PlanRow {
        id: WarrantyPlanId,
        code: String,
        version: u32,
        name_ja: String,
        name_en: String,
        region: String,
        zone: String,
        start_rule: String,
        fallback_days: u32,
        first_day_counted: bool,
        transferable: bool,
    }
}

row! {
    struct LineRow {
        component: String,
        name_ja: String,
        name_en: String,
        months: u32,
        covers: String,
    }
}

/// One published version.
pub async fn find(tx: &mut Tx, id: &WarrantyPlanId) -> Result<Option<WarrantyPlan>> {
    let row = sql("SELECT * FROM warranty_plan WHERE id = $1").bind(id).optional(tx).await?;
    with_lines(tx, row).await
}

/// That version of that code.
pub async fn find_version(tx: &mut Tx, code: &str, version: u32) -> Result<Option<WarrantyPlan>> {
    let row = sql("SELECT * FROM warranty_plan WHERE code = $1 AND version = $2")
        .bind(code)
        .bind(version)
        .optional(tx)
        .await?;
    with_lines(tx, row).await
}

/// The newest version of that code.
pub async fn newest(tx: &mut Tx, code: &str) -> Result<Option<WarrantyPlan>> {
    let row = sql("SELECT * FROM warranty_plan WHERE code = $1 ORDER BY version DESC LIMIT 1")
        .bind(code)
        .optional(tx)
        .await?;
    with_lines(tx, row).await
}

/// Every published version, by code and version.
pub async fn list(tx: &mut Tx) -> Result<Vec<WarrantyPlan>> {
    let rows = sql("SELECT * FROM warranty_plan ORDER BY code, version").all::<PlanRow>(tx).await?;
    let mut plans = Vec::with_capacity(rows.len());
    for row in rows {
        plans.extend(with_lines(tx, Some(row)).await?);
    }
    Ok(plans)
}

/// Publish a version.
pub async fn insert(tx: &mut Tx, plan: &WarrantyPlan, now: Timestamp) -> Result<()> {
    let terms = &plan.terms;
    sql("INSERT INTO warranty_plan (id, code, version, name_ja, name_en, region, zone, start_rule, fallback_days,
                first_day_counted, transferable, published_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)")
    .bind(&plan.id)
    .bind(&terms.code)
    .bind(terms.version)
    .bind(terms.name.ja())
    .bind(terms.name.en())
    .bind(&terms.region)
    .bind(terms.zone.name())
    .bind(terms.start.name())
    .bind(u32::from(terms.fallback_days))
    .bind(terms.first_day_counted)
    .bind(terms.transferable)
    .bind(now)
    .run(tx)
    .await?;
    for (position, line) in (1u32..).zip(&terms.lines) {
        insert_line(tx, &plan.id, position, line).await?;
    }
    Ok(())
}

async fn insert_line(tx: &mut Tx, plan: &WarrantyPlanId, position: u32, line: &Line) -> Result<()> {
    sql("INSERT INTO warranty_plan_line (plan, component, position, name_ja, name_en, months, covers)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
    .bind(plan)
    .bind(&line.component)
    .bind(position)
    .bind(line.name.ja())
    .bind(line.name.en())
    .bind(u32::from(line.months))
    .bind(line.covers.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(" "))
    .run(tx)
    .await?;
    Ok(())
}

async fn with_lines(tx: &mut Tx, row: Option<PlanRow>) -> Result<Option<WarrantyPlan>> {
    let Some(row) = row else { return Ok(None) };
    let lines = sql("SELECT component, name_ja, name_en, months, covers FROM warranty_plan_line
          WHERE plan = $1 ORDER BY position")
    .bind(&row.id)
    .all::<LineRow>(tx)
    .await?;
    let terms = Terms {
        name: name(&row.name_ja, &row.name_en)?,
        zone: Zone::parse(&row.zone).ok_or_else(|| unknown_word("zone", &row.zone))?,
        start: StartRule::from_name(&row.start_rule).ok_or_else(|| unknown_word("start_rule", &row.start_rule))?,
        fallback_days: u16::try_from(row.fallback_days).unwrap_or(u16::MAX),
        code: row.code,
        version: row.version,
        region: row.region,
        first_day_counted: row.first_day_counted,
        transferable: row.transferable,
        lines: lines.into_iter().map(line).collect::<Result<_>>()?,
    };
    Ok(Some(WarrantyPlan { id: row.id, terms }))
}

fn line(row: LineRow) -> Result<Line> {
    Ok(Line {
        name: name(&row.name_ja, &row.name_en)?,
        months: u16::try_from(row.months).unwrap_or(u16::MAX),
        covers: covers(&row.covers)?,
        component: row.component,
    })
}

/// Both texts of a name.
pub(super) fn name(ja: &str, en: &str) -> Result<Bilingual> {
    Bilingual::new(ja, en).ok_or_else(|| unknown_word("name_ja", ""))
}

/// Read the words of `covers`.
pub(super) fn covers(words: &str) -> Result<Vec<Covers>> {
    words.split_whitespace().map(|word| Covers::from_name(word).ok_or_else(|| unknown_word("covers", word))).collect()
}
