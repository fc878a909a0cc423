//! The end of a way: what happened, and the one thing to do next.

use askama::Template;

use crate::http::chrome::Chrome;

/// A title, a sentence, and a link.
#[derive(Template)]
#[template(path = "layout/end.html")]
pub struct End {
    /// The page around it.
    pub page: Chrome,
    /// What happened.
    pub title: String,
    /// What that means.
    pub text: String,
    /// Where to go on.
    pub href: String,
    /// In words.
    pub link: String,
}
