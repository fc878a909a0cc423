//! Signing out at a client's wish. OpenID Connect RP-Initiated Logout 1.0 §2.

use askama::Template;
use http::StatusCode;

use super::authorize::{again_with_cookies, parameters};
use super::outcome;
use crate::app::Work;
use crate::base::Result;
use crate::http::chrome::Chrome;
use crate::http::extract::browser::session_ends;
use crate::http::extract::call::Call;
use crate::http::respond::front_channel::tell_apps;
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::i18n::format;
use crate::oidc::authorize::Untrusted;
use crate::oidc::error::ErrorCode;
use crate::oidc::logout::rp_initiated::{Logout, Reason};
use crate::oidc::params::Params;
use crate::oidc::server::path;
use crate::service::oidc::logout::{self, Decided};

/// Nobody is signed out by somebody else's link: the person is asked.
#[derive(Template)]
#[template(path = "oidc/end_session.html")]
struct ConfirmView {
    page: Chrome,
    app: Option<String>,
    fields: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "oidc/signed_out.html")]
struct SignedOutView {
    page: Chrome,
    back: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "oidc/untrusted.html")]
struct RefusedView {
    page: Chrome,
    title: String,
    what_to_do: String,
    code: &'static str,
    parameter: Option<&'static str>,
    request_id: String,
    at: String,
}

/// The page that says so and has nothing else to do.
const SIGNED_OUT: &str = "/signed-out";

/// What a confirmation sends again, to be checked again.
const REPEATED: [&str; 5] = ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint"];

/// `GET /end_session`, `POST /end_session`
pub(super) async fn ask(work: &mut Work, call: Call) -> Result<Reply> {
    let Some(params) = parameters(&call).filter(|params| params.refuse_repeated().is_ok()) else {
        return outcome::untrusted(work, &call, Untrusted::Malformed, None);
    };
    if let Some(address) = again_with_cookies(&call, path::END_SESSION, &params) {
        return Ok(see_other(&address));
    }
    let decided = logout::consider(work, call.browser.session.as_ref(), &params).await?;
    match &decided.logout {
        Logout::Refuse(reason) => refused(work, &call, *reason),
        Logout::End { then } => end(work, &call, then.as_deref()).await,
        Logout::Confirm { then } if !decided.is_signed_in => signed_out(work, &call, &decided, then.as_deref()),
        Logout::Confirm { .. } => {
            let chrome = Chrome::of(&call, &work.app().config);
            let app = decided.client.as_ref().map(|client| client.name(chrome.locale()).to_owned());
            page(&ConfirmView { page: chrome, app, fields: repeated(&params) })
        }
    }
}

/// `POST /end_session/confirm`: the person says yes. What was asked is decided again from the same parameters.
pub(super) async fn confirm(work: &mut Work, call: Call) -> Result<Reply> {
    let Some(params) = parameters(&call).filter(|params| params.refuse_repeated().is_ok()) else {
        return outcome::untrusted(work, &call, Untrusted::Malformed, None);
    };
    let decided = logout::consider(work, call.browser.session.as_ref(), &params).await?;
    match &decided.logout {
        Logout::Refuse(reason) => refused(work, &call, *reason),
        Logout::End { then } | Logout::Confirm { then } => end(work, &call, then.as_deref()).await,
    }
}

async fn end(work: &mut Work, call: &Call, then: Option<&str>) -> Result<Reply> {
    let frames = logout::end(work, call.browser.session.as_ref()).await?;
    let reply = if frames.is_empty() {
        match then {
            Some(address) => see_other(address),
            None => page(&SignedOutView { page: without_person(call, work), back: None })?,
        }
    } else {
        tell_apps(call, work, frames, then.unwrap_or(SIGNED_OUT))?
    };
    Ok(reply.with_cookies(&session_ends(&work.app().config)))
}

/// `GET /signed-out`: where the browser ends when nobody wants it back.
pub(super) async fn done(work: &mut Work, call: Call) -> Result<Reply> {
    page(&SignedOutView { page: Chrome::of(&call, &work.app().config), back: None })
}

fn without_person(call: &Call, work: &Work) -> Chrome {
    let mut chrome = Chrome::of(call, &work.app().config);
    chrome.person = None;
    chrome
}

/// Nobody was signed in. The way back is a link: following it is the person's own confirmation.
fn signed_out(work: &Work, call: &Call, decided: &Decided, then: Option<&str>) -> Result<Reply> {
    let chrome = Chrome::of(call, &work.app().config);
    let client = decided.client.as_ref();
    let back = then.zip(client).map(|(address, client)| {
        let words = chrome.words;
        (address.to_owned(), words.signed_out_back(client.name(chrome.locale())))
    });
    page(&SignedOutView { page: chrome, back })
}

fn refused(work: &Work, call: &Call, reason: Reason) -> Result<Reply> {
    let chrome = Chrome::of(call, &work.app().config);
    let words = chrome.words;
    let (code, parameter) = match reason {
        Reason::BadHint => (ErrorCode::InvalidRequest, "id_token_hint"),
        Reason::BadRedirectUri => (ErrorCode::InvalidRequest, "post_logout_redirect_uri"),
        Reason::BadClient => (ErrorCode::InvalidClient, "client_id"),
    };
    let at = format::date_time(chrome.locale(), work.now(), &chrome.time_zone);
    let view = RefusedView {
        page: chrome,
        title: words.end_session_bad_title(),
        what_to_do: words.end_session_bad_request(),
        code: code.as_str(),
        parameter: Some(parameter),
        request_id: call.origin.request_id.clone(),
        at,
    };
    page_with(StatusCode::BAD_REQUEST, &view)
}

fn repeated(params: &Params) -> Vec<(&'static str, String)> {
    REPEATED.into_iter().filter_map(|name| Some((name, params.get(name)?.to_owned()))).collect()
}
