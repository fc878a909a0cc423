//! The password, and how many sessions there are.

use askama::Template;
use http::StatusCode;

use super::visit;
use crate::app::Work;
use crate::base::{FieldError, Refusal, Result};
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_begins;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, Notice};
use crate::http::respond::page::page_with;
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::auth::change_password::{self, Change};
use crate::service::auth::session;
use crate::store;

pub(super) fn routes() -> Routes {
    Routes::under("/my/security").page("", Access::Customer, show).form("/password", Access::Customer, change_password)
}

#[derive(Template)]
#[template(path = "account/security.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    errors: ErrorSummary,
    since: Option<String>,
    username: String,
    current: Field,
    new: Field,
    sessions: usize,
}

/// What is wrong with a password that was to be changed.
enum Wrong {
    Nothing,
    Current(String),
    New(&'static str),
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    render(work, &call, &Wrong::Nothing).await
}

async fn change_password(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let (current, new) = (fields.find("password").unwrap_or_default(), fields.find("new_password").unwrap_or_default());
    let cookie = call.browser.session.as_ref().ok_or(Refusal::Unauthenticated)?;
    let session = session::current(work, cookie).await?.ok_or(Refusal::Unauthenticated)?;
    let page = Chrome::of(&call, &work.app().config);
    match change_password::change(work, visit(&call), &session, current, new).await? {
        Change::Done(welcome) => {
            let cookies = session_begins(&work.app().config, &welcome.token, welcome.cookie_age());
            Ok(see_other("/my/security?notice=changed").with_cookies(&cookies))
        }
        Change::WrongCurrent => render(work, &call, &Wrong::Current(page.words.security_wrong_current())).await,
        Change::Slow { until } => {
            let when = format::date_time(page.locale(), until, &page.time_zone);
            render(work, &call, &Wrong::Current(page.words.security_slow(when))).await
        }
        Change::Weak(weaknesses) => {
            let reason = weaknesses.first().map_or("other", |weakness| weakness.word());
            render(work, &call, &Wrong::New(reason)).await
        }
    }
}

async fn render(work: &mut Work, call: &Call, wrong: &Wrong) -> Result<Reply> {
    let sub = call.signed_in()?.sub.clone();
    let account = store::account::find(work.tx(), &sub).await?.ok_or(Refusal::NotFound)?;
    let password = store::auth::password::find(work.tx(), &sub).await?;
    let sessions = session::list(work, &sub).await?.len();
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let errors: Vec<FieldError> = match wrong {
        Wrong::New(reason) => vec![FieldError::new("new_password", *reason)],
        Wrong::Nothing | Wrong::Current(_) => Vec::new(),
    };
    let current =
        Field::password(words, "password", words.security_current_password()).autocomplete("current-password");
    let current = match wrong {
        Wrong::Current(sentence) => current.error(sentence.as_str()),
        Wrong::Nothing | Wrong::New(_) => current,
    };
    let new = Field::password(words, "new_password", words.new_password_label())
        .autocomplete("new-password")
        .hint(words.new_password_hint(work.app().config.password.min_length))
        .errors(&errors);
    let changed = call.query_fields()?.text("notice") == "changed";
    let view = View {
        notice: changed.then(|| Notice::good(words, words.security_changed()).text(words.security_changed_text())),
        errors: ErrorSummary::of(words, &[&current, &new]),
        since: password.map(|row| format::date_of(page.locale(), row.changed_at, &page.time_zone)),
        username: account.email.map(|email| email.address.to_string()).unwrap_or_default(),
        current,
        new,
        sessions,
        page,
    };
    let status = match wrong {
        Wrong::Nothing => StatusCode::OK,
        Wrong::Current(_) | Wrong::New(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page_with(status, &view)
}
