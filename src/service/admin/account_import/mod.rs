//! Bringing accounts along from another system: files are read row by row on a thread of their own, and written in
//! batches, each a unit of work of its own.
//!
//! # Decisions
//! - An account is known again by its name in the other system. A second run, or one after a process was killed,
//!   makes none twice, and changes none: what its owner has changed here counts.
//! - How far a run has come is committed together with the rows, so that `--resume` goes on exactly there.
//! - No password is hashed (but where quick hashes are to be wrapped): an import costs as much as its writing, and
//!   between two batches it stands back, so that sign-ins of a server beside it do not wait.

mod auth0;
mod batch;
mod claim_names;
pub mod csv;
mod elements;
mod firebase;
mod hosho;
mod keycloak;
mod restore;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::app::{App, Work};
use crate::base::digest::Sha256;
use crate::base::id::Subject;
use crate::base::time::millis;
use crate::base::{Error, Refusal, Result};
use crate::domain::admin::account_import::ImportedAccount;
use crate::domain::auth::foreign_hash::FirebaseParameters;
use crate::domain::event::Event;
use crate::domain::registry::import::RowError;
use crate::service::registry::import::csv_file::{Bytes, CsvFile};
use crate::service::registry::import::{Failure, FileError, MAX_FAILURES};
use crate::store;
use crate::store::admin::account_import::{NewRun, Progress};
use batch::Prepared;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Our own CSV: see [`csv::COLUMNS`].
    Csv,
    /// A realm export of Keycloak.
    Keycloak,
    /// A users export of Auth0.
    Auth0,
    /// `firebase auth:export`.
    Firebase,
    /// What another installation of ours has exported.
    Hosho,
}

impl Format {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Keycloak, Self::Auth0, Self::Firebase, Self::Hosho];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "hosho-csv",
            Self::Keycloak => "keycloak",
            Self::Auth0 => "auth0",
            Self::Firebase => "firebase",
            Self::Hosho => "hosho",
        }
    }

    /// The format of a word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// How an import is wanted.
pub struct Wish {
    /// The form of the file.
    pub format: Format,
    /// The name of the other system, by which its accounts are known again.
    pub source: String,
    /// Only say what would be done.
    pub dry_run: bool,
    /// The account's name in the other system becomes its subject here.
    pub keep_sub: bool,
    /// Hash quick hashes once more.
    pub wrap_weak: bool,
    /// Go on where a run of the same file broke off.
    pub resume: bool,
    /// What Firebase's hashes are compared with.
    pub firebase: Option<FirebaseParameters>,
    /// The file in which Auth0 hands out hashes.
    pub passwords: Option<PathBuf>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// A new account; without a subject where it would only become one.
    Added(Option<Subject>),
    /// It had come before.
    Known(Subject),
    /// Nothing, for these reasons.
    Refused(Vec<RowError>),
}

/// A row and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The row as a spreadsheet counts (the header is row 1), the line, or the element from 1.
    pub row: u64,
    /// What became of it.
    pub became: Became,
    /// What of it was left out.
    pub left_out: Vec<RowError>,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Accounts that were new.
    pub added: u64,
    /// Accounts that had come before.
    pub known: u64,
    /// Rows that were refused.
    pub refused: u64,
    /// Accounts of which something was left out.
    pub incomplete: u64,
    /// Rows that an earlier run was done with.
    pub skipped: u64,
    /// Why rows were refused, for the first [`MAX_FAILURES`] faults.
    pub failures: Vec<Failure>,
}

/// Rows in one unit of work.
const BATCH: usize = 100;
/// How long a batch may be tried again because somebody else took an address meanwhile.
const MAX_ROUNDS: u32 = 5;
/// How long others get between two batches.
const STAND_BACK: std::time::Duration = millis(20);

/// Import a file; `tell` hears of every row once it is committed.
pub async fn import(
    app: &Arc<App>,
    path: &Path,
    wish: Wish,
    tell: &mut dyn FnMut(&Told) -> Result<()>,
) -> Result<Result<Summary, FileError>> {
    let wish = Arc::new(wish);
    let hash = match hash_of(path) {
        Ok(hash) => hash,
        Err(error) => return Ok(Err(error)),
    };
    let mut rows = match start_reading(path, &wish) {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(error)),
    };
    let mut summary = Summary::default();
    let mut progress = if wish.dry_run { None } else { Some(begin(app, path, &hash, &wish).await?) };
    let done_before = progress.as_ref().map_or(0, |progress| progress.last_row);
    let mut seen = batch::Seen::default();
    let mut buffer = Vec::with_capacity(BATCH);
    while rows.recv_many(&mut buffer, BATCH).await > 0 {
        let mut prepared = Vec::with_capacity(buffer.len());
        for read in buffer.drain(..) {
            let row = match read {
                Ok(row) => row,
                Err(error) => return Ok(Err(error)),
            };
            if i64::try_from(row.number).unwrap_or(i64::MAX) <= done_before {
                summary.skipped += 1;
            } else {
                prepared.push(Prepared::make(app, seen.look(row), &wish).await?);
            }
        }
        if prepared.is_empty() {
            continue;
        }
        for told in write(app, &wish, &prepared, progress.as_mut()).await? {
            summary.count(&told);
            tell(&told)?;
        }
        tokio::time::sleep(STAND_BACK).await;
    }
    if let Some(progress) = progress {
        finish(app, &progress).await?;
    }
    Ok(Ok(summary))
}

