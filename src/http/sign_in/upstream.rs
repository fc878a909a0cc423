//! To another provider and back. OpenID Connect Core §3.1.2.5, OAuth 2.0 Form Post Response Mode §2.

use http::Method;

use super::{Named, progress, sign_in_is_over, visit};
use crate::app::Work;
use crate::app::work::Access as Mode;
use crate::base::{Refusal, Result};
use crate::domain::auth::AttemptId;
use crate::http::extract::call::Call;
use crate::http::extract::form::Fields;
use crate::http::respond::reply::{Reply, see_other};
use crate::http::route::{Access, Routes};
use crate::service::auth::upstream::journey::{self, Aim, Answer, CameBack, Return, SetOut, Why};
use crate::service::auth::upstream::link::Linked;

pub(super) fn routes() -> Routes {
    Routes::under("/sign-in/with/{provider}")
        .form("", Access::Public, set_out)
        .page("/callback", Access::Public, come_back)
        .protocol_page(Method::POST, "/callback", Mode::Write, posted)
}

async fn set_out(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let named = Named::of(work, &call, fields.text("attempt")).await?;
    if matches!(named, Named::Over) {
        return sign_in_is_over(work, &call);
    }
    let attempt = named.attempt().map(|attempt| attempt.id.clone());
    let aim = Aim::SignIn(attempt.clone());
    match journey::set_out(work, visit(&call), call.param("provider")?, aim).await? {
        SetOut::To(address) => Ok(see_other(&address)),
        SetOut::Unavailable => Ok(back_to_sign_in(attempt.as_ref(), Why::Unavailable)),
    }
}

/// What a provider's page posts comes without our cookies. It is kept, and the browser comes once more, with them.
async fn posted(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.form()?;
    let state = fields.text("state");
    if state.len() > 200 {
        return Err(Refusal::Malformed("state is not one of ours".into()).into());
    }
    let answer = Answer { user: fields.find("user").map(str::to_owned), ..answer_of(&fields) };
    journey::keep(work, call.param("provider")?, state, &answer).await?;
    let state: String = form_urlencoded::byte_serialize(state.as_bytes()).collect();
    Ok(see_other(&format!("{}?state={state}", call.path)))
}

async fn come_back(work: &mut Work, call: Call) -> Result<Reply> {
    let fields = call.query_fields()?;
    work.allow_writing().await?;
    let (provider, answer) = (call.param("provider")?, answer_of(&fields));
    match journey::come_back(work, visit(&call), provider, (fields.text("state"), answer)).await? {
        CameBack::Known(further, attempt) => progress(work, &call, &further, attempt.as_ref()),
        CameBack::New(newcomer) => Ok(see_other(&format!("/sign-up/with?newcomer={newcomer}"))),
        CameBack::Link(linked) => Ok(back_to_links(word_of(linked))),
        CameBack::Nothing(why, Return::SignIn(attempt)) => Ok(back_to_sign_in(attempt.as_ref(), why)),
        CameBack::Nothing(why, Return::Links) => Ok(back_to_links(why_word(why))),
        CameBack::Over => sign_in_is_over(work, &call),
    }
}

fn answer_of(fields: &Fields) -> Answer {
    let field = |name| fields.find(name).filter(|value| !value.is_empty()).map(str::to_owned);
    Answer { code: field("code"), error: field("error"), iss: field("iss"), user: None }
}

fn back_to_sign_in(attempt: Option<&AttemptId>, why: Why) -> Reply {
    let word = why_word(why);
    match attempt {
        Some(id) => see_other(&format!("/sign-in?attempt={id}&notice=provider-{word}")),
        None => see_other(&format!("/sign-in?notice=provider-{word}")),
    }
}

fn back_to_links(word: &str) -> Reply {
    see_other(&format!("/my/security/providers?notice={word}"))
}

const fn why_word(why: Why) -> &'static str {
    match why {
        Why::Denied => "denied",
        Why::Unavailable => "unavailable",
        Why::Failed => "failed",
    }
}

const fn word_of(linked: Linked) -> &'static str {
    match linked {
        Linked::Done => "linked",
        Linked::Already => "already",
        Linked::Others => "others",
        Linked::Over => "over",
    }
}
