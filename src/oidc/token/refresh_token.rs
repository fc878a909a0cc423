//! What scope fresh tokens have. RFC 6749 §6: never more than was granted.

use crate::oidc::audience::Resources;
use crate::oidc::client::Client;
use crate::oidc::error::OAuthError;
use crate::oidc::scope::Scope;

/// The scope of the new access token: the granted one, or the part of it that is asked for. A client
/// that has lost a scope since loses what was granted with it; a scope that means nothing any more is left out.
pub fn scope(
    granted: &Scope,
    asked: Option<&Scope>,
    client: &Client,
    resources: &Resources,
) -> Result<Scope, OAuthError> {
    let left = resources.known(granted);
    if !left.is_within(&client.scope(resources)) || (left.is_empty() && !granted.is_empty()) {
        return Err(OAuthError::invalid_grant("the client may no longer have what was granted"));
    }
    match asked {
        None => Ok(left),
        Some(asked) if asked.is_within(&left) => Ok(asked.clone()),
        Some(_) => Err(OAuthError::invalid_scope("scope is wider than what was granted")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::client::tests::with;

    fn own() -> Resources {
        Resources::own("https://id.example")
    }

    #[test]
    fn scope_can_become_narrower_and_never_wider_a049() {
        let client = with(r#"{"redirect_uris": ["https://rp.example/cb"], "scope": "openid email profile"}"#);
        let granted = Scope::parse("openid email").unwrap();
        let asked = |text: &str| scope(&granted, Some(&Scope::parse(text).unwrap()), &client, &own());
        assert_eq!(scope(&granted, None, &client, &own()).unwrap(), granted);
        assert_eq!(asked("openid").unwrap().to_string(), "openid");
        for wider in ["openid profile", "openid email products", "management", "bogus"] {
            assert_eq!(asked(wider).unwrap_err().code.as_str(), "invalid_scope", "{wider}");
        }
    }

    #[test]
    fn a_scope_taken_from_the_client_ends_the_grant_a057() {
        let client = with(r#"{"redirect_uris": ["https://rp.example/cb"], "scope": "openid"}"#);
        let granted = Scope::parse("openid email").unwrap();
        for asked in [None, Some(Scope::parse("openid").unwrap())] {
            assert_eq!(scope(&granted, asked.as_ref(), &client, &own()).unwrap_err().code.as_str(), "invalid_grant");
        }
    }
}
