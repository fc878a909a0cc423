//! The token endpoint: a code, a refresh token, a device code, somebody's token or a client's own credentials for fresh
//! tokens. RFC 6749 §4.1.3, §4.4.2 and §6, RFC 8628 §3.4, RFC 8693 §2.1.
//!
//! # Decisions
//! - Everything is committed before anything is signed: a signature takes longer than all statements together,
//!   and SQLite's writer must not wait for it. Should signing fail, the code is used up and the client asks anew.
//! - A code or refresh token that comes a second time is an outcome, not an error: the revocation that follows
//!   must be committed.

use std::sync::Arc;

use super::authorize::still_open_to;
use super::client_auth;
use super::decoupled;
use super::failure::Failure;
use super::issue::{self, ForPerson};
use super::requester::Requester;
use super::resource_server;
use super::sealed::{self, Envelope};
use super::token_exchange;
use crate::app::{App, Work};
use crate::base::digest::fingerprint;
use crate::base::secret::Secret;
use crate::base::time::minutes;
use crate::base::{Refusal, Result, Timestamp};
use crate::domain::event::Event;
use crate::oidc::audience::{Reach, Resource, Resources, Target};
use crate::oidc::authorization_details::AuthorizationDetails;
use crate::oidc::client::{Client, GrantType, Sealed};
use crate::oidc::client_auth::Credentials;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::decoupled::{Kind, refuse_details};
use crate::oidc::error::OAuthError;
use crate::oidc::grant::Grant;
use crate::oidc::params::Params;
use crate::oidc::refresh_token_family::{Family, Generation, Presented, RefreshToken};
use crate::oidc::scope::Scope;
use crate::oidc::token::authorization_code::Exchange;
use crate::oidc::token::{TokenRequest, TokenResponse, client_credentials, refresh_token};
use crate::store::ephemeral::Allowance;
use crate::store::oidc::held_grant::{self, HeldCode, HeldFamily};
use crate::store::oidc::{code, grant, refresh_token_family};

/// What the client gets. A refusal among the outcomes has done something that is committed.
pub enum Outcome {
    /// Tokens.
    Issued(TokenResponse),
    /// A token that was replayed: what hangs on it is revoked.
    Replayed(OAuthError),
    /// A token in the hands of somebody it was not issued to, or without the key it is bound to: that is noted.
    Misused(OAuthError),
    /// Nothing yet: when the client asked is noted.
    Wait(OAuthError),
}

/// Answer a token request.
pub async fn token(work: &mut Work, credentials: &Credentials, params: &Params) -> Result<Outcome, Failure> {
    let requester = Requester::of(work, credentials).await?;
    let request = TokenRequest::parse(params)?;
    requester.client.may_use(request.grant_type())?;
    limit(work, &requester.client).await?;
    let asker = Asker { client: &requester.client, bound_to: requester.confirmation()? };
    let envelope = sealed::envelope(work, asker.client, Sealed::IdToken).await??;
    let outcome = match request {
        TokenRequest::AuthorizationCode { code, redirect_uri, code_verifier } => {
            let exchange = Exchange {
                client: &requester.client.id,
                redirect_uri: redirect_uri.as_deref(),
                code_verifier: code_verifier.as_deref(),
                dpop_jkt: requester.jkt.as_deref(),
                now: work.now(),
            };
            authorization_code(work, &asker, params, &fingerprint(code.expose()), exchange).await
        }
        TokenRequest::RefreshToken { refresh_token, scope } => {
            let token = work.app().tokens.refresh.read(refresh_token.expose());
            let token = token.ok_or_else(|| OAuthError::invalid_grant("the refresh token is not known"))?;
            refresh(work, &asker, params, &token, scope.as_ref()).await
        }
        TokenRequest::ClientCredentials { scope } => {
            let resources = resource_server::of_params(work, params).await?;
            let scope = client_credentials::scope(scope.as_ref(), asker.client, &resources)?;
            refuse_details(params)?;
            let audience = resources.audience(Reach::of_scope(&scope), params.resources())?;
            let Target { audience, scope } = resources.target(&scope, audience)?;
            work.settle().await?;
            let (client, bound_to) = (&asker.client.id, asker.bound_to.as_ref());
            let response = issue::for_client(work.app(), client, &scope, &audience, bound_to, work.now())?;
            Ok(Outcome::Issued(response))
        }
        TokenRequest::DeviceCode { device_code } => {
            decoupled::redeem(work, &asker, Kind::Device, &device_code, params).await
        }
        TokenRequest::Ciba { auth_req_id } => {
            decoupled::redeem(work, &asker, Kind::Backchannel, &auth_req_id, params).await
        }
        TokenRequest::TokenExchange(request) => token_exchange::exchange(work, &asker, &request).await,
    };
    match outcome? {
        Outcome::Issued(response) => Ok(Outcome::Issued(encrypted(work.app(), &envelope, response)?)),
        other => Ok(other),
    }
}

