//! Imports of plans, models and factory lists: rows are read one by one and written in chunks, each a unit of
//! work of its own, so that a million rows need little memory and one bad row harms no other. Repeating an
//! import changes nothing.

pub(in crate::service) mod csv_file;
pub mod model;
pub mod plan;
pub mod unit;

use std::path::Path;
use std::sync::Arc;

pub use csv_file::FileError;

use crate::app::{App, Work};
use crate::base::{Result, Timestamp};
use crate::domain::event::Event;
use crate::domain::registry::import::RowError;
use crate::store;
use crate::store::registry::import_run::ImportRun;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rows that were new.
    pub added: u64,
    /// Rows that changed something.
    pub changed: u64,
    /// Rows that said what was known.
    pub unchanged: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Why, for the first [`MAX_FAILURES`] of them.
    pub failures: Vec<Failure>,
}

/// One fault of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The row as a spreadsheet counts: the header is row 1. For JSON, the element, from 1.
    pub row: u64,
    /// The column or member, or empty for the whole row.
    pub column: String,
    /// A word for the reason.
    pub reason: &'static str,
    /// A sentence for the author of the file.
    pub explanation: String,
}

/// So many faults are told; the rest is only counted.
pub const MAX_FAILURES: usize = 1000;
/// Rows in one unit of work.
const CHUNK: usize = 500;

/// What became of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) enum Done {
    Added,
    Changed,
    Unchanged,
}

impl Report {
    fn count(&mut self, done: Done) {
        match done {
            Done::Added => self.added += 1,
            Done::Changed => self.changed += 1,
            Done::Unchanged => self.unchanged += 1,
        }
    }

    fn refuse(&mut self, row: u64, errors: Vec<RowError>) {
        self.refused += 1;
        for error in errors {
            if self.failures.len() < MAX_FAILURES {
                self.failures.push(Failure {
                    row,
                    column: error.column.to_owned(),
                    reason: error.reason,
                    explanation: error.explanation,
                });
            }
        }
    }
}

/// Keep a record of the run, with an audit entry.
async fn finish(
    app: &Arc<App>,
    kind: &'static str,
    (path, file_hash): (&Path, &str),
    started_at: Timestamp,
    report: &Report,
) -> Result<()> {
    let mut work = Work::for_operator(app);
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let (actor_kind, actor_id) = work.actor().named();
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let run = ImportRun {
        id: work.new_id(),
        kind,
        file_name: &file_name,
        file_hash,
        actor: format!("{actor_kind}:{actor_id}"),
        started_at,
        counts: [count(report.added), count(report.changed), count(report.unchanged), count(report.refused)],
    };
    let now = work.now();
    store::registry::import_run::insert(work.tx(), &run, now).await?;
    let name = match kind {
        "plan" => "plan.imported",
        "model" => "model.imported",
        _ => "unit.imported",
    };
    let event = Event::new(name).about("import_run", &run.id);
    let event = event.change("added", None, Some(&report.added.to_string()));
    let event = event.change("changed", None, Some(&report.changed.to_string()));
    work.record(event.change("refused", None, Some(&report.refused.to_string())));
    work.commit().await
}
