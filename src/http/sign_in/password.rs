//! The sign-in page: name and password on one page, and what went wrong in one sentence for every reason.

use askama::Template;
use http::StatusCode;

use super::{App, Named, passkey, progress, sign_in_is_over, visit};
use crate::app::Work;
use crate::base::{FieldError, Result, Timestamp};
use crate::domain::auth::attempt::OwnPath;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{Check, Field, Notice, ProviderButton, WorkField, provider_buttons};
use crate::http::respond::page::{page_with, slow_page};
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::service::auth::flow::{self, Progress};
use crate::service::auth::passkey::sign_in::SignIn as ByPasskey;
use crate::service::auth::password::{self, Entered, SignIn};
use crate::service::auth::proof_of_work;
use crate::service::auth::start::{self, Begin};

pub(super) fn routes() -> Routes {
    Routes::under("").page("/sign-in", Access::Public, show).form("/sign-in", Access::Public, submit)
}

#[derive(Template)]
#[template(path = "sign_in/sign_in.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    attempt: String,
    onward: String,
    notice: Option<Notice>,
    has_passkeys: bool,
    username: Field,
    password: Field,
    stay: Check,
    work: Option<WorkField>,
    sign_up: bool,
    by_mail: bool,
    providers: Vec<ProviderButton>,
    cancel: Option<(String, String)>,
}

/// Why the page is shown.
enum Why {
    Fresh,
    PasswordChanged,
    EmailChanged,
    Closed,
    CameBack,
    SignedOut,
    ProviderDenied,
    ProviderFailed,
    ProviderUnavailable,
    NameMissing,
    Wrong,
    WrongPasskey,
    Slow(Timestamp),
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let named = Named::of(work, &call, fields.text("attempt")).await?;
    if matches!(named, Named::Over) {
        return sign_in_is_over(work, &call);
    }
    let next = OwnPath::parse(fields.text("next"));
    if call.visitor.is_some() {
        let Some(attempt) = named.attempt() else {
            return Ok(see_other(next.as_ref().unwrap_or(&OwnPath::my_page()).as_str()));
        };
        match flow::resume(work, visit(&call), &attempt.id).await? {
            Progress::Begin => {}
            further => return progress(work, &call, &further, None),
        }
    }
    if let (Named::Nothing, Some(next)) = (&named, next) {
        return remember(work, &call, next).await;
    }
    let hint = named.attempt().and_then(|attempt| attempt.login_hint.clone()).unwrap_or_default();
    let why = match fields.text("notice") {
        "password" => Why::PasswordChanged,
        "email-changed" => Why::EmailChanged,
        "closed" => Why::Closed,
        "came-back" => Why::CameBack,
        "signed-out" => Why::SignedOut,
        "provider-denied" => Why::ProviderDenied,
        "provider-failed" => Why::ProviderFailed,
        "provider-unavailable" => Why::ProviderUnavailable,
        _ => Why::Fresh,
    };
    render(work, &call, &named, &hint, false, &why).await
}

/// Somebody who must sign in first wants to go somewhere: the server remembers where.
async fn remember(work: &mut Work, call: &Call, continue_to: OwnPath) -> Result<Reply> {
    work.allow_writing().await?;
    let id = start::begin(work, Begin::by_itself(&call.browser.hash, continue_to)).await?;
    Ok(see_other(&format!("/sign-in?attempt={id}")))
}

async fn submit(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let named = Named::of(work, &call, fields.text("attempt")).await?;
    if matches!(named, Named::Over) {
        return sign_in_is_over(work, &call);
    }
    let (username, stay) = (fields.text("username"), fields.is_ticked("stay"));
    let asked = named.attempt().map(|attempt| &attempt.id);
    if passkey::is_answered(&fields) {
        return match passkey::take(work, &call, named.attempt(), &fields).await? {
            ByPasskey::Right(further) => progress(work, &call, &further, asked),
            ByPasskey::Wrong => render(work, &call, &named, username, stay, &Why::WrongPasskey).await,
        };
    }
    if username.is_empty() {
        return render(work, &call, &named, "", stay, &Why::NameMissing).await;
    }
    let password = fields.find("password").unwrap_or_default();
    let entered = Entered { username, password, stay, given: WorkField::given(&fields) };
    match password::sign_in(work, visit(&call), entered, asked).await? {
        SignIn::Right(further) => {
            let reply = progress(work, &call, &further, asked)?;
            passkey::offered(work, &fields, &further, reply).await
        }
        SignIn::Wrong => render(work, &call, &named, username, stay, &Why::Wrong).await,
        SignIn::Slow { until } => render(work, &call, &named, username, stay, &Why::Slow(until)).await,
    }
}

