//! Passkeys of the person: adding, naming and removing them. What the browser knows of them is brought up to date by
//! the Signal API (Web Authentication Level 3, §5.1.10).

use std::collections::BTreeMap;

use askama::Template;
use http::StatusCode;
use serde::Serialize;

use super::{again, sign_in_path, visit};
use crate::app::Work;
use crate::base::digest::base64url;
use crate::base::{FieldError, Refusal, Result};
use crate::domain::auth::attempt::OwnPath;
use crate::domain::auth::passkey::{CeremonyId, Name};
use crate::domain::auth::{Passkey, PasskeyId, aaguid};
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, Icon, Notice};
use crate::http::respond::ceremony;
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::{Words, format};
use crate::service::auth::passkey::add::{self, Added, Ask};
use crate::service::auth::passkey::manage::{self, Removed};
use crate::service::auth::recent::{self, Recent};
use crate::store;

pub(super) fn routes() -> Routes {
    Routes::under("/my/security/passkeys")
        .form("", Access::Customer, take)
        .form("/options", Access::Customer, options)
        .page("/add", Access::Customer, show_add)
        .page("/{id}", Access::Customer, show)
        .form("/{id}/rename", Access::Customer, rename)
        .form("/{id}/remove", Access::Customer, remove)
}

/// A passkey in the list of the security page.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) used: String,
}

/// The passkeys of the security page.
pub(super) struct List {
    pub(super) lines: Vec<Line>,
    /// JSON for the script: which of them the browser should go on to know.
    pub(super) signals: String,
}

/// The part of the security page; none where passkeys cannot be used at all.
pub(super) async fn list(work: &mut Work, call: &Call, chrome: &Chrome) -> Result<Option<List>> {
    let sub = call.signed_in()?.sub.clone();
    let Some(party) = work.app().relying_party.clone() else { return Ok(None) };
    let account = store::account::find(work.tx(), &sub).await?.ok_or(Refusal::NotFound)?;
    let passkeys = store::auth::passkey::list(work.tx(), &sub).await?;
    let own_handle = base64url(sub.as_ref());
    let details = Details {
        rp_id: &party.id,
        user_id: &own_handle,
        name: account.email.as_ref().map_or_else(|| account.number.to_string(), |email| email.address.to_string()),
        display_name: account.shown_name(),
    };
    // Passkeys of an account that was joined with this one were made under its handle.
    let mut by_handle: BTreeMap<String, Vec<&str>> = BTreeMap::from([(own_handle.clone(), Vec::new())]);
    for passkey in &passkeys {
        by_handle.entry(base64url(&passkey.user_handle)).or_default().push(&passkey.credential_id);
    }
    let accepted = by_handle
        .into_iter()
        .map(|(user_id, ids)| Accepted { rp_id: &party.id, user_id, all_accepted_credential_ids: ids })
        .collect();
    let signals = serde_json::to_string(&Signals { accepted, details }).unwrap_or_default();
    let lines = passkeys.iter().map(|passkey| line(chrome, passkey)).collect();
    Ok(Some(List { lines, signals }))
}

#[derive(Serialize)]
struct Signals<'a> {
    accepted: Vec<Accepted<'a>>,
    details: Details<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted<'a> {
    rp_id: &'a str,
    user_id: String,
    all_accepted_credential_ids: Vec<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'a> {
    rp_id: &'a str,
    user_id: &'a str,
    name: String,
    display_name: String,
}

fn line(chrome: &Chrome, passkey: &Passkey) -> Line {
    let words = chrome.words;
    let added = words.passkeys_added(format::date_of(chrome.locale(), passkey.added_at, &chrome.time_zone));
    let provider = aaguid::provider(&passkey.aaguid).filter(|name| *name != passkey.name.as_str());
    Line {
        href: format!("/my/security/passkeys/{}", passkey.id),
        name: passkey.name.as_str().to_owned(),
        detail: provider.map_or_else(|| added.clone(), |name| format!("{name} · {added}")),
        used: used(chrome, passkey, |date| words.passkeys_used(date)),
    }
}

fn used(chrome: &Chrome, passkey: &Passkey, sentence: impl FnOnce(String) -> String) -> String {
    match passkey.used_at {
        Some(at) => sentence(format::date_time(chrome.locale(), at, &chrome.time_zone)),
        None => chrome.words.passkeys_unused(),
    }
}

/// What the security page says after a step here.
pub(super) fn notice(words: Words, name: &str) -> Option<Notice> {
    match name {
        "passkey-added" => {
            Some(Notice::good(words, words.passkeys_notice_added()).text(words.passkeys_notice_added_text()))
        }
        "passkey-removed" => {
            Some(Notice::good(words, words.passkeys_notice_removed()).text(words.passkeys_notice_removed_text()))
        }
        _ => None,
    }
}

#[derive(Template)]
#[template(path = "account/passkey_add.html")]
struct AddView {
    page: Chrome,
    notice: Option<Notice>,
    errors: ErrorSummary,
    name: Field,
}

