//! Changing the address of an account: the new one counts once its letter was answered, and for some days whoever
//! reads the letters to the old one can bring that back.

use super::EmailAddress;
use crate::base::Timestamp;
use crate::base::id::Subject;

crate::id! {
    /// One wish for another address.
    EmailChangeId,
}

/// A wish for another address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailChange {
    /// Its name in addresses of pages.
    pub id: EmailChangeId,
    /// Whose address it is to be.
    pub sub: Subject,
    /// The new address.
    pub address: EmailAddress,
    /// The address it replaced, once it did.
    pub old_address: Option<EmailAddress>,
    /// Until when the letter can be answered.
    pub expires_at: Timestamp,
    /// Until when it can be undone.
    pub undo_until: Option<Timestamp>,
}
