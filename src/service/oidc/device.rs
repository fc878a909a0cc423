//! Devices without a browser: their requests, and the page on which a person decides about them. RFC 8628.
//!
//! # Decisions
//! - A person is always asked, also on behalf of the maker's own devices and with nothing but a sign-in in the scope:
//!   the device that asks may be somebody else's (§5.4).
//! - A code is tried on behalf of a browser, an account, a network and everybody: each counts wrong codes and is
//!   committed before the code is looked up (§5.1). Who is signed in does not depend on the limit for everybody, so
//!   that a flood of wrong codes locks out nobody who has an account.
//! - The request is then shown in that browser only: an address that was passed on shows nothing.
//! - The QR code of `verification_uri_complete` is drawn by the device, which alone knows its display; a picture of ours
//!   would lend our name to whoever shows it. Scanning saves typing and nothing else: the code is shown to be compared,
//!   with what asks, from where, and a warning of those who ask for codes (§3.3.1, §5.4).

use std::sync::Arc;

use super::authorize::{open_to, shown};
use super::client_auth;
use super::decoupled::{self, By};
use super::failure::Failure;
use super::resource_server;
use crate::app::Work;
use crate::base::digest::{base64url, fingerprint, hmac_sha256};
use crate::base::id::Subject;
use crate::base::secret::Secret;
use crate::base::time::minutes;
use crate::base::{Fault, Refusal, Result, Timestamp};
use crate::domain::auth::attempt::{AttemptId, OwnPath};
use crate::domain::auth::flow::Wanted;
use crate::domain::auth::throttle::Network;
use crate::jose::seal::Place;
use crate::oidc::client::{Client, GrantType};
use crate::oidc::client_auth::Credentials;
use crate::oidc::decoupled::{Decision, DecoupledRequest, DecoupledRequestId, Kind, Pace};
use crate::oidc::device::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use crate::oidc::params::Params;
use crate::oidc::scope::Scope;
use crate::oidc::user_code::UserCode;
use crate::service;
use crate::service::auth::Visit;
use crate::service::auth::start::{self, Begin};
use crate::service::auth::throttle::{self, Key, What};
use crate::store::ephemeral::Allowance;
use crate::store::oidc::decoupled_request;
use crate::store::oidc::device_request::{self, Device, NewDevice};

/// Answer a device authorization request. [RFC 8628 §3.1](https://www.rfc-editor.org/rfc/rfc8628#section-3.1)
pub async fn ask(
    work: &mut Work,
    credentials: &Credentials,
    params: &Params,
) -> Result<DeviceAuthorizationResponse, Failure> {
    let client = client_auth::authenticate(work, credentials).await?;
    client.may_use(GrantType::DeviceCode)?;
    limit(work, &client).await?;
    let resources = resource_server::of_params(work, params).await?;
    let asked = DeviceAuthorizationRequest::read(params, &client, &resources)?;
    let (now, lives) = (work.now(), &work.app().config.token);
    let (expires_in, pause) = (lives.device_code, lives.poll_pause);
    let request = DecoupledRequest {
        id: work.new_id(),
        kind: Kind::Device,
        client: client.id.clone(),
        scope: asked.scope,
        resource: asked.resource,
        asked_at: now,
        expires_at: now.plus(expires_in),
        pace: Pace::new(pause),
        decision: None,
        redeemed_at: None,
    };
    let device_code = Secret::new(work.random().token());
    decoupled_request::insert(work.tx(), &request, &fingerprint(device_code.expose())).await?;
    let user_code = give_user_code(work, &request.id).await?;
    Ok(DeviceAuthorizationResponse {
        device_code,
        user_code,
        expires_in: expires_in.as_secs(),
        interval: pause.as_secs(),
    })
}

