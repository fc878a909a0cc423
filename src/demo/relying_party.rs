//! OpenID Connect as an app needs it, written with the `openidconnect` crate as anybody else would: the code flow
//! with PKCE, userinfo, the registry API, and sign-out at the provider. Knows nothing of Hosho's inside.

use std::collections::{BTreeMap, HashMap};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use openidconnect::core::{CoreClient, CoreGenderClaim, CoreIdToken, CoreResponseType};
use openidconnect::{
    AccessToken, AdditionalClaims, AsyncHttpClient, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret,
    CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, LanguageTag,
    LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl,
    ProviderMetadataWithLogout, RedirectUrl, Scope, SubjectIdentifier, TokenResponse as _, UserInfoClaims,
};
use serde::{Deserialize, Serialize};

use super::apps::Credentials;
use crate::base::random::Random;
use crate::base::{Fault, Locale, Result};

/// One app's side of OpenID Connect, with everybody who is visiting it.
pub struct RelyingParty {
    issuer: String,
    home: String,
    client_id: String,
    client_secret: String,
    scopes: &'static [&'static str],
    random: Random,
    http: Http,
    visits: Mutex<HashMap<String, Visit>>,
}

/// What the app knows of one browser.
#[derive(Default)]
struct Visit {
    started: Option<Started>,
    member: Option<Member>,
}

/// A sign-in that has been sent to the provider.
struct Started {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    back_to: String,
}

/// Somebody who has signed in.
#[derive(Clone)]
struct Member {
    subject: SubjectIdentifier,
    id_token: CoreIdToken,
    access_token: AccessToken,
}

/// What the provider tells about the person.
#[derive(Clone, Debug)]
pub struct Me {
    /// The name to greet by.
    pub name: String,
    /// The address, where it was granted.
    pub email: String,
    /// What the person owns.
    pub products: Vec<Product>,
}

/// The product claims of userinfo.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct ProductClaims {
    #[serde(default)]
    products: Vec<Product>,
}
impl AdditionalClaims for ProductClaims {}

/// A product, in userinfo and in the registry API.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Product {
    /// Its name for this app.
    pub unit_ref: String,
    /// The model number.
    pub model: String,
    /// The model's name.
    pub name: String,
    /// The month of purchase, `2025-11`.
    #[serde(default)]
    pub held_since: String,
    /// Whether any component is covered.
    #[serde(default)]
    pub in_force: bool,
    /// The number on the label, where it was granted.
    pub serial: Option<String>,
    /// The day of purchase.
    pub purchased_on: Option<String>,
    /// The shop.
    pub dealer: Option<String>,
    /// Cover for each component.
    #[serde(default)]
    pub cover: Vec<Cover>,
}

/// Cover for one component.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Cover {
    /// The maker's code.
    pub component: String,
    /// Parts, labour and so on.
    #[serde(default)]
    pub covers: Vec<String>,
    /// The last day.
    pub ends_on: String,
    /// Whether that day is still to come.
    #[serde(default)]
    pub in_force: bool,
}

/// Why a sign-in did not come to its end.
pub enum Unfinished {
    /// The person did not want to.
    Cancelled,
    /// Something was wrong with it.
    Failed(String),
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl RelyingParty {
    /// An app at `home`, known to the issuer by its credentials.
    pub fn new(
        issuer: &str,
        home: &str,
        known_as: &Credentials,
        scopes: &'static [&'static str],
        random: Random,
    ) -> Result<Self> {
        Ok(Self {
            issuer: issuer.to_owned(),
            home: home.to_owned(),
            client_id: known_as.client_id.clone(),
            client_secret: known_as.client_secret.clone(),
            scopes,
            random,
            http: http_client()?,
            visits: Mutex::default(),
        })
    }

