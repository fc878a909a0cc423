//! Units of the factory's list.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Name;
use crate::app::Work;
use crate::base::{Error, Refusal, Result};
use crate::domain::permission::Permission::{UnitRead, UnitWrite};
use crate::domain::registry::UnitId;
use crate::domain::registry::import::UnitRow;
use crate::domain::registry::serial_number::SerialNumber;
use crate::domain::registry::unit::Unit;
use crate::domain::registry::warranty::Cover;
use crate::http::api::paging::{CURSOR, LIMIT, Paging};
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Json, Query, QueryFields};
use crate::http::respond::output::Created;
use crate::http::route::Routes;
use crate::service::admin::catalogue::refused;
use crate::service::admin::unit::{self, UnitDetail};
use crate::service::registry::product_model;
use crate::store;

/// Routes of units.
pub fn routes() -> Routes {
    Routes::under("/api/v1/units")
        .get("", UnitRead, list)
        .about("List units, all or of one model, or find a serial number in any spelling")
        .post("", UnitWrite, add)
        .about("Add a unit to the factory's list")
        .get_audited("/{id}", UnitRead, show)
        .about("Show one unit; who holds it, to those who may see customers")
}

/// Units by serial number.
#[derive(Serialize, ToSchema)]
struct UnitList {
    items: Vec<UnitLine>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A unit in a list.
#[derive(Serialize, ToSchema)]
struct UnitLine {
    id: String,
    /// The model's id.
    model: String,
    /// As it is compared.
    serial: String,
    /// As on the label.
    serial_label: String,
    lot: String,
    made_on: Option<String>,
    shipped_on: Option<String>,
    /// Whether there is a code in its box.
    has_claim_code: bool,
    /// `manufactured` from the factory's list, `provisional` when only a customer named it.
    provenance: &'static str,
}

/// One unit.
#[derive(Serialize, ToSchema)]
struct UnitView {
    #[serde(flatten)]
    unit: UnitLine,
    model_no: String,
    name: Name,
    /// Whether somebody has registered it.
    held: bool,
    /// Who holds it; only to those who may see customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    cover: Vec<CoverView>,
}

/// Cover for one component.
#[derive(Serialize, ToSchema)]
struct CoverView {
    component: String,
    name: Name,
    months: u16,
    covers: Vec<&'static str>,
    /// The last day.
    ends_on: String,
}

/// What the factory knows of a unit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnitBody {
    model_no: String,
    /// As on the label.
    serial: String,
    #[serde(default)]
    lot: String,
    /// `2026-11-22`
    #[serde(default)]
    made_on: Option<String>,
    /// `2026-11-22`
    #[serde(default)]
    shipped_on: Option<String>,
    /// The code in the box; only a hash of it is kept.
    #[serde(default)]
    claim_code: Option<String>,
}

struct Filter {
    model: String,
    serial: Option<SerialNumber>,
    /// The filters as the cursor is bound to them.
    text: String,
    paging: Paging,
}

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] = &[
        ("model", "A model number."),
        ("serial", "A serial number in any spelling: width, case, hyphens and blanks do not matter."),
        LIMIT,
        CURSOR,
    ];

    fn read(fields: &Fields) -> Result<Self> {
        let (model, serial) = (fields.text("model"), fields.text("serial"));
        let number = match serial {
            "" => None,
            typed => Some(SerialNumber::parse(typed).map_err(|_| Error::invalid("serial", "serial_form"))?),
        };
        Ok(Self {
            model: model.to_owned(),
            serial: number,
            text: format!("units\n{model}\n{serial}"),
            paging: Paging::read(fields)?,
        })
    }
}

/// Where the page before has ended.
#[derive(Default)]
struct Place {
    id: String,
    namespace: String,
    serial: String,
}

impl Place {
    async fn of(work: &mut Work, id: &UnitId) -> Result<Self> {
        let unit = store::registry::unit::find(work.tx(), id).await?.ok_or(Refusal::NotFound)?;
        let model = store::registry::product_model::find(work.tx(), &unit.model).await?.ok_or(Refusal::NotFound)?;
        Ok(Self { id: unit.id.to_string(), namespace: model.namespace, serial: unit.serial })
    }
}

