//! Proof Key for Code Exchange. RFC 7636 (S256 only; `plain` is refused).

use super::error::OAuthError;
use crate::base::digest;

/// The S256 hash of a verifier that the client keeps to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Read `code_challenge` and `code_challenge_method` of an authorization request.
    /// [RFC 7636 §4.3](https://www.rfc-editor.org/rfc/rfc7636#section-4.3): a missing method means `plain`.
    pub fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, OAuthError> {
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(OAuthError::invalid_request("code_challenge is missing")),
            (Some(challenge), Some("S256")) => Self::from_text(challenge)
                .map(Some)
                .ok_or_else(|| OAuthError::invalid_request("code_challenge is not an S256 challenge")),
            (Some(_), _) => Err(OAuthError::invalid_request("code_challenge_method must be S256")),
        }
    }

    /// The challenge as sent or stored, if it has the shape of a SHA-256 hash in base64url.
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = digest::from_base64url(text)?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The challenge as sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the hash of the verifier; takes equal time wherever they differ.
    pub fn matches(&self, verifier: &CodeVerifier) -> bool {
        digest::same(&self.0, digest::fingerprint(&verifier.0))
    }
}

/// The secret behind a challenge. [RFC 7636 §4.1](https://www.rfc-editor.org/rfc/rfc7636#section-4.1)
#[derive(Clone, PartialEq, Eq)]
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// 43 to 128 unreserved characters.
    pub fn parse(text: &str) -> Result<Self, OAuthError> {
        let shaped = (43..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'));
        if !shaped {
            return Err(OAuthError::invalid_grant("code_verifier is malformed"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl std::fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// [RFC 7636 §4.6](https://www.rfc-editor.org/rfc/rfc7636#section-4.6): the verifier must match the challenge.
/// A verifier without a challenge is refused too: somebody took the challenge out of the request (RFC 9700 §4.8.2).
pub fn verify(challenge: Option<&CodeChallenge>, verifier: Option<&str>) -> Result<(), OAuthError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(OAuthError::invalid_grant("code_verifier without a code_challenge")),
        (Some(_), None) => Err(OAuthError::invalid_grant("code_verifier is missing")),
        (Some(challenge), Some(verifier)) => {
            if challenge.matches(&CodeVerifier::parse(verifier)?) {
                Ok(())
            } else {
                Err(OAuthError::invalid_grant("code_verifier does not match"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The example of RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_standard_verifies() {
        let challenge = CodeChallenge::parse(Some(CHALLENGE), Some("S256")).unwrap();
        assert!(verify(challenge.as_ref(), Some(VERIFIER)).is_ok());
    }

    #[test]
    fn a_verifier_that_is_omitted_wrong_or_uncalled_for_is_refused_a041_a042() {
        let challenge = CodeChallenge::from_text(CHALLENGE);
        let wrong = VERIFIER.replace('d', "e");
        for (challenge, verifier) in
            [(challenge.as_ref(), None), (challenge.as_ref(), Some(wrong.as_str())), (None, Some(VERIFIER))]
        {
            assert_eq!(verify(challenge, verifier).unwrap_err().code.as_str(), "invalid_grant");
        }
        assert!(verify(None, None).is_ok());
    }

    #[test]
    fn only_s256_is_a_method_a043() {
        for method in [None, Some("plain"), Some("s256"), Some("S512"), Some("S256 ")] {
            let error = CodeChallenge::parse(Some(CHALLENGE), method).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_request", "{method:?}");
        }
        assert!(CodeChallenge::parse(None, Some("S256")).is_err());
        assert_eq!(CodeChallenge::parse(None, None).unwrap(), None);
    }

    #[test]
    fn shapes_are_checked_a044() {
        for bad in [&CHALLENGE[..42], &format!("{CHALLENGE}="), &CHALLENGE.replace('-', "+"), &"A".repeat(44)] {
            assert!(CodeChallenge::from_text(bad).is_none(), "{bad}");
        }
        for bad in ["a".repeat(42), "a".repeat(129), format!("{}!", "a".repeat(50)), "あ".repeat(20)] {
            assert!(CodeVerifier::parse(&bad).is_err(), "{bad}");
        }
        assert!(CodeVerifier::parse(&"~".repeat(128)).is_ok());
    }
}
