//! What a client registers about its way to prove itself. OpenID Connect Dynamic Client Registration §2
//! (`token_endpoint_auth_signing_alg`), RFC 8705 §2.1.2.

use serde_json::{Value, json};

use super::certificate_name::CertificateName;
use super::keys::KeySource;
use crate::jose::foreign::SignedWith;
use crate::jose::{Algorithm, MacAlgorithm};
use crate::oidc::client::member::{Members, wrong};
use crate::oidc::client::profile::Rules;
use crate::oidc::client::words::AuthMethod;
use crate::oidc::client_auth::assertion::MAC_ALGORITHMS;
use crate::oidc::error::OAuthError;

/// The registered details of an authentication method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authentication {
    /// `token_endpoint_auth_signing_alg`: the only algorithm its assertions may have.
    pub signing_alg: Option<SignedWith>,
    /// Whom its certificate must name.
    pub certificate_name: Option<CertificateName>,
}

impl Authentication {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        Ok(Self {
            signing_alg: members.choice("token_endpoint_auth_signing_alg", algorithm)?,
            certificate_name: CertificateName::read(members)?,
        })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        put("token_endpoint_auth_signing_alg", json!(self.signing_alg.map(SignedWith::name)));
        if let Some(name) = &self.certificate_name {
            name.put(put);
        }
    }

    /// What the method needs must be there, and nothing that does not fit it.
    pub(super) fn check(&self, method: AuthMethod, keys: &KeySource, rules: &Rules) -> Result<(), OAuthError> {
        let fits = match (self.signing_alg, method) {
            (None, _) => true,
            (Some(SignedWith::Signature(algorithm)), AuthMethod::PrivateKeyJwt) => {
                rules.algorithms.contains(&algorithm)
            }
            (Some(SignedWith::Mac(_)), AuthMethod::ClientSecretJwt) => true,
            (Some(_), _) => false,
        };
        if !fits {
            return Err(wrong("token_endpoint_auth_signing_alg", "does not fit token_endpoint_auth_method"));
        }
        match (method, self.signing_alg) {
            (AuthMethod::PrivateKeyJwt, Some(SignedWith::Signature(algorithm))) => keys.must_verify(&[algorithm]),
            (AuthMethod::PrivateKeyJwt, _) => keys.must_verify(rules.algorithms),
            (AuthMethod::SelfSignedTlsClientAuth, _) => keys.must_be_there(),
            (AuthMethod::TlsClientAuth, _) if self.certificate_name.is_none() => Err(wrong(
                "tls_client_auth_subject_dn",
                "or one of tls_client_auth_san_dns, _uri, _ip, _email is needed",
            )),
            _ => Ok(()),
        }
    }
}

fn algorithm(name: &str) -> Option<SignedWith> {
    let mac = MacAlgorithm::parse(name).filter(|algorithm| MAC_ALGORITHMS.contains(algorithm)).map(SignedWith::Mac);
    mac.or_else(|| Algorithm::known_as(name).map(SignedWith::Signature))
}
