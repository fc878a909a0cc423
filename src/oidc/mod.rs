//! What the standards say, as values and pure functions: no SQL, no HTTP, no clock, no randomness.
//!
//! | standard | file |
//! |---|---|
//! | RFC 6749 §4.1.2.1, §5.2 and later registrations: error codes | [`error`] |
//! | RFC 6749 §3.1, §3.2: parameters | [`params`] |
//! | RFC 6749 §3.3, OpenID Connect Core §5.4: scope | [`scope`] |
//! | OAuth 2.0 Multiple Response Types | [`response_type`], [`response_mode`] |
//! | RFC 7636: PKCE | [`pkce`] |
//! | OpenID Connect Core §3.1.2.1: `prompt` | [`prompt`] |
//! | OpenID Connect Core §5.5.1.1: `acr` | [`acr`] |
//! | OpenID Connect Core §5.5: `claims` | [`claims_request`] |
//! | OpenID Connect Core §8: subjects | [`subject`] |
//! | RFC 7591 §2, OpenID Connect Dynamic Client Registration §2: clients | [`client`] |

pub mod acr;
pub mod claims_request;
pub mod client;
pub mod error;
pub mod params;
pub mod pkce;
pub mod prompt;
pub mod response_mode;
pub mod response_type;
pub mod scope;
pub mod subject;

pub use error::{ErrorCode, OAuthError};
pub use params::Params;
pub use scope::Scope;
