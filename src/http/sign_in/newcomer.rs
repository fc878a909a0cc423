//! Somebody came back from another provider for the first time: they open an account, or sign in to the one they have and
//! link it.

use askama::Template;
use http::StatusCode;

use super::{App, progress, steps, visit};
use crate::app::Work;
use crate::base::{Error, FieldError, Refusal, Result, Timestamp};
use crate::domain::account::EmailAddress;
use crate::domain::auth::upstream::{Newcomer, NewcomerId};
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::part::{ErrorSummary, Field, Notice, WorkField};
use crate::http::respond::end::End;
use crate::http::respond::page::{page, page_with, slow_page};
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::service::auth::sign_up::Asked;
use crate::service::auth::upstream::link::{self, Confirmed};
use crate::service::auth::upstream::newcomer::{self, Opened, Standing};
use crate::service::auth::{password, proof_of_work, start};

pub(super) fn routes() -> Routes {
    Routes::under("/sign-up/with")
        .page("", Access::Public, show)
        .form("/open", Access::Public, open)
        .form("/address", Access::Public, ask)
        .form("/sign-in", Access::Public, sign_in)
        .page("/link", Access::Customer, look)
        .form("/link", Access::Customer, link)
}

#[derive(Template)]
#[template(path = "sign_in/newcomer.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    provider: String,
    notice: Option<Notice>,
    lead: String,
    errors: ErrorSummary,
    newcomer: String,
    open: Option<String>,
    email: Option<Field>,
    work: Option<WorkField>,
    agrees: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "sign_in/link.html")]
struct LinkView {
    page: Chrome,
    provider: String,
    account: String,
    label: Option<String>,
    newcomer: String,
}

/// Why the page is shown.
enum Shown<'a> {
    Fresh,
    Changed,
    Wrong(&'a str, &'static str),
    Slow(&'a str, Timestamp),
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    match named(work, &call, call.query_fields()?.text("newcomer")).await? {
        Some(newcomer) => render(work, &call, &newcomer, Shown::Fresh).await,
        None => over(work, &call),
    }
}

async fn open(work: &mut Work, call: Call) -> Result<Reply> {
    let Some(newcomer) = named(work, &call, call.form()?.text("newcomer")).await? else { return over(work, &call) };
    match newcomer::open(work, visit(&call), &newcomer).await {
        Ok(Opened::Done(further)) => progress(work, &call, &further, newcomer.attempt.as_ref()),
        Ok(Opened::NotYet) => render(work, &call, &newcomer, Shown::Changed).await,
        Ok(Opened::Over) => over(work, &call),
        Err(Error::Refused(Refusal::Conflict(_))) => {
            // Nothing of the account may stay: the address has one by now.
            work.roll_back().await;
            render(work, &call, &newcomer, Shown::Changed).await
        }
        Err(error) => Err(error),
    }
}

async fn ask(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let Some(newcomer) = named(work, &call, fields.text("newcomer")).await? else { return over(work, &call) };
    let typed = fields.text("email");
    let address = match EmailAddress::parse(typed) {
        Ok(address) => address,
        Err(error) => return render(work, &call, &newcomer, Shown::Wrong(typed, error.word())).await,
    };
    match newcomer::ask(work, visit(&call), &newcomer, &address, WorkField::given(&fields)).await? {
        Asked::Sent(id) => Ok(see_other(&format!("/sign-up/code?proof={id}"))),
        Asked::Slow { until } => render(work, &call, &newcomer, Shown::Slow(typed, until)).await,
    }
}

/// They have an account.
async fn sign_in(work: &mut Work, call: Call) -> Result<Reply> {
    let Some(newcomer) = named(work, &call, call.form()?.text("newcomer")).await? else { return over(work, &call) };
    let attempt = newcomer::sign_in_first(work, visit(&call), &newcomer).await?;
    Ok(see_other(&format!("/sign-in?attempt={attempt}")))
}

/// They have signed in to it.
async fn look(work: &mut Work, call: Call) -> Result<Reply> {
    let Some(newcomer) = named(work, &call, call.query_fields()?.text("newcomer")).await? else {
        return over(work, &call);
    };
    let account = password::name_of(work, &call.signed_in()?.sub).await?;
    let chrome = Chrome::of(&call, &work.app().config);
    page(&LinkView {
        provider: name_of(work, &newcomer, &chrome),
        account,
        label: newcomer.told.email.as_ref().map(ToString::to_string),
        newcomer: newcomer.id.to_string(),
        page: chrome,
    })
}

