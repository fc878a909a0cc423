//! Asking for people who are elsewhere, and their decisions on my page. OpenID Connect CIBA §7 and §8.

use std::sync::Arc;

use super::authorize::open_to;
use super::client_auth;
use super::client_keys::{self, Reading};
use super::decoupled::{self, By};
use super::failure::Failure;
use super::once::{self, Named};
use super::resource_server;
use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::Subject;
use crate::base::secret::Secret;
use crate::base::time::minutes;
use crate::base::{Fault, Refusal, Result, Timestamp};
use crate::domain::account::{Account, CustomerNumber, EmailAddress};
use crate::domain::auth::attempt::{AttemptId, OwnPath};
use crate::domain::auth::flow::Wanted;
use crate::domain::auth::{self, Factor, Proofs, Session};
use crate::domain::event::Event;
use crate::domain::letter::Content;
use crate::jose::foreign::LONGEST_REQUEST_OBJECT;
use crate::oidc::acr::Acr;
use crate::oidc::ciba::request_object::{self, RequestObject};
use crate::oidc::ciba::{BackchannelAuthenticationRequest, BackchannelAuthenticationResponse, Hint, wants_step_up};
use crate::oidc::client::{Client, GrantType};
use crate::oidc::client_auth::Credentials;
use crate::oidc::decoupled::{Decision, DecoupledRequest, DecoupledRequestId, Kind, Pace};
use crate::oidc::error::OAuthError;
use crate::oidc::id_token::IdTokenHint;
use crate::oidc::params::Params;
use crate::oidc::scope::Scope;
use crate::oidc::subject::SubjectType;
use crate::service;
use crate::service::account::follow::follow;
use crate::service::account::tell;
use crate::service::auth::Visit;
use crate::service::auth::start::{self, Begin};
use crate::service::auth::throttle::{self, What};
use crate::service::oidc::ciba_notification;
use crate::store;
use crate::store::ephemeral::Allowance;
use crate::store::oidc::backchannel_request::{self, Asked, Listed};
use crate::store::oidc::decoupled_request;
use crate::store::oidc::used_jti;

/// How many requests of one client may wait for one person.
const MOST_WAITING: i64 = 20;

/// Answer a backchannel authentication request.
/// [§7](https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html#auth_backchannel_endpoint)
pub async fn ask(
    work: &mut Work,
    credentials: &Credentials,
    params: &Params,
) -> Result<BackchannelAuthenticationResponse, Failure> {
    let client = client_auth::authenticate(work, credentials).await?;
    client.may_use(GrantType::Ciba)?;
    limit(work, &client).await?;
    let settled = match request_object::of(params, &client)? {
        Some(object) => signed(work, &client, object).await?,
        None => params.clone(),
    };
    let resources = resource_server::of_params(work, &settled).await?;
    let asked = BackchannelAuthenticationRequest::read(&settled, &client, &resources)?;
    let account = whom(work, &client, &asked.hint).await?;
    let now = work.now();
    if backchannel_request::count_of_client(work.tx(), &account.sub, &client.id, now).await? >= MOST_WAITING {
        return Err(Refusal::TooMany { retry_at: now.plus(minutes(1)) }.into());
    }
    let lives = &work.app().config.token;
    let (expires_in, pause) = (asked.requested_expiry.unwrap_or(lives.backchannel_request), lives.poll_pause);
    let request = DecoupledRequest {
        id: work.new_id(),
        kind: Kind::Backchannel,
        client: client.id.clone(),
        scope: asked.scope.clone(),
        resource: asked.resource.clone(),
        asked_at: now,
        expires_at: now.plus(expires_in),
        pace: Pace::new(pause),
        decision: None,
        redeemed_at: None,
    };
    let auth_req_id = Secret::new(work.random().token());
    decoupled_request::insert(work.tx(), &request, &fingerprint(auth_req_id.expose())).await?;
    let notification = asked.notification_token.as_ref();
    let notification = notification.map(|token| ciba_notification::seal(work, &request.id, &auth_req_id, token));
    let levels: Vec<&str> = asked.acr_values.iter().map(|level| level.as_str()).collect();
    let shown = Asked {
        binding_message: asked.binding_message.as_ref().map_or("", |message| message.as_str()).to_owned(),
        acr_values: levels.join(" "),
    };
    backchannel_request::insert(work.tx(), &request.id, &account.sub, &shown, notification.transpose()?).await?;
    let event = Event::new("backchannel_request.asked").about("decoupled_request", &request.id).of(&account.sub);
    work.record(event.change("client", None, Some(client.id.as_ref())));
    tell_person(work, &client, &account.sub, &request, shown.binding_message).await?;
    Ok(BackchannelAuthenticationResponse { auth_req_id, expires_in: expires_in.as_secs(), interval: pause.as_secs() })
}