/// The response with its ID token in the envelope that the client registered for.
fn encrypted(app: &App, envelope: &Envelope, response: TokenResponse) -> Result<TokenResponse> {
    let id_token = response.id_token.map(|token| envelope.seal(app, token.expose().to_owned()));
    Ok(TokenResponse { id_token: id_token.transpose()?.map(Secret::new), ..response })
}

/// The client that asks for tokens, and what they are bound to.
pub(super) struct Asker<'a> {
    pub(super) client: &'a Client,
    pub(super) bound_to: Option<Confirmation>,
}

async fn authorization_code(
    work: &mut Work,
    asker: &Asker<'_>,
    params: &Params,
    hash: &str,
    exchange: Exchange<'_>,
) -> Result<Outcome, Failure> {
    let now = exchange.now;
    let Some(HeldCode { code, mut held }) = held_grant::of_code(work.tx(), hash).await? else {
        return Err(OAuthError::invalid_grant("the code is not known").into());
    };
    // Another client's try leaves the code usable for the one it was issued to, and ends nothing.
    if code.bound.client == asker.client.id && code.consumed_at.is_some() {
        return replayed(work, &held.grant, "authorization_code.replayed", "the code was used before").await;
    }
    code.bound.check(exchange)?;
    if !held.is_in_force_at(now) {
        return Err(OAuthError::invalid_grant("what the code carries has been revoked").into());
    }
    let resources = resource_server::of_grant(work, &held.grant, params).await?;
    let scope = refresh_token::scope(&held.grant.scope, None, asker.client, &resources)?;
    held.grant.scope = still_open_to(work, &held.grant.sub, &scope).await?;
    narrow(work.app(), &mut held.grant, asker.client, params)?;
    let target = target_of(&resources, &held.grant, &held.grant.scope, params)?;
    if !code::consume(work.tx(), hash, now).await? {
        return replayed(work, &held.grant, "authorization_code.replayed", "the code was used before").await;
    }
    first_tokens(work, asker, &held.grant, &target, code.nonce.as_deref()).await
}

/// The tokens that a grant begins with. The grant is written, and no error comes after what was used up for it.
pub(super) async fn first_tokens(
    work: &mut Work,
    asker: &Asker<'_>,
    grant: &Grant,
    target: &Target,
    nonce: Option<&str>,
) -> Result<Outcome, Failure> {
    let now = work.now();
    let client = asker.client;
    let refresh_token = if client.metadata.grant_types.contains(&GrantType::RefreshToken) {
        // Nothing but the key tells that a public client is still the same. Others authenticate, and may change keys.
        if let (true, Some(key)) = (client.is_public(), &asker.bound_to) {
            grant::set_confirmation(work.tx(), &grant.id, key).await?;
        }
        let family = new_family(work.app(), now);
        refresh_token_family::insert(work.tx(), &grant.id, &family).await?;
        Some(work.app().tokens.refresh.token(&grant.id, family.generation))
    } else {
        None
    };
    let requested = issue::requested(work, grant).await?;
    work.settle().await?;
    let issue = ForPerson {
        client,
        grant,
        scope: &target.scope,
        audience: &target.audience,
        confirmation: asker.bound_to.as_ref(),
        nonce,
        refresh_token,
        requested,
        origin: None,
        now,
    };
    Ok(Outcome::Issued(issue::for_person(work.app(), issue)?))
}

