//! The ways to sign in: passkeys, the password, the second factors; and how many sessions there are.

use askama::Template;
use http::StatusCode;

use super::{again, passkeys, visit};
use crate::app::Work;
use crate::base::{FieldError, Refusal, Result};
use crate::domain::auth::totp::TotpId;
use crate::domain::auth::{Session, recovery_code};
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_begins;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, Notice};
use crate::http::respond::page::page_with;
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::auth::change_password::{self, Change};
use crate::service::auth::recent::{self, Recent};
use crate::service::auth::{factor_reset, flow, session, trusted_browser};
use crate::store;
use crate::store::auth::totp::TotpRow;

pub(super) fn routes() -> Routes {
    Routes::under("/my/security")
        .page("", Access::Customer, show)
        .form("/password", Access::Customer, change_password)
        .form("/forget-browsers", Access::Customer, forget_browsers)
}

#[derive(Template)]
#[template(path = "account/security.html")]
struct View {
    page: Chrome,
    notice: Option<Notice>,
    errors: ErrorSummary,
    passkeys: Option<passkeys::List>,
    has_password: bool,
    since: Option<String>,
    username: String,
    current: Field,
    new: Field,
    apps: Vec<App>,
    codes: Option<Codes>,
    trusted: i64,
    reset: Option<Notice>,
    sessions: usize,
    has_providers: bool,
}

/// An authenticator application.
struct App {
    id: TotpId,
    name: String,
    since: String,
    used: Option<String>,
    edit_label: String,
    remove_label: String,
}

/// The recovery codes that are left.
struct Codes {
    left: i64,
    are_few: bool,
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

/// Every browser is asked for the second factor again.
async fn forget_browsers(work: &mut Work, call: Call) -> Result<Reply> {
    let sub = call.signed_in()?.sub.clone();
    trusted_browser::forget(work, &sub).await?;
    Ok(see_other("/my/security?notice=forgotten"))
}

async fn change_password(work: &mut Work, call: Call) -> Result<Reply> {
    let session = match recent_of_two(work, &call).await? {
        Ok(session) => session,
        Err(reply) => return Ok(reply),
    };
    let fields = call.form()?;
    let (current, new) = (fields.find("password").unwrap_or_default(), fields.find("new_password").unwrap_or_default());
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

/// Whoever has chosen a second factor has just proven it before the first one is changed.
async fn recent_of_two(work: &mut Work, call: &Call) -> Result<std::result::Result<Session, Reply>> {
    let cookie = call.browser.session.as_ref().ok_or(Refusal::Unauthenticated)?;
    let session = session::current(work, cookie).await?.ok_or(Refusal::Unauthenticated)?;
    if !flow::enrolled(work, &session.sub).await?.two {
        return Ok(Ok(session));
    }
    Ok(match recent::require(work, visit(call), "/my/security").await? {
        Recent::Yes(session) => Ok(*session),
        Recent::SignInAgain(attempt) => Err(again(&attempt)),
    })
}

async fn render(work: &mut Work, call: &Call, wrong: &Wrong) -> Result<Reply> {
    let sub = call.signed_in()?.sub.clone();
    let account = store::account::find(work.tx(), &sub).await?.ok_or(Refusal::NotFound)?;
    let password = store::auth::password::find(work.tx(), &sub).await?;
    let sessions = session::list(work, &sub).await?.len();
    let apps = store::auth::totp::list(work.tx(), &sub).await?;
    let left = store::auth::recovery_code::count_left(work.tx(), &sub).await?;
    let are_few = left <= i64::try_from(recovery_code::FEW).unwrap_or(0);
    let reset = factor_reset::open(work, &sub).await?;
    let trusted = trusted_browser::count(work, &sub).await?;
    let codes = (!apps.is_empty()).then_some(Codes { left, are_few });
    let page = Chrome::of(call, &work.app().config);
    let passkeys = passkeys::list(work, call, &page).await?;
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
    let notice = match call.query_fields()?.text("notice") {
        "changed" => Some(Notice::good(words, words.security_changed()).text(words.security_changed_text())),
        "added" => Some(Notice::good(words, words.security_added())),
        "removed" => Some(Notice::good(words, words.security_removed())),
        "kept" => Some(Notice::good(words, words.keep_factor_done())),
        "forgotten" => Some(Notice::good(words, words.security_trusted_forgotten())),
        "renamed" => Some(Notice::good(words, words.security_renamed())),
        "too-many" => Some(Notice::bad(words, words.security_too_many()).text(words.security_too_many_text())),
        other => passkeys::notice(words, other),
    };
    let reset = reset.map(|reset| {
        let due = format::date_time(page.locale(), reset.due_at, &page.time_zone);
        Notice::warn(words, words.keep_factor_title()).text(words.keep_factor_lead(due))
    });
    let view = View {
        notice,
        passkeys,
        has_password: password.is_some(),
        errors: ErrorSummary::of(words, &[&current, &new]),
        since: password.map(|row| format::date_of(page.locale(), row.changed_at, &page.time_zone)),
        username: account.email.map(|email| email.address.to_string()).unwrap_or_default(),
        current,
        new,
        apps: apps.into_iter().map(|row| app(&page, row)).collect(),
        codes,
        trusted,
        reset,
        sessions,
        has_providers: work.app().upstreams.iter().next().is_some(),
        page,
    };
    let status = match wrong {
        Wrong::Nothing => StatusCode::OK,
        Wrong::Current(_) | Wrong::New(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page_with(status, &view)
}

fn app(page: &Chrome, row: TotpRow) -> App {
    let words = page.words;
    let date = |at| format::date_of(page.locale(), at, &page.time_zone);
    App {
        id: row.id,
        since: words.security_two_since(date(row.active_at.unwrap_or(row.made_at))),
        used: row.used_at.map(|at| words.security_two_used(date(at))),
        edit_label: words.security_two_edit_label(row.name.as_str()),
        remove_label: words.security_two_remove_label(row.name.as_str()),
        name: row.name,
    }
}