/// What a signed request asks for. It is used up, whatever becomes of it; no transaction is open while it is verified.
async fn signed(work: &mut Work, client: &Client, object: &str) -> Result<Params, Failure> {
    work.settle().await?;
    let algorithms: Vec<_> = client.metadata.ciba.signing_alg.into_iter().collect();
    let reading = Reading {
        algorithms: &algorithms,
        typ: &request_object::TYP,
        typ_may_be_absent: true,
        longest: LONGEST_REQUEST_OBJECT,
    };
    let signed = client_keys::read(work, client, object, reading).await?.map_err(request_object::unreadable)?;
    let issuer = &work.app().server.issuer;
    let RequestObject { params, name } = request_object::accept(&signed.claims, client, issuer, work.now())?;
    let named = Named { kind: used_jti::Kind::RequestObject, maker: client.id.as_ref(), name };
    if once::use_up(work, &[named]).await?.is_some() {
        return Err(OAuthError::invalid_request("the signed request was used before").into());
    }
    Ok(params)
}

/// The account that is asked. One that may not sign in cannot be asked either.
async fn whom(work: &mut Work, client: &Client, hint: &Hint) -> Result<Account, Failure> {
    let found = match hint {
        Hint::Login(name) => match (EmailAddress::parse(name), CustomerNumber::parse(name)) {
            (Ok(address), _) => store::account::find_by_email(work.tx(), &address).await?,
            (Err(_), Some(number)) => store::account::find_by_number(work.tx(), &number).await?,
            (Err(_), None) => None,
        },
        Hint::IdToken(token) => {
            let sub = subject_of(work, client, token)?;
            store::account::find(work.tx(), &sub).await?
        }
    };
    let found = match found {
        Some(account) => Some(follow(work, account).await?),
        None => None,
    };
    let usable = found.filter(|account| account.state.may_authenticate().is_ok());
    usable.ok_or_else(|| OAuthError::unknown_user_id("the hint names nobody who can be asked").into())
}

/// The person of an ID token that this client got from us. A pairwise subject cannot be turned back into a person.
fn subject_of(work: &Work, client: &Client, token: &str) -> Result<Subject, OAuthError> {
    let app = work.app();
    let hint = IdTokenHint::decode(token, app.keys.ring().all(), &app.server.issuer)
        .map_err(|_| OAuthError::invalid_request("id_token_hint is not an ID token of this server"))?;
    if hint.aud != client.id.as_ref() {
        return Err(OAuthError::invalid_request("id_token_hint was issued to another client"));
    }
    match client.metadata.subject_type {
        SubjectType::Public => Ok(Subject::from(hint.sub.as_str())),
        SubjectType::Pairwise => {
            Err(OAuthError::invalid_request("a client with pairwise subjects names people by login_hint"))
        }
    }
}

