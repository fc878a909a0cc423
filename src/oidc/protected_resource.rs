//! What a resource says about itself, so that a client finds the authorization server by the address of an API alone.
//! RFC 9728 §2 and §3 (without signed metadata).

use serde::Serialize;

use super::audience::Resource;
use super::authorization_details;
use super::discovery::{Document, scopes};
use super::server::{Server, path};

/// What stands between the host and the path of a resource. [RFC 9728 §3](https://www.rfc-editor.org/rfc/rfc9728#section-3)
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The document's members, in the order of the standard.
#[derive(Debug, Serialize)]
struct Metadata {
    resource: String,
    authorization_servers: [String; 1],
    scopes_supported: Vec<&'static str>,
    bearer_methods_supported: [&'static str; 1],
    resource_name: &'static str,
    #[serde(rename = "resource_name#ja")]
    resource_name_ja: &'static str,
    resource_documentation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_tos_uri: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authorization_details_types_supported: Vec<&'static str>,
}

/// An API of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Api {
    /// The management API.
    Management,
    /// The registry API.
    Registry,
}

impl Api {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Management, Self::Registry];

    /// The resource that its access tokens are for.
    pub const fn resource(self) -> Resource {
        match self {
            Self::Management => Resource::Management,
            Self::Registry => Resource::Registry,
        }
    }

    /// The path of its metadata.
    pub fn metadata_path(self) -> String {
        format!("{WELL_KNOWN}{}", self.path())
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Management => path::MANAGEMENT_API,
            Self::Registry => path::REGISTRY_API,
        }
    }

    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Management => ("Management API", "管理API"),
            Self::Registry => ("Product registry API", "製品登録API"),
        }
    }
}

/// The metadata of the APIs, written once.
#[derive(Clone, Debug)]
pub struct ProtectedResources {
    management: Document,
    registry: Document,
}

impl ProtectedResources {
    /// Those of this server.
    pub fn of(server: &Server) -> Self {
        let document = |api| Document::new(&metadata(server, api));
        Self { management: document(Api::Management), registry: document(Api::Registry) }
    }

    /// The document of an API.
    pub fn document(&self, api: Api) -> &Document {
        match api {
            Api::Management => &self.management,
            Api::Registry => &self.registry,
        }
    }
}

fn metadata(server: &Server, api: Api) -> Metadata {
    let resource = api.resource();
    let (resource_name, resource_name_ja) = api.names();
    Metadata {
        resource: resource.uri(&server.issuer),
        authorization_servers: [server.issuer.clone()],
        scopes_supported: scopes().into_iter().filter(|word| resource.has_scope(word)).collect(),
        bearer_methods_supported: ["header"],
        resource_name,
        resource_name_ja,
        resource_documentation: server.url(path::API_DESCRIPTION),
        resource_policy_uri: server.pages.policy.clone(),
        resource_tos_uri: server.pages.terms.clone(),
        authorization_details_types_supported: match api {
            Api::Management => Vec::new(),
            Api::Registry => authorization_details::TYPES.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::server::tests::server;

    #[test]
    fn each_api_names_its_own_scopes_and_the_one_server() {
        let documents = ProtectedResources::of(&server());
        let read = |api: Api| serde_json::from_str::<serde_json::Value>(&documents.document(api).json).unwrap();
        let registry = read(Api::Registry);
        assert_eq!(registry["resource"], "https://id.example/registry/v1");
        assert_eq!(registry["authorization_servers"], serde_json::json!(["https://id.example"]));
        // Nothing answers to the scopes for repairs yet.
        let scopes = ["products", "products.serial", "warranty", "recalls", "registry.register"];
        assert_eq!(registry["scopes_supported"], serde_json::json!(scopes));
        assert_eq!(registry["authorization_details_types_supported"], serde_json::json!(["product_ownership"]));
        let management = read(Api::Management);
        assert_eq!(management["scopes_supported"], serde_json::json!(["management"]));
        assert_eq!(management.get("authorization_details_types_supported"), None);
        assert_eq!(Api::Management.metadata_path(), "/.well-known/oauth-protected-resource/api/v1");
    }
}
