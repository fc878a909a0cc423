//! Whom an access token is for. RFC 8707, RFC 9068 §3: the issuer (its userinfo endpoint) and each
//! API whose scopes were granted, unless the client names the resources it wants.

use super::authorization_details::{AuthorizationDetails, NO_DETAILS};
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

/// What a token may be for.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// Its scope.
    pub scope: &'a Scope,
    /// Its authorization details.
    pub details: &'a AuthorizationDetails,
}

impl<'a> Reach<'a> {
    /// What a scope alone reaches.
    pub fn of_scope(scope: &'a Scope) -> Self {
        Self { scope, details: &NO_DETAILS }
    }

    /// The resources of this server that it reaches.
    fn resources(self, issuer: &str) -> Vec<String> {
        let has = |resource: Resource| {
            let uri = resource.uri(issuer);
            let reaches = resource == Resource::Issuer
                || self.scope.iter().any(|word| resource.has_scope(word))
                || self.details.iter().any(|detail| detail.location == uri);
            reaches.then_some(uri)
        };
        Resource::ALL.into_iter().filter_map(has).collect()
    }
}

/// The audience of a token. `requested` are the values of `resource`: each must be a resource that the token reaches.
/// [RFC 8707 §2.2](https://www.rfc-editor.org/rfc/rfc8707#section-2.2)
pub fn of<'a>(
    reach: Reach<'_>,
    requested: impl Iterator<Item = &'a str>,
    issuer: &str,
) -> Result<Vec<String>, OAuthError> {
    let reached = reach.resources(issuer);
    let mut named: Vec<String> = Vec::new();
    for resource in requested {
        if !reached.iter().any(|known| known == resource) {
            return Err(OAuthError::invalid_target("resource is not one that the scope or the details reach"));
        }
        if !named.iter().any(|known| known == resource) {
            named.push(resource.to_owned());
        }
    }
    Ok(if named.is_empty() { reached } else { named })
}

/// The audience of a token for which no resource is named, of a grant that named some: those that it still reaches,
/// since a narrower scope may reach fewer.
pub fn remaining(reach: Reach<'_>, granted: &[String], issuer: &str) -> Result<Vec<String>, OAuthError> {
    let reached = reach.resources(issuer);
    let remaining: Vec<String> = granted.iter().filter(|resource| reached.contains(resource)).cloned().collect();
    match (granted.is_empty(), remaining.is_empty()) {
        (true, _) => Ok(reached),
        (false, true) => Err(OAuthError::invalid_target("nothing of what was granted reaches a granted resource")),
        (false, false) => Ok(remaining),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example";

    fn audience(scope: &str, resources: &[&str]) -> Result<Vec<String>, OAuthError> {
        of(Reach::of_scope(&Scope::parse(scope).unwrap()), resources.iter().copied(), ISSUER)
    }

    #[test]
    fn an_api_is_in_the_audience_when_one_of_its_scopes_was_granted() {
        assert_eq!(audience("openid email", &[]).unwrap(), [ISSUER]);
        assert_eq!(audience("openid warranty", &[]).unwrap(), [ISSUER, "https://id.example/registry/v1"]);
        assert_eq!(audience("management", &[]).unwrap(), [ISSUER, "https://id.example/api/v1"]);
    }

    #[test]
    fn details_alone_reach_the_resource_that_knows_them() {
        let registry = "https://id.example/registry/v1".to_owned();
        let detail = serde_json::json!({"type": "product_ownership", "locations": [registry], "identifier": "u_1",
            "actions": ["read_unit"], "datatypes": ["model"]});
        let details = AuthorizationDetails::from_values(&[detail]).unwrap();
        let scope = Scope::default();
        let reach = Reach { scope: &scope, details: &details };
        assert_eq!(of(reach, std::iter::empty(), ISSUER).unwrap(), [ISSUER.to_owned(), registry.clone()]);
        assert_eq!(of(reach, [registry.as_str()].into_iter(), ISSUER).unwrap(), [registry]);
        assert!(of(Reach::of_scope(&scope), ["https://id.example/registry/v1"].into_iter(), ISSUER).is_err());
    }

    #[test]
    fn a_narrower_scope_keeps_the_resources_that_it_still_reaches() {
        let granted = [ISSUER.to_owned(), "https://id.example/registry/v1".to_owned()];
        let left = |scope: &str, granted: &[String]| {
            remaining(Reach::of_scope(&Scope::parse(scope).unwrap()), granted, ISSUER)
        };
        assert_eq!(left("openid products", &granted).unwrap(), granted);
        assert_eq!(left("openid", &granted).unwrap(), [ISSUER]);
        assert_eq!(left("openid", &granted[1..]).unwrap_err().code.as_str(), "invalid_target");
        assert_eq!(left("openid", &[]).unwrap(), [ISSUER]);
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
