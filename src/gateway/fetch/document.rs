//! A document as another server gave it, and what is asked of it.

use std::time::Duration;

use super::FetchError;
use crate::base::time::seconds;

/// What is asked of a document. The settings hold where nothing is said.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// The media types that are accepted, or suffixes of them such as `+json`. Empty is any.
    pub media_types: &'static [&'static str],
    /// The most bytes.
    pub at_most: Option<usize>,
    /// The most time.
    pub within: Option<Duration>,
}

/// A document, with status 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Without parameters, in lower case.
    pub media_type: Option<String>,
    /// How long it stays good, as its server says.
    pub max_age: Option<Duration>,
    /// What it says.
    pub body: Vec<u8>,
}

/// The beginning of an answer.
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) media_type: Option<String>,
    pub(super) max_age: Option<Duration>,
}

impl Head {
    /// From the status and two headers.
    pub(super) fn read(status: u16, content_type: Option<&str>, cache_control: Option<&str>) -> Self {
        let media_type = content_type.and_then(|text| text.split(';').next()).map(|text| text.trim().to_lowercase());
        Self { status, media_type, max_age: cache_control.and_then(max_age) }
    }

    /// Whether a document follows that is wanted.
    pub(super) fn judge(&self, wanted: &Wanted) -> Result<(), FetchError> {
        if self.status != 200 {
            return Err(FetchError::Status(self.status));
        }
        let own = self.media_type.as_deref().unwrap_or_default();
        let is_wanted = |accepted: &str| own == accepted || (accepted.starts_with('+') && own.ends_with(accepted));
        if !wanted.media_types.is_empty() && !wanted.media_types.iter().copied().any(is_wanted) {
            return Err(FetchError::MediaType);
        }
        Ok(())
    }

    /// The document.
    pub(super) fn with(self, body: Vec<u8>) -> Document {
        Document { media_type: self.media_type, max_age: self.max_age, body }
    }
}

/// [RFC 9111 §5.2.2](https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2): the `max-age` of a `Cache-Control`
/// header. What must not be stored or used without asking is old at once.
fn max_age(header: &str) -> Option<Duration> {
    let mut found = None;
    for directive in header.split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return Some(Duration::ZERO),
            "max-age" => found = value.trim().trim_matches('"').parse().ok().map(seconds),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_is_read_from_its_header() {
        for (header, expected) in [
            ("max-age=600", Some(600)),
            ("public, Max-Age=\"600\" , immutable", Some(600)),
            ("max-age=600, no-store", Some(0)),
            ("no-cache", Some(0)),
            ("s-maxage=600", None),
            ("max-age=-1", None),
            ("max-age=soon", None),
            ("", None),
        ] {
            assert_eq!(max_age(header), expected.map(seconds), "{header}");
        }
    }

    #[test]
    fn only_a_wanted_answer_is_a_document() {
        let json = Wanted { media_types: &["application/json", "+json"], ..Wanted::default() };
        for (status, content_type, wanted, expected) in [
            (200, Some("text/plain"), Wanted::default(), Ok(())),
            (200, None, Wanted::default(), Ok(())),
            (200, Some("Application/JSON; charset=utf-8"), json, Ok(())),
            (200, Some("application/cimd+json"), json, Ok(())),
            (200, Some("text/html"), json, Err(FetchError::MediaType)),
            (200, Some("application/jsonp"), json, Err(FetchError::MediaType)),
            (200, None, json, Err(FetchError::MediaType)),
            (204, None, Wanted::default(), Err(FetchError::Status(204))),
            (206, None, Wanted::default(), Err(FetchError::Status(206))),
            (302, None, Wanted::default(), Err(FetchError::Status(302))),
            (404, Some("application/json"), json, Err(FetchError::Status(404))),
        ] {
            let head = Head::read(status, content_type, None);
            assert_eq!(head.judge(&wanted), expected, "{status} {content_type:?}");
        }
    }
}