/// They say yes.
async fn link(work: &mut Work, call: Call) -> Result<Reply> {
    let id = NewcomerId::from(call.form()?.text("newcomer"));
    match link::confirm(work, visit(&call), &id).await? {
        Confirmed::Done(Some(further)) => progress(work, &call, &further, None),
        Confirmed::Done(None) => Ok(see_other("/my/security/providers?notice=linked")),
        Confirmed::SignInAgain(attempt) => Ok(see_other(&format!("/sign-in?attempt={attempt}"))),
        Confirmed::Others => Ok(see_other("/my/security/providers?notice=others")),
        Confirmed::Over => over(work, &call),
    }
}

async fn named(work: &mut Work, call: &Call, id: &str) -> Result<Option<Newcomer>> {
    newcomer::find(work, visit(call), &NewcomerId::from(id)).await
}

async fn render(work: &mut Work, call: &Call, newcomer: &Newcomer, shown: Shown<'_>) -> Result<Reply> {
    let standing = newcomer::standing(work, visit(call), newcomer).await?;
    let attempt = match &newcomer.attempt {
        Some(id) => start::open(work, id, &call.browser.hash).await?,
        None => None,
    };
    let may_open = newcomer::may_open(work, newcomer);
    let asked = match (&standing, may_open) {
        (Standing::Ask(_), true) => proof_of_work::ask(work, visit(call), proof_of_work::Purpose::SignUp).await?,
        _ => None,
    };
    let agrees = match (&standing, may_open) {
        (Standing::Open(_), true) => steps::to_accept(work, call).await?,
        _ => Vec::new(),
    };
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let provider = name_of(work, newcomer, &page);
    let (lead, open, told) = match standing {
        Standing::Taken(email) => (words.newcomer_taken_lead(email.to_string(), provider.as_str()), None, None),
        _ if !may_open => (words.newcomer_only_lead(provider.as_str()), None, None),
        Standing::Open(email) => (words.newcomer_open_lead(provider.as_str()), Some(email.to_string()), None),
        Standing::Ask(email) => {
            let told = email.map(|email| email.to_string()).unwrap_or_default();
            (words.newcomer_ask_lead(provider.as_str()), None, Some(told))
        }
    };
    let wrong: Vec<FieldError> = match &shown {
        Shown::Wrong(_, reason) => vec![FieldError::new("email", *reason)],
        Shown::Fresh | Shown::Changed | Shown::Slow(..) => Vec::new(),
    };
    let typed = match &shown {
        Shown::Wrong(typed, _) | Shown::Slow(typed, _) => Some(*typed),
        Shown::Fresh | Shown::Changed => None,
    };
    let email = told.map(|told| {
        Field::email(words, "email", words.sign_up_email()).typed_address(typed.unwrap_or(&told)).errors(&wrong)
    });
    let notice = match &shown {
        Shown::Changed => Some(Notice::warn(words, words.newcomer_changed()).text(words.newcomer_changed_text())),
        Shown::Slow(_, until) => Some(Notice::slow(&page, *until)),
        Shown::Fresh | Shown::Wrong(..) => None,
    };
    let fields: Vec<&Field> = email.iter().collect();
    let view = View {
        app: attempt.and_then(|attempt| Some(App::shown(attempt.asked_by.as_ref()?, page.locale()))),
        notice,
        lead,
        errors: ErrorSummary::of(words, &fields),
        newcomer: newcomer.id.to_string(),
        open,
        email,
        work: asked.map(|asked| WorkField::of(words, asked)),
        agrees,
        provider,
        page,
    };
    match shown {
        Shown::Fresh => page_with(StatusCode::OK, &view),
        Shown::Changed => page_with(StatusCode::CONFLICT, &view),
        Shown::Wrong(..) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &view),
        Shown::Slow(_, until) => slow_page(&view, until, work.now()),
    }
}

fn name_of(work: &Work, newcomer: &Newcomer, page: &Chrome) -> String {
    let found = work.app().upstreams.find(&newcomer.told.identity.provider);
    found.map(|found| found.settings().name(page.locale()).to_owned()).unwrap_or_default()
}

fn over(work: &Work, call: &Call) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let view = End {
        title: page.words.newcomer_over_title(),
        text: page.words.newcomer_over_text(),
        href: "/sign-in".to_owned(),
        link: page.words.sign_in_title(),
        page,
    };
    page_with(StatusCode::GONE, &view)
}
