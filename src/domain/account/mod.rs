//! A person's account: who it is, how it is reached, and whether it may be used.

pub mod closure;
pub mod customer_number;
pub mod data_map;
pub mod duplicate;
pub mod email_address;
pub mod email_change;
pub mod export;
pub mod hold;
pub mod lifecycle;
pub mod likeness;
pub mod merge;
pub mod person_name;
pub mod profile;
pub mod profile_field;
pub mod retention;
pub mod search;
pub mod terms;

pub use customer_number::CustomerNumber;
pub use email_address::EmailAddress;
pub use lifecycle::{Barred, State};
pub use profile::Profile;
pub use profile_field::Field;

use crate::base::Timestamp;
use crate::base::id::Subject;
use crate::base::locale::Locale;

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
    /// The address it is reached by.
    pub email: Option<HeldEmail>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the profile changed last (`updated_at` of OpenID Connect Core §5.1).
    pub updated_at: Timestamp,
    /// What began before this moment is void: see [`Standing::honours`].
    pub signed_out_at: Timestamp,
}

/// An address of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldEmail {
    /// The address.
    pub address: EmailAddress,
    /// Whether its holder proved to receive mail there.
    pub verified: bool,
}

/// As much of an account as decides whether a session, a code, a grant or a token of it still counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whether it may be used.
    pub state: State,
    /// What began before this moment is void.
    pub signed_out_at: Timestamp,
}

impl Standing {
    /// Whether what began at `began_at` (a session, a code, a grant, a refresh family) still counts: the account
    /// may authenticate, and nobody has since changed its password or signed it out everywhere.
    pub fn honours(&self, began_at: Timestamp) -> bool {
        self.state.may_authenticate().is_ok() && began_at >= self.signed_out_at
    }
}

impl Account {
    /// Its standing.
    pub fn standing(&self) -> Standing {
        Standing { state: self.state, signed_out_at: self.signed_out_at }
    }

    /// The language its owner reads, if they said so.
    pub fn locale(&self) -> Option<Locale> {
        self.profile.get(Field::Locale).and_then(Locale::from_tag)
    }

    /// The verified address, to which letters may go.
    pub fn verified_email(&self) -> Option<&EmailAddress> {
        self.email.as_ref().filter(|email| email.verified).map(|email| &email.address)
    }

    /// How pages address the person: by name, else by what stands before the @, else by the customer number.
    pub fn shown_name(&self) -> String {
        let local = || self.email.as_ref().map(|email| email.address.local().to_owned());
        self.profile.greeting_name().or_else(local).unwrap_or_else(|| self.number.to_string())
    }

    /// The person's own words, which must not make up a password.
    pub fn personal_words(&self) -> Vec<String> {
        let mut words = self.profile.personal_words();
        words.extend(self.email.as_ref().map(|email| email.address.to_string()));
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_began_before_a_sign_out_everywhere_is_void() {
        let at = Timestamp::from_seconds;
        let standing = Standing { state: State::Active, signed_out_at: at(100) };
        assert!(!standing.honours(at(99)));
        assert!(standing.honours(at(100)));
        assert!(!Standing { state: State::Suspended, ..standing }.honours(at(200)));
    }
}
