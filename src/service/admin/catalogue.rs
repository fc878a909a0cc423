//! Models and plans one at a time, by the rules of the imports.

use crate::app::Work;
use crate::base::{Error, FieldError, Refusal, Result, Timestamp};
use crate::domain::registry::ProductModelId;
use crate::domain::registry::import::{ModelRow, RowError};
use crate::domain::registry::product_model::ProductModel;
use crate::domain::registry::warranty_plan::WarrantyPlan;
use crate::service::registry::import::{model, plan};
use crate::store;

/// Add a model.
pub async fn add_model(work: &mut Work, row: ModelRow) -> Result<ProductModel> {
    let key = row.model_no.key().to_owned();
    if store::registry::product_model::find_by_key(work.tx(), &key).await?.is_some() {
        return Err(Refusal::Conflict("model_no_taken").into());
    }
    put_model(work, row, &key).await
}

/// Replace what is known of a model that was last changed at `seen`. Its number and its namespace stay, because
/// units rest on them.
pub async fn replace_model(
    work: &mut Work,
    id: &ProductModelId,
    seen: Timestamp,
    row: ModelRow,
) -> Result<ProductModel> {
    let known = store::registry::product_model::find(work.tx(), id).await?.ok_or(Refusal::NotFound)?;
    let key = row.model_no.key().to_owned();
    if key != known.model_no.key() {
        return Err(Error::invalid("model_no", "fixed"));
    }
    let now = work.now();
    if !store::admin::version::claim_product_model(work.tx(), id, seen, now).await? {
        return Err(Refusal::Conflict("changed_meanwhile").into());
    }
    put_model(work, row, &key).await
}

async fn put_model(work: &mut Work, row: ModelRow, key: &str) -> Result<ProductModel> {
    model::put(work, row).await?.map_err(|error| refused(&[error]))?;
    store::registry::product_model::find_by_key(work.tx(), key).await?.ok_or_else(|| Refusal::NotFound.into())
}

/// Publish a version of a plan, given as the import reads it. A published version never changes.
pub async fn publish_plan(work: &mut Work, document: &serde_json::Value) -> Result<WarrantyPlan> {
    let terms = plan::terms(document).map_err(|error| refused(&[error]))?;
    let (code, version) = (terms.code.clone(), terms.version);
    if store::registry::warranty_plan::find_version(work.tx(), &code, version).await?.is_some() {
        return Err(Refusal::Conflict("published").into());
    }
    plan::publish(work, terms).await?.map_err(|error| refused(&[error]))?;
    let plan = store::registry::warranty_plan::find_version(work.tx(), &code, version).await?;
    plan.ok_or_else(|| Refusal::NotFound.into())
}

/// What is wrong with a row, by its columns.
pub fn refused(errors: &[RowError]) -> Error {
    let field = |error: &RowError| {
        // Where there is no word of its own, the sentence says what is wrong.
        let reason = if error.reason == "invalid" { error.explanation.clone() } else { error.reason.to_owned() };
        FieldError::new(error.column, reason)
    };
    Refusal::Invalid(errors.iter().map(field).collect()).into()
}
