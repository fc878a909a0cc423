//! A copy of everything about a person: asked for, made by a job, fetched for some days by nobody but its owner.

use std::time::Duration;

use crate::base::Timestamp;
use crate::base::time::{days, minutes};

crate::id! {
    /// One copy.
    ExportId,
}

/// How long a copy can be fetched.
pub const LIFETIME: Duration = days(7);

/// A job that has not finished by then is begun again.
pub const PATIENCE: Duration = minutes(10);

/// How many copies one person may ask for in a day.
pub const A_DAY: i64 = 3;

/// A copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Its name.
    pub id: ExportId,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When it was ready.
    pub ready_at: Option<Timestamp>,
    /// Until when it can be fetched.
    pub expires_at: Option<Timestamp>,
    /// How large it is, in bytes.
    pub size: i64,
}

impl Export {
    /// Whether it can be fetched now.
    pub fn can_be_fetched_at(&self, now: Timestamp) -> bool {
        self.ready_at.is_some() && self.expires_at.is_some_and(|end| now < end)
    }
}
