//! A browser session at the OP: how long it lasts, and what it says about the sign-in it began with.

use std::time::Duration;

use super::{Acr, Amr, Proofs};
use crate::base::Timestamp;
use crate::base::id::{SessionId, Subject};
use crate::base::time::minutes;

/// A session stands still for this long before its use is written down again: reading pages should not write
/// a row each time.
const SEEN_EVERY: Duration = minutes(1);

/// How long sessions last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Without use.
    pub idle: Duration,
    /// From the sign-in, however much it is used.
    pub absolute: Duration,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names it in lists and as `sid`; does not open it.
    pub id: SessionId,
    /// Whose it is.
    pub sub: Subject,
    /// When the oldest of its proofs was given (`auth_time`).
    pub auth_time: Timestamp,
    /// How strong that was.
    pub acr: Acr,
    /// By which methods.
    pub amr: Amr,
    /// What it rests on.
    pub proofs: Proofs,
    /// When a sign-in last ended in it. One that asked only for what was missing leaves `auth_time` as it was.
    pub renewed_at: Timestamp,
    /// When it was last used, to within a minute.
    pub seen_at: Timestamp,
    /// Its limit without use.
    pub idle: Duration,
    /// When it ends in any case.
    pub ends_at: Timestamp,
    /// Whether the browser keeps it when it is closed ("stay signed in").
    pub stays: bool,
}

impl Session {
    /// Whether it is alive: neither idle for too long nor past its end.
    pub fn is_alive_at(&self, now: Timestamp) -> bool {
        now < self.ends_at && now < self.seen_at.plus(self.idle)
    }

    /// Whether its use should be written down again.
    pub fn is_to_be_seen_at(&self, now: Timestamp) -> bool {
        // A short idle limit is watched more closely than by the minute.
        now.since(self.seen_at) >= SEEN_EVERY.min(self.idle / 4)
    }

    /// Whether the person has proved to be there at or after `moment`: what `prompt=login` and `max_age` ask.
    pub fn is_authenticated_since(&self, moment: Timestamp) -> bool {
        self.auth_time >= moment
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{hours, seconds};
    use crate::domain::auth::Factor;

    fn session() -> Session {
        let start = Timestamp::from_seconds(1000);
        Session {
            id: SessionId::from("s"),
            sub: Subject::from("u"),
            auth_time: start,
            acr: Acr::Aal1,
            amr: Proofs::of(Factor::Password, start).amr(),
            proofs: Proofs::of(Factor::Password, start),
            renewed_at: start,
            seen_at: start,
            idle: hours(1),
            ends_at: start.plus(hours(12)),
            stays: false,
        }
    }

    #[test]
    fn it_ends_when_idle_and_at_its_limit() {
        let mut session = session();
        let start = session.auth_time;
        assert!(session.is_alive_at(start.plus(hours(1)).minus(seconds(1))));
        assert!(!session.is_alive_at(start.plus(hours(1))));
        session.seen_at = start.plus(hours(12)).minus(seconds(10));
        assert!(session.is_alive_at(start.plus(hours(12)).minus(seconds(1))));
        assert!(!session.is_alive_at(start.plus(hours(12))), "use does not extend the absolute limit");
    }

    #[test]
    fn its_use_is_written_once_a_minute() {
        let session = session();
        assert!(!session.is_to_be_seen_at(session.seen_at.plus(seconds(59))));
        assert!(session.is_to_be_seen_at(session.seen_at.plus(seconds(60))));
    }

    #[test]
    fn going_back_does_not_count_as_signing_in_again() {
        let session = session();
        assert!(session.is_authenticated_since(session.auth_time));
        assert!(!session.is_authenticated_since(session.auth_time.plus(std::time::Duration::from_millis(1))));
    }
}
