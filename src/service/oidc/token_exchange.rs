//! Exchanging a token for one by which another client acts for the same person, and saying which clients may.
//! RFC 8693.
//!
//! # Decisions
//! - The new token hangs on the very grant of the old one, so there is nothing to keep in step: what ends the grant, its
//!   session or its account ends every token of an exchange in the same instant, on every instance. Its name begins with
//!   that of the old one, so that it also goes when that one token is taken back.

use std::sync::Arc;

use super::bearer::{self, Of};
use super::failure::Failure;
use super::issue::{self, ForPerson, Origin};
use super::resource_server;
use super::token::{Asker, Outcome};
use crate::app::Work;
use crate::base::id::ClientId;
use crate::base::secret::Secret;
use crate::base::{Error, Refusal, Result};
use crate::domain::event::Event;
use crate::oidc::access_token::AccessToken;
use crate::oidc::authorization_details::AuthorizationDetails;
use crate::oidc::claims_locales::ClaimsLocales;
use crate::oidc::claims_request::ClaimsRequest;
use crate::oidc::client::GrantType;
use crate::oidc::error::{ErrorCode, OAuthError};
use crate::oidc::grant::Grant;
use crate::oidc::scope::Scope;
use crate::oidc::token_exchange::{Facts, Policy, PolicyId, TokenExchangeRequest, check_policy, decide};
use crate::store;
use crate::store::oidc::held_grant::HeldGrant;
use crate::store::oidc::token_exchange_policy;

/// Answer a request for an exchange.
pub(super) async fn exchange(
    work: &mut Work,
    asker: &Asker<'_>,
    request: &TokenExchangeRequest,
) -> Result<Outcome, Failure> {
    let client = asker.client;
    if client.is_public() {
        return Err(OAuthError::unauthorized_client("a public client cannot act for anybody").into());
    }
    let (subject, held) = person(work, &request.subject_token).await?;
    let actor = match &request.actor_token {
        Some(token) => Some(counting(work, token, "actor_token").await?.0),
        None => None,
    };
    let policy = token_exchange_policy::find(work.tx(), &subject.client, &client.id).await?;
    let targets = request.targets.iter().chain(policy.iter().flat_map(|policy| &policy.audience));
    let resources = resource_server::concerned(work, &subject.scope, targets.map(String::as_str)).await?;
    let exchanged = decide(&Facts {
        request,
        client,
        subject: &subject,
        actor: actor.as_deref(),
        policy: policy.as_ref(),
        resources: &resources,
    })?;
    let event = Event::new("token.exchanged").about("grant", &held.grant.id).of(&held.grant.sub);
    work.record(
        event
            .change("client", Some(subject.client.as_ref()), Some(client.id.as_ref()))
            .change("scope", Some(&subject.scope.to_string()), Some(&exchanged.scope.to_string()))
            .change("act", None, Some(&exchanged.act.to_string())),
    );
    // The grant as the new token shows it; nothing of this is stored.
    let known_as = store::oidc::former_subject::find(work.tx(), &held.grant.sub, &client.id).await?;
    let grant = Grant {
        known_as,
        client: client.id.clone(),
        scope: exchanged.scope.clone(),
        claims: ClaimsRequest::default(),
        claims_locales: ClaimsLocales::default(),
        authorization_details: AuthorizationDetails::default(),
        act: Some(exchanged.act),
        ..held.grant
    };
    let now = work.now();
    work.settle().await?;
    let issue = ForPerson {
        client,
        grant: &grant,
        scope: &exchanged.scope,
        audience: &exchanged.audience,
        confirmation: asker.bound_to.as_ref(),
        nonce: None,
        refresh_token: None,
        requested: serde_json::Map::new(),
        origin: Some(Origin { jti: &subject.jti, ends_by: exchanged.ends_by }),
        now,
    };
    let mut response = issue::for_person(work.app(), issue)?;
    response.issued_token_type = Some(request.requested.as_str());
    Ok(Outcome::Issued(response))
}

