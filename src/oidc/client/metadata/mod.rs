//! Client metadata as JSON. RFC 7591 §2, OpenID Connect Dynamic Client Registration §2,
//! RP-Initiated Logout §3.1, with members of our own under `hosho_`.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::localized::Localized;
use super::member::{Members, wrong};
use super::redirect_uri::RedirectUri;
use crate::base::url::is_showable_link;
use crate::jose::Algorithm;
use crate::oidc::acr::Acr;
use crate::oidc::error::OAuthError;
use crate::oidc::scope::{self, Scope};
use crate::oidc::subject::SubjectType;

/// Longest document.
const LONGEST: usize = 64 * 1024;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $wire:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in metadata and requests.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire),+ }
            }

            /// The value of that word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

words! {
    /// Where the application runs. OpenID Connect Dynamic Client Registration §2
    ApplicationType {
        /// On a web server or in a browser.
        Web = "web",
        /// On the person's device.
        Native = "native",
    }
}

words! {
    /// How tokens are obtained. RFC 7591 §2
    GrantType {
        /// For a person, through the browser. RFC 6749 §4.1
        AuthorizationCode = "authorization_code",
        /// With a refresh token. RFC 6749 §6
        RefreshToken = "refresh_token",
        /// For the client itself. RFC 6749 §4.4
        ClientCredentials = "client_credentials",
    }
}

words! {
    /// How the client proves itself at the token endpoint. OpenID Connect Core §9
    AuthMethod {
        /// Secret in the `Authorization` header.
        ClientSecretBasic = "client_secret_basic",
        /// Secret in the body.
        ClientSecretPost = "client_secret_post",
        /// Not at all: a public client.
        None = "none",
    }
}

