//! A sign-in from elsewhere: which ones their owner gets a letter about, and what is said of the place. There is no map
//! of networks; an address is shortened until it is nobody's.

use std::net::IpAddr;

/// What is known of an account when somebody signs in to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether this browser has signed in to it before.
    pub browser: bool,
    /// Whether any has.
    pub any_browser: bool,
    /// Whether somebody has signed in to it from this wide network.
    pub network: bool,
    /// Whether somebody has from any.
    pub any_network: bool,
}

/// What is new about a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// The browser.
    Browser,
    /// The network alone.
    Network,
}

impl Novelty {
    /// The word for it in the audit log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Network => "network",
        }
    }
}

impl Known {
    /// What is new. The first sign-in of an account is nothing new: there is nobody else yet whom it could be told.
    pub fn novelty(self) -> Option<Novelty> {
        match (self.any_browser || self.any_network, self.browser) {
            (false, _) => None,
            (true, false) => Some(Novelty::Browser),
            // A browser from before networks were remembered stays a known one.
            (true, true) => (self.any_network && !self.network).then_some(Novelty::Network),
        }
    }
}

/// An address as a person is shown it: enough to tell home from abroad for whoever knows their own, and not whose
/// line it was.
pub fn shown_network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.*")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:*")
        }
    }
}

/// The network by which a sign-in is from elsewhere or not: about as much as one provider gives out in one region, since
/// a telephone has another address every day.
pub fn wide_network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            format!("{a}.{b}.0.0/16")
        }
        IpAddr::V6(v6) => {
            let [a, b, ..] = v6.segments();
            format!("{a:x}:{b:x}::/32")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_told_and_a_beginning_is_not() {
        let old = Known { browser: true, any_browser: true, network: true, any_network: true };
        assert_eq!(Known::default().novelty(), None);
        assert_eq!(old.novelty(), None);
        assert_eq!(Known { browser: false, ..old }.novelty(), Some(Novelty::Browser));
        assert_eq!(Known { network: false, ..old }.novelty(), Some(Novelty::Network));
        assert_eq!(Known { browser: false, any_browser: false, ..old }.novelty(), Some(Novelty::Browser));
        assert_eq!(Known { network: false, any_network: false, ..old }.novelty(), None);
    }

    #[test]
    fn no_whole_address_is_shown() {
        let shown = |text: &str| shown_network(text.parse().unwrap());
        assert_eq!(shown("203.0.113.77"), "203.0.113.*");
        assert_eq!(shown("::ffff:203.0.113.77"), "203.0.113.*");
        assert_eq!(shown("2001:db8:1:2:3:4:5:6"), "2001:db8:1:*");
    }

    #[test]
    fn a_neighbour_is_no_stranger() {
        let wide = |text: &str| wide_network(text.parse().unwrap());
        assert_eq!(wide("203.0.113.77"), wide("203.0.1.2"));
        assert_ne!(wide("203.0.113.77"), wide("198.51.100.1"));
        assert_eq!(wide("2001:db8:1:2::1"), wide("2001:db8:ffff::1"));
        assert_ne!(wide("2001:db8::1"), wide("2001:db9::1"));
    }
}
