//! Private values in audit entries: what a person said about themselves, and from which address they came. They are
//! sealed under a key of that person. Erasing the account throws the key away: the chain of entries stays whole, and
//! who it was is gone from it.

use std::collections::HashMap;

use serde_json::Value;

use super::App;
use crate::base::digest::{base64url, from_base64url};
use crate::base::id::Subject;
use crate::base::{Fault, Result};
use crate::domain::actor::{Actor, Origin};
use crate::domain::admin::audit::Entry;
use crate::domain::event::Event;
use crate::jose::seal::{KeyEncryptionKey, Place};
use crate::store::admin::audit::Fact;
use crate::store::admin::audit_key;
use crate::store::db::Tx;

/// What stands before a sealed address, which no address begins with.
const SEALED: &str = "sealed:";

/// Events as they are kept.
pub(super) async fn seal(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    origin: &Origin,
    events: &[Event],
) -> Result<Vec<Fact>> {
    let network = origin.address.map(|address| address.to_string());
    // Where staff or a machine works from is no secret of the person whose record it is.
    let is_own = matches!(actor, Actor::Anonymous | Actor::Customer { .. } | Actor::App { .. });
    let mut facts = Vec::with_capacity(events.len());
    for event in events {
        let has_secrets = event.changes.iter().any(|change| change.private) || (is_own && network.is_some());
        let key = match &event.subject {
            Some(sub) if has_secrets => key_of(tx, app, sub).await?.map(|key| (sub, key)),
            Some(_) | None => None,
        };
        let mut fact = Fact { event: event.clone(), network: network.clone() };
        for change in fact.event.changes.iter_mut().filter(|change| change.private) {
            for value in [&mut change.before, &mut change.after] {
                *value = match (value.take(), &key) {
                    (Some(text), Some((sub, key))) => Some(sealed(app, key, sub, &text)?),
                    // Nobody's secret, or somebody's who is gone: it is not kept at all.
                    (Some(_) | None, _) => None,
                };
            }
        }
        if let (true, Some((sub, key)), Some(network)) = (is_own, &key, &network) {
            fact.network = Some(format!("{SEALED}{}", sealed(app, key, sub, network)?));
        }
        facts.push(fact);
    }
    Ok(facts)
}

/// Open what is sealed in entries. What belongs to an erased account is absent.
pub async fn open(tx: &mut Tx, app: &App, entries: &mut [Entry]) -> Result<()> {
    let mut keys: HashMap<String, Option<KeyEncryptionKey>> = HashMap::new();
    for entry in entries {
        let Some(subject) = entry.subject.clone() else { continue };
        let is_sealed = entry.network.as_deref().is_some_and(|network| network.starts_with(SEALED));
        if !is_sealed && !entry.details.contains("\"private\":true") {
            continue;
        }
        let sub = Subject::from(subject.as_str());
        if !keys.contains_key(&subject) {
            keys.insert(subject.clone(), kept_key(tx, app, &sub).await?);
        }
        let key = keys.get(&subject).and_then(Option::as_ref);
        let plain = |text: &str| key.and_then(|key| opened(key, &sub, text));
        if is_sealed {
            entry.network = entry.network.as_deref().and_then(|network| plain(network.strip_prefix(SEALED)?));
        }
        entry.details = with_plain_changes(&entry.details, plain)?;
    }
    Ok(())
}

fn with_plain_changes(details: &str, plain: impl Fn(&str) -> Option<String>) -> Result<String> {
    let mut details: Value =
        serde_json::from_str(details).map_err(|error| Fault::because("an audit entry cannot be read", error))?;
    let changes = details.get_mut("changes").and_then(Value::as_array_mut);
    for change in changes.into_iter().flatten().filter(|change| change["private"] == true) {
        for side in ["before", "after"] {
            let value = change[side].as_str().and_then(&plain);
            change[side] = value.map_or(Value::Null, Value::from);
        }
    }
    Ok(details.to_string())
}

/// The key of a person, made where there is none; absent where there is no such account.
async fn key_of(tx: &mut Tx, app: &App, sub: &Subject) -> Result<Option<KeyEncryptionKey>> {
    if let Some(key) = kept_key(tx, app, sub).await? {
        return Ok(Some(key));
    }
    let bytes: [u8; KeyEncryptionKey::LENGTH] = app.random.bytes();
    let sealed = app.kek.seal(place(sub), &bytes, &app.random)?;
    audit_key::insert(tx, sub, sealed).await?;
    kept_key(tx, app, sub).await
}

async fn kept_key(tx: &mut Tx, app: &App, sub: &Subject) -> Result<Option<KeyEncryptionKey>> {
    let Some(sealed) = audit_key::find(tx, sub).await? else { return Ok(None) };
    let opened = app
        .kek
        .open(place(sub), &sealed)
        .map_err(|error| Fault::because("a person's key of the audit entries does not open", error))?;
    let bytes: [u8; KeyEncryptionKey::LENGTH] =
        opened.as_slice().try_into().map_err(|_| Fault::new("a person's key has the wrong length"))?;
    Ok(Some(KeyEncryptionKey::new(bytes)))
}

fn sealed(app: &App, key: &KeyEncryptionKey, sub: &Subject, text: &str) -> Result<String> {
    let place = Place { table: "audit_entry", column: "details", row: sub.as_ref() };
    Ok(base64url(key.seal(place, text.as_bytes(), &app.random)?))
}

fn opened(key: &KeyEncryptionKey, sub: &Subject, text: &str) -> Option<String> {
    let place = Place { table: "audit_entry", column: "details", row: sub.as_ref() };
    let opened = key.open(place, &from_base64url(text)?).ok()?;
    String::from_utf8(opened.to_vec()).ok()
}

fn place(sub: &Subject) -> Place<'_> {
    Place { table: "audit_key", column: "sealed", row: sub.as_ref() }
}
