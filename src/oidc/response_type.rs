//! `response_type`: what the authorization endpoint answers with. OAuth 2.0 Multiple Response Types §2 to §5.
//! Which of them a client may use is said by its registration (see [`Client::may_answer`](super::client::Client)).

use std::fmt;

use super::error::OAuthError;

/// A set of the words `code`, `id_token` and `token`; none of them is `none`. The order of the words means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResponseType {
    /// An authorization code. [RFC 6749 §4.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1)
    pub code: bool,
    /// An ID token, in the front channel. [OpenID Connect Core §3.2](https://openid.net/specs/openid-connect-core-1_0.html#ImplicitFlowAuth)
    pub id_token: bool,
    /// An access token, in the front channel. [RFC 6749 §4.2](https://www.rfc-editor.org/rfc/rfc6749#section-4.2)
    pub token: bool,
}

impl ResponseType {
    /// The code flow.
    pub const CODE: Self = Self { code: true, id_token: false, token: false };

    /// Every type that OpenID Connect and OAuth register, the code flow first.
    pub const ALL: [Self; 8] = [
        Self::CODE,
        Self { code: false, id_token: true, token: false },
        Self { code: false, id_token: true, token: true },
        Self { code: true, id_token: true, token: false },
        Self { code: true, id_token: false, token: true },
        Self { code: true, id_token: true, token: true },
        Self { code: false, id_token: false, token: true },
        Self { code: false, id_token: false, token: false },
    ];

    /// Read the parameter of a request.
    pub fn parse(text: Option<&str>) -> Result<Self, OAuthError> {
        let Some(text) = text else { return Err(OAuthError::invalid_request("response_type is missing")) };
        Self::from_words(text).ok_or_else(|| OAuthError::unsupported_response_type("there is no such response_type"))
    }

    /// The type of these words, each of which may come once.
    pub fn from_words(text: &str) -> Option<Self> {
        let mut read = Self { code: false, id_token: false, token: false };
        if text == "none" {
            return Some(read);
        }
        for word in text.split(' ') {
            let seen = match word {
                "code" => &mut read.code,
                "id_token" => &mut read.id_token,
                "token" => &mut read.token,
                _ => return None,
            };
            if std::mem::replace(seen, true) {
                return None;
            }
        }
        Some(read)
    }

    /// Whether tokens travel through the browser: OAuth 2.1 has no such flow any more.
    pub const fn is_front_channel(self) -> bool {
        self.id_token || self.token
    }

    /// The words in the order of the standards.
    pub const fn as_str(self) -> &'static str {
        match (self.code, self.id_token, self.token) {
            (true, false, false) => "code",
            (false, true, false) => "id_token",
            (false, false, true) => "token",
            (false, true, true) => "id_token token",
            (true, true, false) => "code id_token",
            (true, false, true) => "code token",
            (true, true, true) => "code id_token token",
            (false, false, false) => "none",
        }
    }
}

impl fmt::Display for ResponseType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_make_a_set() {
        for known in ResponseType::ALL {
            assert_eq!(ResponseType::parse(Some(known.as_str())), Ok(known));
        }
        assert_eq!(ResponseType::from_words("token id_token"), ResponseType::from_words("id_token token"));
    }

    #[test]
    fn other_words_are_unsupported_and_absence_is_a_mistake() {
        for other in ["CODE", "code ", "code  token", "code code", "none code", "saml", ""] {
            let error = ResponseType::parse(Some(other)).unwrap_err();
            assert_eq!(error.code.as_str(), "unsupported_response_type", "{other:?}");
        }
        assert_eq!(ResponseType::parse(None).unwrap_err().code.as_str(), "invalid_request");
    }
}
