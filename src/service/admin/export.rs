//! A copy of everything about a person, made for them by a job: JSON and a readable page in one archive, sealed until its
//! owner fetches it. What belongs to others and what is secret is not in it.
//! See [`crate::domain::account::data_map`] for where each table stands.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::app::{App, Work, private_audit};
use crate::base::id::Subject;
use crate::base::time::days;
use crate::base::{Fault, Locale, Result};
use crate::domain::account::export::{A_DAY, Export, ExportId, LIFETIME, PATIENCE};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::gateway::archive::{self, Record, Section};
use crate::i18n::Words;
use crate::jose::seal::Place;
use crate::service;
use crate::service::account::{claims, holds, tell};
use crate::store;
use crate::store::account::data_export;

/// What became of asking for a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A job makes it.
    Begun,
    /// One is being made already, or there were enough for today.
    Enough,
}

/// Ask for a copy.
pub async fn ask(work: &mut Work, sub: &Subject, locale: Locale) -> Result<Asked> {
    let now = work.now();
    // The account is held: of two who ask at once, the second one counts the first.
    store::account::hold(work.tx(), sub).await?;
    let waits = data_export::list(work.tx(), sub, now).await?.iter().any(|export| export.ready_at.is_none());
    if waits || data_export::count_since(work.tx(), sub, now.minus(days(1))).await? >= A_DAY {
        return Ok(Asked::Enough);
    }
    let id: ExportId = work.new_id();
    data_export::insert(work.tx(), &id, sub, locale, now).await?;
    work.record(Event::new("export.asked").about("account", sub).of(sub));
    Ok(Asked::Begun)
}

/// The copies of somebody that wait or can be fetched.
pub async fn list(work: &mut Work, sub: &Subject) -> Result<Vec<Export>> {
    let now = work.now();
    data_export::list(work.tx(), sub, now).await
}

/// Fetch one's own copy. Another's does not exist.
pub async fn fetch(work: &mut Work, sub: &Subject, id: &ExportId) -> Result<Option<Vec<u8>>> {
    let now = work.now();
    let Some(sealed) = data_export::sealed(work.tx(), id, sub, now).await? else { return Ok(None) };
    let opened =
        work.app().kek.open(place(id), &sealed).map_err(|error| Fault::because("a copy does not open", error))?;
    work.allow_writing().await?;
    work.record(Event::new("export.fetched").about("account", sub).of(sub));
    Ok(Some(opened.to_vec()))
}

/// Make the copy that waits longest; `false` if none waits.
pub async fn make_next(app: &Arc<App>) -> Result<bool> {
    let mut work = Work::for_job(app, "exports");
    let now = work.now();
    let Some(begun) = data_export::begin_next(work.tx(), now, now.minus(PATIENCE)).await? else {
        work.commit().await?;
        return Ok(false);
    };
    work.settle().await?;
    let locale = Locale::from_tag(&begun.locale).unwrap_or(Locale::Ja);
    let parts = parts(&mut work, &begun.sub, locale).await?;
    work.settle().await?;
    let archive = pack(&parts, Words::of(locale))?;
    let size = i64::try_from(archive.len()).unwrap_or(i64::MAX);
    let sealed = app.kek.seal(place(&begun.id), &archive, &app.random)?;
    let now = work.now();
    if data_export::finish(work.tx(), &begun.id, (sealed, size), (now, now.plus(LIFETIME))).await? {
        let link = app.config.top.issuer.at("/my/privacy");
        let until = now.plus(LIFETIME);
        tell::owner(&mut work, &begun.sub, |reader| Content::ExportReady { until: reader.moment(until), link }).await?;
    }
    work.commit().await?;
    Ok(true)
}

/// A part of a copy.
pub struct Part {
    /// Its name, and that of its file.
    pub name: &'static str,
    /// What it is called.
    pub title: String,
    /// What it says: an object, or an array of objects.
    pub value: Value,
}

