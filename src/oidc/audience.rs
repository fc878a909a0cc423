//! Whom an access token is for. RFC 8707, RFC 9068 §3: the issuer (its userinfo endpoint) and each
//! API whose scopes were granted, unless the client names the resources it wants.

use super::error::OAuthError;
use super::scope::{self, Scope};
use super::server::path;

/// A protected resource of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// The issuer itself: userinfo.
    Issuer,
    /// The management API.
    Management,
    /// The registry API.
    Registry,
}

impl Resource {
    /// All of them, in the order in which audiences are written.
    pub const ALL: [Self; 3] = [Self::Issuer, Self::Management, Self::Registry];

    /// The resource's identifier: an absolute URI, the issuer or one below it.
    pub fn uri(self, issuer: &str) -> String {
        match self {
            Self::Issuer => issuer.to_owned(),
            Self::Management => format!("{issuer}{}", path::MANAGEMENT_API),
            Self::Registry => format!("{issuer}{}", path::REGISTRY_API),
        }
    }

    /// Whether a scope word is about this resource.
    pub fn has_scope(self, word: &str) -> bool {
        match self {
            Self::Issuer => false,
            Self::Management => word == scope::MANAGEMENT,
            Self::Registry => matches!(
                word,
                scope::PRODUCTS
                    | scope::PRODUCTS_SERIAL
                    | scope::WARRANTY
                    | scope::RECALLS
                    | scope::SERVICE
                    | scope::SERVICE_WRITE
                    | scope::REGISTRY_REGISTER
            ),
        }
    }
}

/// The audience of a token with this scope. `requested` are the values of `resource`: each must be a
/// resource that the scope reaches.
/// [RFC 8707 §2.2](https://www.rfc-editor.org/rfc/rfc8707#section-2.2)
pub fn of<'a>(
    scope: &Scope,
    requested: impl Iterator<Item = &'a str>,
    issuer: &str,
) -> Result<Vec<String>, OAuthError> {
    let reached = Resource::ALL
        .into_iter()
        .filter(|resource| *resource == Resource::Issuer || scope.iter().any(|word| resource.has_scope(word)))
        .map(|resource| resource.uri(issuer))
        .collect::<Vec<String>>();
    let mut named: Vec<String> = Vec::new();
    for resource in requested {
        if !reached.iter().any(|known| known == resource) {
            return Err(OAuthError::invalid_target("resource is not one that the scope reaches"));
        }
        if !named.iter().any(|known| known == resource) {
            named.push(resource.to_owned());
        }
    }
    Ok(if named.is_empty() { reached } else { named })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example";

    fn audience(scope: &str, resources: &[&str]) -> Result<Vec<String>, OAuthError> {
        of(&Scope::parse(scope).unwrap(), resources.iter().copied(), ISSUER)
    }

    #[test]
    fn an_api_is_in_the_audience_when_one_of_its_scopes_was_granted() {
        assert_eq!(audience("openid email", &[]).unwrap(), [ISSUER]);
        assert_eq!(audience("openid warranty", &[]).unwrap(), [ISSUER, "https://id.example/registry/v1"]);
        assert_eq!(audience("management", &[]).unwrap(), [ISSUER, "https://id.example/api/v1"]);
    }

    #[test]
    fn a_client_can_narrow_the_audience_but_not_widen_it() {
        let registry = "https://id.example/registry/v1";
        assert_eq!(audience("openid products", &[registry, registry]).unwrap(), [registry]);
        for wrong in ["https://id.example/api/v1", "https://other.example/", "https://id.example/registry/v1/", "x"] {
            let error = audience("openid products", &[registry, wrong]).unwrap_err();
            assert_eq!(error.code.as_str(), "invalid_target", "{wrong}");
        }
    }
}
