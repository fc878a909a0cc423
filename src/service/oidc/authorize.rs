//! The authorization endpoint: from parameters to an answer, or to the page that is needed first.

use std::sync::Arc;

use super::answer;
use super::arrive::{self, Arrived, Stopped};
use super::failure::Failure;
use crate::app::Work;
use crate::base::digest::fingerprint;
use crate::base::id::{ClientId, Subject};
use crate::base::secret::Secret;
use crate::base::{Locale, Refusal, Result, Timestamp};
use crate::domain::auth::attempt::{AskingClient, AttemptId, OwnPath};
use crate::domain::auth::flow::Wanted;
use crate::domain::auth::{self, Session};
use crate::oidc::OAuthError;
use crate::oidc::acr::Acr;
use crate::oidc::authorize::interaction::{Facts, Interaction, SignedIn, decide};
use crate::oidc::authorize::{
    self, Answer, AuthorizationRequest, AuthorizationRequestId, Delivery, Identified, Untrusted, WantedAcr, checks,
    id_token_hint,
};
use crate::oidc::client::{Client, Localized};
use crate::oidc::grant::{Grant, IssuedCode};
use crate::oidc::id_token::IdTokenHint;
use crate::oidc::params::Params;
use crate::oidc::scope::{self, Scope};
use crate::oidc::token::authorization_code::BoundCode;
use crate::service;
use crate::service::auth::Visit;
use crate::service::auth::start::Begin;
use crate::service::oidc::choice;
use crate::service::oidc::logout;
use crate::service::oidc::resource_server;
use crate::store;
use crate::store::oidc::authorization_request::Waiting;

/// What the browser gets.
pub enum Outcome {
    /// A page that says why nothing can be sent back.
    Untrusted(Untrusted),
    /// An answer on its way to the client.
    Answer(Delivery),
    /// The same, behind a page that says where it leads.
    Leaving {
        /// The answer.
        delivery: Delivery,
        /// Where it leads, in words.
        host: String,
    },
    /// The sign-in, or the sign-up where the client wants an account made.
    SignIn {
        /// The sign-in that was begun.
        attempt: AttemptId,
        /// Whether to begin with making an account.
        create: bool,
        /// The language that the client asks for.
        ui_locale: Option<Locale>,
    },
    /// New terms, which come before everything else.
    Agree {
        /// The request that waits.
        request: AuthorizationRequestId,
        /// The language that the client asks for.
        ui_locale: Option<Locale>,
    },
    /// The consent page.
    Consent {
        /// The request that waits.
        request: AuthorizationRequestId,
        /// The language that the client asks for.
        ui_locale: Option<Locale>,
    },
}

/// One request together with what is known about how far it got.
pub(super) struct Asked {
    pub(super) identified: Identified,
    pub(super) request: AuthorizationRequest,
    pub(super) params: Params,
    pub(super) asked_at: Timestamp,
    pub(super) waiting: Option<Waiting>,
    /// The hash of the name under which it was pushed.
    pub(super) pushed: Option<String>,
    /// By which subject the client knows whoever is signed in, where that is one of a former account.
    pub(super) known_as: Option<Subject>,
}

/// A request that just arrived.
pub async fn begin(work: &mut Work, visit: Visit<'_>, params: &Params) -> Result<Outcome> {
    let Arrived { identified, params, pushed } = match arrive::settle(work, params).await? {
        Ok(arrived) => arrived,
        Err(Stopped::Untrusted(untrusted)) => return Ok(Outcome::Untrusted(untrusted)),
        Err(Stopped::Refused(identified, error)) => return answer::refuse(work, visit, &identified, error).await,
    };
    let resources = resource_server::of_params(work, &params).await?;
    match checks::read(&params, &identified, &work.app().server, &resources) {
        Ok(request) => {
            let asked_at = work.now();
            let asked = Asked { identified, request, params, asked_at, waiting: None, pushed, known_as: None };
            go_on(work, visit, asked).await
        }
        Err(error) => answer::refuse(work, visit, &identified, error).await,
    }
}

/// What people call the client that a request names, for a page that goes nowhere; nothing where nobody vouches for it,
/// since it could call itself anything.
pub async fn vouched_name(work: &mut Work, params: &Params, locale: Locale) -> Result<Option<String>> {
    let Ok(id) = authorize::client_id(params) else { return Ok(None) };
    let client = service::oidc::client::find(work, &ClientId::from(id)).await?;
    let vouched = client.filter(|client| !client.disabled && !client.is_unverified());
    Ok(vouched.map(|client| client.name(locale).to_owned()))
}

