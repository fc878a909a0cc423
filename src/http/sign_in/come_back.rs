//! Coming back to an account that was closed: offered after a sign-in, and by the link of the letter. It opens the
//! account, and nothing more: whoever does it signs in afterwards.

use askama::Template;
use http::StatusCode;

use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::respond::end::End;
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::account::closing;

pub(super) fn routes() -> Routes {
    Routes::under("/come-back").page("", Access::Public, show).form("", Access::Public, come_back)
}

#[derive(Template)]
#[template(path = "sign_in/come_back.html")]
struct View {
    page: Chrome,
    until: String,
    token: String,
    attempt: String,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let token = fields.text("token");
    let Some(closure) = closing::look(work, token).await? else { return over(work, &call) };
    let chrome = Chrome::of(&call, &work.app().config);
    page(&View {
        until: format::date_time(chrome.locale(), closure.undo_until, &chrome.time_zone),
        token: token.to_owned(),
        attempt: fields.text("attempt").to_owned(),
        page: chrome,
    })
}

async fn come_back(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    if !closing::come_back(work, fields.text("token")).await? {
        return over(work, &call);
    }
    let attempt: String = form_urlencoded::byte_serialize(fields.text("attempt").as_bytes()).collect();
    let attempt = if attempt.is_empty() { attempt } else { format!("&attempt={attempt}") };
    Ok(see_other(&format!("/sign-in?notice=came-back{attempt}")))
}

fn over(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.come_back_over_title(),
        text: page.words.come_back_over_text(),
        href: "/sign-in".to_owned(),
        link: page.words.sign_in_title(),
        page,
    };
    page_with(StatusCode::GONE, &view)
}
