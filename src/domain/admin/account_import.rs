//! One account that comes from another system, put together value by value: what must be right is refused with its
//! reason, what merely cannot be taken over is noted, and the account is taken without it.

use crate::base::Timestamp;
use crate::base::id::Subject;
use crate::base::text::is_storable;
use crate::domain::account::email_address::EmailAddressError;
use crate::domain::account::{EmailAddress, Field, HeldEmail, Profile, State};
use crate::domain::admin::account_carried::Carried;
use crate::domain::auth::foreign_hash::{ForeignHash, HashError};
use crate::domain::registry::import::RowError;

/// An account as it will be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedAccount {
    /// Its name in the other system: an import that is repeated knows it by this.
    pub source_id: String,
    /// The address it is reached by; only a closed account has none.
    pub email: Option<HeldEmail>,
    /// Whether it may be used.
    pub state: State,
    /// What is known about the person.
    pub profile: Profile,
    /// The hash of the password.
    pub hash: Option<ImportedHash>,
    /// When that was set.
    pub password_set_at: Option<Timestamp>,
    /// When it was opened there.
    pub opened_at: Option<Timestamp>,
    /// The accounts of other providers that it was linked with.
    pub identities: Vec<Identity>,
    /// What only an installation of ours can say.
    pub carried: Option<Box<Carried>>,
    /// What is not taken over.
    pub notes: Vec<RowError>,
}

/// The hash of a password that comes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportedHash {
    /// Another system made it.
    Foreign(ForeignHash),
    /// An installation of ours kept it so.
    Ours(String),
}

/// An account of another provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider, as the other system named it.
    pub provider: String,
    /// The person, as the provider named them.
    pub subject: String,
}

/// Where a value came from decides what a wrong one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person made the file and can mend it: a wrong value refuses its row.
    Person,
    /// A system wrote it, and nobody can: a wrong value of the profile is left out, and noted.
    System,
}

/// An account that is being put together.
#[derive(Clone, Debug)]
pub struct Draft {
    author: Author,
    errors: Vec<RowError>,
    notes: Vec<RowError>,
    source_id: String,
    email: Option<EmailAddress>,
    /// Whether the other system had verified the address.
    pub verified: bool,
    /// Whether the other system had stopped the account.
    pub is_suspended: bool,
    profile: Profile,
    phone_verified: bool,
    password: Option<ForeignHash>,
    /// When the password was set.
    pub password_set_at: Option<Timestamp>,
    /// When it was opened there.
    pub opened_at: Option<Timestamp>,
    identities: Vec<Identity>,
}

/// The longest name of an account in another system, in bytes.
const LONGEST_SOURCE_ID: usize = 255;
/// More accounts of other providers than anybody has.
const MOST_IDENTITIES: usize = 20;

impl Draft {
    /// Begin with nothing.
    pub fn new(author: Author) -> Self {
        Self {
            author,
            errors: Vec::new(),
            notes: Vec::new(),
            source_id: String::new(),
            email: None,
            verified: false,
            is_suspended: false,
            profile: Profile::default(),
            phone_verified: false,
            password: None,
            password_set_at: None,
            opened_at: None,
            identities: Vec::new(),
        }
    }

    /// A value without which the account is not taken.
    pub fn refuse(&mut self, column: &'static str, reason: &'static str, explanation: impl Into<String>) {
        self.errors.push(RowError { column, reason, explanation: explanation.into() });
    }

    /// A value that is left out.
    pub fn note(&mut self, column: &'static str, reason: &'static str, explanation: impl Into<String>) {
        self.notes.push(RowError { column, reason, explanation: explanation.into() });
    }

    /// The account's name in the other system.
    pub fn source_id(&mut self, column: &'static str, text: &str) {
        let text = text.trim();
        if text.len() > LONGEST_SOURCE_ID {
            self.refuse(column, "too_long", "at most 255 bytes");
        } else if !is_storable(text, false) {
            self.refuse(column, "control_character", "control characters cannot be stored");
        } else {
            text.clone_into(&mut self.source_id);
        }
    }