/// Who asks, and whether answers may go there.
pub(super) async fn identify(work: &mut Work, params: &Params) -> Result<Result<Identified, Untrusted>> {
    let client = match authorize::client_id(params) {
        Ok(id) => service::oidc::client::find(work, &ClientId::from(id)).await?,
        Err(untrusted) => return Ok(Err(untrusted)),
    };
    Ok(authorize::identify(params, client))
}

/// Decide the next step and take it.
pub(super) async fn go_on(work: &mut Work, visit: Visit<'_>, mut asked: Asked) -> Result<Outcome> {
    let session = match visit.session {
        Some(cookie) => service::auth::session::current(work, cookie).await?,
        None => None,
    };
    if let Some(session) = &session {
        asked.request.scope = open_to(work, &session.sub, &asked.request.scope).await?;
        if asked.request.asks_for_nothing() {
            let error = OAuthError::access_denied("this person can give nothing of what is asked for");
            return end(work, visit, asked, Err(error)).await;
        }
    }
    let client = Arc::clone(&asked.identified.client);
    let expected = match expected_subject(work, &asked.request, &client) {
        Ok(expected) => expected,
        Err(error) => return end(work, visit, asked, Err(error)).await,
    };
    let remembered = match &session {
        Some(session) => {
            let known = store::oidc::consent::known(work.tx(), &session.sub, &client.id).await?;
            asked.known_as = known.known_as;
            // Nobody is asked on behalf of the maker's own applications, so nothing has to be remembered.
            if client.metadata.hosho_first_party { Scope::default() } else { known.remembered }
        }
        None => Scope::default(),
    };
    let elements = match &session {
        Some(session) => choice::elements(work, &client, &session.sub, &asked.request.authorization_details).await?,
        None => Ok(Vec::new()),
    };
    let elements = match elements {
        Ok(elements) => elements,
        Err(error) => return end(work, visit, asked, Err(error)).await,
    };
    let settled = choice::settled(&elements);
    let least = match &session {
        Some(session) if asked.request.scope.contains(scope::MANAGEMENT) => {
            let wanted = service::auth::flow::wanted_of_staff(work, &session.sub).await?;
            Acr::from_text(wanted.must.value())
        }
        Some(_) | None => None,
    };
    let facts = Facts {
        request: &asked.request,
        client: &client,
        asked_at: asked.asked_at,
        session: session.as_ref().map(|session| signed_in(work, &client, &asked, session)),
        expected: expected.as_deref(),
        remembered: &remembered,
        consented: consented(&asked, session.as_ref().map(|session| &session.sub)),
        least,
        must_choose: settled.is_none() && !elements.is_empty(),
    };
    let decided = decide(&facts, work.now());
    // Nothing is given before somebody who is known has accepted what is new in the terms.
    let must_agree = match (&decided, &session) {
        (Interaction::Done | Interaction::Consent(_), Some(session)) => {
            !service::account::terms::pending(work, &session.sub).await?.is_empty()
        }
        (_, _) => false,
    };
    if must_agree && asked.request.prompt.none {
        let error = OAuthError::interaction_required("the person must accept new terms");
        return end(work, visit, asked, Err(error)).await;
    }
    if must_agree {
        let ui_locale = asked.request.ui_locale;
        return Ok(Outcome::Agree { request: wait(work, visit, asked).await?, ui_locale });
    }
    match (decided, session) {
        (Interaction::Done, Some(session)) => {
            // From here on these are the units that were chosen.
            asked.request.authorization_details = settled.unwrap_or_default();
            end(work, visit, asked, Ok(session)).await
        }
        (Interaction::Refuse(error), _) => end(work, visit, asked, Err(error)).await,
        (Interaction::Consent(_), Some(_)) => {
            let ui_locale = asked.request.ui_locale;
            Ok(Outcome::Consent { request: wait(work, visit, asked).await?, ui_locale })
        }
        (Interaction::SignIn { again, create, wanted }, _) => {
            sign_in(work, visit, asked, Wish { again, create, wanted }).await
        }
        // Only somebody who is signed in can have consented or be done.
        (Interaction::Done | Interaction::Consent(_), None) => sign_in(work, visit, asked, Wish::default()).await,
    }
}

