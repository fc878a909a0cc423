//! HTML pages, and what a visitor reads when something went wrong.

use askama::Template;
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::problem::{retry_after, seconds_until, status_of};
use super::reply::{Reply, ReplyExt as _, body};
use crate::base::{Error, Fault, Refusal, Result, Timestamp};
use crate::http::chrome::Chrome;
use crate::i18n::format;

/// A page.
pub fn page(view: &impl Template) -> Result<Reply> {
    page_with(StatusCode::OK, view)
}

/// A page with another status, such as a form that comes back with its errors (422).
pub fn page_with(status: StatusCode, view: &impl Template) -> Result<Reply> {
    let html = view.render().map_err(|error| Fault::because("a page cannot be rendered", error))?;
    Ok(body(status, "text/html; charset=utf-8", html))
}

/// A form that comes back because too much was tried: until when it is of no use (429).
pub fn slow_page(view: &impl Template, until: Timestamp, now: Timestamp) -> Result<Reply> {
    Ok(wait_until(page_with(StatusCode::TOO_MANY_REQUESTS, view)?, until, now))
}

/// The same said of a page that is there already.
pub fn wait_until(reply: Reply, until: Timestamp, now: Timestamp) -> Reply {
    reply.with(RETRY_AFTER, &seconds_until(until, now).to_string())
}

#[derive(Template)]
#[template(path = "error/error.html")]
struct ErrorView {
    page: Chrome,
    title: String,
    what_to_do: String,
    code: String,
}

/// The page of an error, in the visitor's language, with the code that support asks for.
pub fn error_page(chrome: Chrome, error: &Error, request_id: &str, now: Timestamp) -> Reply {
    let status = status_of(error);
    let words = chrome.words;
    let (title, what_to_do) = match error {
        Error::Refused(refusal) => match refusal {
            Refusal::NotFound => (words.error_not_found_title(), words.error_not_found_text()),
            Refusal::Unauthenticated | Refusal::Forbidden | Refusal::Denied(_) => {
                (words.error_forbidden_title(), words.error_forbidden_text())
            }
            Refusal::Conflict(_) => (words.error_conflict_title(), words.error_conflict_text()),
            Refusal::StaleForm => (words.error_expired_form_title(), words.error_expired_form_text()),
            Refusal::Malformed(_) | Refusal::Invalid(_) | Refusal::UnsupportedMedia => {
                (words.error_bad_request_title(), words.error_bad_request_text())
            }
            Refusal::TooLarge => (words.error_too_large_title(), words.error_too_large_text()),
            Refusal::TooMany { retry_at } => {
                let when = format::date_time(words.locale(), *retry_at, &chrome.time_zone);
                (words.error_too_many_title(), words.error_too_many_text(when))
            }
            Refusal::Busy { .. } => (words.error_busy_title(), words.error_busy_text()),
        },
        Error::Fault(fault) if fault.is_retryable() => (words.error_busy_title(), words.error_busy_text()),
        Error::Fault(_) => (words.error_fault_title(), words.error_fault_text()),
    };
    let view = ErrorView { page: chrome, title, what_to_do, code: request_id.to_owned() };
    let reply = page_with(status, &view).unwrap_or_else(|_| body(status, "text/plain; charset=utf-8", ""));
    match retry_after(error, now) {
        Some(seconds) => reply.with(RETRY_AFTER, &seconds.to_string()),
        None => reply,
    }
}
