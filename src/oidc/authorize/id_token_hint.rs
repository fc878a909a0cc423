//! `id_token_hint`: the person a client expects. OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2.
//! The signature is verified by the caller, who has the keys; an expired token is still a hint.

use crate::oidc::client::Client;
use crate::oidc::error::OAuthError;
use crate::oidc::id_token::IdTokenHint;

/// The person whom the client expects, if the token was issued to this client.
pub fn expected_subject(hint: &IdTokenHint, client: &Client) -> Result<String, OAuthError> {
    if hint.aud == client.id.as_ref() {
        Ok(hint.sub.clone())
    } else {
        Err(OAuthError::invalid_request("id_token_hint was not issued to this client"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::client;

    #[test]
    fn a_hint_counts_only_for_the_client_it_was_issued_to() {
        let hint = |aud: &str| IdTokenHint { sub: "abc".to_owned(), aud: aud.to_owned(), sid: None };
        assert_eq!(expected_subject(&hint("rp"), &client()).unwrap(), "abc");
        assert!(expected_subject(&hint("other"), &client()).is_err());
    }
}