words! {
    /// The set of rules a client lives under.
    Profile {
        /// OAuth 2.1 practice: the code flow, PKCE for public clients.
        Standard = "standard",
        /// For older clients. So far it allows nothing that `standard` does not.
        Compatible = "compatible",
    }
}

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
    /// Grants it may use.
    pub grant_types: Vec<GrantType>,
    /// How it authenticates.
    pub token_endpoint_auth_method: AuthMethod,
    /// What it may ask for.
    pub scope: Scope,
    /// How it knows people.
    pub subject_type: SubjectType,
    /// Whose host is the sector, where several hosts share one.
    pub sector_identifier_uri: Option<String>,
    /// How its ID tokens are signed.
    pub id_token_signed_response_alg: Algorithm,
    /// How its userinfo is signed; `None` means plain JSON.
    pub userinfo_signed_response_alg: Option<Algorithm>,
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
    /// Read and check a registration by the operator.
    pub fn register(text: &str) -> Result<Self, OAuthError> {
        let metadata = Self::read(text, RedirectUri::register)?;
        metadata.check()?;
        Ok(metadata)
    }

    /// Read metadata that was registered before. Redirection URIs are taken as they are,
    /// since rules may have become stricter meanwhile; a literal harms nobody.
    pub fn from_stored(text: &str) -> Result<Self, OAuthError> {
        Self::read(text, |uri, _| Ok(RedirectUri::from_stored(uri.to_owned())))
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

    /// The host in which pairwise subjects are the same, where one can be told.
    pub fn sector(&self) -> Option<String> {
        match &self.sector_identifier_uri {
            Some(uri) => url::Url::parse(uri).ok()?.host_str().map(str::to_owned),
            None => self.redirect_uris.first()?.host(),
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
        let code = self.grant_types.contains(&GrantType::AuthorizationCode);
        put("contacts", json!(self.contacts));
        put("application_type", json!(self.application_type.as_str()));
        put("redirect_uris", uris(&self.redirect_uris));
        put("post_logout_redirect_uris", uris(&self.post_logout_redirect_uris));
        put("response_types", if code { json!(["code"]) } else { json!([]) });
        put("grant_types", json!(self.grant_types.iter().map(|grant| grant.as_str()).collect::<Vec<_>>()));
        put("token_endpoint_auth_method", json!(self.token_endpoint_auth_method.as_str()));
        // An empty scope is stored too: absent would mean the default.
        put("scope", json!(self.scope.to_string()));
        put("subject_type", json!(self.subject_type.as_str()));
        put("sector_identifier_uri", json!(self.sector_identifier_uri));
        put("id_token_signed_response_alg", json!(self.id_token_signed_response_alg.name()));
        put("userinfo_signed_response_alg", json!(self.userinfo_signed_response_alg.map(Algorithm::name)));
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
        text: &str,
        redirect_uri: impl Fn(&str, ApplicationType) -> Result<RedirectUri, &'static str>,
    ) -> Result<Self, OAuthError> {
        if text.len() > LONGEST {
            return Err(OAuthError::invalid_client_metadata("the document is too long"));
        }
        // Strictly: who may give roles was decided on the same document, and no two readers may differ about it.
        let Some(document) = crate::jose::json::object(text.as_bytes()) else {
            return Err(OAuthError::invalid_client_metadata("the document is not a JSON object with each member once"));
        };
        let members = Members(&document);
        let application = members.choice("application_type", ApplicationType::from_word)?;
        let application_type = application.unwrap_or(ApplicationType::Web);
        let grants = members.choices("grant_types", GrantType::from_word)?;
        let grant_types = grants.unwrap_or_else(|| vec![GrantType::AuthorizationCode]);
        members.choices("response_types", |word| (word == "code").then_some(()))?;
        let uris = |name: &'static str, refuse: fn(String) -> OAuthError| {
            let list = members.list(name)?.unwrap_or_default().into_iter();
            list.map(|uri| redirect_uri(uri, application_type).map_err(|why| refuse(format!("{name} {why}"))))
                .collect::<Result<Vec<_>, OAuthError>>()
        };
        let alg = |name: &str| members.choice(name, Algorithm::parse);
        let scope = match members.text("scope")? {
            Some(text) => Scope::parse(text).map_err(|_| wrong("scope", "is malformed"))?.known(),
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
            grant_types,
            token_endpoint_auth_method: members
                .choice("token_endpoint_auth_method", AuthMethod::from_word)?
                .unwrap_or(AuthMethod::ClientSecretBasic),
            scope,
            subject_type: members
                .choice("subject_type", |word| SubjectType::ALL.into_iter().find(|kind| kind.as_str() == word))?
                .unwrap_or_default(),
            sector_identifier_uri: members.text("sector_identifier_uri")?.map(str::to_owned),
            id_token_signed_response_alg: alg("id_token_signed_response_alg")?.unwrap_or(Algorithm::Rs256),
            userinfo_signed_response_alg: alg("userinfo_signed_response_alg")?,
            default_max_age: members.seconds("default_max_age")?,
            require_auth_time: members.flag("require_auth_time")?,
            default_acr_values: members.choices("default_acr_values", Acr::from_text)?.unwrap_or_default(),
            initiate_login_uri: members.text("initiate_login_uri")?.map(str::to_owned),
            software_id: members.text("software_id")?.map(str::to_owned),
            software_version: members.text("software_version")?.map(str::to_owned),
            hosho_profile: members.choice("hosho_profile", Profile::from_word)?.unwrap_or(Profile::Standard),
            hosho_first_party: members.flag("hosho_first_party")?,
            hosho_roles: members.list("hosho_roles")?.unwrap_or_default().into_iter().map(str::to_owned).collect(),
        })
    }

    /// Members that must fit each other.
    fn check(&self) -> Result<(), OAuthError> {
        let has = |grant| self.grant_types.contains(&grant);
        if has(GrantType::AuthorizationCode) && self.redirect_uris.is_empty() {
            return Err(OAuthError::invalid_redirect_uri("redirect_uris is needed for the authorization code grant"));
        }
        if has(GrantType::RefreshToken) && !has(GrantType::AuthorizationCode) {
            return Err(wrong("grant_types", "has refresh_token without a grant that issues one"));
        }
        if has(GrantType::ClientCredentials) && self.token_endpoint_auth_method == AuthMethod::None {
            return Err(wrong("grant_types", "has client_credentials, for which the client must authenticate"));
        }
        if !self.hosho_roles.is_empty() && !has(GrantType::ClientCredentials) {
            return Err(wrong("hosho_roles", "needs the client_credentials grant"));
        }
        if self.initiate_login_uri.as_deref().is_some_and(|uri| !is_showable_link(uri)) {
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
}

/// A machine that acts for nobody has no use for what people allow.
fn default_scope(grants: &[GrantType]) -> Scope {
    if grants.contains(&GrantType::AuthorizationCode) {
        Scope::default_for_clients()
    } else {
        Scope::of([scope::MANAGEMENT])
    }
}

#[cfg(test)]
mod tests;
