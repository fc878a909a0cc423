//! The history of one's record: who looked at it or changed it, what, and when. Read from the audit entries.

use std::collections::BTreeMap;

use askama::Template;
use serde::Deserialize;

use crate::app::Work;
use crate::base::id::{ClientId, Subject};
use crate::base::{Fault, Result};
use crate::domain::admin::audit::Entry;
use crate::domain::permission::Role;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::Icon;
use crate::http::respond::page::page;
use crate::http::respond::reply::Reply;
use crate::http::route::{Access, Routes};
use crate::i18n::{Words, format};
use crate::service::account::history;
use crate::{service, store};

pub(super) fn routes() -> Routes {
    Routes::under("/my/history").page("", Access::Customer, show)
}

/// How many lines a page has.
const LINES: usize = 25;

#[derive(Template)]
#[template(path = "account/history.html")]
struct View {
    page: Chrome,
    by_others: bool,
    is_first: bool,
    lines: Vec<Line>,
    next: Option<String>,
}

struct Line {
    what: String,
    who: String,
    when: String,
    /// What was looked at or changed, in words; empty where there is nothing to add.
    fields: String,
}

#[derive(Deserialize)]
struct Details {
    changes: Vec<Changed>,
    shown: Vec<String>,
}

#[derive(Deserialize)]
struct Changed {
    field: String,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let before = fields.text("before").parse::<i64>().ok().filter(|before| *before > 0);
    let by_others = fields.text("by") == "others";
    let sub = call.signed_in()?.sub.clone();
    let limit = u32::try_from(LINES).unwrap_or(u32::MAX);
    let mut found = history::list(work, &sub, by_others, before.unwrap_or(i64::MAX), limit).await?;
    let has_more = found.len() > LINES;
    found.truncate(LINES);
    let chrome = Chrome::of(&call, &work.app().config);
    let mut names = Names { words: chrome.words, known: BTreeMap::new() };
    let mut lines = Vec::with_capacity(found.len());
    for entry in &found {
        lines.push(Line {
            what: chrome.words.name_of_event(&entry.name),
            who: names.of(work, entry).await?,
            when: format::date_time(chrome.locale(), entry.at, &chrome.time_zone),
            fields: fields_of(chrome.words, entry)?,
        });
    }
    let by = if by_others { "&by=others" } else { "" };
    let next = found.last().filter(|_| has_more).map(|last| format!("/my/history?before={}{by}", last.seq));
    page(&View { by_others, is_first: before.is_none(), lines, next, page: chrome })
}

fn fields_of(words: Words, entry: &Entry) -> Result<String> {
    let details: Details = serde_json::from_str(&entry.details)
        .map_err(|error| Fault::because(format!("audit entry {} cannot be read", entry.seq), error))?;
    // Reasons and states are for staff; what is theirs has a word of its own.
    let named = |fields: Vec<String>| -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in fields.iter().filter_map(|field| words.name_of_field(field)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    };
    let shown = named(details.shown);
    let changed = named(details.changes.into_iter().map(|change| change.field).collect());
    let separator = words.list_separator();
    Ok(match (shown.is_empty(), changed.is_empty()) {
        (false, _) => words.history_seen(shown.join(&separator)),
        (true, false) => words.history_changed(changed.join(&separator)),
        (true, true) => String::new(),
    })
}

/// Who did something, as its owner reads it. Asked for once on a page.
struct Names {
    words: Words,
    known: BTreeMap<(String, String), String>,
}

impl Names {
    async fn of(&mut self, work: &mut Work, entry: &Entry) -> Result<String> {
        let key = (entry.actor_kind.clone(), entry.actor_id.clone());
        if let Some(name) = self.known.get(&key) {
            return Ok(name.clone());
        }
        let words = self.words;
        let name = match entry.actor_kind.as_str() {
            "customer" if entry.subject.as_deref() == Some(entry.actor_id.as_str()) => words.history_you(),
            "customer" => words.history_another(),
            "anonymous" => words.history_nobody(),
            "app" | "machine" => {
                let client = service::oidc::client::find(work, &ClientId::from(entry.actor_id.as_str())).await?;
                match client {
                    Some(client) => client.name(words.locale()).to_owned(),
                    None => words.history_gone_app(),
                }
            }
            "staff" => self.staff(work, &Subject::from(entry.actor_id.as_str())).await?,
            "operator" => words.history_operator(),
            _ => words.history_system(),
        };
        self.known.insert(key, name.clone());
        Ok(name)
    }

    /// A member of staff by their role, and by name where the policy says so.
    async fn staff(&self, work: &mut Work, sub: &Subject) -> Result<String> {
        let words = self.words;
        let roles = store::admin::staff_role::of(work.tx(), sub).await?;
        let role = match roles.first() {
            Some(Role::Support) => words.history_support(),
            Some(Role::Admin | Role::Quality | Role::Auditor) | None => words.history_staff(),
        };
        if !work.app().config.account.history_names_staff {
            return Ok(role);
        }
        let account = store::account::find(work.tx(), sub).await?;
        let name = account.and_then(|account| account.profile.greeting_name());
        Ok(name.map_or(role.clone(), |name| words.history_staff_named(role, name)))
    }
}
