//! Where the browser goes next: back to the client, to a page of ours, or to a page that says why not.

use askama::Template;
use http::StatusCode;

use crate::app::Work;
use crate::base::{Locale, Result};
use crate::http::assets;
use crate::http::chrome::Chrome;
use crate::http::extract::browser::{CookieName, set_cookie};
use crate::http::extract::call::Call;
use crate::http::part::{Notice, unverified};
use crate::http::respond::page::{page, page_with};
use crate::http::respond::reply::{Reply, ReplyExt as _, see_other};
use crate::i18n::{Words, format};
use crate::oidc::authorize::{Delivery, Untrusted};
use crate::service::auth::Visit;
use crate::service::oidc::authorize::Outcome;

/// A request that cannot be answered to its client. Nothing that was sent is shown.
#[derive(Template)]
#[template(path = "oidc/untrusted.html")]
struct UntrustedView {
    page: Chrome,
    title: String,
    what_to_do: String,
    code: &'static str,
    parameter: Option<&'static str>,
    request_id: String,
    at: String,
}

/// The answer as a form that posts itself; a button does it where scripts do not run.
#[derive(Template)]
#[template(path = "oidc/form_post.html")]
struct FormPostView {
    page: Chrome,
    script: &'static str,
    action: String,
    fields: Vec<(&'static str, String)>,
}

/// The answer to a client that nobody vouches for: the person is told where it leads, and goes there or not.
#[derive(Template)]
#[template(path = "oidc/leaving.html")]
struct LeavingView {
    page: Chrome,
    host: String,
    warning: Notice,
    delivery: Delivery,
}

/// The browser of a call, as the use cases take it.
pub(super) fn visit(call: &Call) -> Visit<'_> {
    Visit { browser_hash: &call.browser.hash, session: call.browser.session.as_ref(), locale: call.locale }
}

/// Send the browser on.
pub(super) fn reply(work: &Work, call: &Call, outcome: Outcome) -> Result<Reply> {
    match outcome {
        Outcome::Untrusted(reason) => untrusted(work, call, reason, None),
        Outcome::Answer(Delivery::Redirect(url)) => Ok(see_other(&url)),
        Outcome::Answer(Delivery::FormPost { action, fields }) => {
            let chrome = Chrome::of(call, &work.app().config);
            page(&FormPostView { page: chrome, script: assets::url("form_post.js"), action, fields })
        }
        Outcome::Leaving { delivery, host } => {
            let chrome = Chrome::of(call, &work.app().config);
            let warning = unverified(chrome.words, &host);
            page(&LeavingView { page: chrome, host, warning, delivery })
        }
        Outcome::SignIn { attempt, create, ui_locale } => {
            let page = if create { "sign-up" } else { "sign-in" };
            Ok(speaking(work, call, ui_locale, see_other(&format!("/{page}?attempt={attempt}"))))
        }
        Outcome::Agree { request, ui_locale } => {
            Ok(speaking(work, call, ui_locale, see_other(&format!("/my/agree?next=%2Fauthorize%2F{request}"))))
        }
        Outcome::Consent { request, ui_locale } => {
            Ok(speaking(work, call, ui_locale, see_other(&format!("/consent?request={request}"))))
        }
    }
}

/// The page of an untrusted request; `app` is what the client is called, where somebody vouches for it.
pub(super) fn untrusted(work: &Work, call: &Call, reason: Untrusted, app: Option<&str>) -> Result<Reply> {
    let chrome = Chrome::of(call, &work.app().config);
    let (title, what_to_do, parameter) = sentences(chrome.words, reason, app);
    let at = format::date_time(chrome.locale(), work.now(), &chrome.time_zone);
    let view = UntrustedView {
        page: chrome,
        title,
        what_to_do,
        code: reason.code().as_str(),
        parameter,
        request_id: call.origin.request_id.clone(),
        at,
    };
    page_with(StatusCode::BAD_REQUEST, &view)
}

/// What happened, what to do, and the parameter that whoever made the app has to look at.
fn sentences(words: Words, reason: Untrusted, app: Option<&str>) -> (String, String, Option<&'static str>) {
    let refused = || app.map_or_else(|| words.untrusted_title(), |app| words.untrusted_title_of(app));
    let gone = || app.map_or_else(|| words.untrusted_gone(), |app| words.untrusted_gone_of(app));
    match reason {
        Untrusted::Malformed | Untrusted::Refused(_) => (refused(), words.untrusted_malformed(), None),
        Untrusted::NoClient | Untrusted::UnknownClient => (refused(), words.untrusted_client(), Some("client_id")),
        Untrusted::NoRedirectUri => (refused(), words.untrusted_no_redirect_uri(), Some("redirect_uri")),
        Untrusted::UnknownRedirectUri => (refused(), words.untrusted_redirect_uri(), Some("redirect_uri")),
        Untrusted::GoneRequest => (words.untrusted_gone_title(), gone(), None),
        Untrusted::GonePushedRequest => (words.untrusted_gone_title(), gone(), Some("request_uri")),
    }
}

/// The client asked for a language: the pages that follow keep it, unless the person chose one before.
fn speaking(work: &Work, call: &Call, locale: Option<Locale>, reply: Reply) -> Reply {
    match locale {
        Some(locale) if call.browser.locale.is_none() => {
            reply.with_cookie(&set_cookie(&work.app().config.top.issuer, CookieName::Locale, locale.tag(), None))
        }
        Some(_) | None => reply,
    }
}
