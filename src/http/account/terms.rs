//! The terms and the privacy policy, the current and every earlier version, and the page that asks to accept what is
//! new.

use askama::Template;
use http::StatusCode;

use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::domain::account::terms::{Block, Kind, Source, Version, blocks};
use crate::domain::auth::attempt::OwnPath;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::Notice;
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::{Words, format};
use crate::service::account::terms;
use crate::store;

pub(super) fn routes() -> Routes {
    Routes::under("")
        .page("/terms", Access::Public, current_terms)
        .page("/terms/{version}", Access::Public, one_of_terms)
        .page("/privacy", Access::Public, current_privacy)
        .page("/privacy/{version}", Access::Public, one_of_privacy)
        .page("/my/agree", Access::Customer, ask)
        .form("/my/agree", Access::Customer, agree)
}

#[derive(Template)]
#[template(path = "account/terms.html")]
struct View {
    page: Chrome,
    title: String,
    since: String,
    notice: Option<Notice>,
    blocks: Vec<Block>,
    others: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "account/agree.html")]
struct AgreeView {
    page: Chrome,
    notice: Option<Notice>,
    texts: Vec<Asked>,
    next: String,
}

struct Asked {
    kind: &'static str,
    version: String,
    title: String,
    href: String,
    changes: String,
    blocks: Vec<Block>,
}

async fn current_terms(work: &mut Work, call: Call) -> Result<Reply> {
    show(work, &call, Kind::Terms, None).await
}

async fn one_of_terms(work: &mut Work, call: Call) -> Result<Reply> {
    show(work, &call, Kind::Terms, Some(call.param("version")?)).await
}

async fn current_privacy(work: &mut Work, call: Call) -> Result<Reply> {
    show(work, &call, Kind::Privacy, None).await
}

async fn one_of_privacy(work: &mut Work, call: Call) -> Result<Reply> {
    show(work, &call, Kind::Privacy, Some(call.param("version")?)).await
}

async fn show(work: &mut Work, call: &Call, kind: Kind, named: Option<&str>) -> Result<Reply> {
    let (now, versions) = (work.now(), store::account::terms::list(work.tx(), kind).await?);
    let current = versions.iter().find(|version| version.from_at <= now);
    let shown = match named {
        Some(name) => versions.iter().find(|version| version.version == name),
        None => current,
    };
    let shown = shown.ok_or(Refusal::NotFound)?;
    let text = store::account::terms::text(work.tx(), kind, &shown.version, call.locale).await?;
    let text = text.ok_or(Refusal::NotFound)?;
    let chrome = Chrome::of(call, &work.app().config);
    let words = chrome.words;
    let day = |version: &Version| format::date_of(chrome.locale(), version.from_at, &chrome.time_zone);
    let notice = if shown.from_at > now {
        Some(Notice::info(words, words.terms_future(day(shown))))
    } else if current.is_some_and(|current| current.version != shown.version) {
        let href = format!("/{}", kind.word());
        Some(Notice::warn(words, words.terms_old()).link(href, words.terms_see_current()))
    } else {
        None
    };
    page(&View {
        title: title(words, kind),
        since: words.terms_since(shown.version.as_str(), day(shown)),
        notice,
        blocks: blocks(&text.body),
        others: versions
            .iter()
            .filter(|version| version.version != shown.version)
            .map(|version| {
                let label = words.terms_since(version.version.as_str(), day(version));
                (format!("/{}/{}", kind.word(), version.version), label)
            })
            .collect(),
        page: chrome,
    })
}

/// `GET /my/agree`: what is new, before going on.
async fn ask(work: &mut Work, call: Call) -> Result<Reply> {
    let next = next_of(call.query_fields()?.text("next"));
    question(work, &call, &next, false).await
}

/// `POST /my/agree`
async fn agree(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let next = next_of(fields.text("next"));
    let seen: Vec<(Kind, &str)> =
        Kind::ALL.into_iter().filter_map(|kind| Some((kind, fields.find(kind.word())?))).collect();
    let sub = call.signed_in()?.sub.clone();
    match terms::accept(work, &sub, &seen, call.locale, Source::SignIn).await? {
        true => Ok(see_other(next.as_str())),
        false => question(work, &call, &next, true).await,
    }
}

async fn question(work: &mut Work, call: &Call, next: &OwnPath, changed: bool) -> Result<Reply> {
    let pending = terms::pending(work, &call.signed_in()?.sub).await?;
    if pending.is_empty() {
        return Ok(see_other(next.as_str()));
    }
    let mut texts = Vec::new();
    for version in pending {
        let words = Words::of(call.locale);
        let body = store::account::terms::text(work.tx(), version.kind, &version.version, call.locale).await?;
        texts.push(Asked {
            kind: version.kind.word(),
            title: title(words, version.kind),
            href: format!("/{}/{}", version.kind.word(), version.version),
            changes: version.changes(call.locale).to_owned(),
            blocks: blocks(&body.map(|text| text.body).unwrap_or_default()),
            version: version.version,
        });
    }
    let chrome = Chrome::of(call, &work.app().config);
    let notice = changed.then(|| Notice::warn(chrome.words, chrome.words.agree_changed()));
    let view = AgreeView { notice, texts, next: next.as_str().to_owned(), page: chrome };
    page_with(if changed { StatusCode::CONFLICT } else { StatusCode::OK }, &view)
}

fn title(words: Words, kind: Kind) -> String {
    match kind {
        Kind::Terms => words.terms_of_service(),
        Kind::Privacy => words.privacy_policy(),
    }
}

fn next_of(text: &str) -> OwnPath {
    OwnPath::parse(text).unwrap_or_else(OwnPath::my_page)
}
