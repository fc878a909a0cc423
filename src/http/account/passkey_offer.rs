//! The offer to make a passkey, on the way from a sign-in by password to where it leads.

use askama::Template;

use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::attempt::OwnPath;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::respond::page::page;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::service::auth::passkey::offer;

pub(super) fn routes() -> Routes {
    Routes::under("/my/security/passkey-offer").page("", Access::Customer, show).form("", Access::Customer, postpone)
}

#[derive(Template)]
#[template(path = "account/passkey_offer.html")]
struct View {
    page: Chrome,
    next: String,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let next = next_of(call.query_fields()?.text("next"));
    // Made or put off in another tab meanwhile: nothing is left to ask.
    if !offer::is_due(work, &call.signed_in()?.sub).await? {
        return Ok(see_other(next.as_str()));
    }
    page(&View { page: Chrome::of(&call, &work.app().config), next: next.as_str().to_owned() })
}

async fn postpone(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    offer::postpone(work, &call.signed_in()?.sub).await?;
    Ok(see_other(next_of(fields.text("next")).as_str()))
}

fn next_of(text: &str) -> OwnPath {
    OwnPath::parse(text).unwrap_or_else(OwnPath::my_page)
}