/// A letter, unless there were many: the request stands on my page in any case.
async fn tell_person(
    work: &mut Work,
    client: &Client,
    sub: &Subject,
    request: &DecoupledRequest,
    message: String,
) -> Result<()> {
    if throttle::reserve(work, What::ApprovalLetters(sub)).await?.is_err() {
        return Ok(());
    }
    let link = work.app().config.top.issuer.at(&format!("/my/approvals/{}", request.id));
    let whole = request.expires_at.since(request.asked_at).as_secs().div_ceil(60);
    tell::owner(work, sub, |reader| Content::ApprovalAsked {
        app: client.name(reader.locale).to_owned(),
        message,
        minutes: u32::try_from(whole).unwrap_or(u32::MAX),
        link,
    })
    .await
}

/// What waits for a person's decision, with who asks.
pub async fn waiting(work: &mut Work, sub: &Subject) -> Result<Vec<(Listed, Arc<Client>)>> {
    let now = work.now();
    let mut found = Vec::new();
    for listed in backchannel_request::waiting(work.tx(), sub, now).await? {
        if let Some(client) = service::oidc::client::find(work, &listed.client_id).await? {
            found.push((listed, client));
        }
    }
    Ok(found)
}

/// How much waits for a person's decision.
pub async fn count_waiting(work: &mut Work, sub: &Subject) -> Result<usize> {
    let now = work.now();
    Ok(backchannel_request::waiting(work.tx(), sub, now).await?.len())
}