    /// Where to send the browser to sign in, and the name of its visit, which is the same as before if it had one.
    pub async fn start(&self, visit: Option<&str>, locale: Locale, back_to: &str) -> Result<(String, String)> {
        let (client, _) = self.client().await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client.authorize_url(
            AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        );
        for scope in self.scopes {
            request = request.add_scope(Scope::new((*scope).to_owned()));
        }
        let (address, state, nonce) =
            request.set_pkce_challenge(challenge).add_ui_locale(LanguageTag::new(locale.tag().to_owned())).url();
        let mut visits = self.visits.lock().unwrap_or_else(PoisonError::into_inner);
        let name = visit.filter(|name| visits.contains_key(*name)).map_or_else(|| self.random.token(), str::to_owned);
        visits.entry(name.clone()).or_default().started =
            Some(Started { state, nonce, verifier, back_to: back_to.to_owned() });
        Ok((address.to_string(), name))
    }

    /// Take the provider's answer; the path to go on with. The visit gets a new name, so that a name somebody
    /// planted before the sign-in is worth nothing after it.
    pub async fn finish(
        &self,
        visit: Option<&str>,
        answer: &BTreeMap<String, String>,
    ) -> std::result::Result<(String, String), Unfinished> {
        let failed = |why: &str| Unfinished::Failed(why.to_owned());
        let started = visit
            .and_then(|name| self.visits.lock().unwrap_or_else(PoisonError::into_inner).remove(name))
            .and_then(|visit| visit.started)
            .ok_or_else(|| failed("this browser has not started a sign-in"))?;
        if answer.get("state") != Some(started.state.secret()) {
            return Err(failed("the answer belongs to another sign-in"));
        }
        if answer.get("iss").is_some_and(|issuer| *issuer != self.issuer) {
            return Err(failed("the answer comes from another provider"));
        }
        if let Some(error) = answer.get("error") {
            return Err(if error == "access_denied" { Unfinished::Cancelled } else { failed(error) });
        }
        let code = answer.get("code").ok_or_else(|| failed("the answer has no code"))?;
        let back_to = started.back_to.clone();
        let member = self.redeem(code, started).await.map_err(|error| failed(&error.to_string()))?;
        let name = self.random.token();
        let visit = Visit { started: None, member: Some(member) };
        self.visits.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), visit);
        Ok((back_to, name))
    }

    async fn redeem(&self, code: &str, started: Started) -> Result<Member> {
        let (client, _) = self.client().await?;
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| Fault::because("the provider names no token endpoint", error))?
            .set_pkce_verifier(started.verifier)
            .request_async(&self.http)
            .await
            .map_err(|error| Fault::because("the code was not exchanged", error))?;
        let id_token = tokens.id_token().ok_or_else(|| Fault::new("the answer has no ID token"))?;
        let claims = id_token
            .claims(&client.id_token_verifier(), &started.nonce)
            .map_err(|error| Fault::because("the ID token is not valid", error))?;
        Ok(Member {
            subject: claims.subject().clone(),
            id_token: id_token.clone(),
            access_token: tokens.access_token().clone(),
        })
    }

    /// Who is visiting, as the provider says at this moment. A refused token means that the person has signed out
    /// elsewhere or that the token's time is over: the visit is then one of a stranger.
    pub async fn me(&self, visit: Option<&str>) -> Option<Me> {
        let name = visit?;
        let member = self.member(name)?;
        match self.userinfo(&member).await {
            Ok(me) => Some(me),
            Err(error) => {
                tracing::info!(%error, "userinfo was refused");
                self.visits.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
                None
            }
        }
    }

    async fn userinfo(&self, member: &Member) -> Result<Me> {
        let (client, _) = self.client().await?;
        let claims: UserInfoClaims<ProductClaims, CoreGenderClaim> = client
            .user_info(member.access_token.clone(), Some(member.subject.clone()))
            .map_err(|error| Fault::because("the provider names no userinfo endpoint", error))?
            .request_async(&self.http)
            .await
            .map_err(|error| Fault::because("userinfo", error))?;
        let email = claims.email().map(|email| email.to_string()).unwrap_or_default();
        let given = |name: Option<&openidconnect::LocalizedClaim<openidconnect::EndUserName>>| {
            name.and_then(|name| name.get(None)).map(|name| name.to_string())
        };
        let name = given(claims.name()).filter(|name| !name.trim().is_empty()).unwrap_or_else(|| email.clone());
        Ok(Me { name, email, products: claims.additional_claims().products.clone() })
    }

    /// The person's products from the registry API, which tells more than a claim has room for.
    pub async fn units(&self, visit: Option<&str>) -> Option<Vec<Product>> {
        let member = self.member(visit?)?;
        let answer = self
            .http
            .0
            .get(format!("{}/registry/v1/me/units?limit=100", self.issuer))
            .bearer_auth(member.access_token.secret())
            .send()
            .await
            .ok()?;
        #[derive(Deserialize)]
        struct Units {
            units: Vec<Product>,
        }
        match answer.json::<Units>().await {
            Ok(answer) => Some(answer.units),
            Err(error) => {
                tracing::warn!(%error, "the registry API did not answer as expected");
                None
            }
        }
    }

    /// Forget the visit, and say where to send the browser so that the provider forgets it, too.
    pub async fn sign_out(&self, visit: Option<&str>, locale: Locale) -> Result<String> {
        let member = visit.and_then(|name| self.member(name));
        if let Some(name) = visit {
            self.visits.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        }
        let (_, metadata) = self.client().await?;
        let Some(endpoint) = metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(format!("{}/bye", self.home));
        };
        let bye = PostLogoutRedirectUrl::new(format!("{}/bye", self.home))
            .map_err(|error| Fault::because("the app's own address", error))?;
        let mut request = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(self.client_id.clone()))
            .set_post_logout_redirect_uri(bye)
            .add_ui_locale(LanguageTag::new(locale.tag().to_owned()));
        if let Some(member) = &member {
            request = request.set_id_token_hint(&member.id_token);
        }
        Ok(request.http_get_url().to_string())
    }

    fn member(&self, visit: &str) -> Option<Member> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner).get(visit)?.member.clone()
    }

    /// Discovered anew each time: on one machine that costs nothing, and keys that have changed are known.
    async fn client(&self) -> Result<(Client, ProviderMetadataWithLogout)> {
        let wrong = |error| Fault::because("an address of the sample app", error);
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(wrong)?;
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &self.http)
            .await
            .map_err(|error| Fault::because("discovery", error))?;
        let client = CoreClient::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.client_id.clone()),
            Some(ClientSecret::new(self.client_secret.clone())),
        )
        .set_redirect_uri(RedirectUrl::new(format!("{}/callback", self.home)).map_err(wrong)?);
        Ok((client, metadata))
    }
}

/// The crate's requests, sent by `reqwest`. (Its own adapter is for an older version.)
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = SendError;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<HttpResponse, SendError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(SendError::Http)?;
            let answer = self.0.execute(request).await.map_err(SendError::Http)?;
            let mut response = http::Response::builder().status(answer.status());
            for (name, value) in answer.headers() {
                response = response.header(name, value);
            }
            let body = answer.bytes().await.map_err(SendError::Http)?;
            response.body(body.to_vec()).map_err(SendError::Message)
        })
    }
}

/// Why a request did not get an answer.
#[derive(Debug)]
enum SendError {
    Http(reqwest::Error),
    Message(http::Error),
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Http(error) => error.fmt(f),
            Self::Message(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SendError {}

#[expect(clippy::disallowed_methods, reason = "the sample apps are clients of their own, outside of Hosho")]
fn http_client() -> Result<Http> {
    // Only one provider of cryptography is compiled in; a second installation of it changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        // A redirect would lead a request with a secret to somewhere else.
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(std::time::Duration::from_secs(20))
        .build()
        .map(Http)
        .map_err(|error| Fault::because("the HTTP client of the sample apps", error).into())
}
