//! Signing in with another provider: what it told about a person, and what that is worth here.
//! OpenID Connect Core §5.1 and §5.7.
//!
//! # Decisions
//! - A person is known by provider, issuer and `sub` together. An e-mail address that a provider told says nothing about
//!   whose account it is: it changes hands, and not everybody checks it (OpenID Connect Core §5.7).
//! - An address that has an account is never linked by itself. Who wants that signs in to the account first.

use std::time::Duration;

use crate::base::Timestamp;
use crate::base::id::{SessionId, Subject};
use crate::base::time::minutes;
use crate::domain::account::EmailAddress;
use crate::domain::account::profile_field::Field;
use crate::domain::auth::AttemptId;
use crate::domain::auth::proof::ProofId;

crate::id! {
    /// A provider's account that is linked to one of ours.
    IdentityId,
    /// A provider's account that nobody has linked yet, in the browser that came with it.
    NewcomerId,
}

/// How long the way to a provider and back may take.
pub const LIFETIME: Duration = minutes(15);

/// How long a person whom the provider told of has to decide what becomes of it.
pub const DECIDING: Duration = minutes(30);

/// The longest `sub` ([OpenID Connect Core §2](https://openid.net/specs/openid-connect-core-1_0.html#IDToken)).
pub const LONGEST_SUBJECT: usize = 255;

/// Who somebody is at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider, by its name in the settings.
    pub provider: String,
    /// Its issuer: a provider whose settings were turned to another one knows nobody of the first.
    pub issuer: String,
    /// The person there.
    pub subject: String,
}

/// What a provider told about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Who it is.
    pub identity: Identity,
    /// The address, where it was told.
    pub email: Option<EmailAddress>,
    /// Whether the provider says that the person receives mail there.
    pub email_verified: bool,
    /// Names, as far as they were told; each is taken over only if the profile takes it.
    pub names: Vec<(Field, String)>,
}

impl Told {
    /// The address that needs no further proof.
    pub fn verified_email(&self) -> Option<&EmailAddress> {
        self.email.as_ref().filter(|_| self.email_verified)
    }
}

/// A person on the way to a provider and back. The name of it is the `state` of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Where to.
    pub provider: String,
    /// Fingerprint of the cookie of the browser it belongs to.
    pub browser_hash: String,
    /// The sign-in it belongs to.
    pub attempt: Option<AttemptId>,
    /// Whose account it will be linked to, and in which session they asked for it.
    pub link: Option<(Subject, SessionId)>,
    /// When it is over.
    pub expires_at: Timestamp,
}

/// Somebody whom a provider told of and who has no account that is linked to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newcomer {
    /// Its name in addresses; useless in another browser.
    pub id: NewcomerId,
    /// What was told.
    pub told: Told,
    /// The sign-in it belongs to.
    pub attempt: Option<AttemptId>,
    /// The letter that proves their address.
    pub proof: Option<ProofId>,
    /// When it is over.
    pub expires_at: Timestamp,
}
