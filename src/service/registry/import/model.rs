//! Import of the catalogue.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::csv_file::{CsvFile, FileError, Row};
use super::{CHUNK, Done, Report, finish};
use crate::app::{App, Work};
use crate::base::Result;
use crate::domain::event::Event;
use crate::domain::registry::gtin::Gtin;
use crate::domain::registry::import::{MODEL_COLUMNS, MODEL_COLUMNS_NEEDED, ModelRow, RowError};
use crate::domain::registry::product_model::ProductModel;
use crate::store;

/// Import a file of models.
pub async fn import(app: &Arc<App>, path: &Path) -> Result<Result<Report, FileError>> {
    let mut file = match CsvFile::open(path, &MODEL_COLUMNS, &MODEL_COLUMNS_NEEDED) {
        Ok(file) => file,
        Err(error) => return Ok(Err(error)),
    };
    let started_at = app.clock.now();
    let mut report = Report::default();
    loop {
        let rows: Vec<_> = std::iter::from_fn(|| file.next()).take(CHUNK).collect();
        if rows.is_empty() {
            break;
        }
        let mut work = Work::for_operator(app);
        for row in rows {
            take(&mut work, row, &mut report).await?;
        }
        work.commit().await?;
    }
    finish(app, "model", (path, &file.hash), started_at, &report).await?;
    Ok(Ok(report))
}

async fn take(work: &mut Work, row: Result<Row, (u64, RowError)>, report: &mut Report) -> Result<()> {
    let row = match row {
        Ok(row) => row,
        Err((number, error)) => {
            report.refuse(number, vec![error]);
            return Ok(());
        }
    };
    match ModelRow::read(|column| row.value(column)) {
        Err(errors) => report.refuse(row.number, errors),
        Ok(read) => match put(work, read).await? {
            Ok(done) => report.count(done),
            Err(error) => report.refuse(row.number, vec![error]),
        },
    }
    Ok(())
}

/// Add a model or change the one of that number.
pub(in crate::service) async fn put(work: &mut Work, row: ModelRow) -> Result<Result<Done, RowError>> {
    if let Some(code) = &row.plan
        && store::registry::warranty_plan::newest(work.tx(), code).await?.is_none()
    {
        return Ok(Err(refused("warranty_plan", "unknown_plan", "no such plan: import the plans first")));
    }
    let known = store::registry::product_model::find_by_key(work.tx(), row.model_no.key()).await?;
    if let Some(gtin) = &row.gtin
        && let Some(other) = store::registry::product_model::find_by_gtin(work.tx(), gtin).await?
        && known.as_ref().is_none_or(|known| known.id != other.id)
    {
        let explanation = format!("model {} has this GTIN", other.model_no.printed());
        return Ok(Err(refused("gtin", "duplicate", &explanation)));
    }
    let model = ProductModel {
        id: known.as_ref().map_or_else(|| work.new_id(), |known| known.id.clone()),
        brand: row.brand,
        model_no: row.model_no,
        name: row.name,
        category: row.category,
        gtin: row.gtin,
        namespace: row.namespace,
        scheme: row.scheme,
        launched_on: row.launched_on,
        plan: row.plan,
    };
    let Some(known) = known else { return add(work, &model).await };
    if known.namespace != model.namespace {
        let explanation = format!("its serials are unique in {}; that cannot change", known.namespace);
        return Ok(Err(refused("serial_namespace", "fixed", &explanation)));
    }
    if same(&known, &model) {
        return Ok(Ok(Done::Unchanged));
    }
    ensure(work, &model).await?;
    let now = work.now();
    store::registry::product_model::update(work.tx(), &model, now).await?;
    let event = Event::new("model.changed").about("product_model", &model.id);
    work.record(event.change("model", Some(&document(&known)), Some(&document(&model))));
    Ok(Ok(Done::Changed))
}

async fn add(work: &mut Work, model: &ProductModel) -> Result<Result<Done, RowError>> {
    ensure(work, model).await?;
    let now = work.now();
    if !store::registry::product_model::insert(work.tx(), model, now).await? {
        return Ok(Err(refused("model_no", "changed_meanwhile", "somebody else added it: import again")));
    }
    let event = Event::new("model.added").about("product_model", &model.id);
    work.record(event.change("model", None, Some(&document(model))));
    Ok(Ok(Done::Added))
}

/// Make sure that what the model refers to exists.
async fn ensure(work: &mut Work, model: &ProductModel) -> Result<()> {
    store::registry::product_model::ensure_namespace(work.tx(), &model.namespace).await?;
    if !model.brand.is_empty() {
        store::registry::product_model::ensure_brand(work.tx(), &model.brand).await?;
    }
    if !model.category.is_empty() {
        store::registry::product_model::ensure_category(work.tx(), &model.category).await?;
    }
    Ok(())
}

fn same(one: &ProductModel, other: &ProductModel) -> bool {
    one.brand == other.brand
        && one.model_no == other.model_no
        && one.name == other.name
        && one.category == other.category
        && one.gtin == other.gtin
        && one.scheme.pattern() == other.scheme.pattern()
        && one.scheme.check_digit() == other.scheme.check_digit()
        && one.launched_on == other.launched_on
        && one.plan == other.plan
}

/// A model as audit entries show it.
fn document(model: &ProductModel) -> String {
    json!({
        "brand": model.brand,
        "model_no": model.model_no.printed(),
        "name_ja": model.name.ja(),
        "name_en": model.name.en(),
        "category": model.category,
        "gtin": model.gtin.as_ref().map(Gtin::as_str),
        "serial_namespace": model.namespace,
        "serial_regex": model.scheme.pattern(),
        "check_digit": model.scheme.check_digit().name(),
        "launched_on": model.launched_on.map(|on| on.to_string()),
        "warranty_plan": model.plan,
    })
    .to_string()
}

fn refused(column: &'static str, reason: &'static str, explanation: &str) -> RowError {
    RowError { column, reason, explanation: explanation.to_owned() }
}
