//! The summary above a form that came back: how many fields are wrong, and a link to each.

use askama::Template;

use super::Field;
use crate::i18n::Words;

/// What stands above a form that came back; nothing where no field is wrong.
#[derive(Clone, Debug, Template)]
#[template(path = "part/errors.html")]
pub struct ErrorSummary {
    words: Words,
    wrong: Vec<(String, String)>,
}

impl askama::filters::HtmlSafe for ErrorSummary {}

impl ErrorSummary {
    /// Of the fields of a form, in their order on the page.
    pub fn of(words: Words, fields: &[&Field]) -> Self {
        let wrong = fields
            .iter()
            .filter_map(|field| Some((field.id().to_owned(), format!("{}: {}", field.label(), field.wrong()?))))
            .collect();
        Self { words, wrong }
    }

    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.wrong.is_empty()
    }
}