/// Everything about a person, part by part.
pub async fn parts(work: &mut Work, sub: &Subject, locale: Locale) -> Result<Vec<Part>> {
    let words = Words::of(locale);
    let part = |name, title, value| Part { name, title, value };
    Ok(vec![
        part("profile", words.copy_profile(), profile(work, sub).await?),
        part("products", words.copy_products(), products(work, sub, locale).await?),
        part("apps", words.copy_apps(), apps(work, sub, locale).await?),
        part("agreements", words.copy_agreements(), agreements(work, sub).await?),
        part("sessions", words.copy_sessions(), sessions(work, sub).await?),
        part("sign_in", words.copy_sign_in(), sign_in(work, sub).await?),
        part("holds", words.copy_holds(), held(work, sub).await?),
        part("history", words.copy_history(), history(work, sub, words).await?),
    ])
}

async fn profile(work: &mut Work, sub: &Subject) -> Result<Value> {
    let Some(account) = store::account::find(work.tx(), sub).await? else { return Ok(json!({})) };
    let mut members: Map<String, Value> = Map::new();
    members.insert("sub".to_owned(), sub.as_ref().into());
    members.insert("customer_number".to_owned(), account.number.to_string().into());
    members.insert("state".to_owned(), account.state.word().into());
    members.insert("opened_at".to_owned(), account.opened_at.to_string().into());
    members.extend(claims::of(&account));
    Ok(members.into())
}

async fn products(work: &mut Work, sub: &Subject, locale: Locale) -> Result<Value> {
    let mut all = Vec::new();
    for card in service::registry::my_products::list(work, sub).await? {
        let cover: Vec<Value> = card
            .cover
            .iter()
            .map(|line| {
                json!({"component": line.name.in_locale(locale), "starts_on": line.starts_on.to_string(),
                       "ends_on": line.ends_on.to_string()})
            })
            .collect();
        all.push(json!({
            "name": card.name.in_locale(locale), "model": card.model_no, "serial": card.serial,
            "state": card.state.name(), "purchased_on": card.purchased_on.map(|day| day.to_string()),
            "registered_on": card.registered_on.to_string(), "dealer": card.dealer, "cover": cover,
        }));
    }
    // What was registered once and is no longer held.
    for registration in store::registry::registration::of(work.tx(), sub, 1000).await? {
        all.push(json!({
            "registration": registration.id.as_ref(), "serial": registration.serial_typed,
            "state": registration.state.name(), "purchased_on": registration.purchased_on.map(|day| day.to_string()),
            "registered_on": registration.declared_on.to_string(), "dealer": registration.dealer,
        }));
    }
    Ok(all.into())
}

async fn apps(work: &mut Work, sub: &Subject, locale: Locale) -> Result<Value> {
    let mut all = Vec::new();
    for app in service::oidc::consent::list(work, sub).await? {
        let units: Vec<&str> = app.units.iter().map(|unit| unit.product.serial.as_str()).collect();
        all.push(json!({
            "client": app.client.name(locale), "scope": app.scope.to_string(), "since": app.since.to_string(),
            "last_used_at": app.latest.to_string(), "products": units,
        }));
    }
    Ok(all.into())
}

async fn agreements(work: &mut Work, sub: &Subject) -> Result<Value> {
    let rows = store::account::terms::accepted(work.tx(), sub).await?;
    let all = rows.into_iter().map(|row| {
        json!({"kind": row.kind, "version": row.version, "locale": row.locale, "digest": row.digest,
               "accepted_at": row.accepted_at.to_string(), "source": row.source})
    });
    Ok(all.collect())
}

async fn sessions(work: &mut Work, sub: &Subject) -> Result<Value> {
    let kept = service::auth::session::list(work, sub).await?;
    let all = kept.into_iter().map(|kept| {
        json!({"started_at": kept.started_at.to_string(), "seen_at": kept.session.seen_at.to_string(),
               "user_agent": kept.user_agent, "amr": kept.session.amr.to_text()})
    });
    Ok(all.collect())
}

