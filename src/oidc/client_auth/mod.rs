//! Client authentication wherever a client talks to the server directly. RFC 6749 §2.3,
//! OpenID Connect Core §9 (`client_secret_basic`, `client_secret_post`, `none`).

pub mod basic;

use super::client::{AuthMethod, Client};
use super::error::OAuthError;
use super::params::Params;
use crate::base::digest;
use crate::base::id::ClientId;
use crate::base::secret::Secret;

/// Who the sender says it is, and how it means to prove it. Nothing is checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The client's identifier.
    pub client: ClientId,
    /// How the sender proves itself.
    pub proof: Proof,
}

/// The proof that came with the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A secret in the `Authorization` header.
    Basic(Secret),
    /// A secret in the body.
    Post(Secret),
    /// None: only a public client may do so.
    Nothing,
}

impl Proof {
    /// The authentication method that this proof belongs to.
    pub fn method(&self) -> AuthMethod {
        match self {
            Self::Basic(_) => AuthMethod::ClientSecretBasic,
            Self::Post(_) => AuthMethod::ClientSecretPost,
            Self::Nothing => AuthMethod::None,
        }
    }

    fn secret(&self) -> &str {
        match self {
            Self::Basic(secret) | Self::Post(secret) => secret.expose(),
            Self::Nothing => "",
        }
    }
}

impl Credentials {
    /// Read the credentials of a request: `authorization` is the header, `body` its form, `query` what
    /// stands behind the question mark.
    /// [RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3): no more than one method.
    pub fn read(authorization: Option<&str>, body: &Params, query: &[u8]) -> Result<Self, OAuthError> {
        refuse_secrets_in_query(query)?;
        if body.get("client_assertion").is_some() || body.get("client_assertion_type").is_some() {
            return Err(if authorization.is_some() || body.get("client_secret").is_some() {
                two_methods()
            } else {
                OAuthError::invalid_client("client assertions are not accepted from this client")
            });
        }
        match (authorization, body.get("client_secret")) {
            (Some(_), Some(_)) => Err(two_methods()),
            (Some(header), None) => {
                let (client, secret) = basic::parse(header)?;
                // Repeating the identifier in the body is harmless; another one is a mix-up.
                if body.get("client_id").is_some_and(|other| other != client.as_ref()) {
                    return Err(OAuthError::invalid_client("client_id differs from the Authorization header"));
                }
                Ok(Self { client, proof: Proof::Basic(secret) })
            }
            (None, secret) => {
                let client =
                    body.get("client_id").ok_or_else(|| OAuthError::invalid_client("no client credentials"))?;
                let proof = secret.map_or(Proof::Nothing, |secret| Proof::Post(Secret::new(secret)));
                Ok(Self { client: ClientId::from(client), proof })
            }
        }
    }

    /// The registered method with the right secret, of a client that is there and not switched off.
    /// Whatever is wrong, the answer and the work are the same.
    pub fn check(&self, client: Option<&Client>) -> Result<(), OAuthError> {
        let secret_fits = match client {
            Some(client) => client.has_secret(self.proof.secret()),
            // As much work as for a known client, so that time does not tell which identifiers exist.
            None => digest::same("", digest::fingerprint(self.proof.secret())),
        };
        let accepted = client.is_some_and(|client| {
            let method = client.metadata.token_endpoint_auth_method;
            method == self.proof.method() && (secret_fits || method == AuthMethod::None) && !client.disabled
        });
        if accepted { Ok(()) } else { Err(OAuthError::invalid_client("client authentication failed")) }
    }
}

/// [RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1): credentials must not be in the
/// request URI, where logs and proxies see them. The same holds for codes and tokens.
fn refuse_secrets_in_query(query: &[u8]) -> Result<(), OAuthError> {
    const SECRETS: [&str; 7] =
        ["client_secret", "client_assertion", "code", "code_verifier", "refresh_token", "access_token", "token"];
    if query.is_empty() {
        return Ok(());
    }
    let params = Params::parse(&[query])?;
    if SECRETS.iter().any(|name| params.get(name).is_some() || params.is_repeated(name)) {
        return Err(OAuthError::invalid_request("credentials must be in the body or the Authorization header"));
    }
    Ok(())
}

fn two_methods() -> OAuthError {
    OAuthError::invalid_request("more than one client authentication method")
}

#[cfg(test)]
mod tests;
