//! Letters on their way out: composed in the reader's language, sent by SMTP or kept as `.eml` files.

mod compose;
mod mailer;

pub use compose::{Composed, compose};
pub use mailer::Mailer;
