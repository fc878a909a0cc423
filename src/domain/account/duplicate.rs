//! Two accounts that look like one person's, until somebody judges.

use super::likeness::Likeness;
use crate::base::Timestamp;
use crate::base::id::Subject;

crate::id! {
    /// A pair of accounts that were found alike.
    DuplicateId,
}

/// A pair of accounts that were found alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Its name.
    pub id: DuplicateId,
    /// Both, the smaller subject first.
    pub accounts: [Subject; 2],
    /// How alike they are, and why.
    pub likeness: Likeness,
    /// When that was found.
    pub found_at: Timestamp,
}

/// A pair in its one order; `None` for an account and itself.
pub fn pair(one: &Subject, other: &Subject) -> Option<[Subject; 2]> {
    match one.as_ref().cmp(other.as_ref()) {
        std::cmp::Ordering::Less => Some([one.clone(), other.clone()]),
        std::cmp::Ordering::Greater => Some([other.clone(), one.clone()]),
        std::cmp::Ordering::Equal => None,
    }
}
