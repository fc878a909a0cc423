//! Whether a code may be exchanged. RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core §3.1.3.2.

use crate::base::Timestamp;
use crate::base::id::ClientId;
use crate::oidc::error::OAuthError;
use crate::oidc::pkce::{self, CodeChallenge};

/// What a code was bound to when it was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundCode {
    /// The client it was issued to.
    pub client: ClientId,
    /// Where it was sent.
    pub redirect_uri: String,
    /// The challenge of the authorization request.
    pub challenge: Option<CodeChallenge>,
    /// The thumbprint of the key that the exchange must prove (RFC 9449 §10).
    pub dpop_jkt: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What the client sends with a code.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The client that sends it, authenticated.
    pub client: &'a ClientId,
    /// The redirection URI of its authorization request.
    pub redirect_uri: Option<&'a str>,
    /// The verifier behind its challenge.
    pub code_verifier: Option<&'a str>,
    /// The thumbprint of the key that it proves.
    pub dpop_jkt: Option<&'a str>,
    /// The moment of the request.
    pub now: Timestamp,
}

impl BoundCode {
    /// Every condition must hold by itself. That the code is used once is for the store to see to.
    pub fn check(&self, exchange: Exchange<'_>) -> Result<(), OAuthError> {
        if self.client != *exchange.client {
            return Err(OAuthError::invalid_grant("the code was issued to another client"));
        }
        if exchange.now >= self.expires_at {
            return Err(OAuthError::invalid_grant("the code has expired"));
        }
        // Every authorization request here names its redirection URI, so it must come again.
        if exchange.redirect_uri != Some(self.redirect_uri.as_str()) {
            return Err(OAuthError::invalid_grant("redirect_uri is not the one of the authorization request"));
        }
        if self.dpop_jkt.is_some() && self.dpop_jkt.as_deref() != exchange.dpop_jkt {
            return Err(OAuthError::invalid_grant("the code is bound to another key"));
        }
        pkce::verify(self.challenge.as_ref(), exchange.code_verifier)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::digest::fingerprint;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    /// A code, and six ways to present it wrongly that can be combined.
    fn present(wrong: [bool; 6]) -> Result<(), OAuthError> {
        let [client, expired, redirect, verifier, omitted, key] = wrong;
        let code = BoundCode {
            client: ClientId::from("shop"),
            redirect_uri: "https://shop.example/cb".to_owned(),
            challenge: CodeChallenge::from_text(&fingerprint(VERIFIER)),
            dpop_jkt: Some("thumbprint".to_owned()),
            expires_at: Timestamp::from_seconds(60),
        };
        let sent = if verifier { VERIFIER.to_uppercase() } else { VERIFIER.to_owned() };
        code.check(Exchange {
            client: &ClientId::from(if client { "evil" } else { "shop" }),
            redirect_uri: (!omitted).then_some(if redirect {
                "https://shop.example/cb/"
            } else {
                "https://shop.example/cb"
            }),
            code_verifier: Some(&sent),
            dpop_jkt: (!key).then_some("thumbprint"),
            now: Timestamp::from_millis(if expired { 60_000 } else { 59_999 }),
        })
    }

    #[test]
    fn each_condition_alone_and_every_combination_is_refused_a035() {
        for bits in 0..64u8 {
            let wrong = [0, 1, 2, 3, 4, 5].map(|bit| bits & (1 << bit) != 0);
            let outcome = present(wrong);
            assert_eq!(outcome.is_ok(), bits == 0, "{wrong:?}");
            if let Err(error) = outcome {
                assert_eq!(error.code.as_str(), "invalid_grant", "{wrong:?}");
            }
        }
    }

    #[test]
    fn a_verifier_is_sent_exactly_when_there_was_a_challenge_a041_a042() {
        let bound = |challenge| BoundCode {
            client: ClientId::from("shop"),
            redirect_uri: "https://shop.example/cb".to_owned(),
            challenge,
            dpop_jkt: None,
            expires_at: Timestamp::from_seconds(60),
        };
        let client = ClientId::from("shop");
        let exchange = |code_verifier| Exchange {
            client: &client,
            redirect_uri: Some("https://shop.example/cb"),
            code_verifier,
            dpop_jkt: None,
            now: Timestamp::from_seconds(0),
        };
        let challenge = CodeChallenge::from_text(&fingerprint(VERIFIER));
        assert!(bound(challenge.clone()).check(exchange(Some(VERIFIER))).is_ok());
        assert!(bound(challenge).check(exchange(None)).is_err());
        assert!(bound(None).check(exchange(Some(VERIFIER))).is_err());
        assert!(bound(None).check(exchange(None)).is_ok());
    }
}
