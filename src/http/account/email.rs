//! Another e-mail address: asking for it, the code or the link from its letter, and the way back from the letter to the
//! old one.

use askama::Template;
use http::StatusCode;

use super::{again, visit};
use crate::app::Work;
use crate::base::{Error, FieldError, Refusal, Result, Timestamp};
use crate::domain::account::EmailAddress;
use crate::domain::account::email_change::EmailChangeId;
use crate::domain::auth::proof::{Outcome, parse_code};
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_ends;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, Notice};
use crate::http::respond::end::End;
use crate::http::respond::page::{page, page_with, slow_page};
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::auth::change_email::{self, Asked};
use crate::service::auth::recent::{self, Recent};
use crate::store;

pub(super) fn routes() -> Routes {
    Routes::under("")
        .page("/my/email", Access::Customer, show)
        .form("/my/email", Access::Customer, ask)
        .page("/my/email/code", Access::Customer, code)
        .form("/my/email/code", Access::Customer, try_code)
        .page("/my/email/confirm", Access::Customer, link)
        .form("/my/email/confirm", Access::Customer, confirm)
        .page("/email/undo", Access::Public, look_at_undo)
        .form("/email/undo", Access::Public, undo)
}

#[derive(Template)]
#[template(path = "account/email.html")]
struct View {
    page: Chrome,
    current: Option<String>,
    notice: Option<Notice>,
    errors: ErrorSummary,
    email: Field,
}

#[derive(Template)]
#[template(path = "account/email_code.html")]
struct CodeView {
    page: Chrome,
    email: String,
    errors: ErrorSummary,
    change: String,
    code: Field,
}

#[derive(Template)]
#[template(path = "account/email_confirm.html")]
struct ConfirmView {
    page: Chrome,
    email: String,
    token: String,
}

#[derive(Template)]
#[template(path = "account/email_undo.html")]
struct UndoView {
    page: Chrome,
    old: String,
    until: String,
    token: String,
}

/// What is wrong with the address that was entered.
enum Wrong {
    Nothing,
    Field(&'static str),
    Slow(Timestamp),
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    match recent::require(work, visit(&call), "/my/email").await? {
        Recent::Yes(_) => address_page(work, &call, "", &Wrong::Nothing).await,
        Recent::SignInAgain(attempt) => Ok(again(&attempt)),
    }
}

async fn ask(work: &mut Work, call: Call) -> Result<Reply> {
    let session = match recent::require(work, visit(&call), "/my/email").await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    let fields = call.form()?;
    let typed = fields.text("email");
    let address = match EmailAddress::parse(typed) {
        Ok(address) => address,
        Err(error) => return address_page(work, &call, typed, &Wrong::Field(error.word())).await,
    };
    match change_email::ask(work, &session.sub, &address, call.locale).await? {
        Asked::Sent(id) => Ok(see_other(&format!("/my/email/code?change={id}"))),
        Asked::Same => address_page(work, &call, typed, &Wrong::Field("same_email")).await,
        Asked::Slow { until } => address_page(work, &call, typed, &Wrong::Slow(until)).await,
    }
}

async fn address_page(work: &mut Work, call: &Call, typed: &str, wrong: &Wrong) -> Result<Reply> {
    let account = store::account::find(work.tx(), &call.signed_in()?.sub).await?.ok_or(Refusal::NotFound)?;
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let errors: Vec<FieldError> = match wrong {
        Wrong::Field(reason) => vec![FieldError::new("email", *reason)],
        Wrong::Nothing | Wrong::Slow(_) => Vec::new(),
    };
    let notice = match wrong {
        Wrong::Slow(until) => Some(Notice::slow(&page, *until)),
        Wrong::Nothing | Wrong::Field(_) => None,
    };
    let email = Field::email(words, "email", words.email_new()).typed_address(typed).errors(&errors);
    let view = View {
        current: account.email.map(|email| email.address.to_string()),
        notice,
        errors: ErrorSummary::of(words, &[&email]),
        email,
        page,
    };
    match wrong {
        Wrong::Nothing => page_with(StatusCode::OK, &view),
        Wrong::Field(_) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &view),
        Wrong::Slow(until) => slow_page(&view, *until, work.now()),
    }
}

async fn code(work: &mut Work, call: Call) -> Result<Reply> {
    let id = EmailChangeId::from(call.query_fields()?.text("change"));
    code_page(work, &call, &id, None).await
}

