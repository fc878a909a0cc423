//! The second step of a sign-in: a code of the authenticator application, or one of the recovery codes.

use askama::Template;
use http::StatusCode;

use super::next::{self, Asked, Step};
use super::{App, progress, visit};
use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::Factor;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Check, ErrorSummary, Field};
use crate::http::respond::page::{page_with, slow_page};
use crate::http::respond::reply::Reply;
use crate::http::route::{Access, Routes};
use crate::i18n::{Words, format};
use crate::service::auth::totp::{Code, Taken};
use crate::service::auth::{recovery_code, totp, trusted_browser};

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in")
        .page("/totp", Access::Public, totp_page)
        .form("/totp", Access::Public, take_totp)
        .page("/recovery-code", Access::Public, recovery_page)
        .form("/recovery-code", Access::Public, take_recovery)
}

#[derive(Template)]
#[template(path = "sign_in/second_factor.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    step: Step,
    title: String,
    lead: String,
    action: &'static str,
    errors: ErrorSummary,
    code: Field,
    trust: Option<Check>,
}

async fn totp_page(work: &mut Work, call: Call) -> Result<Reply> {
    show(work, &call, Factor::Totp).await
}

async fn take_totp(work: &mut Work, call: Call) -> Result<Reply> {
    submit(work, &call, Factor::Totp).await
}

async fn recovery_page(work: &mut Work, call: Call) -> Result<Reply> {
    show(work, &call, Factor::RecoveryCode).await
}

async fn take_recovery(work: &mut Work, call: Call) -> Result<Reply> {
    submit(work, &call, Factor::RecoveryCode).await
}

async fn show(work: &mut Work, call: &Call, factor: Factor) -> Result<Reply> {
    match next::asked(work, call, &call.query_fields()?, &[factor]).await? {
        Asked::Step(asked) => page_with(StatusCode::OK, &view(work, call, asked.0, factor, None).await?),
        Asked::Else(reply) => Ok(reply),
    }
}

async fn submit(work: &mut Work, call: &Call, factor: Factor) -> Result<Reply> {
    let fields = call.form()?;
    let (step, attempt) = match next::asked(work, call, &fields, &[factor]).await? {
        Asked::Step(asked) => *asked,
        Asked::Else(reply) => return Ok(reply),
    };
    let typed = fields.text("code");
    let taken = match factor {
        Factor::RecoveryCode => recovery_code::take(work, visit(call), &attempt, typed).await?,
        _ => {
            let given = Code { code: typed, trust: fields.is_ticked("trust") };
            totp::take(work, visit(call), &attempt, given).await?
        }
    };
    let page = Chrome::of(call, &work.app().config);
    match taken {
        Taken::Right(further) => progress(work, call, &further, Some(&attempt.id)),
        Taken::Wrong => {
            let sentence = match factor {
                Factor::RecoveryCode => page.words.recovery_code_wrong(),
                _ => page.words.totp_wrong(),
            };
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(work, call, step, factor, Some(sentence)).await?)
        }
        Taken::Slow { until } => {
            let when = format::date_time(page.locale(), until, &page.time_zone);
            let slow = view(work, call, step, factor, Some(page.words.sign_in_slow_text(when))).await?;
            slow_page(&slow, until, work.now())
        }
    }
}

async fn view(work: &mut Work, call: &Call, mut step: Step, factor: Factor, error: Option<String>) -> Result<View> {
    let days = match factor {
        Factor::Totp => trusted_browser::days_offered(work, &step.sub).await?,
        _ => None,
    };
    let page = Chrome::of(call, &work.app().config);
    let (title, lead, action, code) = texts(page.words, factor);
    let code = match error {
        Some(sentence) => code.error(sentence),
        None => code,
    };
    let errors = ErrorSummary::of(page.words, &[&code]);
    let words = page.words;
    let trust = days.map(|days| Check::new("trust", words.trust_browser(days)).hint(words.trust_browser_hint()));
    Ok(View { app: step.app.take(), step, title, lead, action, errors, code, trust, page })
}

fn texts(words: Words, factor: Factor) -> (String, String, &'static str, Field) {
    match factor {
        Factor::RecoveryCode => {
            let field = Field::code(words, "code", words.recovery_code_field()).autocomplete("off");
            let field = field.placeholder("XXXX-XXXX-XXXX-XXXX");
            (words.recovery_code_title(), words.recovery_code_lead(), "/sign-in/recovery-code", field)
        }
        _ => {
            let field = Field::once(words, "code", words.code_field()).hint(words.code_hint());
            (words.totp_title(), words.totp_lead(), "/sign-in/totp", field)
        }
    }
}
