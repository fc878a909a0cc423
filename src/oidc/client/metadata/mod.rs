//! Client metadata as JSON. RFC 7591 §2, OpenID Connect Dynamic Client Registration §2,
//! RP-Initiated Logout §3.1, with members of our own under `hosho_`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

pub mod authentication;
pub mod binding;
pub mod certificate_name;
pub mod ciba;
pub mod encryption;
pub mod keys;
pub mod logout;
pub mod request;
pub mod response;
pub mod targets;

pub use authentication::Authentication;
pub use binding::Binding;
pub use certificate_name::CertificateName;
pub use ciba::{CibaMetadata, DeliveryMode};
pub use encryption::{Encryption, EncryptionMetadata, Sealed};
pub use keys::KeySource;
pub use logout::LogoutUris;
pub use request::RequestMetadata;
pub use response::ResponseMetadata;
pub use targets::Targets;

use super::localized::Localized;
use super::member::{Members, wrong};
use super::profile::{Pkce, Profile};
use super::redirect_uri::RedirectUri;
use super::words::{ApplicationType, AuthMethod, GrantType};
use crate::base::url::is_showable_link;
use crate::jose::Algorithm;
use crate::oidc::acr::Acr;
use crate::oidc::error::OAuthError;
use crate::oidc::response_type::ResponseType;
use crate::oidc::scope::{self, Scope};
use crate::oidc::subject::SubjectType;

/// Longest document.
const LONGEST: usize = 64 * 1024;

/// What was registered about a client, each member with its default filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientMetadata {
    /// Name shown to people.
    pub client_name: Localized,
    /// Home page.
    pub client_uri: Localized,
    /// Picture.
    pub logo_uri: Localized,
    /// Privacy policy.
    pub policy_uri: Localized,
    /// Terms of service.
    pub tos_uri: Localized,
    /// Addresses of those responsible.
    pub contacts: Vec<String>,
    /// Where the application runs.
    pub application_type: ApplicationType,
    /// Where authorization responses go.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where the browser may go after signing out.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// How its authorization requests arrive.
    pub request: RequestMetadata,
    /// What it may ask the authorization endpoint for.
    pub response_types: Vec<ResponseType>,
    /// How the answers reach it.
    pub response: ResponseMetadata,
    /// Grants it may use.
    pub grant_types: Vec<GrantType>,
    /// How it authenticates.
    pub token_endpoint_auth_method: AuthMethod,
    /// What it registered about its way to authenticate.
    pub authentication: Authentication,
    /// Where its own keys are.
    pub keys: KeySource,
    /// What is encrypted for it.
    pub encryption: EncryptionMetadata,
    /// Whether its access tokens are always bound to a key.
    pub binding: Binding,
    /// Where it is told that a session has ended.
    pub logout: LogoutUris,
    /// How it asks for people who are elsewhere.
    pub ciba: CibaMetadata,
    /// What it may ask for.
    pub scope: Scope,
    /// What else its access tokens may be for.
    pub targets: Targets,
    /// How it knows people.
    pub subject_type: SubjectType,
    /// Whose host is the sector, where several hosts share one.
    pub sector_identifier_uri: Option<String>,
    /// How its ID tokens are signed.
    pub id_token_signed_response_alg: Algorithm,
    /// How its userinfo is signed; `None` means plain JSON.
    pub userinfo_signed_response_alg: Option<Algorithm>,
    /// How what it is told about tokens is signed, where it asks for a JWT (RFC 9701 §6).
    pub introspection_signed_response_alg: Algorithm,
    /// Sign in again after so many seconds, where the request does not say.
    pub default_max_age: Option<u32>,
    /// Whether every ID token has `auth_time`.
    pub require_auth_time: bool,
    /// Levels it wants where the request does not say.
    pub default_acr_values: Vec<Acr>,
    /// Where the client starts a sign-in by itself.
    pub initiate_login_uri: Option<String>,
    /// Which software this is, for the operator.
    pub software_id: Option<String>,
    /// In which version.
    pub software_version: Option<String>,
    /// Its set of rules.
    pub hosho_profile: Profile,
    /// The maker's own: consent goes without saying.
    pub hosho_first_party: bool,
    /// Roles it acts with on its own behalf (client credentials).
    pub hosho_roles: BTreeSet<String>,
}

