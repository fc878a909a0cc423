//! Slowing down guesses: how many tries are free, and how long the wait grows after that. NIST SP 800-63B-4 §3.2.2.
//! A wait always ends; nobody can lock somebody else out for good.

use std::net::IpAddr;
use std::time::Duration;

use crate::base::Timestamp;

/// The limits for one kind of counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Tries without any wait.
    pub free: i64,
    /// The wait after the first try beyond; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// A counter that was left alone for so long starts anew.
    pub forget_after: Duration,
}

/// How often something was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counter {
    /// Tries so far.
    pub tries: i64,
    /// When the last try was.
    pub last_at: Option<Timestamp>,
}

/// Whether a try may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Yes, and the counter then stands like this.
    Go(Counter),
    /// Not before this moment. The counter stays, so that impatience costs nothing.
    Wait {
        /// The moment from which on a try may be made.
        until: Timestamp,
    },
}

impl Limits {
    /// Decide about one more try. The try is counted before its secret is looked at.
    pub fn judge(&self, counter: Counter, now: Timestamp) -> Verdict {
        let counter = self.remembered(counter, now);
        match counter.last_at.map(|last| last.plus(self.wait_after(counter.tries))) {
            Some(until) if now < until => Verdict::Wait { until },
            _ => Verdict::Go(Counter { tries: counter.tries.saturating_add(1), last_at: Some(now) }),
        }
    }

    /// How long to wait after so many tries.
    fn wait_after(&self, tries: i64) -> Duration {
        let beyond = tries.saturating_sub(self.free);
        if beyond < 0 {
            return Duration::ZERO;
        }
        // Doubling more than 30 times is beyond every limit anyway.
        let factor = 1_u32 << u32::try_from(beyond.min(30)).unwrap_or(30);
        self.first_wait.saturating_mul(factor).min(self.longest_wait)
    }

    fn remembered(&self, counter: Counter, now: Timestamp) -> Counter {
        match counter.last_at {
            Some(last) if now.since(last) < self.forget_after => counter,
            _ => Counter::default(),
        }
    }
}

/// Where a request comes from, as far as throttling goes: one IPv4 address, or the /64 that a household or a
/// phone gets in IPv6.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network(String);

impl Network {
    /// The network of a peer's address. An IPv4 address in IPv6 clothes is the IPv4 address.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(v4) => v4.to_string(),
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        })
    }

    /// The neighbourhood of a peer's address: what one customer of a data centre has, or one provider's corner.
    pub fn around(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}::/48")
            }
        })
    }

    /// A text that is the same for the whole network.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{hours, minutes, seconds};

    const LIMITS: Limits =
        Limits { free: 3, first_wait: seconds(30), longest_wait: minutes(5), forget_after: hours(24) };

    fn after(tries: i64, at: Timestamp) -> Counter {
        Counter { tries, last_at: Some(at) }
    }

    #[test]
    fn the_first_tries_are_free_and_then_waits_double_up_to_the_longest() {
        let now = Timestamp::from_seconds(1000);
        for (tries, wait) in [(0, 0), (2, 0), (3, 30), (4, 60), (5, 120), (6, 240), (7, 300), (1000, 300)] {
            let until = now.plus(seconds(wait));
            if wait > 0 {
                assert_eq!(
                    LIMITS.judge(after(tries, now), until.minus(seconds(1))),
                    Verdict::Wait { until },
                    "{tries}"
                );
            }
            assert!(matches!(LIMITS.judge(after(tries, now), until), Verdict::Go(_)), "{tries}");
        }
    }

    #[test]
    fn every_try_counts() {
        let now = Timestamp::from_seconds(1000);
        let mut counter = Counter::default();
        let mut made = 0;
        for _ in 0..100 {
            if let Verdict::Go(next) = LIMITS.judge(counter, now) {
                counter = next;
                made += 1;
            }
        }
        assert_eq!(made, LIMITS.free);
    }

    #[test]
    fn a_counter_left_alone_starts_anew() {
        let then = Timestamp::from_seconds(1000);
        let now = then.plus(hours(24));
        assert_eq!(LIMITS.judge(after(1000, then), now), Verdict::Go(after(1, now)));
    }

    #[test]
    fn a_neighbourhood_is_wider_than_a_network() {
        let around = |text: &str| Network::around(text.parse().unwrap());
        assert_eq!(around("192.0.2.1"), around("::ffff:192.0.2.200"));
        assert_ne!(around("192.0.2.1"), around("192.0.3.1"));
        assert_eq!(around("2001:db8:1:2::1"), around("2001:db8:1:ffff::1"));
        assert_ne!(around("2001:db8:1::1"), around("2001:db8:2::1"));
    }

    /// (A113)
    #[test]
    fn a_network_is_an_ipv4_address_or_an_ipv6_64() {
        let network = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
    }
}
