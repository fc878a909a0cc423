//! Stopping support from taking a second factor away: by the link of a letter, or on my page.

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
use crate::service::auth::factor_reset;

pub(super) fn routes() -> Routes {
    Routes::under("")
        .page("/keep-second-factor", Access::Public, look)
        .form("/keep-second-factor", Access::Public, keep)
        .form("/my/security/keep-second-factor", Access::Customer, keep_own)
}

#[derive(Template)]
#[template(path = "account/keep_second_factor.html")]
struct View {
    page: Chrome,
    token: String,
    due: String,
}

/// What the link opens. Only the button counts.
async fn look(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let token = fields.text("token");
    let Some(reset) = factor_reset::look(work, token).await? else { return over(work, &call) };
    let chrome = Chrome::of(&call, &work.app().config);
    let due = format::date_time(chrome.locale(), reset.due_at, &chrome.time_zone);
    page(&View { token: token.to_owned(), due, page: chrome })
}

async fn keep(work: &mut Work, call: Call) -> Result<Reply> {
    if !factor_reset::keep_by_link(work, call.form()?.text("token")).await? {
        return over(work, &call);
    }
    let page = Chrome::of(&call, &work.app().config);
    let view = End {
        title: page.words.keep_factor_done(),
        text: page.words.keep_factor_done_text(),
        href: "/my/security".to_owned(),
        link: page.words.security_title(),
        page,
    };
    page_with(StatusCode::OK, &view)
}

async fn keep_own(work: &mut Work, call: Call) -> Result<Reply> {
    let sub = call.signed_in()?.sub.clone();
    factor_reset::keep_own(work, &sub).await?;
    Ok(see_other("/my/security?notice=kept"))
}

/// Stopped before, carried out, or no link of ours.
fn over(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.keep_factor_over(),
        text: page.words.keep_factor_over_text(),
        href: "/sign-in".to_owned(),
        link: page.words.sign_in_title(),
        page,
    };
    page_with(StatusCode::GONE, &view)
}
