//! The steps between a first proof and a session: which page comes next, going on without, and starting over.

use askama::Template;
use http::StatusCode;

use super::{App, Named, progress, sign_in_is_over, visit};
use crate::app::Work;
use crate::base::Result;
use crate::base::id::Subject;
use crate::domain::auth::Factor;
use crate::domain::auth::attempt::{Attempt, AttemptId};
use crate::domain::auth::flow::Next;
use crate::http::chrome::Chrome;
use crate::http::extract::call::Call;
use crate::http::extract::form::Fields;
use crate::http::respond::page::page_with;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::service::auth::flow::{self, Progress};
use crate::service::auth::{password, start};

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in").page("/next", Access::Public, next).form("/skip", Access::Public, skip).form(
        "/restart",
        Access::Public,
        restart,
    )
}

/// What the pages of the further steps have in common: whose sign-in it is, and what else can be done.
pub(super) struct Step {
    /// The sign-in.
    pub(super) attempt: AttemptId,
    /// Whose it is.
    pub(super) sub: Subject,
    /// The name of the account.
    pub(super) who: String,
    /// Whether another factor would do as well.
    pub(super) may_choose: bool,
    /// Whether the person may go on without.
    pub(super) may_skip: bool,
    /// The application that asked.
    pub(super) app: Option<App>,
}

/// A page that is for one step of a sign-in: shown only while that step is one that comes next.
pub(super) enum Asked {
    /// It is.
    Step(Box<(Step, Attempt)>),
    /// The browser belongs elsewhere.
    Else(Reply),
}

/// Whether proving one of these factors is what comes next in the sign-in that the fields name.
pub(super) async fn asked(work: &mut Work, call: &Call, fields: &Fields, factors: &[Factor]) -> Result<Asked> {
    let is_among = |choices: &[Factor]| factors.iter().any(|factor| choices.contains(factor));
    let is_it = |next: &Next| match next {
        Next::Prove { choices, may_skip } if is_among(choices) => Some((choices.len() > 1, *may_skip)),
        Next::Prove { .. } | Next::Enrol { .. } | Next::Begin | Next::Done(_) => None,
    };
    step(work, call, fields, is_it).await
}

/// Whether setting up a factor is what comes next.
pub(super) async fn enrolling(work: &mut Work, call: &Call, fields: &Fields, factor: Factor) -> Result<Asked> {
    let is_it = |next: &Next| match next {
        Next::Enrol { choices, may_skip } if choices.contains(&factor) => Some((false, *may_skip)),
        Next::Prove { .. } | Next::Enrol { .. } | Next::Begin | Next::Done(_) => None,
    };
    step(work, call, fields, is_it).await
}

async fn step(
    work: &mut Work,
    call: &Call,
    fields: &Fields,
    is_it: impl Fn(&Next) -> Option<(bool, bool)>,
) -> Result<Asked> {
    let Named::Open(attempt) = Named::of(work, call, fields.text("attempt")).await? else {
        return Ok(Asked::Else(sign_in_is_over(work, call)?));
    };
    let standing = flow::stand(work, visit(call), &attempt).await?;
    let (Some((may_choose, may_skip)), Some(sub)) = (is_it(&standing.next), standing.sub) else {
        return Ok(Asked::Else(to_next(&attempt.id)));
    };
    let step = Step {
        attempt: attempt.id.clone(),
        who: password::name_of(work, &sub).await?,
        sub,
        may_choose,
        may_skip,
        app: attempt.asked_by.as_ref().map(|client| App::shown(client, call.locale)),
    };
    Ok(Asked::Step(Box::new((step, *attempt))))
}

fn to_next(id: &AttemptId) -> Reply {
    see_other(&format!("/sign-in/next?attempt={id}"))
}

/// Where each factor is proven. What has no page of its own begins on the sign-in page.
pub(super) const fn page_of(factor: Factor) -> &'static str {
    match factor {
        Factor::Password => "/sign-in/password",
        Factor::Totp => "/sign-in/totp",
        Factor::RecoveryCode => "/sign-in/recovery-code",
        Factor::MailCode => "/sign-in/mail",
        Factor::Passkey | Factor::DevicePasskey => "/sign-in/passkey",
        Factor::Provider => "/sign-in/provider",
        Factor::SmsCode => "/sign-in",
    }
}

async fn next(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    let Named::Open(attempt) = Named::of(work, &call, fields.text("attempt")).await? else {
        return sign_in_is_over(work, &call);
    };
    let further = flow::resume(work, visit(&call), &attempt.id).await?;
    let Progress::Next(id) = &further else { return progress(work, &call, &further, Some(&attempt.id)) };
    match flow::stand(work, visit(&call), &attempt).await?.next {
        Next::Prove { choices, .. } => {
            let page = choices.first().map_or("/sign-in", |factor| page_of(*factor));
            Ok(see_other(&format!("{page}?attempt={id}")))
        }
        Next::Enrol { .. } => Ok(see_other(&format!("/sign-in/enrol?attempt={id}"))),
        Next::Begin | Next::Done(_) => sign_in_is_over(work, &call),
    }
}

async fn skip(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let id = AttemptId::from(fields.text("attempt"));
    let further = flow::skip(work, visit(&call), &id).await?;
    progress(work, &call, &further, Some(&id))
}

/// Somebody else wants to sign in, or the same person with another account.
async fn restart(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let Named::Open(attempt) = Named::of(work, &call, fields.text("attempt")).await? else {
        return sign_in_is_over(work, &call);
    };
    match start::again(work, *attempt).await? {
        Some(id) => Ok(see_other(&format!("/sign-in?attempt={id}"))),
        None => sign_in_is_over(work, &call),
    }
}

#[derive(Template)]
#[template(path = "sign_in/another.html")]
struct View {
    page: Chrome,
    attempt: String,
}

/// What was proven belongs to another account than what was proven before: nothing has happened.
pub(super) fn another(work: &Work, call: &Call, id: &AttemptId) -> Result<Reply> {
    let view = View { page: Chrome::of(call, &work.app().config), attempt: id.to_string() };
    page_with(StatusCode::CONFLICT, &view)
}
