//! Two kinds of failure, by who must act: the caller (`Refused`) or the operator (`Fault`).
//! What goes wrong in the protocol and is for the client has a type of its own in [`crate::oidc`].

use std::borrow::Cow;
use std::fmt;
use std::panic::Location;

use super::Timestamp;

/// The result of everything that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a piece of work did not happen. Returning it leaves no trace in the data.
#[derive(Debug)]
pub enum Error {
    /// The request is not possible; the caller can change it.
    Refused(Refusal),
    /// We failed; an operator must look.
    Fault(Box<Fault>),
}

/// What the caller can know and act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such thing, or none that this caller may know of.
    NotFound,
    /// No credentials, or none that count: sign in first.
    Unauthenticated,
    /// Known to exist, not allowed.
    Forbidden,
    /// The same with a word for the reason (`unit_no_longer_held`).
    Denied(&'static str),
    /// The state of things does not allow it; the word names the reason (`already_yours`).
    Conflict(&'static str),
    /// The request as a whole cannot be understood; the sentence is for its author, in English.
    Malformed(Cow<'static, str>),
    /// A form came from a page that is no longer good: of another session, or of another site.
    StaleForm,
    /// Some fields are wrong, each with the reason.
    Invalid(Vec<FieldError>),
    /// Too many requests from this caller; later is fine.
    TooMany {
        /// When the next try has a chance.
        retry_at: Timestamp,
    },
    /// The server is full at the moment.
    Busy {
        /// When the next try has a chance.
        retry_at: Timestamp,
    },
    /// The body is larger than this route takes.
    TooLarge,
    /// The body is of a kind this route does not read.
    UnsupportedMedia,
}

/// One wrong field of a form or a JSON body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as sent.
    pub field: Cow<'static, str>,
    /// A word for the reason (`required`, `too_long`): programs branch on it, pages have a sentence for it.
    pub reason: Cow<'static, str>,
}

impl FieldError {
    /// A wrong field and the word for the reason.
    pub fn new(field: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }
}

/// Something that should not have happened. `Display` never includes the source: it may be shown;
/// the log prints the whole chain once.
#[derive(Debug)]
pub struct Fault {
    what: Cow<'static, str>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    place: &'static Location<'static>,
    retryable: bool,
}

impl Fault {
    /// A fault without a cause of its own.
    #[track_caller]
    pub fn new(what: impl Into<Cow<'static, str>>) -> Self {
        Self { what: what.into(), source: None, place: Location::caller(), retryable: false }
    }

    /// A fault caused by another error.
    #[track_caller]
    pub fn because(
        what: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { what: what.into(), source: Some(source.into()), place: Location::caller(), retryable: false }
    }

    /// Mark it as passing (a lost connection): the caller is told to try again.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Whether the same request may succeed in a moment.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// What happened, where, and the chain of causes, for the log.
    pub fn chain(&self) -> String {
        format!("{} (at {})", self.explain(), self.place)
    }

    /// What happened and the chain of causes, for the operator at the command line.
    pub fn explain(&self) -> String {
        let mut text = self.what.to_string();
        let mut cause = self.source.as_deref().map(|source| source as &dyn std::error::Error);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        text
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => write!(f, "refused: {refusal:?}"),
            Self::Fault(fault) => write!(f, "{fault}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Error {
    /// One wrong field.
    pub fn invalid(field: impl Into<Cow<'static, str>>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(Refusal::Invalid(vec![FieldError::new(field, reason)]))
    }
}
