//! Warranty plans. A published version never changes; a new version covers what is registered from then on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Name;
use crate::app::Work;
use crate::base::{Fault, Refusal, Result};
use crate::domain::permission::Permission::{PlanRead, PlanWrite};
use crate::domain::registry::WarrantyPlanId;
use crate::domain::registry::warranty_plan::{Line, WarrantyPlan};
use crate::http::extract::input::{At, Json};
use crate::http::respond::output::Created;
use crate::http::route::Routes;
use crate::service::admin::catalogue;
use crate::store;

/// Routes of warranty plans.
pub fn routes() -> Routes {
    Routes::under("/api/v1/warranty-plans")
        .get("", PlanRead, list)
        .about("List every published version of every plan")
        .post("", PlanWrite, publish)
        .about("Publish a version of a plan")
        .get("/{id}", PlanRead, show)
        .about("Show one published version")
}

/// Every published version, by code and version.
#[derive(Serialize, ToSchema)]
struct PlanList {
    items: Vec<PlanView>,
}

/// A published version of a plan.
#[derive(Serialize, ToSchema)]
struct PlanView {
    id: String,
    #[serde(flatten)]
    terms: PlanBody,
}

/// What a plan promises.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanBody {
    /// 1 to 40 letters, digits, '-', '_' or '.'.
    code: String,
    /// From 1.
    version: u32,
    name: Name,
    /// Where it holds.
    #[serde(default)]
    region: String,
    /// In which zone its days begin and end: a name of the IANA database.
    #[serde(default = "tokyo")]
    zone: String,
    /// What it counts from: `purchase`, `shipment` or `registration`.
    #[serde(default = "purchase")]
    start: String,
    /// Days added where only the day of shipment or manufacture is known.
    #[serde(default)]
    fallback_days: u16,
    /// Whether the first day counts.
    #[serde(default)]
    first_day_counted: bool,
    /// Whether the next owner has it too.
    #[serde(default = "yes")]
    transferable: bool,
    /// 1 to 100 lines, one for each component.
    lines: Vec<PlanLine>,
}

/// Cover for one component.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlanLine {
    component: String,
    name: Name,
    /// 1 to 1200.
    months: u16,
    /// Some of `parts`, `labour`, `visit`, `shipping`.
    covers: Vec<String>,
}

fn tokyo() -> String {
    "Asia/Tokyo".to_owned()
}

fn purchase() -> String {
    "purchase".to_owned()
}

fn yes() -> bool {
    true
}

async fn list(work: &mut Work, (): ()) -> Result<PlanList> {
    let found = store::registry::warranty_plan::list(work.tx()).await?;
    Ok(PlanList { items: found.iter().map(PlanView::from).collect() })
}

async fn show(work: &mut Work, At(id): At<WarrantyPlanId>) -> Result<PlanView> {
    let found = store::registry::warranty_plan::find(work.tx(), &id).await?.ok_or(Refusal::NotFound)?;
    Ok(PlanView::from(&found))
}

async fn publish(work: &mut Work, (Json(body),): (Json<PlanBody>,)) -> Result<Created<PlanView>> {
    let document =
        serde_json::to_value(&body).map_err(|error| Fault::because("a plan cannot be written as JSON", error))?;
    let plan = catalogue::publish_plan(work, &document).await?;
    Ok(Created(PlanView::from(&plan)))
}

impl From<&WarrantyPlan> for PlanView {
    fn from(plan: &WarrantyPlan) -> Self {
        let terms = &plan.terms;
        Self {
            id: plan.id.to_string(),
            terms: PlanBody {
                code: terms.code.clone(),
                version: terms.version,
                name: Name::from(&terms.name),
                region: terms.region.clone(),
                zone: terms.zone.name().to_owned(),
                start: terms.start.name().to_owned(),
                fallback_days: terms.fallback_days,
                first_day_counted: terms.first_day_counted,
                transferable: terms.transferable,
                lines: terms.lines.iter().map(PlanLine::from).collect(),
            },
        }
    }
}

impl From<&Line> for PlanLine {
    fn from(line: &Line) -> Self {
        Self {
            component: line.component.clone(),
            name: Name::from(&line.name),
            months: line.months,
            covers: line.covers.iter().map(|kind| kind.name().to_owned()).collect(),
        }
    }
}
