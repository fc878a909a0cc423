//! Who bears an access token: the one function that every resource of this server asks. RFC 9068 §4, RFC 6750.

use std::sync::Arc;

use crate::app::Work;
use crate::base::Result;
use crate::oidc::access_token::AccessToken;
use crate::oidc::audience::Resource;
use crate::oidc::bearer::Unauthorized;
use crate::oidc::error::OAuthError;
use crate::store::oidc::held_grant::{self, HeldGrant};

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
pub async fn bearer(work: &mut Work, token: &str, resource: Resource) -> Result<Result<Bearer, Unauthorized>> {
    let app = Arc::clone(work.app());
    let Ok(token) = app.tokens.access_token(token, app.keys.ring().all(), &app.server.issuer) else {
        return Ok(Err(invalid("the token is not valid")));
    };
    if !token.is_for(&resource.uri(&app.server.issuer)) {
        return Ok(Err(invalid("the token is for another audience")));
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
    match token.grant() {
        Some(grant) => {
            let found = held_grant::of_token(work.tx(), &grant, &token.jti).await?;
            let counts = found.filter(|found| !found.is_revoked && found.held.is_in_force_at(now));
            Ok(counts.map(|found| Of::Person(Box::new(found.held))))
        }
        None => {
            let found = held_grant::of_machine(work.tx(), &token.client, &token.jti).await?;
            let counts = found.is_some_and(|found| !found.token_revoked && found.disabled_at.is_none());
            Ok(counts.then_some(Of::Client))
        }
    }
}

fn invalid(why: &'static str) -> Unauthorized {
    OAuthError::invalid_token(why).into()
}
