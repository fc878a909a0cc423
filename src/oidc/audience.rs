//! Whom an access token is for. RFC 8707, RFC 9068 §3: the issuer (its userinfo endpoint) and each API of ours whose
//! scopes were granted, unless the client names the resources it wants; a resource server of the maker only by name.

use super::authorization_details::{AuthorizationDetails, NO_DETAILS};
use super::error::OAuthError;
use super::resource_server::ResourceServer;
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
}

/// Whom a token is for, and what of its scope they are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whom it is for.
    pub audience: Vec<String>,
    /// What it allows there.
    pub scope: Scope,
}

/// Everything that a token can be for: our own resources, and the maker's resource servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resources {
    issuer: String,
    servers: Vec<ResourceServer>,
}

impl Resources {
    /// Ours alone.
    pub fn own(issuer: &str) -> Self {
        Self::with(issuer, Vec::new())
    }

    /// Ours and these.
    pub fn with(issuer: &str, servers: Vec<ResourceServer>) -> Self {
        Self { issuer: issuer.to_owned(), servers }
    }

    /// This server.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The maker's resource servers.
    pub fn servers(&self) -> &[ResourceServer] {
        &self.servers
    }

    /// The words of a scope that anything here gives a meaning.
    pub fn known(&self, scope: &Scope) -> Scope {
        let is_known = |word: &str| scope::SUPPORTED.contains(&word) || self.owner(word).is_some();
        Scope::of(scope.iter().filter(|word| is_known(word)))
    }

    /// The words that every client may ask people for.
    pub fn open(&self) -> Scope {
        let open = self.servers.iter().filter(|server| server.open);
        Scope::of(open.flat_map(|server| server.scopes.iter().map(|owned| owned.word.as_str())))
    }

    /// Whether there is a resource of that identifier.
    pub fn has(&self, uri: &str) -> bool {
        self.is_own(uri) || self.server(uri).is_some()
    }

    /// Whether it is one of our own.
    pub fn is_own(&self, uri: &str) -> bool {
        Resource::ALL.into_iter().any(|resource| resource.uri(&self.issuer) == uri)
    }

    fn server(&self, uri: &str) -> Option<&ResourceServer> {
        self.servers.iter().find(|server| server.uri == uri)
    }

    fn owner(&self, word: &str) -> Option<&ResourceServer> {
        self.servers.iter().find(|server| server.owns(word))
    }

    /// Whether a token of this reach can be for it.
    fn is_reached(&self, reach: Reach<'_>, uri: &str) -> bool {
        match self.server(uri) {
            Some(server) => reach.scope.iter().any(|word| server.owns(word)),
            None => self.reached(reach).iter().any(|own| own == uri),
        }
    }

    /// The resources of our own that it reaches.
    fn reached(&self, reach: Reach<'_>) -> Vec<String> {
        let has = |resource: Resource| {
            let uri = resource.uri(&self.issuer);
            let reaches = resource == Resource::Issuer
                || reach.scope.iter().any(|word| resource.has_scope(word))
                || reach.details.iter().any(|detail| detail.location == uri);
            reaches.then_some(uri)
        };
        Resource::ALL.into_iter().filter_map(has).collect()
    }

    /// Whether tokens can be had for these, at once or one after the other. Each is returned once.
    pub fn check<'a>(
        &self,
        reach: Reach<'_>,
        requested: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<String>, OAuthError> {
        let mut named: Vec<String> = Vec::new();
        for resource in requested {
            if !self.is_reached(reach, resource) {
                return Err(OAuthError::invalid_target("resource is not one that the scope or the details reach"));
            }
            if !named.iter().any(|known| known == resource) {
                named.push(resource.to_owned());
            }
        }
        Ok(named)
    }