impl ClientMetadata {
    /// Read and check a registration by the operator. `further` are the scopes of the maker's resource servers.
    pub fn register_by_operator(text: &str, further: &Scope) -> Result<Self, OAuthError> {
        Self::registered(&document(text)?, further)
    }

    /// The same where there are none.
    #[cfg(test)]
    pub(crate) fn register(text: &str) -> Result<Self, OAuthError> {
        Self::register_by_operator(text, &Scope::default())
    }

    /// Read and check what a client says about itself, in a document that was read before.
    pub fn from_members(members: &Map<String, Value>) -> Result<Self, OAuthError> {
        Self::registered(members, &Scope::default())
    }

    fn registered(members: &Map<String, Value>, further: &Scope) -> Result<Self, OAuthError> {
        let mut metadata = Self::read(members, RedirectUri::register)?;
        let is_known = |word: &&str| scope::SUPPORTED.contains(word) || further.contains(word);
        metadata.scope = Scope::of(metadata.scope.iter().filter(is_known));
        metadata.check()?;
        Ok(metadata)
    }

    /// Read metadata that was registered before. Redirection URIs are taken as they are,
    /// since rules may have become stricter meanwhile; a literal harms nobody. So are scopes: which of them still mean
    /// something is asked when they are used.
    pub fn from_stored(text: &str) -> Result<Self, OAuthError> {
        Self::read(&document(text)?, |uri, _| Ok(RedirectUri::from_stored(uri.to_owned())))
    }

    /// The registered URI that a request names, with the port that it names.
    pub fn redirect_uri(&self, requested: &str) -> Option<RedirectUri> {
        let known = self.redirect_uris.iter().any(|uri| uri.matches(requested, self.application_type));
        known.then(|| RedirectUri::as_requested(requested))
    }

    /// The registered URI after signing out, exactly.
    pub fn post_logout_redirect_uri(&self, requested: &str) -> Option<&RedirectUri> {
        self.post_logout_redirect_uris.iter().find(|uri| uri.as_str() == requested)
    }

    /// The addresses that this server asks on behalf of the client, each with the member that has it.
    pub fn asked_addresses(&self) -> Vec<(&'static str, &str)> {
        let keys = match &self.keys {
            KeySource::Published(uri) => Some(uri),
            KeySource::Nothing | KeySource::Registered { .. } => None,
        };
        let single = [
            ("jwks_uri", keys),
            ("sector_identifier_uri", self.sector_identifier_uri.as_ref()),
            ("backchannel_logout_uri", self.logout.back_channel.as_ref()),
            ("backchannel_client_notification_endpoint", self.ciba.notification_endpoint.as_ref()),
        ];
        let single = single.into_iter().filter_map(|(name, uri)| Some((name, uri?.as_str())));
        single.chain(self.request.uris.iter().map(|uri| ("request_uris", uri.as_str()))).collect()
    }

    /// The host in which pairwise subjects are the same, where one can be told.
    pub fn sector(&self) -> Option<String> {
        match &self.sector_identifier_uri {
            Some(uri) => url::Url::parse(uri).ok()?.host_str().map(str::to_owned),
            // Everybody has a loopback host: clients on devices share nothing by it.
            None => self.redirect_uris.first().filter(|uri| !uri.is_loopback())?.host(),
        }
    }

