//! The address a request came from. Forwarding headers count only when a trusted proxy sent them.

use std::net::IpAddr;

use http::HeaderMap;

use crate::config::network::Network;

/// The right-most address of `X-Forwarded-For` that is not one of our proxies; the peer itself where there is
/// no trusted proxy, no such header, more than one, or one that cannot be read.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let peer = peer.to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(peer) {
        return peer;
    }
    let mut values = headers.get_all("x-forwarded-for").iter();
    let (Some(header), None) = (values.next(), values.next()) else { return peer };
    let Ok(header) = header.to_str() else { return peer };
    let mut nearest = peer;
    for part in header.rsplit(',') {
        let Ok(address) = part.trim().parse::<IpAddr>() else { return nearest };
        nearest = address.to_canonical();
        if !is_trusted(nearest) {
            return nearest;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn address(peer: &str, forwarded: Option<&str>) -> String {
        let config = Config::from_variables(&[("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8")]).unwrap();
        let mut headers = HeaderMap::new();
        if let Some(value) = forwarded {
            headers.insert("x-forwarded-for", value.parse().unwrap());
        }
        client_address(peer.parse().unwrap(), &headers, &config.server.trusted_proxies).to_string()
    }

    /// (A113), (A194)
    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(address("203.0.113.9", Some("1.2.3.4")), "203.0.113.9");
        assert_eq!(address("10.0.0.1", Some("1.2.3.4")), "1.2.3.4");
        assert_eq!(address("10.0.0.1", Some("6.6.6.6, 1.2.3.4, 10.0.0.2")), "1.2.3.4");
        assert_eq!(address("10.0.0.1", None), "10.0.0.1");
    }

    /// (A113), (A194)
    #[test]
    fn what_cannot_be_read_never_skips_a_step() {
        assert_eq!(address("10.0.0.1", Some("a")), "10.0.0.1");
        assert_eq!(address("10.0.0.1", Some("1.2.3.4, a")), "10.0.0.1");
        assert_eq!(address("::ffff:203.0.113.9", Some("1.2.3.4")), "203.0.113.9");
        for odd in ["", ",", "1.2.3.4:80", "[::1]", "unknown", "1.2.3.4,", "1.2.3.4;10.0.0.2", "999.1.1.1"] {
            assert_eq!(address("10.0.0.1", Some(odd)), "10.0.0.1", "{odd}");
        }
        assert_eq!(address("::ffff:10.0.0.1", Some("::ffff:1.2.3.4")), "1.2.3.4");
    }

    /// (A194)
    #[test]
    fn other_headers_and_second_ones_say_nothing() {
        let config = Config::from_variables(&[("HOSHO_SERVER_TRUSTED_PROXIES", "10.0.0.0/8")]).unwrap();
        let mut headers = HeaderMap::new();
        for name in ["forwarded", "x-real-ip", "x_forwarded_for", "x-client-ip", "cf-connecting-ip", "true-client-ip"] {
            headers.insert(name, "1.2.3.4".parse().unwrap());
        }
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        assert_eq!(client_address(proxy, &headers, &config.server.trusted_proxies), proxy);
        headers.append("x-forwarded-for", "1.2.3.4".parse().unwrap());
        headers.append("x-forwarded-for", "5.6.7.8".parse().unwrap());
        headers.insert("connection", "x-forwarded-for".parse().unwrap());
        assert_eq!(client_address(proxy, &headers, &config.server.trusted_proxies), proxy);
    }
}
