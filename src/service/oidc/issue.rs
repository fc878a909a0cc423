//! Tokens made and signed. Nothing is stored here: an access token leaves no row.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::app::{App, Work};
use crate::base::id::ClientId;
use crate::base::secret::Secret;
use crate::base::{Result, Timestamp};
use crate::oidc::access_token::{self, AccessTokenClaims, jti_of_grant};
use crate::oidc::claims::Wanted;
use crate::oidc::client::Client;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::grant::Grant;
use crate::oidc::id_token::IdTokenClaims;
use crate::oidc::scope::Scope;
use crate::oidc::token::TokenResponse;
use crate::{service, store};

/// What is to be issued to a client for a person.
pub struct ForPerson<'a> {
    /// To whom.
    pub client: &'a Client,
    /// On what it hangs.
    pub grant: &'a Grant,
    /// The scope of the access token.
    pub scope: &'a Scope,
    /// Its audience.
    pub audience: &'a [String],
    /// The key that whoever uses the access token must prove.
    pub confirmation: Option<&'a Confirmation>,
    /// The `nonce` of the authorization request.
    pub nonce: Option<&'a str>,
    /// The refresh token, where there is one.
    pub refresh_token: Option<Secret>,
    /// Claims asked for by name in the ID token.
    pub requested: Map<String, Value>,
    /// The moment of issue.
    pub now: Timestamp,
}

/// Sign the tokens of a grant.
pub fn for_person(app: &Arc<App>, issue: ForPerson<'_>) -> Result<TokenResponse> {
    let (grant, now) = (issue.grant, issue.now);
    let ring = app.keys.ring();
    let lives = &app.config.token;
    let sub = issue.client.subject(&app.pairwise, &grant.sub);
    let scope = issue.scope.to_string();
    let access_token = AccessTokenClaims {
        iss: &app.server.issuer,
        sub: &sub,
        aud: issue.audience,
        exp: now.plus(lives.access),
        iat: now,
        jti: &jti_of_grant(&grant.id, &app.random.id()),
        client_id: issue.client.id.as_ref(),
        scope: &scope,
        auth_time: Some(grant.auth_time),
        acr: Some(&grant.acr),
        cnf: issue.confirmation,
        act: grant.act.as_ref(),
        authorization_details: grant.authorization_details.list(),
    }
    .sign(ring.signing(access_token::ALGORITHM, now)?)?;
    let id_token = if issue.scope.contains(crate::oidc::scope::OPENID) {
        let algorithm = issue.client.metadata.id_token_signed_response_alg;
        let amr: Vec<&str> = grant.amr.iter().map(String::as_str).collect();
        let claims = IdTokenClaims {
            iss: &app.server.issuer,
            sub: &sub,
            aud: issue.client.id.as_ref(),
            exp: now.plus(lives.id),
            iat: now,
            auth_time: Some(grant.auth_time),
            nonce: issue.nonce,
            acr: Some(&grant.acr),
            amr: &amr,
            at_hash: Some(&algorithm.half_hash(&access_token)),
            sid: grant.session.as_ref().map(AsRef::as_ref),
            requested: &issue.requested,
        };
        Some(Secret::new(claims.sign(ring.signing(algorithm, now)?)?))
    } else {
        None
    };
    Ok(TokenResponse {
        access_token: Secret::new(access_token),
        token_type: token_type(issue.confirmation),
        expires_in: lives.access.as_secs(),
        scope,
        id_token,
        refresh_token: issue.refresh_token,
    })
}

/// Sign a token for the client itself.
pub fn for_client(
    app: &Arc<App>,
    client: &ClientId,
    scope: &Scope,
    audience: &[String],
    confirmation: Option<&Confirmation>,
    now: Timestamp,
) -> Result<TokenResponse> {
    let scope = scope.to_string();
    let access_token = AccessTokenClaims {
        iss: &app.server.issuer,
        sub: client.as_ref(),
        aud: audience,
        exp: now.plus(app.config.token.access),
        iat: now,
        jti: &app.random.id(),
        client_id: client.as_ref(),
        scope: &scope,
        auth_time: None,
        acr: None,
        cnf: confirmation,
        act: None,
        authorization_details: &[],
    }
    .sign(app.keys.ring().signing(access_token::ALGORITHM, now)?)?;
    Ok(TokenResponse {
        access_token: Secret::new(access_token),
        token_type: token_type(confirmation),
        expires_in: app.config.token.access.as_secs(),
        scope,
        id_token: None,
        refresh_token: None,
    })
}

fn token_type(confirmation: Option<&Confirmation>) -> &'static str {
    confirmation.map_or("Bearer", Confirmation::token_type)
}

/// The claims that a grant asked for by name in the ID token. Most ask for none, and then nothing is read.
pub async fn requested(work: &mut Work, grant: &Grant) -> Result<Map<String, Value>> {
    let by_name = &grant.claims.id_token;
    if by_name.keys().all(|name| IdTokenClaims::RESERVED.contains(&name.as_str())) {
        return Ok(Map::new());
    }
    let Some(account) = store::account::find(work.tx(), &grant.sub).await? else { return Ok(Map::new()) };
    Ok(Wanted { scope: None, by_name }.pick(service::account::claims::of(&account)))
}
