//! What is encrypted for a client that registered for it: signed first, then encrypted to a key of its own.
//! OpenID Connect Core §10.2, RFC 7519 §5.2 (nested JWTs).
//!
//! # Decisions
//! - The key is looked up before anything is used up or written: its set may have to be fetched, and a client whose
//!   keys cannot be had keeps its code or refresh token for another try.
//! - What was registered to be encrypted is never sent open. Without a key there is an error instead: to be tried again
//!   where the keys cannot be fetched, else for the client to act on.

use std::sync::Arc;

use super::client_keys::{self, Lack};
use crate::app::{App, Work};
use crate::base::{Fault, Result};
use crate::jose::ClientKeys;
use crate::jose::jwe::Recipient;
use crate::oidc::client::{Client, Encryption, Sealed};
use crate::oidc::error::OAuthError;

/// How something travels to a client.
pub(super) struct Envelope(Option<(Arc<ClientKeys>, Encryption)>);

/// How this travels to the client. What the work did before is committed if keys must be fetched.
pub(super) async fn envelope(work: &mut Work, client: &Client, what: Sealed) -> Result<Result<Envelope, OAuthError>> {
    let Some(encryption) = client.metadata.encryption.of(what) else { return Ok(Ok(Envelope(None))) };
    let keys = client_keys::encrypting(work, client, encryption.algorithm).await?;
    Ok(match keys {
        Ok(keys) => Ok(Envelope(Some((keys, encryption)))),
        Err(Lack::Unreachable) => Err(OAuthError::temporarily_unavailable("the keys of the client cannot be fetched")),
        Err(Lack::NoKey) => {
            let (alg, _) = what.members();
            let name = encryption.algorithm.name();
            Err(OAuthError::invalid_request(format!("the keys of the client have none for its {alg} {name}")))
        }
    })
}

impl Envelope {
    /// Whether it closes.
    pub(super) fn is_closed(&self) -> bool {
        self.0.is_some()
    }

    /// Put a signed token into it.
    pub(super) fn seal(&self, app: &App, token: String) -> Result<String> {
        match self.recipient()? {
            Some(recipient) => recipient.encrypt_token(&token, &app.random),
            None => Ok(token),
        }
    }

    /// Put claims that are not signed into it, where it closes.
    pub(super) fn seal_claims(&self, app: &App, claims: &[u8]) -> Result<Option<String>> {
        self.recipient()?.map(|recipient| recipient.encrypt_claims(claims, &app.random)).transpose()
    }

    fn recipient(&self) -> Result<Option<Recipient<'_>>> {
        let Some((keys, Encryption { algorithm, content })) = &self.0 else { return Ok(None) };
        let key = keys.encrypting(*algorithm).ok_or_else(|| Fault::new("a key that was found is not there"))?;
        Ok(Some(Recipient { key, algorithm: *algorithm, encryption: *content }))
    }
}
