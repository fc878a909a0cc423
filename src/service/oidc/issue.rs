//! Tokens made and signed. Nothing is stored here: an access token leaves no row.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::person;
use crate::app::{App, Work};
use crate::base::id::ClientId;
use crate::base::secret::Secret;
use crate::base::{Result, Timestamp};
use crate::oidc::access_token::{self, AccessTokenClaims, jti_of_grant};
use crate::oidc::authorize::Granted;
use crate::oidc::authorize::response::FrontChannelToken;
use crate::oidc::claims::Wanted;
use crate::oidc::client::Client;
use crate::oidc::confirmation::Confirmation;
use crate::oidc::grant::Grant;
use crate::oidc::id_token::IdTokenClaims;
use crate::oidc::response_type::ResponseType;
use crate::oidc::scope::Scope;
use crate::oidc::token::TokenResponse;

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
    /// The token that this one is exchanged for, where there is one.
    pub origin: Option<Origin<'a>>,
    /// The moment of issue.
    pub now: Timestamp,
}

/// A token that another one comes from.
pub struct Origin<'a> {
    /// Its name, which stands in that of the new one: taking it back takes back what came of it.
    pub jti: &'a str,
    /// When the new one ends at the latest.
    pub ends_by: Timestamp,
}

impl ForPerson<'_> {
    /// When the access token ends.
    fn ends_at(&self, app: &App) -> Timestamp {
        let usual = self.now.plus(app.config.token.access);
        self.origin.as_ref().map_or(usual, |origin| usual.min(origin.ends_by))
    }

    /// The name of the access token.
    fn jti(&self, app: &App) -> String {
        match &self.origin {
            None => jti_of_grant(&self.grant.id, &app.random.id()),
            Some(origin) => format!("{}.{}", origin.jti, app.random.id()),
        }
    }
}

/// What an ID token comes beside in the same answer: it carries their hashes, so that nobody can exchange them.
#[derive(Clone, Copy, Default)]
struct Beside<'a> {
    access_token: Option<&'a str>,
    code: Option<&'a str>,
    state: Option<&'a str>,
}

/// Sign the tokens of a grant.
pub fn for_person(app: &Arc<App>, issue: ForPerson<'_>) -> Result<TokenResponse> {
    let access_token = access_token(app, &issue)?;
    let beside = Beside { access_token: Some(&access_token), ..Beside::default() };
    // Nobody signed in at a client that acts for somebody.
    let is_signed_in = issue.scope.contains(crate::oidc::scope::OPENID) && issue.grant.act.is_none();
    Ok(TokenResponse {
        id_token: if is_signed_in { Some(id_token(app, &issue, beside)?) } else { None },
        access_token: Secret::new(access_token),
        token_type: token_type(issue.confirmation),
        expires_in: issue.ends_at(app).since(issue.now).as_secs(),
        scope: issue.scope.to_string(),
        authorization_details: details(&issue),
        refresh_token: issue.refresh_token,
        issued_token_type: None,
    })
}

/// Sign the tokens that a grant gives out through the browser, beside the code where there is one.
/// [OpenID Connect Core §3.3.2](https://openid.net/specs/openid-connect-core-1_0.html#HybridAuthorizationEndpoint)
pub fn for_front_channel(
    app: &Arc<App>,
    issue: &ForPerson<'_>,
    response_type: ResponseType,
    code: Option<Secret>,
    state: Option<&str>,
) -> Result<Granted> {
    let access_token = if response_type.token { Some(access_token(app, issue)?) } else { None };
    let id_token = if response_type.id_token {
        let beside = Beside { access_token: access_token.as_deref(), code: code.as_ref().map(Secret::expose), state };
        Some(id_token(app, issue, beside)?)
    } else {
        None
    };
    let access_token = access_token.map(|token| FrontChannelToken {
        value: Secret::new(token),
        token_type: token_type(None),
        expires_in: app.config.token.access.as_secs(),
        scope: issue.scope.to_string(),
    });
    Ok(Granted { code, access_token, id_token, ..Granted::default() })
}

/// What was granted in detail, as far as it concerns the audience.
fn details(issue: &ForPerson<'_>) -> Vec<Value> {
    issue.grant.authorization_details.for_audience(issue.audience).to_values()
}

fn access_token(app: &Arc<App>, issue: &ForPerson<'_>) -> Result<String> {
    let (grant, now) = (issue.grant, issue.now);
    AccessTokenClaims {
        iss: &app.server.issuer,
        sub: &issue.client.subject(&app.pairwise, grant.name()),
        aud: issue.audience,
        exp: issue.ends_at(app),
        iat: now,
        jti: &issue.jti(app),
        client_id: issue.client.id.as_ref(),
        scope: &issue.scope.to_string(),
        auth_time: Some(grant.auth_time),
        acr: Some(&grant.acr),
        cnf: issue.confirmation,
        act: grant.act.as_ref(),
        authorization_details: &details(issue),
    }
    .sign(app.keys.ring().signing(access_token::ALGORITHM, now)?)
}

fn id_token(app: &Arc<App>, issue: &ForPerson<'_>, beside: Beside<'_>) -> Result<Secret> {
    let (grant, now) = (issue.grant, issue.now);
    let algorithm = issue.client.metadata.id_token_signed_response_alg;
    let amr: Vec<&str> = grant.amr.iter().map(String::as_str).collect();
    let [at_hash, c_hash, s_hash] = [beside.access_token, beside.code, beside.state]
        .map(|neighbour| neighbour.map(|value| algorithm.half_hash(value)));
    let claims = IdTokenClaims {
        iss: &app.server.issuer,
        sub: &issue.client.subject(&app.pairwise, grant.name()),
        aud: issue.client.id.as_ref(),
        exp: now.plus(app.config.token.id),
        iat: now,
        auth_time: Some(grant.auth_time),
        nonce: issue.nonce,
        acr: Some(&grant.acr),
        amr: &amr,
        at_hash: at_hash.as_deref(),
        c_hash: c_hash.as_deref(),
        s_hash: s_hash.as_deref(),
        sid: grant.session.as_ref().map(AsRef::as_ref),
        requested: &issue.requested,
    };
    claims.sign(app.keys.ring().signing(algorithm, now)?).map(Secret::new)
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
        authorization_details: Vec::new(),
        id_token: None,
        refresh_token: None,
        issued_token_type: None,
    })
}

fn token_type(confirmation: Option<&Confirmation>) -> &'static str {
    confirmation.map_or("Bearer", Confirmation::token_type)
}

/// The claims that a grant asked for by name in the ID token.
pub async fn requested(work: &mut Work, grant: &Grant) -> Result<Map<String, Value>> {
    let wanted = Wanted { scope: None, by_name: &grant.claims.id_token, locales: &grant.claims_locales };
    person::of_account(work, &grant.sub, wanted).await
}
