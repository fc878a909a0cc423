//! Client authentication wherever a client talks to the server directly. RFC 6749 §2.3,
//! OpenID Connect Core §9.

pub mod assertion;
pub mod basic;
pub mod certificate;

use super::client::{AuthMethod, Client};
use super::error::OAuthError;
use super::params::Params;
use super::possession::Possession;
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
    /// What it shows to possess, and which endpoint it called: an assertion may be meant for it.
    pub possession: Possession,
}

/// The proof that came with the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A secret in the `Authorization` header.
    Basic(Secret),
    /// A secret in the body.
    Post(Secret),
    /// An assertion in the body.
    Assertion(Secret),
    /// Nothing in the request: a public client, or one that is known by the certificate of its connection.
    Nothing,
}

impl Proof {
    /// Whether it is one of the authentication method.
    pub fn is_of(&self, method: AuthMethod) -> bool {
        match self {
            Self::Basic(_) => method == AuthMethod::ClientSecretBasic,
            Self::Post(_) => method == AuthMethod::ClientSecretPost,
            Self::Assertion(_) => matches!(method, AuthMethod::ClientSecretJwt | AuthMethod::PrivateKeyJwt),
            Self::Nothing => {
                matches!(method, AuthMethod::None | AuthMethod::TlsClientAuth | AuthMethod::SelfSignedTlsClientAuth)
            }
        }
    }

    fn secret(&self) -> &str {
        match self {
            Self::Basic(secret) | Self::Post(secret) => secret.expose(),
            Self::Assertion(_) | Self::Nothing => "",
        }
    }
}

impl Credentials {
    /// Read the credentials of a request: `authorization` is the header, `body` its form, `query` what stands behind
    /// the question mark, `possession` what came beside them.
    /// [RFC 6749 §2.3](https://www.rfc-editor.org/rfc/rfc6749#section-2.3): no more than one method.
    pub fn read(
        authorization: Option<&str>,
        body: &Params,
        query: &[u8],
        possession: Possession,
    ) -> Result<Self, OAuthError> {
        refuse_secrets_in_query(query)?;
        if body.get("client_assertion").is_some() || body.get("client_assertion_type").is_some() {
            if authorization.is_some() || body.get("client_secret").is_some() {
                return Err(two_methods());
            }
            let (client, assertion) = asserted(body)?;
            return Ok(Self { client, proof: Proof::Assertion(assertion), possession });
        }
        match (authorization, body.get("client_secret")) {
            (Some(_), Some(_)) => Err(two_methods()),
            (Some(header), None) => {
                let (client, secret) = basic::parse(header)?;
                // Repeating the identifier in the body is harmless; another one is a mix-up.
                if body.get("client_id").is_some_and(|other| other != client.as_ref()) {
                    return Err(OAuthError::invalid_client("client_id differs from the Authorization header"));
                }
                Ok(Self { client, proof: Proof::Basic(secret), possession })
            }
            (None, secret) => {
                let client =
                    body.get("client_id").ok_or_else(|| OAuthError::invalid_client("no client credentials"))?;
                let proof = secret.map_or(Proof::Nothing, |secret| Proof::Post(Secret::new(secret)));
                Ok(Self { client: ClientId::from(client), proof, possession })
            }
        }
    }

    /// The registered method with the right secret, of a client that is there and not switched off.
    /// Whatever is wrong, the answer and the work are the same. Assertions are checked in [`assertion`], certificates in
    /// [`certificate`].
    pub fn check(&self, client: Option<&Client>) -> Result<(), OAuthError> {
        let secret_fits = match client {
            Some(client) => client.has_secret(self.proof.secret()),
            // As much work as for a known client, so that time does not tell which identifiers exist.
            None => digest::same("", digest::fingerprint(self.proof.secret())),
        };
        let accepted = client.is_some_and(|client| {
            let method = client.metadata.token_endpoint_auth_method;
            let proven = match self.proof {
                Proof::Basic(_) | Proof::Post(_) => secret_fits,
                Proof::Assertion(_) => false,
                Proof::Nothing => method == AuthMethod::None,
            };
            self.proof.is_of(method) && proven && !client.disabled
        });
        if accepted { Ok(()) } else { Err(failed()) }
    }
}

/// Whatever was wrong: the answer does not tell which clients exist.
pub fn failed() -> OAuthError {
    OAuthError::invalid_client("client authentication failed")
}

/// The assertion of a body, and whose it says it is. [RFC 7521 §4.2](https://www.rfc-editor.org/rfc/rfc7521#section-4.2):
/// `client_id` may be left out, but cannot name another client.
fn asserted(body: &Params) -> Result<(ClientId, Secret), OAuthError> {
    if body.get("client_assertion_type") != Some(assertion::TYPE) {
        return Err(OAuthError::invalid_client("client_assertion_type is not that of a JWT"));
    }
    let text = body.get("client_assertion").ok_or_else(|| OAuthError::invalid_client("no client_assertion"))?;
    let claimed = assertion::claimed_client(text);
    let named = body.get("client_id").map(ClientId::from);
    if named.is_some() && claimed.is_some() && named != claimed {
        return Err(OAuthError::invalid_client("client_id differs from the assertion"));
    }
    let client = named.or(claimed).ok_or_else(|| OAuthError::invalid_client("the assertion names no client"))?;
    Ok((client, Secret::new(text)))
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
