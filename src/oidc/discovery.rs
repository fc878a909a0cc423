//! The metadata document, the same for both standards: OpenID Connect Discovery §3, RFC 8414 §2.
//! It lists what works here and nothing else.

use std::collections::BTreeMap;

use serde::Serialize;

use super::acr::Acr;
use super::authorization_details;
use super::ciba;
use super::claims;
use super::claims_locales;
use super::client::metadata::DeliveryMode;
use super::client::{AuthMethod, GrantType};
use super::client_auth::assertion;
use super::dpop;
use super::prompt::Prompt;
use super::protected_resource::Api;
use super::response_mode::ResponseMode;
use super::response_type::ResponseType;
use super::scope;
use super::server::{Certificates, Server, path};
use super::subject::SubjectType;
use crate::base::digest;
use crate::jose::{Algorithm, ContentEncryption, KeyManagement};

/// The document's members, in the order of the standards.
#[derive(Clone, Debug, Serialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    device_authorization_endpoint: String,
    backchannel_authentication_endpoint: String,
    backchannel_token_delivery_modes_supported: Vec<&'static str>,
    backchannel_authentication_request_signing_alg_values_supported: Vec<&'static str>,
    backchannel_user_code_parameter_supported: bool,
    userinfo_endpoint: String,
    jwks_uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    scopes_supported: Vec<&'static str>,
    response_types_supported: Vec<&'static str>,
    response_modes_supported: Vec<&'static str>,
    grant_types_supported: Vec<&'static str>,
    acr_values_supported: Vec<&'static str>,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    id_token_encryption_alg_values_supported: Vec<&'static str>,
    id_token_encryption_enc_values_supported: Vec<&'static str>,
    userinfo_signing_alg_values_supported: Vec<&'static str>,
    userinfo_encryption_alg_values_supported: Vec<&'static str>,
    userinfo_encryption_enc_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    display_values_supported: Vec<&'static str>,
    claim_types_supported: Vec<&'static str>,
    claims_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_documentation: Option<String>,
    claims_locales_supported: [&'static str; 4],
    ui_locales_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    require_request_uri_registration: bool,
    request_object_signing_alg_values_supported: Vec<&'static str>,
    request_object_encryption_alg_values_supported: Vec<&'static str>,
    request_object_encryption_enc_values_supported: Vec<&'static str>,
    pushed_authorization_request_endpoint: String,
    require_pushed_authorization_requests: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    op_policy_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    op_tos_uri: Option<String>,
    revocation_endpoint: String,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    authorization_details_types_supported: Vec<&'static str>,
    introspection_signing_alg_values_supported: Vec<&'static str>,
    protected_resources: [String; 2],
    code_challenge_methods_supported: Vec<&'static str>,
    dpop_signing_alg_values_supported: Vec<&'static str>,
    prompt_values_supported: [&'static str; 5],
    authorization_response_iss_parameter_supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id_metadata_document_supported: Option<bool>,
    authorization_signing_alg_values_supported: Vec<&'static str>,
    authorization_encryption_alg_values_supported: Vec<&'static str>,
    authorization_encryption_enc_values_supported: Vec<&'static str>,
    end_session_endpoint: String,
    tls_client_certificate_bound_access_tokens: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    mtls_endpoint_aliases: Option<BTreeMap<&'static str, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check_session_iframe: Option<String>,
    backchannel_logout_supported: bool,
    backchannel_logout_session_supported: bool,
    frontchannel_logout_supported: bool,
    frontchannel_logout_session_supported: bool,
}

/// The endpoints at which clients authenticate or use tokens: those that are worth reaching with a certificate.
/// [RFC 8705 §5](https://www.rfc-editor.org/rfc/rfc8705#section-5)
const MTLS_ENDPOINTS: [(&str, &str); 7] = [
    ("token_endpoint", path::TOKEN),
    ("device_authorization_endpoint", path::DEVICE_AUTHORIZATION),
    ("backchannel_authentication_endpoint", path::BACKCHANNEL_AUTHENTICATION),
    ("userinfo_endpoint", path::USERINFO),
    ("revocation_endpoint", path::REVOKE),
    ("introspection_endpoint", path::INTROSPECT),
    ("pushed_authorization_request_endpoint", path::PAR),
];

impl Metadata {
    /// What this server says about itself.
    pub fn of(server: &Server) -> Self {
        let confidential = || {
            let methods = server.auth_methods().filter(|method| *method != AuthMethod::None);
            methods.map(AuthMethod::as_str).collect::<Vec<_>>()
        };
        let any_client = || server.auth_methods().map(AuthMethod::as_str).collect::<Vec<_>>();
        let key_management = || KeyManagement::ALL.map(KeyManagement::name).to_vec();
        let content_encryption = || ContentEncryption::ALL.map(ContentEncryption::name).to_vec();
        let algorithms = || Algorithm::ALL.into_iter().map(Algorithm::name).collect::<Vec<_>>();
        Self {
            issuer: server.issuer.clone(),
            authorization_endpoint: server.url(path::AUTHORIZE),
            token_endpoint: server.url(path::TOKEN),
            device_authorization_endpoint: server.url(path::DEVICE_AUTHORIZATION),
            backchannel_authentication_endpoint: server.url(path::BACKCHANNEL_AUTHENTICATION),
            backchannel_token_delivery_modes_supported: DeliveryMode::ALL.map(DeliveryMode::as_str).to_vec(),
            backchannel_authentication_request_signing_alg_values_supported: foreign_algorithms(&ciba::ALGORITHMS),
            backchannel_user_code_parameter_supported: false,
            userinfo_endpoint: server.url(path::USERINFO),
            jwks_uri: server.url(path::JWKS),
            registration_endpoint: server.registration.then(|| server.url(path::REGISTER)),
            // A client may register for repairs and enquiries already; nothing answers to these scopes yet.
            scopes_supported: scopes(),
            response_types_supported: response_types(server),
            response_modes_supported: ResponseMode::ALL.into_iter().map(ResponseMode::as_str).collect(),
            grant_types_supported: grant_types(server),
            acr_values_supported: server.acr.iter().copied().map(Acr::as_str).collect(),
            subject_types_supported: SubjectType::ALL.into_iter().map(SubjectType::as_str).collect(),
            id_token_signing_alg_values_supported: algorithms(),
            id_token_encryption_alg_values_supported: key_management(),
            id_token_encryption_enc_values_supported: content_encryption(),
            userinfo_signing_alg_values_supported: algorithms(),
            userinfo_encryption_alg_values_supported: key_management(),
            userinfo_encryption_enc_values_supported: content_encryption(),
            token_endpoint_auth_methods_supported: any_client(),
            token_endpoint_auth_signing_alg_values_supported: assertion_algorithms(),
            // There is one kind of page; it fits every display (OpenID Connect Core §3.1.2.1).
            display_values_supported: vec!["page", "popup", "touch", "wap"],
            claim_types_supported: vec!["normal"],
            claims_supported: claims::supported(server.compatible_clients),
            service_documentation: server.pages.documentation.clone(),
            claims_locales_supported: claims_locales::SUPPORTED,
            ui_locales_supported: vec!["ja", "en"],
            claims_parameter_supported: true,
            request_parameter_supported: true,
            request_uri_parameter_supported: true,
            require_request_uri_registration: true,
            request_object_signing_alg_values_supported: foreign_algorithms(&Algorithm::ALL),
            request_object_encryption_alg_values_supported: key_management(),
            request_object_encryption_enc_values_supported: content_encryption(),
            pushed_authorization_request_endpoint: server.url(path::PAR),
            require_pushed_authorization_requests: server.require_pushed_requests,
            op_policy_uri: server.pages.policy.clone(),
            op_tos_uri: server.pages.terms.clone(),
            revocation_endpoint: server.url(path::REVOKE),
            revocation_endpoint_auth_methods_supported: any_client(),
            revocation_endpoint_auth_signing_alg_values_supported: assertion_algorithms(),
            introspection_endpoint: server.url(path::INTROSPECT),
            introspection_endpoint_auth_methods_supported: confidential(),
            introspection_endpoint_auth_signing_alg_values_supported: assertion_algorithms(),
            authorization_details_types_supported: authorization_details::TYPES.into(),
            introspection_signing_alg_values_supported: algorithms(),
            protected_resources: Api::ALL.map(|api| api.resource().uri(&server.issuer)),
            code_challenge_methods_supported: vec!["S256"],
            dpop_signing_alg_values_supported: foreign_algorithms(dpop::ALGORITHMS),
            prompt_values_supported: Prompt::VALUES,
            authorization_response_iss_parameter_supported: true,
            client_id_metadata_document_supported: server.metadata_documents.then_some(true),
            authorization_signing_alg_values_supported: algorithms(),
            authorization_encryption_alg_values_supported: key_management(),
            authorization_encryption_enc_values_supported: content_encryption(),
            end_session_endpoint: server.url(path::END_SESSION),
            tls_client_certificate_bound_access_tokens: server.certificates != Certificates::None,
            mtls_endpoint_aliases: server
                .mtls_url
                .as_ref()
                .map(|base| MTLS_ENDPOINTS.iter().map(|(name, path)| (*name, format!("{base}{path}"))).collect()),
            check_session_iframe: server.session_management.then(|| server.url(path::CHECK_SESSION)),
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            frontchannel_logout_supported: true,
            frontchannel_logout_session_supported: true,
        }
    }
}

/// How tokens can be had.
const GRANT_TYPES: &[GrantType] = &[
    GrantType::AuthorizationCode,
    GrantType::RefreshToken,
    GrantType::ClientCredentials,
    GrantType::DeviceCode,
    GrantType::Ciba,
    GrantType::TokenExchange,
];

/// What clients may sign with. Of EdDSA its newer name is understood as well (RFC 9864 §2.2).
fn foreign_algorithms(algorithms: &[Algorithm]) -> Vec<&'static str> {
    let newer = algorithms.contains(&Algorithm::EdDsa).then_some("Ed25519");
    algorithms.iter().copied().map(Algorithm::name).chain(newer).collect()
}