/// A code that no other request has.
async fn give_user_code(work: &mut Work, id: &DecoupledRequestId) -> Result<UserCode> {
    let (network, user_agent) = (client_auth::network(work), work.origin().user_agent.clone());
    for _ in 0..10 {
        let code = UserCode::random(work.random());
        let app = work.app();
        let new = NewDevice {
            id,
            user_code_hash: &hash_of(work, &code),
            user_code_sealed: app.kek.seal(place(id), code.letters().as_bytes(), &app.random)?,
            network: &network,
            user_agent: &user_agent,
        };
        if device_request::insert(work.tx(), new).await? {
            return Ok(code);
        }
    }
    Err(Fault::new("no code for a device is free").into())
}

/// What became of a code that was typed.
pub enum Entered {
    /// It is the code of this request, which is shown in this browser from now on.
    Found(DecoupledRequestId),
    /// No device shows it.
    Wrong,
    /// Too many wrong ones.
    Slow {
        /// When the next one has a chance.
        until: Timestamp,
    },
}

/// A person types a code, or follows the address that has it.
pub async fn enter(work: &mut Work, visit: Visit<'_>, sub: Option<&Subject>, typed: &str) -> Result<Entered> {
    // What cannot be a code is no try.
    let Some(code) = UserCode::parse(typed) else { return Ok(Entered::Wrong) };
    let counted = match count(work, visit, sub).await? {
        Ok(counted) => counted,
        Err(until) => return Ok(Entered::Slow { until }),
    };
    work.settle().await?;
    let (now, hash) = (work.now(), hash_of(work, &code));
    let Some(typed) = device_request::find_open(work.tx(), &hash, now).await? else { return Ok(Entered::Wrong) };
    let client = service::oidc::client::find(work, &typed.client_id).await?;
    if client.is_none_or(|client| client.disabled) {
        return Ok(Entered::Wrong);
    }
    for key in &counted {
        throttle::take_back(work, key).await?;
    }
    device_request::show_in(work.tx(), &typed.id, visit.browser_hash).await?;
    Ok(Entered::Found(typed.id))
}

/// Count one try wherever it counts, or say until when to wait.
async fn count(work: &mut Work, visit: Visit<'_>, sub: Option<&Subject>) -> Result<Result<Vec<Key>, Timestamp>> {
    let of_whom = sub.map_or(What::UserCodes, What::UserCodesOfAccount);
    let mut counted = Vec::new();
    for what in [What::UserCodesOfNetwork, of_whom, What::UserCodesOfBrowser(visit.browser_hash)] {
        match throttle::reserve(work, what).await? {
            Ok(key) => counted.push(key),
            Err(until) => return Ok(Err(until)),
        }
    }
    Ok(Ok(counted))
}

/// What the page of a request shows.
pub struct Question {
    /// Who asks.
    pub client: Arc<Client>,
    /// For what.
    pub scope: Scope,
    /// The code that the device must show.
    pub user_code: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// The network it was asked from.
    pub network: String,
    /// Whether this browser is in the same network.
    pub is_near: bool,
    /// What the device calls itself.
    pub user_agent: String,
}

/// The page of a request, or what stands in its place.
pub enum Ask {
    /// Show it.
    Question(Box<Question>),
    /// Somebody must sign in first.
    SignIn(AttemptId),
    /// It was decided here.
    Decided {
        /// How.
        allowed: bool,
        /// Who asked.
        client: Arc<Client>,
    },
    /// It is over, or not of this browser.
    Gone,
}

/// What to ask the person who is signed in.
pub async fn question(work: &mut Work, visit: Visit<'_>, id: &DecoupledRequestId) -> Result<Ask> {
    let Some(Open { request, device, client }) = open(work, visit, id).await? else { return Ok(Ask::Gone) };
    if let Some(decision) = &request.decision {
        return Ok(Ask::Decided { allowed: matches!(decision, Decision::Allowed(_)), client });
    }
    let session = match visit.session {
        Some(cookie) => service::auth::session::current(work, cookie).await?,
        None => None,
    };
    let Some(session) = session else { return sign_in(work, visit, &client, id).await.map(Ask::SignIn) };
    let near = work.origin().address.map(Network::of);
    Ok(Ask::Question(Box::new(Question {
        client,
        scope: open_to(work, &session.sub, &request.scope).await?,
        user_code: unsealed(work, id, &device)?,
        asked_at: request.asked_at,
        is_near: near.is_some_and(|near| near.as_str() == device.network),
        network: device.network,
        user_agent: device.user_agent,
    })))
}