async fn list(work: &mut Work, (Query(filter),): (Query<Filter>,)) -> Result<UnitList> {
    let paging = &filter.paging;
    let last = match paging.after::<1>(work, &filter.text)? {
        Some([id]) => Place::of(work, &UnitId::from(id.as_str())).await?,
        None => Place::default(),
    };
    let limit = paging.to_fetch();
    let mut model = None;
    if !filter.model.is_empty() {
        let found = product_model::find_typed(work, &filter.model).await?;
        model = Some(found.ok_or_else(|| Error::invalid("model", "unknown"))?);
    }
    let mut found = match (&model, &filter.serial) {
        (None, None) => store::registry::unit::list_all(work.tx(), (&last.namespace, &last.serial), limit).await?,
        (Some(model), None) => store::registry::unit::list_of_model(work.tx(), model, &last.serial, limit).await?,
        (None, Some(wanted)) => {
            store::registry::unit::list_by_serial(work.tx(), wanted.folded(), &last.id, limit).await?
        }
        (Some(model), Some(wanted)) => match model.scheme.understand(wanted) {
            // The model's scheme reads look-alikes too.
            Ok(read) => {
                let unit = store::registry::unit::find_by_serial(work.tx(), &model.namespace, &read.normalised).await?;
                unit.into_iter().collect()
            }
            Err(_) => Vec::new(),
        },
    };
    let next_cursor = paging.cut(work, &filter.text, &mut found, |unit| [unit.id.to_string()])?;
    Ok(UnitList { items: found.iter().map(UnitLine::from).collect(), next_cursor })
}

async fn show(work: &mut Work, At(id): At<UnitId>) -> Result<UnitView> {
    unit::show(work, &id).await.map(UnitView::from)
}

async fn add(work: &mut Work, (Json(body),): (Json<UnitBody>,)) -> Result<Created<UnitLine>> {
    let unit = unit::add(work, body.read()?).await?;
    Ok(Created(UnitLine::from(&unit)))
}

impl UnitBody {
    /// By the rules of the import.
    fn read(&self) -> Result<UnitRow> {
        let row = UnitRow::read(|column| match column {
            "model_no" => &self.model_no,
            "serial" => &self.serial,
            "lot" => &self.lot,
            "made_on" => self.made_on.as_deref().unwrap_or_default(),
            "shipped_on" => self.shipped_on.as_deref().unwrap_or_default(),
            "claim_code" => self.claim_code.as_deref().unwrap_or_default(),
            _ => "",
        });
        row.map_err(|errors| refused(&errors))
    }
}

impl From<&Unit> for UnitLine {
    fn from(unit: &Unit) -> Self {
        Self {
            id: unit.id.to_string(),
            model: unit.model.to_string(),
            serial: unit.serial.clone(),
            serial_label: unit.serial_label.clone(),
            lot: unit.lot.clone(),
            made_on: unit.made_on.map(|on| on.to_string()),
            shipped_on: unit.shipped_on.map(|on| on.to_string()),
            has_claim_code: unit.claim_code_hash.is_some(),
            provenance: unit.provenance.name(),
        }
    }
}

impl From<UnitDetail> for UnitView {
    fn from(detail: UnitDetail) -> Self {
        Self {
            unit: UnitLine::from(&detail.unit),
            model_no: detail.model.model_no.printed().to_owned(),
            name: Name::from(&detail.model.name),
            held: detail.is_held,
            owner: detail.owner.map(|sub| sub.to_string()),
            cover: detail.cover.iter().map(CoverView::from).collect(),
        }
    }
}

impl From<&Cover> for CoverView {
    fn from(cover: &Cover) -> Self {
        Self {
            component: cover.component.clone(),
            name: Name::from(&cover.name),
            months: cover.months,
            covers: cover.covers.iter().map(|kind| kind.name()).collect(),
            ends_on: cover.ends_on.to_string(),
        }
    }
}
