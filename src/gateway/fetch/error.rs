//! Why a request brought nothing, in sentences that may be shown to whoever named the URL.

use std::fmt;

/// Why there is no document, or why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The URL is not one that is asked: not `https`, with user information, or no URL at all.
    Url,
    /// The host is or leads to an address that is not public.
    NotPublic,
    /// No connection: the name is unknown, nobody listens, TLS fails, or what came was no HTTP.
    Unreachable,
    /// No answer, no whole answer, or no free place in time.
    TimedOut,
    /// An answer of another status than was hoped for; redirects are not followed.
    Status(u16),
    /// The answer is of another media type than is accepted.
    MediaType,
    /// The answer is larger than is accepted.
    TooLarge,
}

impl FetchError {
    /// A word for metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::NotPublic => "not_public",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed_out",
            Self::Status(_) => "status",
            Self::MediaType => "media_type",
            Self::TooLarge => "too_large",
        }
    }
}

impl fmt::Display for FetchError {
    /// A sentence for an `error_description`. It does not tell a private host from one that does not exist or does
    /// not answer: otherwise the sentences would draw a map of the network.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url => f.write_str("only https URLs without user information are fetched"),
            Self::NotPublic | Self::Unreachable | Self::TimedOut => f.write_str("the host did not answer"),
            Self::Status(status) => write!(f, "the host answered with status {status}"),
            Self::MediaType => f.write_str("the host answered with a media type that is not accepted"),
            Self::TooLarge => f.write_str("the answer of the host is too large"),
        }
    }
}

impl std::error::Error for FetchError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// (A159)
    #[test]
    fn open_closed_filtered_and_private_are_one_sentence() {
        let sentence = FetchError::NotPublic.to_string();
        assert_eq!(FetchError::Unreachable.to_string(), sentence);
        assert_eq!(FetchError::TimedOut.to_string(), sentence);
    }
}