/// The person decides. What is allowed is what the request asks for; the form says only yes or no.
pub async fn decide(work: &mut Work, visit: Visit<'_>, id: &DecoupledRequestId, allow: bool) -> Result<Ask> {
    let Some(Open { request, client, .. }) = open(work, visit, id).await? else { return Ok(Ask::Gone) };
    let session = match visit.session {
        Some(cookie) => service::auth::session::current(work, cookie).await?,
        None => None,
    };
    let Some(session) = session else { return sign_in(work, visit, &client, id).await.map(Ask::SignIn) };
    let is_done = match allow {
        true => decoupled::allow(work, &request, By::of(&session)).await?,
        false => decoupled::deny(work, &request, &session.sub).await?,
    };
    if is_done {
        return Ok(Ask::Decided { allowed: allow, client });
    }
    // Decided in another tab, or over by now.
    question(work, visit, id).await
}

/// A request that this browser may see, with what is known about it.
struct Open {
    request: DecoupledRequest,
    device: Device,
    client: Arc<Client>,
}

async fn open(work: &mut Work, visit: Visit<'_>, id: &DecoupledRequestId) -> Result<Option<Open>> {
    let now = work.now();
    let Some(device) = device_request::find(work.tx(), id, visit.browser_hash).await? else { return Ok(None) };
    let found = decoupled_request::find(work.tx(), id).await?;
    let Some(request) = found.filter(|request| now < request.expires_at) else { return Ok(None) };
    let client = service::oidc::client::find(work, &request.client).await?.filter(|client| !client.disabled);
    Ok(client.map(|client| Open { request, device, client }))
}

async fn sign_in(work: &mut Work, visit: Visit<'_>, client: &Client, id: &DecoupledRequestId) -> Result<AttemptId> {
    work.allow_writing().await?;
    let page = OwnPath::parse(&format!("/device/{id}")).ok_or_else(|| Fault::new("a page of ours is no path"))?;
    let begin = Begin {
        browser_hash: visit.browser_hash,
        continue_to: page,
        asked_by: Some(shown(client, visit.locale, "")),
        login_hint: None,
        reauthenticate: false,
        wanted: Wanted::NOTHING,
    };
    start::begin(work, begin).await
}

fn unsealed(work: &Work, id: &DecoupledRequestId, device: &Device) -> Result<String> {
    let unreadable = || Fault::new(format!("the code of device request {id} cannot be read"));
    let opened = work.app().kek.open(place(id), &device.user_code_sealed).map_err(|_| unreadable())?;
    let code = std::str::from_utf8(&opened).ok().and_then(UserCode::parse).ok_or_else(unreadable)?;
    Ok(code.to_string())
}

/// Keyed: the few codes there are could all be hashed by whoever stole the table.
fn hash_of(work: &Work, code: &UserCode) -> String {
    base64url(hmac_sha256(&*work.app().kek.derive("user-code"), code.letters()))
}

fn place(id: &DecoupledRequestId) -> Place<'_> {
    Place { table: "device_request", column: "user_code_sealed", row: id.as_ref() }
}

/// Each request keeps a row for as long as it lives: one network cannot fill the table.
async fn limit(work: &mut Work, client: &Client) -> Result<(), Failure> {
    let app = Arc::clone(work.app());
    let key = format!("device:{}:{}", client.id, client_auth::network(work));
    match app.ephemeral.count(&key, app.config.limit.devices_per_minute, minutes(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
