//! "This was not me": what the link in a letter about a sign-in opens, and the button behind it.

use askama::Template;
use http::StatusCode;

use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_ends;
use crate::http::extract::call::Call;
use crate::http::respond::end::End;
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, ReplyExt as _};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::auth::new_sign_in::{self, Denied};

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in/not-me").page("", Access::Public, show).form("", Access::Public, deny)
}

#[derive(Template)]
#[template(path = "sign_in/not_me.html")]
struct View {
    page: Chrome,
    at: String,
    device: String,
    network: String,
    until: String,
    token: String,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let token = fields.text("token");
    let Some(notice) = new_sign_in::look(work, token).await? else { return over(work, &call) };
    let chrome = Chrome::of(&call, &work.app().config);
    let words = chrome.words;
    let or = |text: String, unknown: String| if text.is_empty() { unknown } else { text };
    page(&View {
        at: format::date_time(chrome.locale(), notice.signed_in_at, &chrome.time_zone),
        device: or(notice.device, words.not_me_unknown_device()),
        network: or(notice.network, words.not_me_unknown_network()),
        until: format::date_time(chrome.locale(), notice.expires_at, &chrome.time_zone),
        token: token.to_owned(),
        page: chrome,
    })
}

async fn deny(work: &mut Work, call: Call) -> Result<Reply> {
    let has_moved = match new_sign_in::deny(work, call.form()?.text("token")).await? {
        Denied::Out { has_moved } => has_moved,
        Denied::Over => return over(work, &call),
    };
    let page = Chrome::of(&call, &work.app().config);
    let words = page.words;
    let view = End {
        title: words.not_me_done_title(),
        text: if has_moved { words.not_me_moved_text() } else { words.not_me_done_text() },
        href: "/recover".to_owned(),
        link: words.not_me_done_link(),
        page,
    };
    Ok(page_with(StatusCode::OK, &view)?.with_cookies(&session_ends(&work.app().config)))
}

/// Too old, or used.
fn over(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.not_me_over_title(),
        text: page.words.not_me_over_text(),
        href: "/recover".to_owned(),
        link: page.words.not_me_done_link(),
        page,
    };
    page_with(StatusCode::GONE, &view)
}
