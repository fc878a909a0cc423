//! Signing out in this browser, after a question: a link from elsewhere must not do it.

use askama::Template;

use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::browser::{CookieName, remove_cookie};
use crate::http::extract::call::Call;
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
    logout::end(work, call.browser.session.as_ref()).await?;
    let gone = remove_cookie(&work.app().config.top.issuer, CookieName::Session);
    Ok(see_other("/sign-in?notice=signed-out").with_cookie(&gone))
}
