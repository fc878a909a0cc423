//! What a client learns about the person of an access token. OpenID Connect Core §5.3.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::bearer::{Of, bearer};
use super::failure::Failure;
use super::person;
use super::sealed;
use crate::app::Work;
use crate::base::{Fault, Result};
use crate::oidc::audience::Resource;
use crate::oidc::bearer::{Sent, Unauthorized};
use crate::oidc::claims::Wanted;
use crate::oidc::claims_locales::ClaimsLocales;
use crate::oidc::client::{Client, Sealed};
use crate::oidc::error::OAuthError;
use crate::oidc::possession::Possession;
use crate::oidc::scope;
use crate::oidc::userinfo::UserInfo;
use crate::service;

/// The answer, and the client that asked.
pub struct Answer {
    /// The client.
    pub client: Arc<Client>,
    /// The answer.
    pub body: Body,
}

/// How the client registered to have it.
pub enum Body {
    /// A JSON object.
    Json(Value),
    /// A JWT, signed or encrypted or both.
    Jwt(String),
}

/// Answer for a token.
pub async fn userinfo(
    work: &mut Work,
    sent: Sent<'_>,
    possession: &Possession,
) -> Result<Result<Answer, Unauthorized>, Failure> {
    let found = match bearer(work, sent, possession, Resource::Issuer).await? {
        Ok(found) => found,
        Err(why) => return Ok(Err(why)),
    };
    if let Err(why) = found.has_scope(scope::OPENID) {
        return Ok(Err(why));
    }
    let Of::Person(held) = found.of else {
        return Ok(Err(OAuthError::invalid_token("the token is nobody's").into()));
    };
    let granted = &found.token.scope;
    let client = service::oidc::client::find(work, &found.token.client)
        .await?
        .ok_or_else(|| Fault::new("the client of a grant is gone"))?;
    // What was asked for by name was granted to the client of the grant, not to one that acts for the person.
    let (nothing, anyhow) = (BTreeMap::new(), ClaimsLocales::default());
    let (by_name, locales) = match found.token.act {
        Some(_) => (&nothing, &anyhow),
        None => (&held.grant.claims.userinfo, &held.grant.claims_locales),
    };
    let wanted = Wanted { scope: Some(granted), by_name, locales };
    let claims = person::claims(work, &client, &held.grant.sub, wanted).await?;
    let answer = UserInfo::new(found.token.sub.clone(), claims);
    let envelope = sealed::envelope(work, &client, Sealed::UserInfo).await??;
    let signed_by = client.metadata.userinfo_signed_response_alg;
    if signed_by.is_some() || envelope.is_closed() {
        work.settle().await?;
    }
    let app = Arc::clone(work.app());
    let body = match signed_by {
        Some(algorithm) => {
            let (ring, now) = (app.keys.ring(), work.now());
            let token = answer.sign(ring.signing(algorithm, now)?, &app.server.issuer, &client.id)?;
            Body::Jwt(envelope.seal(&app, token)?)
        }
        None => {
            let claims = answer.into_json();
            match envelope.seal_claims(&app, claims.to_string().as_bytes())? {
                Some(token) => Body::Jwt(token),
                None => Body::Json(claims),
            }
        }
    };
    Ok(Ok(Answer { client, body }))
}
