//! What a client may have on its own behalf. RFC 6749 §4.4.

use crate::oidc::audience::Resources;
use crate::oidc::client::Client;
use crate::oidc::error::OAuthError;
use crate::oidc::scope::{self, Scope};

/// Scopes about the presence of a person: without one there is no ID token and nothing to stay signed in to.
const OF_PERSONS: [&str; 2] = [scope::OPENID, scope::OFFLINE_ACCESS];

/// The scope of the token: what is asked for, if all of it was registered, else what the client is registered
/// for on its own behalf.
pub fn scope(asked: Option<&Scope>, client: &Client, resources: &Resources) -> Result<Scope, OAuthError> {
    if client.is_public() {
        return Err(OAuthError::unauthorized_client("a public client has nothing to prove itself with"));
    }
    let Some(asked) = asked else {
        return Ok(client.metadata.scope.within(&Scope::of([scope::MANAGEMENT])));
    };
    if !asked.is_within(&resources.known(&client.metadata.scope)) {
        return Err(OAuthError::invalid_scope("the client is not registered for this scope"));
    }
    Ok(asked.without(&Scope::of(OF_PERSONS)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;

    fn own() -> Resources {
        Resources::own("https://id.example")
    }

    fn client() -> Client {
        with(r#"{"grant_types": ["client_credentials"], "redirect_uris": [], "scope": "openid products management"}"#)
    }

    #[test]
    fn what_was_not_registered_is_refused_a049() {
        let asked = |text: &str| scope(Some(&Scope::parse(text).unwrap()), &client(), &own());
        assert_eq!(asked("management openid").unwrap().to_string(), "management");
        assert_eq!(asked("products").unwrap().to_string(), "products");
        for other in ["email", "management email", "bogus", "admin:all"] {
            assert_eq!(asked(other).unwrap_err().code.as_str(), "invalid_scope", "{other}");
        }
    }

    #[test]
    fn without_a_wish_it_is_what_a_client_does_for_itself() {
        assert_eq!(scope(None, &client(), &own()).unwrap().to_string(), "management");
    }

    #[test]
    fn a_public_client_gets_nothing() {
        let public = with(r#"{"redirect_uris": ["https://rp.example/cb"], "token_endpoint_auth_method": "none"}"#);
        assert_eq!(scope(None, &public, &own()).unwrap_err().code.as_str(), "unauthorized_client");
    }
}
