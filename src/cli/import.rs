//! `hosho plan|model|unit import FILE`: what a maker brings from its own systems.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::{Context, output};
use crate::base::{Fault, Result};
use crate::service::registry::import::{FileError, Report, model, plan, unit};

const PLAN_MEMBERS: &str = "A JSON array of: code, version, name{ja,en}, region, zone, \
    start (purchase, shipment or registration), fallback_days, first_day_counted, transferable, \
    lines[{component, name{ja,en}, months, covers[parts, labour, visit, shipping]}]";
const MODEL_COLUMNS: &str = "CSV: brand,model_no,name_ja,name_en,category,gtin,serial_namespace,serial_regex,\
    check_digit,launched_on,warranty_plan";
const UNIT_COLUMNS: &str = "CSV: model_no,serial,lot,made_on,shipped_on,claim_code";

/// Warranty plans.
#[derive(Subcommand)]
pub enum Plan {
    /// Publish the plans of a JSON file: an array, one version of a plan in each element
    Import {
        #[arg(help = PLAN_MEMBERS)]
        file: PathBuf,
    },
}

/// Product models.
#[derive(Subcommand)]
pub enum Model {
    /// Add and change models from a CSV file (UTF-8 or CP932)
    Import {
        #[arg(help = MODEL_COLUMNS)]
        file: PathBuf,
    },
}

/// Units of the factory list.
#[derive(Subcommand)]
pub enum Unit {
    /// Add and change units from a CSV file (UTF-8 or CP932)
    Import {
        #[arg(help = UNIT_COLUMNS)]
        file: PathBuf,
    },
}

impl Plan {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let Self::Import { file } = self;
        show(context, plan::import(&context.open().await?, file).await?)
    }
}

impl Model {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let Self::Import { file } = self;
        show(context, model::import(&context.open().await?, file).await?)
    }
}

impl Unit {
    /// Run it.
    pub async fn run(&self, context: &Context) -> Result<()> {
        let Self::Import { file } = self;
        show(context, unit::import(&context.open().await?, file).await?)
    }
}

/// Print what was done and which rows were refused. A file of which nothing could be taken is a failure.
fn show(context: &Context, report: Result<Report, FileError>) -> Result<()> {
    let report = report.map_err(|error| Fault::new(error.0))?;
    if context.json {
        output::json(&as_json(&report));
    } else {
        let Report { added, changed, unchanged, refused, .. } = &report;
        output::line(&format!("{added} added, {changed} changed, {unchanged} unchanged, {refused} refused."));
        for failure in &report.failures {
            let column = if failure.column.is_empty() { String::new() } else { format!(", {}", failure.column) };
            output::line(&format!("Row {}{column}: {} ({})", failure.row, failure.explanation, failure.reason));
        }
    }
    let taken = report.added + report.changed + report.unchanged;
    match report.failures.first() {
        Some(first) if taken == 0 => {
            let sentence = format!("every row was refused; row {}: {}", first.row, first.explanation);
            Err(Fault::new(sentence).into())
        }
        _ => Ok(()),
    }
}

fn as_json(report: &Report) -> Value {
    let errors: Vec<Value> = report
        .failures
        .iter()
        .map(|failure| {
            json!({
                "row": failure.row,
                "column": failure.column,
                "reason": failure.reason,
                "explanation": failure.explanation,
            })
        })
        .collect();
    json!({
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": report.refused,
        "errors": errors,
    })
}