async fn show_add(work: &mut Work, call: Call) -> Result<Reply> {
    if work.app().relying_party.is_none() {
        return Err(Refusal::NotFound.into());
    }
    match recent::require(work, visit(&call), add::PAGE).await? {
        Recent::Yes(_) => add_page(work, &call, "", None, false),
        Recent::SignInAgain(attempt) => Ok(again(&attempt)),
    }
}

fn add_page(work: &Work, call: &Call, typed: &str, wrong: Option<&'static str>, failed: bool) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let errors: Vec<FieldError> = wrong.map(|reason| FieldError::new("name", reason)).into_iter().collect();
    let name = Field::text(words, "name", words.passkey_add_name())
        .hint(words.passkey_add_name_hint())
        .max_length(longest_name())
        .value(typed.chars().take(Name::LONGEST).collect::<String>())
        .optional()
        .errors(&errors);
    let view = AddView {
        notice: failed.then(|| Notice::bad(words, words.passkey_add_wrong()).text(words.passkey_add_wrong_text())),
        errors: ErrorSummary::of(words, &[&name]),
        name,
        page,
    };
    let is_fine = wrong.is_none() && !failed;
    page_with(if is_fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &view)
}

fn longest_name() -> u32 {
    u32::try_from(Name::LONGEST).unwrap_or(u32::MAX)
}

/// The challenge for the script of the pages on which a passkey is made.
async fn options(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    match add::ask(work, visit(&call), fields.is_ticked("by_itself")).await? {
        Ask::Options(asked) => Ok(ceremony::options(*asked)),
        Ask::SignInAgain(attempt) => Ok(ceremony::elsewhere(&sign_in_path(&attempt))),
    }
}

/// The answer, from the page on which it was asked for, and on to where that page leads.
async fn take(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let typed = fields.text("name");
    let name = match typed.is_empty() {
        true => None,
        false => match Name::parse(typed) {
            Ok(name) => Some(name),
            Err(reason) => return add_page(work, &call, typed, Some(reason), false),
        },
    };
    let id = CeremonyId::from(fields.text("ceremony"));
    let answer = fields.find("credential").unwrap_or_default();
    match add::complete(work, visit(&call), &id, answer, name).await? {
        Added::Done(_) => {
            let next = OwnPath::parse(fields.text("next"));
            Ok(see_other(next.as_ref().map_or("/my/security?notice=passkey-added", OwnPath::as_str)))
        }
        Added::Over | Added::Wrong => add_page(work, &call, typed, None, true),
    }
}

#[derive(Template)]
#[template(path = "account/passkey.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    errors: ErrorSummary,
    id: String,
    title: String,
    provider: String,
    kept: String,
    added: String,
    used: String,
    name: Field,
    is_last: bool,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let view = view(work, &call, None).await?;
    page(&view)
}

async fn view(work: &mut Work, call: &Call, wrong: Option<(&str, &'static str)>) -> Result<View> {
    let sub = call.signed_in()?.sub.clone();
    let id: PasskeyId = call.at("id")?;
    let passkey = store::auth::passkey::find(work.tx(), &sub, &id).await?.ok_or(Refusal::NotFound)?;
    let is_last = !manage::has_another_way(work, &sub).await?;
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let errors: Vec<FieldError> = wrong.map(|(_, reason)| FieldError::new("name", reason)).into_iter().collect();
    let typed = wrong.map_or(passkey.name.as_str(), |(typed, _)| typed);
    let name = Field::text(words, "name", words.passkey_add_name())
        .max_length(longest_name())
        .value(typed.chars().take(Name::LONGEST).collect::<String>())
        .errors(&errors);
    let renamed = call.query_fields()?.text("notice") == "renamed";
    Ok(View {
        notice: renamed.then(|| Notice::good(words, words.passkeys_notice_renamed())),
        errors: ErrorSummary::of(words, &[&name]),
        id: passkey.id.to_string(),
        title: passkey.name.as_str().to_owned(),
        provider: aaguid::provider(&passkey.aaguid).map_or_else(|| words.passkey_provider_unknown(), str::to_owned),
        kept: match passkey.backup_eligible {
            true => words.passkeys_synced(),
            false => words.passkeys_device_bound(),
        },
        added: format::date_time(page.locale(), passkey.added_at, &page.time_zone),
        used: used(&page, &passkey, |date| date),
        name,
        is_last,
        page,
    })
}

async fn rename(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let typed = fields.text("name");
    let name = match Name::parse(typed) {
        Ok(name) => name,
        Err(reason) => {
            let view = view(work, &call, Some((typed, reason))).await?;
            return page_with(StatusCode::UNPROCESSABLE_ENTITY, &view);
        }
    };
    let id: PasskeyId = call.at("id")?;
    manage::rename(work, &call.signed_in()?.sub, &id, &name).await?;
    Ok(see_other(&format!("/my/security/passkeys/{id}?notice=renamed")))
}

async fn remove(work: &mut Work, call: Call) -> Result<Reply> {
    let id: PasskeyId = call.at("id")?;
    match manage::remove(work, visit(&call), &id).await? {
        Removed::Done => Ok(see_other("/my/security?notice=passkey-removed")),
        Removed::SignInAgain(attempt) => Ok(again(&attempt)),
        Removed::Last => {
            let view = view(work, &call, None).await?;
            page_with(StatusCode::CONFLICT, &view)
        }
    }
}