    /// The address.
    pub fn email(&mut self, text: &str) {
        match EmailAddress::parse(text) {
            Ok(address) => self.email = Some(address),
            Err(error) => {
                let explanation = match error {
                    EmailAddressError::Empty => "an account is reached by its e-mail address, and there is none",
                    EmailAddressError::TooLong => "longer than an address can be",
                    EmailAddressError::Malformed => "no e-mail address",
                };
                self.refuse("email", error.word(), explanation);
            }
        }
    }

    /// One value of the profile.
    pub fn field(&mut self, field: Field, text: &str) {
        let column = field.claim();
        let outcome = match is_formula(field, text) {
            true => Err(("formula", "a spreadsheet would run this as a formula")),
            false => self.profile.set(field, text).map_err(|error| (error.word(), "not a value of this kind")),
        };
        match (outcome, self.author) {
            (Ok(()), _) => {}
            (Err((reason, why)), Author::Person) => self.refuse(column, reason, why),
            (Err((reason, why)), Author::System) => self.note(column, reason, format!("{why}: left out")),
        }
    }

    /// The telephone number was proved to be the person's.
    pub fn phone_verified(&mut self, is_verified: bool) {
        self.phone_verified = is_verified;
    }

    /// A password's hash in the notation of another system.
    pub fn password_text(&mut self, text: &str) {
        // What Django writes for an account without a password.
        if text.trim().starts_with('!') {
            return;
        }
        self.password(ForeignHash::read(text));
    }

    /// A password's hash that was read.
    pub fn password(&mut self, hash: Result<ForeignHash, HashError>) {
        match hash {
            Ok(hash) => self.password = Some(hash),
            Err(error) => self.refuse("password_hash", error.word(), error.explanation()),
        }
    }

    /// The password must be chosen anew.
    pub fn forget_password(&mut self) {
        self.password = None;
    }

    /// An account of another provider.
    pub fn identity(&mut self, provider: &str, subject: &str) {
        let fits = |text: &str| (1..=LONGEST_SOURCE_ID).contains(&text.len()) && is_storable(text, false);
        if !fits(provider) || !fits(subject) || self.identities.len() == MOST_IDENTITIES {
            self.note("identities", "not_taken_over", "an account of another provider that cannot be stored");
            return;
        }
        let identity = Identity { provider: provider.to_owned(), subject: subject.to_owned() };
        if !self.identities.contains(&identity) {
            self.identities.push(identity);
        }
    }

    /// The account, or everything that is wrong with it.
    pub fn finish(mut self) -> Result<ImportedAccount, Vec<RowError>> {
        let Some(email) = self.email.filter(|_| self.errors.is_empty()) else {
            if self.errors.is_empty() {
                let explanation = "an account is reached by its e-mail address, and there is none".to_owned();
                self.errors.push(RowError { column: "email", reason: "required", explanation });
            }
            return Err(self.errors);
        };
        let state = match (self.is_suspended, self.verified) {
            (true, _) => State::Suspended,
            (false, true) => State::Active,
            (false, false) => State::Unverified,
        };
        // Where a file has no names of its own, the address is one.
        let source_id = if self.source_id.is_empty() { email.normal() } else { self.source_id };
        let profile = match self.phone_verified && self.profile.get(Field::PhoneNumber).is_some() {
            true => {
                let values: Vec<_> = self.profile.values().map(|(field, text)| (field, text.to_owned())).collect();
                Profile::restore(values, true)
            }
            false => self.profile,
        };
        Ok(ImportedAccount {
            source_id,
            email: Some(HeldEmail { address: email, verified: self.verified }),
            state,
            profile,
            hash: self.password.map(ImportedHash::Foreign),
            password_set_at: self.password_set_at,
            opened_at: self.opened_at,
            identities: self.identities,
            carried: None,
            notes: self.notes,
        })
    }
}

/// A name in another system as a subject here, if it can be one: [OpenID Connect Core §2] has at most 255 ASCII
/// characters, of which only those are taken that mean nothing in addresses, spreadsheets and pages.
///
/// [OpenID Connect Core §2]: https://openid.net/specs/openid-connect-core-1_0.html#IDToken
pub fn as_subject(source_id: &str) -> Option<Subject> {
    let begins_well = source_id.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~' | b':' | b'|');
    (begins_well && source_id.len() <= 255 && source_id.bytes().all(is_plain)).then(|| Subject::from(source_id))
}

