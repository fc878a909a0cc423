//! Names that count once: the `jti` of client assertions (RFC 7523 §3), request objects (RFC 9101 §10.8) and DPoP
//! proofs (RFC 9449 §11.1).

use crate::base::Timestamp;

/// A name with the time for which it must be remembered; afterwards its bearer is refused for its age.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneTimeName {
    /// The name, as its maker chose it.
    pub jti: String,
    /// Until when it is remembered.
    pub until: Timestamp,
}
