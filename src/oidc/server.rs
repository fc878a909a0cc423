//! What this server is and can do: where its endpoints are, which levels and resources it knows.
//! RFC 8414 §2, RFC 8707 §2.

use super::acr::Acr;
use super::client::AuthMethod;

/// Paths of the endpoints below the issuer.
pub mod path {
    /// RFC 6749 §3.1
    pub const AUTHORIZE: &str = "/authorize";
    /// RFC 6749 §3.2
    pub const TOKEN: &str = "/token";
    /// RFC 9126 §2
    pub const PAR: &str = "/par";
    /// OpenID Connect Core §5.3
    pub const USERINFO: &str = "/userinfo";
    /// RFC 7517 §5
    pub const JWKS: &str = "/jwks";
    /// RFC 7662 §2
    pub const INTROSPECT: &str = "/introspect";
    /// RFC 7009 §2
    pub const REVOKE: &str = "/revoke";
    /// RFC 8628 §3.1
    pub const DEVICE_AUTHORIZATION: &str = "/device_authorization";
    /// Where a person types the code of a device: RFC 8628 §3.3. Short, since it is typed too.
    pub const DEVICE: &str = "/device";
    /// OpenID Connect CIBA §7
    pub const BACKCHANNEL_AUTHENTICATION: &str = "/backchannel_authentication";
    /// OpenID Connect RP-Initiated Logout §2
    pub const END_SESSION: &str = "/end_session";
    /// OpenID Connect Session Management §3.3
    pub const CHECK_SESSION: &str = "/check_session";
    /// RFC 7591 §3
    pub const REGISTER: &str = "/register";
    /// OpenID Connect Discovery §4
    pub const OPENID_CONFIGURATION: &str = "/.well-known/openid-configuration";
    /// RFC 8414 §3
    pub const OAUTH_SERVER: &str = "/.well-known/oauth-authorization-server";
    /// The management API.
    pub const MANAGEMENT_API: &str = "/api/v1";
    /// The registry API.
    pub const REGISTRY_API: &str = "/registry/v1";
    /// What is written about both.
    pub const API_DESCRIPTION: &str = "/api";
}

/// This server as the rules of the protocol see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The issuer, byte for byte as configured.
    pub issuer: String,
    /// The levels that a sign-in here can reach, lowest first.
    pub acr: Vec<Acr>,
    /// Whether clients may have the `compatible` profile, and with it tokens in the front channel.
    pub compatible_clients: bool,
    /// Whether clients may register themselves.
    pub registration: bool,
    /// Whether the address of a document is the identifier of the client that it describes.
    pub metadata_documents: bool,
    /// Whether every authorization request must be pushed, whoever the client is.
    pub require_pushed_requests: bool,
    /// Whether certificates of clients arrive here, and whether anybody vouches for them.
    pub certificates: Certificates,
    /// The base URL at which clients are asked for a certificate, where there is one.
    pub mtls_url: Option<String>,
    /// Whether pages of clients can ask by a frame whether the person is still signed in.
    pub session_management: bool,
    /// What developers and people may read about it.
    pub pages: Pages,
}

/// Pages about this server, as the metadata names them. RFC 8414 §2
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// `service_documentation`
    pub documentation: Option<String>,
    /// `op_policy_uri`
    pub policy: Option<String>,
    /// `op_tos_uri`
    pub terms: Option<String>,
}

/// What is known of the certificates of clients. RFC 8705 §2
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificates {
    /// None arrives.
    None,
    /// They arrive, and nobody vouches for any.
    SelfSigned,
    /// They arrive, and there are authorities that vouch for some.
    Vouched,
}

impl Certificates {
    /// The ways to authenticate that they allow.
    pub fn methods(self) -> &'static [AuthMethod] {
        match self {
            Self::None => &[],
            Self::SelfSigned => &[AuthMethod::SelfSignedTlsClientAuth],
            Self::Vouched => &[AuthMethod::TlsClientAuth, AuthMethod::SelfSignedTlsClientAuth],
        }
    }
}

/// How clients can authenticate, whatever the settings are.
const AUTH_METHODS: [AuthMethod; 4] = [
    AuthMethod::ClientSecretBasic,
    AuthMethod::ClientSecretPost,
    AuthMethod::ClientSecretJwt,
    AuthMethod::PrivateKeyJwt,
];

impl Server {
    /// How clients can authenticate here; not at all, last.
    pub fn auth_methods(&self) -> impl Iterator<Item = AuthMethod> {
        let with_certificates = self.certificates.methods().iter().copied();
        AUTH_METHODS.into_iter().chain(with_certificates).chain([AuthMethod::None])
    }

    /// The absolute address of an endpoint.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.issuer.trim_end_matches('/'))
    }

    /// Every address under which a path of ours is reached: below the issuer, and where clients are asked for a
    /// certificate.
    pub fn addresses(&self, path: &str) -> Vec<String> {
        let alias = self.mtls_url.as_ref().map(|base| format!("{}{path}", base.trim_end_matches('/')));
        [self.url(path)].into_iter().chain(alias).collect()
    }

    /// Whether some sign-in here satisfies a request for `acr`.
    pub fn reaches(&self, acr: Acr) -> bool {
        self.acr.iter().any(|known| *known >= acr)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The server of the tests.
    pub(crate) fn server() -> Server {
        Server {
            issuer: "https://id.example".to_owned(),
            acr: vec![Acr::Aal1, Acr::Aal2],
            compatible_clients: false,
            registration: false,
            metadata_documents: false,
            require_pushed_requests: false,
            certificates: Certificates::None,
            mtls_url: None,
            session_management: false,
            pages: Pages::default(),
        }
    }

    #[test]
    fn endpoints_are_below_the_issuer() {
        assert_eq!(server().url(path::TOKEN), "https://id.example/token");
        assert!(server().reaches(Acr::Aal2) && !server().reaches(Acr::Phr));
    }
}