fn assertion_algorithms() -> Vec<&'static str> {
    let macs = assertion::MAC_ALGORITHMS.iter().map(|algorithm| algorithm.name());
    foreign_algorithms(&Algorithm::ALL).into_iter().chain(macs).collect()
}

/// Where no client can have a front channel, none is offered.
fn response_types(server: &Server) -> Vec<&'static str> {
    let offered = |kind: &ResponseType| *kind == ResponseType::CODE || server.compatible_clients;
    ResponseType::ALL.into_iter().filter(offered).map(ResponseType::as_str).collect()
}

fn grant_types(server: &Server) -> Vec<&'static str> {
    let implicit = server.compatible_clients.then_some(GrantType::Implicit);
    GRANT_TYPES.iter().copied().chain(implicit).map(GrantType::as_str).collect()
}

/// The scopes that something answers to.
pub(super) fn scopes() -> Vec<&'static str> {
    let waits = [scope::SERVICE, scope::SERVICE_WRITE];
    scope::SUPPORTED.iter().copied().filter(|word| !waits.contains(word)).collect()
}

/// The document as it is sent, with the tag that says whether it changed.
#[derive(Clone, Debug)]
pub struct Document {
    /// The JSON text.
    pub json: String,
    /// Its entity tag (RFC 9110 §8.8.3).
    pub etag: String,
}

