//! The passkey of a sign-in: its challenge for the script, the answer that comes with a form, its page as a further
//! step, and the offer to make one after a sign-in without.

use askama::Template;
use http::StatusCode;

use super::next::{self, Asked, Step};
use super::{App, Named, progress, visit};
use crate::app::Work;
use crate::base::Result;
use crate::domain::auth::Factor;
use crate::domain::auth::attempt::Attempt;
use crate::domain::auth::passkey::CeremonyId;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::extract::form::Fields;
use crate::http::part::Notice;
use crate::http::respond::ceremony;
use crate::http::respond::page::page_with;
use crate::http::respond::reply::{Reply, ReplyExt as _};
use crate::http::route::{Access, Routes};
use crate::service::auth::flow::Progress;
use crate::service::auth::passkey::offer;
use crate::service::auth::passkey::sign_in::{self, SignIn};

/// Both kinds: which one it is, the answer tells.
const PASSKEYS: [Factor; 2] = [Factor::Passkey, Factor::DevicePasskey];

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in/passkey").page("", Access::Public, show).form("", Access::Public, submit).form(
        "/options",
        Access::Public,
        options,
    )
}

/// Nothing in it depends on who signs in, until that is known by other means.
async fn options(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let named = Named::of(work, &call, fields.text("attempt")).await?;
    if matches!(named, Named::Over) {
        return Ok(ceremony::elsewhere("/sign-in"));
    }
    sign_in::ask(work, visit(&call), named.attempt()).await.map(ceremony::options)
}

/// Whether a form comes with an answer.
pub(super) fn is_answered(fields: &Fields) -> bool {
    !fields.text("credential").is_empty()
}

/// Take the answer that came with a form.
pub(super) async fn take(work: &mut Work, call: &Call, attempt: Option<&Attempt>, fields: &Fields) -> Result<SignIn> {
    let id = CeremonyId::from(fields.text("ceremony"));
    let answer = (&id, fields.text("credential"));
    let attempt = attempt.map(|attempt| &attempt.id);
    sign_in::sign_in(work, visit(call), answer, attempt, fields.is_ticked("stay")).await
}

/// The answer to a sign-in by password, by way of the offer where that is due: the browser can, and said so.
pub(super) async fn offered(work: &mut Work, fields: &Fields, further: &Progress, reply: Reply) -> Result<Reply> {
    let Progress::Welcome(welcome) = further else { return Ok(reply) };
    if !fields.is_ticked("passkeys") || !offer::is_due(work, &welcome.session.sub).await? {
        return Ok(reply);
    }
    let next: String = form_urlencoded::byte_serialize(welcome.continue_to.as_str().as_bytes()).collect();
    Ok(reply.with(http::header::LOCATION, &format!("/my/security/passkey-offer?next={next}")))
}

#[derive(Template)]
#[template(path = "sign_in/passkey.html")]
struct View {
    page: Chrome,
    app: Option<App>,
    step: Step,
    notice: Option<Notice>,
}

async fn show(work: &mut Work, call: Call) -> Result<Reply> {
    match next::asked(work, &call, &call.query_fields()?, &PASSKEYS).await? {
        Asked::Step(asked) => render(work, &call, asked.0, false),
        Asked::Else(reply) => Ok(reply),
    }
}

async fn submit(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let (step, attempt) = match next::asked(work, &call, &fields, &PASSKEYS).await? {
        Asked::Step(asked) => *asked,
        Asked::Else(reply) => return Ok(reply),
    };
    match take(work, &call, Some(&attempt), &fields).await? {
        SignIn::Right(further) => progress(work, &call, &further, Some(&attempt.id)),
        SignIn::Wrong => render(work, &call, step, true),
    }
}

fn render(work: &Work, call: &Call, mut step: Step, is_wrong: bool) -> Result<Reply> {
    let page = Chrome::of(call, &work.app().config);
    let words = page.words;
    let notice = is_wrong.then(|| Notice::bad(words, words.passkey_wrong()).text(words.passkey_wrong_text()));
    let view = View { app: step.app.take(), step, notice, page };
    page_with(if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &view)
}
