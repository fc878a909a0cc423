//! A state in one or two words, with its icon: never colour alone.

use askama::Template;

use super::Icon;

/// A small label of a state.
#[derive(Clone, Debug, Template)]
#[template(path = "part/badge.html")]
pub struct Badge {
    class: &'static str,
    icon: Option<Icon>,
    text: String,
}

impl askama::filters::HtmlSafe for Badge {}

impl Badge {
    /// Neither good nor bad.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { class: "badge", icon: None, text: text.into() }
    }

    /// As it should be.
    pub fn good(text: impl Into<String>) -> Self {
        Self { class: "badge badge-good", icon: Some(Icon::Check), text: text.into() }
    }

    /// Waits for something.
    pub fn warn(text: impl Into<String>) -> Self {
        Self { class: "badge badge-warn", icon: Some(Icon::Clock), text: text.into() }
    }

    /// Needs to be acted on.
    pub fn bad(text: impl Into<String>) -> Self {
        Self { class: "badge badge-bad", icon: Some(Icon::Alert), text: text.into() }
    }
}
