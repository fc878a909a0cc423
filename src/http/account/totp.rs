//! Authenticator applications on my page: setting one up, renaming and removing it.

use askama::Template;
use http::StatusCode;

use super::{again, visit};
use crate::app::Work;
use crate::base::{FieldError, Refusal, Result};
use crate::domain::auth::Factor;
use crate::domain::auth::totp::{LONGEST_NAME, TotpId};
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_begins;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, RecoveryCodes, TotpSecret};
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::auth::flow;
use crate::service::auth::recent::{self, Recent};
use crate::service::auth::totp::{self, First, Given};
use crate::store;

pub(super) fn routes() -> Routes {
    Routes::under("/my/security/totp")
        .page("", Access::Customer, explain)
        .form("", Access::Customer, begin)
        .page("/{id}", Access::Customer, set_up)
        .form("/{id}", Access::Customer, confirm)
        .page("/{id}/edit", Access::Customer, edit)
        .form("/{id}/rename", Access::Customer, rename)
        .page("/{id}/remove", Access::Customer, ask_remove)
        .form("/{id}/remove", Access::Customer, remove)
}

#[derive(Template)]
#[template(path = "account/totp.html")]
struct View {
    page: Chrome,
}

#[derive(Template)]
#[template(path = "account/totp_set_up.html")]
struct SetUpView {
    page: Chrome,
    totp: TotpId,
    secret: TotpSecret,
    errors: ErrorSummary,
    code: Field,
    name: Field,
}

#[derive(Template)]
#[template(path = "account/recovery_codes_shown.html")]
pub(super) struct CodesView {
    pub(super) page: Chrome,
    pub(super) codes: RecoveryCodes,
}

#[derive(Template)]
#[template(path = "account/totp_edit.html")]
struct EditView {
    page: Chrome,
    totp: TotpId,
    errors: ErrorSummary,
    name: Field,
}

#[derive(Template)]
#[template(path = "account/totp_remove.html")]
struct RemoveView {
    page: Chrome,
    totp: TotpId,
    name: String,
    is_last: bool,
    can_remove: bool,
}

const HERE: &str = "/my/security/totp";

async fn explain(work: &mut Work, call: Call) -> Result<Reply> {
    match recent::require(work, visit(&call), HERE).await? {
        Recent::Yes(_) => page(&View { page: Chrome::of(&call, &work.app().config) }),
        Recent::SignInAgain(attempt) => Ok(again(&attempt)),
    }
}

async fn begin(work: &mut Work, call: Call) -> Result<Reply> {
    let session = match recent::require(work, visit(&call), HERE).await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    match totp::begin(work, &session.sub).await? {
        Some(id) => Ok(see_other(&format!("{HERE}/{id}"))),
        None => Ok(see_other("/my/security?notice=too-many")),
    }
}

async fn set_up(work: &mut Work, call: Call) -> Result<Reply> {
    let id = call.at("id")?;
    render(work, &call, &id, &Wrong::Nothing).await
}

async fn confirm(work: &mut Work, call: Call) -> Result<Reply> {
    let id: TotpId = call.at("id")?;
    let session = match recent::require(work, visit(&call), &format!("{HERE}/{id}")).await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    let fields = call.form()?;
    let given = Given { code: fields.text("code"), name: fields.text("name"), attempt: None };
    let codes = match totp::confirm(work, visit(&call), &session.sub, &id, given).await? {
        First::Right { codes } => codes,
        First::Wrong => return render(work, &call, &id, &Wrong::Code).await,
        First::BadName => return render(work, &call, &id, &Wrong::Name).await,
        First::Slow { until } => {
            let page = Chrome::of(&call, &work.app().config);
            let when = format::date_time(page.locale(), until, &page.time_zone);
            return render(work, &call, &id, &Wrong::Slow(page.words.security_slow(when))).await;
        }
        First::Over => return Ok(see_other("/my/security")),
    };
    let welcome = flow::renew(work, visit(&call), &session, Some(Factor::Totp)).await?;
    let cookies = session_begins(&work.app().config, &welcome.token, welcome.cookie_age());
    if codes.is_empty() {
        return Ok(see_other("/my/security?notice=added").with_cookies(&cookies));
    }
    let page = Chrome::of(&call, &work.app().config);
    let codes = RecoveryCodes::new(page.words, &page.site.name, codes);
    Ok(page_with(StatusCode::OK, &CodesView { codes, page })?.with_cookies(&cookies))
}