async fn refresh(
    work: &mut Work,
    asker: &Asker<'_>,
    params: &Params,
    token: &RefreshToken,
    asked: Option<&Scope>,
) -> Result<Outcome, Failure> {
    let (now, client) = (work.now(), asker.client);
    let grace = work.app().config.token.refresh_grace;
    let is_rotated = client.rules().rotated_refresh_tokens;
    let (grant, target, generation) = loop {
        let held = held_grant::of_family(work.tx(), &token.grant).await?;
        let HeldFamily { family, mut held } =
            held.ok_or_else(|| OAuthError::invalid_grant("the refresh token is not known"))?;
        if held.grant.client != client.id {
            let why = "the refresh token was issued to another client";
            return Ok(misused(work, client, &held.grant, "refresh_token.of_another_client", why));
        }
        if held.grant.confirmation.is_some() && held.grant.confirmation != asker.bound_to {
            let why = "the refresh token is bound to another key";
            return Ok(misused(work, client, &held.grant, "refresh_token.without_its_key", why));
        }
        if !held.is_in_force_at(now) {
            return Err(OAuthError::invalid_grant("the refresh token has been revoked").into());
        }
        let presented = family.present(token.generation, now, grace, is_rotated);
        match presented {
            Presented::Ended => return Err(OAuthError::invalid_grant("the refresh token has expired").into()),
            Presented::Reuse => {
                return replayed(work, &held.grant, "refresh_token.reused", "the refresh token was used before").await;
            }
            Presented::Rotate(_) | Presented::Repeat(_) | Presented::Keep => {}
        }
        let resources = resource_server::of_grant(work, &held.grant, params).await?;
        let scope = refresh_token::scope(&held.grant.scope, asked, client, &resources)?;
        let scope = still_open_to(work, &held.grant.sub, &scope).await?;
        narrow(work.app(), &mut held.grant, client, params)?;
        let target = target_of(&resources, &held.grant, &scope, params)?;
        let idle_until = now.plus(work.app().config.token.refresh_idle).min(family.expires_at);
        let from = family.generation;
        match presented {
            Presented::Rotate(next) => {
                if refresh_token_family::rotate(work.tx(), &token.grant, from, next, now, idle_until).await? {
                    break (held.grant, target, next);
                }
                // Somebody was faster with the same token: look again, and give the same successor.
            }
            Presented::Keep => {
                if refresh_token_family::keep(work.tx(), &token.grant, from, idle_until).await? {
                    break (held.grant, target, from);
                }
            }
            Presented::Repeat(newest) => break (held.grant, target, newest),
            Presented::Reuse | Presented::Ended => {}
        }
    };
    let requested = issue::requested(work, &grant).await?;
    work.settle().await?;
    let refresh_token = Some(work.app().tokens.refresh.token(&grant.id, generation));
    let issue = ForPerson {
        client,
        grant: &grant,
        scope: &target.scope,
        audience: &target.audience,
        confirmation: asker.bound_to.as_ref(),
        nonce: None,
        refresh_token,
        requested,
        origin: None,
        now,
    };
    Ok(Outcome::Issued(issue::for_person(work.app(), issue)?))
}

/// Two have the same token, and one of them should not: everything of the grant ends.
/// [RFC 9700 §4.14.2](https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2)
async fn replayed(work: &mut Work, held: &Grant, event: &'static str, why: &'static str) -> Result<Outcome, Failure> {
    let now = work.now();
    if grant::revoke(work.tx(), &held.id, now).await? {
        work.record(Event::new(event).about("grant", &held.id).of(&held.sub).change(
            "client",
            None,
            Some(held.client.as_ref()),
        ));
    }
    Ok(Outcome::Replayed(OAuthError::invalid_grant(why)))
}

/// A token that its owner still uses, sent by somebody who cannot be its owner: that is noted, and ends nothing, or
/// anybody who saw the token could end what it belongs to.
fn misused(work: &mut Work, by: &Client, held: &Grant, event: &'static str, why: &'static str) -> Outcome {
    let event = Event::new(event).about("grant", &held.id).of(&held.sub);
    work.record(event.change("client", Some(held.client.as_ref()), Some(by.id.as_ref())));
    Outcome::Misused(OAuthError::invalid_grant(why))
}

/// The resources that are asked for now, else those of the authorization request; never others than those.
pub(super) fn target_of(
    resources: &Resources,
    grant: &Grant,
    scope: &Scope,
    params: &Params,
) -> Result<Target, OAuthError> {
    let granted = &grant.resource;
    if !granted.is_empty() && params.resources().any(|resource| !granted.iter().any(|known| known == resource)) {
        return Err(OAuthError::invalid_target("resource is not one that was granted"));
    }
    let reach = Reach { scope, details: &grant.authorization_details };
    let audience = match params.resources().next() {
        Some(_) => resources.audience(reach, params.resources())?,
        None => resources.remaining(reach, granted)?,
    };
    resources.target(scope, audience)
}

/// Leave of the details what is asked for now; the grant as it is kept stays whole.
/// [RFC 9396 §6](https://www.rfc-editor.org/rfc/rfc9396#section-6)
pub(super) fn narrow(app: &App, grant: &mut Grant, client: &Client, params: &Params) -> Result<(), OAuthError> {
    grant.authorization_details.still_allowed(client)?;
    let registry = Resource::Registry.uri(&app.server.issuer);
    let asked = AuthorizationDetails::narrowing(params.get("authorization_details"), &registry)?;
    grant.authorization_details = grant.authorization_details.narrowed(asked.as_ref())?;
    Ok(())
}

fn new_family(app: &App, now: Timestamp) -> Family {
    let expires_at = now.plus(app.config.token.refresh_absolute);
    Family {
        generation: Generation::FIRST,
        rotated_at: now,
        idle_until: now.plus(app.config.token.refresh_idle).min(expires_at),
        expires_at,
    }
}

async fn limit(work: &mut Work, client: &Client) -> Result<(), Failure> {
    let app = Arc::clone(work.app());
    // Anybody can name a public client: strangers must not use up what its own users need.
    let network = if client.is_public() { client_auth::network(work) } else { String::new() };
    let key = format!("token:{}:{network}", client.id);
    match app.ephemeral.count(&key, app.config.limit.token_per_minute, minutes(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
