//! Signing in by a code or a link that is sent by mail: the address, the code, and what the link opens.

use askama::Template;
use http::StatusCode;

use super::{App, Named, progress, sign_in_is_over, visit};
use crate::app::Work;
use crate::base::{FieldError, Refusal, Result, Timestamp};
use crate::domain::account::EmailAddress;
use crate::domain::auth::proof::parse_code;
use crate::domain::auth::sign_in_code::SignInCodeId;
use crate::domain::auth::user_agent;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, Notice};
use crate::http::respond::end::End;
use crate::http::respond::page::{page, page_with, slow_page};
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::auth::mail_code::{self, Asked, Opened, Tried};
use crate::service::auth::{flow, password};

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in/mail")
        .page("", Access::Public, show)
        .form("", Access::Public, send)
        .page("/code", Access::Public, code)
        .form("/code", Access::Public, try_code)
        .page("/link", Access::Public, link)
        .form("/link", Access::Public, take_link)
        .form("/show", Access::Public, tell)
}

#[derive(Template)]
#[template(path = "sign_in/mail.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    attempt: String,
    onward: String,
    notice: Option<Notice>,
    errors: ErrorSummary,
    email: Field,
}

#[derive(Template)]
#[template(path = "sign_in/mail_code.html")]
struct CodeView {
    page: Chrome,
    email: String,
    errors: ErrorSummary,
    id: String,
    code: Field,
    again: String,
}

#[derive(Template)]
#[template(path = "sign_in/mail_link.html")]
struct LinkView {
    page: Chrome,
    email: String,
    token: String,
    is_here: bool,
    device: String,
    asked_at: String,
    code: Option<String>,
}

/// Why the page with the address is shown.
enum Why {
    Fresh,
    Wrong(&'static str),
    Slow(Timestamp),
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let named = Named::of(work, &call, fields.text("attempt")).await?;
    let known = match named.attempt() {
        Some(attempt) => match flow::stand(work, visit(&call), attempt).await?.sub {
            Some(sub) => password::name_of(work, &sub).await?,
            None => attempt.login_hint.clone().unwrap_or_default(),
        },
        None => String::new(),
    };
    render(work, &call, &named, &known, &Why::Fresh)
}

async fn send(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let named = Named::of(work, &call, fields.text("attempt")).await?;
    if matches!(named, Named::Over) {
        return sign_in_is_over(work, &call);
    }
    if !work.app().config.sign_in.mail_code {
        return Err(Refusal::NotFound.into());
    }
    let typed = fields.text("email");
    let address = match EmailAddress::parse(typed) {
        Ok(address) => address,
        Err(error) => return render(work, &call, &named, typed, &Why::Wrong(error.word())),
    };
    match mail_code::ask(work, visit(&call), &address, named.attempt().map(|attempt| &attempt.id)).await? {
        Asked::Sent(id) => Ok(see_other(&format!("/sign-in/mail/code?id={id}"))),
        Asked::Slow { until } => render(work, &call, &named, typed, &Why::Slow(until)),
    }
}

fn render(work: &Work, call: &Call, named: &Named, typed: &str, why: &Why) -> Result<Reply> {
    if matches!(named, Named::Over) {
        return sign_in_is_over(work, call);
    }
    if !work.app().config.sign_in.mail_code {
        return Err(Refusal::NotFound.into());
    }
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let errors: Vec<FieldError> = match why {
        Why::Wrong(reason) => vec![FieldError::new("email", *reason)],
        Why::Fresh | Why::Slow(_) => Vec::new(),
    };
    let notice = match why {
        Why::Slow(until) => Some(Notice::slow(&page, *until)),
        Why::Fresh | Why::Wrong(_) => None,
    };
    let email = Field::email(words, "email", words.sign_up_email()).typed_address(typed).errors(&errors);
    let view = View {
        app: App::of(named, page.locale()),
        attempt: named.id(),
        onward: named.onward(),
        notice,
        errors: ErrorSummary::of(words, &[&email]),
        email,
        page,
    };
    match why {
        Why::Fresh => page_with(StatusCode::OK, &view),
        Why::Wrong(_) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &view),
        Why::Slow(until) => slow_page(&view, *until, work.now()),
    }
}

async fn code(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    code_page(work, &call, &SignInCodeId::from(fields.text("id")), None).await
}

async fn try_code(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let id = SignInCodeId::from(fields.text("id"));
    let typed = fields.text("code");
    let words = crate::i18n::Words::of(call.locale);
    if parse_code(typed).is_none() {
        // No six digits are no guess.
        return code_page(work, &call, &id, Some(words.code_form())).await;
    }
    match mail_code::try_code(work, visit(&call), &id, typed).await? {
        Tried::Right(further) => progress(work, &call, &further, None),
        Tried::Wrong { tries_left } => code_page(work, &call, &id, Some(words.code_wrong(tries_left))).await,
        Tried::Over => is_over(work, &call),
    }
}

async fn code_page(work: &mut Work, call: &Call, id: &SignInCodeId, wrong: Option<String>) -> Result<Reply> {
    let Some(waiting) = mail_code::waiting(work, visit(call), id).await? else { return is_over(work, call) };
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let code = Field::once(words, "code", words.code_field()).hint(words.code_hint());
    let code = match wrong {
        Some(sentence) => code.error(sentence),
        None => code,
    };
    let view = CodeView {
        email: waiting.address,
        errors: ErrorSummary::of(words, &[&code]),
        id: id.to_string(),
        code,
        again: format!("/sign-in/mail?attempt={}", waiting.attempt_id),
        page,
    };
    page_with(status, &view)
}

/// What the link of a letter opens. Looking uses nothing up.
async fn link(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    opened(work, &call, fields.text("token"), false).await
}

/// The button behind the link, in the browser in which the sign-in began.
async fn take_link(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    match mail_code::take_link(work, visit(&call), fields.text("token")).await? {
        Tried::Right(further) => progress(work, &call, &further, None),
        Tried::Wrong { .. } | Tried::Over => is_over(work, &call),
    }
}

/// The button behind the link on another device: the code to type where the sign-in began.
async fn tell(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    opened(work, &call, fields.text("token"), true).await
}

async fn opened(work: &mut Work, call: &Call, token: &str, is_asked: bool) -> Result<Reply> {
    let Some(opened) = mail_code::open(work, visit(call), token).await? else { return is_over(work, call) };
    let chrome = Chrome::of(call, &work.app().config);
    let (row, is_here) = match opened {
        Opened::Here(row) => (row, true),
        Opened::Elsewhere(row) => (row, false),
    };
    let code = if is_asked && !is_here { Some(mail_code::tell(work, &row)?) } else { None };
    page(&LinkView {
        email: row.address,
        token: token.to_owned(),
        is_here,
        device: user_agent::family(&row.user_agent),
        asked_at: format::date_time(chrome.locale(), row.made_at, &chrome.time_zone),
        code,
        page: chrome,
    })
}

/// Too late, used, guessed too often, or another browser's.
fn is_over(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.proof_over_title(),
        text: page.words.proof_over_text(),
        href: "/sign-in".to_owned(),
        link: page.words.sign_in_title(),
        page,
    };
    page_with(StatusCode::GONE, &view)
}
