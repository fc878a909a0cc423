//! Who bears an access token: the one function that every resource of this server asks. RFC 9068 §4, RFC 6750,
//! RFC 9449 §7, RFC 8705 §3.

use std::sync::Arc;

use super::once::{self, Named};
use crate::app::Work;
use crate::base::Result;
use crate::oidc::access_token::AccessToken;
use crate::oidc::audience::Resource;
use crate::oidc::bearer::{Scheme, Sent, Unauthorized};
use crate::oidc::client::Client;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::dpop::{self, Expectation, Proof};
use crate::oidc::error::OAuthError;
use crate::oidc::possession::Possession;
use crate::service;
use crate::store::oidc::held_grant::{self, HeldGrant};
use crate::store::oidc::revoked_token;
use crate::store::oidc::used_jti::Kind;

/// An access token that counts, and on whose behalf.
pub struct Bearer {
    /// The token.
    pub token: Arc<AccessToken>,
    /// On whose behalf.
    pub of: Of,
}

/// On whose behalf a token acts.
pub enum Of {
    /// A person who granted it. The account is the grant's: the token's `sub` may be pairwise.
    Person(Box<HeldGrant>),
    /// The client itself.
    Client,
}

impl Bearer {
    /// Refuse a token that lacks a scope.
    pub fn has_scope(&self, word: &'static str) -> Result<(), Unauthorized> {
        if self.token.scope.contains(word) { Ok(()) } else { Err(Unauthorized::Scope(word)) }
    }
}

/// The bearer of a token for `resource`. Signature and form are remembered by the token's hash; whether the token,
/// its grant, its account and its client still count is read from the database every time, so that a revocation
/// is seen at once.
///
/// The proof of a bound token is used up first, in a unit of its own.
pub async fn bearer(
    work: &mut Work,
    sent: Sent<'_>,
    possession: &Possession,
    resource: Resource,
) -> Result<Result<Bearer, Unauthorized>> {
    let app = Arc::clone(work.app());
    let Ok(token) = app.tokens.access_token(sent.token, app.keys.ring().all(), &app.server.issuer) else {
        return Ok(Err(invalid("the token is not valid")));
    };
    if !token.is_for(&resource.uri(&app.server.issuer)) {
        return Ok(Err(invalid("the token is for another audience")));
    }
    let expectation = Expectation {
        server: &app.server,
        nonces: app.nonces.as_ref(),
        access_token: Some(sent.token),
        now: work.now(),
    };
    match held_key(&token, sent.scheme, possession, expectation) {
        Ok(None) => {}
        Ok(Some(proof)) => {
            let named = Named { kind: Kind::Dpop, maker: &proof.jkt, name: proof.name };
            if once::use_up(work, &[named]).await?.is_some() {
                return Ok(Err(dpop::used_before().into()));
            }
        }
        Err(why) => return Ok(Err(why)),
    }
    Ok(match standing(work, &token).await? {
        Some(of) => Ok(Bearer { token, of }),
        None => Err(invalid("the token has expired or was revoked")),
    })
}

/// On whose behalf a token acts, if it still counts.
pub async fn standing(work: &mut Work, token: &AccessToken) -> Result<Option<Of>> {
    let now = work.now();
    if token.is_expired_at(now) {
        return Ok(None);
    }
    for ancestor in token.ancestors() {
        if revoked_token::contains(work.tx(), ancestor).await? {
            return Ok(None);
        }
    }
    match token.grant() {
        Some(grant) => {
            let found = held_grant::of_token(work.tx(), &grant, &token.jti, &token.client).await?;
            let counts =
                found.filter(|found| !found.is_revoked && found.bearer_is_on && found.held.is_in_force_at(now));
            Ok(counts.map(|found| Of::Person(Box::new(found.held))))
        }
        None => {
            let found = held_grant::of_machine(work.tx(), &token.client, &token.jti).await?;
            let counts = found.is_some_and(|found| !found.token_revoked && found.disabled_at.is_none());
            Ok(counts.then_some(Of::Client))
        }
    }
}

/// The client that a token was issued to, whether the token still counts or not.
pub async fn client_of(work: &mut Work, token: &str) -> Result<Option<Arc<Client>>> {
    let app = Arc::clone(work.app());
    let Ok(token) = app.tokens.access_token(token, app.keys.ring().all(), &app.server.issuer) else { return Ok(None) };
    service::oidc::client::find(work, &token.client).await
}

/// Whether the sender holds the key that the token is bound to; the proof, where that is one.
fn held_key(
    token: &AccessToken,
    scheme: Scheme,
    possession: &Possession,
    expectation: Expectation<'_>,
) -> Result<Option<Proof>, Unauthorized> {
    match (&token.cnf, scheme) {
        (None, Scheme::Bearer) => Ok(None),
        (Some(Confirmation::Jkt(jkt)), Scheme::Dpop) => {
            let proof = expectation.read(possession)?;
            let proof = proof.ok_or_else(|| OAuthError::invalid_dpop_proof("the request has no DPoP proof"))?;
            if proof.jkt != *jkt {
                return Err(invalid("the token is bound to another key"));
            }
            Ok(Some(proof))
        }
        (Some(Confirmation::Jkt(_)), Scheme::Bearer) => {
            Err(Unauthorized::Bound(OAuthError::invalid_token("the token is bound to a key: use the DPoP scheme")))
        }
        (Some(Confirmation::X5tS256(thumbprint)), Scheme::Bearer) => {
            let shown = possession.certificate.as_ref().map(|certificate| certificate.thumbprint());
            if shown != Some(thumbprint.as_str()) {
                return Err(invalid("the token is bound to a certificate that was not shown"));
            }
            Ok(None)
        }
        (None | Some(Confirmation::X5tS256(_)), Scheme::Dpop) => {
            Err(invalid("the token is not bound to a DPoP key: use the Bearer scheme"))
        }
    }
}

fn invalid(why: &'static str) -> Unauthorized {
    OAuthError::invalid_token(why).into()
}
