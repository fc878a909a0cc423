//! Another provider as a further step of a sign-in, of the person whose sign-in it is: those that are linked to the
//! account.

use askama::Template;

use super::App;
use super::next::{self, Asked, Step};
use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::Factor;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{ProviderButton, provider_buttons};
use crate::http::respond::page::page;
use crate::http::respond::reply::Reply;
use crate::http::route::{Access, Routes};
use crate::service::auth::upstream::link;

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in/provider").page("", Access::Public, show)
}

#[derive(Template)]
#[template(path = "sign_in/confirm_provider.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    step: Step,
    providers: Vec<ProviderButton>,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let mut step = match next::asked(work, &call, &call.query_fields()?, &[Factor::Provider]).await? {
        Asked::Step(asked) => asked.0,
        Asked::Else(reply) => return Ok(reply),
    };
    let linked = link::list(work, &step.sub).await?;
    let page_view = Chrome::of(&call, &work.app().config);
    let mut providers = provider_buttons(work.app(), page_view.words);
    providers.retain(|provider| linked.iter().any(|row| row.provider == provider.id));
    page(&View { app: step.app.take(), step, providers, page: page_view })
}
