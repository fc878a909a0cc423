//! `response_mode`: how the answer travels back. OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode.

use super::error::OAuthError;

/// Where in the answer the parameters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the redirection URI: the default for codes.
    Query,
    /// In its fragment, which no server on the way sees.
    Fragment,
    /// In the body of a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// All modes, as listed in the metadata.
    pub const ALL: [Self; 3] = [Self::Query, Self::Fragment, Self::FormPost];

    /// Read the parameter of a request; absent means the default for `code`.
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        match text {
            None => Ok(Self::Query),
            Some(text) => Self::ALL
                .into_iter()
                .find(|mode| mode.as_str() == text)
                .ok_or_else(|| OAuthError::invalid_request("response_mode is not supported")),
        }
    }

    /// The value as sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_modes_are_read_and_others_refused() {
        assert_eq!(ResponseMode::parse(None), Ok(ResponseMode::Query));
        assert_eq!(ResponseMode::parse(Some("form_post")), Ok(ResponseMode::FormPost));
        for bad in ["jwt", "query.jwt", "Query", "web_message"] {
            assert!(ResponseMode::parse(Some(bad)).is_err(), "{bad}");
        }
    }
}