    /// The document: what the registration answers, and what is stored.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| {
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if !empty {
                members.insert(name.to_owned(), value);
            }
        };
        for (name, texts) in [
            ("client_name", &self.client_name),
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("policy_uri", &self.policy_uri),
            ("tos_uri", &self.tos_uri),
        ] {
            for (tag, text) in texts.iter() {
                put(&if tag.is_empty() { name.to_owned() } else { format!("{name}#{tag}") }, json!(text));
            }
        }
        let uris = |uris: &[RedirectUri]| json!(uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>());
        put("contacts", json!(self.contacts));
        put("application_type", json!(self.application_type.as_str()));
        put("redirect_uris", uris(&self.redirect_uris));
        put("post_logout_redirect_uris", uris(&self.post_logout_redirect_uris));
        put("response_types", json!(self.response_types.iter().map(|kind| kind.as_str()).collect::<Vec<_>>()));
        self.response.put(&mut put);
        put("grant_types", json!(self.grant_types.iter().map(|grant| grant.as_str()).collect::<Vec<_>>()));
        put("token_endpoint_auth_method", json!(self.token_endpoint_auth_method.as_str()));
        self.authentication.put(&mut put);
        self.keys.put(&mut put);
        self.encryption.put(&mut put);
        self.request.put(&mut put);
        self.binding.put(&mut put);
        self.logout.put(&mut put);
        self.ciba.put(&mut put);
        // An empty scope is stored too: absent would mean the default.
        put("scope", json!(self.scope.to_string()));
        self.targets.put(&mut put);
        put("subject_type", json!(self.subject_type.as_str()));
        put("sector_identifier_uri", json!(self.sector_identifier_uri));
        put("id_token_signed_response_alg", json!(self.id_token_signed_response_alg.name()));
        put("userinfo_signed_response_alg", json!(self.userinfo_signed_response_alg.map(Algorithm::name)));
        put("introspection_signed_response_alg", json!(self.introspection_signed_response_alg.name()));
        put("default_max_age", json!(self.default_max_age));
        put("require_auth_time", json!(self.require_auth_time));
        put("default_acr_values", json!(self.default_acr_values.iter().map(|acr| acr.as_str()).collect::<Vec<_>>()));
        put("initiate_login_uri", json!(self.initiate_login_uri));
        put("software_id", json!(self.software_id));
        put("software_version", json!(self.software_version));
        put("hosho_profile", json!(self.hosho_profile.as_str()));
        put("hosho_first_party", json!(self.hosho_first_party));
        put("hosho_roles", json!(self.hosho_roles));
        members
    }

    fn read(
        document: &Map<String, Value>,
        redirect_uri: impl Fn(&str, ApplicationType) -> Result<RedirectUri, &'static str>,
    ) -> Result<Self, OAuthError> {
        let members = Members(document);
        let application = members.choice("application_type", ApplicationType::from_word)?;
        let application_type = application.unwrap_or(ApplicationType::Web);
        let hosho_profile = members.choice("hosho_profile", Profile::from_word)?.unwrap_or(Profile::Standard);
        let response_types = members.choices("response_types", ResponseType::from_words)?;
        let grant_types = members
            .choices("grant_types", GrantType::from_word)?
            .unwrap_or_else(|| grants_of(response_types.as_deref().unwrap_or(&[ResponseType::CODE])));
        let response_types = response_types.unwrap_or_else(|| {
            let code = grant_types.contains(&GrantType::AuthorizationCode);
            if code { vec![ResponseType::CODE] } else { Vec::new() }
        });
        let uris = |name: &'static str, refuse: fn(String) -> OAuthError| {
            let list = members.list(name)?.unwrap_or_default().into_iter();
            list.map(|uri| redirect_uri(uri, application_type).map_err(|why| refuse(format!("{name} {why}"))))
                .collect::<Result<Vec<_>, OAuthError>>()
        };
        let alg = |name: &str| members.choice(name, Algorithm::parse);
        let scope = match members.text("scope")? {
            Some(text) => Scope::parse(text).map_err(|_| wrong("scope", "is malformed"))?,
            None => default_scope(&grant_types),
        };
        Ok(Self {
            client_name: members.localized("client_name")?,
            client_uri: members.localized_link("client_uri")?,
            logo_uri: members.localized_link("logo_uri")?,
            policy_uri: members.localized_link("policy_uri")?,
            tos_uri: members.localized_link("tos_uri")?,
            contacts: members.list("contacts")?.unwrap_or_default().into_iter().map(str::to_owned).collect(),
            application_type,
            redirect_uris: uris("redirect_uris", OAuthError::invalid_redirect_uri)?,
            post_logout_redirect_uris: uris("post_logout_redirect_uris", OAuthError::invalid_client_metadata)?,
            response_types,
            response: ResponseMetadata::read(&members, default_algorithm(hosho_profile))?,
            grant_types,
            authentication: Authentication::read(&members)?,
            keys: KeySource::read(&members)?,
            encryption: EncryptionMetadata::read(&members)?,
            request: RequestMetadata::read(&members)?,
            binding: Binding::read(&members)?,
            logout: LogoutUris::read(&members)?,
            ciba: CibaMetadata::read(&members)?,
            token_endpoint_auth_method: members
                .choice("token_endpoint_auth_method", AuthMethod::from_word)?
                .unwrap_or(AuthMethod::ClientSecretBasic),
            scope,
            targets: Targets::read(&members)?,
            subject_type: members
                .choice("subject_type", |word| SubjectType::ALL.into_iter().find(|kind| kind.as_str() == word))?
                .unwrap_or_default(),
            sector_identifier_uri: members.text("sector_identifier_uri")?.map(str::to_owned),
            id_token_signed_response_alg: alg("id_token_signed_response_alg")?
                .unwrap_or_else(|| default_algorithm(hosho_profile)),
            userinfo_signed_response_alg: alg("userinfo_signed_response_alg")?,
            introspection_signed_response_alg: alg("introspection_signed_response_alg")?
                .unwrap_or_else(|| default_algorithm(hosho_profile)),
            default_max_age: members.seconds("default_max_age")?,
            require_auth_time: members.flag("require_auth_time")?,
            default_acr_values: members.choices("default_acr_values", Acr::from_text)?.unwrap_or_default(),
            initiate_login_uri: members.text("initiate_login_uri")?.map(str::to_owned),
            software_id: members.text("software_id")?.map(str::to_owned),
            software_version: members.text("software_version")?.map(str::to_owned),
            hosho_profile,
            hosho_first_party: members.flag("hosho_first_party")?,
            hosho_roles: members.list("hosho_roles")?.unwrap_or_default().into_iter().map(str::to_owned).collect(),
        })
    }

    /// Members that must fit each other.
    fn check(&self) -> Result<(), OAuthError> {
        self.check_grants()?;
        self.check_profile()?;
        self.keys.check()?;
        self.encryption.check(&self.keys)?;
        self.logout.check(&self.redirect_uris)?;
        self.request.check(&self.keys, self.hosho_profile.rules())?;
        let is_in_back_channel = self.grant_types.contains(&GrantType::Ciba);
        self.ciba.check(is_in_back_channel, &self.keys, self.hosho_profile.rules())?;
        self.authentication.check(self.token_endpoint_auth_method, &self.keys, self.hosho_profile.rules())?;
        // By https on a developer's own machine too (OpenID Connect Dynamic Client Registration §2).
        let starts_safely =
            |uri: &str| is_showable_link(uri) && !uri.get(..5).is_some_and(|it| it.eq_ignore_ascii_case("http:"));
        if !self.initiate_login_uri.as_deref().is_none_or(starts_safely) {
            return Err(wrong("initiate_login_uri", "must be an https URL"));
        }
        match &self.sector_identifier_uri {
            Some(uri) if !is_showable_link(uri) => Err(wrong("sector_identifier_uri", "must be an https URL")),
            Some(_) => Ok(()),
            None => {
                let hosts: BTreeSet<_> = self.redirect_uris.iter().map(RedirectUri::host).collect();
                let ambiguous = self.subject_type == SubjectType::Pairwise && hosts.len() > 1;
                if ambiguous { Err(wrong("sector_identifier_uri", "is needed for several hosts")) } else { Ok(()) }
            }
        }
    }

    /// Grant types, response types and the way the client authenticates.
    fn check_grants(&self) -> Result<(), OAuthError> {
        let has = |grant| self.grant_types.contains(&grant);
        let through_browser = has(GrantType::AuthorizationCode) || has(GrantType::Implicit);
        if through_browser && self.redirect_uris.is_empty() {
            return Err(OAuthError::invalid_redirect_uri("redirect_uris is needed for grants through the browser"));
        }
        for kind in &self.response_types {
            let unfit = (kind.code && !has(GrantType::AuthorizationCode))
                || (kind.is_front_channel() && !has(GrantType::Implicit));
            if unfit {
                return Err(wrong("response_types", &format!("has {kind} without its grant_types")));
            }
        }
        if has(GrantType::RefreshToken) && !self.grant_types.iter().any(|grant| grant.gives_refresh_tokens()) {
            return Err(wrong("grant_types", "has refresh_token without a grant that issues one"));
        }
        let public = self.token_endpoint_auth_method == AuthMethod::None;
        let of_confidential = [GrantType::ClientCredentials, GrantType::TokenExchange, GrantType::Ciba];
        if let Some(grant) = of_confidential.into_iter().find(|grant| public && has(*grant)) {
            let what = format!("has {}, for which the client must authenticate", grant.as_str());
            return Err(wrong("grant_types", &what));
        }
        if !self.hosho_roles.is_empty() && !has(GrantType::ClientCredentials) {
            return Err(wrong("hosho_roles", "needs the client_credentials grant"));
        }
        Ok(())
    }

    /// What the profile asks of a registration.
    fn check_profile(&self) -> Result<(), OAuthError> {
        let (rules, profile) = (self.hosho_profile.rules(), self.hosho_profile.as_str());
        let refuse = |name: &str, what: &str| Err(wrong(name, &format!("{what} under hosho_profile {profile}")));
        if !rules.front_channel
            && let Some(kind) = self.response_types.iter().find(|kind| **kind != ResponseType::CODE)
        {
            return refuse("response_types", &format!("cannot have {kind}"));
        }
        if !rules.front_channel && self.grant_types.contains(&GrantType::Implicit) {
            return refuse("grant_types", "cannot have implicit");
        }
        if !rules.auth_methods.contains(&self.token_endpoint_auth_method)
            || (!rules.public_clients && self.token_endpoint_auth_method == AuthMethod::None)
        {
            let method = self.token_endpoint_auth_method.as_str();
            return refuse("token_endpoint_auth_method", &format!("cannot be {method}"));
        }
        if !rules.algorithms.contains(&self.id_token_signed_response_alg) {
            return refuse("id_token_signed_response_alg", "has an algorithm that is refused");
        }
        if self.userinfo_signed_response_alg.is_some_and(|algorithm| !rules.algorithms.contains(&algorithm)) {
            return refuse("userinfo_signed_response_alg", "has an algorithm that is refused");
        }
        if !rules.algorithms.contains(&self.introspection_signed_response_alg) {
            return refuse("introspection_signed_response_alg", "has an algorithm that is refused");
        }
        // What comes through the browser is bound to nothing: no key can be proven there.
        if self.binding.is_required()
            && let Some(kind) = self.response_types.iter().find(|kind| kind.token)
        {
            return Err(wrong("response_types", &format!("cannot have {kind} where access tokens are always bound")));
        }
        self.response.check(&self.response_types, rules)?;
        if rules.bound_tokens && !self.binding.is_required() {
            let either = "or tls_client_certificate_bound_access_tokens must be true";
            return refuse("dpop_bound_access_tokens", either);
        }
        Ok(())
    }

    /// Whether an authorization request must use PKCE. A secret inside an application that people have on their own
    /// devices is none ([RFC 8252 §8.5](https://www.rfc-editor.org/rfc/rfc8252#section-8.5)), and another application may
    /// catch its codes (§8.1), however it was registered.
    pub fn must_use_pkce(&self) -> bool {
        let is_public = self.token_endpoint_auth_method == AuthMethod::None;
        match self.hosho_profile.rules().pkce {
            Pkce::Always => true,
            Pkce::OfPublicClients => is_public || self.application_type == ApplicationType::Native,
        }
    }
}

