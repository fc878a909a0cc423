//! Moments in milliseconds since 1970 (UTC), durations, calendar dates, and the one clock.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

pub use jiff::civil::Date;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970 (UTC).
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From seconds since 1970 (UTC), as JWT claims carry them.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// From RFC 3339, such as `2026-11-22T09:00:00+09:00`.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|moment| Self(moment.as_millisecond()))
    }

    /// Milliseconds since 1970 (UTC).
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970 (UTC), rounded down: the `NumericDate` of RFC 7519 §2.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment moved into the future.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(millis_of(duration)))
    }

    /// This moment moved into the past.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(millis_of(duration)))
    }

    /// How long ago `earlier` was; zero if it lies in the future.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The calendar date at this moment in a zone named as in the IANA database, or `None` for an unknown zone.
    pub fn date_in(self, zone: &str) -> Option<Date> {
        Some(self.zoned(zone)?.date())
    }

    /// The local moment in a zone named as in the IANA database, or `None` for an unknown zone.
    pub fn zoned(self, zone: &str) -> Option<jiff::Zoned> {
        let zone = jiff::tz::TimeZone::get(zone).ok()?;
        Some(jiff::Timestamp::from_millisecond(self.0).ok()?.to_zoned(zone))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339, in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => write!(f, "{moment}"),
            Err(_) => write!(f, "{}", self.0),
        }
    }
}

fn millis_of(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// So many milliseconds.
pub const fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// So many seconds.
pub const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// So many minutes.
pub const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// So many hours.
pub const fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

/// So many days of 24 hours.
pub const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}

/// Where "now" comes from. Nothing else in the program asks the system for the time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that tests move by hand.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at `start` until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.millis())))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system_now(),
            Self::Manual(millis) => Timestamp(millis.load(Ordering::SeqCst)),
        }
    }

    /// Move a manual clock forward; the system's clock is left alone.
    pub fn advance(&self, duration: Duration) {
        if let Self::Manual(millis) = self {
            millis.fetch_add(millis_of(duration), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn system_now() -> Timestamp {
    let since_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(since_1970.map_or(0, millis_of))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_depends_on_the_zone() {
        let evening = Timestamp::from_millis(1_795_361_400_000); // 2026-11-22T15:30:00Z
        assert_eq!(evening.to_string(), "2026-11-22T15:30:00Z");
        assert_eq!(evening.date_in("Asia/Tokyo").map(|d| d.to_string()).as_deref(), Some("2026-11-23"));
        assert_eq!(evening.date_in("UTC").map(|d| d.to_string()).as_deref(), Some("2026-11-22"));
        assert_eq!(evening.date_in("Nowhere/Land"), None);
    }

    #[test]
    fn a_moment_is_read_with_its_offset() {
        let morning = Timestamp::from_rfc3339("2026-11-22T09:00:00+09:00").unwrap();
        assert_eq!(morning.to_string(), "2026-11-22T00:00:00Z");
        assert_eq!(Timestamp::from_rfc3339("2026-11-22"), None);
    }

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(Timestamp::from_seconds(10));
        clock.advance(minutes(1));
        assert_eq!(clock.now(), Timestamp::from_seconds(70));
    }
}
