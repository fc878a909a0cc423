//! Models of the catalogue.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Name;
use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::domain::permission::Permission::{ModelRead, ModelWrite};
use crate::domain::registry::ProductModelId;
use crate::domain::registry::gtin::Gtin;
use crate::domain::registry::import::ModelRow;
use crate::domain::registry::product_model::ProductModel;
use crate::http::api::paging::{CURSOR, LIMIT, Paging};
use crate::http::api::version::{IfMatch, Tagged};
use crate::http::extract::form::Fields;
use crate::http::extract::input::{At, Json, Query, QueryFields};
use crate::http::respond::output::Created;
use crate::http::route::Routes;
use crate::service::admin::catalogue;
use crate::store;

/// Routes of models.
pub fn routes() -> Routes {
    Routes::under("/api/v1/product-models")
        .get("", ModelRead, list)
        .about("List models by model number")
        .post("", ModelWrite, add)
        .about("Add a model to the catalogue")
        .get("/{id}", ModelRead, show)
        .about("Show one model")
        .put("/{id}", ModelWrite, replace)
        .about("Replace what is known of a model; its number and serial namespace stay")
}

/// Models by model number.
#[derive(Serialize, ToSchema)]
struct ModelList {
    items: Vec<ModelView>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A model of the catalogue.
#[derive(Serialize, ToSchema)]
struct ModelView {
    id: String,
    brand: String,
    /// As printed.
    model_no: String,
    name: Name,
    category: String,
    /// Fourteen digits.
    gtin: Option<String>,
    /// Where its serial numbers are unique.
    serial_namespace: String,
    /// The form of its serial numbers, without hyphens and blanks; empty takes any.
    serial_regex: String,
    /// `none`, `luhn`, `mod10`, `mod11` or `mod37_36`.
    check_digit: &'static str,
    launched_on: Option<String>,
    /// The code of the plan that covers what is registered from now on.
    warranty_plan: Option<String>,
}

/// What is known of a model.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ModelBody {
    #[serde(default)]
    brand: String,
    /// As printed, at most 60 characters.
    model_no: String,
    #[serde(default)]
    name: Name,
    #[serde(default)]
    category: String,
    /// 8, 12, 13 or 14 digits.
    #[serde(default)]
    gtin: Option<String>,
    /// Where its serial numbers are unique; the model number where it is absent.
    #[serde(default)]
    serial_namespace: Option<String>,
    /// A regular expression on the serial number in capitals, without hyphens and blanks.
    #[serde(default)]
    serial_regex: String,
    /// `none`, `luhn`, `mod10`, `mod11` or `mod37_36`.
    #[serde(default)]
    check_digit: String,
    /// `2026-11-22`
    #[serde(default)]
    launched_on: Option<String>,
    /// The code of a plan.
    #[serde(default)]
    warranty_plan: Option<String>,
}

struct Filter(Paging);

impl QueryFields for Filter {
    const FIELDS: &'static [(&'static str, &'static str)] = &[LIMIT, CURSOR];
    fn read(fields: &Fields) -> Result<Self> {
        Paging::read(fields).map(Self)
    }
}

async fn list(work: &mut Work, (Query(Filter(paging)),): (Query<Filter>,)) -> Result<ModelList> {
    let after = paging.after::<1>(work, "product-models")?;
    let after = after.as_ref().map(|[key]| key.as_str()).unwrap_or_default();
    let mut found = store::registry::product_model::list(work.tx(), after, paging.to_fetch()).await?;
    let key = |model: &ProductModel| [model.model_no.key().to_owned()];
    let next_cursor = paging.cut(work, "product-models", &mut found, key)?;
    Ok(ModelList { items: found.iter().map(ModelView::from).collect(), next_cursor })
}

async fn show(work: &mut Work, At(id): At<ProductModelId>) -> Result<Tagged<ModelView>> {
    let found = store::registry::product_model::find(work.tx(), &id).await?.ok_or(Refusal::NotFound)?;
    Ok(Tagged(ModelView::from(&found)))
}

async fn add(work: &mut Work, (Json(body),): (Json<ModelBody>,)) -> Result<Created<ModelView>> {
    let model = catalogue::add_model(work, body.read()?).await?;
    Ok(Created(ModelView::from(&model)))
}

async fn replace(
    work: &mut Work,
    (At(id), if_match, Json(body)): (At<ProductModelId>, IfMatch, Json<ModelBody>),
) -> Result<Tagged<ModelView>> {
    let seen = store::admin::version::of_product_model(work.tx(), &id).await?.ok_or(Refusal::NotFound)?;
    let current = store::registry::product_model::find(work.tx(), &id).await?.ok_or(Refusal::NotFound)?;
    if_match.check(&ModelView::from(&current))?;
    let model = catalogue::replace_model(work, &id, seen, body.read()?).await?;
    Ok(Tagged(ModelView::from(&model)))
}

impl ModelBody {
    /// By the rules of the import.
    fn read(&self) -> Result<ModelRow> {
        let row = ModelRow::read(|column| match column {
            "brand" => &self.brand,
            "model_no" => &self.model_no,
            "name_ja" => &self.name.ja,
            "name_en" => &self.name.en,
            "category" => &self.category,
            "gtin" => self.gtin.as_deref().unwrap_or_default(),
            "serial_namespace" => self.serial_namespace.as_deref().unwrap_or_default(),
            "serial_regex" => &self.serial_regex,
            "check_digit" => &self.check_digit,
            "launched_on" => self.launched_on.as_deref().unwrap_or_default(),
            "warranty_plan" => self.warranty_plan.as_deref().unwrap_or_default(),
            _ => "",
        });
        row.map_err(|errors| catalogue::refused(&errors))
    }
}

impl From<&ProductModel> for ModelView {
    fn from(model: &ProductModel) -> Self {
        Self {
            id: model.id.to_string(),
            brand: model.brand.clone(),
            model_no: model.model_no.printed().to_owned(),
            name: Name::from(&model.name),
            category: model.category.clone(),
            gtin: model.gtin.as_ref().map(|gtin| Gtin::as_str(gtin).to_owned()),
            serial_namespace: model.namespace.clone(),
            serial_regex: model.scheme.pattern().to_owned(),
            check_digit: model.scheme.check_digit().name(),
            launched_on: model.launched_on.map(|on| on.to_string()),
            warranty_plan: model.plan.clone(),
        }
    }
}