async fn try_code(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let (id, typed) = (EmailChangeId::from(fields.text("change")), fields.text("code"));
    if parse_code(typed).is_none() {
        // No six digits are no guess.
        return code_page(work, &call, &id, Some(Outcome::Wrong { tries_left: -1 })).await;
    }
    match change_email::try_code(work, &call.signed_in()?.sub, &id, typed).await {
        Ok(Outcome::Proven) => Ok(done(work)),
        Ok(Outcome::Over) => over(work, &call),
        Ok(wrong @ Outcome::Wrong { .. }) => code_page(work, &call, &id, Some(wrong)).await,
        Err(Error::Refused(Refusal::Conflict(_))) => taken(work, &call).await,
        Err(error) => Err(error),
    }
}

async fn code_page(work: &mut Work, call: &Call, id: &EmailChangeId, wrong: Option<Outcome>) -> Result<Reply> {
    let Some(waiting) = change_email::waiting(work, &call.signed_in()?.sub, id).await? else {
        return over(work, call);
    };
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let code = Field::once(words, "code", words.code_field()).hint(words.code_hint());
    let code = match wrong {
        Some(Outcome::Wrong { tries_left }) if tries_left >= 0 => code.error(words.code_wrong(tries_left)),
        Some(_) => code.error(words.code_form()),
        None => code,
    };
    let view = CodeView {
        email: waiting.address.to_string(),
        errors: ErrorSummary::of(words, &[&code]),
        change: id.to_string(),
        code,
        page,
    };
    page_with(if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &view)
}

/// What the link of the letter opens.
async fn link(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let token = fields.text("token");
    match change_email::look(work, &call.signed_in()?.sub, token).await? {
        Some(change) => page(&ConfirmView {
            page: Chrome::of(&call, &work.app().config),
            email: change.address.to_string(),
            token: token.to_owned(),
        }),
        None => over(work, &call),
    }
}

/// The button behind the link was pressed.
async fn confirm(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    match change_email::take_link(work, &call.signed_in()?.sub, fields.text("token")).await {
        Ok(true) => Ok(done(work)),
        Ok(false) => over(work, &call),
        Err(Error::Refused(Refusal::Conflict(_))) => taken(work, &call).await,
        Err(error) => Err(error),
    }
}

/// What the link of the letter to the old address opens.
async fn look_at_undo(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let token = fields.text("token");
    let Some(change) = change_email::look_at_undo(work, token).await? else { return undo_is_over(work, &call) };
    let page_chrome = Chrome::of(&call, &work.app().config);
    let until = change.undo_until.unwrap_or(change.expires_at);
    page(&UndoView {
        old: change.old_address.map(|address| address.to_string()).unwrap_or_default(),
        until: format::date_time(page_chrome.locale(), until, &page_chrome.time_zone),
        token: token.to_owned(),
        page: page_chrome,
    })
}

/// The button behind that link was pressed.
async fn undo(work: &mut Work, call: Call) -> Result<Reply> {
    if !change_email::undo(work, call.form()?.text("token")).await? {
        return undo_is_over(work, &call);
    }
    let page = Chrome::of(&call, &work.app().config);
    let view = End {
        title: page.words.email_back_title(),
        text: page.words.email_back_text(),
        href: "/recover".to_owned(),
        link: page.words.email_back_link(),
        page,
    };
    page_with(StatusCode::OK, &view)
}

/// Changed: every session is over, this one too.
fn done(work: &Work) -> Reply {
    see_other("/sign-in?notice=email-changed").with_cookies(&session_ends(&work.app().config))
}

/// Too late, used, guessed too often, or another account's.
fn over(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.proof_over_title(),
        text: page.words.proof_over_text(),
        href: "/my/email".to_owned(),
        link: page.words.proof_over_link(),
        page,
    };
    page_with(StatusCode::GONE, &view)
}

/// Only whoever reads the letters of the address gets here, so it may be said. Nothing of the change may stay.
async fn taken(work: &mut Work, call: &Call) -> Result<Reply> {
    work.roll_back().await;
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.sign_up_taken_title(),
        text: page.words.email_taken_text(),
        href: "/my/email".to_owned(),
        link: page.words.email_another(),
        page,
    };
    page_with(StatusCode::CONFLICT, &view)
}

fn undo_is_over(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.email_undo_over_title(),
        text: page.words.email_undo_over_text(),
        href: "/sign-in".to_owned(),
        link: page.words.sign_in_title(),
        page,
    };
    page_with(StatusCode::GONE, &view)
}