/// What is wrong with what was typed.
enum Wrong {
    Nothing,
    Code,
    Name,
    Slow(String),
}

async fn render(work: &mut Work, call: &Call, id: &TotpId, wrong: &Wrong) -> Result<Reply> {
    let sub = call.signed_in()?.sub.clone();
    let Some(waiting) = totp::waiting(work, &sub, id).await? else { return Err(Refusal::NotFound.into()) };
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let code = Field::once(words, "code", words.totp_first_code()).hint(words.code_hint());
    let code = match wrong {
        Wrong::Code => code.error(words.totp_wrong()),
        Wrong::Slow(sentence) => code.error(sentence.as_str()),
        Wrong::Nothing | Wrong::Name => code,
    };
    let name = name_field(&page, &words.totp_name_first(), matches!(wrong, Wrong::Name));
    let view = SetUpView {
        secret: TotpSecret::new(words, &waiting.secret, &waiting.address)?,
        totp: waiting.id,
        errors: ErrorSummary::of(words, &[&code, &name]),
        code,
        name,
        page,
    };
    let status = if matches!(wrong, Wrong::Nothing) { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &view)
}

async fn edit(work: &mut Work, call: Call) -> Result<Reply> {
    edit_page(work, &call, None).await
}

async fn rename(work: &mut Work, call: Call) -> Result<Reply> {
    let id = call.at("id")?;
    let fields = call.form()?;
    let sub = call.signed_in()?.sub.clone();
    match totp::rename(work, &sub, &id, fields.text("name")).await? {
        true => Ok(see_other("/my/security?notice=renamed")),
        false => edit_page(work, &call, Some(fields.text("name"))).await,
    }
}

/// The page for the name; `refused` is what was typed and cannot be one.
async fn edit_page(work: &mut Work, call: &Call, refused: Option<&str>) -> Result<Reply> {
    let (id, name) = named(work, call).await?;
    let page = Chrome::of(call, &work.app().config);
    let shown: String = refused.unwrap_or(&name).chars().take(LONGEST_NAME).collect();
    let field = name_field(&page, &shown, refused.is_some());
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let errors = ErrorSummary::of(page.words, &[&field]);
    page_with(status, &EditView { totp: id, errors, name: field, page })
}

async fn ask_remove(work: &mut Work, call: Call) -> Result<Reply> {
    let (id, name) = named(work, &call).await?;
    match recent::require(work, visit(&call), &format!("{HERE}/{id}/remove")).await? {
        Recent::Yes(session) => {
            let is_last = store::auth::totp::count(work.tx(), &session.sub).await? == 1;
            let can_remove = totp::can_remove(work, &session.sub).await?;
            page(&RemoveView { page: Chrome::of(&call, &work.app().config), totp: id, name, is_last, can_remove })
        }
        Recent::SignInAgain(attempt) => Ok(again(&attempt)),
    }
}

async fn remove(work: &mut Work, call: Call) -> Result<Reply> {
    let id: TotpId = call.at("id")?;
    let session = match recent::require(work, visit(&call), &format!("{HERE}/{id}/remove")).await? {
        Recent::Yes(session) => session,
        Recent::SignInAgain(attempt) => return Ok(again(&attempt)),
    };
    totp::remove(work, visit(&call), &session.sub, &id).await?;
    let welcome = flow::renew(work, visit(&call), &session, None).await?;
    let cookies = session_begins(&work.app().config, &welcome.token, welcome.cookie_age());
    Ok(see_other("/my/security?notice=removed").with_cookies(&cookies))
}

/// An application of the person who is signed in, and its name.
async fn named(work: &mut Work, call: &Call) -> Result<(TotpId, String)> {
    let id: TotpId = call.at("id")?;
    let sub = call.signed_in()?.sub.clone();
    let all = store::auth::totp::list(work.tx(), &sub).await?;
    let found = all.into_iter().find(|row| row.id == id).ok_or(Refusal::NotFound)?;
    Ok((found.id, found.name))
}

fn name_field(page: &Chrome, value: &str, is_wrong: bool) -> Field {
    let words = page.words;
    let field = Field::text(words, "name", words.totp_name()).value(value);
    let wrong = [FieldError::new("name", "required")];
    if is_wrong { field.errors(&wrong) } else { field }
}
