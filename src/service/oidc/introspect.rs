//! What a token is worth at this moment, told to those whom it concerns. RFC 7662, RFC 9701.

use std::sync::Arc;

use super::bearer;
use super::client_auth;
use super::failure::Failure;
use super::resource_server;
use crate::app::Work;
use crate::base::{Fault, Result};
use crate::oidc::audience::Resources;
use crate::oidc::client::Client;
use crate::oidc::client_auth::Credentials;
use crate::oidc::introspection::{self, Active, Introspection};
use crate::oidc::params::Params;
use crate::oidc::refresh_token_family::{Presented, RefreshToken};
use crate::store::oidc::held_grant::{self, HeldFamily};

/// The answer as it is sent.
pub enum Answer {
    /// JSON.
    Json(Vec<u8>),
    /// A signed JWT.
    Jwt(String),
}

/// Answer an introspection request, by a JWT where the caller wants one.
pub async fn introspect(
    work: &mut Work,
    credentials: &Credentials,
    params: &Params,
    wants_jwt: bool,
) -> Result<Answer, Failure> {
    let caller = client_auth::authenticate(work, credentials).await?;
    introspection::may_ask(&caller)?;
    let text = params.required("token")?;
    let app = Arc::clone(work.app());
    let found = match app.tokens.refresh.read(text) {
        Some(token) => of_refresh_token(work, &caller, &token).await?,
        None => of_access_token(work, &caller, text).await?,
    };
    let told = found.map_or(Introspection::Inactive, |active| Introspection::Active(Box::new(active)));
    if !wants_jwt {
        let json = told.to_json(&app.server.issuer);
        return Ok(Answer::Json(json.map_err(|error| Fault::because("an introspection could not be written", error))?));
    }
    work.settle().await?;
    let (ring, now) = (app.keys.ring(), work.now());
    let key = ring.signing(caller.metadata.introspection_signed_response_alg, now)?;
    Ok(Answer::Jwt(told.sign(key, &app.server.issuer, &caller.id, now)?))
}

async fn of_access_token(work: &mut Work, caller: &Client, text: &str) -> Result<Option<Active>> {
    let app = Arc::clone(work.app());
    let Ok(token) = app.tokens.access_token(text, app.keys.ring().all(), &app.server.issuer) else { return Ok(None) };
    // Of its own tokens a client is told everything.
    let resources = match token.client == caller.id {
        true => Resources::own(&app.server.issuer),
        false => resource_server::all(work).await?,
    };
    let own: Vec<_> = resources.servers().iter().filter(|server| server.client.as_ref() == Some(&caller.id)).collect();
    let Some(told) = introspection::told(&token, &caller.id, &own) else { return Ok(None) };
    if bearer::standing(work, &token).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(Active {
        scope: told.scope,
        client: token.client.clone(),
        sub: token.sub.clone(),
        audience: told.audience,
        expires_at: token.expires_at,
        issued_at: Some(token.issued_at),
        jti: Some(token.jti.clone()),
        auth_time: token.auth_time,
        acr: token.acr.clone(),
        cnf: token.cnf.clone(),
        act: token.act.clone(),
        authorization_details: told.authorization_details,
    }))
}

/// Asking about a refresh token does not use it, so an old one ends nothing here.
async fn of_refresh_token(work: &mut Work, caller: &Client, token: &RefreshToken) -> Result<Option<Active>> {
    let now = work.now();
    let Some(HeldFamily { family, held }) = held_grant::of_family(work.tx(), &token.grant).await? else {
        return Ok(None);
    };
    let app = work.app();
    let counts = match family.present(
        token.generation,
        now,
        app.config.token.refresh_grace,
        caller.rules().rotated_refresh_tokens,
    ) {
        Presented::Rotate(_) | Presented::Keep | Presented::Repeat(_) => true,
        Presented::Reuse | Presented::Ended => false,
    };
    if !counts || held.grant.client != caller.id || !held.is_in_force_at(now) {
        return Ok(None);
    }
    Ok(Some(Active {
        sub: caller.subject(&app.pairwise, held.grant.name()),
        authorization_details: held.grant.authorization_details.to_values(),
        scope: held.grant.scope,
        client: held.grant.client,
        audience: Vec::new(),
        expires_at: family.idle_until.min(family.expires_at),
        issued_at: None,
        jti: None,
        auth_time: Some(held.grant.auth_time),
        acr: Some(held.grant.acr),
        cnf: held.grant.confirmation,
        act: held.grant.act,
    }))
}
