//! Clients that are known by the certificate of their connection. RFC 8705 §2.

use crate::base::Timestamp;
use crate::jose::{ClientCertificate, ClientKeys};
use crate::oidc::client::{AuthMethod, Client};

/// Whether a client is known by a certificate at all.
pub fn is_way_of(client: &Client) -> bool {
    matches!(
        client.metadata.token_endpoint_auth_method,
        AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth
    )
}

/// `tls_client_auth`: the name is the registered one. That an authority vouches for it is for the caller to ask.
/// [RFC 8705 §2.1](https://www.rfc-editor.org/rfc/rfc8705#section-2.1)
pub fn is_named(client: &Client, certificate: &ClientCertificate) -> bool {
    client.metadata.authentication.certificate_name.as_ref().is_some_and(|name| name.is_of(certificate))
}

/// `self_signed_tls_client_auth`: the certificate is one of the client's own, and its dates hold. Nobody else vouches
/// for it. [RFC 8705 §2.2](https://www.rfc-editor.org/rfc/rfc8705#section-2.2)
pub fn is_own(keys: &ClientKeys, certificate: &ClientCertificate, now: Timestamp) -> bool {
    certificate.validity.contains(now) && keys.has_certificate(certificate)
}
