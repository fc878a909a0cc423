//! Where an access token stands in a request, and what a resource answers. RFC 6750.

use super::error::{ErrorCode, OAuthError};
use super::params::Params;

/// Read the token of a request: from the `Authorization` header, or from the body of a form post. A token in
/// the query is not looked at ([RFC 9700 §4.3.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.3.2)), so such
/// a request has none.
pub fn token<'a>(authorization: Option<&'a str>, body: Option<&'a Params>) -> Result<&'a str, Unauthorized> {
    let in_body = body.and_then(|params| params.get("access_token"));
    if body.is_some_and(|params| params.is_repeated("access_token")) {
        return Err(OAuthError::invalid_request("access_token is included more than once").into());
    }
    match (authorization, in_body) {
        (Some(_), Some(_)) => Err(OAuthError::invalid_request("more than one way of sending the token").into()),
        (None, None) => Err(Unauthorized::Nothing),
        (None, Some(token)) => Ok(token),
        (Some(header), None) => {
            // Scheme names do not care about case (RFC 9110 §11.1).
            let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(Unauthorized::Nothing);
            }
            let token = token.trim_matches(' ');
            let shaped = !token.is_empty()
                && token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'='));
            if shaped { Ok(token) } else { Err(OAuthError::invalid_token("the token is malformed").into()) }
        }
    }
}

/// Why a resource is not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unauthorized {
    /// The request has no token: it is told the scheme and no error (RFC 6750 §3.1).
    Nothing,
    /// The token or the request is not good.
    Error(OAuthError),
    /// The token is good but lacks this scope.
    Scope(&'static str),
}

impl Unauthorized {
    /// The status. [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
    pub fn status(&self) -> u16 {
        match self {
            Self::Nothing => 401,
            Self::Error(error) if error.code == ErrorCode::InvalidRequest => 400,
            Self::Error(_) => 401,
            Self::Scope(_) => 403,
        }
    }

    /// The value of `WWW-Authenticate`. Descriptions have neither quote nor backslash.
    pub fn challenge(&self) -> String {
        match self {
            Self::Nothing => "Bearer realm=\"hosho\"".to_owned(),
            Self::Error(error) => format!(
                "Bearer realm=\"hosho\", error=\"{}\", error_description=\"{}\"",
                error.code,
                error.description()
            ),
            Self::Scope(word) => format!(
                "Bearer realm=\"hosho\", error=\"{}\", error_description=\"the token lacks a scope\", scope=\"{word}\"",
                ErrorCode::InsufficientScope
            ),
        }
    }
}

impl From<OAuthError> for Unauthorized {
    fn from(error: OAuthError) -> Self {
        Self::Error(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(form: &str) -> Params {
        Params::parse(&[form.as_bytes()]).unwrap()
    }

    #[test]
    fn the_token_is_in_the_header_or_in_the_body() {
        for header in ["Bearer a.b-c_d", "bearer a.b-c_d", "BEARER  a.b-c_d"] {
            assert_eq!(token(Some(header), None), Ok("a.b-c_d"), "{header}");
        }
        assert_eq!(token(None, Some(&body("access_token=x"))), Ok("x"));
        assert_eq!(token(None, Some(&body(""))), Err(Unauthorized::Nothing));
        assert_eq!(token(Some("Basic eDp5"), None), Err(Unauthorized::Nothing));
    }

    #[test]
    fn two_ways_at_once_and_malformed_tokens_are_refused() {
        let form = body("access_token=x");
        assert_eq!(token(Some("Bearer x"), Some(&form)).unwrap_err().status(), 400);
        let twice = body("access_token=x&access_token=y");
        assert_eq!(token(None, Some(&twice)).unwrap_err().status(), 400);
        for header in ["Bearer", "Bearer ", "Bearer a b", "Bearer \"x\"", "Bearer é"] {
            let error = token(Some(header), None).unwrap_err();
            assert_eq!(error.status(), 401, "{header}");
            assert!(error.challenge().contains("invalid_token"), "{header}");
        }
    }

    #[test]
    fn the_answer_says_what_is_missing_and_nothing_when_nothing_was_sent() {
        assert_eq!(Unauthorized::Nothing.challenge(), "Bearer realm=\"hosho\"");
        let scope = Unauthorized::Scope("openid");
        assert_eq!(scope.status(), 403);
        assert!(scope.challenge().contains("scope=\"openid\""));
    }
}
