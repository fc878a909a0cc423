//! What one has to do with one's own information: take a copy, see who used it, see what one agreed to, leave.

use askama::Template;
use http::StatusCode;
use http::header::CONTENT_DISPOSITION;

use super::{again, visit};
use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::domain::account::export::ExportId;
use crate::domain::account::terms::Kind;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::Notice;
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, ReplyExt as _, body, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::admin::export::{self, Asked};
use crate::service::auth::recent::{self, Recent};
use crate::store;

pub(super) fn routes() -> Routes {
    Routes::under("/my/privacy").page("", Access::Customer, show).form("/export", Access::Customer, ask).page(
        "/export/{id}",
        Access::Customer,
        fetch,
    )
}

#[derive(Template)]
#[template(path = "account/privacy.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    copies: Vec<CopyLine>,
    agreements: Vec<Agreement>,
}

struct CopyLine {
    asked: String,
    /// Where it is fetched, and until when; nothing while it is made.
    fetch: Option<(String, String)>,
}

struct Agreement {
    title: String,
    href: String,
    accepted: String,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let sub = call.signed_in()?.sub.clone();
    let copies = export::list(work, &sub).await?;
    let accepted = store::account::terms::accepted(work.tx(), &sub).await?;
    let now = work.now();
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let when = |at| format::date_time(chrome.locale(), at, &chrome.time_zone);
    let copies = copies.into_iter().map(|copy| CopyLine {
        asked: words.privacy_asked(when(copy.asked_at)),
        fetch: copy
            .expires_at
            .filter(|_| copy.can_be_fetched_at(now))
            .map(|until| (format!("/my/privacy/export/{}", copy.id), words.privacy_fetch_until(when(until)))),
    });
    let agreements = accepted.into_iter().map(|row| Agreement {
        title: match Kind::from_word(&row.kind) {
            Some(Kind::Privacy) => words.privacy_policy(),
            Some(Kind::Terms) | None => words.terms_of_service(),
        },
        href: format!("/{}/{}", row.kind, row.version),
        accepted: words.privacy_accepted(row.version.as_str(), when(row.accepted_at)),
    });
    let notice = match call.query_fields()?.text("notice") {
        "asked" => Some(Notice::good(words, words.privacy_begun()).text(words.privacy_begun_text())),
        "enough" => Some(Notice::info(words, words.privacy_enough()).text(words.privacy_enough_text())),
        _ => None,
    };
    page(&View { notice, copies: copies.collect(), agreements: agreements.collect(), page: chrome })
}

async fn ask(work: &mut Work, call: Call) -> Result<Reply> {
    let session = match recent::require(work, visit(&call), "/my/privacy").await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    match export::ask(work, &session.sub, call.locale).await? {
        Asked::Begun => Ok(see_other("/my/privacy?notice=asked")),
        Asked::Enough => Ok(see_other("/my/privacy?notice=enough")),
    }
}

/// The archive, for its owner and nobody else.
async fn fetch(work: &mut Work, call: Call) -> Result<Reply> {
    let id: ExportId = call.at("id")?;
    let session = match recent::require(work, visit(&call), "/my/privacy").await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    let archive = export::fetch(work, &session.sub, &id).await?.ok_or(Refusal::NotFound)?;
    let reply = body(StatusCode::OK, "application/zip", archive);
    Ok(reply.with(CONTENT_DISPOSITION, "attachment; filename=\"my-data.zip\""))
}
