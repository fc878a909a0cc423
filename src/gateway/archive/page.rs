//! The readable page of a person's copy: no script, nothing from elsewhere, readable in twenty years.

use askama::Template;

use crate::base::{Fault, Result};

/// A part of the copy.
pub struct Section {
    /// What it is about.
    pub title: String,
    /// What there is; empty where there is nothing.
    pub records: Vec<Record>,
}

/// One thing with its facts: what each is called, and what it is.
pub struct Record(pub Vec<(String, String)>);

#[derive(Template)]
#[template(path = "export/index.html")]
struct Page<'a> {
    language: &'a str,
    title: &'a str,
    lead: &'a str,
    nothing: &'a str,
    sections: &'a [Section],
}

/// The page.
pub fn render(language: &str, (title, lead, nothing): (&str, &str, &str), sections: &[Section]) -> Result<String> {
    Page { language, title, lead, nothing, sections }
        .render()
        .map_err(|error| Fault::because("the page of a copy cannot be rendered", error).into())
}
