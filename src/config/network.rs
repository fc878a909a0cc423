//! A range of addresses, such as `10.0.0.0/8`.

use std::net::IpAddr;

use super::setting::FromSetting;

/// An address and how many of its leading bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether an address lies in it. IPv4 addresses written as IPv6 count as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address.to_canonical(), address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_bits(u128::from(own.to_bits()) << 96, u128::from(other.to_bits()) << 96, self.prefix)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => same_bits(own.to_bits(), other.to_bits(), self.prefix),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

fn same_bits(one: u128, other: u128, count: u8) -> bool {
    count == 0 || (one ^ other) >> (128 - u32::from(count)) == 0
}

impl FromSetting for Network {
    fn from_setting(text: &str) -> Result<Self, String> {
        let expected = || format!("a network such as 10.0.0.0/8 is expected, not {text}");
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().map_err(|_| expected())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Ok(most), |prefix| prefix.parse().map_err(|_| expected()))?;
        if prefix > most { Err(expected()) } else { Ok(Self { address, prefix }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_inside_or_outside() {
        let network = Network::from_setting("10.1.0.0/16").unwrap();
        assert!(network.contains("10.1.2.3".parse().unwrap()));
        assert!(network.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!network.contains("10.2.2.3".parse().unwrap()));
        assert!(Network::from_setting("fd00::/8").unwrap().contains("fd12::1".parse().unwrap()));
        assert!(Network::from_setting("10.0.0.0/33").is_err());
        assert!(Network::from_setting("0.0.0.0/0").unwrap().contains("1.2.3.4".parse().unwrap()));
    }
}
