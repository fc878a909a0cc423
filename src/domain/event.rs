//! A fact that a unit of work records: an audit entry now, and later what webhooks tell.

use crate::base::id::Subject;

/// Something that happened, or a record that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Noun and verb: `registration.activated`.
    pub name: &'static str,
    /// What kind of thing it happened to.
    pub object_kind: &'static str,
    /// Which one.
    pub object_id: String,
    /// The customer whose record it concerns.
    pub subject: Option<Subject>,
    /// What changed.
    pub changes: Vec<Change>,
    /// What was shown.
    pub shown: Vec<&'static str>,
}

/// One field before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: &'static str,
    /// Its value before; `None` where there was none.
    pub before: Option<String>,
    /// Its value after; `None` where it is gone.
    pub after: Option<String>,
    /// Whether it says something about the person that must be gone when their account is erased.
    pub private: bool,
}

impl Event {
    /// A fact by its name.
    pub fn new(name: &'static str) -> Self {
        Self { name, object_kind: "", object_id: String::new(), subject: None, changes: vec![], shown: vec![] }
    }

    /// What it happened to.
    #[must_use]
    pub fn about(mut self, kind: &'static str, id: impl AsRef<str>) -> Self {
        self.object_kind = kind;
        id.as_ref().clone_into(&mut self.object_id);
        self
    }

    /// Whose record it concerns.
    #[must_use]
    pub fn of(mut self, sub: &Subject) -> Self {
        self.subject = Some(sub.clone());
        self
    }

    /// A field before and after. Secrets never come here: say that they changed, not to what.
    #[must_use]
    pub fn change(mut self, field: &'static str, before: Option<&str>, after: Option<&str>) -> Self {
        let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
        self.changes.push(Change { field, before, after, private: false });
        self
    }

    /// The same for what the person says about themselves: readable as long as they have an account.
    #[must_use]
    pub fn private_change(mut self, field: &'static str, before: Option<&str>, after: Option<&str>) -> Self {
        let (before, after) = (before.map(str::to_owned), after.map(str::to_owned));
        self.changes.push(Change { field, before, after, private: true });
        self
    }

    /// Fields that were shown.
    #[must_use]
    pub fn showing(mut self, fields: &[&'static str]) -> Self {
        self.shown.extend_from_slice(fields);
        self
    }
}
