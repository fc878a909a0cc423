//! The password as a further step of a sign-in, of the person whose sign-in it is.

use askama::Template;
use http::StatusCode;

use super::next::{self, Asked, Step};
use super::{App, progress, visit};
use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::Factor;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field};
use crate::http::respond::page::{page_with, slow_page};
use crate::http::respond::reply::Reply;
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::auth::password::{self, SignIn};

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in/password").page("", Access::Public, show).form("", Access::Public, submit)
}

#[derive(Template)]
#[template(path = "sign_in/confirm_password.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    step: Step,
    errors: ErrorSummary,
    password: Field,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    match next::asked(work, &call, &call.query_fields()?, &[Factor::Password]).await? {
        Asked::Step(asked) => page_with(StatusCode::OK, &view(work, &call, asked.0, None)),
        Asked::Else(reply) => Ok(reply),
    }
}

async fn submit(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let (step, attempt) = match next::asked(work, &call, &fields, &[Factor::Password]).await? {
        Asked::Step(asked) => *asked,
        Asked::Else(reply) => return Ok(reply),
    };
    let typed = fields.find("password").unwrap_or_default();
    let page = Chrome::of(&call, &work.app().config);
    match password::confirm(work, visit(&call), &attempt, typed).await? {
        SignIn::Right(further) => progress(work, &call, &further, Some(&attempt.id)),
        SignIn::Wrong => {
            let wrong = view(work, &call, step, Some(page.words.security_wrong_current()));
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &wrong)
        }
        SignIn::Slow { until } => {
            let when = format::date_time(page.locale(), until, &page.time_zone);
            let slow = view(work, &call, step, Some(page.words.sign_in_slow_text(when)));
            slow_page(&slow, until, work.now())
        }
    }
}

fn view(work: &Work, call: &Call, mut step: Step, error: Option<String>) -> View {
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let password = Field::password(words, "password", words.sign_in_password()).autocomplete("current-password");
    let password = match error {
        Some(sentence) => password.error(sentence),
        None => password,
    };
    View { errors: ErrorSummary::of(words, &[&password]), app: step.app.take(), step, password, page }
}
