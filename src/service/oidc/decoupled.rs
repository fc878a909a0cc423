//! Requests that are decided elsewhere than where they were made: deciding them, and fetching their tokens.
//! RFC 8628 §3.4 and §3.5, OpenID Connect CIBA §10.1 and §11.

use super::authorize;
use super::failure::Failure;
use super::resource_server;
use super::token::{self, Asker, Outcome};
use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::Subject;
use crate::base::secret::Secret;
use crate::base::{Refusal, Result, Timestamp};
use crate::domain::auth::{Amr, Session, user_agent};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::i18n::Words;
use crate::oidc::authorization_details::AuthorizationDetails;
use crate::oidc::claims_locales::ClaimsLocales;
use crate::oidc::claims_request::ClaimsRequest;
use crate::oidc::client::Client;
use crate::oidc::decoupled::{Allowed, DecoupledRequest, DecoupledRequestId, Kind, Poll};
use crate::oidc::error::OAuthError;
use crate::oidc::grant::Grant;
use crate::oidc::params::Params;
use crate::oidc::token::refresh_token;
use crate::service::account::tell;
use crate::store;
use crate::store::oidc::decoupled_request;

/// Who decides, and how surely they were recognised.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    /// Who.
    pub sub: &'a Subject,
    /// When they were recognised.
    pub auth_time: Timestamp,
    /// How surely.
    pub acr: &'a str,
    /// By which methods.
    pub amr: &'a Amr,
}

impl<'a> By<'a> {
    /// Whoever is signed in.
    pub fn of(session: &'a Session) -> Self {
        Self { sub: &session.sub, auth_time: session.auth_time, acr: session.acr.value(), amr: &session.amr }
    }
}

/// Somebody says yes; `false` if it was decided before or is over.
pub async fn allow(work: &mut Work, request: &DecoupledRequest, by: By<'_>) -> Result<bool> {
    // It outlives the session, so it must not outlive a new password that is being set at this moment.
    let standing = store::account::hold(work.tx(), by.sub).await?;
    if !standing.is_some_and(|standing| standing.honours(by.auth_time)) {
        return Err(Refusal::Conflict("signed_out").into());
    }
    let allowed = Allowed {
        sub: by.sub.clone(),
        scope: authorize::open_to(work, by.sub, &request.scope).await?,
        auth_time: by.auth_time,
        acr: by.acr.to_owned(),
        amr: by.amr.values().into_iter().map(str::to_owned).collect(),
        at: work.now(),
    };
    let is_done = decoupled_request::allow(work.tx(), &request.id, &allowed).await?;
    if is_done {
        let event = decided("allowed", request.kind, &request.id, by.sub);
        work.record(event.change("client", None, Some(request.client.as_ref())).change(
            "scope",
            None,
            Some(&allowed.scope.to_string()),
        ));
    }
    Ok(is_done)
}

/// Somebody says no; `false` if it was decided before or is over.
pub async fn deny(work: &mut Work, request: &DecoupledRequest, sub: &Subject) -> Result<bool> {
    let now = work.now();
    let is_done = decoupled_request::deny(work.tx(), &request.id, now).await?;
    if is_done {
        let event = decided("denied", request.kind, &request.id, sub);
        work.record(event.change("client", None, Some(request.client.as_ref())));
    }
    Ok(is_done)
}

fn decided(how: &str, kind: Kind, id: &DecoupledRequestId, sub: &Subject) -> Event {
    let name = match (kind, how) {
        (Kind::Device, "allowed") => "device_request.allowed",
        (Kind::Device, _) => "device_request.denied",
        (Kind::Backchannel, "allowed") => "backchannel_request.allowed",
        (Kind::Backchannel, _) => "backchannel_request.denied",
    };
    Event::new(name).about("decoupled_request", id).of(sub)
}

/// The tokens for what was allowed, once; until then the word that tells the client what to do.
pub(super) async fn redeem(
    work: &mut Work,
    asker: &Asker<'_>,
    kind: Kind,
    code: &Secret,
    params: &Params,
) -> Result<Outcome, Failure> {
    let client = asker.client;
    let (now, hash) = (work.now(), fingerprint(code.expose()));
    let (request, allowed) = loop {
        let found = decoupled_request::find_by_code(work.tx(), kind, &hash).await?;
        let request = found.ok_or_else(|| OAuthError::invalid_grant("the code is not known"))?;
        match request.poll(&client.id, now)? {
            Poll::Fetch(allowed) => break (request, allowed),
            Poll::Wait(error, pace) => {
                if decoupled_request::set_pace(work.tx(), &request.id, request.pace, pace).await? {
                    return Ok(Outcome::Wait(error));
                }
                // The client tries twice at once: the later of the two sees the earlier one.
            }
        }
    };
    // A client that has lost a scope since gets nothing of it.
    let named = params.resources().chain(request.resource.iter().map(String::as_str));
    let resources = resource_server::concerned(work, &allowed.scope, named).await?;
    let scope = refresh_token::scope(&allowed.scope, None, client, &resources)?;
    let standing = store::account::standing(work.tx(), &allowed.sub).await?;
    if !standing.is_some_and(|standing| standing.honours(allowed.at)) {
        return Err(OAuthError::invalid_grant("what was allowed has been revoked").into());
    }
    let known_as = store::oidc::former_subject::find(work.tx(), &allowed.sub, &client.id).await?;
    let mut grant = Grant { known_as, ..grant_of(work, &request, allowed) };
    grant.scope = authorize::still_open_to(work, &grant.sub, &scope).await?;
    token::narrow(work.app(), &mut grant, client, params)?;
    let target = token::target_of(&resources, &grant, &grant.scope, params)?;
    if !decoupled_request::redeem(work.tx(), &request.id, now).await? {
        return Err(OAuthError::invalid_grant("the code was used before").into());
    }
    store::oidc::grant::insert(work.tx(), &grant).await?;
    if kind == Kind::Device {
        tell_owner(work, client, &grant).await?;
    }
    token::first_tokens(work, asker, &grant, &target, None).await
}

fn grant_of(work: &Work, request: &DecoupledRequest, allowed: Allowed) -> Grant {
    Grant {
        id: work.new_id(),
        sub: allowed.sub,
        known_as: None,
        client: request.client.clone(),
        scope: allowed.scope,
        claims: ClaimsRequest::default(),
        claims_locales: ClaimsLocales::default(),
        resource: request.resource.clone(),
        authorization_details: AuthorizationDetails::default(),
        // The client runs elsewhere: signing out in the browser in which it was allowed does not concern it.
        session: None,
        outlives_session: true,
        auth_time: allowed.auth_time,
        acr: allowed.acr,
        amr: allowed.amr,
        wants_auth_time: true,
        confirmation: None,
        act: None,
        created_at: allowed.at,
        revoked_at: None,
    }
}

/// A device that is connected stays so until somebody takes it back: its owner learns how.
async fn tell_owner(work: &mut Work, client: &Client, grant: &Grant) -> Result<()> {
    let link = work.app().config.top.issuer.at("/my/apps");
    let system = user_agent::system(&work.origin().user_agent);
    work.record(Event::new("device.connected").about("grant", &grant.id).of(&grant.sub).change(
        "client",
        None,
        Some(client.id.as_ref()),
    ));
    tell::owner(work, &grant.sub, |reader| Content::DeviceConnected {
        app: client.name(reader.locale).to_owned(),
        device: system.map_or_else(|| Words::of(reader.locale).device_unknown(), str::to_owned),
        at: reader.now.clone(),
        link,
    })
    .await
}
