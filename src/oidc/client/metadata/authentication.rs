//! What a client registers about its way to prove itself. OpenID Connect Dynamic Client Registration §2
//! (`token_endpoint_auth_signing_alg`).

use serde_json::{Value, json};

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
}

impl Authentication {
    pub(super) fn read(members: &Members<'_>) -> Result<Self, OAuthError> {
        Ok(Self { signing_alg: members.choice("token_endpoint_auth_signing_alg", algorithm)? })
    }

    pub(super) fn put(&self, put: &mut impl FnMut(&str, Value)) {
        put("token_endpoint_auth_signing_alg", json!(self.signing_alg.map(SignedWith::name)));
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
        if method == AuthMethod::PrivateKeyJwt {
            let allowed: Vec<Algorithm> = match self.signing_alg {
                Some(SignedWith::Signature(algorithm)) => vec![algorithm],
                Some(SignedWith::Mac(_)) | None => rules.algorithms.to_vec(),
            };
            keys.must_verify(&allowed)?;
        }
        Ok(())
    }
}

fn algorithm(name: &str) -> Option<SignedWith> {
    let mac = MacAlgorithm::parse(name).filter(|algorithm| MAC_ALGORITHMS.contains(algorithm)).map(SignedWith::Mac);
    mac.or_else(|| Algorithm::known_as(name).map(SignedWith::Signature))
}