impl Document {
    /// The metadata of this server.
    pub fn of(server: &Server) -> Self {
        Self::new(&Metadata::of(server))
    }

    /// Written once: it changes with the program and its settings only.
    pub(super) fn new(metadata: &impl Serialize) -> Self {
        // Strings and lists of strings always become JSON.
        let json = serde_json::to_string(metadata).unwrap_or_default();
        let etag = format!("\"{}\"", &digest::fingerprint(&json)[..16]);
        Self { json, etag }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::server::tests::server;

    #[test]
    fn the_issuer_is_said_byte_for_byte() {
        let document = serde_json::to_value(Metadata::of(&server())).unwrap();
        assert_eq!(document["issuer"], "https://id.example");
        assert_eq!(document["jwks_uri"], "https://id.example/jwks");
    }

    #[test]
    fn a_front_channel_is_offered_only_where_clients_can_have_one() {
        let document = |server: &Server| serde_json::to_value(Metadata::of(server)).unwrap();
        let (without, with) = (document(&server()), document(&Server { compatible_clients: true, ..server() }));
        assert_eq!(without["response_types_supported"], serde_json::json!(["code"]));
        let kinds = with["response_types_supported"].as_array().unwrap();
        assert_eq!((kinds.len(), &kinds[1]), (8, &serde_json::json!("id_token")));
        let implicit = serde_json::json!("implicit");
        assert!(!without["grant_types_supported"].as_array().unwrap().contains(&implicit));
        assert!(with["grant_types_supported"].as_array().unwrap().contains(&implicit));
    }

    #[test]
    fn aliases_are_there_where_clients_are_asked_for_certificates() {
        let mut server = server();
        let document = |server: &Server| serde_json::to_value(Metadata::of(server)).unwrap();
        assert_eq!(document(&server).get("mtls_endpoint_aliases"), None);
        server.mtls_url = Some("https://mtls.id.example:8444".to_owned());
        let document = document(&server);
        for (name, address) in document["mtls_endpoint_aliases"].as_object().unwrap() {
            let usual = document[name].as_str().unwrap();
            let path = usual.strip_prefix("https://id.example").unwrap();
            assert_eq!(*address, format!("https://mtls.id.example:8444{path}"), "{name}");
        }
    }
}