    /// The audience of a token. `requested` are the values of `resource`; without any, it is our own.
    /// [RFC 8707 §2.2](https://www.rfc-editor.org/rfc/rfc8707#section-2.2)
    pub fn audience<'a>(
        &self,
        reach: Reach<'_>,
        requested: impl Iterator<Item = &'a str>,
    ) -> Result<Vec<String>, OAuthError> {
        let named = self.check(reach, requested)?;
        if named.len() > 1 && !named.iter().all(|uri| self.is_own(uri)) {
            return Err(OAuthError::invalid_target("a token for a resource server is for it alone: name one resource"));
        }
        Ok(if named.is_empty() { self.reached(reach) } else { named })
    }

    /// The audience of a token for which no resource is named, of a grant that named some: those that it still reaches,
    /// since a narrower scope may reach fewer. Of several it is our own; a single one needs no name.
    pub fn remaining(&self, reach: Reach<'_>, granted: &[String]) -> Result<Vec<String>, OAuthError> {
        if granted.is_empty() {
            return Ok(self.reached(reach));
        }
        let remaining: Vec<String> = granted.iter().filter(|uri| self.is_reached(reach, uri)).cloned().collect();
        if remaining.is_empty() {
            return Err(OAuthError::invalid_target("nothing of what was granted reaches a granted resource"));
        }
        let own: Vec<String> = remaining.iter().filter(|uri| self.is_own(uri)).cloned().collect();
        match (own.is_empty(), remaining.len()) {
            (false, _) => Ok(own),
            (true, 1) => Ok(remaining),
            (true, _) => Err(OAuthError::invalid_target("several resources were granted: name one")),
        }
    }

    /// A token for an audience. A resource server is told of the scope what is its own and what is about the person, and
    /// our own resources nothing of what is others'. [RFC 8707 §2.2](https://www.rfc-editor.org/rfc/rfc8707#section-2.2)
    pub fn target(&self, scope: &Scope, audience: Vec<String>) -> Result<Target, OAuthError> {
        let is_ours = audience.iter().any(|uri| self.is_own(uri));
        let is_told = |word: &str| match self.owner(word) {
            Some(owner) => audience.contains(&owner.uri),
            None => is_ours || !Resource::ALL.into_iter().any(|own| own.has_scope(word)),
        };
        let told = Scope::of(scope.iter().filter(|word| is_told(word)));
        if told.is_empty() && !scope.is_empty() {
            return Err(OAuthError::invalid_target("the scope is about resource servers: name one as resource"));
        }
        Ok(Target { audience, scope: told })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::resource_server::tests::resource_server;

    const ISSUER: &str = "https://id.example";

    fn audience(scope: &str, resources: &[&str]) -> Result<Vec<String>, OAuthError> {
        Resources::own(ISSUER).audience(Reach::of_scope(&Scope::parse(scope).unwrap()), resources.iter().copied())
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
        let own = Resources::own(ISSUER);
        assert_eq!(own.audience(reach, std::iter::empty()).unwrap(), [ISSUER.to_owned(), registry.clone()]);
        assert_eq!(own.audience(reach, [registry.as_str()].into_iter()).unwrap(), [registry]);
        assert!(own.audience(Reach::of_scope(&scope), ["https://id.example/registry/v1"].into_iter()).is_err());
    }

    #[test]
    fn a_narrower_scope_keeps_the_resources_that_it_still_reaches() {
        let granted = [ISSUER.to_owned(), "https://id.example/registry/v1".to_owned()];
        let left = |scope: &str, granted: &[String]| {
            Resources::own(ISSUER).remaining(Reach::of_scope(&Scope::parse(scope).unwrap()), granted)
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

    const ORDERS: &str = "https://orders.example/api";
    const BILLS: &str = "https://bills.example";

    fn maker() -> Resources {
        let orders = resource_server(ORDERS, &["orders.read", "orders.write"]);
        Resources::with(ISSUER, vec![orders, resource_server(BILLS, &["bills"])])
    }

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn a_resource_server_is_in_the_audience_alone_and_by_name_a065() {
        let audience = |text: &str, named: &[&str]| {
            let named = named.iter().copied();
            maker().audience(Reach::of_scope(&scope(text)), named).map_err(|error| error.code.as_str())
        };
        assert_eq!(audience("openid orders.read", &[]).unwrap(), [ISSUER]);
        assert_eq!(audience("openid orders.read", &[ORDERS]).unwrap(), [ORDERS]);
        assert_eq!(audience("openid orders.read", &[ORDERS, ORDERS]).unwrap(), [ORDERS]);
        for named in [&[ORDERS, BILLS][..], &[ORDERS, ISSUER], &["https://orders.example"], &["https://other.example"]]
        {
            assert_eq!(audience("openid orders.read bills", named), Err("invalid_target"), "{named:?}");
        }
        assert_eq!(audience("openid bills", &[ORDERS]), Err("invalid_target"), "nothing of it was asked for");
    }

    #[test]
    fn without_a_name_a_grant_of_several_gives_our_own_or_asks_for_one() {
        let left = |text: &str, granted: &[&str]| {
            let granted: Vec<String> = granted.iter().map(|uri| (*uri).to_owned()).collect();
            maker().remaining(Reach::of_scope(&scope(text)), &granted).map_err(|error| error.code.as_str())
        };
        assert_eq!(left("openid orders.read", &[ORDERS]).unwrap(), [ORDERS]);
        assert_eq!(left("openid orders.read bills", &[ORDERS, ISSUER]).unwrap(), [ISSUER]);
        assert_eq!(left("openid orders.read bills", &[ORDERS, BILLS]), Err("invalid_target"));
        assert_eq!(left("openid bills", &[ORDERS, BILLS]).unwrap(), [BILLS]);
        assert_eq!(left("openid orders.read", &["https://gone.example"]), Err("invalid_target"));
    }

    #[test]
    fn a_scope_is_told_to_those_whom_it_concerns() {
        let told = |text: &str, audience: &[&str]| {
            let audience: Vec<String> = audience.iter().map(|uri| (*uri).to_owned()).collect();
            let told = maker().target(&scope(text), audience);
            told.map(|target| target.scope.to_string()).map_err(|error| error.code.as_str())
        };
        let all = "openid email products orders.read bills offline_access";
        assert_eq!(told(all, &[ORDERS]).unwrap(), "openid email orders.read offline_access");
        assert_eq!(told(all, &[ISSUER]).unwrap(), "openid email products offline_access");
        assert_eq!(told("orders.read bills", &[BILLS]).unwrap(), "bills");
        assert_eq!(told("orders.read", &[ISSUER]), Err("invalid_target"));
        assert_eq!(told("", &[ISSUER]).unwrap(), "");
    }

    #[test]
    fn scopes_that_nobody_owns_any_more_mean_nothing_a061() {
        assert_eq!(maker().known(&scope("openid orders.read bogus")).to_string(), "openid orders.read");
        assert_eq!(Resources::own(ISSUER).known(&scope("openid orders.read bogus")).to_string(), "openid");
        assert!(maker().open().is_empty());
        let open = ResourceServer { open: true, ..resource_server(BILLS, &["bills"]) };
        assert_eq!(Resources::with(ISSUER, vec![open]).open().to_string(), "bills");
    }
}
