//! Where an access token stands in a request, and what a resource answers. RFC 6750, RFC 9449 §7, RFC 9470 §3,
//! RFC 9728 §5.1.

use super::dpop;
use super::error::{ErrorCode, OAuthError};
use super::params::Params;
use super::step_up::Requirement;

/// How a token is sent. Names of schemes do not care about case (RFC 9110 §11.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// By itself, or with the certificate of the connection. RFC 6750, RFC 8705 §3
    Bearer,
    /// With a proof. RFC 9449 §7.1
    Dpop,
}

impl Scheme {
    /// The scheme of an `Authorization` header, if it is one for tokens.
    pub fn of(authorization: &str) -> Option<Self> {
        let name = authorization.split(' ').next().unwrap_or_default();
        [Self::Bearer, Self::Dpop].into_iter().find(|scheme| name.eq_ignore_ascii_case(scheme.name()))
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// A token as it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent<'a> {
    /// How.
    pub scheme: Scheme,
    /// The token.
    pub token: &'a str,
}

/// Read the token of a request: from the `Authorization` header, or from the body of a form post. A token in
/// the query is not looked at ([RFC 9700 §4.3.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.3.2)), so such
/// a request has none.
pub fn token<'a>(authorization: Option<&'a str>, body: Option<&'a Params>) -> Result<Sent<'a>, Unauthorized> {
    let in_body = body.and_then(|params| params.get("access_token"));
    if body.is_some_and(|params| params.is_repeated("access_token")) {
        return Err(OAuthError::invalid_request("access_token is included more than once").into());
    }
    match (authorization, in_body) {
        (Some(_), Some(_)) => Err(OAuthError::invalid_request("more than one way of sending the token").into()),
        (None, None) => Err(Unauthorized::Nothing),
        (None, Some(token)) => Ok(Sent { scheme: Scheme::Bearer, token }),
        (Some(header), None) => {
            let scheme = Scheme::of(header).ok_or(Unauthorized::Nothing)?;
            let (_, token) = header.split_once(' ').unwrap_or((header, ""));
            let token = token.trim_matches(' ');
            let shaped = !token.is_empty()
                && token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'='));
            if shaped {
                Ok(Sent { scheme, token })
            } else {
                Err(OAuthError::invalid_token("the token is malformed").into())
            }
        }
    }
}

/// Read a token that is never bound to a key, such as one for a registration (RFC 7592).
pub fn plain_token(authorization: Option<&str>) -> Result<&str, Unauthorized> {
    match token(authorization, None)? {
        Sent { scheme: Scheme::Bearer, token } => Ok(token),
        Sent { scheme: Scheme::Dpop, .. } => Err(Unauthorized::Nothing),
    }
}

/// Why a resource is not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unauthorized {
    /// The request has no token: it is told the scheme and no error (RFC 6750 §3.1).
    Nothing,
    /// The token or the request is not good.
    Error(OAuthError),
    /// The token is bound to a key and was sent as if it were not.
    Bound(OAuthError),
    /// The token is good but lacks this scope.
    Scope(&'static str),
    /// The token is good, but the person must sign in anew for this.
    StepUp(Requirement),
}

impl Unauthorized {
    /// The status. [RFC 6750 §3.1](https://www.rfc-editor.org/rfc/rfc6750#section-3.1)
    pub fn status(&self) -> u16 {
        match self {
            Self::Nothing => 401,
            Self::Error(error) if error.code == ErrorCode::InvalidRequest => 400,
            Self::Error(_) | Self::Bound(_) | Self::StepUp(_) => 401,
            Self::Scope(_) => 403,
        }
    }

    /// The value of `WWW-Authenticate`, for the scheme that was used. Descriptions have neither quote nor backslash.
    /// `metadata` is where a resource describes itself ([RFC 9728 §5.1](https://www.rfc-editor.org/rfc/rfc9728#section-5.1)).
    pub fn challenge(&self, scheme: Scheme, metadata: Option<&str>) -> String {
        let begin = |scheme| begin(scheme, metadata);
        let refused = |scheme, code: ErrorCode, why: &str| {
            format!("{}, error=\"{code}\", error_description=\"{why}\"", begin(scheme))
        };
        match self {
            Self::Nothing => format!("{}, {}", begin(Scheme::Bearer), begin(Scheme::Dpop)),
            Self::Error(error) => refused(scheme, error.code, error.description()),
            Self::Bound(error) => refused(Scheme::Dpop, error.code, error.description()),
            Self::Scope(word) => {
                let refused = refused(scheme, ErrorCode::InsufficientScope, "the token lacks a scope");
                format!("{refused}, scope=\"{word}\"")
            }
            Self::StepUp(requirement) => {
                let why = "a more recent or stronger sign-in is needed";
                let refused = refused(scheme, ErrorCode::InsufficientUserAuthentication, why);
                format!("{refused}, {}", requirement.parameters())
            }
        }
    }
}

impl Unauthorized {
    /// The same where tokens are never bound to a key.
    pub fn plain_challenge(&self) -> String {
        match self {
            Self::Nothing => begin(Scheme::Bearer, None),
            Self::Error(_) | Self::Bound(_) | Self::Scope(_) | Self::StepUp(_) => self.challenge(Scheme::Bearer, None),
        }
    }
}

/// The beginning of a challenge; DPoP says how proofs may be signed (RFC 9449 §7.1).
fn begin(scheme: Scheme, metadata: Option<&str>) -> String {
    let mut text = format!("{} realm=\"hosho\"", scheme.name());
    if scheme == Scheme::Dpop {
        let names: Vec<&str> = dpop::ALGORITHMS.iter().map(|algorithm| algorithm.name()).collect();
        text.push_str(&format!(", algs=\"{}\"", names.join(" ")));
    }
    if let Some(address) = metadata {
        text.push_str(&format!(", resource_metadata=\"{address}\""));
    }
    text
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
            let sent = Sent { scheme: Scheme::Bearer, token: "a.b-c_d" };
            assert_eq!(token(Some(header), None), Ok(sent), "{header}");
        }
        for header in ["DPoP x", "dpop x", "DPOP  x"] {
            assert_eq!(token(Some(header), None), Ok(Sent { scheme: Scheme::Dpop, token: "x" }), "{header}");
        }
        assert_eq!(token(None, Some(&body("access_token=x"))), Ok(Sent { scheme: Scheme::Bearer, token: "x" }));
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
            assert!(error.challenge(Scheme::Bearer, None).contains("invalid_token"), "{header}");
        }
    }

    #[test]
    fn the_answer_says_what_is_missing_and_nothing_when_nothing_was_sent() {
        let both = "Bearer realm=\"hosho\", DPoP realm=\"hosho\", algs=\"ES256 PS256 EdDSA\"";
        assert_eq!(Unauthorized::Nothing.challenge(Scheme::Bearer, None), both);
        let bound = Unauthorized::Bound(OAuthError::invalid_token("the token is bound"));
        assert!(bound.challenge(Scheme::Bearer, None).starts_with("DPoP ") && bound.status() == 401);
        let scope = Unauthorized::Scope("openid");
        assert_eq!(scope.status(), 403);
        assert!(scope.challenge(Scheme::Dpop, None).contains("scope=\"openid\""));
    }
}
