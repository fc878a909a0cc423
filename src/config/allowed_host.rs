//! A host that the operator vouches for, such as `rp.internal:8443`.

use url::{Host, Url};

use super::setting::FromSetting;

/// A host and its port. Without a port, the one that belongs to the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost {
    host: String,
    port: Option<u16>,
}

impl AllowedHost {
    /// Whether a URL leads to this host at this port. A name and its address are different hosts.
    pub fn covers(&self, url: &Url) -> bool {
        let same_port = match self.port {
            Some(port) => url.port_or_known_default() == Some(port),
            None => url.port().is_none(),
        };
        same_port && url.host_str() == Some(&self.host)
    }
}

impl FromSetting for AllowedHost {
    fn from_setting(text: &str) -> Result<Self, String> {
        let expected = || format!("a host such as rp.example or rp.example:8443 is expected, not {text}");
        let (host, port) = match text.rsplit_once(':') {
            // The last colon of [::1] is not one before a port.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (text, None),
        };
        let port = port.map(|port| port.parse().ok().filter(|port| *port != 0).ok_or_else(expected)).transpose()?;
        // A pattern would let in more than was meant.
        if host.contains('*') {
            return Err(expected());
        }
        Ok(Self { host: Host::parse(host).map_err(|_| expected())?.to_string(), port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_covers_one_host_at_one_port() {
        for (entry, url, covered) in [
            ("rp.example:8443", "https://rp.example:8443/jwks", true),
            ("RP.example:8443", "https://rp.EXAMPLE:8443/jwks", true),
            ("rp.example:8443", "https://rp.example/jwks", false),
            ("rp.example:8443", "https://a.rp.example:8443/jwks", false),
            ("rp.example:443", "https://rp.example/jwks", true),
            ("rp.example:443", "http://rp.example/jwks", false),
            ("rp.example", "https://rp.example/jwks", true),
            ("rp.example", "http://rp.example/jwks", true),
            ("rp.example", "https://rp.example:8443/jwks", false),
            ("localhost:9000", "http://127.0.0.1:9000/", false),
            ("127.0.0.1:9000", "http://2130706433:9000/", true),
            ("[::1]:9000", "http://[0:0::1]:9000/", true),
            ("[::1]", "https://[::1]/", true),
        ] {
            let host = AllowedHost::from_setting(entry).unwrap();
            assert_eq!(host.covers(&Url::parse(url).unwrap()), covered, "{entry} {url}");
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for entry in [
            "",
            "*",
            "*.example",
            "https://rp.example",
            "rp.example/",
            "rp.example:0",
            "rp.example:99999",
            "::1",
            "a b",
        ] {
            assert!(AllowedHost::from_setting(entry).is_err(), "{entry}");
        }
    }
}
