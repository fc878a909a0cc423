//! How a use case of the protocol fails: for the client, in the standard's words, or like everything else.

use crate::base::{Error, Fault, Refusal};
use crate::oidc::error::OAuthError;

/// Why an endpoint does not do what it was asked. What the work did is rolled back; a refusal that must be
/// remembered is an outcome instead.
#[derive(Debug)]
pub enum Failure {
    /// For the client.
    OAuth(OAuthError),
    /// For the caller or the operator.
    Error(Error),
}

impl From<OAuthError> for Failure {
    fn from(error: OAuthError) -> Self {
        Self::OAuth(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Error(refusal.into())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Error(fault.into())
    }
}
