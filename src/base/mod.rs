//! What every layer may use: identifiers, time, randomness, digests, secrets, text and errors.

pub mod bilingual;
pub mod digest;
pub mod error;
pub mod id;
pub mod locale;
pub mod random;
pub mod secret;
pub mod text;
pub mod time;
pub mod url;

pub use error::{Error, Fault, FieldError, Refusal, Result};
pub use locale::Locale;
pub use time::{Clock, Timestamp};