/// The request is over: with what it asks for, for whoever is signed in, or with an error.
pub(super) async fn end(
    work: &mut Work,
    visit: Visit<'_>,
    asked: Asked,
    with: Result<Session, OAuthError>,
) -> Result<Outcome> {
    let now = work.now();
    if let Some(waiting) = &asked.waiting {
        work.allow_writing().await?;
        // Answered once: a page that was sent twice must not give two codes.
        if !store::oidc::authorization_request::consume(work.tx(), &waiting.id, now).await? {
            return Ok(Outcome::Untrusted(Untrusted::GoneRequest));
        }
    }
    if let Some(pushed) = &asked.pushed {
        work.allow_writing().await?;
        // Several pages may have been opened with one name; the first answer is the only one.
        if !store::oidc::pushed_request::consume(work.tx(), pushed, now).await? {
            return Ok(Outcome::Untrusted(Untrusted::GonePushedRequest));
        }
    }
    let resources = resource_server::of_params(work, &asked.params).await?;
    let with = with.and_then(|session| Ok((session, answer::target(&resources, &asked.request)?)));
    match with {
        Ok((session, target)) => {
            work.allow_writing().await?;
            if asked.request.scope.contains(scope::OFFLINE_ACCESS) {
                // What outlives the session must not outlive a new password that is being set at this moment.
                let standing = store::account::hold(work.tx(), &session.sub).await?;
                if !standing.is_some_and(|standing| standing.honours(session.auth_time)) {
                    return Err(Refusal::Conflict("signed_out").into());
                }
            }
            let (grant, code) = issue(work, &asked, &session).await?;
            let answer = answer::granted(work, visit, &asked, &grant, code, &target).await?;
            answer::send(work, &asked.identified, &answer, true).await
        }
        // Whoever saw a page of ours knows where they are going.
        Err(error) if asked.waiting.is_some() => {
            answer::send(work, &asked.identified, &Answer::Error(error), true).await
        }
        Err(error) => answer::refuse(work, visit, &asked.identified, error).await,
    }
}

/// The page shows what the request asks for; nothing of it is sent to the browser and back.
async fn wait(work: &mut Work, visit: Visit<'_>, asked: Asked) -> Result<AuthorizationRequestId> {
    if let Some(waiting) = asked.waiting {
        return Ok(waiting.id);
    }
    work.allow_writing().await?;
    let waiting = Waiting {
        id: work.new_id(),
        client_id: asked.identified.client.id.clone(),
        parameters: asked.params.to_form(),
        asked_at: asked.asked_at,
        expires_at: asked.asked_at.plus(work.app().config.token.request),
        consented_by: None,
        pushed: asked.pushed,
    };
    store::oidc::authorization_request::insert(work.tx(), &waiting, visit.browser_hash).await?;
    Ok(waiting.id)
}

/// The sign-in that is needed.
#[derive(Clone, Copy, Default)]
struct Wish {
    again: bool,
    create: bool,
    wanted: WantedAcr,
}

async fn sign_in(work: &mut Work, visit: Visit<'_>, asked: Asked, wish: Wish) -> Result<Outcome> {
    let client = Arc::clone(&asked.identified.client);
    let (login_hint, ui_locale) = (asked.request.login_hint.clone(), asked.request.ui_locale);
    let unverified = client.is_unverified().then(|| asked.identified.redirect_uri().named());
    let id = wait(work, visit, asked).await?;
    work.allow_writing().await?;
    let begin = Begin {
        browser_hash: visit.browser_hash,
        continue_to: path(&format!("/authorize/{id}")),
        asked_by: Some(AskingClient {
            unverified,
            ..shown(&client, ui_locale.unwrap_or(visit.locale), &format!("/authorize/{id}/cancel"))
        }),
        login_hint,
        reauthenticate: wish.again,
        wanted: wanted(wish.wanted),
    };
    let attempt = service::auth::start::begin(work, begin).await?;
    Ok(Outcome::SignIn { attempt, create: wish.create, ui_locale })
}

