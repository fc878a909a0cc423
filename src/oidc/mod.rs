//! What the standards say, as values and pure functions: no SQL, no HTTP, no clock, no randomness.
//!
//! | standard | file |
//! |---|---|
//! | RFC 6749 §4.1.2.1, §5.2 and later registrations: error codes | [`error`] |
//! | RFC 6749 §3.1, §3.2: parameters | [`params`] |
//! | RFC 6749 §3.3, OpenID Connect Core §5.4: scope | [`scope`] |
//! | OAuth 2.0 Multiple Response Types, Form Post Response Mode, JARM | [`response_type`], [`response_mode`] |
//! | RFC 7636: PKCE | [`pkce`] |
//! | OpenID Connect Core §3.1.2.1: `prompt` | [`prompt`] |
//! | OpenID Connect Core §5.5.1.1: `acr` | [`acr`] |
//! | OpenID Connect Core §5.2: `claims_locales` | [`claims_locales`] |
//! | OpenID Connect Core §5.5: `claims` | [`claims_request`] |
//! | OpenID Connect Core §8: subjects | [`subject`] |
//! | RFC 6749 §2.3, OpenID Connect Core §9: client authentication | [`client_auth`] |
//! | RFC 6749 §4 to §6: the token endpoint | [`token`] |
//! | RFC 9700 §4.14.2: rotation of refresh tokens | [`refresh_token_family`] |
//! | RFC 9068: access tokens | [`access_token`] |
//! | RFC 7523 §3, RFC 9449 §11.1: names that count once | [`once`] |
//! | RFC 9449: proofs of possession | [`dpop`], [`possession`] |
//! | RFC 7800: keys that tokens are bound to | [`confirmation`] |
//! | RFC 9396: authorization details | [`authorization_details`] |
//! | RFC 8707: audiences, and whose they are | [`audience`], [`resource_server`] |
//! | RFC 9470: step-up | [`step_up`] |
//! | RFC 9728: protected resources | [`protected_resource`] |
//! | OpenID Connect Core §2: ID tokens | [`id_token`] |
//! | OpenID Connect Core §5.1, §5.4: claims | [`claims`] |
//! | OpenID Connect Core §5.3: userinfo | [`userinfo`] |
//! | RFC 6750: bearer tokens | [`bearer`] |
//! | RFC 7662: introspection | [`introspection`] |
//! | RFC 7009: revocation | [`revocation`] |
//! | RFC 6749 §4.1.1, OpenID Connect Core §3.1.2: the authorization endpoint | [`authorize`] |
//! | RFC 9126: pushed requests | [`authorize::pushed`] |
//! | RFC 9101, OpenID Connect Core §6: request objects | [`authorize::arrival`], [`authorize::request_object`], [`authorize::reference`] |
//! | RFC 7523 §3, RFC 9101 §10.8, RFC 9449 §11.1: names that count once | [`once`] |
//! | OpenID Connect Core §3.1.2.4: consent | [`consent`] |
//! | RP-Initiated Logout 1.0 | [`logout`] |
//! | RFC 8414, OpenID Connect Discovery: metadata | [`server`], [`discovery`] |
//! | RFC 6749 §1.3: grants and codes | [`grant`] |
//! | RFC 8693: token exchange | [`token_exchange`] |
//! | RFC 8628: device authorization | [`device`], [`user_code`] |
//! | OpenID Connect CIBA: asking for a person who is elsewhere | [`ciba`] |
//! | RFC 8628 §3.5, OpenID Connect CIBA §11: polling for what is decided elsewhere | [`decoupled`] |
//! | RFC 7591 §2, OpenID Connect Dynamic Client Registration §2: clients | [`client`] |

pub mod access_token;
pub mod acr;
pub mod audience;
pub mod authorization_details;
pub mod authorize;
pub mod bearer;
pub mod ciba;
pub mod claims;
pub mod claims_locales;
pub mod claims_request;
pub mod client;
pub mod client_auth;
pub mod confirmation;
pub mod consent;
pub mod decoupled;
pub mod device;
pub mod discovery;
pub mod dpop;
pub mod error;
pub mod grant;
pub mod id_token;
pub mod introspection;
pub mod logout;
pub mod once;
pub mod params;
pub mod pkce;
pub mod possession;
pub mod prompt;
pub mod protected_resource;
pub mod refresh_token_family;
pub mod resource_server;
pub mod response_mode;
pub mod response_type;
pub mod revocation;
pub mod scope;
pub mod server;
pub mod step_up;
pub mod subject;
pub mod token;
pub mod token_exchange;
pub mod user_code;
pub mod userinfo;

pub use error::{ErrorCode, OAuthError};
pub use params::Params;
pub use scope::Scope;
