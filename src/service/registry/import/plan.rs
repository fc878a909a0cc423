//! Import of warranty plans: a JSON array, one published version in each element.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::csv_file::FileError;
use super::{Done, Report, finish};
use crate::app::{App, Work};
use crate::base::{Result, digest};
use crate::domain::event::Event;
use crate::domain::registry::Bilingual;
use crate::domain::registry::import::RowError;
use crate::domain::registry::warranty_plan::{Covers, Line, StartRule, Terms, WarrantyPlan, Zone};
use crate::store;

/// The largest file, in bytes.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// Import a file of plans.
pub async fn import(app: &Arc<App>, path: &Path) -> Result<Result<Report, FileError>> {
    let bytes = match read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error)),
    };
    let plans = match serde_json::from_slice::<Value>(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)) {
        Ok(Value::Array(plans)) => plans,
        Ok(_) => return Ok(Err(FileError(format!("{} must hold a JSON array of plans", path.display())))),
        Err(error) => return Ok(Err(FileError(format!("{} is not JSON: {error}", path.display())))),
    };
    let started_at = app.clock.now();
    let mut report = Report::default();
    let mut work = Work::for_operator(app);
    for (number, plan) in (1u64..).zip(&plans) {
        match terms(plan) {
            Err(error) => report.refuse(number, vec![error]),
            Ok(terms) => match publish(&mut work, terms).await? {
                Ok(done) => report.count(done),
                Err(error) => report.refuse(number, vec![error]),
            },
        }
    }
    work.commit().await?;
    finish(app, "plan", (path, &digest::fingerprint(&bytes)), started_at, &report).await?;
    Ok(Ok(report))
}

fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    let failed = |error: std::io::Error| FileError(format!("{} cannot be read: {error}", path.display()));
    if std::fs::metadata(path).map_err(failed)?.len() > MAX_FILE {
        return Err(FileError(format!("{} is larger than {MAX_FILE} bytes", path.display())));
    }
    std::fs::read(path).map_err(failed)
}

/// Publish one version; the same once more changes nothing.
pub(in crate::service) async fn publish(work: &mut Work, terms: Terms) -> Result<Result<Done, RowError>> {
    if let Some(known) = store::registry::warranty_plan::find_version(work.tx(), &terms.code, terms.version).await? {
        return Ok(if known.terms == terms {
            Ok(Done::Unchanged)
        } else {
            let explanation = format!("{} is published and cannot change: give it a new version", terms.label());
            Err(RowError { column: "version", reason: "published", explanation })
        });
    }
    let plan = WarrantyPlan { id: work.new_id(), terms };
    let now = work.now();
    store::registry::warranty_plan::insert(work.tx(), &plan, now).await?;
    let label = plan.terms.label();
    work.record(Event::new("plan.published").about("warranty_plan", &plan.id).change("version", None, Some(&label)));
    Ok(Ok(Done::Added))
}

const MEMBERS: [&str; 10] = [
    "code",
    "version",
    "name",
    "region",
    "zone",
    "start",
    "fallback_days",
    "first_day_counted",
    "transferable",
    "lines",
];
const LINE_MEMBERS: [&str; 4] = ["component", "name", "months", "covers"];

/// Read one plan.
pub(in crate::service) fn terms(plan: &Value) -> Result<Terms, RowError> {
    let plan = object(plan, "", &MEMBERS)?;
    let zone = text(plan, "zone")?.unwrap_or("Asia/Tokyo");
    let start = text(plan, "start")?.unwrap_or("purchase");
    let Some(Value::Array(lines)) = plan.get("lines") else {
        return Err(wrong("lines", "an array of lines is expected"));
    };
    let terms = Terms {
        code: text(plan, "code")?.ok_or_else(|| wrong("code", "it is missing"))?.to_owned(),
        version: number(plan, "version")?.unwrap_or(1),
        name: name(plan)?,
        region: text(plan, "region")?.unwrap_or_default().to_owned(),
        zone: Zone::parse(zone).ok_or_else(|| wrong("zone", "a name of the IANA database such as Asia/Tokyo"))?,
        start: StartRule::from_name(start).ok_or_else(|| wrong("start", "one of purchase, shipment, registration"))?,
        fallback_days: number(plan, "fallback_days")?.unwrap_or(0),
        first_day_counted: flag(plan, "first_day_counted")?.unwrap_or(false),
        transferable: flag(plan, "transferable")?.unwrap_or(true),
        lines: lines.iter().map(line).collect::<Result<_, _>>()?,
    };
    terms.check().map_err(|error| wrong(error.member, &error.explanation))
}

fn line(line: &Value) -> Result<Line, RowError> {
    let line = object(line, "lines", &LINE_MEMBERS)?;
    let Some(Value::Array(covers)) = line.get("covers") else {
        return Err(wrong("covers", "an array of parts, labour, visit, shipping is expected"));
    };
    let covers = covers
        .iter()
        .map(|kind| kind.as_str().and_then(Covers::from_name))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| wrong("covers", "parts, labour, visit and shipping are known"))?;
    let component = text(line, "component")?.ok_or_else(|| wrong("component", "it is missing"))?;
    let months = number(line, "months")?.ok_or_else(|| wrong("months", "a number of months is expected"))?;
    Ok(Line { component: component.to_owned(), name: name(line)?, months, covers })
}

fn object<'a>(value: &'a Value, place: &'static str, members: &[&str]) -> Result<&'a Map<String, Value>, RowError> {
    let Value::Object(object) = value else { return Err(wrong(place, "a JSON object is expected")) };
    match object.keys().find(|key| !members.contains(&key.as_str())) {
        Some(unknown) => {
            let shown: String = unknown.chars().take(40).collect();
            Err(wrong(place, &format!("unknown member \"{shown}\"; known are {}", members.join(", "))))
        }
        None => Ok(object),
    }
}

fn name(object: &Map<String, Value>) -> Result<Bilingual, RowError> {
    let Some(Value::Object(name)) = object.get("name") else {
        return Err(wrong("name", "an object with ja and en is expected"));
    };
    let part = |language| name.get(language).and_then(Value::as_str).unwrap_or_default();
    let storable = |text: &str| crate::base::text::is_storable(text, false) && text.chars().count() <= 200;
    if !storable(part("ja")) || !storable(part("en")) {
        return Err(wrong("name", "at most 200 characters, no control characters"));
    }
    Bilingual::new(part("ja"), part("en")).ok_or_else(|| wrong("name", "ja, en or both are expected"))
}

fn text<'a>(object: &'a Map<String, Value>, member: &'static str) -> Result<Option<&'a str>, RowError> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(member, "a text is expected")),
    }
}

fn number<T: TryFrom<u64>>(object: &Map<String, Value>, member: &'static str) -> Result<Option<T>, RowError> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let number = value.as_u64().and_then(|number| T::try_from(number).ok());
            number.map(Some).ok_or_else(|| wrong(member, "a whole number is expected, not too large"))
        }
    }
}

fn flag(object: &Map<String, Value>, member: &'static str) -> Result<Option<bool>, RowError> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Bool(flag)) => Ok(Some(*flag)),
        Some(_) => Err(wrong(member, "true or false is expected")),
    }
}

fn wrong(member: &'static str, explanation: &str) -> RowError {
    RowError { column: member, reason: "invalid", explanation: explanation.to_owned() }
}