/// What the page of a request shows.
pub struct Question {
    /// Who asks.
    pub client: Arc<Client>,
    /// For what.
    pub scope: Scope,
    /// What the other side sees, too.
    pub binding_message: Option<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// The page of a request, or what stands in its place.
pub enum Ask {
    /// Show it.
    Question(Box<Question>),
    /// The person must sign in more surely first.
    StepUp(AttemptId),
    /// It was decided.
    Decided {
        /// How.
        allowed: bool,
        /// Who asked.
        client: Arc<Client>,
    },
    /// It is over, or none of theirs.
    Gone,
}

/// What to ask the person who is signed in.
pub async fn question(work: &mut Work, visit: Visit<'_>, sub: &Subject, id: &DecoupledRequestId) -> Result<Ask> {
    let Some((request, asked, client)) = open(work, sub, id).await? else { return Ok(Ask::Gone) };
    if let Some(decision) = &request.decision {
        return Ok(Ask::Decided { allowed: matches!(decision, Decision::Allowed(_)), client });
    }
    let session = signed_in(work, visit).await?;
    if must_step_up(work, &request, &asked, &session) {
        return step_up(work, visit, &client, id, &asked).await.map(Ask::StepUp);
    }
    Ok(Ask::Question(Box::new(Question {
        client,
        scope: open_to(work, sub, &request.scope).await?,
        binding_message: Some(asked.binding_message).filter(|message| !message.is_empty()),
        asked_at: request.asked_at,
        expires_at: request.expires_at,
    })))
}

/// The person decides.
pub async fn decide(
    work: &mut Work,
    visit: Visit<'_>,
    sub: &Subject,
    id: &DecoupledRequestId,
    allow: bool,
) -> Result<Ask> {
    let Some((request, asked, client)) = open(work, sub, id).await? else { return Ok(Ask::Gone) };
    let session = signed_in(work, visit).await?;
    if allow && must_step_up(work, &request, &asked, &session) {
        return step_up(work, visit, &client, id, &asked).await.map(Ask::StepUp);
    }
    let is_done = match allow {
        true => decoupled::allow(work, &request, By::of(&session)).await?,
        false => decoupled::deny(work, &request, sub).await?,
    };
    if !is_done {
        return question(work, visit, sub, id).await;
    }
    announce(work, id).await?;
    Ok(Ask::Decided { allowed: allow, client })
}

/// A decision without a person, for the conformance suite: in the name of whoever is asked, as if they had signed in
/// just now. `false` if there is nothing to decide.
pub async fn decide_for_tests(work: &mut Work, auth_req_id: &str, allow: bool) -> Result<bool> {
    let hash = fingerprint(auth_req_id);
    let Some(request) = decoupled_request::find_by_code(work.tx(), Kind::Backchannel, &hash).await? else {
        return Ok(false);
    };
    let Some(sub) = backchannel_request::whom(work.tx(), &request.id).await? else { return Ok(false) };
    let auth_time = work.now();
    let amr = Proofs::of(Factor::Password, auth_time).amr();
    let is_done = match allow {
        true => {
            decoupled::allow(work, &request, By { sub: &sub, auth_time, acr: Acr::Aal1.as_str(), amr: &amr }).await?
        }
        false => decoupled::deny(work, &request, &sub).await?,
    };
    if is_done {
        announce(work, &request.id).await?;
    }
    Ok(is_done)
}

/// Let the client know, once the decision is committed.
async fn announce(work: &mut Work, id: &DecoupledRequestId) -> Result<()> {
    let now = work.now();
    backchannel_request::set_due(work.tx(), id, now).await?;
    work.settle().await?;
    work.app().notification_ready.notify_one();
    Ok(())
}

async fn open(
    work: &mut Work,
    sub: &Subject,
    id: &DecoupledRequestId,
) -> Result<Option<(DecoupledRequest, Asked, Arc<Client>)>> {
    let now = work.now();
    let Some(asked) = backchannel_request::find(work.tx(), id, sub).await? else { return Ok(None) };
    let found = decoupled_request::find(work.tx(), id).await?;
    let Some(request) = found.filter(|request| now < request.expires_at) else { return Ok(None) };
    let client = service::oidc::client::find(work, &request.client).await?.filter(|client| !client.disabled);
    Ok(client.map(|client| (request, asked, client)))
}

async fn signed_in(work: &mut Work, visit: Visit<'_>) -> Result<Session> {
    let session = match visit.session {
        Some(cookie) => service::auth::session::current(work, cookie).await?,
        None => None,
    };
    session.ok_or_else(|| Refusal::Unauthenticated.into())
}

fn must_step_up(work: &Work, request: &DecoupledRequest, asked: &Asked, session: &Session) -> bool {
    let reached = Acr::from_text(session.acr.value()).unwrap_or(Acr::Aal1);
    let wished = Acr::list(Some(&asked.acr_values));
    wants_step_up(&wished, &work.app().server, reached, session.renewed_at, request.asked_at)
}

async fn step_up(
    work: &mut Work,
    visit: Visit<'_>,
    client: &Client,
    id: &DecoupledRequestId,
    asked: &Asked,
) -> Result<AttemptId> {
    work.allow_writing().await?;
    let page = OwnPath::parse(&format!("/my/approvals/{id}"));
    let possible = Acr::list(Some(&asked.acr_values)).into_iter().filter(|acr| work.app().server.reaches(*acr));
    let lowest = possible.min().and_then(|acr| auth::Acr::from_value(acr.as_str()));
    let begin = Begin {
        browser_hash: visit.browser_hash,
        continue_to: page.ok_or_else(|| Fault::new("a page of ours is no path"))?,
        asked_by: Some(super::authorize::shown(client, visit.locale, "")),
        login_hint: None,
        reauthenticate: false,
        wanted: lowest.map_or(Wanted::NOTHING, Wanted::wish),
    };
    start::begin(work, begin).await
}

/// Each request keeps a row and asks a person: what one client asks in a minute is bounded.
async fn limit(work: &mut Work, client: &Client) -> Result<(), Failure> {
    let app = Arc::clone(work.app());
    let key = format!("backchannel:{}", client.id);
    match app.ephemeral.count(&key, app.config.limit.backchannel_per_minute, minutes(1), work.now()).await {
        Allowance::Allowed => Ok(()),
        Allowance::Exceeded { retry_at } => Err(Refusal::TooMany { retry_at }.into()),
    }
}
