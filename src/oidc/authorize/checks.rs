//! From parameters to a checked request, and what must fit together. Errors from here go to the client.

use super::{AuthorizationRequest, Identified};
use crate::base::Locale;
use crate::base::digest::from_base64url;
use crate::oidc::acr::Acr;
use crate::oidc::audience::{Resource, Resources};
use crate::oidc::authorization_details::AuthorizationDetails;
use crate::oidc::claims_locales::ClaimsLocales;
use crate::oidc::claims_request::ClaimsRequest;
use crate::oidc::error::OAuthError;
use crate::oidc::params::Params;
use crate::oidc::pkce::CodeChallenge;
use crate::oidc::prompt::Prompt;
use crate::oidc::response_type::ResponseType;
use crate::oidc::scope::{self, Scope};
use crate::oidc::server::Server;

/// Longest `nonce`; the FAPI suite sends 384 characters.
const LONGEST_NONCE: usize = 1024;
/// Longest `login_hint`: an e-mail address has at most 254 characters.
const LONGEST_LOGIN_HINT: usize = 320;

type BeforeReading = fn(&Params) -> Result<(), OAuthError>;
type AfterReading = fn(&AuthorizationRequest, &Identified, &Server) -> Result<(), OAuthError>;

/// What is wrong whatever the values mean.
const BEFORE_READING: &[BeforeReading] = &[Params::refuse_repeated, no_dynamic_registration];

/// What must fit together once every value is understood.
const AFTER_READING: &[AfterReading] = &[
    response_type,
    response_mode,
    scope_left,
    front_channel_id_token,
    details_by_code,
    key_by_code,
    required_pkce,
    reachable_acr,
];

/// Read and check the parameters of an identified request.
pub fn read(
    params: &Params,
    identified: &Identified,
    server: &Server,
    resources: &Resources,
) -> Result<AuthorizationRequest, OAuthError> {
    BEFORE_READING.iter().try_for_each(|check| check(params))?;
    let client = &identified.client;
    let response_type = ResponseType::parse(params.get("response_type"))?;
    let mut scope = client.allowed(&Scope::parse(params.get("scope").unwrap_or_default())?, resources);
    // Nothing but a code leads to a refresh token (OpenID Connect Core §11).
    if !response_type.code {
        scope = scope.without(&Scope::of([scope::OFFLINE_ACCESS]));
    }
    let mut claims = ClaimsRequest::parse(params.get("claims"))?;
    // A name is no way around the registered scope.
    claims.retain(|name| scope::of_claim(name).is_none_or(|scope| client.metadata.scope.contains(scope)));
    let request = AuthorizationRequest {
        redirect_uri: identified.redirect_uri().clone(),
        response_type,
        scope,
        nonce: limited(params, "nonce", LONGEST_NONCE)?,
        code_challenge: CodeChallenge::parse(params.get("code_challenge"), params.get("code_challenge_method"))?,
        prompt: Prompt::parse(params.get("prompt"))?,
        max_age: max_age(params)?.or(client.metadata.default_max_age),
        id_token_hint: params.get("id_token_hint").map(str::to_owned),
        login_hint: params.get("login_hint").filter(|hint| hint.len() <= LONGEST_LOGIN_HINT).map(str::to_owned),
        ui_locale: params.get("ui_locales").and_then(Locale::from_preference),
        acr_values: match params.get("acr_values") {
            Some(values) => reachable(&Acr::list(Some(values)), server),
            None => reachable(&client.metadata.default_acr_values, server),
        },
        claims,
        claims_locales: ClaimsLocales::parse(params.get("claims_locales")),
        resource: known_resources(params, resources)?,
        dpop_jkt: dpop_jkt(params)?,
        authorization_details: AuthorizationDetails::asked(
            params.get("authorization_details"),
            client,
            &Resource::Registry.uri(&server.issuer),
        )?,
    };
    AFTER_READING.iter().try_for_each(|check| check(&request, identified, server))?;
    Ok(request)
}

fn no_dynamic_registration(params: &Params) -> Result<(), OAuthError> {
    match params.get("registration") {
        Some(_) => Err(OAuthError::invalid_request("the registration parameter is not supported")),
        None => Ok(()),
    }
}

/// A front channel that the installation does not have is unsupported; one that others have is not this client's.
fn response_type(request: &AuthorizationRequest, by: &Identified, server: &Server) -> Result<(), OAuthError> {
    if request.response_type != ResponseType::CODE && !server.compatible_clients {
        return Err(OAuthError::unsupported_response_type("only response_type code is supported"));
    }
    by.client.may_answer(request.response_type)?;
    // A key cannot be proven through the browser, and a token that is bound to nothing must not reach this client.
    if request.response_type.token && by.client.metadata.binding.is_required() {
        return Err(OAuthError::unauthorized_client("the access tokens of this client are always bound to a key"));
    }
    Ok(())
}

fn response_mode(_: &AuthorizationRequest, by: &Identified, _: &Server) -> Result<(), OAuthError> {
    by.check_response_mode()
}

