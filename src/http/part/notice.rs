//! A notice: what happened, or what needs attention, at the top of the page one lands on.

use askama::Template;

use super::Icon;
use crate::base::Timestamp;
use crate::http::chrome::Chrome;
use crate::i18n::{Words, format};

/// A notice of some kind.
#[derive(Clone, Debug, Template)]
#[template(path = "part/notice.html")]
pub struct Notice {
    class: &'static str,
    icon: Icon,
    kind: String,
    urgent: bool,
    title: String,
    text: Option<String>,
    link: Option<(String, String)>,
}

impl askama::filters::HtmlSafe for Notice {}

impl Notice {
    /// Good to know.
    pub fn info(words: Words, title: impl Into<String>) -> Self {
        Self::new("notice", Icon::Info, words.notice_info(), title.into())
    }

    /// Done as asked.
    pub fn good(words: Words, title: impl Into<String>) -> Self {
        Self::new("notice notice-good", Icon::Check, words.notice_good(), title.into())
    }

    /// Needs attention.
    pub fn warn(words: Words, title: impl Into<String>) -> Self {
        Self::new("notice notice-warn", Icon::Alert, words.notice_warn(), title.into())
    }

    /// Did not work: read out at once.
    pub fn bad(words: Words, title: impl Into<String>) -> Self {
        Self { urgent: true, ..Self::new("notice notice-bad", Icon::Alert, words.notice_bad(), title.into()) }
    }

    /// Too much was tried: when there is a chance again.
    pub fn slow(page: &Chrome, until: Timestamp) -> Self {
        let when = format::date_time(page.locale(), until, &page.time_zone);
        Self::bad(page.words, page.words.sign_in_slow()).text(page.words.sign_in_slow_text(when))
    }

    /// Safety: never mixed with anything else.
    pub fn safety(words: Words, title: impl Into<String>) -> Self {
        Self::new("notice notice-safety", Icon::Alert, words.notice_safety(), title.into())
    }

    /// With a sentence below the title.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    /// With a link to where one acts on it.
    #[must_use]
    pub fn link(self, href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { link: Some((href.into(), text.into())), ..self }
    }

    fn new(class: &'static str, icon: Icon, kind: String, title: String) -> Self {
        Self { class, icon, kind, urgent: false, title, text: None, link: None }
    }
}