async fn sign_in(work: &mut Work, sub: &Subject) -> Result<Value> {
    let password = store::auth::password::find(work.tx(), sub).await?;
    let roles = store::admin::staff_role::of(work.tx(), sub).await?;
    let brought = store::account::erasure::brought_along(work.tx(), sub).await?;
    let linked = store::auth::upstream_identity::list(work.tx(), sub)
        .await?
        .into_iter()
        .map(|row| json!({"provider": row.provider, "account": row.label, "linked_at": row.linked_at.to_string()}));
    Ok(json!({
        "linked_providers": linked.collect::<Vec<_>>(),
        "password_set_at": password.map(|row| row.changed_at.to_string()),
        "staff_roles": roles.iter().map(|role| role.as_str()).collect::<Vec<_>>(),
        "brought_along_from": brought.iter().map(|row| format!("{}: {}", row.source, row.source_id)).collect::<Vec<_>>(),
    }))
}

async fn held(work: &mut Work, sub: &Subject) -> Result<Value> {
    let all = holds::in_force(work, sub).await?.into_iter().map(|hold| {
        json!({"reason": hold.reason, "placed_at": hold.placed_at.to_string(),
               "ends_at": hold.ends_at.map(|at| at.to_string())})
    });
    Ok(all.collect())
}

/// How many entries of the history are read at once.
const PAGE: u32 = 500;

async fn history(work: &mut Work, sub: &Subject, words: Words) -> Result<Value> {
    let (mut all, mut before) = (Vec::new(), i64::MAX);
    loop {
        let mut found = store::admin::audit::about(work.tx(), sub, false, before, PAGE).await?;
        let app = Arc::clone(work.app());
        private_audit::open(work.tx(), &app, &mut found).await?;
        let Some(last) = found.last() else { return Ok(all.into()) };
        before = last.seq;
        for entry in found {
            let is_own = entry.actor_id == sub.as_ref();
            // Whoever signed in, or tried to, came from somewhere, too.
            let is_known = is_own || entry.actor_kind == "anonymous";
            // Who of the staff it was is theirs; that it was staff is told.
            let by = if is_own { "you".to_owned() } else { entry.actor_kind.clone() };
            let details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
            all.push(json!({
                "at": entry.at.to_string(), "what": words.name_of_event(&entry.name), "event": entry.name, "by": by,
                "network": entry.network.filter(|_| is_known), "changes": details["changes"], "shown": details["shown"],
            }));
        }
    }
}

/// The archive: each part as a file, and the page that says it all.
fn pack(parts: &[Part], words: Words) -> Result<Vec<u8>> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let sections: Vec<Section> = parts.iter().map(|part| section(part, words)).collect();
    let texts = (words.copy_title(), words.copy_lead(), words.copy_nothing());
    let page = archive::render(words.locale().tag(), (&texts.0, &texts.1, &texts.2), &sections)?;
    files.push(("index.html".to_owned(), page.into_bytes()));
    for part in parts {
        let text = serde_json::to_vec_pretty(&part.value)
            .map_err(|error| Fault::because("a part of a copy cannot be written", error))?;
        files.push((format!("{}.json", part.name), text));
    }
    archive::zip(&files)
}

fn section(part: &Part, words: Words) -> Section {
    let records = match &part.value {
        Value::Array(items) => items.iter().map(|item| record(item, words)).collect(),
        other => vec![record(other, words)],
    };
    Section { title: part.title.clone(), records }
}

fn record(value: &Value, words: Words) -> Record {
    let Value::Object(members) = value else { return Record(vec![(String::new(), plain(value))]) };
    let facts = members.iter().map(|(name, value)| {
        let label = words.name_of_copied(name).or_else(|| words.name_of_field(name)).unwrap_or_else(|| name.clone());
        (label, plain(value))
    });
    Record(facts.filter(|(_, value)| !value.is_empty()).collect())
}

/// A value as people read it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(" / "),
        Value::Object(members) => {
            let parts = members.iter().filter(|(_, value)| !value.is_null());
            parts.map(|(name, value)| format!("{name}: {}", plain(value))).collect::<Vec<_>>().join(", ")
        }
    }
}

fn place(id: &ExportId) -> Place<'_> {
    Place { table: "data_export", column: "sealed", row: id.as_ref() }
}
