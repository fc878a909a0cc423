//! Signing out in this browser, after a question: a link from elsewhere must not do it.

use askama::Template;

use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_ends;
use crate::http::extract::call::Call;
use crate::http::respond::front_channel::tell_apps;
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::service::oidc::logout;

pub(super) fn routes() -> Routes {
    Routes::under("").page("/sign-out", Access::Public, ask).form("/sign-out", Access::Public, sign_out)
}

#[derive(Template)]
#[template(path = "sign_in/sign_out.html")]
struct View {
    page: Chrome,
}

async fn ask(work: &mut Work, call: Call) -> Result<Reply> {
    page(&View { page: Chrome::of(&call, &work.app().config) })
}

async fn sign_out(work: &mut Work, call: Call) -> Result<Reply> {
    const NEXT: &str = "/sign-in?notice=signed-out";
    let frames = logout::end(work, call.browser.session.as_ref()).await?;
    let reply = if frames.is_empty() { see_other(NEXT) } else { tell_apps(&call, work, frames, NEXT)? };
    Ok(reply.with_cookies(&session_ends(&work.app().config)))
}
