//! Another provider that people sign in with: OpenID Connect Core §3.1 from the client's side, with Discovery §4,
//! PKCE (RFC 7636) and the issuer in the answer (RFC 9207).
//!
//! # Decisions
//! - The `openidconnect` crate speaks the protocol: discovery, the request, the exchange of the code. The ID token is
//!   read by [`crate::jose::foreign`], as everything that others sign is: the algorithm stands in the settings, a key
//!   never counts where a secret was agreed on or the other way round, and the clock is ours.
//! - What a provider says about itself is remembered for an hour, and for a day while it does not answer. A key that is
//!   not known makes it be asked again, at most once in a minute.

mod apple;
mod http;
mod id_token;
mod told;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::http::header::AUTHORIZATION;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient,
    CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, LanguageTag,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl, Scope,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base::secret::Secret;
use crate::base::time::{days, hours, minutes, seconds};
use crate::base::{Clock, Locale, Result, Timestamp};
use crate::config::upstream::{Preset, Upstream};
use crate::domain::auth::upstream::Told;
use crate::gateway::fetch::{Fetch, Purpose};
use crate::jose::{ClientKeys, JwtError, SigningKey};
use http::Http;
pub use told::names_of_form;

/// A provider, with what it lately said about itself.
pub struct Provider {
    settings: Upstream,
    apple_key: Option<SigningKey>,
    http: Http,
    clock: Clock,
    known: Mutex<Known>,
    /// Held by whoever is asking.
    asking: tokio::sync::Mutex<()>,
}

/// Why a person did not come back from a provider as somebody.
#[derive(Debug)]
pub enum Failed {
    /// It does not answer.
    Unavailable,
    /// What it answered does not count. The sentence is for the log.
    Untrusted(String),
}

/// What both legs of the way have in common.
#[derive(Clone, Copy, Debug)]
pub struct Trip<'a> {
    /// The name of the way, which comes back.
    pub state: &'a str,
    /// What the ID token must say.
    pub nonce: &'a str,
    /// What only we can show when the code is exchanged.
    pub verifier: &'a str,
    /// Where the browser comes back to.
    pub callback: &'a str,
}

/// Members of discovery that the crate does not know.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Members {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Members {}

type Metadata = ProviderMetadata<
    Members,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What a provider said about itself.
struct Said {
    metadata: Metadata,
    keys: ClientKeys,
    at: Timestamp,
}

#[derive(Default)]
struct Known {
    said: Option<Arc<Said>>,
    failed_at: Option<Timestamp>,
}

impl Provider {
    /// As the settings say.
    pub fn open(settings: Upstream, fetch: Fetch, clock: Clock) -> Result<Self> {
        let apple_key = settings.apple_key.as_ref().map(|key| apple::open(&settings.id, key)).transpose()?;
        Ok(Self {
            settings,
            apple_key,
            http: Http(fetch),
            clock,
            known: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        })
    }

    /// What the operator said about it.
    pub fn settings(&self) -> &Upstream {
        &self.settings
    }

