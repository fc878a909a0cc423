//! The end of an account: closed at once, undone by its owner for some days, then erased.

use super::lifecycle::State;
use crate::base::Timestamp;
use crate::base::id::Subject;

crate::id! {
    /// One closure, as the link by which its owner comes back names it.
    ClosureId,
}

/// Who closed an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedBy {
    /// Its owner.
    Owner,
    /// Staff, for its owner.
    Staff,
    /// The policy for accounts that nobody uses.
    Policy,
}

impl ClosedBy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Staff, Self::Policy];

    /// The word that is stored and that the API shows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Staff => "staff",
            Self::Policy => "policy",
        }
    }

    /// Read a stored word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.word() == word)
    }
}

/// The end of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// Its name in links.
    pub id: ClosureId,
    /// Whose account.
    pub sub: Subject,
    /// Since when.
    pub closed_at: Timestamp,
    /// By whom.
    pub closed_by: ClosedBy,
    /// The state to which coming back leads: closing lifts no suspension.
    pub was: State,
    /// Until when its owner may come back.
    pub undo_until: Timestamp,
    /// When it was erased.
    pub erased_at: Option<Timestamp>,
}

impl Closure {
    /// Whether its owner may come back now.
    pub fn can_be_undone_at(&self, now: Timestamp) -> bool {
        self.erased_at.is_none() && now < self.undo_until
    }

    /// Whether it is time to erase the account.
    pub fn is_to_be_erased_at(&self, now: Timestamp) -> bool {
        self.erased_at.is_none() && now >= self.undo_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_comes_back_until_the_last_second_and_never_after_the_erasure() {
        let at = Timestamp::from_seconds;
        let mut closure = Closure {
            id: ClosureId::from("c"),
            sub: Subject::from("s"),
            closed_at: at(0),
            closed_by: ClosedBy::Owner,
            was: State::Active,
            undo_until: at(100),
            erased_at: None,
        };
        assert!(closure.can_be_undone_at(at(99)) && !closure.is_to_be_erased_at(at(99)));
        assert!(!closure.can_be_undone_at(at(100)) && closure.is_to_be_erased_at(at(100)));
        closure.erased_at = Some(at(101));
        assert!(!closure.can_be_undone_at(at(0)) && !closure.is_to_be_erased_at(at(200)));
    }
}
