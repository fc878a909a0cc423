//! `response_type`. OAuth 2.0 Multiple Response Types (only `code`: front-channel tokens are refused).

use super::error::OAuthError;

/// What the authorization endpoint answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseType {
    /// An authorization code. [RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1)
    Code,
}

impl ResponseType {
    /// Read the parameter of a request.
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        match text {
            None => Err(OAuthError::invalid_request("response_type is missing")),
            Some("code") => Ok(Self::Code),
            Some(_) => Err(OAuthError::unsupported_response_type("only response_type code is supported")),
        }
    }

    /// The value as sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_code_is_unsupported() {
        assert_eq!(ResponseType::parse(Some("code")), Ok(ResponseType::Code));
        for other in ["token", "id_token", "code token", "code id_token", "id_token token", "none", "code ", "CODE"] {
            let error = ResponseType::parse(Some(other)).unwrap_err();
            assert_eq!(error.code.as_str(), "unsupported_response_type", "{other}");
        }
        assert_eq!(ResponseType::parse(None).unwrap_err().code.as_str(), "invalid_request");
    }
}