/// Import rows that came with a request, in its own unit of work.
pub async fn import_document(
    work: &mut Work,
    document: Vec<u8>,
    wish: Wish,
    most: usize,
) -> Result<Result<(Summary, Vec<Told>), FileError>> {
    // What is slow comes before the transaction.
    work.settle().await?;
    let app = Arc::clone(work.app());
    let document = Arc::<[u8]>::from(document);
    let mut rows = Vec::new();
    let open = || -> std::io::Result<Bytes> { Ok(Box::new(std::io::Cursor::new(Arc::clone(&document)))) };
    let read = each_row(Path::new("document"), &open, &wish, &auth0::Hashes::default(), &mut |row| {
        rows.push(row);
        rows.len() <= most
    });
    if let Err(error) = read {
        return Ok(Err(error));
    }
    if rows.len() > most {
        return Ok(Err(FileError(format!("at most {most} accounts at once: import larger files at the command line"))));
    }
    let mut seen = batch::Seen::default();
    let mut prepared = Vec::with_capacity(rows.len());
    for row in rows {
        prepared.push(Prepared::make(&app, seen.look(row), &wish).await?);
    }
    let mut summary = Summary::default();
    let told = batch::write(work, &wish, &prepared).await?;
    for told in &told {
        summary.count(told);
    }
    if wish.dry_run {
        work.roll_back().await;
    } else {
        store::auth::password::count_works(work.tx()).await?;
        let counted = Event::new("account_import.finished").about("account_import", "");
        work.record(counts(counted, [summary.added, summary.known, summary.refused]));
    }
    Ok(Ok((summary, told)))
}

impl Summary {
    fn count(&mut self, told: &Told) {
        match &told.became {
            Became::Added(_) => self.added += 1,
            Became::Known(_) => self.known += 1,
            Became::Refused(errors) => {
                self.refused += 1;
                for error in errors.iter().take(MAX_FAILURES.saturating_sub(self.failures.len())) {
                    self.failures.push(Failure {
                        row: told.row,
                        column: error.column.to_owned(),
                        reason: error.reason,
                        explanation: error.explanation.clone(),
                    });
                }
            }
        }
        self.incomplete += u64::from(!told.left_out.is_empty());
    }
}

/// A row as it was read.
pub(super) struct Row {
    number: u64,
    read: Result<Box<ImportedAccount>, Vec<RowError>>,
}

/// Read the file on a thread of its own, which ends when nobody listens any more.
fn start_reading(path: &Path, wish: &Arc<Wish>) -> Result<mpsc::Receiver<Result<Row, FileError>>, FileError> {
    let hashes = match &wish.passwords {
        Some(file) => auth0::Hashes::read(file)?,
        None => auth0::Hashes::default(),
    };
    let (sender, receiver) = mpsc::channel(2 * BATCH);
    let (path, wish) = (path.to_owned(), Arc::clone(wish));
    tokio::task::spawn_blocking(move || {
        let open = || -> std::io::Result<Bytes> { Ok(Box::new(File::open(&path)?)) };
        let read = each_row(&path, &open, &wish, &hashes, &mut |row| sender.blocking_send(Ok(row)).is_ok());
        if let Err(error) = read {
            // Nobody listens any more: then nobody needs to know.
            let _ = sender.blocking_send(Err(error));
        }
    });
    Ok(receiver)
}

/// Give every row, until no more is wanted.
fn each_row(
    path: &Path,
    open: &dyn Fn() -> std::io::Result<Bytes>,
    wish: &Wish,
    hashes: &auth0::Hashes,
    give: &mut dyn FnMut(Row) -> bool,
) -> Result<(), FileError> {
    if wish.format == Format::Csv {
        let mut file = CsvFile::read(path, open, &csv::COLUMNS, &csv::COLUMNS_NEEDED)?;
        while let Some(read) = file.next() {
            let row = match read {
                Ok(row) => Row { number: row.number, read: csv::read(|column| row.value(column)).map(Box::new) },
                Err((number, error)) => Row { number, read: Err(vec![error]) },
            };
            if !give(row) {
                break;
            }
        }
        return Ok(());
    }
    let source = open().map_err(|error| FileError(format!("{} cannot be read: {error}", path.display())))?;
    elements::read(BufReader::with_capacity(64 * 1024, source), &mut |number, element| {
        let header = element.as_ref().ok().filter(|_| wish.format == Format::Hosho).and_then(hosho::header);
        match header {
            Some(Ok(())) => return true,
            // Nothing behind a header of another version can be trusted to mean the same.
            Some(Err(error)) => {
                give(Row { number, read: Err(vec![error]) });
                return false;
            }
            None => {}
        }
        let read = element.map_err(|error| vec![error]).and_then(|element| match wish.format {
            Format::Keycloak => keycloak::read(&element),
            Format::Auth0 => auth0::read(&element, hashes),
            Format::Firebase => firebase::read(&element, wish.firebase.as_ref()),
            Format::Hosho | Format::Csv => hosho::read(&element),
        });
        give(Row { number, read: read.map(Box::new) })
    });
    Ok(())
}

