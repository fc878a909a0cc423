//! Which addresses belong to the public internet, by the special-purpose registries of IANA (RFC 6890).
//! Whatever is not plainly public is not: private, shared, local to link or machine, reserved, for documentation,
//! for many receivers, and forms that carry another address inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges of IPv4 that are not public.
const NOT_PUBLIC_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared by the customers of a provider; some clouds answer for their metadata in it.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local, with the metadata service of most clouds.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Looks public, and is the host agent of every machine in Azure.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // Multicast, reserved, broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// What is handed out as global unicast. Everything beside it is local, or carries an IPv4 address inside.
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Ranges inside of it that are not public.
const NOT_PUBLIC_V6: &[(Ipv6Addr, u32)] = &[
    // Protocol assignments: Teredo, benchmarking, ORCHID.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// The well-known prefix of NAT64 ([RFC 6052 §2.1](https://www.rfc-editor.org/rfc/rfc6052#section-2.1)).
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

/// Whether an address is one that anybody on the internet can reach.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_in = |(start, prefix): &(Ipv4Addr, u32)| (address.to_bits() ^ start.to_bits()) >> (32 - prefix) == 0;
    !NOT_PUBLIC_V4.iter().any(is_in)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let is_in = |(start, prefix): &(Ipv6Addr, u32)| (address.to_bits() ^ start.to_bits()) >> (128 - prefix) == 0;
    // Where a network has no IPv4, its resolver gives public hosts in this form: what counts is the address inside.
    if is_in(&NAT64) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    is_in(&GLOBAL_V6) && !NOT_PUBLIC_V6.iter().any(is_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_internet_is_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2001:200::1",
            "2400:cb00::1",
            "2606:4700::1111",
            "2a00:1450::1",
            "3ffe::1",
            "64:ff9b::8.8.8.8",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    /// (A159)
    #[test]
    fn everything_else_is_not() {
        for (what, addresses) in [
            ("this network", &["0.0.0.0", "0.0.0.1", "0.255.255.255"][..]),
            ("private", &["10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1"]),
            ("shared", &["100.64.0.0", "100.127.255.255"]),
            ("loopback", &["127.0.0.1", "127.255.255.254", "::1"]),
            ("link-local", &["169.254.0.1", "169.254.255.255", "fe80::1", "febf::1"]),
            ("metadata", &["169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192"]),
            ("metadata by IPv6", &["fd00:ec2::254", "fd20:ce::254", "fe80::a9fe:a9fe"]),
            ("assignments", &["192.0.0.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "2001::1", "2001:1ff::1"]),
            ("documentation", &["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1", "3fff:fff::1"]),
            ("multicast and above", &["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "ff02::1"]),
            ("unspecified", &["::"]),
            ("unique local", &["fc00::1", "fdff::1"]),
            ("site-local", &["fec0::1", "feff::1"]),
            ("IPv4-mapped", &["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"]),
            ("IPv4-translated", &["::ffff:0:127.0.0.1"]),
            ("IPv4-compatible", &["::127.0.0.1", "::8.8.8.8"]),
            ("6to4", &["2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1"]),
            ("NAT64", &["64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808"]),
            ("Teredo", &["2001:0:7f00:1::", "2001::808:808"]),
            ("ORCHID and benchmarking", &["2001:10::1", "2001:20::1", "2001:2::1"]),
            ("discard, SRv6", &["100::1", "5f00::1"]),
            ("not handed out", &["4000::1", "8000::1", "e000::1", "1::1"]),
        ] {
            for address in addresses {
                assert!(!is_public(address.parse().unwrap()), "{what}: {address}");
            }
        }
    }
}