/// Unknown words are ignored, but a request must not end with nothing to allow. Details alone are something
/// (RFC 9396 §3).
fn scope_left(request: &AuthorizationRequest, _: &Identified, _: &Server) -> Result<(), OAuthError> {
    if request.asks_for_nothing() {
        return Err(OAuthError::invalid_scope("scope names nothing that this client may ask for"));
    }
    Ok(())
}

/// [OpenID Connect Core §3.2.2.1](https://openid.net/specs/openid-connect-core-1_0.html#ImplicitAuthRequest): an ID
/// token that comes through the browser is told from an older one by its `nonce`.
fn front_channel_id_token(request: &AuthorizationRequest, _: &Identified, _: &Server) -> Result<(), OAuthError> {
    if !request.response_type.id_token {
        return Ok(());
    }
    if !request.scope.contains(scope::OPENID) {
        return Err(OAuthError::invalid_scope("scope must contain openid for an ID token"));
    }
    match request.nonce {
        Some(_) => Ok(()),
        None => Err(OAuthError::invalid_request("nonce is missing")),
    }
}

/// [RFC 9396 §7](https://www.rfc-editor.org/rfc/rfc9396#section-7): what was granted is said in the token response, so
/// a token that comes without one cannot carry details.
fn details_by_code(request: &AuthorizationRequest, _: &Identified, _: &Server) -> Result<(), OAuthError> {
    let by_code = request.response_type.code && !request.response_type.token;
    if by_code || request.authorization_details.is_empty() {
        return Ok(());
    }
    Err(OAuthError::invalid_request("authorization_details need a code, and no token beside it"))
}

/// [RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10): the key binds a code. A token that comes through
/// the browser would be bound to nothing, and whoever names a key counts on it.
fn key_by_code(request: &AuthorizationRequest, _: &Identified, _: &Server) -> Result<(), OAuthError> {
    if request.dpop_jkt.is_some() && request.response_type.token {
        return Err(OAuthError::invalid_request("dpop_jkt binds a code, and no token can come beside it"));
    }
    Ok(())
}

/// [RFC 9700 §2.1.1](https://www.rfc-editor.org/rfc/rfc9700#section-2.1.1)
fn required_pkce(request: &AuthorizationRequest, by: &Identified, _: &Server) -> Result<(), OAuthError> {
    if request.response_type.code && by.client.metadata.must_use_pkce() && request.code_challenge.is_none() {
        return Err(OAuthError::invalid_request("code_challenge is missing; this client must use PKCE"));
    }
    Ok(())
}

/// [OpenID Connect Core §5.5.1.1](https://openid.net/specs/openid-connect-core-1_0.html#acrSemantics): an essential
/// level that no sign-in here reaches fails now instead of after a sign-in in vain.
fn reachable_acr(request: &AuthorizationRequest, _: &Identified, server: &Server) -> Result<(), OAuthError> {
    match request.claims.essential_acr() {
        None => Ok(()),
        Some(Some(acr)) if server.reaches(acr) => Ok(()),
        Some(_) => Err(OAuthError::unmet_authentication_requirements("the requested acr cannot be reached here")),
    }
}

/// The wish for a level that no sign-in here reaches is passed over, as one for an unknown level.
fn reachable(wished: &[Acr], server: &Server) -> Vec<Acr> {
    wished.iter().copied().filter(|acr| server.reaches(*acr)).collect()
}

/// [RFC 8707 §2](https://www.rfc-editor.org/rfc/rfc8707#section-2)
fn known_resources(params: &Params, resources: &Resources) -> Result<Vec<String>, OAuthError> {
    if params.resources().all(|resource| resources.has(resource)) {
        Ok(params.resources().map(str::to_owned).collect())
    } else {
        Err(OAuthError::invalid_target("resource is not one that tokens of this server are for"))
    }
}

fn limited(params: &Params, name: &'static str, longest: usize) -> Result<Option<String>, OAuthError> {
    match params.get(name) {
        Some(text) if text.len() > longest => Err(OAuthError::invalid_request(format!("{name} is too long"))),
        text => Ok(text.map(str::to_owned)),
    }
}

/// [RFC 9449 §10](https://www.rfc-editor.org/rfc/rfc9449#section-10): the thumbprint of the key that the exchange of
/// the code must prove.
fn dpop_jkt(params: &Params) -> Result<Option<String>, OAuthError> {
    let Some(text) = params.get("dpop_jkt") else { return Ok(None) };
    match from_base64url(text) {
        Some(hash) if hash.len() == 32 => Ok(Some(text.to_owned())),
        _ => Err(OAuthError::invalid_request("dpop_jkt is not a SHA-256 thumbprint in base64url")),
    }
}

fn max_age(params: &Params) -> Result<Option<u32>, OAuthError> {
    let Some(text) = params.get("max_age") else { return Ok(None) };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match text.parse() {
        Ok(seconds) if digits => Ok(Some(seconds)),
        _ => Err(OAuthError::invalid_request("max_age is not a number of seconds")),
    }
}