/// An access token of this server that counts, and the grant that it hangs on.
async fn person(work: &mut Work, token: &Secret) -> Result<(Arc<AccessToken>, HeldGrant), Failure> {
    match counting(work, token, "subject_token").await? {
        (token, Of::Person(held)) => Ok((token, *held)),
        (_, Of::Client) => {
            Err(OAuthError::invalid_request("subject_token is a client's own and stands for nobody").into())
        }
    }
}

async fn counting(work: &mut Work, token: &Secret, name: &str) -> Result<(Arc<AccessToken>, Of), Failure> {
    let app = Arc::clone(work.app());
    let refused = || OAuthError::invalid_request(format!("{name} is not a token of this server that counts"));
    let token = app.tokens.access_token(token.expose(), app.keys.ring().all(), &app.server.issuer);
    let token = token.map_err(|_| refused())?;
    let of = bearer::standing(work, &token).await?.ok_or_else(refused)?;
    Ok((token, of))
}

/// Let one client act for the people of another, this far and no further.
pub async fn allow(
    work: &mut Work,
    subject_client: &ClientId,
    acting_client: &ClientId,
    scope: &str,
    audience: Vec<String>,
) -> Result<Policy> {
    let refused = |error: OAuthError| match error.code {
        ErrorCode::InvalidTarget => Error::invalid("audience", error.description().to_owned()),
        _ => Error::invalid("scope", error.description().to_owned()),
    };
    let scope = Scope::parse(scope).map_err(refused)?;
    let resources = resource_server::all(work).await?;
    check_policy(&scope, &audience, &resources).map_err(refused)?;
    let unknown = |field: &'static str| Error::invalid(field, "there is no such client");
    let subject = store::oidc::client::find(work.tx(), subject_client).await?;
    subject.ok_or_else(|| unknown("subject_client"))?;
    let acting = store::oidc::client::find(work.tx(), acting_client).await?;
    let acting = acting.ok_or_else(|| unknown("acting_client"))?.client;
    if !acting.metadata.grant_types.contains(&GrantType::TokenExchange) {
        let sentence = format!("{acting_client} is not registered for the token-exchange grant");
        return Err(Error::invalid("acting_client", sentence));
    }
    let before = token_exchange_policy::find(work.tx(), subject_client, acting_client).await?;
    let now = work.now();
    let policy = Policy {
        id: before.as_ref().map_or_else(|| work.new_id(), |before| before.id.clone()),
        subject_client: subject_client.clone(),
        acting_client: acting_client.clone(),
        scope,
        audience,
        created_at: before.as_ref().map_or(now, |before| before.created_at),
        updated_at: now,
    };
    token_exchange_policy::put(work.tx(), &policy).await?;
    let terms = |policy: &Policy| (policy.scope.to_string(), policy.audience.join(" "));
    let (was, is) = (before.as_ref().map(terms), terms(&policy));
    work.record(
        about(Event::new("token_exchange.allowed"), &policy)
            .change("scope", was.as_ref().map(|was| was.0.as_str()), Some(&is.0))
            .change("audience", was.as_ref().map(|was| was.1.as_str()), Some(&is.1)),
    );
    Ok(policy)
}

/// It may no longer. What was exchanged before ends by itself within the life of an access token.
pub async fn deny(work: &mut Work, id: &PolicyId) -> Result<()> {
    let policy = token_exchange_policy::find_by_id(work.tx(), id).await?.ok_or(Refusal::NotFound)?;
    if !token_exchange_policy::delete(work.tx(), id).await? {
        return Err(Refusal::NotFound.into());
    }
    work.record(about(Event::new("token_exchange.denied"), &policy).change(
        "scope",
        Some(&policy.scope.to_string()),
        None,
    ));
    Ok(())
}

/// Who may act for whose people.
pub async fn list(work: &mut Work) -> Result<Vec<Policy>> {
    store::oidc::token_exchange_policy::list(work.tx()).await
}

fn about(event: Event, policy: &Policy) -> Event {
    event
        .about("token_exchange_policy", &policy.id)
        .change("subject_client", None, Some(policy.subject_client.as_ref()))
        .change("acting_client", None, Some(policy.acting_client.as_ref()))
}
