//! Accounts that come along from another system, some hundreds at a time; larger files are for the command line.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::Work;
use crate::base::{Error, FieldError, Refusal, Result};
use crate::domain::admin::account_import::is_source;
use crate::domain::auth::foreign_hash::FirebaseParameters;
use crate::domain::permission::Permission::AccountImport;
use crate::domain::registry::import::RowError;
use crate::http::extract::input::Json;
use crate::http::route::Routes;
use crate::service::admin::account_import::{Became, Format, Summary, Told, Wish, import_document};

/// Accounts of one request.
const MOST: usize = 500;

/// Routes of imports of accounts.
pub fn routes() -> Routes {
    Routes::under("/api/v1/account-imports")
        .post("", AccountImport, import)
        .about("Bring at most 500 accounts along from another system, with their password hashes, or only say what would be done")
        .after_recent_sign_in()
}

/// What to import.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ImportBody {
    /// `hosho-csv`, `keycloak`, `auth0`, `firebase` or `hosho`.
    format: String,
    /// The name of the other system, by which its accounts are known again; the format where it is left out.
    #[serde(default)]
    source: Option<String>,
    /// Only say what would be done.
    #[serde(default)]
    dry_run: bool,
    /// Keep the account's name in the other system as its subject.
    #[serde(default)]
    keep_sub: bool,
    /// The text of the file, as `hosho account import` reads it.
    document: String,
    /// Firebase: the project's password hash parameters, as the console shows them.
    #[serde(default)]
    firebase_parameters: Option<String>,
}

/// What was done.
#[derive(Serialize, ToSchema)]
struct ImportReport {
    dry_run: bool,
    /// Accounts that were new.
    added: u64,
    /// Accounts that had come before; they are left as they are.
    known: u64,
    /// Rows that were refused.
    refused: u64,
    /// Accounts of which something was left out.
    incomplete: u64,
    rows: Vec<RowReport>,
}

/// What became of a row.
#[derive(Serialize, ToSchema)]
struct RowReport {
    /// As a spreadsheet counts (the header is row 1), the line, or the element from 1.
    row: u64,
    /// `added`, `known` or `refused`.
    result: &'static str,
    /// The account.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
    /// What of it was left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<Fault>,
}

/// One fault of a row.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportFault)]
struct Fault {
    /// The column or member; empty for the whole row.
    column: &'static str,
    /// A word for programs.
    reason: &'static str,
    /// A sentence for the author of the file.
    explanation: String,
}

async fn import(work: &mut Work, (Json(body),): (Json<ImportBody>,)) -> Result<ImportReport> {
    let dry_run = body.dry_run;
    let (document, wish) = body.read()?;
    let outcome = import_document(work, document, wish, MOST).await?;
    let (summary, told) = outcome.map_err(|error| wrong("document", error.0))?;
    Ok(ImportReport::new(dry_run, &summary, told))
}

fn wrong(field: &'static str, reason: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Refusal::Invalid(vec![FieldError::new(field, reason)]).into()
}

impl ImportBody {
    fn read(self) -> Result<(Vec<u8>, Wish)> {
        let format = Format::from_name(&self.format).ok_or_else(|| wrong("format", "unknown"))?;
        let source = self.source.unwrap_or(self.format);
        if !is_source(&source) {
            return Err(wrong("source", "form"));
        }
        let firebase = self.firebase_parameters.map(|text| FirebaseParameters::read(&text)).transpose();
        let wish = Wish {
            format,
            source,
            dry_run: self.dry_run,
            keep_sub: self.keep_sub,
            wrap_weak: false,
            resume: false,
            firebase: firebase.map_err(|why| wrong("firebase_parameters", why))?,
            passwords: None,
        };
        Ok((self.document.into_bytes(), wish))
    }
}

impl ImportReport {
    fn new(dry_run: bool, summary: &Summary, told: Vec<Told>) -> Self {
        let Summary { added, known, refused, incomplete, .. } = *summary;
        Self { dry_run, added, known, refused, incomplete, rows: told.into_iter().map(RowReport::from).collect() }
    }
}

impl From<Told> for RowReport {
    fn from(told: Told) -> Self {
        let (result, sub, errors) = match told.became {
            Became::Added(sub) => ("added", sub.map(|sub| sub.to_string()), vec![]),
            Became::Known(sub) => ("known", Some(sub.to_string()), vec![]),
            Became::Refused(errors) => ("refused", None, errors),
        };
        let faults = |errors: Vec<RowError>| errors.into_iter().map(Fault::from).collect();
        Self { row: told.row, result, sub, errors: faults(errors), left_out: faults(told.left_out) }
    }
}

impl From<RowError> for Fault {
    fn from(error: RowError) -> Self {
        Self { column: error.column, reason: error.reason, explanation: error.explanation }
    }
}