async fn render(work: &mut Work, call: &Call, named: &Named, username: &str, stay: bool, why: &Why) -> Result<Reply> {
    let asked = proof_of_work::ask(work, visit(call), proof_of_work::Purpose::SignIn).await?;
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let missing = [FieldError::new("username", "required")];
    let errors: &[FieldError] = if matches!(why, Why::NameMissing) { &missing } else { &[] };
    let again = named.attempt().is_some_and(|attempt| attempt.reauthenticate);
    let notice = match why {
        Why::Fresh if again => Some(Notice::info(words, words.sign_in_again())),
        Why::Fresh | Why::NameMissing => None,
        Why::PasswordChanged => {
            Some(Notice::good(words, words.sign_in_password_changed()).text(words.sign_in_password_changed_text()))
        }
        Why::EmailChanged => Some(Notice::good(words, words.email_changed()).text(words.email_changed_text())),
        Why::Closed => Some(Notice::good(words, words.closed_notice()).text(words.closed_notice_text())),
        Why::CameBack => Some(Notice::good(words, words.came_back_notice()).text(words.came_back_notice_text())),
        Why::SignedOut => Some(Notice::good(words, words.sign_out_done())),
        Why::ProviderDenied => Some(Notice::info(words, words.provider_denied()).text(words.provider_denied_text())),
        Why::ProviderFailed => Some(Notice::bad(words, words.provider_failed()).text(words.provider_failed_text())),
        Why::ProviderUnavailable => {
            Some(Notice::bad(words, words.provider_unavailable()).text(words.provider_unavailable_text()))
        }
        Why::Wrong => Some(Notice::bad(words, words.sign_in_wrong()).text(words.sign_in_wrong_text())),
        Why::WrongPasskey => Some(Notice::bad(words, words.passkey_wrong()).text(words.passkey_wrong_text())),
        Why::Slow(until) => Some(Notice::slow(&page, *until)),
    };
    let app = App::of(named, page.locale());
    let cancel = named.attempt().and_then(|attempt| {
        let client = attempt.asked_by.as_ref()?;
        Some((client.name(page.locale()).to_owned(), client.cancel_to.as_ref()?.as_str().to_owned()))
    });
    let view = View {
        attempt: named.id(),
        onward: named.onward(),
        notice,
        has_passkeys: work.app().relying_party.is_some(),
        username: Field::email(words, "username", words.sign_in_username())
            .autocomplete("username webauthn")
            .typed_address(username)
            .errors(errors),
        password: Field::password(words, "password", words.sign_in_password()).autocomplete("current-password"),
        stay: Check::new("stay", words.sign_in_stay()).hint(words.sign_in_stay_hint()).ticked(stay),
        work: asked.map(|asked| WorkField::of(words, asked)),
        sign_up: work.app().config.sign_in.sign_up,
        by_mail: work.app().config.sign_in.mail_code,
        providers: provider_buttons(work.app(), words),
        app,
        cancel,
        page,
    };
    match why {
        Why::NameMissing | Why::Wrong | Why::WrongPasskey => page_with(StatusCode::UNPROCESSABLE_ENTITY, &view),
        Why::Fresh
        | Why::PasswordChanged
        | Why::EmailChanged
        | Why::Closed
        | Why::CameBack
        | Why::SignedOut
        | Why::ProviderDenied
        | Why::ProviderFailed
        | Why::ProviderUnavailable => page_with(StatusCode::OK, &view),
        Why::Slow(until) => slow_page(&view, *until, work.now()),
    }
}
