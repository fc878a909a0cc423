//! Getting back in without the second factor. The ladder, from the nearest step to the last one:
//!
//! 1. another authenticator application of the account,
//! 2. a recovery code,
//! 3. support: a member of staff, having made sure who asks, takes the second factor away. It happens a day later; the
//!    owner is told at once and again when it happens, and can stop it in between by the letter or on my page.
//!
//! A forgotten password is another matter: a new one is set by mail, and the second factor is asked for all the same.

use std::time::Duration;

use crate::base::Timestamp;
use crate::base::time::hours;

crate::id! {
    /// One wish to take a second factor away.
    FactorResetId,
}

/// How long the owner has to stop it.
pub const COOLING_OFF: Duration = hours(24);

/// A second factor that will be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactorReset {
    /// Its name.
    pub id: FactorResetId,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// From when on it happens, at the next sign-in.
    pub due_at: Timestamp,
}

impl FactorReset {
    /// Whether the time to stop it is over.
    pub fn is_due_at(&self, now: Timestamp) -> bool {
        now >= self.due_at
    }
}