/// Whether a text can name another system.
pub fn is_source(text: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=60).contains(&text.len()) && text.bytes().all(is_plain)
}

/// A text that a spreadsheet takes for a formula: in what somebody exports one day, it would run.
fn is_formula(field: Field, text: &str) -> bool {
    let text = text.trim();
    if field == Field::PhoneNumber {
        return false;
    }
    let calls = || text.contains(['(', '（', '|', '!', '！']);
    text.starts_with(['=', '＝']) || (text.starts_with(['+', '-', '@', '＋', '－', '＠']) && calls())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(draft: Draft) -> Vec<(&'static str, &'static str)> {
        draft.finish().map_or_else(
            |errors| errors.iter().map(|error| (error.column, error.reason)).collect(),
            |account| account.notes.iter().map(|note| (note.column, note.reason)).collect(),
        )
    }

    fn draft(author: Author) -> Draft {
        let mut draft = Draft::new(author);
        draft.email("Hanako@mail.example");
        draft
    }

    #[test]
    fn the_state_follows_from_what_the_other_system_knew() {
        for (verified, suspended, state) in [
            (true, false, State::Active),
            (false, false, State::Unverified),
            (true, true, State::Suspended),
            (false, true, State::Suspended),
        ] {
            let mut draft = draft(Author::System);
            (draft.verified, draft.is_suspended) = (verified, suspended);
            assert_eq!(draft.finish().unwrap().state, state);
        }
        assert_eq!(draft(Author::System).finish().unwrap().source_id, "hanako@mail.example");
    }

    #[test]
    fn a_wrong_value_refuses_what_a_person_wrote_and_is_left_out_of_what_a_system_wrote() {
        for (field, text, reason) in [
            (Field::Zoneinfo, "Mars/Olympus", "time_zone"),
            (Field::Name, "=HYPERLINK(\"https://evil.example\")", "formula"),
            (Field::Nickname, "@SUM(1+1)*cmd|' /C calc'!A0", "formula"),
            (Field::GivenName, "a\u{7}b", "control_characters"),
            (Field::FamilyName, &"あ".repeat(101), "too_long"),
        ] {
            for author in [Author::Person, Author::System] {
                let mut draft = draft(author);
                draft.field(field, text);
                assert_eq!(draft.clone().finish().is_ok(), author == Author::System, "{text}");
                assert_eq!(reasons(draft), [(field.claim(), reason)]);
            }
        }
        let mut fine = draft(Author::Person);
        fine.field(Field::PhoneNumber, "+81 (0)90-1234-5678");
        fine.field(Field::Nickname, "-hana-");
        fine.phone_verified(true);
        let account = fine.finish().unwrap();
        assert!(account.profile.phone_verified() && account.notes.is_empty());
    }

    #[test]
    fn what_must_be_right_is_named() {
        assert_eq!(reasons(Draft::new(Author::System)), [("email", "required")]);
        let mut wrong = Draft::new(Author::System);
        wrong.email("nobody");
        wrong.source_id("id", "a\0b");
        wrong.password_text("$2b$31$abcdefghijklmnopqrstuuE6PjLGXXrBslYFxtLUxzbKgk6.xrTEC");
        assert_eq!(
            reasons(wrong),
            [("email", "not_an_email"), ("id", "control_character"), ("password_hash", "too_costly_hash")]
        );
        let mut none = draft(Author::System);
        none.password_text("!unusable");
        assert_eq!(none.finish().unwrap().hash, None);
    }

    #[test]
    fn only_plain_names_become_subjects() {
        for good in ["auth0|60425dc43519d90068f82973", "f:12:hanako", "0b9c4d0e-2a5b-4f6e-9d3c-1a2b3c4d5e6f"] {
            assert_eq!(as_subject(good).as_ref().map(AsRef::as_ref), Some(good));
        }
        for bad in ["", "=1", "a b", "a/b", "a?b", "花子", "a\nb", &"a".repeat(256)] {
            assert_eq!(as_subject(bad), None, "{bad}");
        }
    }
}
