//! A person's account: who it is, how it is reached, and whether it may be used.

pub mod customer_number;
pub mod email_address;
pub mod lifecycle;
pub mod person_name;
pub mod profile;
pub mod profile_field;

pub use customer_number::CustomerNumber;
pub use email_address::EmailAddress;
pub use lifecycle::{Barred, State};
pub use profile::Profile;
pub use profile_field::Field;

use crate::base::Timestamp;
use crate::base::id::Subject;

/// One account. It is found by its subject, by its customer number, or by an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What relying parties know it by.
    pub sub: Subject,
    /// What the person says on the telephone.
    pub number: CustomerNumber,
    /// Whether it may be used.
    pub state: State,
    /// Name, language and the other claims.
    pub profile: Profile,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the profile changed last (`updated_at` of OpenID Connect Core §5.1).
    pub updated_at: Timestamp,
}
