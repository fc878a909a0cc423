//! A checked authorization request. RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1.

use crate::base::Locale;
use crate::oidc::acr::Acr;
use crate::oidc::authorization_details::AuthorizationDetails;
use crate::oidc::claims_locales::ClaimsLocales;
use crate::oidc::claims_request::ClaimsRequest;
use crate::oidc::client::RedirectUri;
use crate::oidc::pkce::CodeChallenge;
use crate::oidc::prompt::Prompt;
use crate::oidc::response_type::ResponseType;
use crate::oidc::scope::Scope;

/// What a client asks for, each value understood and allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Where the answer goes.
    pub redirect_uri: RedirectUri,
    /// What the answer holds.
    pub response_type: ResponseType,
    /// The part of the scope that the client may have.
    pub scope: Scope,
    /// Comes back in the ID token, unchanged.
    pub nonce: Option<String>,
    /// The hash of the verifier that the token request must show.
    pub code_challenge: Option<CodeChallenge>,
    /// Which pages to show.
    pub prompt: Prompt,
    /// Longest time in seconds since the person was last recognised.
    pub max_age: Option<u32>,
    /// An ID token of the person who is expected, not yet verified.
    pub id_token_hint: Option<String>,
    /// The name to fill in at the sign-in.
    pub login_hint: Option<String>,
    /// The first requested language that is one of ours.
    pub ui_locale: Option<Locale>,
    /// Wished levels that can be reached here, best first.
    pub acr_values: Vec<Acr>,
    /// Claims asked for by name.
    pub claims: ClaimsRequest,
    /// The languages in which claims are wished.
    pub claims_locales: ClaimsLocales,
    /// The resources the access token is for; empty means by scope.
    pub resource: Vec<String>,
    /// The thumbprint of the key that the code is bound to.
    pub dpop_jkt: Option<String>,
    /// What is asked for in detail.
    pub authorization_details: AuthorizationDetails,
}

/// How surely a client wants the person to be recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WantedAcr {
    /// Nothing less is of use to it.
    pub essential: Option<Acr>,
    /// It would be glad of this.
    pub voluntary: Option<Acr>,
}

impl AuthorizationRequest {
    /// What an essential claim demands, and the lowest level that `acr_values` names: each of them is welcome.
    /// [OpenID Connect Core §5.5.1.1](https://openid.net/specs/openid-connect-core-1_0.html#acrSemantics)
    pub fn wanted_acr(&self) -> WantedAcr {
        WantedAcr { essential: self.claims.essential_acr().flatten(), voluntary: self.acr_values.iter().copied().min() }
    }

    /// Whether nothing is left of it that could be allowed.
    pub fn asks_for_nothing(&self) -> bool {
        self.scope.is_empty() && self.authorization_details.is_empty()
    }
}