/// Write down the grant and, where one is asked for, the code that carries it. The grant is its own record: who, to
/// whom, what and when.
async fn issue(work: &mut Work, asked: &Asked, session: &Session) -> Result<(Grant, Option<Secret>)> {
    let (request, client, now) = (&asked.request, &asked.identified.client, work.now());
    let grant = Grant {
        id: work.new_id(),
        sub: session.sub.clone(),
        known_as: asked.known_as.clone(),
        client: client.id.clone(),
        scope: request.scope.clone(),
        claims: request.claims.clone(),
        claims_locales: request.claims_locales.clone(),
        resource: request.resource.clone(),
        authorization_details: request.authorization_details.clone(),
        session: Some(session.id.clone()),
        outlives_session: request.scope.contains(scope::OFFLINE_ACCESS),
        auth_time: session.auth_time,
        acr: session.acr.value().to_owned(),
        amr: session.amr.values().into_iter().map(str::to_owned).collect(),
        wants_auth_time: request.max_age.is_some()
            || request.claims.wants_auth_time()
            || client.metadata.require_auth_time,
        confirmation: None,
        act: None,
        created_at: now,
        revoked_at: None,
    };
    store::oidc::grant::insert(work.tx(), &grant).await?;
    logout::join(work, client, &session.id, grant.name()).await?;
    if !request.response_type.code {
        return Ok((grant, None));
    }
    let code = Secret::new(work.random().token());
    let issued = IssuedCode {
        grant: grant.id.clone(),
        bound: BoundCode {
            client: client.id.clone(),
            redirect_uri: request.redirect_uri.to_string(),
            challenge: request.code_challenge.clone(),
            dpop_jkt: request.dpop_jkt.clone(),
            expires_at: now.plus(work.app().config.token.code),
        },
        nonce: request.nonce.clone(),
        consumed_at: None,
    };
    store::oidc::code::insert(work.tx(), &fingerprint(code.expose()), &issued, now).await?;
    Ok((grant, Some(code)))
}

/// The part of a scope that this person can give. The management API is for staff: others are not even asked whether
/// they allow it.
pub(super) async fn open_to(work: &mut Work, sub: &Subject, scope: &Scope) -> Result<Scope> {
    let is_for_staff = scope.contains(scope::MANAGEMENT);
    if is_for_staff && store::admin::staff_role::of(work.tx(), sub).await?.is_empty() {
        return Ok(scope.without(&Scope::of([scope::MANAGEMENT])));
    }
    Ok(scope.clone())
}

/// The part of what was granted that this person can still give: a role may have been taken away since.
pub(super) async fn still_open_to(work: &mut Work, sub: &Subject, granted: &Scope) -> Result<Scope, Failure> {
    let open = open_to(work, sub, granted).await?;
    if open.is_empty() && !granted.is_empty() {
        return Err(OAuthError::invalid_grant("the person can no longer give what was granted").into());
    }
    Ok(open)
}

/// Whom the client expects. The hint must be an ID token of ours for this client.
pub(super) fn expected_subject(
    work: &Work,
    request: &AuthorizationRequest,
    client: &Client,
) -> Result<Option<String>, OAuthError> {
    let Some(token) = &request.id_token_hint else { return Ok(None) };
    let app = work.app();
    let hint = IdTokenHint::decode(token, app.keys.ring().all(), &app.server.issuer)
        .map_err(|_| OAuthError::invalid_request("id_token_hint is not an ID token of this server"))?;
    id_token_hint::expected_subject(&hint, client).map(Some)
}

fn signed_in(work: &Work, client: &Client, asked: &Asked, session: &Session) -> SignedIn {
    SignedIn {
        sub: client.subject(&work.app().pairwise, asked.known_as.as_ref().unwrap_or(&session.sub)),
        auth_time: session.auth_time,
        acr: Acr::from_text(session.acr.value()).unwrap_or(Acr::Aal1),
        renewed_at: session.renewed_at,
    }
}

/// What the client wants, as the sign-in knows it.
fn wanted(by: WantedAcr) -> Wanted {
    let class = |acr: Option<Acr>| {
        let known = acr.and_then(|acr| auth::Acr::from_value(acr.as_str()));
        known.unwrap_or(auth::Acr::Aal1)
    };
    Wanted { must: class(by.essential), wish: class(by.voluntary) }
}

/// Whether the person who is signed in consented to this very request.
fn consented(asked: &Asked, sub: Option<&Subject>) -> bool {
    let by = asked.waiting.as_ref().and_then(|waiting| waiting.consented_by.as_ref());
    by.is_some() && by == sub
}

/// What the sign-in pages show about the client: its links in the language in which they begin.
pub(super) fn shown(client: &Client, locale: Locale, cancel_to: &str) -> AskingClient {
    let metadata = &client.metadata;
    let link = |links: &Localized| links.get(locale).map(str::to_owned);
    AskingClient {
        name_ja: client.name(Locale::Ja).to_owned(),
        name_en: client.name(Locale::En).to_owned(),
        logo_uri: link(&metadata.logo_uri),
        client_uri: link(&metadata.client_uri),
        policy_uri: link(&metadata.policy_uri),
        tos_uri: link(&metadata.tos_uri),
        unverified: None,
        cancel_to: OwnPath::parse(cancel_to),
    }
}

fn path(text: &str) -> OwnPath {
    // Our own paths with our own identifiers are always paths.
    OwnPath::parse(text).unwrap_or_else(OwnPath::my_page)
}