/// The members of a registration as it was sent, each there once: who may give roles is decided on the same text, and
/// no two readers may differ about it.
pub fn document(text: &str) -> Result<Map<String, Value>, OAuthError> {
    if text.len() > LONGEST {
        return Err(OAuthError::invalid_client_metadata("the document is too long"));
    }
    crate::jose::json::object(text.as_bytes())
        .ok_or_else(|| OAuthError::invalid_client_metadata("the document is not a JSON object with each member once"))
}

/// The grants that these response types need, where a registration does not say.
fn grants_of(response_types: &[ResponseType]) -> Vec<GrantType> {
    let code = response_types.iter().any(|kind| kind.code);
    let front = response_types.iter().any(|kind| kind.is_front_channel());
    [(code, GrantType::AuthorizationCode), (front, GrantType::Implicit)]
        .into_iter()
        .filter_map(|(is_needed, grant)| is_needed.then_some(grant))
        .collect()
}

/// RS256, unless the profile refuses it. [OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)
fn default_algorithm(profile: Profile) -> Algorithm {
    if profile.rules().algorithms.contains(&Algorithm::Rs256) { Algorithm::Rs256 } else { Algorithm::Es256 }
}

/// A machine that acts for nobody has no use for what people allow.
fn default_scope(grants: &[GrantType]) -> Scope {
    let is_for_persons = |grant: &GrantType| grant.is_of_persons() || *grant == GrantType::TokenExchange;
    let is_machine = grants.contains(&GrantType::ClientCredentials) && !grants.iter().any(is_for_persons);
    if is_machine { Scope::of([scope::MANAGEMENT]) } else { Scope::default_for_clients() }
}

#[cfg(test)]
mod tests;
