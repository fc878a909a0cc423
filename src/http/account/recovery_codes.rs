//! A new list of recovery codes, in place of the old one.

use askama::Template;
use http::StatusCode;

use super::totp::CodesView;
use super::{again, visit};
use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_begins;
use crate::http::extract::call::Call;
use crate::http::part::RecoveryCodes;
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, ReplyExt as _};
use crate::http::route::{Access, Routes};
use crate::service::auth::recent::{self, Recent};
use crate::service::auth::{flow, recovery_code};
use crate::store;

const HERE: &str = "/my/security/recovery-codes";

pub(super) fn routes() -> Routes {
    Routes::under(HERE).page("", Access::Customer, ask).form("", Access::Customer, renew)
}

#[derive(Template)]
#[template(path = "account/recovery_codes.html")]
struct View {
    page: Chrome,
    left: i64,
}

async fn ask(work: &mut Work, call: Call) -> Result<Reply> {
    match recent::require(work, visit(&call), HERE).await? {
        Recent::Yes(session) => {
            let left = store::auth::recovery_code::count_left(work.tx(), &session.sub).await?;
            page(&View { page: Chrome::of(&call, &work.app().config), left })
        }
        Recent::SignInAgain(attempt) => Ok(again(&attempt)),
    }
}

async fn renew(work: &mut Work, call: Call) -> Result<Reply> {
    let session = match recent::require(work, visit(&call), HERE).await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    let codes = recovery_code::renew(work, visit(&call), &session.sub).await?;
    let welcome = flow::renew(work, visit(&call), &session, None).await?;
    let cookies = session_begins(&work.app().config, &welcome.token, welcome.cookie_age());
    let page = Chrome::of(&call, &work.app().config);
    let codes = RecoveryCodes::new(page.words, &page.site.name, codes);
    Ok(page_with(StatusCode::OK, &CodesView { codes, page })?.with_cookies(&cookies))
}
