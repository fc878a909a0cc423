//! The client that asks for something, with the keys that it proved: what its tokens are bound to.
//! RFC 9449 §5, RFC 8705 §3.

use std::sync::Arc;

use super::client_auth;
use super::failure::Failure;
use super::once::{self, Named};
use crate::app::Work;
use crate::jose::ClientCertificate;
use crate::oidc::client::Client;
use crate::oidc::client_auth::Credentials;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::dpop::{self, Expectation};
use crate::oidc::error::OAuthError;
use crate::oidc::possession;
use crate::store::oidc::used_jti::Kind;

/// A client that is known, and what it possesses.
pub struct Requester {
    /// The client.
    pub client: Arc<Client>,
    /// The thumbprint of the key of its DPoP proof.
    pub jkt: Option<String>,
    certificate: Option<Arc<ClientCertificate>>,
}

impl Requester {
    /// The sender of a request. Its assertion and its proof are used up, together and at once: what the work did
    /// before is committed then.
    pub async fn of(work: &mut Work, credentials: &Credentials) -> Result<Self, Failure> {
        let (client, assertion) = client_auth::recognise(work, credentials).await?;
        let app = Arc::clone(work.app());
        let expectation =
            Expectation { server: &app.server, nonces: app.nonces.as_ref(), access_token: None, now: work.now() };
        let proof = expectation.read(&credentials.possession);
        let mut names = Vec::new();
        if let Some(name) = assertion {
            names.push(Named { kind: Kind::ClientAssertion, maker: client.id.as_ref(), name });
        }
        if let Ok(Some(proof)) = &proof {
            names.push(Named { kind: Kind::Dpop, maker: &proof.jkt, name: proof.name.clone() });
        }
        match once::use_up(work, &names).await? {
            Some(Kind::Dpop) => Err(dpop::used_before().into()),
            Some(_) => Err(client_auth::refuse(work, client_auth::used_before()).await),
            None => {
                let jkt = proof?.map(|proof| proof.jkt);
                Ok(Self { client, jkt, certificate: credentials.possession.certificate.clone() })
            }
        }
    }

    /// What its access tokens are bound to; an error if they must be bound and nothing is there to bind them to.
    pub fn confirmation(&self) -> Result<Option<Confirmation>, OAuthError> {
        possession::bind(&self.client, self.jkt.as_deref(), self.certificate.as_deref())
    }
}
