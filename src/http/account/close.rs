//! Leaving: what happens, what is kept, until when one may come back, and the button.

use askama::Template;

use super::{again, visit};
use crate::app::Work;
use crate::base::{Refusal, Result};
use crate::domain::account::closure::ClosedBy;
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_ends;
use crate::http::extract::call::Call;
use crate::http::part::Notice;
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::account::{closing, erase, holds};
use crate::service::auth::recent::{self, Recent};
use crate::store;

pub(super) fn routes() -> Routes {
    Routes::under("/my/close").page("", Access::Customer, show).form("", Access::Customer, close)
}

#[derive(Template)]
#[template(path = "account/close.html")]
struct View {
    page: Chrome,
    /// Staff leave through their administrator.
    staff: Option<Notice>,
    days: u64,
    until: String,
    products: i64,
    kept: String,
    holds: Vec<String>,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let session = match recent::require(work, visit(&call), "/my/close").await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let undo = work.app().config.account.close_undo;
    let until = work.now().plus(undo);
    let today = erase::today(work)?;
    let kept = erase::to_be_kept(work, &session.sub, today).await?;
    let is_staff = !store::admin::staff_role::of(work.tx(), &session.sub).await?.is_empty();
    page(&View {
        staff: is_staff.then(|| Notice::info(words, words.close_staff()).text(words.close_staff_text())),
        days: undo.as_secs() / 86_400,
        until: format::date_time(chrome.locale(), until, &chrome.time_zone),
        products: store::registry::ownership::count_held_by(work.tx(), &session.sub).await?,
        kept: erase::in_words(words, &kept),
        holds: holds::in_force(work, &session.sub).await?.into_iter().map(|hold| hold.reason).collect(),
        page: chrome,
    })
}

async fn close(work: &mut Work, call: Call) -> Result<Reply> {
    let session = match recent::require(work, visit(&call), "/my/close").await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    if !store::admin::staff_role::of(work.tx(), &session.sub).await?.is_empty() {
        return Err(Refusal::Conflict("staff").into());
    }
    closing::close(work, &session.sub, ClosedBy::Owner, None).await?;
    Ok(see_other("/sign-in?notice=closed").with_cookies(&session_ends(&work.app().config)))
}
