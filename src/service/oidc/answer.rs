//! The end of an authorization request: what is given out through the browser, and the answer on its way to the client.
//!
//! # Decisions
//! - Everything is committed before anything is signed, as at the token endpoint. Should signing fail, the request is
//!   used up and the client asks anew.
//! - Where a response is signed, [`signed`] is the one place that makes the JWT which the browser carries.

use std::sync::Arc;

use super::authorize::{Asked, Outcome};
use super::issue::{self, ForPerson};
use super::person;
use super::sealed;
use crate::app::{App, Work};
use crate::base::secret::Secret;
use crate::base::{Result, Timestamp};
use crate::oidc::OAuthError;
use crate::oidc::audience::{Reach, Resources, Target};
use crate::oidc::authorize::{Answer, AuthorizationRequest, Granted, Identified, Response, jarm, leaving};
use crate::oidc::claims::Wanted;
use crate::oidc::client::{Client, Sealed};
use crate::oidc::grant::Grant;
use crate::oidc::logout::session_management;
use crate::oidc::scope;
use crate::service;
use crate::service::auth::Visit;

/// Whom an access token that the authorization endpoint gives out is for; nobody where it gives out none.
pub(super) fn target(resources: &Resources, request: &AuthorizationRequest) -> Result<Target, OAuthError> {
    if !request.response_type.token {
        return Ok(Target { audience: Vec::new(), scope: request.scope.clone() });
    }
    let named = request.resource.iter().map(String::as_str);
    resources.target(&request.scope, resources.audience(Reach::of_scope(&request.scope), named)?)
}

/// Everything that was asked for: the code, and the tokens that come beside it or instead of it.
pub(super) async fn granted(
    work: &mut Work,
    visit: Visit<'_>,
    asked: &Asked,
    grant: &Grant,
    code: Option<Secret>,
    target: &Target,
) -> Result<Answer> {
    let (request, client) = (&asked.request, &asked.identified.client);
    let response_type = request.response_type;
    let session_state = session_state(work.app(), visit, asked);
    if !response_type.is_front_channel() {
        return Ok(Answer::Granted(Granted { code, session_state, ..Granted::default() }));
    }
    // Where no access token is issued, nothing else leads to the claims of the scope (OpenID Connect Core §5.4).
    let leads_to_userinfo = response_type.token || response_type.code;
    let scope = (!leads_to_userinfo).then_some(&grant.scope);
    let wanted = Wanted { scope, by_name: &grant.claims.id_token, locales: &grant.claims_locales };
    let requested = if response_type.id_token {
        person::claims(work, client, &grant.sub, wanted).await?
    } else {
        serde_json::Map::new()
    };
    let envelope = match sealed::envelope(work, client, Sealed::IdToken).await? {
        Ok(envelope) => envelope,
        // The code and the grant that were written carry nobody anywhere.
        Err(error) => return Ok(Answer::Error(error)),
    };
    work.settle().await?;
    let issue = ForPerson {
        client,
        grant,
        scope: &target.scope,
        audience: &target.audience,
        confirmation: None,
        nonce: request.nonce.as_deref(),
        refresh_token: None,
        requested,
        origin: None,
        now: work.now(),
    };
    let state = asked.identified.state();
    let granted = issue::for_front_channel(work.app(), &issue, response_type, code, state)?;
    let id_token = granted.id_token.map(|token| envelope.seal(work.app(), token.expose().to_owned())).transpose()?;
    Ok(Answer::Granted(Granted { session_state, id_token: id_token.map(Secret::new), ..granted }))
}

/// What the client's page can ask our frame with, where there is one.
fn session_state(app: &App, visit: Visit<'_>, asked: &Asked) -> Option<String> {
    if !app.server.session_management || !asked.request.scope.contains(scope::OPENID) {
        return None;
    }
    let browser = session_management::browser_state(visit.session.map(Secret::expose));
    let (client, uri) = (&asked.identified.client.id, asked.identified.redirect_uri());
    session_management::session_state(client.as_ref(), uri.as_str(), &browser, &app.random.id())
}

/// Send an answer to the client that asked.
pub(super) async fn send(
    work: &mut Work,
    identified: &Identified,
    answer: &Answer,
    somebody_is_there: bool,
) -> Result<Outcome> {
    let response = identified.respond(answer);
    let app = Arc::clone(work.app());
    let delivery = if response.is_signed() {
        let envelope = sealed::envelope(work, &identified.client, Sealed::AuthorizationResponse).await?;
        work.settle().await?;
        match envelope {
            Ok(envelope) => {
                let jwt = signed(&app, &identified.client, &response, work.now())?;
                response.deliver_signed(envelope.seal(&app, jwt)?)
            }
            // What was asked for is not told; that it cannot be told is, signed only.
            Err(error) => {
                let response = identified.respond(&Answer::Error(error));
                let jwt = signed(&app, &identified.client, &response, work.now())?;
                response.deliver_signed(jwt)
            }
        }
    } else {
        response.deliver(&app.server.issuer)
    };
    if leaving::is_named_first(identified.client.is_unverified(), somebody_is_there) {
        let host = identified.redirect_uri().named();
        return Ok(Outcome::Leaving { delivery, host });
    }
    Ok(Outcome::Answer(delivery))
}

/// Send an error to the client that asked.
pub(super) async fn refuse(
    work: &mut Work,
    visit: Visit<'_>,
    identified: &Identified,
    error: OAuthError,
) -> Result<Outcome> {
    let session = match visit.session {
        Some(cookie) => service::auth::session::current(work, cookie).await?,
        None => None,
    };
    send(work, identified, &Answer::Error(error), session.is_some()).await
}

/// The response as the client registered to have it.
fn signed(app: &App, client: &Client, response: &Response, now: Timestamp) -> Result<String> {
    let ring = app.keys.ring();
    let key = ring.signing(client.metadata.response.signed_response_alg, now)?;
    jarm::signed(response, &app.server.issuer, &client.id, now, key)
}