fn hash_of(path: &Path) -> Result<String, FileError> {
    let failed = |error: std::io::Error| FileError(format!("{} cannot be read: {error}", path.display()));
    let mut file = File::open(path).map_err(failed)?;
    let mut hash = HashWriter(Sha256::default());
    std::io::copy(&mut file, &mut hash).map_err(failed)?;
    Ok(hash.0.finish())
}

struct HashWriter(Sha256);

impl std::io::Write for HashWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Begin a run, or go on with the one that broke off.
async fn begin(app: &Arc<App>, path: &Path, hash: &str, wish: &Wish) -> Result<Progress> {
    let mut work = Work::for_operator(app);
    let format = wish.format.name();
    if wish.resume
        && let Some(progress) =
            store::admin::account_import::find_unfinished(work.tx(), hash, &wish.source, format).await?
    {
        return Ok(progress);
    }
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (actor_kind, actor_id) = work.actor().named();
    let actor = format!("{actor_kind}:{actor_id}");
    let (id, now) = (work.new_id(), work.now());
    let run = NewRun { id: &id, source: &wish.source, format, file_name: &file_name, file_hash: hash, actor: &actor };
    store::admin::account_import::insert(work.tx(), &run, now).await?;
    work.commit().await?;
    Ok(Progress { id, last_row: 0, added: 0, known: 0, refused: 0 })
}

/// Write a batch, with how far it brings the run. Where somebody else took an address or a name meanwhile, the batch
/// is tried again and finds it taken.
async fn write(
    app: &Arc<App>,
    wish: &Wish,
    rows: &[Prepared],
    mut progress: Option<&mut Progress>,
) -> Result<Vec<Told>> {
    let mut round = 1;
    loop {
        let mut work = Work::for_operator(app);
        let done = match write_once(&mut work, wish, rows, progress.as_deref()).await {
            Ok((told, after)) if !wish.dry_run => work.commit().await.map(|()| (told, after)),
            Ok(looked) => {
                work.roll_back().await;
                Ok(looked)
            }
            Err(error) => {
                work.roll_back().await;
                Err(error)
            }
        };
        match done {
            Ok((told, after)) => {
                if let (Some(progress), Some(after)) = (progress.as_deref_mut(), after) {
                    *progress = after;
                }
                return Ok(told);
            }
            Err(error) if round < MAX_ROUNDS && may_pass(&error) => round += 1,
            Err(error) => return Err(error),
        }
        tokio::time::sleep(STAND_BACK * round).await;
    }
}

async fn write_once(
    work: &mut Work,
    wish: &Wish,
    rows: &[Prepared],
    before: Option<&Progress>,
) -> Result<(Vec<Told>, Option<Progress>)> {
    let told = batch::write(work, wish, rows).await?;
    let Some(before) = before else { return Ok((told, None)) };
    let mut summary = Summary::default();
    told.iter().for_each(|told| summary.count(told));
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let last_row = rows.iter().map(|row| count(row.number)).max().unwrap_or_default();
    let after = Progress {
        id: before.id.clone(),
        last_row: last_row.max(before.last_row),
        added: before.added.saturating_add(count(summary.added)),
        known: before.known.saturating_add(count(summary.known)),
        refused: before.refused.saturating_add(count(summary.refused)),
    };
    store::admin::account_import::update(work.tx(), &after, None).await?;
    Ok((told, Some(after)))
}

fn may_pass(error: &Error) -> bool {
    match error {
        Error::Refused(refusal) => matches!(refusal, Refusal::Conflict(_)),
        Error::Fault(fault) => fault.is_retryable(),
    }
}

/// The run is over.
async fn finish(app: &Arc<App>, progress: &Progress) -> Result<()> {
    let mut work = Work::for_operator(app);
    let now = work.now();
    store::admin::account_import::update(work.tx(), progress, Some(now)).await?;
    store::auth::password::count_works(work.tx()).await?;
    let event = Event::new("account_import.finished").about("account_import", &progress.id);
    work.record(counts(event, [progress.added, progress.known, progress.refused]));
    work.commit().await
}

fn counts(event: Event, [added, known, refused]: [impl ToString; 3]) -> Event {
    event.change("added", None, Some(&added.to_string())).change("known", None, Some(&known.to_string())).change(
        "refused",
        None,
        Some(&refused.to_string()),
    )
}
