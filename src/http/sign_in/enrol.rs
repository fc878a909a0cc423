//! Setting up a second factor as a step of a sign-in: why, the secret, its first code, the recovery codes.

use askama::Template;
use http::StatusCode;

use super::next::{self, Asked, Step};
use super::{App, progress, sign_in_is_over, visit};
use crate::app::Work;
use crate::base::{FieldError, Refusal, Result};
use crate::domain::auth::Factor;
use crate::domain::auth::totp::TotpId;
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_begins;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, RecoveryCodes, TotpSecret};
use crate::http::respond::page::{page_with, wait_until};
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::http::route::{Access, Routes};
use crate::i18n::format;
use crate::service::auth::flow::{self, Progress, Proof};
use crate::service::auth::totp::{self, First, Given};

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in/enrol")
        .page("", Access::Public, explain)
        .form("", Access::Public, begin)
        .page("/totp", Access::Public, show)
        .form("/totp", Access::Public, confirm)
}

#[derive(Template)]
#[template(path = "sign_in/enrol.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    step: Step,
}

#[derive(Template)]
#[template(path = "sign_in/enrol_totp.html")]
struct TotpView {
    page: Chrome,
    app: Option<App>,
    step: Step,
    totp: TotpId,
    secret: TotpSecret,
    errors: ErrorSummary,
    code: Field,
    name: Field,
}

#[derive(Template)]
#[template(path = "sign_in/enrol_codes.html")]
struct CodesView {
    page: Chrome,
    codes: RecoveryCodes,
    go_on: String,
}

async fn explain(work: &mut Work, call: Call) -> Result<Reply> {
    match next::enrolling(work, &call, &call.query_fields()?, Factor::Totp).await? {
        Asked::Step(asked) => {
            let mut step = asked.0;
            let view = View { page: Chrome::of(&call, &work.app().config), app: step.app.take(), step };
            page_with(StatusCode::OK, &view)
        }
        Asked::Else(reply) => Ok(reply),
    }
}

async fn begin(work: &mut Work, call: Call) -> Result<Reply> {
    let step = match next::enrolling(work, &call, &call.form()?, Factor::Totp).await? {
        Asked::Step(asked) => asked.0,
        Asked::Else(reply) => return Ok(reply),
    };
    match totp::begin(work, &step.sub).await? {
        Some(id) => Ok(see_other(&format!("/sign-in/enrol/totp?attempt={}&totp={id}", step.attempt))),
        None => Err(Refusal::Conflict("too_many").into()),
    }
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    match next::enrolling(work, &call, &fields, Factor::Totp).await? {
        Asked::Step(asked) => {
            let id = TotpId::from(fields.text("totp"));
            render(work, &call, asked.0, &id, &Wrong::Nothing).await
        }
        Asked::Else(reply) => Ok(reply),
    }
}

async fn confirm(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let (step, attempt) = match next::enrolling(work, &call, &fields, Factor::Totp).await? {
        Asked::Step(asked) => *asked,
        Asked::Else(reply) => return Ok(reply),
    };
    let id = TotpId::from(fields.text("totp"));
    let given = Given { code: fields.text("code"), name: fields.text("name"), attempt: Some(&attempt) };
    let codes = match totp::confirm(work, visit(&call), &step.sub, &id, given).await? {
        First::Right { codes } => codes,
        First::Wrong => return render(work, &call, step, &id, &Wrong::Code).await,
        First::BadName => return render(work, &call, step, &id, &Wrong::Name).await,
        First::Slow { until } => {
            let page = Chrome::of(&call, &work.app().config);
            let when = format::date_time(page.locale(), until, &page.time_zone);
            let slow = render(work, &call, step, &id, &Wrong::Slow(page.words.sign_in_slow_text(when))).await?;
            return Ok(wait_until(slow, until, work.now()));
        }
        First::Over => return sign_in_is_over(work, &call),
    };
    let proof = Proof { sub: &step.sub, factor: Factor::Totp, stay: false };
    let further = flow::prove(work, visit(&call), Some(&attempt.id), proof).await?;
    if codes.is_empty() {
        return progress(work, &call, &further, Some(&attempt.id));
    }
    let page = Chrome::of(&call, &work.app().config);
    let codes = RecoveryCodes::new(page.words, &page.site.name, codes);
    // The codes first: they are on this page and on no other.
    match &further {
        Progress::Welcome(session) => {
            let cookies = session_begins(&work.app().config, &session.token, session.cookie_age());
            let view = CodesView { codes, go_on: session.continue_to.as_str().to_owned(), page };
            Ok(page_with(StatusCode::OK, &view)?.with_cookies(&cookies))
        }
        _ => {
            let go_on = format!("/sign-in/next?attempt={}", attempt.id);
            page_with(StatusCode::OK, &CodesView { codes, go_on, page })
        }
    }
}

/// What is wrong with what was typed.
enum Wrong {
    Nothing,
    Code,
    Name,
    Slow(String),
}

async fn render(work: &mut Work, call: &Call, mut step: Step, id: &TotpId, wrong: &Wrong) -> Result<Reply> {
    let Some(waiting) = totp::waiting(work, &step.sub, id).await? else {
        return Ok(see_other(&format!("/sign-in/next?attempt={}", step.attempt)));
    };
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let code = Field::once(words, "code", words.totp_first_code()).hint(words.code_hint());
    let code = match wrong {
        Wrong::Code => code.error(words.totp_wrong()),
        Wrong::Slow(sentence) => code.error(sentence.as_str()),
        Wrong::Nothing | Wrong::Name => code,
    };
    let errors: &[FieldError] = match wrong {
        Wrong::Name => &[FieldError::new("name", "length")],
        Wrong::Nothing | Wrong::Code | Wrong::Slow(_) => &[],
    };
    let name = Field::text(words, "name", words.totp_name()).value(words.totp_name_first()).errors(errors);
    let view = TotpView {
        secret: TotpSecret::new(words, &waiting.secret, &waiting.address)?,
        totp: waiting.id,
        errors: ErrorSummary::of(words, &[&code, &name]),
        code,
        name,
        app: step.app.take(),
        step,
        page,
    };
    page_with(
        match wrong {
            Wrong::Nothing => StatusCode::OK,
            Wrong::Code | Wrong::Name => StatusCode::UNPROCESSABLE_ENTITY,
            Wrong::Slow(_) => StatusCode::TOO_MANY_REQUESTS,
        },
        &view,
    )
}
