//! Import of factory lists: the units of models that are known.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::sync::Arc;

use super::csv_file::{CsvFile, FileError, Row};
use super::{CHUNK, Done, Report, finish};
use crate::app::{App, Work};
use crate::base::Result;
use crate::domain::registry::import::{RowError, UNIT_COLUMNS, UNIT_COLUMNS_NEEDED, UnitRow};
use crate::domain::registry::product_model::ProductModel;
use crate::domain::registry::unit::{Provenance, Unit};
use crate::service::registry::review;
use crate::store;
use crate::store::registry::unit::MANY;

/// Import a factory list.
pub async fn import(app: &Arc<App>, path: &Path) -> Result<Result<Report, FileError>> {
    let mut file = match CsvFile::open(path, &UNIT_COLUMNS, &UNIT_COLUMNS_NEEDED) {
        Ok(file) => file,
        Err(error) => return Ok(Err(error)),
    };
    let started_at = app.clock.now();
    let mut run = Run::default();
    loop {
        let rows: Vec<_> = std::iter::from_fn(|| file.next()).take(CHUNK).collect();
        if rows.is_empty() {
            break;
        }
        let mut work = Work::for_operator(app);
        for row in rows {
            run.read(&mut work, row).await?;
        }
        run.write(&mut work).await?;
        work.commit().await?;
    }
    run.report.failures.sort_by_key(|failure| failure.row);
    finish(app, "unit", (path, &file.hash), started_at, &run.report).await?;
    Ok(Ok(run.report))
}

/// Take over one unit as a row of its own list.
pub(in crate::service) async fn put(work: &mut Work, row: UnitRow) -> Result<Result<Done, RowError>> {
    let (unit, namespace) = match Run::default().unit(work, row).await? {
        Ok(unit) => unit,
        Err(error) => return Ok(Err(error)),
    };
    let now = work.now();
    if store::registry::unit::insert(work.tx(), &unit, &namespace, now).await? {
        return Ok(Ok(Done::Added));
    }
    match store::registry::unit::find_by_serial(work.tx(), &namespace, &unit.serial).await? {
        Some(known) => update(work, &known, unit).await,
        None => Ok(Err(refused("serial", "changed_meanwhile", "somebody else changed it: try again"))),
    }
}

#[derive(Default)]
struct Run {
    report: Report,
    models: HashMap<String, Option<Arc<ProductModel>>>,
    // Hashes only: a list of a million serials must not be held in memory.
    seen: HashSet<u64>,
    /// Rows of this chunk that were understood: their numbers, and the units with their namespaces.
    numbers: Vec<u64>,
    units: Vec<(Unit, String)>,
}

impl Run {
    /// Understand a row.
    async fn read(&mut self, work: &mut Work, row: Result<Row, (u64, RowError)>) -> Result<()> {
        let row = match row {
            Ok(row) => row,
            Err((number, error)) => {
                self.report.refuse(number, vec![error]);
                return Ok(());
            }
        };
        match UnitRow::read(|column| row.value(column)) {
            Err(errors) => self.report.refuse(row.number, errors),
            Ok(read) => match self.unit(work, read).await? {
                Err(error) => self.report.refuse(row.number, vec![error]),
                Ok(unit) => {
                    self.numbers.push(row.number);
                    self.units.push(unit);
                }
            },
        }
        Ok(())
    }

    async fn unit(&mut self, work: &mut Work, row: UnitRow) -> Result<Result<(Unit, String), RowError>> {
        let Some(model) = self.model(work, row.model_no.key()).await? else {
            return Ok(Err(refused("model_no", "unknown_model", "no such model: import the models first")));
        };
        let serial = match row.normalised(&model.scheme) {
            Ok(serial) => serial,
            Err(error) => return Ok(Err(error)),
        };
        let mut hasher = DefaultHasher::new();
        (&model.namespace, &serial).hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            return Ok(Err(refused("serial", "duplicate", "an earlier row of this file has the same serial")));
        }
        let unit = Unit {
            id: work.new_id(),
            model: model.id.clone(),
            serial_label: row.serial.raw().to_owned(),
            serial,
            lot: row.lot,
            made_on: row.made_on,
            shipped_on: row.shipped_on,
            claim_code_hash: row.claim_code_hash,
            provenance: Provenance::Manufactured,
        };
        Ok(Ok((unit, model.namespace.clone())))
    }

    /// Write the chunk: many at a time what is new, one by one what is known.
    async fn write(&mut self, work: &mut Work) -> Result<()> {
        let now = work.now();
        let (units, numbers) = (std::mem::take(&mut self.units), std::mem::take(&mut self.numbers));
        let (many, rest) = units.as_chunks::<MANY>();
        let mut added = HashSet::new();
        for batch in many {
            added.extend(store::registry::unit::insert_many(work.tx(), batch, now).await?);
        }
        for (unit, namespace) in rest {
            if store::registry::unit::insert(work.tx(), unit, namespace, now).await? {
                added.insert(unit.id.clone());
            }
        }
        for (number, (unit, namespace)) in numbers.into_iter().zip(units) {
            if added.contains(&unit.id) {
                self.report.count(Done::Added);
                continue;
            }
            let known = store::registry::unit::find_by_serial(work.tx(), &namespace, &unit.serial).await?;
            let done = match known {
                Some(known) => update(work, &known, unit).await?,
                None => Err(refused("serial", "changed_meanwhile", "somebody else changed it: import again")),
            };
            match done {
                Ok(done) => self.report.count(done),
                Err(error) => self.report.refuse(number, vec![error]),
            }
        }
        Ok(())
    }

    async fn model(&mut self, work: &mut Work, key: &str) -> Result<Option<Arc<ProductModel>>> {
        if let Some(model) = self.models.get(key) {
            return Ok(model.clone());
        }
        let model = store::registry::product_model::find_by_key(work.tx(), key).await?.map(Arc::new);
        self.models.insert(key.to_owned(), model.clone());
        Ok(model)
    }
}

/// Take over what the list says of a unit that is known. What the list leaves empty stays as it is.
async fn update(work: &mut Work, known: &Unit, listed: Unit) -> Result<Result<Done, RowError>> {
    if known.provenance == Provenance::Manufactured && known.model != listed.model {
        return Ok(Err(refused("serial", "other_model", "another model of the same namespace has this serial")));
    }
    let merged = Unit {
        id: known.id.clone(),
        lot: if listed.lot.is_empty() { known.lot.clone() } else { listed.lot },
        made_on: listed.made_on.or(known.made_on),
        shipped_on: listed.shipped_on.or(known.shipped_on),
        claim_code_hash: listed.claim_code_hash.or_else(|| known.claim_code_hash.clone()),
        ..listed
    };
    if merged == *known {
        return Ok(Ok(Done::Unchanged));
    }
    let now = work.now();
    store::registry::unit::update(work.tx(), &merged, now).await?;
    review::unit_listed(work, &merged).await?;
    Ok(Ok(Done::Changed))
}

fn refused(column: &'static str, reason: &'static str, explanation: &str) -> RowError {
    RowError { column, reason, explanation: explanation.to_owned() }
}