    /// Where to send the browser. `anew` asks the provider to ask the person again. It may wait for the provider: no
    /// transaction may be open.
    pub async fn request(&self, trip: Trip<'_>, locale: Locale, anew: bool) -> Result<String, Failed> {
        let said = self.said().await?;
        let callback = RedirectUrl::new(trip.callback.to_owned()).map_err(|error| untrusted(error.to_string()))?;
        let (state, nonce) = (trip.state.to_owned(), trip.nonce.to_owned());
        let client = CoreClient::from_provider_metadata(
            said.metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            None,
        )
        .set_redirect_uri(callback);
        let mut request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || CsrfToken::new(state),
            move || Nonce::new(nonce),
        );
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        if self.settings.form_post {
            request = request.add_extra_param("response_mode", "form_post");
        }
        // What each service knows of; an unknown value is an error at some.
        request = match (anew, self.settings.preset) {
            (true, Preset::Oidc | Preset::YahooJapan) => request.add_prompt(CoreAuthPrompt::Login),
            (true, Preset::Google) => request.add_prompt(CoreAuthPrompt::SelectAccount),
            (true, Preset::Line) => request.add_extra_param("disable_auto_login", "true"),
            (true, Preset::Apple) | (false, _) => request,
        };
        let verifier = PkceCodeVerifier::new(trip.verifier.to_owned());
        let request = request
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_ui_locale(LanguageTag::new(locale.tag().to_owned()));
        Ok(request.url().0.to_string())
    }

    /// Whether an answer can be of this provider, by the `iss` that it carries or ought to carry.
    /// [RFC 9207 §2.4](https://www.rfc-editor.org/rfc/rfc9207#section-2.4)
    pub async fn sent(&self, issuer: Option<&str>) -> Result<(), Failed> {
        match issuer {
            Some(issuer) if issuer == self.settings.issuer => Ok(()),
            Some(_) => Err(untrusted("the answer is of another issuer")),
            None if self
                .said()
                .await?
                .metadata
                .additional_metadata()
                .authorization_response_iss_parameter_supported =>
            {
                Err(untrusted("the answer does not say whose it is"))
            }
            None => Ok(()),
        }
    }

    /// Exchange a code for what the provider tells about the person. No transaction may be open.
    pub async fn redeem(&self, trip: Trip<'_>, code: &str) -> Result<Told, Failed> {
        let said = self.said().await?;
        let secret = self.secret().map_err(|error| untrusted(error.to_string()))?;
        let tokens = CoreClient::from_provider_metadata(
            said.metadata.clone(),
            ClientId::new(self.settings.client_id.clone()),
            Some(ClientSecret::new(secret.expose().to_owned())),
        )
        .set_auth_type(self.auth_type(&said.metadata))
        .set_redirect_uri(RedirectUrl::new(trip.callback.to_owned()).map_err(|error| untrusted(error.to_string()))?)
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|error| untrusted(error.to_string()))?
        .set_pkce_verifier(PkceCodeVerifier::new(trip.verifier.to_owned()))
        .request_async(&self.http)
        .await
        .map_err(|error| match error {
            openidconnect::RequestTokenError::Request(_) => Failed::Unavailable,
            // Its text may hold what the provider sent, tokens too.
            openidconnect::RequestTokenError::Parse(..) => untrusted("the answer to the code cannot be read"),
            openidconnect::RequestTokenError::ServerResponse(answer) => untrusted(answer.error().as_ref()),
            openidconnect::RequestTokenError::Other(_) => untrusted("the code was not exchanged"),
        })?;
        let id_token = tokens.id_token().ok_or_else(|| untrusted("there is no ID token"))?.to_string();
        let access_token = tokens.access_token().secret();
        let expected =
            id_token::Expected { settings: &self.settings, nonce: trip.nonce, access_token, now: self.clock.now() };
        let claims = match expected.read(&id_token, &said.keys) {
            // The provider may have another key by now.
            Err(JwtError::Key) => expected.read(&id_token, &self.again(&said).await?.keys),
            read => read,
        };
        let claims = claims.map_err(|error| untrusted(format!("the ID token: {error}")))?;
        let subject = claims.text("sub").map_err(|error| untrusted(error.to_string()))?.to_owned();
        let mut members = claims.into_members();
        if self.asks_userinfo(&members) {
            self.add_userinfo(&said.metadata, access_token, &subject, &mut members).await?;
        }
        Ok(told::of_claims(&self.settings, &subject, &members))
    }

    /// Yahoo! JAPAN tells addresses and names at the userinfo endpoint only, and so may others.
    fn asks_userinfo(&self, claims: &Map<String, Value>) -> bool {
        matches!(self.settings.preset, Preset::YahooJapan | Preset::Oidc) && !claims.contains_key("email")
    }

    /// What userinfo says counts only for the subject of the ID token
    /// ([OpenID Connect Core §5.3.2](https://openid.net/specs/openid-connect-core-1_0.html#UserInfoResponse)). Where it
    /// does not answer, the person is somebody without an address.
    async fn add_userinfo(
        &self,
        metadata: &Metadata,
        access_token: &str,
        subject: &str,
        claims: &mut Map<String, Value>,
    ) -> Result<(), Failed> {
        let Some(endpoint) = metadata.userinfo_endpoint() else { return Ok(()) };
        let request = ::http::Request::get(endpoint.as_str())
            .header(AUTHORIZATION, format!("Bearer {access_token}"))
            .body(Vec::new())
            .map_err(|_| untrusted("the access token cannot be sent"))?;
        let answer = match self.http.0.exchange(Purpose::Upstream, request).await {
            Ok(answer) if answer.status() == ::http::StatusCode::OK => answer,
            Ok(_) | Err(_) => return Ok(()),
        };
        let Ok(Value::Object(members)) = serde_json::from_slice(answer.body()) else { return Ok(()) };
        if members.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(untrusted("userinfo is about somebody else"));
        }
        for (name, value) in members {
            claims.entry(name).or_insert(value);
        }
        Ok(())
    }

    fn secret(&self) -> Result<Secret> {
        match (&self.apple_key, &self.settings.apple_key, &self.settings.client_secret) {
            (Some(key), Some(apple), _) => apple::secret(key, apple, &self.settings, self.clock.now()),
            (_, _, Some(secret)) => Ok(secret.clone()),
            _ => Ok(Secret::new("")),
        }
    }

    /// Apple and LINE read the secret from the body only. Others say what they take; without a word it is the header
    /// ([OpenID Connect Discovery §3](https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata)).
    fn auth_type(&self, metadata: &Metadata) -> AuthType {
        let takes = |method| metadata.token_endpoint_auth_methods_supported().is_none_or(|all| all.contains(&method));
        match self.settings.preset {
            Preset::Apple | Preset::Line => AuthType::RequestBody,
            Preset::Google | Preset::YahooJapan | Preset::Oidc => {
                if takes(CoreClientAuthMethod::ClientSecretBasic) {
                    AuthType::BasicAuth
                } else {
                    AuthType::RequestBody
                }
            }
        }
    }

    /// What it says about itself, remembered.
    async fn said(&self) -> Result<Arc<Said>, Failed> {
        if let Some(said) = self.known().fresh(self.clock.now()) {
            return said;
        }
        let _alone = self.asking.lock().await;
        if let Some(said) = self.known().fresh(self.clock.now()) {
            return said;
        }
        self.ask().await
    }

    /// The same once more, unless it was asked after `old` or within the last minute.
    async fn again(&self, old: &Arc<Said>) -> Result<Arc<Said>, Failed> {
        let _alone = self.asking.lock().await;
        let known = self.known().said.clone();
        match known {
            Some(said) if said.at > old.at || self.clock.now() < said.at.plus(minutes(1)) => Ok(said),
            Some(_) | None => self.ask().await,
        }
    }

    async fn ask(&self) -> Result<Arc<Said>, Failed> {
        let asked = self.discover().await;
        let now = self.clock.now();
        let mut known = self.known();
        match asked {
            Ok((metadata, keys)) => {
                let said = Arc::new(Said { metadata, keys, at: now });
                *known = Known { said: Some(Arc::clone(&said)), failed_at: None };
                Ok(said)
            }
            Err(why) => {
                tracing::warn!(provider = self.settings.id, why, "a provider that people sign in with does not answer");
                known.failed_at = Some(now);
                known.said.clone().filter(|said| now < said.at.plus(days(1))).ok_or(Failed::Unavailable)
            }
        }
    }

    async fn discover(&self) -> Result<(Metadata, ClientKeys), String> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|error| error.to_string())?;
        let metadata = Metadata::discover_async(issuer, &self.http).await.map_err(|error| error.to_string())?;
        // The browser is sent there: by the same rule as what we ask ourselves.
        self.http.0.accepts(metadata.authorization_endpoint().as_str()).map_err(|error| error.to_string())?;
        let keys = serde_json::to_value(metadata.jwks()).map_err(|error| error.to_string())?;
        let keys = ClientKeys::from_value(&keys).map_err(|error| error.to_string())?;
        Ok((metadata, keys))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// What is known, where nobody needs to be asked: it is fresh, or it failed a moment ago.
    fn fresh(&self, now: Timestamp) -> Option<Result<Arc<Said>, Failed>> {
        if let Some(said) = self.said.as_ref().filter(|said| now < said.at.plus(hours(1))) {
            return Some(Ok(Arc::clone(said)));
        }
        let has_failed = self.failed_at.is_some_and(|at| now < at.plus(seconds(10)));
        has_failed.then(|| match &self.said {
            Some(said) if now < said.at.plus(days(1)) => Ok(Arc::clone(said)),
            Some(_) | None => Err(Failed::Unavailable),
        })
    }
}

fn untrusted(why: impl Into<String>) -> Failed {
    Failed::Untrusted(why.into())
}
